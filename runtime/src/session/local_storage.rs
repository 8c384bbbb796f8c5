//! The backends in the page's localStorage, which the page tells of other tabs' changes.

use super::Session;
use crate::protocol::{
    BackendChoice, Error, HostAnswer, HostCall, HostError, LocalStorageItem, LocalStorageOp,
};
use crate::storage::{
    Backend, CallLocalStorage, LocalStorageBackend, Prepare, import_original_items,
};
use futures::future::LocalBoxFuture;
use std::rc::Rc;

impl Session {
    /// Makes a built-in backend.
    pub(super) fn built_in(&self, choice: &BackendChoice) -> Result<Rc<dyn Backend>, Error> {
        let BackendChoice::LocalStorage { prefix } = choice else {
            return self.inner.platform.clone().backend(choice);
        };
        let calls = self.inner.calls.clone();
        let call = move |prefix: String, op: LocalStorageOp| {
            let answer = calls.call(HostCall::LocalStorage { prefix, op });
            let items: LocalBoxFuture<'static, _> = Box::pin(async move { items(answer.await) });
            items
        };
        let call: CallLocalStorage = Rc::new(call);
        // Only what is ours by name takes over the original's data.
        let prepare = prefix.is_none().then(|| {
            let (platform, call) = (self.inner.platform.clone(), call.clone());
            let import: Prepare =
                Rc::new(move || import_original_items(platform.clone(), call.clone()));
            import
        });
        let backend = Rc::new(LocalStorageBackend::new(
            self.inner.platform.clone(),
            prefix.clone(),
            call,
            prepare,
        ));
        let mut all = self.inner.local_storages.0.borrow_mut();
        all.retain(|backend| backend.strong_count() > 0);
        all.push(Rc::downgrade(&backend));
        Ok(backend)
    }
}

fn items(answer: HostAnswer) -> Result<Vec<LocalStorageItem>, HostError> {
    match answer {
        HostAnswer::LocalStorage(items) => Ok(items),
        HostAnswer::Error(cause) => Err(cause),
        _ => Err(HostError {
            name: "TypeError".into(),
            message: "the page answered a localStorage call with another's result".into(),
        }),
    }
}
