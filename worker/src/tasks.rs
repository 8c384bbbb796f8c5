//! A turn of the event loop, faster than a timer: a message to ourselves.

use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use web_sys::{MessageChannel, MessagePort};

/// Completes waits in tasks of their own.
pub struct NextTask {
    waiting: Rc<RefCell<Vec<oneshot::Sender<()>>>>,
    /// None where the engine cannot make a channel; then a timer serves.
    port: Option<MessagePort>,
    _handler: Closure<dyn FnMut()>,
}

impl NextTask {
    /// A channel to ourselves.
    pub fn new() -> Self {
        let waiting = Rc::new(RefCell::new(Vec::<oneshot::Sender<()>>::new()));
        let to_tell = waiting.clone();
        let handler = Closure::new(move || {
            for waiting in to_tell.take() {
                // A wait may have been given up.
                let _ = waiting.send(());
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
        self.waiting.borrow_mut().push(sender);
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
