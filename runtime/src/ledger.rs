//! The memory of a run: Lua's, and what Rust holds for its sake. One sum, one limit.
//!
//! Whatever a script can make grow is counted here before it is made.

use crate::protocol::{Error, ErrorKind, Limit, Value};
use std::cell::Cell;
use std::rc::Rc;

/// The memory that a run holds and may hold, in bytes.
pub struct Ledger {
    lua: Cell<usize>,
    held: Cell<usize>,
    peak: Cell<usize>,
    limit: Cell<usize>,
}

impl Ledger {
    /// Without a limit, until one is set.
    #[must_use]
    pub fn new() -> Rc<Self> {
        Rc::new(Self {
            lua: Cell::new(0),
            held: Cell::new(0),
            peak: Cell::new(0),
            limit: Cell::new(usize::MAX),
        })
    }

    /// From now on no more than this is given; what there is stays.
    pub fn set_limit(&self, bytes: usize) {
        self.limit.set(bytes);
    }

    /// How many bytes may be held in all.
    pub fn limit(&self) -> usize {
        self.limit.get()
    }

    /// What Lua holds of it.
    pub fn lua(&self) -> usize {
        self.lua.get()
    }

    /// The most that was held.
    pub fn peak(&self) -> usize {
        self.peak.get()
    }

    /// How many bytes more may be held.
    pub fn room(&self) -> usize {
        let limit = self.limit.get();
        limit.saturating_sub(self.lua.get().saturating_add(self.held.get()))
    }

    /// What Lua would hold once a block of `old` bytes has `new` of them; none if that is too much.
    pub(crate) fn with_block(&self, old: usize, new: usize) -> Option<usize> {
        if new > old && is_refused() {
            return None;
        }
        let lua = (self.lua.get() - old).checked_add(new)?;
        let is_fitting = new <= old || lua.checked_add(self.held.get())? <= self.limit.get();
        is_fitting.then_some(lua)
    }

    /// Lua holds so many bytes now.
    pub(crate) fn set_lua(&self, bytes: usize) {
        self.lua.set(bytes);
        self.note_peak();
    }

    /// Holds so many bytes more, for as long as the caller says; false when there is no room.
    fn take(&self, bytes: usize) -> bool {
        let has_room = bytes <= self.room() && !is_refused();
        if has_room {
            self.held.set(self.held.get() + bytes);
            self.note_peak();
        }
        has_room
    }

    fn give(&self, bytes: usize) {
        self.held.set(self.held.get() - bytes);
    }

    fn note_peak(&self) {
        let sum = self.lua.get().saturating_add(self.held.get());
        self.peak.set(self.peak.get().max(sum));
    }
}

/// Whether a test has the memory run out.
fn is_refused() -> bool {
    #[cfg(feature = "testing")]
    return crate::testing::is_memory_refused();
    #[cfg(not(feature = "testing"))]
    false
}

/// Bytes that are held for a run, until this is dropped.
pub struct Held {
    ledger: Rc<Ledger>,
    bytes: Cell<usize>,
}

impl Held {
    /// None yet.
    #[must_use]
    pub fn new(ledger: Rc<Ledger>) -> Self {
        Self {
            ledger,
            bytes: Cell::new(0),
        }
    }

    /// How many there are.
    pub fn bytes(&self) -> usize {
        self.bytes.get()
    }

    /// Holds so many more; false, and nothing has changed, when there is no room.
    #[must_use]
    pub fn more(&self, bytes: usize) -> bool {
        let taken = self.ledger.take(bytes);
        if taken {
            self.bytes.set(self.bytes.get() + bytes);
        }
        taken
    }

    /// Releases so many of them, or all.
    pub fn less(&self, bytes: usize) {
        let bytes = bytes.min(self.bytes.get());
        self.bytes.set(self.bytes.get() - bytes);
        self.ledger.give(bytes);
    }

    /// Whose ledger it is.
    pub fn ledger(&self) -> &Rc<Ledger> {
        &self.ledger
    }

    /// Takes over what `other` holds.
    pub fn absorb(&self, other: &Self) {
        self.bytes.set(self.bytes.get() + other.bytes.take());
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.ledger.give(self.bytes.get());
    }
}

/// The error of a run that has no room for what it asks. Told in the sandbox, it ends the run at its limit.
#[must_use]
pub fn exceeded() -> Error {
    let kind = ErrorKind::Limit {
        limit: Limit::MemoryBytes,
        value: 0.0,
    };
    Error::new(kind, "the run has no room for it in its memory")
}

/// The allocator's overhead for a block in bytes, about.
const BLOCK_BYTES: usize = 16;

/// What a block of so many bytes takes.
#[must_use]
pub fn block(bytes: usize) -> usize {
    match bytes {
        0 => 0,
        bytes => bytes.saturating_add(BLOCK_BYTES),
    }
}

/// About what a value takes in memory.
#[must_use]
pub fn weigh(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::Nil | Value::Bool(_) | Value::Int(_) | Value::Float(_) => 0,
            Value::Str(text) => block(text.capacity()),
            Value::Bytes(bytes) => block(bytes.capacity()),
            Value::Array(items) => {
                let within = items.iter().map(|item| weigh(item) - size_of::<Value>());
                block(items.capacity() * size_of::<Value>()) + within.sum::<usize>()
            }
            Value::Object(fields) => {
                let within = fields
                    .iter()
                    .map(|(key, field)| block(key.capacity()) + weigh(field) - size_of::<Value>());
                block(fields.capacity() * size_of::<(String, Value)>()) + within.sum::<usize>()
            }
        }
}

/// Makes room for an item more in `list`, a block of twice the size when it is full. `take` is notified of
/// the bytes before they are taken, and `give` of those that are free again.
///
/// # Errors
/// What `take` fails with; the list is as it was.
pub fn grow<T, E>(
    list: &mut Vec<T>,
    take: impl FnOnce(usize) -> Result<(), E>,
    give: impl FnOnce(usize),
) -> Result<(), E> {
    let old = list.capacity();
    if list.len() == old {
        let new = old.saturating_mul(2).max(4);
        take(block(new.saturating_mul(size_of::<T>())))?;
        list.reserve_exact(new - old);
        give(block(old * size_of::<T>()));
    }
    Ok(())
}
