//! What every backend promises.

use super::scripted::{all, record, wait};
use pubwiki_lua_runtime::protocol::Record;
use pubwiki_lua_runtime::storage::{Backend, Batch};

fn put(backend: &dyn Backend, puts: Vec<Record>) {
    wait(backend.write(Batch::puts(puts).into())).expect("it stores");
}

fn keys(records: &[Record]) -> Vec<&str> {
    records.iter().map(|record| record.key.as_str()).collect()
}

#[test]
fn given_odd_keys_and_values_then_they_come_back_as_they_were() {
    for (name, backend) in all() {
        wait(backend.init()).expect("it opens");
        let names = [
            "a:b:c",
            "",
            "__proto__",
            "ключ",
            "😀",
            "\"'\\",
            "a\u{0}b",
            "a b",
            "\u{ffff}",
        ];
        let mut records: Vec<Record> = names.iter().map(|key| record(key, "null")).collect();
        records[0].value = format!("\"{}\"", "x".repeat(1 << 20));
        records[1].expires_at = Some(12.5);
        put(&*backend, records.clone());
        for expected in &records {
            let found = wait(backend.get_many(vec![expected.key.clone()])).expect("it reads");
            assert_eq!(found, std::slice::from_ref(expected), "{name}");
        }
        records.sort_by(|a, b| a.key.cmp(&b.key));
        assert_eq!(
            wait(backend.scan(String::new())).expect("it reads"),
            records,
            "{name}"
        );
    }
}

#[test]
fn given_a_batch_then_records_are_replaced_and_removed() {
    for (name, backend) in all() {
        put(
            &*backend,
            vec![record("a", "1"), record("b", "1"), record("c", "1")],
        );
        let batch = Batch {
            puts: vec![record("a", "2"), record("d", "2")],
            deletes: vec!["b".into(), "none".into()],
        };
        wait(backend.write(batch.into())).expect("it stores");
        let all = wait(backend.scan(String::new())).expect("it reads");
        assert_eq!(keys(&all), ["a", "c", "d"], "{name}");
        assert_eq!(all[0].value, "2", "{name}");
    }
}

#[test]
fn given_a_prefix_then_the_keys_that_begin_with_it_come_in_order() {
    for (name, backend) in all() {
        put(
            &*backend,
            ["b", "ab", "a", "a:1", "a:", "é", "a\u{10ffff}"]
                .map(|key| record(key, "1"))
                .into(),
        );
        let found = wait(backend.scan("a".into())).expect("it reads");
        assert_eq!(
            keys(&found),
            ["a", "a:", "a:1", "ab", "a\u{10ffff}"],
            "{name}"
        );
        assert_eq!(
            keys(&wait(backend.scan("a:".into())).expect("it reads")),
            ["a:", "a:1"],
            "{name}"
        );
        assert!(
            wait(backend.scan("z".into())).expect("it reads").is_empty(),
            "{name}"
        );
    }
}

#[test]
fn given_many_records_then_get_many_gives_those_that_exist_and_clear_removes_all() {
    for (name, backend) in all() {
        put(
            &*backend,
            (0..10_000)
                .map(|number| record(&format!("k{number:05}"), "1"))
                .collect(),
        );
        let asked = vec!["k00007".into(), "none".into(), "k09999".into()];
        let mut found = wait(backend.get_many(asked)).expect("it reads");
        found.sort_by(|a, b| a.key.cmp(&b.key));
        assert_eq!(keys(&found), ["k00007", "k09999"], "{name}");
        assert_eq!(
            wait(backend.scan(String::new())).expect("it reads").len(),
            10_000,
            "{name}"
        );
        wait(backend.clear()).expect("it clears");
        assert!(
            wait(backend.scan(String::new()))
                .expect("it reads")
                .is_empty(),
            "{name}"
        );
        wait(backend.close()).expect("it closes");
    }
}
