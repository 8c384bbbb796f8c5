//! Workers that keep the records of one place in memory.

use futures::stream::LocalBoxStream;
use futures::{FutureExt as _, StreamExt as _};
use pubwiki_lua_runtime::platform::Platform as _;
use pubwiki_lua_runtime::storage::{Changes, Heard, Listeners, Peers};
use pubwiki_lua_runtime::testing::TestPlatform;
use std::cell::Cell;
use std::rc::Rc;

/// Longer than a worker has to say that it is there.
const GREETED_MS: f64 = 100.0;
/// Longer than one is waited for that says nothing.
const PATIENCE_MS: f64 = 1100.0;

struct Worker {
    peers: Rc<Peers>,
    heard: LocalBoxStream<'static, Heard>,
}

impl Worker {
    fn join(platform: &TestPlatform, id: f64) -> Self {
        platform.set_random(id);
        let listeners = Rc::<Listeners>::default();
        let heard = listeners.listen();
        let peers = Peers::join(platform.shared(), "place", listeners).expect("it hears others");
        Self { peers, heard }
    }

    fn next(&mut self) -> Option<Heard> {
        self.heard.next().now_or_never().flatten()
    }

    fn write(&self, key: &str) {
        self.peers.tell(keys(key));
    }
}

/// Two workers that have greeted each other.
fn two() -> (TestPlatform, Worker, Worker) {
    let platform = TestPlatform::new();
    let (here, there) = (Worker::join(&platform, 0.1), Worker::join(&platform, 0.2));
    platform.advance(GREETED_MS);
    (platform, here, there)
}

fn keys(key: &str) -> Changes {
    Changes::of([key.to_owned()].iter())
}

fn is_done(done: &Rc<Cell<Option<()>>>) -> bool {
    done.take().is_some()
}

#[test]
fn given_another_worker_then_a_write_is_propagated_once_it_has_taken_it_in() {
    let (platform, here, mut there) = two();
    here.write("a");
    let propagated = platform.start(here.peers.propagated());
    platform.run();
    let written = there.next().expect("it hears of the write");
    assert_eq!(written.changes, keys("a"));
    let asked = there.next().expect("it is asked");
    drop(written);
    platform.run();
    assert!(!is_done(&propagated), "it has not answered");
    drop(asked);
    platform.run();
    assert!(is_done(&propagated), "it has answered");
}

#[test]
fn given_what_others_hear_in_another_way_then_they_are_asked_about_it() {
    let (platform, here, mut there) = two();
    here.peers.note(keys("a"));
    here.peers.note(keys("b"));
    let propagated = platform.start(here.peers.propagated());
    platform.run();
    let asked = there.next().expect("it is asked");
    assert_eq!(asked.changes, keys("a").and(keys("b")));
    drop(asked);
    platform.run();
    assert!(is_done(&propagated), "it has answered");
}

#[test]
fn given_nothing_new_then_an_earlier_question_is_waited_for_and_none_is_asked() {
    let (platform, here, mut there) = two();
    here.write("a");
    let first = platform.start(here.peers.propagated());
    platform.run();
    let second = platform.start(here.peers.propagated());
    platform.run();
    let written = there.next().expect("it hears of the write");
    let asked = there.next().expect("it is asked");
    assert!(there.next().is_none(), "it is asked once");
    assert!(!is_done(&second), "the first is not answered");
    drop((written, asked));
    platform.run();
    assert!(is_done(&first), "it has answered");
    assert!(is_done(&second), "it has answered");
    let third = platform.start(here.peers.propagated());
    platform.run();
    assert!(is_done(&third), "there is nothing to wait for");
}

#[test]
fn given_one_that_asks_or_greets_itself_meanwhile_then_its_answer_is_still_waited_for() {
    let (platform, here, mut there) = two();
    here.write("a");
    let propagated = platform.start(here.peers.propagated());
    platform.run();
    there.write("b");
    let back = platform.start(there.peers.propagated());
    // A third one comes and goes, which wakes who waits.
    drop(Worker::join(&platform, 0.3));
    platform.run();
    assert!(!is_done(&propagated), "the other has not answered");
    while there.next().is_some() {}
    platform.run();
    assert!(is_done(&propagated), "it has answered");
    drop(here);
    platform.run();
    assert!(is_done(&back), "nobody else is there");
}

#[test]
fn given_nobody_else_then_nothing_is_waited_for() {
    let platform = TestPlatform::new();
    let here = Worker::join(&platform, 0.1);
    platform.advance(GREETED_MS);
    here.write("a");
    let propagated = platform.start(here.peers.propagated());
    platform.run();
    assert!(is_done(&propagated), "nobody is there");
}

#[test]
fn given_a_worker_that_has_just_joined_then_it_gives_others_time_to_greet() {
    let platform = TestPlatform::new();
    let here = Worker::join(&platform, 0.1);
    here.write("a");
    let propagated = platform.start(here.peers.propagated());
    platform.run();
    assert!(!is_done(&propagated), "others may be there");
    platform.advance(GREETED_MS);
    assert!(is_done(&propagated), "nobody is there");
}

#[test]
fn given_one_that_leaves_then_it_is_not_waited_for() {
    let platform = TestPlatform::new();
    let (here, there) = (Worker::join(&platform, 0.1), Worker::join(&platform, 0.2));
    platform.advance(GREETED_MS);
    here.write("a");
    let propagated = platform.start(here.peers.propagated());
    platform.run();
    let Worker { peers, heard } = there;
    drop(peers);
    platform.run();
    assert!(is_done(&propagated), "the other is gone");
    drop(heard);
}

#[test]
fn given_one_that_says_nothing_then_it_is_waited_for_once_until_it_does() {
    let (platform, here, mut there) = two();
    here.write("a");
    let first = platform.start(here.peers.propagated());
    platform.run();
    assert!(!is_done(&first), "it may answer yet");
    platform.advance(PATIENCE_MS);
    assert!(is_done(&first), "it does not answer");

    here.write("b");
    let second = platform.start(here.peers.propagated());
    platform.run();
    assert!(is_done(&second), "it is not waited for again");

    while there.next().is_some() {}
    here.write("c");
    let third = platform.start(here.peers.propagated());
    platform.run();
    assert!(!is_done(&third), "it has spoken");
    while there.next().is_some() {}
    platform.run();
    assert!(is_done(&third), "it has answered");
}

#[test]
fn given_what_another_version_might_say_then_all_may_have_changed() {
    let platform = TestPlatform::new();
    let mut here = Worker::join(&platform, 0.1);
    let other = platform
        .channel("place", Box::new(|_| ()))
        .expect("there are channels");
    for bytes in [&[][..], &[9], &[0, 0, 200]] {
        other.post(bytes);
        let heard = here.next().expect("something has changed");
        assert_eq!(heard.changes, Changes::All);
    }
}
