//! `require`, without a browser and without a network.

mod fetching;
mod policy;
mod requiring;
mod support;
mod wiki;
