//! The imports of Rust's files: every path that leads to an item of another file. What a file only passes on
//! (`pub use`) counts for the file that has it.

use super::graph::{Graph, files};
use anyhow::{Context, Result};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use syn::visit::{self, Visit};

/// Reads the crate whose sources are below `root`.
///
/// # Errors
/// When one cannot be read, or is not valid Rust.
pub fn read(root: &Path) -> Result<Graph> {
    graph(&files(root, ".rs")?)
}

/// A module's names, from the crate's root.
type Names = Vec<String>;

/// A module, which is a file or stands in one.
#[derive(Default)]
struct Module {
    file: String,
    /// What it defines, except for modules.
    items: BTreeSet<String>,
    /// Names that it has from elsewhere, with the paths from here.
    uses: BTreeMap<String, Names>,
    /// Where it has all names from.
    globs: Vec<Names>,
    /// The paths by which it names what is elsewhere.
    paths: Vec<Names>,
}

fn graph(files: &BTreeMap<String, String>) -> Result<Graph> {
    let mut modules = BTreeMap::new();
    for (file, text) in files {
        let syntax = syn::parse_file(text).with_context(|| format!("{file} is not valid Rust"))?;
        let mut reader = Reader {
            file,
            at: module_of(file),
            modules: &mut modules,
        };
        reader.enter();
        reader.visit_file(&syntax);
    }
    let mut graph = Graph::default();
    for (at, module) in &modules {
        graph.add(&module.file);
        for path in &module.paths {
            if let Some(file) = Resolver(&modules).file(at, path, 0) {
                graph.connect(&module.file, file);
            }
        }
    }
    Ok(graph)
}

fn module_of(file: &str) -> Names {
    let path = file.trim_end_matches(".rs");
    let mut names: Names = path.split('/').map(str::to_owned).collect();
    if names
        .last()
        .is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str()))
    {
        names.pop();
    }
    names
}

/// Reads a file's modules.
struct Reader<'a> {
    file: &'a str,
    at: Names,
    modules: &'a mut BTreeMap<Names, Module>,
}

impl Reader<'_> {
    fn module(&mut self) -> &mut Module {
        self.modules.entry(self.at.clone()).or_default()
    }

    fn enter(&mut self) {
        let file = self.file.to_owned();
        self.module().file = file;
    }

    fn define(&mut self, name: &syn::Ident) {
        let name = name.to_string();
        self.module().items.insert(name);
    }

    fn add_use(&mut self, tree: &syn::UseTree, path: &Names, passes_on: bool) {
        let with = |name: &syn::Ident| [path.as_slice(), &[name.to_string()]].concat();
        let (name, target) = match tree {
            syn::UseTree::Path(part) => {
                return self.add_use(&part.tree, &with(&part.ident), passes_on);
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_use(tree, path, passes_on);
                }
                return;
            }
            syn::UseTree::Glob(_) => {
                self.module().globs.push(path.clone());
                if !passes_on {
                    self.module().paths.push(path.clone());
                }
                return;
            }
            syn::UseTree::Name(part) if part.ident == "self" => {
                (path.last().cloned().unwrap_or_default(), path.clone())
            }
            syn::UseTree::Name(part) => (part.ident.to_string(), with(&part.ident)),
            syn::UseTree::Rename(part) => (part.rename.to_string(), with(&part.ident)),
        };
        if !passes_on {
            self.module().paths.push(target.clone());
        }
        self.module().uses.insert(name, target);
    }

    /// Paths stand in macros as tokens.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path = Names::new();
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    let goes_on = path.last().is_some_and(|last| last == "::");
                    if goes_on {
                        path.pop();
                    } else {
                        self.add_path(std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' && !path.is_empty() => {
                    if path.last().is_some_and(|last| last != "::") {
                        path.push("::".to_owned());
                    }
                }
                other => {
                    self.add_path(std::mem::take(&mut path));
                    if let TokenTree::Group(group) = other {
                        self.add_tokens(group.stream());
                    }
                }
            }
        }
        self.add_path(path);
    }

    fn add_path(&mut self, mut path: Names) {
        path.retain(|name| name != "::");
        if path.len() > 1 {
            self.module().paths.push(path);
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Path>()
                .is_ok_and(|path| path.is_ident("test"))
    })
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        match item {
            syn::Item::Fn(item) => self.define(&item.sig.ident),
            syn::Item::Struct(item) => self.define(&item.ident),
            syn::Item::Enum(item) => self.define(&item.ident),
            syn::Item::Union(item) => self.define(&item.ident),
            syn::Item::Type(item) => self.define(&item.ident),
            syn::Item::Trait(item) => self.define(&item.ident),
            syn::Item::Const(item) => self.define(&item.ident),
            syn::Item::Static(item) => self.define(&item.ident),
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.content.is_none() || is_test(&item.attrs) {
            return;
        }
        self.at.push(item.ident.to_string());
        self.enter();
        visit::visit_item_mod(self, item);
        self.at.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let passes_on = !matches!(item.vis, syn::Visibility::Inherited);
        self.add_use(&item.tree, &Names::new(), passes_on);
    }

    // For whom something is visible says nothing of what is used.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add_path(
            path.segments
                .iter()
                .map(|part| part.ident.to_string())
                .collect(),
        );
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.add_tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }
}

/// How many modules a name may be passed on by.
const MOST_STEPS: usize = 16;

struct Resolver<'a>(&'a BTreeMap<Names, Module>);

impl<'a> Resolver<'a> {
    /// The file that has what `path` names in the module `at`; none for what is of another crate.
    fn file(&self, at: &Names, path: &[String], steps: usize) -> Option<&'a str> {
        let mut module = at.clone();
        let mut rest = path;
        let mut is_here = false;
        while let Some((name, after)) = rest.split_first() {
            match name.as_str() {
                "crate" => module.clear(),
                "self" => {}
                "super" => drop(module.pop()?),
                name => {
                    let child = [module.as_slice(), &[name.to_owned()]].concat();
                    if !self.0.contains_key(&child) {
                        return self.item(&module, rest, is_here, steps);
                    }
                    module = child;
                }
            }
            (is_here, rest) = (true, after);
        }
        Some(&self.0.get(&module)?.file)
    }

    /// The file that has the item whose name `path` begins with, which `at` has or passes on. Where nothing says that
    /// it is there, it may be another crate's.
    fn item(&self, at: &Names, path: &[String], is_there: bool, steps: usize) -> Option<&'a str> {
        let module = self.0.get(at)?;
        let name = path.first()?;
        if module.items.contains(name) {
            return Some(&module.file);
        }
        if !is_there || steps == MOST_STEPS {
            return None;
        }
        if let Some(target) = module.uses.get(name) {
            return self.file(at, target, steps + 1);
        }
        module.globs.iter().find_map(|glob| {
            let target = [glob.as_slice(), std::slice::from_ref(name)].concat();
            self.file(at, &target, steps + 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::graph;

    fn circles(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let files = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let graph = graph(&files.collect()).expect("it is Rust");
        let circles = graph.circles();
        circles
            .iter()
            .map(|circle| circle.iter().map(ToString::to_string).collect())
            .collect()
    }

    #[test]
    fn given_paths_of_each_form_then_they_are_followed() {
        for path in [
            "use super::b::B;",
            "use crate::{b::{self}, c};",
            "fn f() { super::b::f(); }",
            "fn f() { println!(\"{}\", super::b::f()) }",
            "use super::Passed;",
            "use crate::All;",
            "mod inner { use super::super::b::B; }",
        ] {
            let found = circles(&[
                (
                    "lib.rs",
                    "mod a; mod b; mod c; pub use b::B as Passed; pub use c::*;",
                ),
                ("a.rs", &format!("{path} pub fn used() {{}}")),
                ("b.rs", "use super::a::used; pub struct B; pub fn f() {}"),
                ("c.rs", "use crate::a::used; pub struct All;"),
            ]);
            assert!(!found.is_empty(), "{path}");
            assert!(found[0].contains(&"a.rs".to_owned()), "{path}");
        }
    }

    #[test]
    fn given_what_is_passed_on_or_only_tested_then_it_is_no_import() {
        let found = circles(&[
            ("lib.rs", "mod a; pub use a::A; pub fn f() {}"),
            (
                "a.rs",
                "use super::f; use std::fmt; pub struct A; #[cfg(test)] mod tests { use super::super::b::B; }",
            ),
            ("b.rs", "use super::a::A; pub struct B;"),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }
}
