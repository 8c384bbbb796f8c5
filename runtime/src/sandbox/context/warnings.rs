//! Where a run stands with its warnings.

use std::cell::Cell;

/// Whether a run's warnings are shown: `warn("@on")` and `warn("@off")` say.
#[derive(Default)]
pub(in crate::sandbox) struct Warnings {
    pub(in crate::sandbox) on: Cell<bool>,
    /// A warning has begun, and the next piece goes on with it.
    pub(in crate::sandbox) begun: Cell<bool>,
}
