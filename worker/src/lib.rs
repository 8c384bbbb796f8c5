//! The dedicated worker.
