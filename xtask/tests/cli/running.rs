//! What is printed where, and the exit code.

use crate::support::{Busy, end, fresh, processes_with, run, script, xtask};
use std::thread::sleep;
use std::time::{Duration, Instant};

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
    let busy = Busy::start(&profile);
    // What was kept until the end would come as the command ends: this one goes on.
    sleep(Duration::from_millis(700));
    assert_eq!(busy.interrupt(), Some(130));
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
fn a_command_that_is_killed_leaves_no_browser_behind() {
    for browser in ["chromium", "firefox", "webkit"] {
        let profile = fresh();
        let busy = Busy::start_in(browser, &profile);
        assert!(processes_with(&profile).len() > 1, "{browser} runs");
        busy.kill();
        let killed = Instant::now();
        while !processes_with(&profile).is_empty() {
            let left = || format!("{browser}: {:?}", processes_with(&profile));
            assert!(killed.elapsed() < Duration::from_secs(20), "{}", left());
            sleep(Duration::from_millis(50));
        }
    }
}

#[test]
fn an_interrupt_ends_the_browser_and_frees_the_profile() {
    let profile = fresh();
    assert_eq!(Busy::start(&profile).interrupt(), Some(130));
    end(&mut run("counter.lua", &profile))
        .exits(0)
        .prints(b"visits: 1\n");
}

#[test]
fn help_names_every_command() {
    let ended = end(xtask().arg("--help"));
    let help = String::from_utf8_lossy(&ended.stdout).into_owned();
    for command in ["run", "serve", "test", "bench", "build", "lint", "generate"] {
        assert!(help.contains(&format!("  {command} ")), "{help}");
    }
}

#[test]
fn dates_are_in_the_readers_time_zone_as_in_stock_lua() {
    let zones = std::fs::read_dir(script("local-time")).expect("the folder is there");
    let mut count = 0;
    for zone in zones {
        let expected = zone.expect("it can be listed").path();
        let name = expected.file_stem().expect("a zone").to_string_lossy();
        let mut command = run("local-time.lua", &fresh());
        let ended = end(command.env("TZ", name.replacen('-', "/", 1)));
        let printed = std::fs::read(&expected).expect("it can be read");
        ended.exits(0).prints(&printed);
        count += 1;
    }
    assert_eq!(count, 5);
}
