//! The storage port's implementations that need no browser.

mod blocking;
mod bytes;
mod conformance;
mod full_log;
mod host;
mod hostile;
mod local_storage;
mod log;
mod long_log;
mod peers;
mod scripted;
mod shared_host;
