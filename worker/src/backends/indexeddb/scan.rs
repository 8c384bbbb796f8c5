//! Reading many records.

use super::bindings::{KeyRange, Store, numbers_of, read_in_parts, texts_of};
use super::connection::Connection;
use super::idb_error::IdbError;
use super::transaction::{Access, transact};
use js_sys::{Array, JsString};
use pubwiki_lua_runtime::pace::Pace;
use pubwiki_lua_runtime::protocol::Record;
use pubwiki_lua_runtime::storage::sorted;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// The records whose keys begin with `prefix`, in order of their UTF-8.
pub async fn scan(
    connection: Rc<Connection>,
    prefix: String,
    pace: Pace,
) -> Result<Vec<Record>, IdbError> {
    let range = range(&prefix).map_err(|thrown| IdbError::of(&thrown))?;
    let found = Cell::new(None);
    let work = |store: &Store| {
        found.set(Some(read(store, &range)?));
        Ok(())
    };
    transact(&connection, Access::Read, &work).await?;
    let parts = match found.take() {
        Some(found) => found.replace(Ok(Vec::new()))?,
        None => Vec::new(),
    };
    let mut records = Vec::<Record>::with_capacity(parts.iter().map(Vec::len).sum());
    let mut is_sorted = true;
    for mut part in parts {
        let joint = records.last().zip(part.first());
        is_sorted &= joint.is_none_or(|(last, first)| last.key < first.key);
        is_sorted &= part.is_sorted_by(|a, b| a.key < b.key);
        records.append(&mut part);
        pace.after(WEIGHT).await;
    }
    // IndexedDB goes by UTF-16; UTF-8 differs from it beyond U+FFFF.
    if is_sorted {
        return Ok(records);
    }
    Ok(sorted(records, "", &pace).await)
}

/// To put a part to the others takes as long as to work on so many bytes.
const WEIGHT: usize = 16 * 1024;

/// The records that a transaction has read so far, in parts.
type ScannedRows = Rc<RefCell<Result<Vec<Vec<Record>>, IdbError>>>;

/// Reads what is in `range`, until the transaction is complete.
fn read(store: &Store, range: &JsValue) -> Result<ScannedRows, JsValue> {
    let found = ScannedRows::new(RefCell::new(Ok(Vec::new())));
    let taking = found.clone();
    // The browser's, like its requests: one may succeed when nobody waits for it any more.
    let take = Closure::<dyn FnMut(JsValue)>::new(move |part: JsValue| {
        let mut found = taking.borrow_mut();
        if let Ok(parts) = &mut *found
            && let Err(fault) = add(parts, &part)
        {
            *found = Err(fault);
        }
    });
    read_in_parts(store, range, take.into_js_value().unchecked_ref())?;
    Ok(found)
}

/// Adds the records of an array of rows. An invalid one is why there are no more.
fn add(parts: &mut Vec<Vec<Record>>, part: &JsValue) -> Result<(), IdbError> {
    let rows: &Array = part.dyn_ref().ok_or_else(|| IdbError::of(part))?;
    parts.push(some(rows)?);
    Ok(())
}

/// The records that the rows keep.
///
/// # Errors
/// A `DataError` when one is not a row of ours, and what the browser has failed with.
pub async fn records(rows: &Array, pace: &Pace) -> Result<Vec<Record>, IdbError> {
    const PART: u32 = 500;
    let mut records = Vec::new();
    for from in (0..rows.length()).step_by(PART as usize) {
        records.append(&mut some(&rows.slice(from, from + PART))?);
        pace.turn().await;
    }
    Ok(records)
}

/// The same, of a few rows.
fn some(rows: &Array) -> Result<Vec<Record>, IdbError> {
    let fault = |thrown: JsValue| IdbError::of(&thrown);
    let texts = match texts_of(rows) {
        // Together they may be longer than a string can be.
        Err(_) if rows.length() > 1 => {
            let half = rows.length() / 2;
            let mut records = some(&rows.slice(0, half))?;
            records.append(&mut some(&rows.slice(half, rows.length()))?);
            return Ok(records);
        }
        texts => texts.map_err(fault)?.ok_or_else(IdbError::foreign)?,
    };
    let numbers = numbers_of(rows).map_err(fault)?;
    taken_apart(texts, &numbers).ok_or_else(IdbError::foreign)
}

fn taken_apart(texts: Vec<u8>, numbers: &[f64]) -> Option<Vec<Record>> {
    let texts = String::from_utf8(texts).ok()?;
    let mut rest = texts.as_str();
    let (rows, _) = numbers.as_chunks();
    let record = |&[key, value, created_at, updated_at, expires_at]: &[f64; 5]| {
        Some(Record {
            key: take(&mut rest, key)?,
            value: take(&mut rest, value)?,
            created_at,
            updated_at,
            expires_at: (!expires_at.is_nan()).then_some(expires_at),
            version: None,
        })
    };
    rows.iter().map(record).collect()
}

/// Takes as many UTF-16 units off the beginning of `rest`. None when there are fewer, or the
/// last one is half of a character.
fn take(rest: &mut &str, units: f64) -> Option<String> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the length of a string"
    )]
    let mut left = units as usize;
    let mut bytes = left;
    let begin = rest.as_bytes().get(..bytes);
    if !begin.is_some_and(<[u8]>::is_ascii) {
        let mut characters = rest.chars();
        while left > 0 {
            left = left.checked_sub(characters.next()?.len_utf16())?;
        }
        bytes = rest.len() - characters.as_str().len();
    }
    let (text, after) = rest.split_at_checked(bytes)?;
    *rest = after;
    Some(text.to_owned())
}

/// All keys that begin with `prefix`; everything, for an empty one.
fn range(prefix: &str) -> Result<JsValue, JsValue> {
    if prefix.is_empty() {
        return Ok(JsValue::UNDEFINED);
    }
    let lower = JsString::from(prefix);
    let mut units: Vec<u16> = prefix.encode_utf16().collect();
    // The first string after all of them has the last unit one higher; the highest has none.
    while let Some(last) = units.pop() {
        if last < u16::MAX {
            units.push(last + 1);
            let upper = JsString::from_char_code(&units);
            return KeyRange::bound(&lower, &upper, false, true).map(JsValue::from);
        }
    }
    KeyRange::lower_bound(&lower).map(JsValue::from)
}
