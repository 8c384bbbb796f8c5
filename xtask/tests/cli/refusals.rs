//! What cannot be carried out is refused, in one line.

use crate::support::{Busy, end, fresh, run, xtask};
use std::net::TcpListener;

#[test]
fn a_busy_port_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener
        .local_addr()
        .expect("it is bound")
        .port()
        .to_string();
    end(xtask().args(["serve", "--port", &port])).refuses(&format!("cannot bind port {port}"));
}

#[test]
fn a_profile_in_use_is_refused() {
    let profile = fresh();
    let first = Busy::start(&profile);
    end(&mut run("counter.lua", &profile)).refuses("is in use by another run");
    assert_eq!(first.interrupt(), Some(130));
}

#[test]
fn a_missing_script_is_named() {
    end(&mut run("no-such.lua", &fresh())).refuses("no-such.lua");
}

#[test]
fn a_missing_browser_is_named() {
    let ended = end(run("counter.lua", &fresh()).env("PUBWIKI_LUA_CHROMIUM", "/no/such/browser"));
    ended.refuses("cannot start the browser /no/such/browser");
    let mut command = run("counter.lua", &fresh());
    command.env("PUBWIKI_LUA_FIREFOX", "/no/such/browser");
    end(command.args(["--browser", "firefox"])).refuses("install Debian's package firefox-esr");
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
fn a_release_is_for_a_person_to_publish() {
    end(xtask().arg("release"))
        .exits(2)
        .says("publishes nothing")
        .prints(b"");
}

#[test]
fn a_missing_webkit_says_what_to_install() {
    let mut command = run("counter.lua", &fresh());
    command.env("PUBWIKI_LUA_WEBKIT", "/no/such/browser");
    end(command.args(["--browser", "webkit"])).refuses("install Debian's package libwebkit2gtk");
}

#[test]
fn a_name_that_no_test_has_is_a_failure() {
    let ended = end(xtask().args(["test", "--only", "no/such-file"]));
    let printed = String::from_utf8_lossy(&ended.stdout);
    assert!(printed.contains("no test ran: --only takes"), "{printed}");
    assert!(printed.ends_with("\n0 passed, 0 failed\n"), "{printed}");
    ended.exits(1);
}
