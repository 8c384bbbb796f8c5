//! Lists that cross in parts: what is long is cut before it is sent, and joined when it has come.

use crate::pace::Pace;
use crate::protocol::limits::{PART_BYTES, PART_ITEMS};
use crate::protocol::{
    Answer, BackendAnswer, BackendOp, ExpiredItem, HostAnswer, HostCall, LocalStorageItem,
    LocalStorageOp, Part, Record, StateAnswer, StateEntry, StateOp, StoreOp,
};
use std::cell::RefCell;
use std::collections::HashMap;

/// How long is waited between two parts, in milliseconds: many at once would keep the page from all else.
pub(super) const BETWEEN_MS: u32 = 4;

/// To put a part to the others takes as long as to work on so many bytes.
const WEIGHT: usize = 16 * 1024;

/// The parts that have come, by the id of the message that they belong to.
#[derive(Default)]
pub(super) struct Parts(RefCell<HashMap<u32, Vec<Part>>>);

impl Parts {
    pub(super) fn add(&self, id: u32, part: Part) {
        self.0.borrow_mut().entry(id).or_default().push(part);
    }

    pub(super) fn take(&self, id: u32) -> Vec<Part> {
        self.0.borrow_mut().remove(&id).unwrap_or_default()
    }

    pub(super) fn drop_all(&self) {
        self.0.take();
    }
}

/// A list in a message.
pub(super) enum List<'a> {
    Records(&'a mut Vec<Record>),
    Keys(&'a mut Vec<String>),
    Entries(&'a mut Vec<StateEntry>),
    Items(&'a mut Vec<LocalStorageItem>),
    Expired(&'a mut Vec<ExpiredItem>),
}

/// A message that may hold long lists.
pub(super) trait Lists {
    /// Its lists.
    fn lists(&mut self) -> Vec<List<'_>>;
}

/// Takes the lists of `from` out if one of them is too long for a message, and gives them in parts.
pub(super) fn cut(from: &mut dyn Lists) -> Option<Box<dyn Iterator<Item = Part>>> {
    let lists = from.lists();
    if !lists.iter().any(List::is_long) {
        return None;
    }
    let mut parts: Box<dyn Iterator<Item = Part>> = Box::new(std::iter::empty());
    for list in lists {
        parts = Box::new(parts.chain(list.take_parts()));
    }
    Some(parts)
}

/// Puts `parts` before what `to` has of its lists. Those of other kinds than it has are left out.
pub(super) async fn join(to: &mut dyn Lists, parts: Vec<Part>, pace: &Pace) {
    if parts.is_empty() {
        return;
    }
    let mut lists = to.lists();
    for list in &mut lists {
        list.make_room(&parts);
    }
    let own: Vec<Part> = lists.iter_mut().map(List::take).collect();
    for mut part in parts.into_iter().chain(own) {
        for list in &mut lists {
            list.append(&mut part);
        }
        pace.after(WEIGHT).await;
    }
}

impl List<'_> {
    fn is_long(&self) -> bool {
        match self {
            Self::Records(list) => is_long(list),
            Self::Keys(list) => is_long(list),
            Self::Entries(list) => is_long(list),
            Self::Items(list) => is_long(list),
            Self::Expired(list) => is_long(list),
        }
    }

    fn take(&mut self) -> Part {
        match self {
            Self::Records(list) => Part::Records(std::mem::take(list)),
            Self::Keys(list) => Part::Keys(std::mem::take(list)),
            Self::Entries(list) => Part::Entries(std::mem::take(list)),
            Self::Items(list) => Part::Items(std::mem::take(list)),
            Self::Expired(list) => Part::Expired(std::mem::take(list)),
        }
    }

    fn take_parts(mut self) -> Box<dyn Iterator<Item = Part>> {
        match self.take() {
            Part::Records(list) => parts(list, Part::Records),
            Part::Keys(list) => parts(list, Part::Keys),
            Part::Entries(list) => parts(list, Part::Entries),
            Part::Items(list) => parts(list, Part::Items),
            Part::Expired(list) => parts(list, Part::Expired),
        }
    }

    fn make_room(&mut self, parts: &[Part]) {
        let items: usize = parts.iter().map(|part| self.fitting(part)).sum();
        match self {
            Self::Records(list) => list.reserve_exact(items),
            Self::Keys(list) => list.reserve_exact(items),
            Self::Entries(list) => list.reserve_exact(items),
            Self::Items(list) => list.reserve_exact(items),
            Self::Expired(list) => list.reserve_exact(items),
        }
    }

    fn fitting(&self, part: &Part) -> usize {
        match (self, part) {
            (Self::Records(_), Part::Records(part)) => part.len(),
            (Self::Keys(_), Part::Keys(part)) => part.len(),
            (Self::Entries(_), Part::Entries(part)) => part.len(),
            (Self::Items(_), Part::Items(part)) => part.len(),
            (Self::Expired(_), Part::Expired(part)) => part.len(),
            _ => 0,
        }
    }

    fn append(&mut self, part: &mut Part) {
        match (self, part) {
            (Self::Records(list), Part::Records(part)) => list.append(part),
            (Self::Keys(list), Part::Keys(part)) => list.append(part),
            (Self::Entries(list), Part::Entries(part)) => list.append(part),
            (Self::Items(list), Part::Items(part)) => list.append(part),
            (Self::Expired(list), Part::Expired(part)) => list.append(part),
            _ => {}
        }
    }
}

/// An item, and about the bytes that it takes in a message.
trait Weigh {
    fn bytes(&self) -> usize;
}

impl Weigh for Record {
    fn bytes(&self) -> usize {
        self.key.len() + self.value.len() + 32
    }
}

impl Weigh for String {
    fn bytes(&self) -> usize {
        self.len() + 4
    }
}

impl Weigh for StateEntry {
    fn bytes(&self) -> usize {
        self.key.len() + self.record.bytes()
    }
}

impl Weigh for LocalStorageItem {
    fn bytes(&self) -> usize {
        self.name.len() + self.text.len() + 8
    }
}

impl Weigh for ExpiredItem {
    fn bytes(&self) -> usize {
        self.name.len() + 12
    }
}

fn is_long<T: Weigh>(list: &[T]) -> bool {
    list.len() > PART_ITEMS || list.iter().map(Weigh::bytes).sum::<usize>() > PART_BYTES
}

fn parts<T: Weigh + 'static>(
    list: Vec<T>,
    part: fn(Vec<T>) -> Part,
) -> Box<dyn Iterator<Item = Part>> {
    let mut rest = list.into_iter();
    Box::new(std::iter::from_fn(move || {
        let (mut items, mut bytes) = (Vec::new(), 0);
        while items.len() < PART_ITEMS && bytes < PART_BYTES {
            let Some(item) = rest.next() else { break };
            bytes += item.bytes();
            items.push(item);
        }
        (!items.is_empty()).then(|| part(items))
    }))
}

impl Lists for Answer {
    fn lists(&mut self) -> Vec<List<'_>> {
        match self {
            Self::State(answer) => answer.lists(),
            Self::Backend(answer) => answer.lists(),
            Self::Done | Self::Error(_) | Self::Run(_) => Vec::new(),
        }
    }
}

impl Lists for StateAnswer {
    fn lists(&mut self) -> Vec<List<'_>> {
        match self {
            Self::Keys(keys) => vec![List::Keys(keys)],
            Self::Entries { entries, .. } => vec![List::Entries(entries)],
            Self::Records(records) => vec![List::Records(records)],
            _ => Vec::new(),
        }
    }
}

impl Lists for BackendAnswer {
    fn lists(&mut self) -> Vec<List<'_>> {
        match self {
            Self::Records(records) => vec![List::Records(records)],
            Self::Versioned {
                records, versions, ..
            } => vec![List::Records(records), List::Keys(versions)],
            Self::Done | Self::Record(_) | Self::Swapped { .. } => Vec::new(),
        }
    }
}

impl Lists for BackendOp {
    fn lists(&mut self) -> Vec<List<'_>> {
        match self {
            Self::SetMany { records } => vec![List::Records(records)],
            Self::Transact { records, removed } => {
                vec![List::Records(records), List::Keys(removed)]
            }
            Self::GetMany { keys } | Self::DeleteMany { keys } => vec![List::Keys(keys)],
            _ => Vec::new(),
        }
    }
}

impl Lists for HostCall {
    fn lists(&mut self) -> Vec<List<'_>> {
        match self {
            Self::Backend(op) => op.lists(),
            Self::LocalStorage { op, .. } => op.lists(),
            Self::Function { .. }
            | Self::ModulePolicy(_)
            | Self::Input { .. }
            | Self::Resolve { .. } => Vec::new(),
        }
    }
}

impl Lists for LocalStorageOp {
    fn lists(&mut self) -> Vec<List<'_>> {
        match self {
            Self::Read { names } => vec![List::Keys(names)],
            Self::Write { items, removed } => vec![List::Items(items), List::Keys(removed)],
            Self::RemoveExpired { expired } => vec![List::Expired(expired)],
            Self::ReadAll | Self::Clear => Vec::new(),
        }
    }
}

impl Lists for HostAnswer {
    fn lists(&mut self) -> Vec<List<'_>> {
        match self {
            Self::Backend(answer) => answer.lists(),
            Self::LocalStorage(items) => vec![List::Items(items)],
            Self::Value(_)
            | Self::Values(_)
            | Self::Error(_)
            | Self::Thrown { .. }
            | Self::ModulePolicy(_) => Vec::new(),
        }
    }
}

impl Lists for StoreOp {
    fn lists(&mut self) -> Vec<List<'_>> {
        match self {
            Self::Import { records } => vec![List::Records(records)],
            _ => Vec::new(),
        }
    }
}

impl Lists for StateOp {
    fn lists(&mut self) -> Vec<List<'_>> {
        match self {
            Self::Preload { keys } => vec![List::Keys(keys)],
            _ => Vec::new(),
        }
    }
}
