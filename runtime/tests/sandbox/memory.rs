//! What is the memory limit's business, and what is not.

use crate::support::{Page, kind, run, run_with, text};
use pubwiki_lua_runtime::protocol::{
    Answer, BackendChoice, ErrorKind, Event, Limit, ModulePolicy, OpenOptions, Request, RunLimits,
    VERSION, Value,
};

fn of(bytes: u32) -> RunLimits {
    RunLimits {
        memory_bytes: Some(bytes),
        ..RunLimits::default()
    }
}

fn refused() -> ErrorKind {
    ErrorKind::Value {
        path: "limits.memoryBytes".into(),
    }
}

#[test]
fn given_a_memory_limit_that_cannot_be_kept_then_it_is_refused() {
    for bytes in [0, (1 << 31) + 1, u32::MAX] {
        let error = run_with("return 1", of(bytes), vec![]).error();
        assert_eq!(kind(&error), &refused(), "{bytes}");
        assert_eq!(
            error.message,
            format!("limits.memoryBytes: {bytes} is not an integer between 1 and 2^31")
        );
        let mut page = Page::fresh();
        let options = OpenOptions {
            backend: BackendChoice::Memory,
            limits: of(bytes),
            modules: ModulePolicy::BuiltIn,
            allow_self_named_scripts: false,
            resolves: false,
            compile: None,
        };
        page.session.receive(Request::Open {
            version: VERSION,
            options,
        });
        page.turn();
        match page.events().as_slice() {
            [
                Event::Answer {
                    id: 0,
                    answer: Answer::Error(error),
                },
            ] => assert_eq!(kind(error), &refused()),
            other => panic!("{bytes}: {other:?}"),
        }
    }
    assert_eq!(
        run_with("return 1", of(1 << 31), vec![]).values(),
        [Value::Int(1)]
    );
}

#[test]
fn given_less_memory_than_a_script_begins_with_then_the_limit_ends_it() {
    for bytes in [1, 1000, 20_000] {
        let error = run_with("return 1", of(bytes), vec![text("argument")]).error();
        let expected = ErrorKind::Limit {
            limit: Limit::MemoryBytes,
            value: f64::from(bytes),
        };
        assert_eq!(kind(&error), &expected, "{bytes}: {error:?}");
    }
}

#[test]
fn given_an_error_with_the_words_of_a_memory_error_then_nothing_ends_the_run() {
    let code = "local caught = pcall(error, 'not enough memory', 0) \
                local co = coroutine.wrap(error) local inner = pcall(co, 'not enough memory', 0) \
                return caught, inner, select('#', xpcall(error, print, 'not enough memory', 0))";
    assert_eq!(
        run(code).values(),
        [Value::Bool(false), Value::Bool(false), Value::Int(2)]
    );
    let error = run("error('not enough memory', 0)").error();
    let expected = ErrorKind::Lua {
        value: text("not enough memory"),
    };
    assert_eq!(kind(&error), &expected);
}

#[test]
fn given_garbage_up_to_the_limit_then_what_needs_its_memory_gets_it() {
    let fill = "collectgarbage('stop') for i = 1, 30 do local s = ('x'):rep(100000) .. i end ";
    let needy = [
        "return #('y'):rep(500000):gsub('y', 'yy')",
        "return #table.concat({ ('y'):rep(500000), ('y'):rep(500000) }, '', 1, 2)",
        "return #('y'):rep(1000000)",
        "local t = {} for i = 1, 60000 do t[i] = i end return 1000000",
        "local function f(n) if n == 0 then return 1000000 end return (f(n - 1)) end return f(20000)",
        "return select('#', table.unpack({}, 1, 100000)) * 10",
        "local co = coroutine.wrap(function(...) return select('#', ...) end) return co(table.unpack({}, 1, 20000)) * 50",
    ];
    for code in needy {
        let ended = run_with(&format!("{fill}{code}"), of(1 << 22), vec![]);
        assert!(ended.result.is_ok(), "{code}: {:?}", ended.result);
        assert_eq!(ended.values(), [Value::Int(1_000_000)], "{code}");
    }
}
