//! Writes what is generated from the protocol: TypeScript types, the wire schema that the
//! TypeScript codec interprets, and the golden vectors that both languages are held by.

pub mod files;
pub mod frames;
pub mod hex;
pub mod limits;
pub mod reference;
pub mod samples;
pub mod schema;
pub mod types;
pub mod vectors;
