//! Which modules may be fetched.

use super::spec::{is_local, is_local_wiki, is_trustworthy};
use crate::protocol::{Error, ModuleQuestion, ModuleVerdict};
use futures::future::LocalBoxFuture;

/// Says what may be fetched.
pub trait Policy: 'static {
    /// Asked before something is fetched, and again for where a redirect led.
    ///
    /// # Errors
    /// What the policy failed with; then nothing is fetched.
    fn ask(
        &self,
        question: ModuleQuestion,
    ) -> LocalBoxFuture<'static, Result<ModuleVerdict, Error>>;
}

/// The policy of a host without one: https from anywhere, http from this machine alone, where
/// a redirect from elsewhere may not lead.
pub struct BuiltIn;

impl Policy for BuiltIn {
    fn ask(
        &self,
        question: ModuleQuestion,
    ) -> LocalBoxFuture<'static, Result<ModuleVerdict, Error>> {
        let ModuleQuestion {
            spec,
            url,
            redirected_from,
        } = question;
        let verdict = ModuleVerdict {
            allow: match redirected_from {
                Some(from) if !is_local(&from) => url.starts_with("https://"),
                _ => is_trustworthy(&url),
            },
            redirects: true,
            http: is_local_wiki(&spec),
        };
        Box::pin(std::future::ready(Ok(verdict)))
    }
}
