//! The folders of `host-js/src` are a stack: none imports another that imports it back, however far round.

use crate::paths;
use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

/// Which folders each folder imports.
type Imports = BTreeMap<String, BTreeSet<String>>;

/// Looks at all imports, of types too.
///
/// # Errors
/// When folders import each other in a circle, which is named, or when a file cannot be read.
pub fn check() -> Result<()> {
    let mut imports = Imports::new();
    add(&paths::host_js().join("src"), "", &mut imports)?;
    let circle = circle(imports);
    ensure!(
        circle.is_empty(),
        "these folders of host-js/src import each other: {}",
        circle.join(" -> ")
    );
    Ok(())
}

/// Adds the imports of all files below `at`, which is the folder of this name in `src`.
fn add(at: &Path, folder: &str, imports: &mut Imports) -> Result<()> {
    let entries = std::fs::read_dir(at).with_context(|| format!("cannot read {}", at.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            add(&path, &joined(folder, &name), imports)?;
        } else if name.ends_with(".ts") && !folder.is_empty() {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let others = imported(&text).map(|file| folder_of(&joined(folder, file)));
            let known = imports.entry(folder.to_owned()).or_default();
            known.extend(others.filter(|other| other != folder));
        }
    }
    Ok(())
}

/// The files that a text in TypeScript imports by a relative path.
fn imported(text: &str) -> impl Iterator<Item = &str> {
    let quoted = ["from '", "import '", "import('"];
    let after = quoted
        .into_iter()
        .flat_map(|begin| text.split(begin).skip(1));
    after
        .filter_map(|rest| Some(rest.split_once('\'')?.0))
        .filter(|file| file.starts_with('.'))
}

fn joined(folder: &str, name: &str) -> String {
    Path::new(folder).join(name).to_string_lossy().into_owned()
}

/// The folder of a file, whose path may hold `..`; empty for `src` itself.
fn folder_of(file: &str) -> String {
    let mut parts = Vec::new();
    for component in Path::new(file).components() {
        match component {
            Component::Normal(part) => parts.push(part.to_string_lossy()),
            Component::ParentDir => drop(parts.pop()),
            _ => {}
        }
    }
    parts.pop();
    parts.join("/")
}

/// Folders that import each other in a circle, each the next, the first once more at the end; empty when there are none.
fn circle(mut imports: Imports) -> Vec<String> {
    // What imports nothing that is left is part of no circle.
    while let Some(low) = lowest(&imports) {
        imports.remove(&low);
    }
    let mut way = Vec::new();
    let mut next = imports.keys().next();
    while let Some(folder) = next {
        if let Some(begin) = way.iter().position(|other| other == folder) {
            way.push(folder.clone());
            return way.split_off(begin);
        }
        way.push(folder.clone());
        next = imports[folder]
            .iter()
            .find(|other| imports.contains_key(*other));
    }
    way
}

fn lowest(imports: &Imports) -> Option<String> {
    let is_low =
        |others: &BTreeSet<String>| !others.iter().any(|other| imports.contains_key(other));
    let (folder, _) = imports.iter().find(|(_, others)| is_low(others))?;
    Some(folder.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(of: &[(&str, &[&str])]) -> Imports {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        of.iter()
            .map(|(folder, others)| ((*folder).to_owned(), owned(others)))
            .collect()
    }

    #[test]
    fn a_stack_has_no_circle() {
        let stack = imports(&[
            ("api", &["client", "codec"]),
            ("client", &["codec"]),
            ("codec", &[]),
        ]);
        assert_eq!(circle(stack), Vec::<String>::new());
    }

    #[test]
    fn a_circle_over_three_folders_is_named_without_what_leads_to_it() {
        let knot = imports(&[
            ("api", &["client"]),
            ("client", &["codec", "errors"]),
            ("codec", &["values"]),
            ("errors", &[]),
            ("values", &["client"]),
        ]);
        assert_eq!(circle(knot), ["client", "codec", "values", "client"]);
    }

    #[test]
    fn imports_of_types_and_of_whole_files_count_and_packages_do_not() {
        let text = "import type { A } from '../codec/a.js'\nimport './b.js'\nimport { c } from 'c'\n\
             export { d } from './d.js'\ndeclare const e: import('../e/e.js').E\n";
        let mut folders = imported(text)
            .map(|file| folder_of(&joined("client", file)))
            .collect::<Vec<_>>();
        folders.sort();
        assert_eq!(folders, ["client", "client", "codec", "e"]);
    }
}
