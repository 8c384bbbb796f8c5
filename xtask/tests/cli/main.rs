//! `cargo xtask run` as a person meets it.

mod lasting;
mod namespaces;
mod refusals;
mod running;
mod support;
