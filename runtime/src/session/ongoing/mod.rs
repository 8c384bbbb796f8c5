//! The work that a session has in progress, by the ids of the requests that began it.

pub(in crate::session) mod backends;
pub(in crate::session) mod exports;
pub(in crate::session) mod local_storages;
pub(in crate::session) mod runs;
pub(in crate::session) mod untold_registrations;
pub(in crate::session) mod updates;
pub(in crate::session) mod watches;
