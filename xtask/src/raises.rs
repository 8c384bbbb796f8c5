//! A check of what the sandbox holds while Lua may raise an error.
//!
//! An error passes over Rust's frames without dropping anything. So nothing that needs dropping may be
//! alive over a call that may raise, and such a call may only be made where Lua called, or where a
//! protected call catches. The compiler knows what is alive: where it is, a call unwinds to a block
//! that drops it, and that is what is looked for in the code as the compiler sees it.

mod alive;
mod calm;
mod mir;
#[cfg(test)]
mod tests;

use crate::{paths, process};
use anyhow::{Context, Result, bail, ensure};
use mir::{Body, Call};
use std::collections::HashSet;
use std::process::Command;

/// The crate that calls Lua's C.
const PACKAGE: &str = "pubwiki-lua-runtime";

/// The functions that must be found to raise, or the compiler writes another form than we read.
const KNOWN: &[&str] = &[
    "sandbox::native::errors::raise",
    "sandbox::native::marshal::push::push",
];

/// Looks at the whole crate.
///
/// # Errors
/// When something may be leaked by an error, or an error may be caught by nobody.
pub fn check() -> Result<()> {
    let folder = paths::target().join("mir");
    let mut cargo = Command::new("cargo");
    cargo
        .args(["rustc", "--quiet", "--package", PACKAGE, "--lib"])
        .arg("--target-dir")
        .arg(&folder)
        .args(["--", "--emit=mir", "-Ztrim-diagnostic-paths=no"])
        .arg("-Zmir-include-spans=yes")
        .env("RUSTC_BOOTSTRAP", "1")
        .current_dir(paths::root());
    process::run(&mut cargo)?;
    let text = latest(&folder.join("debug/deps"))?;
    let bodies = mir::parse(&text);
    let raising = Raising::of(&bodies);
    for known in KNOWN {
        ensure!(
            raising.names.contains(known),
            "the check of what raises does not find that {known} does: the compiler's form has changed"
        );
    }
    let findings = raising.findings();
    if !findings.is_empty() {
        bail!("{}", findings.join("\n"));
    }
    Ok(())
}

/// The text that was written last: others are of former settings.
fn latest(folder: &std::path::Path) -> Result<String> {
    let newest = std::fs::read_dir(folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "mir"))
        .max_by_key(|entry| entry.metadata().and_then(|data| data.modified()).ok())
        .context("the compiler wrote no .mir file")?;
    Ok(std::fs::read_to_string(newest.path())?)
}

/// Which functions may raise.
struct Raising<'a> {
    bodies: &'a [Body],
    all: HashSet<&'a str>,
    names: HashSet<&'a str>,
    closures: HashSet<&'a str>,
}

impl<'a> Raising<'a> {
    fn of(bodies: &'a [Body]) -> Self {
        let mut raising = Self {
            bodies,
            all: bodies.iter().map(|body| body.name.as_str()).collect(),
            names: HashSet::new(),
            closures: HashSet::new(),
        };
        loop {
            let before = raising.names.len();
            for body in bodies {
                let raises = body.calls.iter().any(|call| raising.raises(body, call));
                if raises && !calm::is_careful(&body.name) && raising.names.insert(&body.name) {
                    raising.closures.extend(body.closure.as_deref());
                }
            }
            if raising.names.len() == before {
                return raising;
            }
        }
    }

    fn raises(&self, body: &Body, call: &Call) -> bool {
        if let Some(kind) = body.type_of(&call.callee) {
            return is_callback(kind);
        }
        let path = without_types(&call.callee);
        if self.all.contains(path.as_str()) {
            return self.names.contains(path.as_str());
        }
        let name = path.rsplit("::").next().unwrap_or(&path);
        (name.starts_with("lua_") || name.starts_with("luaL_")) && !calm::is_calm(name)
    }

    /// What is wrong, a line each.
    fn findings(&self) -> Vec<String> {
        let each = self.bodies.iter();
        let leaks = each.clone().flat_map(|body| self.leaks(body));
        let lost = each.flat_map(|body| self.lost(body));
        leaks.chain(lost).chain(self.uncaught()).collect()
    }

    /// What is alive over a call that may raise.
    fn leaks(&self, body: &Body) -> Vec<String> {
        let calls = body.calls.iter();
        let calls: Vec<_> = calls.filter(|call| self.raises(body, call)).collect();
        let alive = calls.iter().zip(body.alive(&calls));
        alive
            .filter(|(_, types)| !types.is_empty() && !calm::is_careful(&body.name))
            .map(|(call, types)| {
                let types: Vec<_> = types.into_iter().collect();
                format!(
                    "{}: {} may raise an error of Lua's, which would leak {}",
                    call.place,
                    without_types(&call.callee),
                    types.join(" and ")
                )
            })
            .collect()
    }

    /// What may raise and goes where its calls cannot be followed.
    fn lost(&self, body: &Body) -> Vec<String> {
        let pointers = body.pointers.iter().filter_map(|(name, kind)| {
            let raises = !is_callback(kind) && self.names.contains(without_types(name).as_str());
            raises.then(|| format!("{}: {name} may raise, and becomes a pointer", body.name))
        });
        let given = body.calls.iter().filter_map(|call| {
            let path = without_types(&call.callee);
            let closure = (self.closures.iter())
                .find(|closure| call.callee.contains(**closure) && !calm::catches(&path));
            let function =
                || (self.names.iter()).find(|name| call.callee.contains(&format!("{{{name}}}")));
            let given = closure.or_else(function)?;
            let place = &call.place;
            Some(format!(
                "{place}: {given} may raise, and is given to {path}: write a loop"
            ))
        });
        pointers.chain(given).collect()
    }

    /// What may raise where nobody catches.
    fn uncaught(&self) -> Vec<String> {
        let calls = || self.bodies.iter().flat_map(|body| &body.calls);
        let pointers = self.bodies.iter().flat_map(|body| &body.pointers);
        let reached: HashSet<_> = calls()
            .map(|call| without_types(&call.callee))
            .chain(
                pointers
                    .filter(|(_, kind)| is_callback(kind))
                    .map(|(name, _)| without_types(name)),
            )
            .collect();
        let raising = self
            .bodies
            .iter()
            .filter(|body| self.names.contains(body.name.as_str()));
        raising
            .filter_map(|body| {
                let name = &body.name;
                if let Some(closure) = &body.closure {
                    let caught = |call: &Call| {
                        call.callee.contains(closure) && calm::catches(&without_types(&call.callee))
                    };
                    (!calls().any(caught)).then(|| {
                        format!("{closure} may raise, and nothing that catches is seen to call it")
                    })
                } else if name.contains("<impl at ") {
                    Some(format!(
                        "{name} may raise: only functions without a type of their own are followed"
                    ))
                } else {
                    (!reached.contains(name) && !calm::is_called_by_c(name)).then(|| {
                        format!("{name} may raise, and nobody whom Lua called is seen to call it")
                    })
                }
            })
            .collect()
    }
}

/// Whether this is the type of what Lua calls.
fn is_callback(kind: &str) -> bool {
    kind.contains("extern \"C-unwind\"")
}

/// A path without the types that are written after `::<`; those of an `impl` stay.
fn without_types(callee: &str) -> String {
    let mut path = String::new();
    let mut rest = callee;
    while let Some((before, types)) = rest.split_once("::<") {
        path += before;
        let mut depth = 1;
        let mut last = ' ';
        let end = types.find(|letter| {
            depth += i32::from(letter == '<') - i32::from(letter == '>' && last != '-');
            last = letter;
            depth == 0
        });
        let end = end.map_or(types.len(), |end| end + 1);
        if types.starts_with("impl ") && types[end..].starts_with("::") {
            path += "::<";
            path += &types[..end];
        }
        rest = &types[end..];
    }
    path + rest
}
