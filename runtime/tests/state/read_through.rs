//! A backend that others may write to: each run reads each key once.

use super::support::{World, int, ready};
use pubwiki_lua_runtime::protocol::Value;
use pubwiki_lua_runtime::state::MaybePending;
use pubwiki_lua_runtime::storage::CacheMode;
use pubwiki_lua_runtime::testing::{Fault, TestBackend};

#[test]
fn given_a_backend_that_others_write_to_then_a_run_asks_it_once_for_each_key() {
    let backend = TestBackend::new(CacheMode::ReadThrough);
    backend.plant("main:script.main:a", "1");
    let world = World::on(backend);
    let run = world.access("main");
    for _ in 0..3 {
        assert_eq!(world.get(&run, "script.main.a"), int(1));
        assert_eq!(world.get(&run, "script.main.b"), None);
    }
    assert_eq!(
        *world.backend.reads.borrow(),
        [["main:script.main:a"], ["main:script.main:b"]]
    );
    assert!(
        world.backend.scans.borrow().is_empty(),
        "nothing is loaded on open"
    );
}

#[test]
fn given_another_writer_then_the_next_run_sees_what_it_wrote() {
    let backend = TestBackend::new(CacheMode::ReadThrough);
    backend.plant("main:script.main:a", "1");
    let world = World::on(backend);
    let first = world.access("main");
    assert_eq!(world.get(&first, "script.main.a"), int(1));
    world.backend.plant("main:script.main:a", "2");
    assert_eq!(world.get(&first, "script.main.a"), int(1), "asked once");
    let second = world.access("main");
    assert_eq!(world.get(&second, "script.main.a"), int(2));
    assert_eq!(
        world.get(&first, "script.main.a"),
        int(2),
        "memory is shared"
    );
}

#[test]
fn given_a_run_that_writes_then_it_reads_its_own_writes_without_asking() {
    let world = World::new(CacheMode::ReadThrough);
    let run = world.access("main");
    ready(run.set("script.main.a", Value::Int(1), None));
    assert_eq!(
        ready(run.get("script.main.a")).as_deref(),
        Some(&Value::Int(1))
    );
    world.settle(&run).expect("it is durable");
    assert_eq!(
        ready(run.get("script.main.a")).as_deref(),
        Some(&Value::Int(1))
    );
    assert!(ready(run.delete("script.main.a")));
    assert_eq!(ready(run.get("script.main.a")), None);
}

#[test]
fn given_a_write_on_its_way_then_other_runs_see_it_and_not_what_the_backend_still_has() {
    let backend = TestBackend::new(CacheMode::ReadThrough);
    backend.plant("main:script.main:a", "1");
    let world = World::on(backend);
    let (writer, reader) = (world.access("main"), world.access("main"));
    world.backend.hold();
    world.set(&writer, "script.main.a", 2);
    assert_eq!(
        ready(reader.get("script.main.a")).as_deref(),
        Some(&Value::Int(2))
    );
    world.backend.let_go();
    world.settle(&writer).expect("it is durable");
    assert_eq!(world.get(&reader, "script.main.a"), int(2));
}

#[test]
fn given_a_read_that_overtakes_a_write_but_ends_after_it_then_the_old_answer_does_not_undo_it() {
    let world = World::new(CacheMode::ReadThrough);
    let access = world.access("main");
    assert_eq!(world.get(&access, "script.main.a"), None);
    world.backend.hold();
    ready(access.set("script.main.a", Value::Int(1), None));
    world.platform.run();
    let listing = access.list("script.main.").expect("it is allowed");
    let listing = world.platform.start(listing.answer());
    world.platform.run();
    world.backend.let_one_go(0);
    world.platform.run();
    // As a server that has read before it wrote would answer.
    world.backend.uproot("main:script.main:a");
    world.backend.let_go();
    world.platform.run();
    assert_eq!(listing.take(), Some(Ok(vec!["script.main.a".into()])));
    assert_eq!(
        ready(access.get("script.main.a")).as_deref(),
        Some(&Value::Int(1))
    );
}

#[test]
fn given_a_read_asked_during_a_clear_then_its_old_answer_does_not_bring_back_what_was_cleared() {
    for answered_first in [true, false] {
        let backend = TestBackend::new(CacheMode::ReadThrough);
        backend.plant("main:script.main:a", "1");
        let world = World::on(backend);
        let access = world.access("main");
        world.backend.hold();
        let clear = world.platform.start(world.store.clear());
        world.platform.run();
        let listing = access.list("script.main.").expect("it is allowed");
        let listing = world.platform.start(listing.answer());
        world.platform.run();
        if answered_first {
            world.backend.let_one_go(1);
        } else {
            world.backend.let_one_go(0);
            world.platform.run();
            // As a server that has read before it cleared would answer.
            world.backend.plant("main:script.main:a", "1");
            world.backend.let_go();
        }
        world.platform.run();
        assert_eq!(listing.take(), Some(Ok(vec![])));
        world.backend.let_go();
        world.platform.run();
        assert_eq!(clear.take(), Some(Ok(())));
        assert_eq!(ready(access.get("script.main.a")), None);
    }
}

#[test]
fn given_a_clear_that_fails_then_memory_is_as_the_backend_though_another_follows() {
    let backend = TestBackend::new(CacheMode::ReadThrough);
    backend.plant("main:script.main:a", "1");
    let world = World::on(backend);
    let access = world.access("main");
    assert_eq!(world.list(&access, ""), ["script.main.a"]);
    world.backend.fail(Fault::Write);
    assert!(world.platform.block(world.store.clear()).is_err());
    assert_eq!(world.get(&access, "script.main.a"), int(1));
    assert_eq!(world.platform.block(world.store.clear()), Ok(()));
    assert_eq!(world.get(&access, "script.main.a"), None);
}

#[test]
fn given_a_read_under_way_when_the_key_is_written_then_the_old_answer_does_not_undo_it() {
    let backend = TestBackend::new(CacheMode::ReadThrough);
    backend.plant("main:script.main:a", "1");
    let world = World::on(backend);
    let (reader, writer) = (world.access("main"), world.access("main"));
    world.backend.hold();
    let read = world.platform.start(
        reader
            .get("script.main.a")
            .expect("a readable key")
            .answer(),
    );
    world.platform.run();
    world.set(&writer, "script.main.a", 2);
    world.backend.let_one_go(0);
    world.platform.run();
    let found = read.take().expect("an answer").expect("no error");
    assert_eq!(found.as_deref(), Some(&Value::Int(2)));
    world.backend.let_go();
    world.settle(&writer).expect("it is durable");
    assert_eq!(world.stored(), [("main:script.main:a".into(), "2".into())]);
}

#[test]
fn given_a_key_written_without_being_read_then_its_time_of_creation_is_asked_for_and_kept() {
    let backend = TestBackend::new(CacheMode::ReadThrough);
    backend.plant("main:script.main:a", "1");
    let world = World::on(backend);
    let run = world.access("main");
    ready(run.set("script.main.a", Value::Int(2), None));
    ready(run.set("script.main.b", Value::Int(2), None));
    world.settle(&run).expect("it is durable");
    let created: Vec<f64> = world
        .backend
        .records()
        .iter()
        .map(|record| record.created_at)
        .collect();
    assert_eq!(created, [1.0, 1_000_000.0]);
    assert_eq!(world.backend.reads.borrow().len(), 1);
    world.set(&run, "script.main.a", 3);
    world.settle(&run).expect("it is durable");
    assert_eq!(world.backend.reads.borrow().len(), 1, "once is enough");
    assert_eq!(world.backend.records()[0].created_at, 1.0);
}

#[test]
fn given_a_delete_of_an_unknown_key_then_it_is_looked_up_first() {
    let backend = TestBackend::new(CacheMode::ReadThrough);
    backend.plant("main:script.main:a", "1");
    let world = World::on(backend);
    let run = world.access("main");
    assert!(matches!(
        run.delete("script.main.a"),
        Ok(MaybePending::Pending(_))
    ));
    assert!(world.delete(&run, "script.main.a"));
    assert!(!world.delete(&run, "script.main.b"));
    world.settle(&run).expect("it is durable");
    assert_eq!(world.stored(), []);
}

#[test]
fn given_a_listing_then_it_is_asked_for_once_and_answers_reads_too() {
    let backend = TestBackend::new(CacheMode::ReadThrough);
    backend.plant("main:script.main:a", "1");
    backend.plant("main:script.main:b", "2");
    backend.plant("other:script.other:c", "3");
    let world = World::on(backend);
    let run = world.access("main");
    world.delete(&run, "script.main.a");
    world.set(&run, "script.main.z", 9);
    assert_eq!(world.list(&run, ""), ["script.main.b", "script.main.z"]);
    assert_eq!(
        ready(run.list("script.main.")),
        ["script.main.b", "script.main.z"]
    );
    assert_eq!(
        ready(run.get("script.main.b")).as_deref(),
        Some(&Value::Int(2))
    );
    assert_eq!(ready(run.get("script.main.none")), None);
    assert_eq!(*world.backend.scans.borrow(), ["main:script.main:"]);
}

#[test]
fn given_a_record_removed_by_others_then_a_new_listing_does_not_have_it() {
    let backend = TestBackend::new(CacheMode::ReadThrough);
    backend.plant("main:script.main:a", "1");
    let world = World::on(backend);
    let first = world.access("main");
    assert_eq!(world.list(&first, ""), ["script.main.a"]);
    world
        .platform
        .block(pubwiki_lua_runtime::storage::Backend::clear(
            &*world.backend,
        ))
        .expect("it clears");
    assert_eq!(world.list(&world.access("main"), ""), [""; 0]);
}

#[test]
fn given_a_failing_read_then_the_reader_gets_the_error_and_may_try_again() {
    let backend = TestBackend::new(CacheMode::ReadThrough);
    backend.plant("main:script.main:a", "1");
    let world = World::on(backend);
    let run = world.access("main");
    world.backend.fail(Fault::Read);
    assert!(world.wait(run.get("script.main.a")).is_err());
    assert_eq!(world.get(&run, "script.main.a"), int(1));
}

#[test]
fn given_a_failed_write_then_the_run_sees_what_the_backend_has() {
    let backend = TestBackend::new(CacheMode::ReadThrough);
    backend.plant("main:script.main:a", "1");
    let world = World::on(backend);
    let run = world.access("main");
    world.backend.fail(Fault::Write);
    world.set(&run, "script.main.a", 2);
    assert!(world.settle(&run).is_err());
    assert_eq!(world.get(&run, "script.main.a"), int(1));
}
