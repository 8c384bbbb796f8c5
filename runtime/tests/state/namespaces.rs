//! Who may use which namespaces, and what a declaration may say.

use super::support::{World, int, ready};
use pubwiki_lua_runtime::protocol::{Error, ErrorKind, NamespaceConfig, Value};
use pubwiki_lua_runtime::state::Access;
use pubwiki_lua_runtime::storage::CacheMode;
use std::cell::Cell;
use std::rc::Rc;

pub const OWN: NamespaceConfig = NamespaceConfig {
    read: true,
    write: true,
    shared: false,
    persistent: true,
    ttl: None,
    quota: None,
};
pub const SHARED: NamespaceConfig = NamespaceConfig {
    shared: true,
    ..OWN
};

pub fn register(access: &Access, name: &str, config: NamespaceConfig) -> Result<(), Error> {
    access.register(&[(name.to_owned(), config)])
}

fn names(access: &Access) -> Vec<String> {
    let all = access.namespaces().into_iter();
    all.map(|(name, _)| name).collect()
}

fn is_refused<T>(outcome: Result<T, Error>) -> bool {
    matches!(
        outcome.err().map(|error| *error.kind),
        Some(ErrorKind::Permission)
    )
}

#[test]
fn given_a_registered_namespace_then_its_script_alone_has_it() {
    let world = World::new(CacheMode::Preloaded);
    let (one, two) = (world.access("one"), world.access("two"));
    assert!(is_refused(one.get("my.app.a")));
    register(&one, "my.app", OWN).expect("it is taken");
    ready(one.set("my.app.a", Value::Int(1), None));
    assert_eq!(world.get(&one, "my.app.a"), int(1));
    assert!(is_refused(two.get("my.app.a")));
    register(&two, "my.app", OWN).expect("both have one of that name");
    assert_eq!(world.get(&two, "my.app.a"), None);
    world.settle(&one).expect("it is durable");
    assert_eq!(world.stored(), [("one:my.app:a".into(), "1".into())]);
}

#[test]
fn given_nested_namespaces_then_the_longest_decides_and_shadows() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    register(&access, "a.b", OWN).expect("it is taken");
    ready(access.set("a.b.c.x", Value::Int(1), None));
    register(
        &access,
        "a.b.c",
        NamespaceConfig {
            write: false,
            ..OWN
        },
    )
    .expect("it is taken");
    assert!(is_refused(access.set("a.b.c.x", Value::Int(2), None)));
    assert_eq!(
        world.get(&access, "a.b.c.x"),
        None,
        "the record of a.b is not reached"
    );
    ready(access.set("a.b.d", Value::Int(3), None));
    assert_eq!(world.list(&access, "a."), ["a.b.d"], "nor is it listed");
    assert_eq!(world.get(&access, "a.b.c"), None, "a.b.c is a key of a.b");
}

#[test]
fn given_a_shared_namespace_then_all_use_it_as_its_owner_said() {
    let world = World::new(CacheMode::Preloaded);
    let (owner, other) = (world.access("owner"), world.access("other"));
    register(&owner, "game.world", SHARED).expect("it is taken");
    register(
        &owner,
        "game.notes",
        NamespaceConfig {
            write: false,
            ..SHARED
        },
    )
    .expect("it is taken");
    ready(other.set("game.world.a", Value::Int(1), None));
    assert_eq!(world.get(&owner, "game.world.a"), int(1));
    assert!(is_refused(other.set("game.notes.a", Value::Int(1), None)));
    assert_eq!(world.get(&other, "game.notes.a"), None);
    register(
        &owner,
        "game.secret",
        NamespaceConfig {
            read: false,
            ..SHARED
        },
    )
    .expect("it is taken");
    ready(other.set("game.secret.a", Value::Int(1), None));
    assert!(is_refused(other.get("game.secret.a")));
    assert_eq!(world.list(&other, "game."), ["game.world.a"]);
    world.settle(&other).expect("it is durable");
    let keys: Vec<String> = world.stored().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["*:game.secret:a", "*:game.world:a"]);
}

#[test]
fn given_a_shared_namespace_then_only_its_owner_may_declare_it_otherwise() {
    let world = World::new(CacheMode::Preloaded);
    let (owner, other) = (world.access("owner"), world.access("other"));
    register(&owner, "game.world", SHARED).expect("it is taken");
    register(&other, "game.world", SHARED).expect("the same again is not a conflict");
    let limited = NamespaceConfig {
        ttl: Some(5.0),
        ..SHARED
    };
    let error = register(&other, "game.world", limited).expect_err("it conflicts");
    assert_eq!(*error.kind, ErrorKind::Permission);
    for name in ["'other'", "'owner'", "'game.world'"] {
        assert!(error.message.contains(name), "{error}");
    }
    assert!(is_refused(register(&other, "game.world", OWN)));
    register(&owner, "game.world", limited).expect("it is the owner's");
    world.store.unregister(owner.script());
    register(&other, "game.world", SHARED).expect("the next in line owns it");
    world.store.unregister(other.script());
    assert!(is_refused(owner.get("game.world.a")));
}

#[test]
fn given_several_declarations_one_of_which_is_bad_then_none_holds() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    let both = [("a.b".to_owned(), OWN), ("system.x".to_owned(), OWN)];
    assert!(is_refused(access.register(&both)));
    assert!(is_refused(access.get("a.b.x")));
}

#[test]
fn given_names_that_are_none_or_reserved_then_they_are_refused() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    for name in [
        "",
        "a",
        ".",
        "a.",
        ".a",
        "a..b",
        "a b.c",
        "a-b.c",
        "a:b.c",
        "ü.a",
        &format!("a.{}", "x".repeat(255)),
    ] {
        let error = register(&access, name, OWN).expect_err("it is not a name");
        assert!(matches!(*error.kind, ErrorKind::Value { .. }), "{name}");
    }
    for name in [
        "system.a",
        "_internal.a.b",
        "script.other",
        "script.other.a",
    ] {
        assert!(is_refused(register(&access, name, OWN)), "{name}");
    }
    for name in [
        "systems.a",
        "a.system",
        "script.main",
        "script.main.sub",
        "temp.cache",
    ] {
        register(
            &access,
            name,
            NamespaceConfig {
                persistent: false,
                ..OWN
            },
        )
        .expect("it is a name");
    }
}

#[test]
fn given_numbers_that_are_none_then_the_declaration_names_the_field() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = register(
            &access,
            "a.b",
            NamespaceConfig {
                ttl: Some(value),
                ..OWN
            },
        )
        .expect_err("it is none");
        assert_eq!(
            *error.kind,
            ErrorKind::Value {
                path: "config.a.b.ttl".into()
            }
        );
        let error = register(
            &access,
            "a.b",
            NamespaceConfig {
                quota: Some(value),
                ..OWN
            },
        )
        .expect_err("it is none");
        assert_eq!(
            *error.kind,
            ErrorKind::Value {
                path: "config.a.b.quota".into()
            }
        );
    }
    assert!(register(&access, "temp.a", SHARED).is_err());
}

#[test]
fn given_a_namespace_that_is_not_persistent_then_memory_alone_has_it_and_sharing_works() {
    let world = World::new(CacheMode::Preloaded);
    let (one, two) = (world.access("one"), world.access("two"));
    register(
        &one,
        "a.b",
        NamespaceConfig {
            persistent: false,
            ..SHARED
        },
    )
    .expect("it is taken");
    ready(one.set("a.b.x", Value::Int(1), None));
    world.settle(&one).expect("nothing to do");
    assert_eq!(world.get(&two, "a.b.x"), int(1));
    assert_eq!(world.list(&two, "a."), ["a.b.x"]);
    assert!(world.delete(&two, "a.b.x"));
    assert_eq!(world.get(&one, "a.b.x"), None);
    assert_eq!(world.stored(), []);
}

#[test]
fn given_a_time_to_live_of_the_namespace_then_it_holds_unless_the_call_has_its_own() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    register(
        &access,
        "a.b",
        NamespaceConfig {
            ttl: Some(100.0),
            ..OWN
        },
    )
    .expect("it is taken");
    ready(access.set("a.b.x", Value::Int(1), None));
    ready(access.set("a.b.y", Value::Int(1), Some(50.0)));
    world.settle(&access).expect("it is durable");
    let times: Vec<Option<f64>> = world
        .backend
        .records()
        .iter()
        .map(|record| record.expires_at)
        .collect();
    assert_eq!(times, [Some(1_000_100.0), Some(1_000_050.0)]);
}

#[test]
fn given_declarations_then_the_listing_has_what_the_script_may_use() {
    let world = World::new(CacheMode::Preloaded);
    let (one, two) = (world.access("one"), world.access("two"));
    register(&one, "b.own", OWN).expect("it is taken");
    register(&one, "a.shared", SHARED).expect("it is taken");
    assert_eq!(names(&one), ["a.shared", "b.own", "script.one", "temp"]);
    assert_eq!(names(&two), ["a.shared", "script.two", "temp"]);
}

#[test]
fn given_a_key_of_dots_then_it_is_refused_in_no_time() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    register(&access, "a.b", OWN).expect("it is taken");
    assert!(is_refused(access.get(&".".repeat(4096))));
    let key = format!("a.b{}x", ".".repeat(4092));
    assert!(ready(access.get(&key)).is_none());
}

#[test]
fn given_what_is_shared_below_a_scripts_own_namespace_then_its_keys_stay_its_own() {
    for mode in [CacheMode::Preloaded, CacheMode::ReadThrough] {
        let world = World::new(mode);
        let (victim, evil) = (world.access("victim"), world.access("evil"));
        register(&evil, "app.data.secret", SHARED).expect("it is taken");
        register(&victim, "app.data", OWN).expect("it is taken");
        world.set(&victim, "app.data.secret.pw", 1);
        assert_eq!(world.get(&evil, "app.data.secret.pw"), None);
        world.set(&evil, "app.data.secret.pw", 2);
        assert_eq!(world.get(&victim, "app.data.secret.pw"), int(1));
        assert_eq!(world.list(&victim, "app."), ["app.data.secret.pw"]);
        assert_eq!(
            names(&victim),
            ["app.data", "script.victim", "temp"],
            "what it cannot reach is not listed"
        );
        world.settle(&victim).expect("it is durable");
        assert!(
            world
                .stored()
                .contains(&("victim:app.data:secret.pw".into(), "1".into()))
        );
    }
}

#[test]
fn given_a_record_of_a_scripts_own_then_nobody_can_share_a_namespace_over_it() {
    let world = World::new(CacheMode::Preloaded);
    let (victim, evil) = (world.access("victim"), world.access("evil"));
    register(&victim, "app.data", OWN).expect("it is taken");
    world.set(&victim, "app.data.secret.pw", 1);
    let watch = victim.watch("app.data.").expect("it is readable");
    register(&evil, "app.data.secret", SHARED).expect("it is taken");
    world.set(&evil, "app.data.secret.pw", 2);
    assert_eq!(watch.try_next(), None, "another script's is another key");
    assert_eq!(world.get(&victim, "app.data.secret.pw"), int(1));
    assert!(world.delete(&victim, "app.data.secret.pw"));
    assert!(watch.try_next().is_some());
    assert_eq!(world.get(&evil, "app.data.secret.pw"), int(2));
}

#[test]
fn given_shared_namespaces_within_each_other_then_all_who_use_them_agree() {
    let world = World::new(CacheMode::Preloaded);
    let (one, two) = (world.access("one"), world.access("two"));
    for access in [&one, &two] {
        register(access, "game.world", SHARED).expect("it is taken");
    }
    register(&one, "game.world.map", SHARED).expect("it is taken");
    world.set(&two, "game.world.map.x", 1);
    assert_eq!(world.get(&one, "game.world.map.x"), int(1));
    // Who declares the shared namespace wants it, whatever is its own above.
    register(&two, "game.all", OWN).expect("it is taken");
    register(&one, "game.all.news", SHARED).expect("it is taken");
    world.set(&one, "game.all.news.x", 2);
    assert_eq!(world.get(&two, "game.all.news.x"), None);
    register(&two, "game.all.news", SHARED).expect("the same is not a conflict");
    assert_eq!(world.get(&two, "game.all.news.x"), int(2));
}

#[test]
fn given_more_namespaces_than_a_script_may_have_then_the_declaration_is_refused() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    let many = |range: std::ops::Range<u32>, config| -> Vec<(String, NamespaceConfig)> {
        range.map(|it| (format!("a.b{it}"), config)).collect()
    };
    access.register(&many(0..128, OWN)).expect("they are taken");
    access
        .register(&many(128..256, SHARED))
        .expect("they are taken");
    access
        .register(&many(100..200, SHARED))
        .expect("the same are not counted twice");
    let error = register(&access, "a.c", OWN).expect_err("it is one too many");
    assert_eq!(
        *error.kind,
        ErrorKind::Value {
            path: "config".into()
        }
    );
    assert!(error.message.contains("256"), "{error}");
    assert!(access.register(&many(0..1000, OWN)).is_err());
    assert_eq!(names(&access).len(), 258);
    register(&world.access("other"), "a.c", OWN).expect("another has its own");
    world.store.unregister(access.script());
    register(&access, "a.c", OWN).expect("there is room again");
}

#[test]
fn given_the_same_declaration_again_then_nobody_is_told() {
    let world = World::new(CacheMode::Preloaded);
    let told = Rc::new(Cell::new(0));
    let count = told.clone();
    world
        .store
        .on_registration(Box::new(move |_| count.set(count.get() + 1)));
    let (one, two) = (world.access("one"), world.access("two"));
    for _ in 0..3 {
        register(&one, "a.own", OWN).expect("it is taken");
        register(&one, "a.shared", SHARED).expect("it is taken");
        register(&two, "a.shared", SHARED).expect("it is taken");
    }
    assert_eq!(told.get(), 3);
    register(&one, "a.own", SHARED).expect("it is another declaration");
    register(&one, "a.own", OWN).expect("it is another declaration");
    assert_eq!(told.get(), 5);
}
