//! The definitions for editors in `host-js/library`: what they define is what a script finds.

use crate::support::run;
use std::collections::BTreeSet;
use std::path::Path;

const LISTS_NAMES: &str = include_str!("definitions.lua");

/// The definition files, by name.
fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host-js/library");
    let entries = folder.read_dir().expect("the folder is there");
    let read = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = std::fs::read_to_string(path).expect("a file of text");
        (name.into_owned(), text)
    };
    entries
        .map(|entry| read(&entry.expect("an entry").path()))
        .collect()
}

/// The name and the parameters of the function that a line defines.
fn function(line: &str) -> Option<(String, Vec<&str>)> {
    let (name, rest) = line.strip_prefix("function ")?.split_once('(')?;
    let parameters = rest.strip_suffix(") end")?.split(", ");
    let named = parameters.filter(|parameter| !parameter.is_empty());
    Some((name.replace(':', "."), named.collect()))
}

/// The name of the variable that a line defines.
fn variable(line: &str) -> Option<&str> {
    let (name, _) = line.split_once(" = ")?;
    (!name.contains(' ')).then_some(name)
}

#[test]
fn given_the_definitions_then_they_name_what_a_script_finds_and_nothing_else() {
    let mut defined = BTreeSet::new();
    for (_, text) in files() {
        for line in text.lines() {
            let name = match function(line) {
                Some((name, _)) => format!("function {name}"),
                None => match variable(line) {
                    Some(name) => name.to_owned(),
                    None => continue,
                },
            };
            assert!(defined.insert(name), "it is defined twice: {line}");
        }
    }
    let ended = run(LISTS_NAMES);
    assert!(ended.result.is_ok(), "{:?}", ended.result);
    let found: BTreeSet<_> = ended.output.lines().map(str::to_owned).collect();
    assert!(found.len() > 80, "{found:?}");

    let missing: Vec<_> = found.difference(&defined).collect();
    let absent: Vec<_> = defined.difference(&found).collect();
    assert!(
        missing.is_empty() && absent.is_empty(),
        "not defined: {missing:?}; defined, and not there: {absent:?}"
    );
}

#[test]
fn given_a_definition_then_it_is_lua_and_documents_its_parameters_in_order() {
    for (file, text) in files() {
        assert!(text.starts_with("---@meta\n"), "{file}");
        let loads = format!("assert(load([==[{text}]==]))");
        let ended = run(&loads);
        assert!(ended.result.is_ok(), "{file}: {:?}", ended.result);

        let mut documented = Vec::new();
        for line in text.lines() {
            if let Some(parameter) = line.strip_prefix("---@param ") {
                let name = parameter.split(' ').next().unwrap_or_default();
                documented.push(name.trim_end_matches('?'));
            } else if !line.starts_with("---") {
                if let Some((name, parameters)) = function(line) {
                    assert_eq!(documented, parameters, "{file}: {name}");
                }
                documented.clear();
            }
        }
    }
}
