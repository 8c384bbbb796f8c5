//! The pages of the browser tests and the other groups, side by side as far as the machine has room for them.

use super::browser::page::{Page, Window};
use super::tally::Tally;
use anyhow::{Result, anyhow};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Instant;
use tokio::sync::{Semaphore, oneshot};

/// How much of the machine a page takes. A group takes a third.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Share {
    /// It waits for timers and disks most of the time: it runs beside two others.
    Third,
    /// It computes for long: it runs beside one other.
    Half,
    /// It measures time: nothing runs beside it.
    Whole,
}

/// What shares are parts of.
const MACHINE: usize = 6;

impl Share {
    fn parts(self) -> u32 {
        match self {
            Self::Third => 2,
            Self::Half => 3,
            Self::Whole => 6,
        }
    }
}

/// What a group does.
type Work = Box<dyn FnOnce(&mut Tally) -> Result<()> + Send>;

/// A group of tests that are no pages.
pub struct Group {
    name: &'static str,
    work: Work,
}

impl Group {
    /// The group of this name, and what runs it.
    pub fn new(
        name: &'static str,
        work: impl FnOnce(&mut Tally) -> Result<()> + Send + 'static,
    ) -> Self {
        Self {
            name,
            work: Box::new(work),
        }
    }

    /// Runs it on a thread of its own, and gives what it counts.
    async fn run(self) -> Tally {
        let Self { name, work } = self;
        let (ended, end) = oneshot::channel();
        std::thread::spawn(move || {
            let mut tally = Tally::default();
            let done = tally.group(name, work);
            tally.step(name, done);
            drop(ended.send(tally));
        });
        end.await.unwrap_or_else(|_| {
            let mut tally = Tally::default();
            tally.one(name, Err::<(), _>(anyhow!("it panicked, as is said above")));
            tally
        })
    }
}

/// Runs it all: first what runs beside others, and then what does not.
///
/// # Errors
/// When there is no runtime.
pub fn run(groups: Vec<Group>, pages: Vec<Page>, tally: &mut Tally) -> Result<()> {
    let (alone, mut together): (Vec<_>, Vec<_>) = pages
        .into_iter()
        .partition(|page| page.share == Share::Whole);
    // What takes more comes last, and fills what groups that are still at work leave of the machine.
    together.sort_by_key(|page| page.share);
    let measures = !together.is_empty() || !alone.is_empty();
    let lanes = Lanes {
        groups: RefCell::new(groups.into()),
        together: RefCell::new(together.into()),
        alone: RefCell::new(alone.into()),
        room: Semaphore::new(MACHINE),
        tally: RefCell::new(tally),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let started = Instant::now();
    let beside = runtime.block_on(async {
        tokio::join!(
            async {
                lanes.groups().await;
                lanes.pages(&lanes.together).await;
            },
            lanes.pages(&lanes.together),
            lanes.pages(&lanes.together),
        );
        let beside = started.elapsed().as_secs_f64();
        lanes.pages(&lanes.alone).await;
        beside
    });
    if measures {
        let whole = started.elapsed().as_secs_f64();
        println!(
            "the tests in browsers took {whole:.0} s: side by side {beside:.0} s, alone {:.0} s",
            whole - beside
        );
    }
    Ok(())
}

/// What is still to be done, and where it is counted.
struct Lanes<'a> {
    groups: RefCell<VecDeque<Group>>,
    together: RefCell<VecDeque<Page>>,
    alone: RefCell<VecDeque<Page>>,
    /// What of the machine is free.
    room: Semaphore,
    tally: RefCell<&'a mut Tally>,
}

impl Lanes<'_> {
    /// Runs one group after the other: they write to the same folders.
    async fn groups(&self) {
        loop {
            let Some(group) = self.groups.borrow_mut().pop_front() else {
                return;
            };
            let _room = self.room.acquire_many(Share::Third.parts()).await;
            let counted = group.run().await;
            self.tally.borrow_mut().merge(counted);
        }
    }

    /// Visits one page of `queue` after the other.
    async fn pages(&self, queue: &RefCell<VecDeque<Page>>) {
        let mut window = None;
        loop {
            let Some(page) = queue.borrow_mut().pop_front() else {
                if let Some(window) = window {
                    Window::close(window).await;
                }
                return;
            };
            let _room = self.room.acquire_many(page.share.parts()).await;
            self.visit(&page, &mut window).await;
        }
    }

    async fn visit(&self, page: &Page, window: &mut Option<Window>) {
        let started = Instant::now();
        let outcome = page.visit(window).await;
        let seconds = started.elapsed().as_secs_f64();
        let name = page.name();
        let mut tally = self.tally.borrow_mut();
        match outcome {
            Ok(report) => {
                println!(
                    "{name}: {} passed, {} failed in {seconds:.1} s",
                    report.passed, report.failed
                );
                tally.add(report.passed, report.failed);
                for failure in report.failures {
                    tally.failure(&format!("{name}: {}", failure.test), &failure.message);
                }
            }
            Err(error) => drop(tally.one(&name, Err::<(), _>(error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Group, MACHINE, Share, run};
    use crate::test::tally::Tally;
    use anyhow::bail;
    use std::sync::{Arc, Mutex};

    #[test]
    fn shares_are_what_their_names_say() {
        for (share, times) in [(Share::Third, 3), (Share::Half, 2), (Share::Whole, 1)] {
            assert_eq!(share.parts() * times, MACHINE as u32, "{share:?}");
        }
    }

    #[test]
    fn groups_run_one_after_the_other_and_what_they_count_is_summed() {
        let log = Arc::new(Mutex::new(Vec::new()));
        let group = |name: &'static str, failed| {
            let log = Arc::clone(&log);
            Group::new(name, move |tally: &mut Tally| {
                log.lock().expect("nobody panicked").push(name);
                tally.add(1, failed);
                log.lock().expect("nobody panicked").push(name);
                Ok(())
            })
        };
        let mut tally = Tally::default();

        run(
            vec![group("one", 0), group("other", 2)],
            Vec::new(),
            &mut tally,
        )
        .expect("there is a runtime");

        assert_eq!(tally.counts(), (2, 2));
        assert_eq!(
            *log.lock().expect("nobody panicked"),
            ["one", "one", "other", "other"]
        );
    }

    #[test]
    fn a_group_that_cannot_run_or_panics_is_a_failure_and_the_next_runs() {
        let mut tally = Tally::default();
        let groups = vec![
            Group::new("broken", |_| bail!("no disk")),
            Group::new("panicking", |_| panic!("as it is meant to")),
            Group::new("sound", |tally| {
                tally.add(1, 0);
                Ok(())
            }),
        ];

        run(groups, Vec::new(), &mut tally).expect("there is a runtime");

        assert_eq!(tally.counts(), (1, 2));
    }
}
