//! State lasts from one command to the next, in the profile.

use crate::support::{end, fresh, run};

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

fn lasts_in(browser: &str, backends: &[&str]) {
    for backend in backends {
        let profile = fresh();
        for visits in [&b"visits: 1\n"[..], b"visits: 2\n"] {
            let mut command = run("counter.lua", &profile);
            end(command.args(["--browser", browser, "--backend", backend]))
                .prints(visits)
                .exits(0);
        }
    }
}

#[test]
fn every_backend_that_lasts_does_so_in_firefox_too() {
    lasts_in("firefox", &["indexeddb", "localstorage", "opfs"]);
}

#[test]
fn every_backend_that_lasts_does_so_in_webkit_too_where_it_is_there() {
    lasts_in("webkit", &["indexeddb"]);
}
