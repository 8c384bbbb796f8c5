//! Values in and out of Lua.

use crate::support::{kind, run, run_with, text};
use pubwiki_lua_runtime::protocol::{ErrorKind, RunLimits, Value};

fn object(fields: &[(&str, Value)]) -> Value {
    Value::Object(
        fields
            .iter()
            .map(|(key, value)| ((*key).into(), value.clone()))
            .collect(),
    )
}

#[test]
fn given_values_of_every_kind_then_they_come_back_as_they_went() {
    let values = [
        Value::Nil,
        Value::Bool(true),
        Value::Int(i64::MIN),
        Value::Int((1 << 53) + 1),
        Value::Float(-0.0),
        Value::Float(f64::INFINITY),
        text("héllo\0→"),
        Value::Bytes(vec![0xff, 0]),
        Value::Array(vec![]),
        Value::Array(vec![Value::Int(1), Value::Nil, Value::Array(vec![])]),
        object(&[]),
        object(&[
            ("__proto__", Value::Nil),
            ("a.b", object(&[("", Value::Bool(false))])),
        ]),
    ];
    for value in values {
        let back = run_with("return ...", RunLimits::default(), vec![value.clone()]).values();
        let [back] = back.as_slice() else {
            panic!("one value")
        };
        match (&value, back) {
            (Value::Float(went), Value::Float(came)) => assert_eq!(went.to_bits(), came.to_bits()),
            (Value::Object(went), Value::Object(came)) => {
                assert_eq!(went.len(), came.len());
                assert!(
                    went.iter().all(|field| came.contains(field)),
                    "{value:?} came back as {back:?}"
                );
            }
            _ => assert_eq!(&value, back),
        }
    }
}

#[test]
fn given_numbers_then_integers_and_floats_stay_apart() {
    assert_eq!(
        run("return 1, 1.0, 3 // 2, 4 / 2").values(),
        [
            Value::Int(1),
            Value::Float(1.0),
            Value::Int(1),
            Value::Float(2.0)
        ]
    );
}

#[test]
fn given_what_cannot_cross_then_the_error_names_its_path() {
    let cases = [
        ("return print", "result 1", "a function"),
        (
            "return 1, { a = { coroutine.create(print) } }",
            "result 2.a[1]",
            "a thread",
        ),
        (
            "local t = {} t.t = t return t",
            "result 1.t",
            "holds itself",
        ),
        ("return { 1, nil, 3 }", "result 1", "holes"),
        (
            "return { 1, x = 2 }",
            "result 1",
            "neither a sequence nor of string keys",
        ),
        ("return { x = 2, 1 }", "result 1", "neither"),
        ("return { [1.5] = 1 }", "result 1", "neither"),
        (
            "local t = {} for _ = 1, 200 do t = { t } end return t",
            "result 1",
            "deeper than 128",
        ),
        ("return { ['\\xff'] = 1 }", "result 1", "not UTF-8"),
    ];
    for (code, path, says) in cases {
        let error = run(code).error();
        let ErrorKind::Value { path: found } = kind(&error) else {
            panic!("{code}: {error:?}")
        };
        assert!(found.starts_with(path), "{code}: {found}");
        assert!(error.message.contains(says), "{code}: {}", error.message);
    }
}

#[test]
fn given_a_table_that_came_from_an_empty_array_then_it_stays_one() {
    let code = "local t = ... local u = json.array() return t, u, {}, json.encode({ a = t, b = {} }) ~= nil";
    assert_eq!(
        run_with(code, RunLimits::default(), vec![Value::Array(vec![])]).values(),
        [
            Value::Array(vec![]),
            Value::Array(vec![]),
            Value::Object(vec![]),
            Value::Bool(true)
        ]
    );
}

#[test]
fn given_json_null_then_it_is_one_value_in_tables_and_prints_as_null() {
    let ended = run(
        "local v = json.decode('[null]') print(v[1] == json.null, json.null) return json.encode(v)",
    );
    assert_eq!(ended.output, "true\tnull\n");
    assert_eq!(ended.values(), [text("[null]")]);
}

#[test]
fn given_json_null_by_itself_then_it_is_stored_and_reads_and_crosses_as_nil() {
    let code = "
        State.set('script.main.null', json.null)
        State.set('script.main.within', { json.null })
        local read, missing = State.get('script.main.null', 'default'), State.get('script.main.none', 'default')
        return read, missing, #State.list('script.main.'), State.get('script.main.within')[1] == json.null,
          json.null, { json.null }, host.echo(json.null), (host.echo({ json.null }))[1] == json.null";
    let expected = [
        Value::Nil,
        text("default"),
        Value::Int(2),
        Value::Bool(true),
        Value::Nil,
        Value::Array(vec![Value::Nil]),
        Value::Nil,
        Value::Bool(true),
    ];
    assert_eq!(run(code).values(), expected);
}
