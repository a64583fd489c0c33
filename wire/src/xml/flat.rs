//! The fast reader: `<xml>`, then fields as `<name>text</name>` or `<name><![CDATA[text]]></name>`
//! with white space between, then `</xml>`.
//!
//! It gives up on anything else (entities, attributes, comments, an XML declaration, empty-element
//! tags, split CDATA): giving up is always right, because the strict reader reads those.

use memchr::{memchr, memchr2};

use super::Entry;
use crate::short;

/// The fields of `text`, or `None` to leave it to the strict reader.
pub(super) fn entries(text: &str) -> Option<Vec<Entry>> {
    let bytes = text.as_bytes();
    if u32::try_from(bytes.len()).is_err() {
        return None;
    }
    let mut at = skip_blanks(bytes, 0);
    at += strip(bytes, at, b"<xml>")?;
    let mut entries = Vec::with_capacity(64);
    loop {
        at = skip_blanks(bytes, at);
        if *bytes.get(at)? != b'<' {
            return None;
        }
        let name_start = at + 1;
        let name_end = name_end(bytes, name_start)?;
        if name_end == name_start {
            at += strip(bytes, at, b"</xml>")?;
            return (skip_blanks(bytes, at) == bytes.len()).then_some(entries);
        }
        let (value_start, value_end, closing) = value(bytes, name_end + 1)?;
        let after = closing + 2 + (name_end - name_start);
        let tail = bytes.get(closing..=after)?;
        let [b'<', b'/', closed @ .., b'>'] = tail else {
            return None;
        };
        if !short::equal(closed, &bytes[name_start..name_end]) {
            return None;
        }
        at = after + 1;
        entries.push(Entry {
            name: (name_start as u32, name_end as u32),
            value: (value_start as u32, value_end as u32),
        });
    }
}

/// Start and end of the value, and where the closing tag must stand.
#[inline]
fn value(bytes: &[u8], start: usize) -> Option<(usize, usize, usize)> {
    const CDATA: &[u8; 9] = b"<![CDATA[";
    if bytes.get(start..)?.first_chunk::<9>() == Some(CDATA) {
        let start = start + CDATA.len();
        let mut end = start;
        loop {
            end += memchr(b']', bytes.get(end..)?)?;
            if bytes.get(end..end + 3)? == b"]]>" {
                return Some((start, end, end + 3));
            }
            end += 1;
        }
    }
    let end = start + memchr2(b'<', b'&', bytes.get(start..)?)?;
    (bytes[end] == b'<').then_some((start, end, end))
}

/// Where the name ends that starts at `start`, which is at the next `>`; `start` itself if no name
/// starts there.
///
/// Only its ends are looked at here, which leaves out `<a/>`, `<a >` and `<a b="c">`. A name that a
/// table knows is a name; the others are judged where they are found to be unknown.
#[inline]
fn name_end(bytes: &[u8], start: usize) -> Option<usize> {
    let end = start + memchr(b'>', bytes.get(start..)?)?;
    match bytes.get(start..end)? {
        [b'A'..=b'Z' | b'a'..=b'z' | b'_', ..] => {}
        _ => return Some(start),
    }
    matches!(bytes[end - 1], b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.')
        .then_some(end)
}

#[inline]
fn strip(bytes: &[u8], at: usize, prefix: &[u8]) -> Option<usize> {
    bytes.get(at..)?.starts_with(prefix).then_some(prefix.len())
}

#[inline]
fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}
