//! The input that a run has been given and has not read.

use std::cell::{Cell, RefCell};

/// The input that has come and has not been read.
#[derive(Default)]
pub(in crate::sandbox) struct Input {
    buffer: RefCell<Vec<u8>>,
    /// How much of it has been read.
    read: Cell<usize>,
    pub(in crate::sandbox) ended: Cell<bool>,
}

impl Input {
    pub(in crate::sandbox) fn left(&self) -> usize {
        self.buffer.borrow().len() - self.read.get()
    }

    /// Takes `count` bytes, or as many as there are.
    pub(in crate::sandbox) fn take(&self, count: usize) -> Vec<u8> {
        let from = self.read.get();
        let to = from.saturating_add(count).min(self.buffer.borrow().len());
        self.read.set(to);
        self.buffer.borrow()[from..to].to_vec()
    }

    pub(in crate::sandbox) fn peek(&self) -> Option<u8> {
        self.buffer.borrow().get(self.read.get()).copied()
    }

    /// Where the first `byte` lies from `from` on, both counted from what has not been read.
    pub(in crate::sandbox) fn find(&self, byte: u8, from: usize) -> Option<usize> {
        let buffer = self.buffer.borrow();
        let begin = self.read.get() + from;
        let found = buffer[begin..].iter().position(|&other| other == byte)?;
        Some(from + found)
    }

    pub(in crate::sandbox) fn add(&self, piece: &[u8]) {
        let mut buffer = self.buffer.borrow_mut();
        buffer.drain(..self.read.replace(0));
        buffer.extend_from_slice(piece);
    }
}
