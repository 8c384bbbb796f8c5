//! Changes that others have made, and who listens for them.

use crate::protocol::Record;
use futures::StreamExt as _;
use futures::channel::mpsc::{UnboundedSender, unbounded};
use futures::stream::LocalBoxStream;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::rc::Rc;

/// The changes that others have made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Changes {
    /// These keys, at least.
    Keys(Vec<String>),
    /// Any key.
    All,
}

/// More keys than this count as all.
const MOST_KEYS: usize = 1000;

impl Changes {
    /// That these keys were written.
    #[must_use]
    pub fn of<'a>(keys: impl Iterator<Item = &'a String>) -> Self {
        let keys: Vec<String> = keys.take(MOST_KEYS + 1).cloned().collect();
        if keys.len() > MOST_KEYS {
            Self::All
        } else {
            Self::Keys(keys)
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Keys(mut keys), Self::Keys(more)) if keys.len() + more.len() <= MOST_KEYS => {
                keys.extend(more);
                Self::Keys(keys)
            }
            _ => Self::All,
        }
    }
}

/// A change that comes with what is there now.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The record's key.
    pub key: String,
    /// The record; none where it was removed.
    pub record: Option<Record>,
}

/// More than this is read again rather than kept.
const MOST_TOLD: usize = 32 * 1024;

/// Changes, and who waits until they are taken in.
#[derive(Clone)]
pub struct Heard {
    /// What may have changed.
    pub changes: Changes,
    /// What has changed, of each key in the backend's order. It counts for nothing beside [`Changes::All`].
    pub told: Vec<Told>,
    /// To be dropped when it is taken in.
    pub receipts: Vec<Rc<Receipt>>,
}

impl Heard {
    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.receipts.extend(other.receipts);
        self.told.extend(other.told);
        let mut changes = self.changes.and(other.changes);
        if self.told.len() > MOST_TOLD {
            changes = Changes::All;
        }
        if changes == Changes::All {
            self.told = Vec::new();
        }
        Self {
            changes,
            told: self.told,
            receipts: self.receipts,
        }
    }
}

impl From<Changes> for Heard {
    fn from(changes: Changes) -> Self {
        Self {
            changes,
            told: Vec::new(),
            receipts: Vec::new(),
        }
    }
}

impl From<Vec<Told>> for Heard {
    fn from(told: Vec<Told>) -> Self {
        Self {
            told,
            ..Changes::Keys(Vec::new()).into()
        }
    }
}

/// Calls its function once it is dropped.
pub struct Receipt(pub Box<dyn Fn()>);

impl Drop for Receipt {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Who hears of what others write.
#[derive(Default)]
pub struct Listeners(RefCell<Vec<UnboundedSender<Heard>>>);

impl Listeners {
    /// What is told from now on, until these listeners are closed.
    pub fn listen(&self) -> LocalBoxStream<'static, Heard> {
        let (sender, changes) = unbounded();
        self.0.borrow_mut().push(sender);
        changes.boxed_local()
    }

    /// Tells those who still listen.
    pub fn tell(&self, heard: impl Into<Heard>) {
        let heard = heard.into();
        self.0
            .borrow_mut()
            .retain(|listener| listener.unbounded_send(heard.clone()).is_ok());
    }

    /// Ends what they listen to.
    pub fn close(&self) {
        self.0.borrow_mut().clear();
    }
}
