//! Two browsers as two users of one NATS server, which is killed, held up and started again, or hard to reach: no update is
//! lost, and each hears of the other's writes.

mod offline;
mod readers;
mod rights;
mod trouble;
mod two_users;
mod user;

use super::browser::files::Bundles;
use super::tally::Tally;
use crate::args::Artifact;
use crate::services::nats::Release;
use anyhow::Result;
use std::path::Path;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Instant;
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, LocalSet};
use trouble::Trouble;
use two_users::TwoUsers;

/// How many cases run at once: each waits for something most of the time.
const AT_ONCE: usize = 2;

/// A case.
struct Case {
    /// What `--only shared-state/NAME` names it by.
    name: &'static str,
    /// What the report calls it.
    title: String,
    work: Pin<Box<dyn Future<Output = Result<String>>>>,
}

impl Case {
    fn two_users(users: TwoUsers, bundles: &Rc<Path>) -> Self {
        Self::of(
            users.trouble.name(),
            users.name(),
            bundles,
            async move |bundles| users.run(bundles).await,
        )
    }

    fn of(
        name: &'static str,
        title: impl Into<String>,
        bundles: &Rc<Path>,
        work: impl AsyncFnOnce(&Path) -> Result<String> + 'static,
    ) -> Self {
        let bundles = bundles.clone();
        Self {
            name,
            title: title.into(),
            work: Box::pin(async move { work(&bundles).await }),
        }
    }
}

/// Runs those with `only` in their name, in each build of the worker, on each release of the server; ten times as many updates
/// in ten rounds. With more rounds than one there is more: networks that are parted, so often, and hundreds of readers.
///
/// # Errors
/// When the test cannot be set up; not when something was lost.
pub fn test(only: Option<&str>, rounds: u32, bundles: &Bundles, tally: &mut Tally) -> Result<()> {
    let mut cases = cases(rounds, &bundles.folder().into());
    cases.retain(|case| only.is_none_or(|only| case.name.contains(only)));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = LocalSet::new();
    let turns = Rc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for Case { title, work, .. } in cases {
        let turns = turns.clone();
        let task = async move {
            let _turn = turns.acquire().await;
            let began = Instant::now();
            (title, work.await, began.elapsed())
        };
        tasks.spawn_local_on(task, &local);
    }
    runtime.block_on(local.run_until(async {
        while let Some(done) = tasks.join_next().await {
            let (title, outcome, took) = done?;
            if let Ok(said) = &outcome {
                println!("{title}: {said}; {:.1} s in all", took.as_secs_f64());
            }
            tally.one(&title, outcome);
        }
        Ok(())
    }))
}

/// The longest first, so that none is left to run alone.
fn cases(rounds: u32, bundles: &Rc<Path>) -> Vec<Case> {
    use Artifact::{Jspi, Portable};
    use Release::{New, Old};
    let users = |(release, artifact, trouble): (Release, Artifact, Trouble)| TwoUsers {
        release,
        artifact,
        trouble,
        updates: trouble.updates() * u64::from(rounds),
        is_ahead: false,
    };
    let ahead = TwoUsers {
        is_ahead: true,
        ..users((New, Jspi, Trouble::None))
    };
    let usual = [
        (New, Jspi, Trouble::Members),
        (New, Jspi, Trouble::Stops(10)),
        (Old, Portable, Trouble::None),
        (New, Jspi, Trouble::Slow),
        (New, Portable, Trouble::Followers(6)),
        (New, Portable, Trouble::Hangs(6)),
        (Old, Jspi, Trouble::Kills),
        (New, Portable, Trouble::Kills),
        (Old, Jspi, Trouble::Cuts),
    ];
    let usual = usual.into_iter().map(users).chain([ahead]);
    let mut cases: Vec<_> = usual.map(|each| Case::two_users(each, bundles)).collect();
    cases.extend([
        Case::of(
            "rights",
            "a user who may not write is told so, and reads on",
            bundles,
            rights::reader,
        ),
        Case::of(
            "token",
            "a user whose token has run out goes on with the next one",
            bundles,
            rights::token,
        ),
        Case::of(
            "offline",
            "users who open while there is no server",
            bundles,
            offline::start,
        ),
    ]);
    if rounds > 1 {
        cases.push(Case::of(
            "readers",
            "hundreds of readers",
            bundles,
            readers::all,
        ));
        let parted = users((New, Jspi, Trouble::Partition));
        let parted = TwoUsers {
            updates: Trouble::Partition.updates(),
            ..parted
        };
        for round in 1..=rounds {
            let title = format!("{}, round {round}", parted.name());
            let run = async move |bundles: &Path| parted.run(bundles).await;
            cases.push(Case::of(parted.trouble.name(), title, bundles, run));
        }
    }
    cases
}
