//! What a script requires: `file://name`, a URL, or a page of a wiki.

use crate::protocol::{Error, ErrorKind};

/// What a spec that is fetched may be at most, in bytes.
const SPEC_BYTES: usize = 2048;
/// What a host's name may be at most, and each of its labels: DNS's limits. A browser may take
/// a time quadratic in a name's length to refuse a longer one.
const HOST_BYTES: usize = 253;
const LABEL_BYTES: usize = 63;
/// How much of a spec that is too long an error shows, in characters.
const SHOWN: usize = 100;

/// A module's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Registered by the host under this name.
    File(String),
    /// At this URL.
    Web(String),
    /// A page of a MediaWiki.
    Wiki(Page),
}

/// A page of a MediaWiki.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Host, and port if any.
    pub host: String,
    /// Where the wiki's `api.php` lies, such as `/w`; none when the spec does not say.
    pub path: Option<String>,
    /// The page's title, such as `Module:Name`.
    pub title: String,
}

impl Place {
    /// Parses a spec; none for a name without one of the schemes.
    ///
    /// # Errors
    /// [`ErrorKind::Module`] when what follows the scheme is no place.
    pub fn parse(spec: &str) -> Result<Option<Self>, Error> {
        if let Some(name) = spec.strip_prefix("file://") {
            return Ok(Some(Self::File(name.to_owned())));
        }
        if let Some(rest) = spec.strip_prefix("mediawiki://") {
            check_length(spec)?;
            return page(spec, rest).map(|page| Some(Self::Wiki(page)));
        }
        let Some(rest) = after_web_scheme(spec) else {
            return Ok(None);
        };
        check_length(spec)?;
        host(spec, rest)?;
        let url = spec.split_once('#').map_or(spec, |(url, _)| url);
        Ok(Some(Self::Web(url.to_owned())))
    }
}

/// Whether `url` is https, or http of this very machine.
pub(super) fn is_trustworthy(url: &str) -> bool {
    url.starts_with("https://") || is_local(url)
}

/// Whether `url` is http of this very machine.
pub(super) fn is_local(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else {
        return false;
    };
    is_local_host(authority(rest))
}

/// Whether the host, whatever its port, is this very machine.
pub(super) fn is_local_host(host: &str) -> bool {
    let name = without_port(host).to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || name == "127.0.0.1" || name == "::1"
}

/// The host's name, or its address without brackets.
fn without_port(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

/// What a bare name means inside the module of this spec: a page of the same wiki.
pub(crate) fn beside<'a>(spec: &'a str, name: &str) -> Option<&'a str> {
    let rest = spec.strip_prefix("mediawiki://")?;
    if name.contains("://") {
        return None;
    }
    let title = title_start(rest);
    Some(&spec[..spec.len() - rest.len() + title])
}

fn after_web_scheme(spec: &str) -> Option<&str> {
    spec.strip_prefix("https://")
        .or_else(|| spec.strip_prefix("http://"))
}

fn authority(rest: &str) -> &str {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    &rest[..end]
}

fn check_length(spec: &str) -> Result<(), Error> {
    if spec.len() <= SPEC_BYTES {
        return Ok(());
    }
    let start: String = spec.chars().take(SHOWN).collect();
    Err(wrong(
        &format!("{start}…"),
        &format!("it is longer than {SPEC_BYTES} bytes"),
    ))
}

fn check_host(spec: &str, host: &str) -> Result<(), Error> {
    let name = without_port(host);
    if name.len() > HOST_BYTES || name.split('.').any(|label| label.len() > LABEL_BYTES) {
        return Err(wrong(spec, "its host's name is too long"));
    }
    Ok(())
}

/// The host of what follows a scheme. Nothing that a browser could take for another one.
fn host<'a>(spec: &str, rest: &'a str) -> Result<&'a str, Error> {
    let host = authority(rest);
    if host.is_empty() || host.contains(['@', '\\', '%']) {
        return Err(wrong(spec, "it names no host"));
    }
    if spec.contains(|c: char| c.is_control() || c == ' ' || c == '\\') {
        return Err(wrong(spec, "it holds characters that no URL may hold"));
    }
    check_host(spec, host)?;
    Ok(host)
}

/// Where the title begins: at the first segment with a colon, else after the host.
fn title_start(rest: &str) -> usize {
    let first = authority(rest).len() + 1;
    let mut start = first;
    for segment in rest.get(first..).unwrap_or_default().split('/') {
        if segment.contains(':') {
            return start;
        }
        start += segment.len() + 1;
    }
    first.min(rest.len())
}

fn page(spec: &str, rest: &str) -> Result<Page, Error> {
    let host = authority(rest);
    if host.is_empty() || host.contains(|c: char| "@\\% ".contains(c) || c.is_control()) {
        return Err(wrong(spec, "it names no host"));
    }
    check_host(spec, host)?;
    let start = title_start(rest);
    let title = decode(&rest[start..]).replace('_', " ");
    if title.trim().is_empty() || title.contains('|') {
        return Err(wrong(
            spec,
            "it names no page; a wiki's module is mediawiki://host/Module:Name",
        ));
    }
    let path = rest[host.len()..start].trim_end_matches('/');
    Ok(Page {
        host: host.to_owned(),
        path: (!path.is_empty()).then(|| path.to_owned()),
        title: if title.contains(':') {
            title
        } else {
            format!("Module:{title}")
        },
    })
}

/// Percent-escapes decoded: no title holds one, but a link that someone copied does.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escape = after
            .get(..2)
            .filter(|_| byte == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escape.unwrap_or(byte));
        rest = if escape.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn wrong(spec: &str, why: &str) -> Error {
    failure(spec, why)
}

/// The failure of a module.
pub(super) fn failure(spec: &str, why: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Module, format!("module '{spec}': {why}"))
}
