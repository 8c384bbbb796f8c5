//! A namespace's settings.

use serde::{Deserialize, Serialize};

/// A script's declaration of a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NamespaceConfig {
    /// Its keys may be read.
    pub read: bool,
    /// Its keys may be written.
    pub write: bool,
    /// Other scripts may do so too.
    pub shared: bool,
    /// The backend keeps its records; memory alone does otherwise.
    pub persistent: bool,
    /// Milliseconds that a record lives unless `set` says otherwise; over 0.
    pub ttl: Option<f64>,
    /// The most bytes that its keys and JSON values may take; over 0.
    pub quota: Option<f64>,
}
