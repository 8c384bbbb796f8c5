//! Who is notified of what, and what waits.

use super::namespaces::{OWN, SHARED, register};
use super::support::{World, ready};
use pubwiki_lua_runtime::protocol::{ErrorKind, NamespaceConfig, Value};
use pubwiki_lua_runtime::state::{Change, Watch};
use pubwiki_lua_runtime::storage::CacheMode;
use pubwiki_lua_runtime::testing::Fault;

fn changes(watch: &Watch) -> Vec<(String, Option<Value>)> {
    let each = std::iter::from_fn(|| watch.try_next());
    each.map(|change| {
        let value = change.value.map(|value| (*value).clone());
        (change.key.to_string(), value)
    })
    .collect()
}

fn change(key: &str, value: Option<i64>) -> (String, Option<Value>) {
    (key.into(), value.map(Value::Int))
}

#[test]
fn given_a_watched_key_then_each_change_comes_in_order() {
    let world = World::new(CacheMode::Preloaded);
    let (one, two) = (world.access("main"), world.access("main"));
    let watch = one.watch_key("script.main.a").expect("it is readable");
    ready(two.set("script.main.a", Value::Int(1), None));
    ready(one.set("script.main.a", Value::Int(2), None));
    ready(two.set("script.main.ab", Value::Int(3), None));
    ready(two.set("script.main.a.b", Value::Int(3), None));
    ready(two.delete("script.main.a"));
    let key = "script.main.a";
    assert_eq!(
        changes(&watch),
        [
            change(key, Some(1)),
            change(key, Some(2)),
            change(key, None)
        ]
    );
}

#[test]
fn given_a_prefix_then_what_lies_below_it_counts() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    let patterns = [
        "script.main.a",
        "script.main.a.",
        "script.main.a*",
        "script",
        "",
    ];
    let watches = patterns.map(|pattern| access.watch(pattern).expect("it is readable"));
    for key in ["a", "a.b", "ab", "c"] {
        ready(access.set(&format!("script.main.{key}"), Value::Int(1), None));
    }
    let seen = watches.map(|watch| {
        let keys = changes(&watch)
            .into_iter()
            .map(|(key, _)| key.replacen("script.main.", "", 1));
        keys.collect::<Vec<_>>().join(" ")
    });
    assert_eq!(
        seen,
        ["a a.b", "a.b", "a a.b ab", "a a.b ab c", "a a.b ab c"]
    );
}

#[test]
fn given_a_watch_that_is_dropped_then_nothing_more_comes_and_nothing_breaks() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    drop(access.watch("script.main.a").expect("it is readable"));
    ready(access.set("script.main.a", Value::Int(1), None));
    let watch = access.watch("script.main.a").expect("it is readable");
    assert_eq!(changes(&watch), []);
}

#[test]
fn given_what_a_script_may_not_read_then_it_may_not_watch_it_nor_hear_of_it() {
    let world = World::new(CacheMode::Preloaded);
    let (one, two) = (world.access("one"), world.access("two"));
    for pattern in ["script.one.a", "script.one", "my.app", "my"] {
        let error = two.watch(pattern).err().expect("it is refused");
        assert_eq!(*error.kind, ErrorKind::Permission, "{pattern}");
    }
    assert!(two.watch_key("script.one.a").is_err());
    let all = two.watch("").expect("it hears of its own");
    register(&one, "my.app", OWN).expect("it is taken");
    register(&two, "my.app", OWN).expect("it is taken");
    ready(one.set("my.app.a", Value::Int(1), None));
    ready(one.set("script.one.a", Value::Int(1), None));
    assert_eq!(changes(&all), []);
    register(&one, "our.app", SHARED).expect("it is taken");
    ready(one.set("our.app.a", Value::Int(1), None));
    assert_eq!(changes(&all), [change("our.app.a", Some(1))]);
    register(
        &one,
        "our.app",
        NamespaceConfig {
            read: false,
            ..SHARED
        },
    )
    .expect("it is the owner's");
    ready(one.set("our.app.a", Value::Int(2), None));
    assert_eq!(changes(&all), [], "it may no longer");
}

#[test]
fn given_a_write_that_is_rolled_back_then_watchers_learn_the_old_value() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    ready(access.set("script.main.a", Value::Int(1), None));
    world.settle(&access).expect("it is durable");
    let watch = access.watch("script.main.a").expect("it is readable");
    world.backend.fail(Fault::Write);
    ready(access.set("script.main.a", Value::Int(2), None));
    assert!(world.settle(&access).is_err());
    let key = "script.main.a";
    assert_eq!(
        changes(&watch),
        [change(key, Some(2)), change(key, Some(1))]
    );
}

#[test]
fn given_a_record_that_is_swept_then_watchers_learn_that_it_is_gone() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    let watch = access.watch("script.main.").expect("it is readable");
    ready(access.set("script.main.a", Value::Int(1), Some(10.0)));
    world.platform.advance(60_000.0);
    let key = "script.main.a";
    assert_eq!(changes(&watch), [change(key, Some(1)), change(key, None)]);
}

#[test]
fn given_a_wait_then_it_ends_with_the_next_change_or_with_its_time() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    ready(access.set("script.main.a", Value::Int(1), None));
    let waits = [None, Some(50), Some(5_000)].map(|ms| {
        world
            .platform
            .start(access.wait("script.main.a", ms).expect("it is readable"))
    });
    world.platform.run();
    assert!(
        waits.iter().all(|wait| wait.take().is_none()),
        "what was before does not count"
    );
    world.platform.advance(100.0);
    ready(access.set("script.main.a", Value::Int(2), None));
    world.platform.run();
    let [forever, short, long] = waits.map(|wait| wait.take().expect("it has ended"));
    let expected = Change {
        key: "script.main.a".into(),
        value: Some(std::rc::Rc::new(Value::Int(2))),
    };
    assert_eq!(
        (forever, short, long),
        (Some(expected.clone()), None, Some(expected))
    );
    assert!(access.wait("script.other.a", None).is_err());
}

#[test]
fn given_a_watcher_that_never_looks_then_what_waits_for_it_is_bounded_and_the_latest_stays() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    let watch = access.watch("").expect("it hears of its own");
    ready(access.set("script.main.b", Value::Int(1), None));
    for number in 0..100_000 {
        ready(access.set("script.main.a", Value::Int(number), None));
    }
    let seen = changes(&watch);
    assert!(seen.len() <= 4096);
    assert_eq!(seen.first(), Some(&change("script.main.b", Some(1))));
    assert_eq!(seen.last(), Some(&change("script.main.a", Some(99_999))));
}

#[test]
fn given_large_values_that_nobody_takes_then_few_wait_and_the_last_is_among_them() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    let watch = access.watch("temp").expect("it is readable");
    for count in 0..50_u8 {
        let value = Value::Str(char::from(b'a' + count % 26).to_string().repeat(300_000));
        ready(access.set(&format!("temp.{}", count % 5), value, None));
    }
    ready(access.set("temp.huge", Value::Str("x".repeat(3_000_000)), None));
    ready(access.set("temp.last", Value::Int(1), None));
    let seen: Vec<_> = changes(&watch).into_iter().map(|(key, _)| key).collect();
    assert_eq!(
        seen,
        ["temp.2", "temp.3", "temp.4", "temp.huge", "temp.last"]
    );
    ready(access.set("temp.a", Value::Str("x".repeat(300_000)), None));
    ready(access.set("temp.b", Value::Int(1), None));
    ready(access.set("temp.huge", Value::Str("x".repeat(3_000_000)), None));
    let seen: Vec<_> = changes(&watch).into_iter().map(|(key, _)| key).collect();
    assert_eq!(seen, ["temp.a", "temp.b", "temp.huge"]);
}

#[test]
fn given_a_value_that_is_too_large_to_wait_then_it_is_looked_up_when_it_is_its_turn() {
    let world = World::new(CacheMode::Preloaded);
    let (access, reader) = (world.access("main"), world.access("other"));
    register(&access, "our.app", SHARED).expect("it is taken");
    let watch = reader.watch("our.app").expect("it is readable");
    let huge = |letter: &str| Value::Str(letter.repeat(3_000_000));
    ready(access.set("our.app.a", huge("x"), None));
    ready(access.set("our.app.b", huge("x"), None));
    ready(access.set("our.app.a", huge("y"), None));
    ready(access.delete("our.app.b"));
    let expected = [
        ("our.app.a".into(), Some(huge("y"))),
        ("our.app.b".into(), None),
        ("our.app.a".into(), Some(huge("y"))),
        ("our.app.b".into(), None),
    ];
    assert!(changes(&watch) == expected, "as they are by now");
    ready(access.set("our.app.a", huge("z"), None));
    let unreadable = NamespaceConfig {
        read: false,
        ..SHARED
    };
    register(&access, "our.app", unreadable).expect("it is the owner's");
    assert_eq!(changes(&watch), [], "it may no longer");
}

#[test]
fn given_long_keys_that_nobody_takes_then_few_wait() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    let watch = access.watch("temp").expect("it is readable");
    for count in 1000..2000 {
        let key = format!("temp.{}{count}", "x".repeat(4000));
        ready(access.set(&key, Value::Int(1), None));
    }
    let seen = changes(&watch);
    assert!((1..270).contains(&seen.len()), "{}", seen.len());
    assert!(seen.last().is_some_and(|(key, _)| key.ends_with("1999")));
}

#[test]
fn given_many_watches_of_one_run_then_they_share_what_may_wait_and_another_has_its_own() {
    let world = World::new(CacheMode::Preloaded);
    let (many, one) = (world.access("main"), world.access("main"));
    let watches: Vec<_> = (0..1000)
        .map(|_| many.watch("temp").expect("it is readable"))
        .collect();
    let other = one.watch("script.main").expect("it is readable");
    for number in 0..5000 {
        ready(many.set(&format!("temp.{}", number % 100), Value::Int(number), None));
        ready(one.set(&format!("script.main.{number}"), Value::Int(number), None));
    }
    let seen: Vec<_> = watches.iter().map(changes).collect();
    assert!(seen.iter().map(Vec::len).sum::<usize>() <= 16_384);
    let last = change("temp.99", Some(4999));
    assert!(seen.iter().all(|seen| seen.last() == Some(&last)));
    assert_eq!(changes(&other).len(), 4096);
    drop(watches);
    let alone = many.watch("temp").expect("it is readable");
    for number in 0..5000 {
        ready(many.set(&format!("temp.{number}"), Value::Int(1), None));
    }
    assert_eq!(changes(&alone).len(), 4096);
}
