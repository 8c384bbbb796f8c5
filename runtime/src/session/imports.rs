//! Imports, of which the page hears how they go on.

use super::Session;
use crate::protocol::{Error, Event, Record, StateAnswer};
use crate::state::Store;
use futures::future::{Either, select};
use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;

/// How often the page is told, in milliseconds.
const TELL_MS: u32 = 250;

impl Session {
    pub(super) async fn import(
        &self,
        id: u32,
        store: &Rc<Store>,
        records: Vec<Record>,
    ) -> Result<StateAnswer, Error> {
        let stored = Rc::<Cell<u32>>::default();
        let importing = store.import(records, stored.clone());
        let telling = async {
            let mut told = 0;
            loop {
                self.inner.platform.sleep(TELL_MS).await;
                let done = stored.get();
                if done != told {
                    told = done;
                    self.inner.platform.send(Event::Imported { id, done });
                }
            }
        };
        match select(importing, pin!(telling)).await {
            Either::Left((outcome, _)) => outcome?,
            Either::Right(((), importing)) => importing.await?,
        }
        Ok(StateAnswer::Done)
    }
}
