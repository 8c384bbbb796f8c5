//! The spec of a module that a script requires: `file://name`, a URL, or a page of a wiki.

use super::host::Host;
use crate::protocol::limits::MODULE_SPEC_BYTES;
use crate::protocol::{Error, ErrorKind};
use crate::text;

/// A module's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// Registered by the host under this name.
    File(String),
    /// At this URL.
    Web(String),
    /// A page of a MediaWiki.
    Wiki(WikiPage),
}

/// A page of a MediaWiki.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WikiPage {
    /// Host, and port if any.
    pub host: String,
    /// Where the wiki's `api.php` lies, such as `/w`; none when the spec does not say.
    pub path: Option<String>,
    /// The page's title, such as `Module:Name`.
    pub title: String,
}

impl Location {
    /// Parses a spec; none for a name without one of the schemes.
    ///
    /// # Errors
    /// [`ErrorKind::Module`] when what follows the scheme is not a place.
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
        Host::leading(rest).map_err(|why| wrong(spec, why))?;
        check_characters(spec, spec)?;
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
    let rest = url.strip_prefix("http://");
    rest.is_some_and(|rest| Host::leading(rest).is_ok_and(|host| host.is_local()))
}

/// Whether the spec is a page's of a wiki on this very machine.
pub(super) fn is_local_wiki(spec: &str) -> bool {
    match Location::parse(spec) {
        Ok(Some(Location::Wiki(page))) => {
            Host::leading(&page.host).is_ok_and(|host| host.is_local())
        }
        _ => false,
    }
}

/// What a name means inside the module of this spec, in three pieces: a bare one is a page of the same wiki,
/// and one that begins with `./` or `../` a module next to it. None for any other.
pub(crate) fn within<'a>(spec: &'a str, name: &'a str) -> Option<[&'a str; 3]> {
    let Some(rest) = spec.strip_prefix("mediawiki://") else {
        return relative(spec, name);
    };
    if name.contains("://") {
        return None;
    }
    let host = Host::leading(rest).ok()?;
    let title = title_start(rest, host);
    let namespace = if name.contains(':') { "" } else { "Module:" };
    Some([&spec[..spec.len() - rest.len() + title], namespace, name])
}

/// Whether the name is one of a module next to another.
pub(super) fn is_relative(name: &str) -> bool {
    name.starts_with("./") || name.starts_with("../")
}

/// A relative name in the module of a spec, as a URL is relative to another: nothing is above the root.
fn relative<'a>(spec: &'a str, name: &'a str) -> Option<[&'a str; 3]> {
    if !is_relative(name) {
        return None;
    }
    let (root, end, first) = match spec.strip_prefix("file://") {
        Some(rest) => (spec.len() - rest.len(), spec.len(), ""),
        None => {
            let rest = after_web_scheme(spec)?;
            let host = Host::leading(rest).ok()?;
            let root = spec.len() - rest.len() + host.text.len();
            let end = spec.find(['?', '#']).unwrap_or(spec.len());
            (root, end.max(root), "/")
        }
    };
    let folder_of = |path: &'a str| {
        let end = path[root..].rfind('/').map_or(root, |at| root + at + 1);
        &path[..end]
    };
    let (mut folder, mut rest) = (folder_of(&spec[..end]), name);
    loop {
        if let Some(after) = rest.strip_prefix("./") {
            rest = after;
        } else if let Some(after) = rest.strip_prefix("../") {
            rest = after;
            folder = folder_of(&folder[..root.max(folder.len() - 1)]);
        } else {
            let slash = if folder.len() == root { first } else { "" };
            return Some([folder, slash, rest]);
        }
    }
}

fn after_web_scheme(spec: &str) -> Option<&str> {
    spec.strip_prefix("https://")
        .or_else(|| spec.strip_prefix("http://"))
}

fn check_length(spec: &str) -> Result<(), Error> {
    if spec.len() <= MODULE_SPEC_BYTES {
        return Ok(());
    }
    Err(failure(
        &text::name(spec),
        format_args!("it is longer than {MODULE_SPEC_BYTES} bytes"),
    ))
}

/// Refuses what no URL may hold in `part` of the spec.
fn check_characters(spec: &str, part: &str) -> Result<(), Error> {
    match part.contains(|c: char| c.is_control() || c == ' ' || c == '\\') {
        true => Err(wrong(spec, "it holds characters that no URL may hold")),
        false => Ok(()),
    }
}

/// Where the title begins: at the first segment with a colon, else after the host.
fn title_start(rest: &str, host: Host<'_>) -> usize {
    let first = host.text.len() + 1;
    let mut start = first;
    for segment in rest.get(first..).unwrap_or_default().split('/') {
        if segment.contains(':') {
            return start;
        }
        start += segment.len() + 1;
    }
    first.min(rest.len())
}

fn page(spec: &str, rest: &str) -> Result<WikiPage, Error> {
    let host = Host::leading(rest).map_err(|why| wrong(spec, why))?;
    let start = title_start(rest, host);
    let path = &rest[host.text.len()..start];
    if path.contains('?') || rest.contains('#') {
        return Err(wrong(
            spec,
            "it holds a '?' before the page's title, or a '#'; a wiki's module is mediawiki://host/Module:Name",
        ));
    }
    check_characters(spec, path)?;
    let title = decode(&rest[start..]).replace('_', " ");
    if title.trim().is_empty() || title.contains('|') {
        return Err(wrong(
            spec,
            "it names no page; a wiki's module is mediawiki://host/Module:Name",
        ));
    }
    let path = path.trim_end_matches('/');
    Ok(WikiPage {
        host: host.text.to_owned(),
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
    Error::new(ErrorKind::Module, format_args!("module '{spec}': {why}"))
}
