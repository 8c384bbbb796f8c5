//! What runs a script: a session whose page has registered the library's modules, and Debian's Lua.

use crate::packages::Library;
use crate::support::Page;
use pubwiki_lua_runtime::protocol::{Dialect, ModuleOp, Request, RunLimits, RunSpec};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `cases.lua` prints of a case that raises.
pub const FAILED: &str = "FAILED";

const HEAD: &str = "== ";
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/libraries");

/// Finds the registered modules by their bare names, and names their chunks as native Lua does.
const SEARCHER: &str = "local load = rawget(_G, 'loadstring') or load table.insert(package.searchers or package.loaders, function(name) \
    if name:find('^file:') then return '' end \
    local ok, file = pcall(require, 'file://' .. name:gsub('/', '.')) \
    if not ok then return file end \
    return assert(load(file.text, '@' .. file.path)), file.path end) ";

pub struct Peer<'a> {
    library: &'a Library,
    folders: Vec<PathBuf>,
    /// Name and path.
    modules: Vec<(String, PathBuf)>,
}

impl<'a> Peer<'a> {
    /// Finds the files of a library; panics with the command that installs them where it finds none.
    pub fn find(library: &'a Library) -> Self {
        let versions: &[&str] = match library.dialect {
            Dialect::Lua54 => &["5.4", "5.3", "5.2", "5.1"],
            Dialect::Lua51 => &["5.1"],
        };
        let doc = Path::new("/usr/share/doc");
        let mut folders = vec![Path::new(SCRIPTS).join("common")];
        folders.extend(library.examples.iter().map(|folder| doc.join(folder)));
        folders.extend(library.unpacked.map(|folder| unpacked().join(folder)));
        folders.extend(
            versions
                .iter()
                .map(|version| Path::new("/usr/share/lua").join(version)),
        );
        let mut peer = Self {
            library,
            folders,
            modules: Vec::new(),
        };
        peer.add("cases");
        for folder in library.examples {
            let folder = doc.join(folder);
            let mut files = list(&folder);
            files.retain(|path| path.extension().is_some_and(|ending| ending == "lua"));
            assert!(!files.is_empty(), "{}", peer.missing(&folder));
            for path in files {
                let name = path.file_stem().expect("a file has a name");
                peer.modules
                    .push((name.to_string_lossy().into_owned(), path));
            }
        }
        for root in library.roots {
            peer.add(root);
        }
        peer
    }

    fn add(&mut self, root: &str) {
        let before = self.modules.len();
        for folder in self.folders.clone() {
            self.add_file(root, folder.join(root).with_extension("lua"));
            self.add_folder(root, &folder.join(root));
        }
        assert!(
            self.modules.len() > before,
            "{}",
            self.missing(Path::new(root))
        );
    }

    fn add_folder(&mut self, name: &str, folder: &Path) {
        for path in list(folder) {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                self.add_folder(&format!("{name}.{stem}"), &path);
            } else if stem == "init" {
                self.add_file(name, path);
            } else if path.extension().is_some_and(|ending| ending == "lua") {
                self.add_file(&format!("{name}.{stem}"), path.clone());
            }
        }
    }

    /// The first file of a name is what `require` finds.
    fn add_file(&mut self, name: &str, path: PathBuf) {
        if path.is_file() && !self.modules.iter().any(|(taken, _)| taken == name) {
            self.modules.push((name.into(), path));
        }
    }

    fn missing(&self, what: &Path) -> String {
        let package = self.library.package;
        let also = match self.library.unpacked {
            None => {
                format!(", and so does `apt-get install --no-install-recommends {package}` as root")
            }
            Some(_) => String::new(),
        };
        format!(
            "{} of the package {package} is not there: `cargo xtask test` brings it{also}",
            what.display(),
        )
    }

    fn interpreter(&self) -> &'static str {
        match self.library.dialect {
            Dialect::Lua54 => "lua5.4",
            Dialect::Lua51 => "lua5.1",
        }
    }

    fn script(&self) -> String {
        format!("{}.lua", self.library.name)
    }

    /// What native Lua prints.
    pub fn native(&self) -> String {
        let mut path = String::new();
        for folder in &self.folders {
            let folder = folder.display();
            write!(path, "{folder}/?.lua;{folder}/?/init.lua;").expect("a string takes it");
        }
        let output = Command::new(self.interpreter())
            .arg(self.script())
            .current_dir(SCRIPTS)
            .env_remove("LUA_INIT")
            .env_remove("LUA_PATH_5_4")
            .env("LUA_PATH", path)
            .env("TZ", "UTC")
            .env("LC_ALL", "C")
            .output()
            .unwrap_or_else(|error| {
                panic!("{error}: {}", self.missing(Path::new(self.interpreter())))
            });
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "native Lua: {errors}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What a run of a session prints.
    pub fn ours(&self) -> String {
        let mut page = Page::open();
        for (name, path) in &self.modules {
            let text = read(path);
            let path = path.display();
            let before = format!("return {{ path = [[{path}]], text = [=======[\n").into_bytes();
            page.session.receive(Request::Modules(ModuleOp::Register {
                name: name.clone(),
                source: [before.as_slice(), text.as_slice(), b"]=======] }"].concat(),
            }));
        }
        let script = read(&Path::new(SCRIPTS).join(self.script()));
        let spec = RunSpec {
            script_id: Some("main".into()),
            code: [SEARCHER.as_bytes(), &script].concat(),
            name: Some(self.script()),
            args: Vec::new(),
            limits: RunLimits {
                timeout_ms: Some(120_000),
                ..RunLimits::default()
            },
            keep_alive: false,
            dialect: self.library.dialect,
        };
        page.session.receive(Request::Run { id: 1, spec });
        let ended = page.until_ended(|_, _| {});
        if let Err(error) = ended.result {
            panic!("{}: {error}\n{}", self.library.name, ended.output);
        }
        ended.output
    }
}

/// What is printed after the head of each case.
pub fn cases(printed: &str) -> BTreeMap<&str, String> {
    let mut cases: BTreeMap<&str, String> = BTreeMap::new();
    let mut last = "";
    for line in printed.lines() {
        if let Some(name) = line.strip_prefix(HEAD) {
            last = name;
            let twice = cases.insert(name, String::new());
            assert!(twice.is_none(), "two cases are called {name}");
        } else {
            let case = cases.entry(last).or_default();
            case.push_str(line);
            case.push('\n');
        }
    }
    cases
}

/// Where `cargo xtask test` unpacks packages that it does not install.
fn unpacked() -> PathBuf {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let target = std::env::var_os("CARGO_TARGET_DIR");
    root.join(target.unwrap_or_else(|| "target".into()))
        .join("debian")
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The entries of a folder in order; none if there is no folder.
fn list(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    paths.sort();
    paths
}
