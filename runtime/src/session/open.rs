//! Opening and closing.

use super::{Phase, Session, ended, limits};
use crate::platform::Suspension;
use crate::protocol::frame::version_mismatch;
use crate::protocol::{
    Answer, Artifact, BackendAnswer, BackendChoice, BackendOp, Error, Event, HostAnswer, HostCall,
    HostError, OpenOptions, VERSION,
};
use crate::sandbox::Compiled;
use crate::state::Store;
use crate::storage::{Backend, HostBackend, Pending};
use futures::channel::oneshot;
use std::rc::Rc;

impl Session {
    pub(super) fn open(&self, version: u32, options: OpenOptions) {
        let opening = match self.start_opening(version, &options) {
            Ok(opening) => opening,
            Err(error) => return self.answer(0, Answer::Error(error)),
        };
        self.choose_module_policy(options.modules);
        if options.resolves {
            self.resolve_by_host();
        }
        if let (Some(heat), Some(compiler)) = (options.compile, self.inner.platform.compiler()) {
            self.inner
                .compiled
                .replace(Some(Rc::new(Compiled::new(compiler, heat))));
        }
        let session = self.clone();
        self.inner.platform.spawn(Box::pin(async move {
            let opened = session.open_store(&options.backend).await;
            // A Close may have come meanwhile.
            if matches!(*session.inner.phase.borrow(), Phase::Closed) {
                if let Ok(store) = opened {
                    // The session ends in any case.
                    let _ = store.close().await;
                }
                session.answer(0, Answer::Error(ended()));
                drop(opening);
                return;
            }
            match opened {
                Ok(store) => {
                    session.mirror(&store);
                    session.inner.phase.replace(Phase::Open {
                        store,
                        limits: options.limits,
                        self_named: options.allow_self_named_scripts,
                    });
                    let artifact = match session.inner.platform.suspension() {
                        Suspension::Stack => Artifact::Jspi,
                        Suspension::Coroutine => Artifact::Portable,
                    };
                    session.inner.platform.send(Event::Ready {
                        version: VERSION,
                        artifact,
                    });
                }
                Err(error) => {
                    session.inner.phase.replace(Phase::Fresh);
                    session.answer(0, Answer::Error(error));
                }
            }
        }));
    }

    /// What this gives is dropped when the opening has ended.
    fn start_opening(
        &self,
        version: u32,
        options: &OpenOptions,
    ) -> Result<oneshot::Sender<()>, Error> {
        if version != VERSION {
            return Err(version_mismatch(version));
        }
        limits::check(&options.limits)?;
        let mut phase = self.inner.phase.borrow_mut();
        if !matches!(*phase, Phase::Fresh) {
            return Err(Error::protocol(
                "the session is open already; close it before you open it again",
            ));
        }
        let (opening, ended) = oneshot::channel();
        *phase = Phase::Opening(ended);
        Ok(opening)
    }

    fn open_store(&self, choice: &BackendChoice) -> Pending<Rc<Store>> {
        let platform = self.inner.platform.clone();
        let backend: Result<Rc<dyn Backend>, Error> = match choice {
            BackendChoice::Host { name, methods } => {
                let calls = self.inner.calls.clone();
                let call = move |op: BackendOp| -> futures::future::LocalBoxFuture<
                    'static,
                    Result<BackendAnswer, HostError>,
                > {
                    let answer = calls.call(HostCall::Backend(op));
                    Box::pin(async move { backend_answer(answer.await) })
                };
                let (platform, name) = (platform.clone(), name.clone());
                let backend = HostBackend::new(platform, name, *methods, Rc::new(call));
                let backend = Rc::new(backend);
                *self.inner.host_backend.borrow_mut() = Rc::downgrade(&backend);
                Ok(backend)
            }
            choice => self.built_in(choice),
        };
        Box::pin(async move { Store::open(platform, backend?).await })
    }

    pub(super) fn close(&self, id: u32) {
        let phase = self.inner.phase.replace(Phase::Closed);
        self.inner.runs.cancel_all();
        self.inner.updates.abandon_all();
        self.inner.watches.end_all();
        self.inner.exports.end_all();
        self.inner.parts.drop_all();
        let session = self.clone();
        self.answer_later(
            id,
            Box::pin(async move {
                session.inner.runs.all_ended().await;
                match phase {
                    Phase::Open { store, .. } => store.close().await?,
                    // It closes what it has opened.
                    Phase::Opening(ended) => drop(ended.await),
                    Phase::Fresh | Phase::Closed => {}
                }
                session.inner.backends.close_all().await;
                session.inner.calls.abandon();
                Ok(Answer::Done)
            }),
        );
    }
}

fn backend_answer(answer: HostAnswer) -> Result<BackendAnswer, HostError> {
    match answer {
        HostAnswer::Backend(answer) => Ok(answer),
        HostAnswer::Error(cause) => Err(cause),
        _ => Err(HostError {
            name: "TypeError".into(),
            message: "the page answered a backend call with something else".into(),
        }),
    }
}
