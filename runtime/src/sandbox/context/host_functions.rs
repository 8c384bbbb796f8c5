//! The page's functions.

use crate::protocol::Value;
use crate::storage::Pending;
use crate::text;
use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

/// The page's registered functions.
pub trait HostFunctions: 'static {
    /// Their names.
    fn names(&self) -> &FunctionNames;

    /// Calls one. Nothing is sent before the answer is polled for the first time.
    fn call(&self, run: u32, name: &str, args: Vec<Value>) -> Pending<Vec<Value>>;

    /// The next piece of a run's input; none at its end.
    fn input(&self, run: u32) -> Pending<Option<Vec<u8>>>;
}

/// The names of the page's functions. Until it has told, it has one of every name.
#[derive(Default)]
pub struct FunctionNames(RefCell<Option<Told>>);

#[derive(Default)]
struct Told {
    /// As they came, to be counted through while more come.
    list: Vec<Rc<str>>,
    known: HashSet<Rc<str>>,
}

impl FunctionNames {
    /// The page has functions of these names too.
    pub fn add(&self, names: Vec<String>) {
        let mut told = self.0.borrow_mut();
        let Told { list, known } = told.get_or_insert_default();
        for name in names {
            let name: Rc<str> = name.into();
            if known.insert(name.clone()) {
                list.push(name);
            }
        }
    }

    pub(in crate::sandbox) fn has(&self, name: &[u8]) -> bool {
        if name.len() > text::NAME_BYTES {
            return false;
        }
        let told = self.0.borrow();
        let Some(Told { known, .. }) = &*told else {
            return true;
        };
        std::str::from_utf8(name).is_ok_and(|name| known.contains(name))
    }

    /// One after another. A name stays where it is as long as the page's session.
    pub(in crate::sandbox) fn at(&self, index: usize) -> Option<*const str> {
        let told = self.0.borrow();
        let name = told.as_ref()?.list.get(index)?;
        Some(&raw const **name)
    }
}
