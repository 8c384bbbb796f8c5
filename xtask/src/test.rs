//! `cargo xtask test`: every test there is, and one line that counts them.

mod apps;
mod browser;
mod cargo;
mod kill;
mod lanes;
mod leveldb;
mod node;
pub mod rust_page;
mod shared_state;
mod tally;
mod web;

use crate::args::TestArgs;
use crate::browser::Engine;
use crate::build;
use crate::package::Flavour;
use crate::{package, paths, process, setup, wasm};
use anyhow::Result;
use browser::files::{self, Bundles};
use browser::page::Page;
use lanes::Group;
use std::process::ExitCode;
use std::sync::Arc;
use tally::Tally;

/// The groups that `--only` can name; it can name a browser test's file too, and is else a
/// filter of the Rust tests. `apps/NAME` names apps, and `shared-state/NAME` cases of that group.
const TYPES: &str = "types";
const RUST: &str = "rust";
const CLI: &str = "cli";
const BROWSER: &str = "browser";
const KILL: &str = "kill";
const APPS: &str = "apps";
const NODE: &str = "node";
const SHARED_STATE: &str = "shared-state";

const GROUPS: [&str; 8] = [TYPES, RUST, CLI, BROWSER, KILL, APPS, NODE, SHARED_STATE];

/// How the time is reported that `browser` and the groups beside it took together.
const BROWSERS: &str = "browser and those beside it";

/// How often the browser is killed at least.
const KILLS: u32 = 3;

/// Which tests `--only` asks for.
#[derive(Default)]
struct Wanted<'a> {
    /// Whether it asks for some alone.
    only: bool,
    groups: Vec<&'a str>,
    /// What follows `apps/` and `shared-state/`.
    part: Option<&'a str>,
    /// What is no group's name: parts of the names of tests or files.
    filters: Vec<&'a str>,
}

impl<'a> Wanted<'a> {
    fn by(only: Option<&'a str>) -> Self {
        let mut wanted = Self {
            only: only.is_some(),
            ..Self::default()
        };
        for name in only.into_iter().flat_map(|only| only.split(',')) {
            match name.split_once('/') {
                Some((group @ (APPS | SHARED_STATE), part)) => {
                    wanted.groups.push(group);
                    wanted.part = Some(part);
                }
                _ if GROUPS.contains(&name) => wanted.groups.push(name),
                _ => wanted.filters.push(name),
            }
        }
        wanted
    }

    /// Whether this group is wanted, which no filter takes a part of.
    fn all_of(&self, group: &str) -> bool {
        !self.only || self.groups.contains(&group)
    }

    /// Whether this group of Rust's tests is, at least in part: a name such as `api/runner` is of a browser test's file, and
    /// theirs have no slash.
    fn of_rust(&self, group: &str) -> bool {
        self.all_of(group) || self.filters.iter().any(|filter| !filter.contains('/'))
    }

    /// Whether the browser's tests are, at least in part.
    fn pages(&self) -> bool {
        self.all_of(BROWSER) || !self.filters.is_empty()
    }

    /// Which tests of a group are wanted: those with one of these in their names, or all if there is none.
    fn filters(&self, group: &str) -> &[&'a str] {
        if self.all_of(group) {
            &[]
        } else {
            &self.filters
        }
    }

    /// Whether any group is that needs the package.
    fn package(&self) -> bool {
        let groups = [APPS, KILL, NODE, SHARED_STATE];
        self.of_rust(CLI) || self.pages() || groups.iter().any(|group| self.all_of(group))
    }
}

/// Runs the tests. The exit code tells whether all passed, and at least one ran.
///
/// # Errors
/// When something that is needed is missing and cannot be installed; not when a test fails.
pub fn test(args: &TestArgs) -> Result<ExitCode> {
    let wanted = Wanted::by(args.only.as_deref());
    setup::build_tools()?;
    setup::npm_packages(&paths::host_js())?;
    let mut tally = Tally::default();
    let ((), (built, counted)) = process::both(
        || natively(&wanted, &mut tally),
        || {
            let mut tally = Tally::default();
            let built = built(&wanted, args, &mut tally)?;
            Ok((built, tally))
        },
    )?;
    tally.merge(counted);
    if let Some(Built { bundles, pages }) = built {
        let groups = groups(&wanted, args, bundles);
        tally.group(BROWSERS, |tally| lanes::run(groups, pages, tally))?;
    }
    Ok(tally.report())
}

/// What needs no package.
fn natively(wanted: &Wanted<'_>, tally: &mut Tally) -> Result<()> {
    if wanted.all_of(TYPES) {
        tally.group(TYPES, |tally| {
            let checked = process::step("checking all TypeScript strictly", || {
                process::run(&mut package::npm_run("check"))
            });
            tally.one("TypeScript is strictly right", checked);
            Ok(())
        })?;
    }
    if wanted.of_rust(RUST) {
        tally.group(RUST, |tally| {
            setup::lua_libraries()?;
            cargo::test(
                &[
                    "--workspace",
                    "--exclude",
                    "xtask",
                    "--exclude",
                    wasm::WORKER,
                    "--exclude",
                    rust_page::PACKAGE,
                ],
                wanted.filters(RUST),
                tally,
            )
        })?;
    }
    Ok(())
}

/// What the groups need that the package is for.
struct Built {
    /// The bundled browser tests, where they are wanted.
    bundles: Option<Arc<Bundles>>,
    pages: Vec<Page>,
}

/// Builds it; gives nothing where nothing is needed or the package does not build.
fn built(wanted: &Wanted<'_>, args: &TestArgs, tally: &mut Tally) -> Result<Option<Built>> {
    if !wanted.package() {
        return Ok(None);
    }
    tally.group("the package", |tally| {
        if !tally.step("the package builds", build::build(Flavour::Release)) {
            return Ok(None);
        }
        Engine::Chromium.prepare()?;
        let filters = wanted.filters(BROWSER);
        let visits = wanted.pages() && !files::list(filters)?.is_empty();
        let mut bundles = None;
        if visits || wanted.all_of(SHARED_STATE) {
            match process::step("bundling the browser tests", Bundles::make) {
                Ok(made) => bundles = Some(Arc::new(made)),
                Err(error) => drop(tally.one("the browser tests bundle", Err::<(), _>(error))),
            }
        }
        let pages = match &bundles {
            Some(bundles) if visits => {
                let engines = args.browser.engines();
                browser::prepare(engines, filters, args.rounds, bundles, tally)?
            }
            _ => Vec::new(),
        };
        Ok(Some(Built { bundles, pages }))
    })
}

/// The groups besides the browser's, the longest first.
fn groups(wanted: &Wanted<'_>, args: &TestArgs, bundles: Option<Arc<Bundles>>) -> Vec<Group> {
    let kills = args.rounds.max(KILLS);
    let rounds = args.rounds;
    let part = wanted.part.map(str::to_owned);
    let mut groups = Vec::new();
    if wanted.all_of(NODE) {
        groups.push(Group::new(NODE, move |tally| node::test(kills, tally)));
    }
    if wanted.all_of(APPS) {
        let part = part.clone();
        groups.push(Group::new(APPS, move |tally| {
            apps::test(part.as_deref(), tally)
        }));
    }
    if wanted.all_of(SHARED_STATE)
        && let Some(bundles) = bundles
    {
        groups.push(Group::new(SHARED_STATE, move |tally| {
            shared_state::test(part.as_deref(), rounds, &bundles, tally)
        }));
    }
    if wanted.of_rust(CLI) {
        let filters = wanted.filters(CLI).iter().copied();
        let filters: Vec<_> = filters.map(str::to_owned).collect();
        // The tests start browsers and build steps of their own: not many at once.
        groups.push(Group::new(CLI, move |tally| {
            cargo::test(&["--package", "xtask"], &filters, tally)
        }));
    }
    if wanted.all_of(KILL) {
        groups.push(Group::new(KILL, move |tally| kill::test(kills, tally)));
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::{APPS, BROWSER, CLI, NODE, RUST, TYPES, Wanted};

    #[test]
    fn without_names_all_is_wanted() {
        let wanted = Wanted::by(None);
        assert!(wanted.all_of(TYPES) && wanted.of_rust(RUST) && wanted.pages());
        assert!(wanted.filters(RUST).is_empty() && wanted.filters(BROWSER).is_empty());
    }

    #[test]
    fn a_group_that_is_named_is_wanted_alone_and_whole() {
        let wanted = Wanted::by(Some("node,apps/vite"));
        assert!(wanted.all_of(NODE) && wanted.all_of(APPS) && wanted.package());
        assert_eq!(wanted.part, Some("vite"));
        assert!(!wanted.all_of(TYPES) && !wanted.of_rust(CLI) && !wanted.pages());
        assert!(!Wanted::by(Some(RUST)).package());
    }

    #[test]
    fn other_names_are_of_tests_and_those_with_a_slash_of_pages() {
        let wanted = Wanted::by(Some("limits/,api/runner"));
        assert!(wanted.pages() && !wanted.of_rust(RUST) && !wanted.all_of(NODE));
        assert_eq!(wanted.filters(BROWSER), ["limits/", "api/runner"]);
        let wanted = Wanted::by(Some("browser,counting"));
        assert!(wanted.of_rust(RUST) && wanted.filters(BROWSER).is_empty());
        assert_eq!(wanted.filters(RUST), ["counting"]);
    }
}
