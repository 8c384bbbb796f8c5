//! What is changed in Lua's C, by exact match: a pattern that is gone fails the build.

mod absent;
mod callbacks;
mod chains;
mod errors;
mod jit;
mod leave;
mod library;
mod local_time;
mod machine;
mod memory;
mod parser;
mod replaced;
mod silent;
mod upstream;
mod yields;

/// A replacement in one file; the pattern occurs exactly once there.
pub struct Patch {
    /// The file's name.
    pub file: &'static str,
    /// What is there.
    pub old: &'static str,
    /// What takes its place.
    pub new: &'static str,
}

/// `text` of `file` with its patches applied.
///
/// # Panics
/// When a pattern does not occur exactly once: Lua's sources are not the ones that the patch was
/// made for.
pub fn apply(file: &str, text: String) -> String {
    let mut text = replaced::cut(file, text);
    for patch in [
        upstream::PATCHES,
        yields::PATCHES,
        leave::PATCHES,
        callbacks::PATCHES,
        machine::PATCHES,
        memory::PATCHES,
        absent::PATCHES,
        errors::PATCHES,
        library::PATCHES,
        local_time::PATCHES,
        parser::PATCHES,
        silent::PATCHES,
        chains::PATCHES,
        jit::PATCHES,
    ]
    .into_iter()
    .flatten()
    .filter(|patch| patch.file == file)
    {
        let count = text.matches(patch.old).count();
        assert_eq!(
            count, 1,
            "a patch of {file} fits {count} times instead of once; its pattern is: {}",
            patch.old
        );
        text = text.replace(patch.old, patch.new);
    }
    match file {
        "lvm.c" => jit::weave(&text),
        _ => text,
    }
}
