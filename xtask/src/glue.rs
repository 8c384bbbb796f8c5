//! wasm-bindgen's JavaScript, made small: by short names for what it and the module give each
//! other, and without the ways to load a module that the worker's entry script does not go.

use crate::args::Artifact;
use anyhow::{Context, Result, bail};
use std::collections::HashMap;

/// The names that wasm-opt gives a module's imports and exports, as it prints them.
#[derive(serde::Deserialize)]
pub struct Renamed {
    /// The module, the old name, the new one. All come from the module `a`.
    imports: Vec<(String, String, String)>,
    exports: Vec<(String, String)>,
}

impl Renamed {
    /// From what wasm-opt prints.
    ///
    /// # Errors
    /// When it is something else.
    pub fn parse(printed: &str) -> Result<Self> {
        serde_json::from_str(printed)
            .context("wasm-opt does not print the names that it changes: mend xtask/src/glue.rs")
    }

    /// The JavaScript for the module with the new names.
    ///
    /// # Errors
    /// When it does not give the module all imports in the way that it used to.
    pub fn apply(&self, glue: &str) -> Result<String> {
        let mut imports: HashMap<_, _> = self
            .imports
            .iter()
            .map(|(_, old, new)| (old.as_str(), new.as_str()))
            .collect();
        let exports: HashMap<_, _> = self
            .exports
            .iter()
            .map(|(old, new)| (old.as_str(), new.as_str()))
            .collect();
        let mut lines = Vec::new();
        for line in glue.lines() {
            let key = line.trim_start().split(':').next().unwrap_or_default();
            let mut line = match imports.remove(key) {
                Some(new) => line.replacen(key, new, 1),
                None => line.to_owned(),
            };
            if let Some((module, ..)) = self.imports.first() {
                line = line.replace(&format!("\"{module}\":"), "a:");
            }
            lines.push(rename_exports(&line, &exports));
        }
        match imports.keys().next() {
            Some(name) => bail!("wasm-bindgen's glue has no import {name}: mend xtask/src/glue.rs"),
            None => Ok(lines.join("\n")),
        }
    }
}

/// Renames what follows `wasm.`, the glue's name for the exports.
fn rename_exports(line: &str, exports: &HashMap<&str, &str>) -> String {
    let mut pieces = line.split("wasm.");
    let mut renamed = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece
            .find(|character: char| !(character.is_alphanumeric() || character == '_'))
            .unwrap_or(piece.len());
        let (name, rest) = piece.split_at(end);
        renamed += "wasm.";
        renamed += exports.get(name).unwrap_or(&name);
        renamed += rest;
    }
    renamed
}

/// What the worker's script calls, of the glue in this file.
pub fn entry(file: &str, artifact: Artifact) -> String {
    let enter = match artifact {
        Artifact::Jspi => format!("export {{ enter }} from './{file}'"),
        Artifact::Portable => "export const enter = undefined".to_owned(),
    };
    format!(
        "import {{ initSync }} from './{file}'\n\
         export {{ serve }} from './{file}'\n\
         {enter}\n\
         export default ({{ module_or_path: module }}) => initSync({{ module }})\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = r#"{
        "imports": [["./x_bg.js", "__wbg_add_1", "b"], ["./x_bg.js", "__wbg_tag", "c"]],
        "exports": [["memory", "d"], ["serve", "e"]]
    }"#;

    #[test]
    fn given_glue_then_both_sides_get_the_new_names() {
        let glue = "__wbg_add_1: function() {\n wasm.serve(wasm.memory.buffer, wasm.unknown)\n},\n\
                    __wbg_tag: __wbg_tag,\n\"./x_bg.js\": import0,";
        let renamed = Renamed::parse(PRINTED).and_then(|names| names.apply(glue));
        assert_eq!(
            renamed.expect("all is there"),
            "b: function() {\n wasm.e(wasm.d.buffer, wasm.unknown)\n},\n\
             c: __wbg_tag,\na: import0,"
        );
    }

    #[test]
    fn given_glue_that_lacks_an_import_then_it_fails() {
        let failure = Renamed::parse(PRINTED)
            .and_then(|names| names.apply("__wbg_tag: 1,"))
            .expect_err("an import is missing");
        assert!(failure.to_string().contains("__wbg_add_1"));
    }
}
