//! The storage port's implementations that need no browser.

mod conformance;
mod host;
mod hostile;
mod scripted;
