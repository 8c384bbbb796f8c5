//! Which files import each other in a circle, and which folders do. A newcomer who opens one of
//! those has to read them all.

mod graph;
mod rust;
mod typescript;

use crate::paths;
use anyhow::{Result, bail};
use graph::Graph;
use std::path::Path;

/// How many files a circle may have.
const MOST_FILES: usize = 3;

/// Where sources stand.
const SOURCES: &[Source] = &[
    Source {
        folder: "runtime/src",
        language: Language::Rust,
        folders: true,
    },
    Source {
        folder: "worker/src",
        language: Language::Rust,
        folders: true,
    },
    Source {
        folder: "xtask/src",
        language: Language::Rust,
        folders: false,
    },
    Source {
        folder: "host-js/src",
        language: Language::TypeScript,
        folders: true,
    },
];

struct Source {
    folder: &'static str,
    language: Language,
    /// Whether no folders may import each other in a circle.
    folders: bool,
}

enum Language {
    Rust,
    TypeScript,
}

/// Fails when there is a circle of too many files, or one of folders.
///
/// # Errors
/// When there is one, or a source cannot be read.
pub fn check() -> Result<()> {
    let mut found = Vec::new();
    for source in SOURCES {
        let graph = read(&paths::root().join(source.folder), &source.language)?;
        for circle in graph.circles() {
            if circle.len() > MOST_FILES {
                found.push(format!(
                    "{}: {} files import each other in a circle: {}",
                    source.folder,
                    circle.len(),
                    circle.join(", ")
                ));
            }
        }
        if source.folders {
            for circle in graph.folder_circles() {
                found.push(format!(
                    "{}: folders import each other: {circle}",
                    source.folder
                ));
            }
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    bail!("{}", found.join("\n"));
}

fn read(root: &Path, language: &Language) -> Result<Graph> {
    match language {
        Language::Rust => rust::read(root),
        Language::TypeScript => typescript::read(root),
    }
}
