//! The test files of `tests/browser`: how one is run is said by its folder, and what it needs by what it imports.

use crate::{package, paths, process};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The time limit of one test.
const TEST_TIMEOUT: Duration = Duration::from_secs(20);

/// How long a page may say nothing: for longer than the limit that any test has of its own.
const SILENCE: Duration = Duration::from_secs(150);

/// Both for each round of a soak.
const SOAK_TIMEOUT: Duration = Duration::from_secs(240);

/// A test file, by its folder and its name without extension.
#[derive(Clone)]
pub struct TestFile {
    folder: String,
    name: String,
}

/// How a test file is run.
#[derive(Clone)]
pub struct Treatment {
    /// Whether it runs once, however many rounds there are.
    pub once: bool,
    /// Whether it computes for long, and leaves nothing that another could use.
    pub heavy: bool,
    /// The time limit of one test.
    pub timeout: Duration,
    /// How long its page may say nothing.
    pub silence: Duration,
}

/// Something that not every test needs: a file does when it imports the file of `support` that gives it.
#[derive(Clone, Copy)]
pub enum Need {
    /// The worker with test-only functions.
    TestingPackage,
    /// The page in Rust.
    RustPage,
    /// Control of its browser.
    DevTools,
    /// A private window.
    PrivateWindow,
    /// The machine for itself: it measures time.
    Machine,
    /// Half of the machine: all of it is slow.
    HalfMachine,
}

impl Need {
    /// Which files of `support` give it.
    fn imports(self) -> &'static [&'static str] {
        match self {
            Self::TestingPackage => &["support/testing-package.ts"],
            Self::RustPage => &["support/rust-page.ts"],
            Self::DevTools => &["support/devtools.ts"],
            Self::PrivateWindow => &["support/private-window.ts"],
            Self::Machine => &[
                "support/beside.ts",
                "support/longest-task.ts",
                "support/took.ts",
            ],
            Self::HalfMachine => &["support/short-stack.ts"],
        }
    }
}

fn folder() -> PathBuf {
    paths::root().join("tests/browser")
}

/// The test files whose `FOLDER/NAME.test.ts` has one of `filters` in it, or all if there is none.
///
/// # Errors
/// When they cannot be listed.
pub fn list(filters: &[&str]) -> Result<Vec<TestFile>> {
    let mut paths = paths::files_below(&folder(), ".test.ts")?;
    paths.sort();
    let files = paths.iter().filter_map(|path| TestFile::at(path));
    let wanted = |file: &TestFile| {
        let name = format!("{}.test.ts", file.path());
        filters.is_empty() || filters.iter().any(|filter| name.contains(filter))
    };
    Ok(files.filter(wanted).collect())
}

impl TestFile {
    fn at(path: &Path) -> Option<Self> {
        let path = path.strip_prefix(folder()).ok()?.to_str()?;
        let (folder, name) = path.split_once('/')?;
        Some(Self {
            folder: folder.to_owned(),
            name: name.strip_suffix(".test.ts")?.to_owned(),
        })
    }

    /// `FOLDER/NAME`, as messages and `--only` name it.
    pub fn path(&self) -> String {
        format!("{}/{}", self.folder, self.name)
    }

    /// Whether it is a soak, which takes the longer the more rounds there are.
    pub fn is_soak(&self) -> bool {
        self.folder == "soak"
    }

    /// Whether it is about what scripts do, so that it runs once more with their functions compiled as early as can be.
    pub fn runs_scripts(&self) -> bool {
        let folders = ["errors", "hostile", "limits", "modules", "state", "values"];
        folders.contains(&&*self.folder)
    }

    /// How it is run when there are `rounds`.
    pub fn treatment(&self, rounds: u32) -> Treatment {
        let soak = self.is_soak();
        Treatment {
            // The hostile scripts take long too, and a soak runs them more often.
            once: soak || self.folder == "hostile",
            heavy: soak || self.folder == "hostile",
            timeout: if soak {
                SOAK_TIMEOUT * rounds
            } else {
                TEST_TIMEOUT
            },
            silence: if soak { SOAK_TIMEOUT * rounds } else { SILENCE },
        }
    }
}

/// The bundles of all test files.
pub struct Bundles {
    folder: PathBuf,
    /// What each is made of, by esbuild's paths, which are as `host-js` sees them.
    inputs: HashMap<String, HashMap<String, serde::de::IgnoredAny>>,
}

/// The metafile of esbuild.
#[derive(Deserialize)]
struct Metafile {
    outputs: HashMap<String, Output>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Output {
    entry_point: Option<String>,
    inputs: HashMap<String, serde::de::IgnoredAny>,
}

impl Bundles {
    /// Makes them.
    ///
    /// # Errors
    /// When the tests cannot be bundled.
    pub fn make() -> Result<Self> {
        let folder = paths::target().join("xtask").join("tests");
        let metafile = folder.join("metafile.json");
        process::run(package::npm_run("bundle-tests").args([
            format!("--outdir={}", folder.display()),
            format!("--metafile={}", metafile.display()),
        ]))?;
        let text = std::fs::read_to_string(&metafile)
            .with_context(|| format!("cannot read {}", metafile.display()))?;
        Self::read(folder, &text)
    }

    fn read(folder: PathBuf, metafile: &str) -> Result<Self> {
        let Metafile { outputs } =
            serde_json::from_str(metafile).context("esbuild's metafile is not understood")?;
        let inputs = outputs
            .into_values()
            .filter_map(|output| Some((output.entry_point?, output.inputs)))
            .collect();
        Ok(Self { folder, inputs })
    }

    /// Where they are: that of `FOLDER/NAME` is `FOLDER/NAME.test.js` there.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether a file needs this.
    pub fn needs(&self, file: &TestFile, need: Need) -> bool {
        let browser = "../tests/browser";
        self.inputs
            .get(&format!("{browser}/{}.test.ts", file.path()))
            .is_some_and(|inputs| {
                let mut imports = need.imports().iter();
                imports.any(|import| inputs.contains_key(&format!("{browser}/{import}")))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::{Bundles, Need, TestFile, list};
    use std::collections::BTreeSet;

    fn file(folder: &str, name: &str) -> TestFile {
        TestFile {
            folder: folder.to_owned(),
            name: name.to_owned(),
        }
    }

    #[test]
    fn a_file_needs_what_it_imports_and_nothing_that_it_only_speaks_of() {
        let metafile = r#"{ "inputs": {}, "outputs": { "a/b.test.js": {
            "entryPoint": "../tests/browser/a/b.test.ts",
            "inputs": { "../tests/browser/support/devtools.ts": { "bytesInOutput": 9 } } } } }"#;
        let bundles = Bundles::read("there".into(), metafile).expect("it is a metafile");

        assert!(bundles.needs(&file("a", "b"), Need::DevTools));
        assert!(!bundles.needs(&file("a", "b"), Need::TestingPackage));
        assert!(!bundles.needs(&file("a", "c"), Need::DevTools));
    }

    #[test]
    fn what_gives_a_need_is_there() {
        for need in [
            Need::TestingPackage,
            Need::RustPage,
            Need::DevTools,
            Need::PrivateWindow,
            Need::Machine,
            Need::HalfMachine,
        ] {
            for import in need.imports() {
                assert!(super::folder().join(import).is_file(), "{import}");
            }
        }
    }

    #[test]
    fn a_soak_runs_once_and_takes_longer_the_more_rounds_there_are() {
        let soak = |rounds| file("soak", "leaks").treatment(rounds);
        assert!(soak(3).once);
        assert_eq!(soak(3).timeout, soak(1).timeout * 3);
        let other = file("limits", "soaked").treatment(3);
        assert!(!other.once && other.timeout < soak(1).timeout);
    }

    #[test]
    fn every_test_file_is_in_a_folder_and_a_filter_may_name_either() {
        let paths = |filters: &[&str]| -> BTreeSet<String> {
            let files = list(filters).expect("the tests are listed");
            files.iter().map(TestFile::path).collect()
        };
        let all = paths(&[]);
        assert!(all.contains("soak/leaks") && all.contains("api/runner"));
        assert!(
            paths(&["soak/"])
                .iter()
                .all(|path| path.starts_with("soak/"))
        );
        assert_eq!(
            paths(&["api/runner", "soak/leaks"]),
            BTreeSet::from(["api/runner".to_owned(), "soak/leaks".to_owned()])
        );
    }
}
