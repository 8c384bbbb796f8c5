//! Limits and defaults that scripts and pages meet, each in its one place: TypeScript's and README's table are
//! generated from this.

/// Makes the constants, and the table of all.
macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:ty = $value:expr;)*) => {
        $($(#[doc = $doc])+ pub const $name: $kind = $value;)*

        /// All of them: name, value, and what it is.
        pub const ALL: &[(&str, u64, &str)] = &[$((stringify!($name), $name as u64, concat!($($doc),+))),*];
    };
}

limits! {
    /// Wall time of a run, in milliseconds, unless `timeoutMs` says otherwise.
    TIMEOUT_MS: u32 = 30_000;
    /// Time that a run computes, in milliseconds, unless `cpuMs` says otherwise.
    CPU_MS: u32 = 10_000;
    /// Memory of a run, in bytes, unless `memoryBytes` says otherwise.
    MEMORY_BYTES: u32 = 64 * 1024 * 1024;
    /// The most that `memoryBytes` may be, in bytes: half of what a worker can have.
    MOST_MEMORY_BYTES: u32 = 1 << 31;
    /// What a run may print, in bytes, unless `outputBytes` says otherwise.
    OUTPUT_BYTES: u32 = 1024 * 1024;
    /// A script's source, in bytes.
    SOURCE_BYTES: usize = 8 * 1024 * 1024;
    /// A module's source, in bytes.
    MODULE_BYTES: usize = 4 * 1024 * 1024;
    /// What names a module, in bytes.
    MODULE_SPEC_BYTES: usize = 2048;
    /// How long a module may take to be fetched, in milliseconds.
    FETCH_MS: u32 = 30_000;
    /// How long the page's code may take to answer a call, in milliseconds.
    CALL_MS: u32 = 30_000;
    /// How long another tab may keep a database from being opened, in milliseconds.
    OPEN_DATABASE_MS: u32 = 30_000;
    /// How deep the arrays and objects of a value may nest.
    VALUE_DEPTH: usize = 128;
    /// A script's id, in characters.
    SCRIPT_ID_LENGTH: usize = 128;
    /// A namespace's name, in bytes.
    NAMESPACE_NAME_BYTES: usize = 255;
    /// Namespaces of a script.
    NAMESPACES: usize = 256;
    /// A key of State, in bytes.
    KEY_BYTES: usize = 4096;
    /// A record of State as JSON, in bytes.
    RECORD_BYTES: usize = 64 * 1024 * 1024;
    /// Watches of a run.
    WATCHES: usize = 1000;
    /// An error's message and its traceback, in bytes; what is longer is cut.
    MESSAGE_BYTES: usize = 64 * 1024;
    /// A name within an error's message, in bytes; what is longer is cut.
    NAME_BYTES: usize = 256;
    /// Items of a list in one message; more come in parts.
    PART_ITEMS: usize = 1024;
    /// Bytes of a list in one message; more come in parts.
    PART_BYTES: usize = 1 << 18;
}
