//! MediaWiki's JSON API: <https://www.mediawiki.org/wiki/API:Revisions>.

use crate::json;
use crate::protocol::Value;
use std::fmt::Write as _;

/// The memory that an answer takes besides twice its text, in bytes.
const SMALL_BYTES: usize = 64 * 1024;

/// The query for the current source of a page. `origin=*` makes a wiki answer to pages of
/// other sites, without the reader's login.
pub(super) fn query(title: &str) -> String {
    let mut query = String::from(
        "action=query&prop=revisions&rvprop=content&rvslots=main&redirects=1&format=json\
         &formatversion=2&origin=*&titles=",
    );
    for byte in title.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~:/".contains(&byte) {
            query.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(query, "%{byte:02X}");
        }
    }
    query
}

/// The page's source in an answer, or why there is none; nothing when this is not an answer of
/// the API. Answers of older wikis, which know no slots or no second format, are read too.
pub(super) fn read(body: &[u8]) -> Option<Result<String, String>> {
    // A page's text and little else: not a list of many small values, which take more than their text.
    let most = json::AtMost::new(2 * body.len() + SMALL_BYTES);
    let answer = json::parse_metered(std::str::from_utf8(body).ok()?, &most).ok()?;
    if let Some(error) = field(&answer, "error") {
        let text = |name| field(error, name).and_then(as_text).unwrap_or_default();
        return Some(Err(format!(
            "the wiki answers {}: {}",
            text("code"),
            text("info")
        )));
    }
    let page = match field(field(&answer, "query")?, "pages")? {
        Value::Array(pages) => pages.first()?,
        // The first format: an object by page id.
        Value::Object(pages) => &pages.first()?.1,
        _ => return None,
    };
    let title = field(page, "title").and_then(as_text).unwrap_or_default();
    if field(page, "invalid").is_some_and(is_set) {
        return Some(Err(format!("the wiki takes '{title}' for no title")));
    }
    if field(page, "missing").is_some_and(is_set) {
        return Some(Err(format!("the wiki has no page '{title}'")));
    }
    let source = field(page, "revisions")
        .and_then(|revisions| match revisions {
            Value::Array(revisions) => revisions.first(),
            _ => None,
        })
        .and_then(|revision| {
            let slot = field(revision, "slots").and_then(|slots| field(slots, "main"));
            let slot = slot.unwrap_or(revision);
            field(slot, "content").or_else(|| field(slot, "*"))
        })
        .and_then(as_text);
    Some(match source {
        Some(source) => Ok(source.to_owned()),
        None => Err(format!("the wiki does not show the text of '{title}'")),
    })
}

fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value),
        _ => None,
    }
}

fn as_text(value: &Value) -> Option<&str> {
    match value {
        Value::Str(text) => Some(text),
        _ => None,
    }
}

/// `true`, or in the first format the empty string.
fn is_set(value: &Value) -> bool {
    !matches!(value, Value::Bool(false) | Value::Nil)
}
