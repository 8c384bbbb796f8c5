//! Where a log's files may be.

/// A place with folders, as the worker's script has it.
pub struct Place {
    /// The backend's name in errors.
    pub name: &'static str,
    /// What messages call it.
    pub title: &'static str,
    /// The method of `navigator.storage` that gives its root, a `FileSystemDirectoryHandle`.
    pub root: &'static str,
    /// What is said where there is none, and what to use instead.
    pub absent: &'static str,
    /// The same where it is refused.
    pub refused: &'static str,
}

/// The origin's private file system.
pub static OPFS: Place = Place {
    name: "opfs",
    title: "OPFS",
    root: "getDirectory",
    absent: "this place has no origin private file system; use IndexedDB, or FsBackend in Node, Deno and Bun",
    refused: "as it does in a private window, say; use IndexedDB, or MemoryBackend",
};

/// The file system: `host-js/src/node/files.ts`.
pub static FS: Place = Place {
    name: "fs",
    title: "the file system",
    root: "openFolder",
    absent: "FsBackend is for Node, Deno and Bun; use IndexedDB, or OpfsBackend",
    refused: "see that this process may use it, or choose another folder",
};
