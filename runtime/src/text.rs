//! The bounds of texts that leave a run: whatever a script makes of a message, a path or a name, it
//! stays small. What is longer is cut at a character, with a mark that says how long it was; it is
//! counted before it is copied, and copied once.

pub use crate::protocol::limits::{MESSAGE_BYTES, NAME_BYTES};
use std::borrow::Cow;
use std::fmt::{self, Display, Write};

/// The longest path into a value, in bytes.
pub const PATH_BYTES: usize = 1024;

/// What `text` says, in at most `limit` bytes.
#[must_use]
pub fn written(text: &dyn Display, limit: usize) -> String {
    let mut kept = Kept::new(limit);
    // It never fails by itself.
    let _ = write!(kept, "{text}");
    match kept.bytes {
        bytes if bytes > limit => kept.cut(bytes),
        _ => kept.text,
    }
}

/// `bytes` as text of at most `limit` bytes; what is not valid UTF-8 is U+FFFD in it.
#[must_use]
pub fn bounded(bytes: &[u8], limit: usize) -> Cow<'_, str> {
    let head = &bytes[..bytes.len().min(limit)];
    if head.len() == bytes.len()
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Cow::Borrowed(text);
    }
    let mut kept = Kept::new(limit);
    for chunk in head.utf8_chunks() {
        kept.push(chunk.valid());
        if !chunk.invalid().is_empty() {
            kept.push("\u{fffd}");
        }
        if kept.bytes > limit {
            break;
        }
    }
    let whole = kept.bytes <= limit && head.len() == bytes.len();
    Cow::Owned(if whole {
        kept.text
    } else {
        kept.cut(bytes.len())
    })
}

/// `bytes` as a name in a message or a path.
#[must_use]
pub fn name<T: AsRef<[u8]> + ?Sized>(bytes: &T) -> Cow<'_, str> {
    bounded(bytes.as_ref(), NAME_BYTES)
}

/// Cuts `text` to at most `limit` bytes.
pub fn cut(text: &mut String, limit: usize) {
    if text.len() > limit {
        mark(text, limit, text.len());
        text.shrink_to_fit();
    }
}

/// Leaves of `text` what has room besides the mark that says that it had so many bytes in all.
fn mark(text: &mut String, limit: usize, bytes: usize) {
    let mark = format!("… ({bytes} bytes in all)");
    text.truncate(text.floor_char_boundary(limit.saturating_sub(mark.len())));
    text.push_str(&mark);
}

/// As much of a text as has room, and the bytes of all of it.
struct Kept {
    text: String,
    limit: usize,
    bytes: usize,
}

impl Kept {
    fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            limit,
            bytes: 0,
        }
    }

    fn push(&mut self, part: &str) {
        let room = self.limit.saturating_sub(self.bytes);
        self.text
            .push_str(&part[..part.floor_char_boundary(room.min(part.len()))]);
        self.bytes = self.bytes.saturating_add(part.len());
    }

    fn cut(mut self, bytes: usize) -> String {
        mark(&mut self.text, self.limit, bytes);
        self.text
    }
}

impl Write for Kept {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        self.push(part);
        Ok(())
    }
}
