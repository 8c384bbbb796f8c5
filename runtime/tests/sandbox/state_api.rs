//! `State` in Lua.

use crate::support::{Page, kind, run, text};
use pubwiki_lua_runtime::protocol::{Dialect, ErrorKind, Request, RunLimits, RunSpec, Value};
use std::time::Duration;

const SHARED: &str =
    "State.register({ ['game.world'] = { read = true, write = true, shared = true } }) ";

fn run_as(page: &mut Page, script: &str, code: &str) -> Result<Vec<Value>, ErrorKind> {
    let spec = RunSpec {
        script_id: Some(script.into()),
        code: code.into(),
        name: None,
        args: vec![],
        limits: RunLimits::default(),
        keep_alive: false,
        dialect: Dialect::Lua54,
    };
    page.session.receive(Request::Run { id: 1, spec });
    let ended = page.until_ended(|_, _| {});
    ended
        .result
        .map(|outcome| outcome.values)
        .map_err(|error| *error.kind)
}

#[test]
fn given_a_registered_namespace_then_its_permissions_hold() {
    let code = "State.register({ ['my.notes'] = { read = true, write = false } }) \
                local ok, e = pcall(State.set, 'my.notes.a', 1) return ok, e.code, State.get('my.notes.a', 'none')";
    assert_eq!(
        run(code).values(),
        [Value::Bool(false), text("PERMISSION_DENIED"), text("none")]
    );
}

#[test]
fn given_a_bad_declaration_then_the_error_names_the_field() {
    let cases = [
        ("{ ['my.notes'] = { write = true } }", "my.notes.read"),
        (
            "{ ['my.notes'] = { read = 1, write = true } }",
            "my.notes.read",
        ),
        (
            "{ ['my.notes'] = { read = true, write = true, ttl = 'x' } }",
            "my.notes.ttl",
        ),
        (
            "{ ['my.notes'] = { read = true, write = true, color = 1 } }",
            "my.notes.color",
        ),
        ("{ ['my.notes'] = true }", "my.notes"),
    ];
    for (config, field) in cases {
        let error = run(&format!("State.register({config})")).error();
        assert!(
            matches!(kind(&error), ErrorKind::Value { path } if path == field),
            "{config}: {error:?}"
        );
    }
}

#[test]
fn given_another_scripts_id_then_registering_is_refused() {
    let error =
        run("State.register('other', { ['my.notes'] = { read = true, write = true } })").error();
    assert_eq!(kind(&error), &ErrorKind::Permission);
    run("State.register('main', { ['my.notes'] = { read = true, write = true } })").values();
    assert_eq!(
        run("__SCRIPT_ID = 'other' State.set('script.main.a', 1) return __SCRIPT_ID").values(),
        [text("other")]
    );
}

#[test]
fn given_a_shared_namespace_then_scripts_see_each_other_and_private_ones_do_not() {
    let mut page = Page::open();
    let set =
        format!("{SHARED} State.set('game.world.level', 7) State.set('script.owner.secret', 1)");
    run_as(&mut page, "owner", &set).expect("it may");
    assert_eq!(
        run_as(&mut page, "guest", "return State.get('game.world.level')"),
        Ok(vec![Value::Int(7)])
    );
    assert_eq!(
        run_as(
            &mut page,
            "guest",
            "return State.get('script.owner.secret')"
        ),
        Err(ErrorKind::Permission)
    );
    let names = run_as(&mut page, "guest", "return State.listNamespaces()").expect("it may");
    assert!(matches!(&names[0], Value::Array(names) if names.contains(&text("game.world"))));
}

#[test]
fn given_an_update_then_it_gives_and_stores_what_the_function_returns() {
    let code = "local key = 'script.main.n' State.update(key, function(v) return (v or 0) + 1 end) \
                local new = State.update(key, function(v) return v + 1 end) \
                State.update(key, function() return nil end) return new, State.get(key, 'gone')";
    assert_eq!(run(code).values(), [Value::Int(2), text("gone")]);
}

#[test]
fn given_an_update_whose_function_fails_waits_or_updates_then_nothing_changes_and_the_next_works() {
    for body in [
        "error('no', 0)",
        "host.echo(1)",
        "State.update('script.main.m', print)",
        "sleep(1)",
    ] {
        let code = format!(
            "local key = 'script.main.n' State.set(key, 5) \
             local ok = pcall(State.update, key, function() {body} return 9 end) \
             return ok, State.get(key), State.update(key, function(v) return v + 1 end)"
        );
        assert_eq!(
            run(&code).values(),
            [Value::Bool(false), Value::Int(5), Value::Int(6)],
            "{body}"
        );
    }
}

#[test]
fn given_a_watch_then_its_callback_runs_while_the_script_sleeps_until_it_is_ended() {
    let code = "local seen = {} local stop = State.watch('script.main.', function(value, key) seen[#seen + 1] = key .. '=' .. tostring(value) end) \
                State.set('script.main.a', 1) local before = #seen sleep(5) State.set('script.main.b', 'x') State.delete('script.main.a') sleep(5) \
                stop() State.set('script.main.a', 2) sleep(5) return before, table.concat(seen, ' ')";
    assert_eq!(
        run(code).values(),
        [
            Value::Int(0),
            text("script.main.a=1 script.main.b=x script.main.a=nil")
        ]
    );
}

#[test]
fn given_a_callback_that_fails_or_waits_then_the_script_goes_on() {
    let code = "State.watch('script.main.a', function(v) if v == 1 then error('bad', 0) end print('saw', host.echo(v)) end) \
                State.set('script.main.a', 1) sleep(2) State.set('script.main.a', 2) sleep(2)";
    let ended = run(code);
    assert_eq!(
        ended.output,
        "error in a State.watch callback: bad\nsaw\t2\n"
    );
    ended.values();
}

#[test]
fn given_a_wait_then_it_ends_by_a_change_of_another_run_or_by_its_time() {
    let mut page = Page::open();
    page.start(
        2,
        "sleep(20) State.set('script.main.go', 'now')",
        RunLimits::default(),
        vec![],
    );
    page.start(
        1,
        "return State.wait('script.main.go', 5000)",
        RunLimits::default(),
        vec![],
    );
    let mut values = None;
    while values.is_none() {
        page.turn();
        for event in page.events() {
            if let pubwiki_lua_runtime::protocol::Event::Answer { id: 1, answer } = event {
                values = Some(answer);
            }
        }
    }
    let Some(pubwiki_lua_runtime::protocol::Answer::Run(outcome)) = values else {
        panic!("{values:?}")
    };
    assert_eq!(outcome.values, [text("now"), Value::Bool(true)]);
    assert_eq!(
        run("return State.wait('script.main.never', 5)").values(),
        [Value::Nil, Value::Bool(false)]
    );
}

#[test]
fn given_async_then_its_error_is_printed_and_not_raised() {
    let ended = run(
        "State.async(function(a) print(a, host.echo('b')) end, 'a') State.async(function() error('lost', 0) end) print('on')",
    );
    assert!(
        ended
            .output
            .starts_with("a\tb\nerror in State.async: lost\n"),
        "{}",
        ended.output
    );
    assert!(ended.output.ends_with("on\n"));
}

#[test]
fn given_a_run_that_is_kept_alive_then_it_serves_callbacks_after_its_chunk_until_it_is_cancelled() {
    let mut page = Page::open();
    let spec = RunSpec {
        script_id: Some("main".into()),
        code: "State.watch('script.main.a', function(v) print('saw', v) State.set('script.main.b', v + 1) end) print('ready')".into(),
        name: None,
        args: vec![],
        limits: RunLimits { timeout_ms: Some(50), ..RunLimits::default() },
        keep_alive: true,
        dialect: Dialect::Lua54,
    };
    page.session.receive(Request::Run { id: 1, spec });
    page.start(
        2,
        "sleep(150) State.set('script.main.a', 1) State.wait('script.main.b', 5000)",
        RunLimits::default(),
        vec![],
    );
    let mut output = String::new();
    let mut cancelled = false;
    loop {
        page.turn();
        for event in page.events() {
            use pubwiki_lua_runtime::protocol::{Answer, Event};
            match event {
                Event::Output { run: 1, chunk } => {
                    output.push_str(&String::from_utf8_lossy(&chunk))
                }
                Event::Answer { id: 2, .. } => {
                    page.session.receive(Request::Cancel { run: 1 });
                    cancelled = true;
                }
                Event::Answer { id: 1, answer } => {
                    assert!(cancelled, "it ended by itself: {answer:?}");
                    assert!(
                        matches!(answer, Answer::Error(error) if *error.kind == ErrorKind::Cancelled)
                    );
                    assert_eq!(output, "ready\nsaw\t1\n");
                    return;
                }
                _ => {}
            }
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn given_flush_then_it_returns_and_writes_go_on() {
    assert_eq!(
        run("State.set('script.main.a', 1) State.flush() return State.get('script.main.a')")
            .values(),
        [Value::Int(1)]
    );
}

#[test]
fn given_waits_that_fail_in_any_way_then_none_of_them_goes_on_watching() {
    let failing = [
        "pcall(State.wait, 'temp.k', -1)",
        "pcall(State.wait, 'temp.k', 0 / 0)",
        "pcall(State.wait, 'temp.k', math.huge)",
        "pcall(State.wait, 'temp.k', -math.huge)",
        "pcall(State.wait, 'temp.k', 2 ^ 33)",
        "pcall(State.wait, 'temp.k', 'soon')",
        "pcall(State.wait, 'temp.k', {})",
        "pcall(State.wait, 'temp.k', print)",
        "State.wait('temp.k', 0)",
        // Where it may not or cannot wait.
        "pcall(State.update, 'temp.u', function() State.wait('temp.k', 1) end)",
        "table.sort({ 1, 2 }, function() pcall(State.wait, 'temp.k', 1) end)",
        "('x'):gsub('x', function() pcall(State.wait, 'temp.k', 0) end)",
    ];
    for code in failing {
        // A run may have a thousand.
        let code = format!(
            "for _ = 1, 1001 do {code} end \
             local _, message = pcall(State.wait, 'temp.k', -1) \
             local ended = {{}} for i = 1, 1000 do ended[i] = State.watch('temp.k', print) end \
             return tostring(message), pcall(State.watch, 'temp.k', print)"
        );
        let values = run(&code).values();
        assert_eq!(
            values[0],
            text("t.lua:1: bad argument #2 to 'wait' (milliseconds between 0 and 2^32 expected)")
        );
        assert_eq!(
            values[1],
            Value::Bool(false),
            "there is room for a thousand: {code}"
        );
    }
    // Deep in the stack a wait may fail at any point.
    let code = "local depth, deepest = 0, math.huge \
                local function deeper(...) \
                    depth = depth + 1 \
                    if depth > deepest - 40 then pcall(State.wait, 'temp.k', 0) end \
                    deeper(...) \
                end \
                for _ = 1, 4 do depth = 0 pcall(deeper, table.unpack({}, 1, 200)) deepest = math.min(depth, deepest) end \
                for i = 1, 1000 do State.watch('temp.k', print) end \
                return (pcall(State.watch, 'temp.k', print))";
    assert_eq!(run(code).values(), [Value::Bool(false)]);
}

#[test]
fn given_no_stack_for_the_end_of_an_update_then_it_is_given_up_and_the_next_works() {
    // Each time another slot is the last one.
    let code = "local function deepest(...) local n = 0 local function f(...) n = n + 1 return 1 + f(...) end pcall(f, ...) return n end \
                local function one() return 1 end \
                for k = 1, 60 do \
                  local args = table.pack(table.unpack({}, 1, 1000 + 11 * k)) \
                  local most, n, failed = deepest(table.unpack(args, 1, args.n)), 0 \
                  local function f(...) n = n + 1 \
                    if n > most - 2 then for i = 1, 10 do pcall(State.update, 'script.main.k', one) end end \
                    return 1 + f(...) end \
                  pcall(f, table.unpack(args, 1, args.n)) \
                  State.update('script.main.k', one) \
                end return State.update('script.main.k', function(v) return v + 1 end)";
    assert_eq!(run(code).values(), [Value::Int(2)]);
}
