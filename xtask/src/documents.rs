//! Links of the documents to files of the repository: each must be there, and SECURITY.md's must
//! hold what the link says, which is a test's name. And README's examples: each must be in the test that runs them.

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

/// The test that runs README's examples.
const EXAMPLES: &str = "tests/browser/documents/readme.test.ts";

/// Fails with all links that lead nowhere, and with README's examples that no test runs.
///
/// # Errors
/// When there are such, or a document cannot be read.
pub fn check() -> Result<()> {
    let (readme, test) = (
        read(&paths::root().join("README.md"))?,
        read(&paths::root().join(EXAMPLES))?,
    );
    if let Some(example) = missing_example(&readme, &test) {
        bail!("{EXAMPLES} does not have this example of README.md:\n{example}");
    }
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

/// The first example in TypeScript or Lua whose lines are not in `test`, one after the other except for imports.
fn missing_example<'a>(document: &'a str, test: &str) -> Option<&'a str> {
    let lines = |text: &str| -> String {
        let trimmed = text.lines().map(str::trim).filter(|line| !line.is_empty());
        trimmed.flat_map(|line| [line, "\n"]).collect()
    };
    let test = lines(test);
    let blocks = document.split("\n```").skip(1).step_by(2);
    let examples = blocks.filter_map(|block| {
        let (language, example) = block.split_once('\n')?;
        ["ts", "lua"].contains(&language).then_some(example)
    });
    examples.into_iter().find(|example| {
        let (imports, rest): (Vec<_>, Vec<_>) = example
            .lines()
            .partition(|line| line.starts_with("import "));
        let imported = |line: &&str| test.lines().any(|other| imports_all(other, line));
        !imports.iter().all(imported) || !test.contains(&lines(&rest.join("\n")))
    })
}

/// Whether `line` imports, from the same module, all that `wanted` does.
fn imports_all(line: &str, wanted: &str) -> bool {
    let parts = |line: &str| -> Option<(Vec<String>, String)> {
        let (names, module) = line.strip_prefix("import ")?.split_once(" from ")?;
        let names = names.trim_matches(['{', '}', ' ']).split(',');
        Some((
            names.map(|name| name.trim().to_owned()).collect(),
            module.to_owned(),
        ))
    };
    match (parts(line), parts(wanted)) {
        (Some((here, module)), Some((names, wanted))) => {
            module == wanted && names.iter().all(|name| here.contains(name))
        }
        _ => line == wanted,
    }
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
    use super::{links, missing_example};

    #[test]
    fn an_example_that_differs_from_its_test_is_found() {
        let document = "text\n```ts\nimport a\n\nlet b\n  c()\n```\ntext\n```sh\nd\n```\n";
        assert_eq!(
            missing_example(document, "import a\nx\n  let b\nc()\n"),
            None
        );
        for test in ["let b\nc()\n", "import a\nlet b\nd()\nc()\n"] {
            assert!(missing_example(document, test).is_some(), "{test}");
        }
    }

    #[test]
    fn an_import_may_bring_more_than_the_example_needs() {
        let document = "\n```ts\nimport { b } from 'm'\nx()\n```\n";
        assert_eq!(
            missing_example(document, "import { a, b } from 'm'\nx()\n"),
            None
        );
        for other in ["import { a } from 'm'", "import { a, b } from 'n'"] {
            assert!(missing_example(document, &format!("{other}\nx()\n")).is_some());
        }
    }

    #[test]
    fn links_to_files_are_found_and_those_to_the_web_are_not() {
        let text = "a [b\n c](d/e.md), [x](https://y.example) and [f](g) [](#h)";
        assert_eq!(
            links(text),
            [("b c".to_owned(), "d/e.md"), ("f".to_owned(), "g")]
        );
    }
}
