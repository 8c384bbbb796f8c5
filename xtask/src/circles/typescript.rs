//! The imports of TypeScript's files.

use super::graph::{Graph, files};
use anyhow::Result;
use std::collections::BTreeMap;
use std::path::Path;

/// Reads the files below `root`.
///
/// # Errors
/// When one cannot be read.
pub fn read(root: &Path) -> Result<Graph> {
    Ok(graph(&files(root, ".ts")?))
}

fn graph(files: &BTreeMap<String, String>) -> Graph {
    let mut graph = Graph::default();
    for (file, text) in files {
        graph.add(file);
        for module in text.lines().filter_map(imported) {
            if let Some(other) = beside(file, module)
                && let Some(other) = [".ts", ".d.ts"]
                    .map(|ext| format!("{other}{ext}"))
                    .iter()
                    .find(|other| files.contains_key(*other))
            {
                graph.connect(file, other);
            }
        }
    }
    graph
}

/// The module that a line imports: `… from './a.js'`, `import './a.js'` or `import('./a.js')`.
fn imported(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if line.starts_with("//") || line.starts_with('*') || line.starts_with("/*") {
        return None;
    }
    ["from '", "import '", "import('"].iter().find_map(|start| {
        let (before, after) = line.split_once(start)?;
        let is_word = before
            .chars()
            .next_back()
            .is_none_or(|last| !last.is_alphanumeric());
        is_word.then_some(after.split_once('\'')?.0)
    })
}

/// What a relative module is called from the root, without its extension.
fn beside(file: &str, module: &str) -> Option<String> {
    let module = module.strip_suffix(".js")?;
    let mut path: Vec<&str> = file.split('/').collect();
    path.pop();
    for part in module.split('/') {
        match part {
            "." => {}
            ".." => drop(path.pop()?),
            part => path.push(part),
        }
    }
    module.starts_with('.').then(|| path.join("/"))
}

#[cfg(test)]
mod tests {
    use super::graph;

    #[test]
    fn given_imports_of_each_form_then_they_are_found() {
        let text = |text: &str| text.to_owned();
        let files = [
            (
                "a.ts",
                "import type { B } from './in/b.js'\n// from './e.js'",
            ),
            ("in/b.ts", "export {\n  c,\n} from '../c.js'"),
            ("c.ts", "import './d.js'\nimport lib from 'lib'"),
            ("d.d.ts", "const x = await import('./a.js')"),
            ("e.ts", ""),
        ];
        let files = files.map(|(name, source)| (name.to_owned(), text(source)));
        let graph = graph(&files.into_iter().collect());
        assert_eq!(graph.circles(), [["a.ts", "c.ts", "d.d.ts", "in/b.ts"]]);
    }
}
