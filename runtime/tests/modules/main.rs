//! `require`, without a browser and without a network.

mod fetching;
mod names;
mod policy;
mod requiring;
mod support;
mod wiki;
