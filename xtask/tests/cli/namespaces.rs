//! `--namespaces`.

use crate::support::{end, fresh, run, script};

#[test]
fn namespaces_are_declared_for_the_script_alone() {
    let profile = fresh();
    let file = script("notes.json");
    let declared = |script_id: &str| {
        let mut command = run("notes.lua", &profile);
        command.args(["--script-id", script_id, "--namespaces"]);
        end(command.arg(&file))
    };
    declared("main").exits(0).prints(b"notes: 1\n");
    declared("main").exits(0).prints(b"notes: 2\n");
    declared("other").exits(0).prints(b"notes: 1\n");
    end(&mut run("notes.lua", &profile))
        .exits(1)
        .prints(b"")
        .says("my.notes.count");
}

#[test]
fn namespaces_must_be_a_json_object() {
    let file = script("counter.lua");
    end(run("counter.lua", &fresh()).arg("--namespaces").arg(file))
        .refuses("is not a JSON object of namespaces");
    end(run("counter.lua", &fresh()).args(["--namespaces", "no-such.json"]))
        .refuses("cannot read the namespaces no-such.json");
}

#[test]
fn namespaces_that_cannot_be_declared_are_named_with_their_file() {
    let profile = fresh();
    let file = profile.path().join("bad.json");
    let cases = [
        (
            r#"{"nodot": {"read": true, "write": true}}"#,
            "nodot: it takes letters",
        ),
        (
            r#"{"my.notes": {"read": true}}"#,
            "my.notes.write: it takes true or false",
        ),
        (
            r#"{"my.notes": {"read": true, "write": true, "ttl": -1}}"#,
            "my.notes.ttl: it takes",
        ),
        (
            r#"{"system.notes": {"read": true, "write": true}}"#,
            "'system.*' is reserved",
        ),
        (r#"{"my.notes": 1}"#, "my.notes: it takes an object"),
    ];
    for (text, says) in cases {
        std::fs::write(&file, text).expect("the profile can be written");
        let ended = end(run("notes.lua", &profile).arg("--namespaces").arg(&file));
        ended.exits(2).prints(b"").says("bad.json: ").says(says);
    }
}
