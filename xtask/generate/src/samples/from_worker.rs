//! Messages from the worker.

use super::Sample;
use super::modules::module_questions;
use super::runs::{error_kinds, stats};
use super::state::{declarations, parts, state_answers};
use super::storage::{backend_answers, backend_ops, local_storage_ops};
use super::values::{MEBIBYTE, text, values};
use crate::frames::FromWorker;
use pubwiki_lua_runtime::protocol::{
    Answer, Artifact, Error, ErrorKind, Event, HostCall, Notice, RunOutcome, RunStats, VERSION,
    Value,
};

/// Worker to host.
#[must_use]
pub fn from_worker() -> Vec<Sample<FromWorker>> {
    let mut samples = vec![("worker loaded".to_owned(), FromWorker::WorkerLoaded)];
    let mut add = |name: String, event| samples.push((name, FromWorker::ProcessOutput(1, event)));
    for artifact in [Artifact::Jspi, Artifact::Portable] {
        add(
            format!("ready: {artifact:?}"),
            Event::Ready {
                version: VERSION,
                artifact,
            },
        );
    }
    add(
        "done".to_owned(),
        Event::Answer {
            id: 0,
            answer: Answer::Done,
        },
    );
    for kind in error_kinds() {
        let error = Error::new(kind.clone(), "it failed");
        add(
            format!("failed: {}", kind.code()),
            Event::Answer {
                id: 1,
                answer: Answer::Error(error),
            },
        );
    }
    let traceback = "stack traceback:\n\tmain.lua:1: in main chunk".to_owned();
    let raised = Error {
        traceback,
        ..Error::new(ErrorKind::Lua { value: Value::Nil }, "main.lua:1: é 🦀")
    };
    add(
        "failed in Lua".to_owned(),
        Event::Answer {
            id: 1,
            answer: Answer::Error(raised),
        },
    );
    for (name, value) in values() {
        let outcome = RunOutcome {
            values: vec![value],
            stats: stats(),
        };
        add(
            format!("run returns {name}"),
            Event::Answer {
                id: 1,
                answer: Answer::Run(outcome),
            },
        );
    }
    let nothing = RunOutcome {
        values: Vec::new(),
        stats: RunStats::default(),
    };
    add(
        "run returns nothing".to_owned(),
        Event::Answer {
            id: 1,
            answer: Answer::Run(nothing),
        },
    );
    for (name, answer) in state_answers() {
        add(
            format!("state answers {name}"),
            Event::Answer {
                id: 2,
                answer: Answer::State(answer),
            },
        );
    }
    for (name, answer) in backend_answers() {
        add(
            format!("backend answers {name}"),
            Event::Answer {
                id: 3,
                answer: Answer::Backend(answer),
            },
        );
    }
    for (name, chunk) in [
        ("nothing", vec![]),
        ("bytes", vec![0, 255, b'\n']),
        ("1 MiB", vec![b'x'; MEBIBYTE]),
    ] {
        let errors = chunk.clone();
        add(format!("output of {name}"), Event::Output { run: 1, chunk });
        if errors.len() < MEBIBYTE {
            let event = Event::ErrorOutput {
                run: 1,
                chunk: errors,
            };
            add(format!("error output of {name}"), event);
        }
    }
    for (name, op) in backend_ops() {
        add(
            format!("calls the host's backend: {name}"),
            Event::Call {
                id: 4,
                call: HostCall::Backend(op),
            },
        );
    }
    let function = HostCall::Function {
        run: 1,
        name: "fetchPage".to_owned(),
        args: vec![text("Main"), Value::Nil],
    };
    for question in module_questions() {
        add(
            format!("asks the host's module policy for {}", question.url),
            Event::Call {
                id: 6,
                call: HostCall::ModulePolicy(question),
            },
        );
    }
    add(
        "modules fetched".to_owned(),
        Event::ModulesFetched { count: 300 },
    );
    add(
        "calls a host function".to_owned(),
        Event::Call {
            id: 5,
            call: function,
        },
    );
    for from in [None, Some("file://main.lua".to_owned())] {
        add(
            format!(
                "asks what a name means in {}",
                from.as_deref().unwrap_or("a script")
            ),
            Event::Call {
                id: 6,
                call: HostCall::Resolve {
                    name: "./inspect".to_owned(),
                    from,
                },
            },
        );
    }
    add(
        "asks for a run's input".to_owned(),
        Event::Call {
            id: 7,
            call: HostCall::Input { run: 1 },
        },
    );
    for (name, op) in local_storage_ops() {
        let call = HostCall::LocalStorage {
            prefix: "pubwiki-lua:".to_owned(),
            op,
        };
        add(format!("localStorage: {name}"), Event::Call { id: 6, call });
    }
    let notice = Notice {
        code: "REOPENED".to_owned(),
        message: "the database was reopened".to_owned(),
    };
    add("notice".to_owned(), Event::Notice(notice));
    add("heartbeat".to_owned(), Event::Heartbeat);
    for (name, value) in [("a change", Some("1.0".to_owned())), ("a removal", None)] {
        add(
            name.to_owned(),
            Event::StateChanged {
                watch: 11,
                key: "my.game.é".to_owned(),
                value,
            },
        );
    }
    add(
        "registered".to_owned(),
        Event::Registered {
            script_id: "main".to_owned(),
            namespaces: declarations(),
        },
    );
    add(
        "unregistered".to_owned(),
        Event::Unregistered {
            script_id: "main".to_owned(),
        },
    );
    for (name, part) in parts() {
        add(
            format!("part of an answer: {name}"),
            Event::AnswerPart {
                id: 300,
                part: part.clone(),
            },
        );
        add(
            format!("part of a call: {name}"),
            Event::CallPart { id: 301, part },
        );
    }
    let stats = super::runs::stats();
    add(
        "a run that has failed".to_owned(),
        Event::RunFailed { run: 8, stats },
    );
    add(
        "an import that goes on".to_owned(),
        Event::Imported {
            id: 302,
            done: 12_288,
        },
    );
    samples
}
