//! Writing many records.

use super::bindings::{Request, Row, Store, in_parts};
use pubwiki_lua_runtime::pace::Pace;
use pubwiki_lua_runtime::platform::Platform;
use pubwiki_lua_runtime::storage::Batch;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// How many requests are made at once in any case, with so many bytes in all.
const FEW: usize = 256;
const FEW_BYTES: usize = 256 * 1024;
/// How many are made in one turn of many. Each that has succeeded is an event, and two turns' may come before
/// what others ask.
const PART: usize = 128;

/// Makes the requests of `batch`: the first of them now, and others when the browser has done some. Meanwhile the
/// worker has turns, and the transaction goes on; `noted` says how many are done.
pub fn write(
    store: &Store,
    batch: &Rc<Batch>,
    platform: &Rc<dyn Platform>,
    noted: &Rc<Cell<u32>>,
) -> Result<(), JsValue> {
    let mut work = Work {
        store: store.clone(),
        batch: batch.clone(),
        platform: platform.clone(),
        done: 0,
        noted: noted.clone(),
    };
    let bytes = |batch: &Batch| {
        batch
            .puts
            .iter()
            .map(|record| record.value.len())
            .sum::<usize>()
    };
    if batch.deletes.len() + batch.puts.len() <= FEW && bytes(batch) <= FEW_BYTES {
        while work.next()?.is_some() {}
        return Ok(());
    }
    let store = store.clone();
    // The browser's, like its requests: one may succeed when nobody waits for it any more.
    let next = Closure::<dyn FnMut() -> JsValue>::new(move || match work.next() {
        Ok(last) => last.map_or(JsValue::UNDEFINED, Into::into),
        Err(_) => {
            // It has ended by itself when this fails.
            let _ = store.transaction().abort();
            JsValue::UNDEFINED
        }
    });
    in_parts(next.into_js_value().unchecked_ref())
}

/// The part of a batch that is not asked for yet.
struct Work {
    store: Store,
    batch: Rc<Batch>,
    platform: Rc<dyn Platform>,
    done: usize,
    /// How many of them the browser has done, except for a few.
    noted: Rc<Cell<u32>>,
}

impl Work {
    /// Makes requests for some time; gives the last of them, if others are to come.
    fn next(&mut self) -> Result<Option<Request>, JsValue> {
        // The browser still does the last few of these.
        self.noted.set(u32::try_from(self.done).unwrap_or(u32::MAX));
        let pace = Pace::new(self.platform.clone());
        let (deletes, puts) = (&self.batch.deletes, &self.batch.puts);
        let (begun, all) = (self.done, deletes.len() + puts.len());
        while self.done < all {
            let at = self.done;
            self.done += 1;
            let bytes = at
                .checked_sub(deletes.len())
                .map_or(0, |at| puts[at].value.len());
            let is_due = pace.is_due(bytes) || self.done - begun == PART;
            let is_last = self.done < all && is_due;
            let request = match deletes.get(at) {
                Some(key) if is_last => Some(self.store.request_delete(key)?),
                Some(key) => self.store.delete(key).map(|()| None)?,
                None if is_last => Some(
                    self.store
                        .request_put(&Row::of(&puts[at - deletes.len()]))?,
                ),
                None => self
                    .store
                    .put(&Row::of(&puts[at - deletes.len()]))
                    .map(|()| None)?,
            };
            if request.is_some() {
                return Ok(request);
            }
        }
        // The browser collects this some time, and all of a large batch would be freed in one go then.
        self.batch = Rc::default();
        Ok(None)
    }
}
