//! `cargo xtask run` as a person meets it: what is printed where, and the exit code.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/scripts")
        .join(name)
}

fn xtask() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.stdin(Stdio::null());
    command
}

/// `run SCRIPT --profile PROFILE` and whatever is added to it.
fn run(name: &str, profile: &TempDir) -> Command {
    let mut command = xtask();
    command
        .arg("run")
        .arg(script(name))
        .arg("--profile")
        .arg(profile.path());
    command
}

fn fresh() -> TempDir {
    tempfile::tempdir().expect("a folder for the profile")
}

/// What a command printed, and how it ended.
struct Ended {
    stdout: Vec<u8>,
    stderr: String,
    code: Option<i32>,
}

fn end(command: &mut Command) -> Ended {
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
    fn prints(&self, stdout: &[u8]) -> &Self {
        let printed = String::from_utf8_lossy(&self.stdout);
        assert!(
            self.stdout == stdout,
            "stdout is {printed:?}, stderr:\n{}",
            self.stderr
        );
        self
    }

    fn says(&self, text: &str) -> &Self {
        assert!(
            self.stderr.contains(text),
            "stderr lacks {text:?}:\n{}",
            self.stderr
        );
        self
    }

    fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "stderr:\n{}", self.stderr);
        self
    }

    /// Refused with one line.
    fn refuses(&self, text: &str) {
        self.exits(2).says(text).prints(b"");
        assert_eq!(self.stderr.trim_end().lines().count(), 1, "{}", self.stderr);
    }
}

#[test]
fn state_lasts_from_one_run_to_the_next_in_a_profile() {
    let profile = fresh();
    for visits in 1..=3 {
        end(&mut run("counter.lua", &profile))
            .exits(0)
            .prints(format!("visits: {visits}\n").as_bytes());
    }
    end(&mut run("counter.lua", &fresh()))
        .exits(0)
        .prints(b"visits: 1\n");
}

#[test]
fn both_artifacts_share_the_state_of_a_profile() {
    let profile = fresh();
    for (visits, artifact) in [(1, "jspi"), (2, "portable"), (3, "jspi")] {
        let ended = end(run("counter.lua", &profile).args(["--artifact", artifact]));
        ended
            .exits(0)
            .prints(format!("visits: {visits}\n").as_bytes());
    }
}

#[test]
fn every_backend_that_lasts_does_so_in_a_profile() {
    for backend in ["localstorage", "opfs"] {
        let profile = fresh();
        for visits in [&b"visits: 1\n"[..], b"visits: 2\n"] {
            end(run("counter.lua", &profile).args(["--backend", backend]))
                .prints(visits)
                .exits(0);
        }
    }
}

#[test]
fn memory_lasts_for_one_run() {
    let profile = fresh();
    for _ in 0..2 {
        end(run("counter.lua", &profile).args(["--backend", "memory"]))
            .exits(0)
            .prints(b"visits: 1\n");
    }
}

#[test]
fn an_error_names_its_file_and_line_and_has_a_traceback() {
    for artifact in ["jspi", "portable"] {
        let ended = end(run("runtime-error.lua", &fresh()).args(["--artifact", artifact]));
        ended.exits(1).prints(b"before\n");
        ended
            .says("runtime-error.lua:4: it broke")
            .says("stack traceback:");
        ended.says("runtime-error.lua:7: in main chunk");
    }
}

#[test]
fn a_syntax_error_names_its_file_and_line() {
    let ended = end(&mut run("syntax-error.lua", &fresh()));
    ended
        .exits(1)
        .prints(b"")
        .says("syntax-error.lua:2: unexpected symbol near '='");
}

#[test]
fn source_and_output_are_bytes() {
    end(&mut run("latin1.lua", &fresh()))
        .exits(0)
        .prints(b"4\t233\ncaf\xe9\n");
}

#[test]
fn output_streams_while_the_script_runs() {
    let profile = fresh();
    let mut child = run("streaming.lua", &profile)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("xtask starts");
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let mut line = || lines.next().map(|line| line.expect("text"));
    assert_eq!(line().as_deref(), Some("first"));
    let first = Instant::now();
    assert_eq!(line().as_deref(), Some("second"));
    assert!(
        first.elapsed() > Duration::from_millis(700),
        "it came {:?} after the first",
        first.elapsed()
    );
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn a_limit_ends_an_endless_script_with_its_own_exit_code() {
    for artifact in ["jspi", "portable"] {
        let mut command = run("endless.lua", &fresh());
        let ended = end(command.args(["--timeout-ms", "500", "--artifact", artifact]));
        ended.exits(2).prints(b"").says("limit of 500 ms");
    }
}

#[test]
fn an_interrupt_ends_the_browser_and_frees_the_profile() {
    let profile = fresh();
    let mut child = run("streaming.lua", &profile)
        .stdout(Stdio::piped())
        .spawn()
        .expect("xtask starts");
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    assert!(lines.next().is_some(), "the script is under way");
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status();
    assert!(sent.expect("kill starts").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    end(&mut run("counter.lua", &profile))
        .exits(0)
        .prints(b"visits: 1\n");
}

#[test]
fn a_busy_port_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener
        .local_addr()
        .expect("it is bound")
        .port()
        .to_string();
    end(xtask().args(["serve", "--port", &port])).refuses(&format!("port {port} is not to be had"));
}

#[test]
fn a_profile_in_use_is_refused() {
    let profile = fresh();
    let mut first = run("streaming.lua", &profile)
        .stdout(Stdio::piped())
        .spawn()
        .expect("xtask starts");
    let mut lines = BufReader::new(first.stdout.take().expect("it is piped")).lines();
    assert!(lines.next().is_some(), "the first run is under way");
    end(&mut run("counter.lua", &profile)).refuses("is in use by another run");
    assert!(first.wait().expect("it ends").success());
}

#[test]
fn a_missing_script_is_named() {
    end(&mut run("no-such.lua", &fresh())).refuses("no-such.lua");
}

#[test]
fn a_missing_browser_is_named() {
    let ended = end(run("counter.lua", &fresh()).env("PUBWIKI_LUA_CHROMIUM", "/no/such/browser"));
    ended.refuses("cannot start the browser /no/such/browser");
}

#[test]
fn a_browser_that_dies_is_named() {
    let ended = end(run("counter.lua", &fresh()).env("PUBWIKI_LUA_CHROMIUM", "/bin/false"));
    ended.refuses("the browser ended too early");
}

#[test]
fn unknown_flags_values_and_commands_are_one_line() {
    end(xtask().args(["run", "x.lua", "--no-such-flag"])).refuses("--no-such-flag");
    end(xtask().args(["run", "x.lua", "--backend", "floppy"])).refuses("floppy");
    end(xtask().args(["run", "x.lua", "--timeout-ms", "soon"])).refuses("soon");
    end(xtask().arg("run")).refuses("<FILE>");
    end(xtask().arg("fly")).refuses("fly");
    end(&mut xtask()).refuses("a command is needed");
}

#[test]
fn what_is_not_there_yet_says_so() {
    for (flag, value) in [("--browser", "firefox"), ("--browser", "webkit")] {
        end(xtask()
            .arg("run")
            .arg(script("counter.lua"))
            .args([flag, value]))
        .refuses("not available yet");
    }
    let ended = end(run("counter.lua", &fresh()).args(["--browser", "webkit"]));
    ended.refuses("WebKit's test browser keeps no profile");
}

#[test]
fn namespaces_must_be_a_json_object() {
    let file = script("counter.lua");
    end(run("counter.lua", &fresh()).arg("--namespaces").arg(file))
        .refuses("is not a JSON object of namespaces");
}

#[test]
fn help_names_every_command() {
    let ended = end(xtask().arg("--help"));
    let help = String::from_utf8_lossy(&ended.stdout).into_owned();
    for command in ["run", "serve", "test", "bench", "build", "lint", "generate"] {
        assert!(help.contains(&format!("  {command} ")), "{help}");
    }
}
