//! Records in an append-only log, over whatever has files: the format, its recovery and its
//! compaction.
//!
//! Two files take turns. The log in use begins with a header that counts its generation; a
//! frame for each batch follows. When more than half of it is out of date, the records that
//! live are copied into the other file, whose header is written last: until then it counts for
//! nothing. The room for that is taken when records are stored, so that there is some however
//! full the disk is. Removing everything cuts the log down to its header.

mod append;
mod check;
mod compaction;
mod file;
mod frame;
mod header;
mod index;
mod parts;
mod records;
mod recovery;

pub use file::{File, Files};
pub use records::{Log, Progress};

use crate::protocol::HostError;

/// Why the log fails.
pub type FileError = HostError;

/// The log does not hold what it should.
fn damaged(what: &str) -> FileError {
    HostError {
        name: "DataError".into(),
        message: what.into(),
    }
}

fn gone() -> FileError {
    damaged("the log has become shorter under us")
}
