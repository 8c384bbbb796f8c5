//! `cargo xtask run` as a person meets it.

mod given;
mod lasting;
mod namespaces;
mod refusals;
mod running;
mod support;
