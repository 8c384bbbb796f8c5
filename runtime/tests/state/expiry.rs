use super::support::{World, int, ready};
use pubwiki_lua_runtime::protocol::{ErrorKind, Value};
use pubwiki_lua_runtime::storage::Reading;

#[test]
fn given_a_time_to_live_then_the_record_is_gone_for_every_reader_at_that_moment() {
    let world = World::new(Reading::Loaded);
    let access = world.access("main");
    ready(access.set("script.main.a", Value::Int(1), Some(100.0)));
    world.platform.advance(99.0);
    assert_eq!(world.get(&access, "script.main.a"), int(1));
    assert_eq!(world.list(&access, ""), ["script.main.a"]);
    world.platform.advance(1.0);
    assert_eq!(world.get(&access, "script.main.a"), None);
    assert_eq!(world.get(&world.access("main"), "script.main.a"), None);
    assert_eq!(world.list(&access, ""), [""; 0]);
    assert!(!world.delete(&access, "script.main.a"));
}

#[test]
fn given_an_expired_record_when_its_key_is_set_then_it_is_created_anew() {
    let world = World::new(Reading::Loaded);
    let access = world.access("main");
    ready(access.set("script.main.a", Value::Int(1), Some(100.0)));
    world.platform.advance(200.0);
    world.set(&access, "script.main.a", 2);
    world.settle(&access).expect("it is durable");
    let record = &world.backend.records()[0];
    assert_eq!((record.created_at, record.expires_at), (1_000_200.0, None));
}

#[test]
fn given_a_time_to_live_that_is_none_then_it_is_refused() {
    let world = World::new(Reading::Loaded);
    let access = world.access("main");
    for ttl in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = access
            .set("script.main.a", Value::Int(1), Some(ttl))
            .err()
            .expect("an error");
        assert_eq!(
            *error.kind,
            ErrorKind::Value { path: "ttl".into() },
            "{ttl}"
        );
    }
    assert_eq!(world.get(&access, "script.main.a"), None);
}
