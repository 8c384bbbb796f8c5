//! The output of a script, on its way to the host.

use super::Context;
use crate::protocol::Limit;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Where a script writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// What it prints.
    Output,
    /// `io.stderr`, and what `warn` says.
    Errors,
}

/// Takes what a run wrote, in order.
pub type OutputSink = Rc<dyn Fn(Stream, Vec<u8>)>;

/// How often the two streams may alternate in what goes out at once. What is written beyond that
/// joins what its stream has there already.
const MOST_PIECES: usize = 64;

/// At most one chunk goes out in this time, a frame of the page, and one more when the run ends.
const FRAME_MS: f64 = 16.0;

/// The pieces that were written, in order.
#[derive(Default)]
struct Pieces(Vec<(Stream, Vec<u8>)>);

impl Pieces {
    fn add(&mut self, stream: Stream, bytes: &[u8]) {
        let pieces = &mut self.0;
        let is_full = pieces.len() >= MOST_PIECES;
        let of_stream = |(of, _): &&mut (Stream, Vec<u8>)| *of == stream;
        let piece = if is_full {
            pieces.iter_mut().rev().find(of_stream)
        } else {
            pieces.last_mut().filter(of_stream)
        };
        match piece {
            Some((_, piece)) => piece.extend_from_slice(bytes),
            None => pieces.push((stream, bytes.to_vec())),
        }
    }
}

/// A run's output: collected, and passed on when the run pauses.
pub(in crate::sandbox) struct Output {
    buffer: Rc<RefCell<Pieces>>,
    sink: OutputSink,
    total: Cell<usize>,
    sent: Rc<Cell<f64>>,
    scheduled: Rc<Cell<bool>>,
    platform: Rc<dyn crate::platform::Platform>,
}

impl Output {
    pub(in crate::sandbox) fn new(
        platform: Rc<dyn crate::platform::Platform>,
        sink: OutputSink,
    ) -> Self {
        let sent = Rc::new(Cell::new(f64::NEG_INFINITY));
        Self {
            buffer: Rc::default(),
            sink,
            total: Cell::new(0),
            sent,
            scheduled: Rc::default(),
            platform,
        }
    }

    /// Sends what has been collected.
    pub(in crate::sandbox) fn flush(&self) {
        send(&self.buffer, &self.sink);
    }

    /// Called whenever the run pauses or could not: sends what has been collected, now or at the
    /// next frame.
    pub(in crate::sandbox) fn pass_on(&self) {
        if self.buffer.borrow().0.is_empty() || self.scheduled.get() {
            return;
        }
        let now = self.platform.monotonic_ms();
        let since = now - self.sent.get();
        if since >= FRAME_MS {
            self.sent.set(now);
            self.flush();
            return;
        }
        self.scheduled.set(true);
        let (buffer, sink, sent, scheduled, platform) = (
            self.buffer.clone(),
            self.sink.clone(),
            self.sent.clone(),
            self.scheduled.clone(),
            self.platform.clone(),
        );
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and a frame"
        )]
        let sleep = platform.sleep((FRAME_MS - since) as u32 + 1);
        self.platform.spawn(Box::pin(async move {
            sleep.await;
            scheduled.set(false);
            sent.set(platform.monotonic_ms());
            send(&buffer, &sink);
        }));
    }
}

fn send(buffer: &RefCell<Pieces>, sink: &OutputSink) {
    for (stream, chunk) in buffer.take().0 {
        sink(stream, chunk);
    }
}

impl Context {
    /// Adds to what the run has written, up to the limit of both streams, which ends the run.
    pub(in crate::sandbox) fn print(&self, stream: Stream, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let room = self.limits.output_bytes - self.output.total.get();
        let mut buffer = self.output.buffer.borrow_mut();
        if bytes.len() > room {
            buffer.add(stream, &bytes[..room]);
            self.output.total.set(self.limits.output_bytes);
            #[expect(clippy::cast_precision_loss, reason = "limits are below 2^53")]
            self.stop_at(Limit::OutputBytes, self.limits.output_bytes as f64);
            super::tank::exhaust();
            return;
        }
        buffer.add(stream, bytes);
        self.output.total.set(self.output.total.get() + bytes.len());
    }
}
