//! Work that must not overlap.

use futures::channel::oneshot;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// Lets in one after the other, in the order in which they came.
#[derive(Default)]
pub struct Line {
    is_taken: Cell<bool>,
    waiting: RefCell<VecDeque<oneshot::Sender<Inside>>>,
}

/// Whoever is let in: the next one is when this is dropped.
pub struct Inside(Rc<Line>);

impl Line {
    /// Whether somebody is inside.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.is_taken.get()
    }

    /// Takes a place in the line, now; completes when it is its turn.
    pub fn enter(self: &Rc<Self>) -> impl Future<Output = Inside> + use<> {
        let line = self.clone();
        let wait = line.is_taken.replace(true).then(|| {
            let (call, wait) = oneshot::channel();
            line.waiting.borrow_mut().push_back(call);
            wait
        });
        let first = wait.is_none().then(|| Inside(line.clone()));
        async move {
            match (first, wait) {
                (Some(inside), _) => inside,
                // It is let in by whoever was inside before, who holds the line.
                (None, Some(wait)) => wait.await.unwrap_or(Inside(line)),
                (None, None) => Inside(line),
            }
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let mut next = Self(self.0.clone());
        loop {
            let waiting = self.0.waiting.borrow_mut().pop_front();
            let Some(waiting) = waiting else {
                self.0.is_taken.set(false);
                break std::mem::forget(next);
            };
            match waiting.send(next) {
                Ok(()) => break,
                // One that does not wait any more is passed over.
                Err(back) => next = back,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    #[test]
    fn given_many_in_a_line_then_they_are_let_in_in_turn_and_who_has_left_is_passed_over() {
        let line = Rc::<Line>::default();
        let first = line.enter().now_or_never().expect("nobody is inside");
        let (second, third, fourth) = (line.enter(), line.enter(), line.enter());
        let mut third = Box::pin(third);
        assert!((&mut third).now_or_never().is_none());
        drop(second);
        drop(first);
        let inside = (&mut third).now_or_never().expect("it is its turn");
        let mut fifth = Box::pin(line.enter());
        drop(inside);
        // It was let in, and leaves before it has seen that.
        drop(fourth);
        let inside = (&mut fifth).now_or_never().expect("it is its turn");
        drop(inside);
        assert!(line.enter().now_or_never().is_some(), "nobody is inside");
    }
}
