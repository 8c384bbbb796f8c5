//! Messages from the host.

use super::Sample;
use super::modules::module_ops;
use super::runs::{spec, thrown};
use super::state::{declarations, parts, state_ops, store_ops};
use super::storage::{backend_answers, backend_changes, backend_ops, backends, items};
use super::values::{text, values};
use crate::frames::ToWorker;
use pubwiki_lua_runtime::protocol::{
    BackendChoice, Dialect, Heat, HostAnswer, ModulePolicy, ModuleVerdict, OpenOptions, Request,
    RunLimits, RunSpec, VERSION,
};

/// Host to worker.
#[must_use]
pub fn to_worker() -> Vec<Sample<ToWorker>> {
    let mut samples = vec![
        ("connected".to_owned(), ToWorker::Connected(1)),
        (
            "connected with a long id".to_owned(),
            ToWorker::Connected(u32::MAX),
        ),
        ("disconnected".to_owned(), ToWorker::Disconnected(300)),
        ("destroy".to_owned(), ToWorker::Destroy),
    ];
    let mut add = |name: String, request| samples.push((name, ToWorker::ProcessInput(1, request)));
    for (name, backend) in backends() {
        let options = OpenOptions {
            backend: backend.clone(),
            limits: RunLimits::default(),
            modules: match backend {
                BackendChoice::Host { .. } => ModulePolicy::Host,
                _ => ModulePolicy::BuiltIn,
            },
            allow_self_named_scripts: matches!(backend, BackendChoice::Memory),
            resolves: matches!(backend, BackendChoice::Host { .. }),
            compile: matches!(backend, BackendChoice::Memory).then_some(Heat {
                threshold: 200,
                watched: 2000,
            }),
        };
        add(
            format!("open with {name}"),
            Request::Open {
                version: VERSION,
                options,
            },
        );
        add(
            format!("backend open of {name}"),
            Request::BackendOpen {
                id: 2,
                handle: 128,
                backend,
            },
        );
    }
    add(
        "run".to_owned(),
        Request::Run {
            id: 1,
            spec: spec(values().into_iter().map(|(_, value)| value).collect()),
        },
    );
    let bare = RunSpec {
        script_id: None,
        name: None,
        limits: RunLimits::default(),
        dialect: Dialect::Lua51,
        ..spec(Vec::new())
    };
    add(
        "run of an empty script that names itself".to_owned(),
        Request::Run {
            id: u32::MAX,
            spec: bare,
        },
    );
    add("cancel".to_owned(), Request::Cancel { run: 16384 });
    for (name, op) in state_ops() {
        add(
            format!("state {name}"),
            Request::State {
                id: 3,
                script_id: "main".to_owned(),
                op,
            },
        );
    }
    for (name, op) in backend_ops() {
        add(
            format!("backend call: {name}"),
            Request::BackendCall {
                id: 4,
                handle: 1,
                op,
            },
        );
    }
    add(
        "backend close".to_owned(),
        Request::BackendClose { handle: 1 },
    );
    for (name, answer) in backend_answers() {
        add(
            format!("host backend answers {name}"),
            Request::Answer {
                call: 5,
                answer: HostAnswer::Backend(answer),
            },
        );
    }
    for (name, value) in values() {
        add(
            format!("host function answers {name}"),
            Request::Answer {
                call: 6,
                answer: HostAnswer::Value(value),
            },
        );
    }
    add(
        "host function throws".to_owned(),
        Request::Answer {
            call: 7,
            answer: HostAnswer::Error(thrown()),
        },
    );
    add(
        "host function throws what is no error".to_owned(),
        Request::Answer {
            call: 7,
            answer: HostAnswer::Thrown {
                cause: thrown(),
                value: text("no such page"),
            },
        },
    );
    add(
        "host function answers two values".to_owned(),
        Request::Answer {
            call: 6,
            answer: HostAnswer::Values(vec![text("one"), text("two")]),
        },
    );
    add(
        "the host has functions".to_owned(),
        Request::Functions {
            names: vec!["add".to_owned(), "naïve".to_owned()],
        },
    );
    add(
        "host's module policy answers".to_owned(),
        Request::Answer {
            call: 8,
            answer: HostAnswer::ModulePolicy(ModuleVerdict {
                allow: true,
                redirects: false,
                http: true,
            }),
        },
    );
    for (name, op) in module_ops() {
        add(format!("modules: {name}"), Request::Modules(op));
    }
    add(
        "localStorage answers".to_owned(),
        Request::Answer {
            call: 8,
            answer: HostAnswer::LocalStorage(items()),
        },
    );
    for name in [None, Some("main:script.main:visits".to_owned())] {
        add(
            format!(
                "another tab has changed {}",
                name.as_deref().unwrap_or("all")
            ),
            Request::LocalStorageChanged {
                prefix: "pubwiki-lua:".to_owned(),
                name,
            },
        );
    }
    for (name, changes) in backend_changes() {
        add(
            format!("host backend has changed {name}"),
            Request::BackendChanged { changes },
        );
    }
    add("close".to_owned(), Request::Close { id: 8 });
    add(
        "malformed".to_owned(),
        Request::Malformed {
            message: "not a frame".to_owned(),
        },
    );
    state(&mut add);
    samples
}

/// State besides its operations.
fn state(add: &mut impl FnMut(String, Request)) {
    let script = || "main".to_owned();
    let requests = [
        (
            "register",
            Request::RegisterNamespaces {
                id: 9,
                script_id: script(),
                namespaces: declarations(),
            },
        ),
        (
            "unregister",
            Request::UnregisterScript {
                id: 10,
                script_id: script(),
            },
        ),
        (
            "watch",
            Request::Watch {
                id: 11,
                script_id: script(),
                key: "my.game.*".to_owned(),
            },
        ),
        ("unwatch", Request::Unwatch { watch: 11 }),
        (
            "commit",
            Request::Commit {
                id: 12,
                update: 3,
                value: Some("1".to_owned()),
            },
        ),
        ("abandon", Request::Abandon { update: 3 }),
    ];
    for (name, request) in requests {
        add(name.to_owned(), request);
    }
    for (name, part) in parts() {
        add(
            format!("part: {name}"),
            Request::Part {
                id: 14,
                part: part.clone(),
            },
        );
        add(
            format!("part of an answer: {name}"),
            Request::AnswerPart { call: 15, part },
        );
    }
    add("drop parts".to_owned(), Request::DropParts { id: 14 });
    for (name, op) in store_ops() {
        add(format!("store: {name}"), Request::Store { id: 13, op });
    }
}
