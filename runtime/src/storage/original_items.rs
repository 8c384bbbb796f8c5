//! The import of the original package's data from localStorage: once, and in one write with
//! the mark that it was done.

use super::local_storage::{encode, failure};
use super::original::{self, convert, left_behind};
use super::{CallLocalStorage, Pending};
use crate::json;
use crate::pace::Pace;
use crate::platform::Platform;
use crate::protocol::{Event, LocalStorageItem, LocalStorageOp};
use std::collections::BTreeSet;
use std::rc::Rc;

/// The prefix of the names of our items and of the mark. Records go on with a colon, so that
/// clearing them leaves the mark.
const OURS: &str = "pubwiki-lua";
const MARK: &str = "-original-imported";

/// Imports what is not imported yet. An item of ours wins; what does not fit is reported.
pub fn import(platform: Rc<dyn Platform>, call: CallLocalStorage) -> Pending<()> {
    Box::pin(async move {
        let ask = async |prefix: &str, op| {
            let answer = call(prefix.to_owned(), op).await;
            answer.map_err(|cause| failure("init", Vec::new(), cause))
        };
        let marked = || LocalStorageOp::Read {
            names: vec![MARK.into()],
        };
        if !ask(OURS, marked()).await?.is_empty() {
            return Ok(());
        }
        let _lock = platform
            .lock("pubwiki-lua/import/localstorage".into())
            .await?;
        // Another tab may have been faster.
        if !ask(OURS, marked()).await?.is_empty() {
            return Ok(());
        }
        let theirs = ask(&format!("{}:", original::NAME), LocalStorageOp::ReadAll).await?;
        let ours = ask(&format!("{OURS}:"), LocalStorageOp::ReadAll).await?;
        let pace = Pace::new(platform.clone());
        let mut known = BTreeSet::new();
        for LocalStorageItem { name, .. } in ours {
            known.insert(name);
            pace.after(0).await;
        }
        let (mut items, mut left) = (Vec::new(), Vec::new());
        for LocalStorageItem { name, text } in theirs {
            pace.after(text.len()).await;
            let object = json::parse(&text).map_err(|error| error.message);
            match object.and_then(|object| convert(&object)) {
                Ok(record) if known.contains(&record.key) => {}
                Ok(record) => {
                    let LocalStorageItem { name, text } = encode(&record);
                    items.push(LocalStorageItem {
                        name: format!(":{name}"),
                        text,
                    });
                }
                Err(why) => left.push((name, why)),
            }
        }
        items.push(LocalStorageItem {
            name: MARK.into(),
            text: "1".into(),
        });
        let removed = Vec::new();
        ask(OURS, LocalStorageOp::Write { items, removed }).await?;
        if let Some(notice) = left_behind(&left) {
            platform.send(Event::Notice(notice));
        }
        Ok(())
    })
}
