//! The one entry for building, running, testing, measuring.
fn main() {}
