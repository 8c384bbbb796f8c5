//! Links of the documents to files of the repository: each must be there, and SECURITY.md's must
//! hold what the link says, which is a test's name.

use crate::paths;
use anyhow::{Context, Result, bail};
use std::path::Path;

/// The documents, and whether the text of their links is in what they link to.
const DOCUMENTS: &[(&str, Text)] = &[
    ("README.md", Text::Free),
    ("ARCHITECTURE.md", Text::Free),
    ("CONTRIBUTING.md", Text::Free),
    ("SECURITY.md", Text::Linked),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    Free,
    Linked,
}

/// Fails with all links that lead nowhere.
///
/// # Errors
/// When there are such links, or a document cannot be read.
pub fn check() -> Result<()> {
    let mut wrong = Vec::new();
    for (name, text) in DOCUMENTS {
        let document = read(&paths::root().join(name))?;
        for (said, target) in links(&document) {
            let found = match std::fs::read_to_string(paths::root().join(target)) {
                Ok(linked) => *text == Text::Free || linked.contains(&*said),
                Err(_) => *text == Text::Free && paths::root().join(target).exists(),
            };
            if !found {
                wrong.push(format!("{name}: [{said}]({target})"));
            }
        }
    }
    if !wrong.is_empty() {
        bail!("links that lead nowhere:\n{}", wrong.join("\n"));
    }
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Text and target of each link to a file; lines may be broken anywhere in a text.
fn links(document: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    for (at, _) in document.match_indices("](") {
        let begin = document[..at].rfind('[').map_or(at, |begin| begin + 1);
        let Some((target, _)) = document[at + 2..].split_once(')') else {
            continue;
        };
        if !target.contains("://") && !target.starts_with('#') {
            let text = document[begin..at].split_whitespace();
            found.push((text.collect::<Vec<_>>().join(" "), target));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::links;

    #[test]
    fn links_to_files_are_found_and_those_to_the_web_are_not() {
        let text = "a [b\n c](d/e.md), [x](https://y.example) and [f](g) [](#h)";
        assert_eq!(
            links(text),
            [("b c".to_owned(), "d/e.md"), ("f".to_owned(), "g")]
        );
    }
}
