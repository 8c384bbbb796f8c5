//! Messages about modules.

use serde::{Deserialize, Serialize};

/// A change to the session's modules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ModuleOp {
    /// Scripts find a module at `file://name` from now on; one of the same name is replaced.
    Register {
        /// Its name, without `file://`.
        name: String,
        /// Lua source, as bytes.
        #[serde(with = "serde_bytes")]
        #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
        source: Vec<u8>,
    },
    /// Forgets a registered module.
    Remove {
        /// Its name, without `file://`.
        name: String,
    },
    /// Forgets what was fetched.
    ClearFetched,
    /// Forgets what was fetched and what was registered.
    Clear,
}

/// Who says which modules may be fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ModulePolicy {
    /// The built-in policy: https from anywhere, http from this machine alone.
    #[default]
    BuiltIn,
    /// The host is asked, by [`super::HostCall::ModulePolicy`].
    Host,
}

/// The question to the host before something is fetched for a module, and again when a
/// redirect has led elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ModuleQuestion {
    /// What the script requires, such as `mediawiki://host/Module:Name`.
    pub spec: String,
    /// What is to be fetched, or was.
    pub url: String,
    /// What was asked for first, when `url` is where a redirect led.
    pub redirected_from: Option<String>,
}

/// The verdict of the host's module policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ModuleVerdict {
    /// The URL may be fetched.
    pub allow: bool,
    /// Redirects may be followed.
    pub redirects: bool,
    /// A `mediawiki://` module's wiki is reached by http instead of https.
    pub http: bool,
}
