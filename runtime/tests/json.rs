//! Our JSON against serde_json's, and what only ours promises.

use proptest::prelude::*;
use pubwiki_lua_runtime::json::{
    MAX_SAFE_INTEGER, Meter, measure, measure_at_most, measure_metered, parse, parse_metered,
    parse_stored, write, write_metered,
};
use pubwiki_lua_runtime::ledger::weigh;
use pubwiki_lua_runtime::protocol::{Error, ErrorKind, Value};
use std::cell::Cell;

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Bool),
        (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).prop_map(Value::Int),
        any::<f64>()
            .prop_filter("JSON has finite numbers alone", |number| number.is_finite())
            .prop_map(Value::Float),
        any::<String>().prop_map(Value::Str),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::Array),
            prop::collection::btree_map(any::<String>(), inner, 0..20)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// What serde_json reads, as ours.
fn from_serde(value: serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Bool(value) => Value::Bool(value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => Value::Float(number.as_f64().expect("a number")),
        },
        serde_json::Value::String(text) => Value::Str(text),
        serde_json::Value::Array(items) => {
            Value::Array(items.into_iter().map(from_serde).collect())
        }
        serde_json::Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(key, value)| (key, from_serde(value)))
                .collect(),
        ),
    }
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Object(mut fields) => {
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(
                fields
                    .into_iter()
                    .map(|(key, value)| (key, sorted(value)))
                    .collect(),
            )
        }
        value => value,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn given_any_value_when_written_and_parsed_then_it_is_the_same(value in values()) {
        let text = write(&value).expect("it is JSON");
        prop_assert_eq!(measure(&value).expect("it is JSON"), text.len());
        prop_assert_eq!(parse(&text).expect("it parses"), value.clone());
        prop_assert_eq!(parse_stored(&text).expect("it parses"), value.clone());
        let theirs = serde_json::from_str(&text).expect("it is JSON to others too");
        prop_assert_eq!(sorted(from_serde(theirs)), sorted(value));
    }

    #[test]
    fn given_any_text_then_it_parses_exactly_when_it_does_for_others(text in "[-+0-9.eE\\[\\]{}:,\" \\\\untrfalsebdeD8Cc0/\\x00é😀]{0,24}") {
        let ours = parse(&text);
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => prop_assert_eq!(sorted(ours), sorted(from_serde(theirs))),
            (Err(_), Err(_)) => {}
            (ours, theirs) => prop_assert!(false, "{:?}: {:?} and {:?}", text, ours, theirs),
        }
    }

    #[test]
    fn given_a_broken_document_then_it_parses_exactly_when_it_does_for_others(
        value in values(), at in any::<prop::sample::Index>(), with in any::<char>(),
    ) {
        let mut text: Vec<char> = write(&value).expect("it is JSON").chars().collect();
        let at = at.index(text.len());
        text[at] = with;
        let text: String = text.into_iter().collect();
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        prop_assert_eq!(parse(&text).is_ok(), theirs.is_ok(), "{}", text);
    }
}

#[test]
fn given_numbers_then_integers_and_floats_stay_what_they_are() {
    for (value, text) in [
        (Value::Int(0), "0"),
        (Value::Int(-5), "-5"),
        (Value::Int(MAX_SAFE_INTEGER), "9007199254740991"),
        (Value::Float(1.0), "1.0"),
        (Value::Float(-0.0), "-0.0"),
        (Value::Float(0.1), "0.1"),
        (Value::Float(1e300), "1e300"),
        (Value::Float(9_007_199_254_740_992.0), "9007199254740992.0"),
        (Value::Float(5e-324), "5e-324"),
    ] {
        assert_eq!(write(&value).expect("it is JSON"), text);
        let Ok(parsed) = parse(text) else {
            panic!("{text} does not parse")
        };
        assert_eq!(format!("{parsed:?}"), format!("{value:?}"));
    }
    assert_eq!(format!("{:?}", parse("-0")), "Ok(Float(-0.0))");
    assert_eq!(parse("9223372036854775807"), Ok(Value::Int(i64::MAX)));
    assert_eq!(
        parse("9223372036854775808"),
        Ok(Value::Float(9_223_372_036_854_775_808.0))
    );
    assert_eq!(
        parse_stored("9007199254740991"),
        Ok(Value::Int(MAX_SAFE_INTEGER))
    );
    assert_eq!(
        parse_stored("-9007199254740992"),
        Ok(Value::Float(-9_007_199_254_740_992.0))
    );
    assert!(parse("1e999").is_err());
}

#[test]
fn given_keys_twice_then_the_last_counts_and_the_first_place_stays() {
    let object = |fields: &[(&str, i64)]| {
        Value::Object(
            fields
                .iter()
                .map(|(key, value)| ((*key).into(), Value::Int(*value)))
                .collect(),
        )
    };
    assert_eq!(
        parse(r#"{"a":1,"b":2,"a":3}"#),
        Ok(object(&[("a", 3), ("b", 2)]))
    );
    let many: String = (0..40)
        .map(|number| format!("\"k{}\":{number},", number % 20))
        .collect();
    let Ok(Value::Object(fields)) = parse(&format!("{{{many}\"last\":0}}")) else {
        panic!("it parses")
    };
    assert_eq!(fields.len(), 21);
    assert_eq!(fields[3], ("k3".into(), Value::Int(23)));
    assert_eq!(parse(r#"{"__proto__":1}"#), Ok(object(&[("__proto__", 1)])));
}

#[test]
fn given_depth_then_128_levels_pass_and_129_do_not() {
    let nested = |levels: usize| (0..levels).fold(Value::Nil, |inner, _| Value::Array(vec![inner]));
    let text = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert_eq!(write(&nested(128)).map(|text| text.len()), Ok(260));
    assert!(parse(&text(128)).is_ok());
    assert!(matches!(
        *write(&nested(129)).expect_err("too deep").kind,
        ErrorKind::Value { .. }
    ));
    assert!(parse(&text(129)).is_err());
    assert!(parse(&text(1_000_000)).is_err());
    assert!(parse(&"{\"a\":".repeat(1_000_000)).is_err());
}

#[test]
fn given_what_json_lacks_then_the_error_names_the_path() {
    let object = |key: &str, value: Value| Value::Object(vec![(key.into(), value)]);
    for (value, path) in [
        (Value::Float(f64::NAN), "value"),
        (
            Value::Array(vec![Value::Nil, Value::Int(MAX_SAFE_INTEGER + 1)]),
            "value[2]",
        ),
        (
            object("a", object("b c", Value::Bytes(vec![255]))),
            "value.a[\"b c\"]",
        ),
        (object("0", Value::Float(f64::INFINITY)), "value[\"0\"]"),
    ] {
        let error = write(&value).expect_err("JSON lacks it");
        assert_eq!(*error.kind, ErrorKind::Value { path: path.into() });
        assert!(error.message.starts_with(path), "{error}");
        assert_eq!(measure(&value), Err(error));
    }
}

#[test]
fn given_escapes_then_they_are_read_and_lone_surrogates_are_refused() {
    let text = r#""\u00e9\uD83D\uDE00\n\/\b\f\"\\\u0000""#;
    assert_eq!(parse(text), Ok(Value::Str("é😀\n/\u{8}\u{c}\"\\\0".into())));
    for text in [
        r#""\uD83D""#,
        r#""\uDE00""#,
        r#""\uD83D\uD83D""#,
        r#""\uD83Dx""#,
        r#""\u12g4""#,
        r#""\u12"#,
        r#""\x""#,
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
    assert_eq!(
        write(&Value::Str("\u{1}\u{7f}\n\"é".into())).expect("it is JSON"),
        "\"\\u0001\u{7f}\\n\\\"é\""
    );
}

/// Counts, and refuses more than it may.
#[derive(Default)]
struct Counted {
    taken: Cell<usize>,
    most: Cell<usize>,
    worked: Cell<usize>,
    /// The most work that was reported at once.
    stretch: Cell<usize>,
    limit: Option<usize>,
}

impl Meter for Counted {
    fn work(&self, units: usize) -> Result<(), Error> {
        self.worked.set(self.worked.get() + units);
        self.stretch.set(self.stretch.get().max(units));
        Ok(())
    }

    fn take(&self, bytes: usize) -> Result<(), Error> {
        let taken = self.taken.get() + bytes;
        if self.limit.is_some_and(|limit| taken > limit) {
            return Err(Error::new(ErrorKind::Cancelled, "no more"));
        }
        self.taken.set(taken);
        self.most.set(self.most.get().max(taken));
        Ok(())
    }

    fn give(&self, bytes: usize) {
        self.taken.set(self.taken.get() - bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn given_any_value_when_written_and_parsed_then_no_more_is_taken_than_was_told(value in values()) {
        let meter = Counted::default();
        let text = write_metered(&value, &meter).expect("it is JSON");
        prop_assert!(text.capacity() <= meter.taken.get());
        let meter = Counted::default();
        let value = parse_metered(&text, &meter).expect("it parses");
        prop_assert!(weigh(&value) <= meter.taken.get() + size_of::<Value>());
    }
}

#[test]
fn given_more_than_may_be_measured_then_no_more_is_looked_at_and_all_of_it_is_named() {
    let item = Value::Object(vec![("key".into(), Value::Str("\u{1}".repeat(100_000)))]);
    let value = Value::Array(vec![item; 100]);
    let length = measure(&value).expect("it is JSON");
    let meter = Counted::default();
    assert_eq!(measure_at_most(&value, length, &meter), Ok(length));
    let all = meter.worked.get();
    let meter = Counted::default();
    let error = measure_at_most(&value, 1_000_000, &meter).expect_err("it is too much");
    let path = "value".into();
    assert_eq!(*error.kind, ErrorKind::Value { path });
    assert_eq!(
        error.message,
        "value: it takes more than 1000000 bytes as JSON"
    );
    assert!(meter.worked.get() < all / 20);
}

#[test]
fn given_texts_that_grow_when_they_are_escaped_then_their_bytes_are_told_before_they_are_taken() {
    let value = Value::Array(vec![Value::Str("\u{1}".repeat(1_000_000)); 4]);
    let meter = Counted {
        limit: Some(5_000_000),
        ..Counted::default()
    };
    assert!(write_metered(&value, &meter).is_err());
    let length = measure_metered(&value, &meter).expect("it is counted alone");
    assert_eq!(length, 24_000_000 + 4 * 2 + 3 + 2);
    let text = write(&value).expect("it is JSON");
    assert_eq!(text.len(), length);
    assert_eq!(parse(&text), Ok(value));
}

#[test]
fn given_one_long_string_then_its_work_is_told_of_in_stretches() {
    for text in ["x", "\u{1}", "\"", "é"] {
        let value = Value::Str(text.repeat(1_000_000));
        let meter = Counted::default();
        measure_metered(&value, &meter).expect("it is JSON");
        let measured = (meter.worked.take(), meter.stretch.take());
        let json = write_metered(&value, &meter).expect("it is JSON");
        let written = (meter.worked.take(), meter.stretch.take());
        parse_metered(&json, &meter).expect("it parses");
        let parsed = (meter.worked.take(), meter.stretch.take());
        for (all, most) in [measured, written, parsed] {
            assert!(all >= 100_000, "{text}: {all} in all");
            assert!(most <= 50_000, "{text}: {most} at once");
        }
    }
}

#[test]
fn given_a_text_of_many_small_values_then_what_they_take_is_told_of() {
    for text in [
        format!("[{}1]", "1,".repeat(100_000)),
        format!("[{}[]]", "[],".repeat(100_000)),
        format!("[{}{{}}]", "{\"a\":1},".repeat(30_000)),
        format!(
            "{{{}\"\":1}}",
            (0..30_000)
                .map(|n| format!("\"{n}\":1,"))
                .collect::<String>()
        ),
        format!("[{}\"\"]", "\"a\",".repeat(100_000)),
    ] {
        let meter = Counted::default();
        let value = parse_metered(&text, &meter).expect("it parses");
        assert!(weigh(&value) <= meter.most.get() + size_of::<Value>());
        let half = Counted {
            limit: Some(meter.taken.get() / 2),
            ..Counted::default()
        };
        assert!(parse_metered(&text, &half).is_err());
    }
}
