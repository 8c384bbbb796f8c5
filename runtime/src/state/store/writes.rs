//! Many writes.

use super::write::Write;
use std::ops::{Index, IndexMut};

/// How many stand together in memory.
const PART: usize = 1024;

/// Writes by their places. They are never moved for want of room, which would take long for a million.
#[derive(Default)]
pub(super) struct Writes(Vec<Vec<Write>>);

impl Writes {
    pub(super) fn len(&self) -> usize {
        self.0
            .last()
            .map_or(0, |last| (self.0.len() - 1) * PART + last.len())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn push(&mut self, write: Write) {
        match self.0.last_mut() {
            Some(last) if last.len() < PART => last.push(write),
            _ => self.0.push(vec![write]),
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<&Write> {
        self.0.get(at / PART)?.get(at % PART)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Write> {
        self.0.iter().flatten()
    }
}

impl Index<usize> for Writes {
    type Output = Write;

    fn index(&self, at: usize) -> &Write {
        &self.0[at / PART][at % PART]
    }
}

impl IndexMut<usize> for Writes {
    fn index_mut(&mut self, at: usize) -> &mut Write {
        &mut self.0[at / PART][at % PART]
    }
}

impl IntoIterator for Writes {
    type Item = Write;
    type IntoIter = std::iter::Flatten<std::vec::IntoIter<Vec<Write>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}
