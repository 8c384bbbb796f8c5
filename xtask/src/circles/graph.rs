//! Files and what they import.

use crate::paths;
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Files by their path from the source's folder, with those that they import.
#[derive(Default)]
pub struct Graph(BTreeMap<String, BTreeSet<String>>);

impl Graph {
    /// Notes that there is this file.
    pub fn add(&mut self, file: &str) {
        self.0.entry(file.to_owned()).or_default();
    }

    /// Notes that `file` imports `other`.
    pub fn connect(&mut self, file: &str, other: &str) {
        if file != other {
            let imports = self.0.entry(file.to_owned()).or_default();
            imports.insert(other.to_owned());
        }
    }

    fn imports<'a>(&'a self, file: &str) -> impl Iterator<Item = &'a str> {
        self.0.get(file).into_iter().flatten().map(String::as_str)
    }

    /// The sets of files each of which leads to all the others.
    pub fn circles(&self) -> Vec<Vec<&str>> {
        let reached: BTreeMap<&str, BTreeSet<&str>> = self
            .0
            .keys()
            .map(|file| (file.as_str(), self.reached(file)))
            .collect();
        let mut circles: Vec<Vec<&str>> = Vec::new();
        for (file, all) in &reached {
            if !all.contains(file) || circles.iter().any(|circle| circle.contains(file)) {
                continue;
            }
            let back = |other: &&&str| reached[**other].contains(file);
            circles.push(all.iter().filter(back).copied().collect());
        }
        circles
    }

    /// Where imports lead from `file`; itself too, if they lead back.
    fn reached<'a>(&'a self, file: &str) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&str> = self.imports(file).collect();
        while let Some(other) = next.pop() {
            if reached.insert(other) {
                next.extend(self.imports(other));
            }
        }
        reached
    }

    /// The folders, side by side, that import each other in a circle, each with an import of another of them.
    pub fn folder_circles(&self) -> Vec<String> {
        let mut folders_by_folder = Self::default();
        let mut ways: BTreeMap<(String, String), String> = BTreeMap::new();
        for file in self.0.keys() {
            for other in self.imports(file) {
                if let Some((one, two)) = folders(file, other) {
                    folders_by_folder.add(&two);
                    folders_by_folder.connect(&one, &two);
                    let way = ways.entry((one, two));
                    way.or_insert_with(|| format!("{file} imports {other}"));
                }
            }
        }
        let told = |circle: Vec<&str>| {
            let inside = |folder: &str| circle.contains(&folder);
            let of_circle = ways
                .iter()
                .filter(|((one, two), _)| inside(one) && inside(two));
            let ways: Vec<_> = of_circle.map(|(_, way)| way.as_str()).collect();
            format!("{}: {}", circle.join(", "), ways.join("; "))
        };
        folders_by_folder.circles().into_iter().map(told).collect()
    }
}

/// The folders side by side in which two files are; none when one is not in a folder there.
fn folders(file: &str, other: &str) -> Option<(String, String)> {
    let (one, two): (Vec<&str>, Vec<&str>) =
        (file.split('/').collect(), other.split('/').collect());
    let shared = one.iter().zip(&two).take_while(|(a, b)| a == b).count();
    if one.len() < shared + 2 || two.len() < shared + 2 {
        return None;
    }
    Some((one[..=shared].join("/"), two[..=shared].join("/")))
}

/// The files below `root` whose names end in `suffix`, by their paths from there, with their texts.
pub fn files(root: &Path, suffix: &str) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for path in paths::files_below(root, suffix)? {
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
        files.insert(name, text);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::Graph;

    fn graph(imports: &[(&str, &str)]) -> Graph {
        let mut graph = Graph::default();
        for (file, other) in imports {
            graph.add(file);
            graph.add(other);
            graph.connect(file, other);
        }
        graph
    }

    #[test]
    fn given_files_that_lead_to_each_other_then_they_are_one_circle() {
        let graph = graph(&[("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("e", "a")]);
        assert_eq!(graph.circles(), [["a", "b", "c"]]);
    }

    #[test]
    fn given_folders_that_import_each_other_then_they_are_told_with_both_imports() {
        let graph = graph(&[
            ("x/a", "y/b"),
            ("y/c", "x/d"),
            ("x/a", "z"),
            ("z", "x/a"),
            ("x/in/e", "x/a"),
            ("x/a", "x/in/e"),
        ]);
        assert_eq!(
            graph.folder_circles(),
            ["x, y: x/a imports y/b; y/c imports x/d"]
        );
    }
}
