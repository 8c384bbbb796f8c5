//! The module policy of a session's host.

use super::Session;
use super::calls::Calls;
use crate::modules::{BuiltIn, Policy};
use crate::protocol::{
    Error, ErrorKind, HostAnswer, HostCall, ModulePolicy, ModuleQuestion, ModuleVerdict,
};
use futures::future::LocalBoxFuture;
use std::rc::Rc;

impl Session {
    pub(super) fn choose_module_policy(&self, policy: ModulePolicy) {
        self.inner.modules.set_policy(match policy {
            ModulePolicy::BuiltIn => Rc::new(BuiltIn),
            ModulePolicy::Host => Rc::new(HostPolicy {
                calls: self.inner.calls.clone(),
            }),
        });
    }
}

/// The page's policy, over the protocol.
struct HostPolicy {
    calls: Rc<Calls>,
}

impl Policy for HostPolicy {
    fn ask(
        &self,
        question: ModuleQuestion,
    ) -> LocalBoxFuture<'static, Result<ModuleVerdict, Error>> {
        let answer = self.calls.call(HostCall::ModulePolicy(question));
        Box::pin(async move {
            match answer.await {
                HostAnswer::ModulePolicy(verdict) => Ok(verdict),
                HostAnswer::Error(cause) => Err(Error::new(
                    ErrorKind::Module,
                    format!(
                        "the page's module policy failed: {}: {}",
                        cause.name, cause.message
                    ),
                )),
                _ => Err(Error::protocol(
                    "the page answered a module policy's question with something else",
                )),
            }
        })
    }
}
