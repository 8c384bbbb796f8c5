//! A turn of the event loop, faster than a timer: a message to ourselves.

use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use web_sys::{MessageChannel, MessagePort};

/// Completes waits in tasks of their own.
pub struct NextTask {
    waiting: Rc<RefCell<VecDeque<oneshot::Sender<()>>>>,
    /// None where the engine cannot make a channel; then a timer serves.
    port: Option<MessagePort>,
    _handler: Closure<dyn FnMut()>,
}

impl NextTask {
    /// A channel to ourselves.
    pub fn new() -> Self {
        let waiting = Rc::new(RefCell::new(VecDeque::<oneshot::Sender<()>>::new()));
        let to_tell = waiting.clone();
        let handler = Closure::new(move || {
            // One for each message: between the turns of many runs others have theirs.
            let next = to_tell.borrow_mut().pop_front();
            if let Some(next) = next {
                // A wait may have been given up.
                let _ = next.send(());
            }
        });
        let port = MessageChannel::new().ok().map(|channel| {
            channel
                .port1()
                .set_onmessage(Some(handler.as_ref().unchecked_ref()));
            channel.port2()
        });
        Self {
            waiting,
            port,
            _handler: handler,
        }
    }

    /// Completes after the messages and timers that are due now.
    pub fn wait(&self) -> LocalBoxFuture<'static, ()> {
        let (sender, turn) = oneshot::channel();
        if !self.ask() {
            return Box::pin(gloo_timers::future::TimeoutFuture::new(0));
        }
        self.waiting.borrow_mut().push_back(sender);
        Box::pin(async move {
            // Told, or gone with the worker.
            let _ = turn.await;
        })
    }

    fn ask(&self) -> bool {
        self.port
            .as_ref()
            .is_some_and(|port| port.post_message(&JsValue::NULL).is_ok())
    }
}
