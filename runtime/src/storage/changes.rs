use futures::StreamExt as _;
use futures::channel::mpsc::{UnboundedSender, unbounded};
use futures::stream::LocalBoxStream;
use std::cell::RefCell;

/// What others have written.
#[derive(Clone, Debug, PartialEq)]
pub enum Changes {
    /// These keys, at least.
    Keys(Vec<String>),
    /// Any key.
    All,
}

/// More keys than this count as all.
const MOST_KEYS: usize = 1000;

impl Changes {
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

/// Who hears of what others write.
#[derive(Default)]
pub struct Listeners(RefCell<Vec<UnboundedSender<Changes>>>);

impl Listeners {
    /// What is told from now on, until these listeners are closed.
    pub fn listen(&self) -> LocalBoxStream<'static, Changes> {
        let (sender, changes) = unbounded();
        self.0.borrow_mut().push(sender);
        changes.boxed_local()
    }

    /// Tells those who still listen.
    pub fn tell(&self, changes: &Changes) {
        self.0
            .borrow_mut()
            .retain(|listener| listener.unbounded_send(changes.clone()).is_ok());
    }

    /// Ends what they listen to.
    pub fn close(&self) {
        self.0.borrow_mut().clear();
    }
}
