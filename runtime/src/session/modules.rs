//! The module policy of a session's host.

use super::Session;
use super::calls::Calls;
use crate::modules::{BuiltIn, Policy};
use crate::protocol::{
    Error, ErrorKind, HostAnswer, HostCall, HostError, ModulePolicy, ModuleQuestion, ModuleVerdict,
    Value,
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

impl Session {
    pub(super) fn resolve_by_host(&self) {
        let calls = self.inner.calls.clone();
        self.inner.modules.set_resolve(Rc::new(move |name, from| {
            let answer = calls.call(HostCall::Resolve { name, from });
            Box::pin(async move {
                match answer.await {
                    HostAnswer::Value(Value::Nil) => Ok(None),
                    HostAnswer::Value(Value::Str(spec)) => Ok(Some(spec)),
                    HostAnswer::Error(cause) => Err(failed("resolve", &cause)),
                    _ => Err(Error::protocol(
                        "the page answered what a module's name means with something else",
                    )),
                }
            })
        }));
    }
}

fn failed(what: &str, cause: &HostError) -> Error {
    let HostError { name, message } = cause;
    Error::new(
        ErrorKind::Module,
        format!("the page's {what} failed: {name}: {message}"),
    )
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
                HostAnswer::Error(cause) => Err(failed("module policy", &cause)),
                _ => Err(Error::protocol(
                    "the page answered a module policy's question with something else",
                )),
            }
        })
    }
}
