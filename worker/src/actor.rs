//! The actor: a session behind gloo-worker's frames.

use crate::codec::{self, Packing, Postcard};
use crate::platform::BrowserPlatform;
use crate::{failure, heartbeat, suspension};
use gloo_worker::{HandlerId, Registrable, Worker, WorkerScope};
use pubwiki_lua_runtime::protocol::{Event, Request};
use pubwiki_lua_runtime::session::Session;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// One session with one host.
pub struct Actor {
    session: Session,
    host: Rc<Cell<Option<HandlerId>>>,
}

impl Worker for Actor {
    type Message = ();
    type Input = Request;
    type Output = Event;

    fn create(scope: &WorkerScope<Self>) -> Self {
        let host = Rc::new(Cell::new(None));
        let (respond, to) = (scope.clone(), host.clone());
        let send = Rc::new(move |event| {
            if let Some(host) = to.get() {
                respond.respond(host, event);
            }
        });
        heartbeat::start(send.clone());
        let session = Session::new(Rc::new(BrowserPlatform::new(send)));
        #[cfg(feature = "testing")]
        let session = session.with_test_functions(crate::testing::FUNCTIONS);
        Self { session, host }
    }

    fn update(&mut self, _: &WorkerScope<Self>, (): ()) {}

    // gloo holds a RefCell's borrow meanwhile: the session must not suspend here, and does not.
    fn received(&mut self, _: &WorkerScope<Self>, request: Request, host: HandlerId) {
        self.host.set(Some(host));
        self.session.receive(request);
    }
}

/// Registers the actor. The worker's entry script calls this once, with how frames are posted,
/// and the exported `enter` (jspi) or undefined (portable).
#[wasm_bindgen]
pub fn serve(packing: Packing, enter: JsValue, load_compiler: JsValue) {
    failure::report_panics();
    #[cfg(target_arch = "wasm32")]
    crate::jit::set_loader(load_compiler);
    codec::set_packing(packing);
    suspension::set_enter(enter);
    Actor::registrar().encoding::<Postcard>().register();
}
