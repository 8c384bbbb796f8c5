//! The host of a URL or a spec, taken from it in this one place.

/// The longest host name and label, in bytes: DNS's limits. A browser may take
/// a time quadratic in a name's length to refuse a longer one.
const HOST_BYTES: usize = 253;
const LABEL_BYTES: usize = 63;

/// A host, and its port if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Host<'a> {
    /// As it was written, the port included.
    pub(super) text: &'a str,
    /// Without port and brackets.
    name: &'a str,
}

impl<'a> Host<'a> {
    /// The host at the beginning of what follows a scheme's `://`.
    ///
    /// # Errors
    /// Why there is none. What a browser could take for another host is none: a user, a backslash,
    /// an escape, a port that is not a number.
    pub(super) fn leading(rest: &'a str) -> Result<Self, &'static str> {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let text = &rest[..end];
        let (name, port) = split(text).ok_or("it names no host")?;
        let is_long =
            name.len() > HOST_BYTES || name.split('.').any(|label| label.len() > LABEL_BYTES);
        if is_long {
            return Err("its host's name is too long");
        }
        match port {
            Some(port) if !is_port(port) => Err("its host's port is not a number up to 65535"),
            _ => Ok(Self { text, name }),
        }
    }

    /// Whether it is this very machine, whatever its port.
    pub(super) fn is_local(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        name == "localhost"
            || name.ends_with(".localhost")
            || name == "127.0.0.1"
            || self.text.starts_with("[::1]")
    }
}

/// The name without brackets, and the port.
fn split(text: &str) -> Option<(&str, Option<&str>)> {
    let (name, rest, is_meant) = match text.strip_prefix('[') {
        Some(address) => {
            let (address, rest) = address.split_once(']')?;
            (address, rest, is_of_address as fn(char) -> bool)
        }
        None => {
            let end = text.find(':').unwrap_or(text.len());
            (&text[..end], &text[end..], is_of_name as fn(char) -> bool)
        }
    };
    if name.is_empty() || !name.chars().all(is_meant) {
        return None;
    }
    match rest {
        "" => Some((name, None)),
        rest => Some((name, Some(rest.strip_prefix(':')?))),
    }
}

/// Names of other scripts than Latin are left to the browser.
fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.".contains(c) || (!c.is_ascii() && !c.is_control())
}

fn is_of_address(c: char) -> bool {
    c.is_ascii_alphanumeric() || ":.".contains(c)
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}
