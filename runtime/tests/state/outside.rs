//! What other tabs write.

use super::support::World;
use pubwiki_lua_runtime::protocol::Value;
use pubwiki_lua_runtime::state::Watch;
use pubwiki_lua_runtime::storage::{Changes, Reading};
use pubwiki_lua_runtime::testing::Fault;

const KEY: &str = "script.main.a";
const RECORD: &str = "main:script.main:a";

fn seen(watch: &Watch) -> Vec<Option<Value>> {
    let each = std::iter::from_fn(|| watch.try_next());
    each.map(|change| change.value.map(|value| (*value).clone()))
        .collect()
}

fn keys() -> Changes {
    Changes::Keys(vec![RECORD.into()])
}

#[test]
fn given_another_tab_s_write_then_it_is_read_and_its_watchers_hear_of_it() {
    for changes in [keys(), Changes::All] {
        let world = World::new(Reading::Loaded);
        let access = world.access("main");
        let watch = access.watch_key(KEY).expect("it is readable");
        world.backend.plant(RECORD, "1");
        world.backend.others.tell(&changes);
        world.platform.run();
        assert_eq!(seen(&watch), [Some(Value::Int(1))]);
        assert_eq!(world.get(&access, KEY), Some(Value::Int(1)));

        world.backend.uproot(RECORD);
        world.backend.others.tell(&changes);
        world.platform.run();
        assert_eq!(seen(&watch), [None]);
        assert_eq!(world.get(&access, KEY), None);
    }
}

#[test]
fn given_a_change_that_is_none_then_nobody_hears_of_it() {
    let world = World::new(Reading::Loaded);
    let access = world.access("main");
    world.set(&access, KEY, 1);
    world.platform.run();
    let watch = access.watch_key(KEY).expect("it is readable");
    world.backend.others.tell(&keys());
    world.backend.others.tell(&Changes::All);
    world.platform.run();
    assert_eq!(seen(&watch), []);
}

#[test]
fn given_a_write_of_our_own_under_way_then_it_counts() {
    let world = World::new(Reading::Loaded);
    let access = world.access("main");
    world.backend.plant(RECORD, "1");
    world.backend.others.tell(&keys());
    world.set(&access, KEY, 2);
    world.platform.run();
    assert_eq!(world.get(&access, KEY), Some(Value::Int(2)));
    assert_eq!(world.backend.records()[0].value, "2");
}

#[test]
fn given_a_read_that_fails_then_memory_stays_and_the_next_change_is_heard() {
    let world = World::new(Reading::Loaded);
    let access = world.access("main");
    world.set(&access, KEY, 1);
    world.platform.run();
    world.backend.plant(RECORD, "2");
    world.backend.fail(Fault::Read);
    world.backend.others.tell(&keys());
    world.platform.run();
    assert_eq!(world.get(&access, KEY), Some(Value::Int(1)));
    world.backend.others.tell(&keys());
    world.platform.run();
    assert_eq!(world.get(&access, KEY), Some(Value::Int(2)));
}
