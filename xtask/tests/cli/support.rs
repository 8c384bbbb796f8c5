//! Commands, and what is to be expected of them.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/scripts")
        .join(name)
}

pub fn xtask() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.stdin(Stdio::null());
    command
}

/// `run SCRIPT --profile PROFILE` and whatever is added to it.
pub fn run(name: &str, profile: &TempDir) -> Command {
    let mut command = xtask();
    command
        .arg("run")
        .arg(script(name))
        .arg("--profile")
        .arg(profile.path());
    command
}

pub fn fresh() -> TempDir {
    tempfile::tempdir().expect("a folder for the profile")
}

/// A run that has printed `first` and ends when it is interrupted.
pub struct Busy(Child);

impl Busy {
    pub fn start(profile: &TempDir) -> Self {
        Self::start_in("chromium", profile)
    }

    pub fn start_in(browser: &str, profile: &TempDir) -> Self {
        let mut child = run("busy.lua", profile)
            .args(["--browser", browser])
            .stdout(Stdio::piped())
            .spawn()
            .expect("xtask starts");
        let stdout = child.stdout.take().expect("it is piped");
        let first = BufReader::new(stdout).lines().next();
        assert_eq!(first.expect("a line").expect("text"), "first");
        Self(child)
    }

    /// Kills it, which it does not notice.
    pub fn kill(mut self) {
        self.0.kill().expect("it can be killed");
        self.0.wait().expect("it ends");
    }

    /// Interrupts it, and gives its exit code.
    pub fn interrupt(mut self) -> Option<i32> {
        let pid = self.0.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status();
        assert!(sent.expect("kill starts").success());
        self.0.wait().expect("it ends").code()
    }
}

/// The processes that a profile is given to, by their arguments or their environment.
pub fn processes_with(profile: &TempDir) -> Vec<PathBuf> {
    let path = profile.path().as_os_str().as_encoded_bytes();
    let names_it = |file: PathBuf| {
        let text = std::fs::read(file).unwrap_or_default();
        text.windows(path.len()).any(|part| part == path)
    };
    let processes = Path::new("/proc").read_dir().expect("processes are listed");
    processes
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|folder| names_it(folder.join("cmdline")) || names_it(folder.join("environ")))
        .collect()
}

/// What a command printed, and how it ended.
pub struct Ended {
    pub stdout: Vec<u8>,
    pub stderr: String,
    pub code: Option<i32>,
}

pub fn end(command: &mut Command) -> Ended {
    let Output {
        stdout,
        stderr,
        status,
    } = command.output().expect("xtask starts");
    Ended {
        stdout,
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
        code: status.code(),
    }
}

impl Ended {
    pub fn prints(&self, stdout: &[u8]) -> &Self {
        let printed = String::from_utf8_lossy(&self.stdout);
        assert!(
            self.stdout == stdout,
            "stdout is {printed:?}, stderr:\n{}",
            self.stderr
        );
        self
    }

    pub fn says(&self, text: &str) -> &Self {
        assert!(
            self.stderr.contains(text),
            "stderr lacks {text:?}:\n{}",
            self.stderr
        );
        self
    }

    pub fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "stderr:\n{}", self.stderr);
        self
    }

    /// Refused with one line, besides the progress of a wait for another's build.
    pub fn refuses(&self, text: &str) {
        self.exits(2).says(text).prints(b"");
        const PROGRESS: [&str; 3] = ["- waiting for another command", "  ... ", "  took "];
        let is_progress = |line: &&str| PROGRESS.iter().any(|start| line.starts_with(start));
        let lines = self.stderr.lines().filter(|line| !is_progress(line));
        assert_eq!(lines.count(), 1, "{}", self.stderr);
    }
}
