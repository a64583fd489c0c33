//! The files of a spec and positions in them.
//!
//! Everything that the compiler says points at a [`Span`]: a byte range of one file. Bytes, not
//! characters, because Chinese labels stand beside most values and only bytes survive slicing.

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// One file of a spec.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name inside the spec folder, with `/`: `interfaces/order.toml`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// The TOML files of a spec folder that the compiler reads, sorted by name.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    root: String,
    files: Vec<Source>,
}

/// A byte range of one file of [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Index of the file.
    pub file: usize,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A value and where the spec states it.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl Sources {
    /// Stands in the folder of a spec and is not part of it: the changes since the last release that a maintainer lets through.
    pub const APPROVALS: &str = "approvals.toml";
    /// Stands in the folder of a spec that is a package of its own, and is not part of it either.
    const MANIFEST: &str = "Cargo.toml";

    /// True for the name of a file that a spec is read from.
    pub fn is_part(name: &str) -> bool {
        let file = name.strip_prefix("interfaces/").unwrap_or(name);
        let is_toml = !file.contains('/') && file.ends_with(".toml");
        is_toml && ![Self::APPROVALS, Self::MANIFEST].contains(&name)
    }

    /// Takes the files as pairs of name and text; `root` is the folder that messages show.
    ///
    /// # Examples
    ///
    /// ```
    /// let sources = signed_xml_codegen::Sources::from_texts("spec", [("spec.toml", "name = \"x\"")]);
    /// assert_eq!(sources.shown_path(0), "spec/spec.toml");
    /// ```
    pub fn from_texts<N: Into<String>, T: Into<String>>(
        root: &str,
        files: impl IntoIterator<Item = (N, T)>,
    ) -> Self {
        let mut files: Vec<Source> = files
            .into_iter()
            .map(|(name, text)| Source {
                name: name.into(),
                text: text.into(),
            })
            .collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Self {
            root: root.trim_end_matches('/').to_owned(),
            files,
        }
    }

    /// Reads every `.toml` file of `folder` and of its `interfaces/` but
    /// [`APPROVALS`](Self::APPROVALS) and a `Cargo.toml`.
    ///
    /// # Errors
    ///
    /// What the file system answers, with the path in the message; for a file that is not UTF-8, the
    /// line and the byte.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut files = Vec::new();
        for (prefix, folder) in [
            ("", folder.to_owned()),
            ("interfaces/", folder.join("interfaces")),
        ] {
            for path in toml_files(&folder)? {
                let Some(file) = path.file_name() else {
                    continue;
                };
                let name = format!("{prefix}{}", file.to_string_lossy());
                if Self::is_part(&name) {
                    let bytes = std::fs::read(&path).map_err(|error| at(&path, error))?;
                    let text = utf8(bytes).map_err(|error| at(&path, error))?;
                    files.push((name, text));
                }
            }
        }
        Ok(Self::from_texts(&shown(folder), files))
    }

    /// The folder that messages show.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The files, sorted by name.
    pub fn files(&self) -> &[Source] {
        &self.files
    }

    /// A digest of all files, names and texts: 16 hexadecimal digits of SHA-256. Line ends of either kind count alike.
    pub fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        for file in &self.files {
            for text in [&file.name, &file.text.replace("\r\n", "\n")] {
                digest.update(text.len().to_le_bytes());
                digest.update(text);
            }
        }
        let digest = digest.finalize();
        digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// The index of the file called `name`.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.files.iter().position(|file| file.name == name)
    }

    /// The path of a file as messages show it.
    pub fn shown_path(&self, file: usize) -> String {
        match self.files.get(file) {
            Some(source) if self.root.is_empty() => source.name.clone(),
            Some(source) => format!("{}/{}", self.root, source.name),
            None => self.root.clone(),
        }
    }

    /// The text that `span` covers, as written.
    pub fn slice(&self, span: Span) -> &str {
        self.files
            .get(span.file)
            .and_then(|file| file.text.get(span.start..span.end))
            .unwrap_or("")
    }

    /// The line of `span`'s first byte, counted from 1.
    pub fn line(&self, span: Span) -> usize {
        let text = self.files.get(span.file).map_or("", |file| &file.text);
        let before = text.as_bytes().iter().take(span.start);
        before.filter(|byte| **byte == b'\n').count() + 1
    }

    /// The span of `range`, a byte range of the *decoded* text of the TOML string at `string`.
    ///
    /// Escapes are longer than what they stand for, so the written string is walked along with
    /// the decoded one.
    pub(crate) fn inside_string(&self, string: Span, range: std::ops::Range<usize>) -> Span {
        let written = self.slice(string);
        let (open, escapes) = opening(written);
        let mut raw = open;
        let mut decoded = 0;
        let mut start = None;
        while raw < written.len() {
            if decoded >= range.start && start.is_none() {
                start = Some(raw);
            }
            if decoded >= range.end {
                break;
            }
            let (written_len, decoded_len) = step(&written[raw..], escapes);
            raw += written_len;
            decoded += decoded_len;
        }
        let start = start.unwrap_or(raw);
        Span {
            file: string.file,
            start: string.start + start,
            end: string.start + raw.max(start),
        }
    }
}

impl<T> Spanned<T> {
    pub(crate) fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// Length of the opening quotes (and the newline that TOML drops after three), and whether
/// backslashes escape.
fn opening(written: &str) -> (usize, bool) {
    for (quotes, escapes) in [("\"\"\"", true), ("'''", false)] {
        if let Some(rest) = written.strip_prefix(quotes) {
            let newline = match rest.as_bytes() {
                [b'\r', b'\n', ..] => 2,
                [b'\n', ..] => 1,
                _ => 0,
            };
            return (3 + newline, escapes);
        }
    }
    (1, written.starts_with('"'))
}

/// Bytes that the next character takes as written and as decoded.
fn step(written: &str, escapes: bool) -> (usize, usize) {
    let Some(first) = written.chars().next() else {
        return (1, 1);
    };
    if first != '\\' || !escapes {
        return (first.len_utf8(), first.len_utf8());
    }
    let digits = match written.as_bytes().get(1) {
        Some(b'u') => 4,
        Some(b'U') => 8,
        Some(b'x') => 2,
        Some(b'\n' | b'\r' | b' ' | b'\t') => {
            let rest = written[1..].trim_start_matches([' ', '\t', '\r', '\n']);
            return (written.len() - rest.len(), 0);
        }
        _ => return (2, 1),
    };
    let decoded = written
        .get(2..2 + digits)
        .and_then(|hex| u32::from_str_radix(hex, 16).ok())
        .and_then(char::from_u32)
        .map_or(1, char::len_utf8);
    (2 + digits, decoded)
}

fn utf8(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].split(|byte| *byte == b'\n').count();
        let found = error.as_bytes()[at];
        let text = format!(
            "byte {} (0x{found:02X}), on line {line}, is not UTF-8: save the file as UTF-8, not as GBK or UTF-16",
            at + 1
        );
        io::Error::new(io::ErrorKind::InvalidData, text)
    })
}

fn toml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| at(folder, error))? {
        let path = entry.map_err(|error| at(folder, error))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// The folder as a reader can open it: relative to the current folder where that is shorter.
fn shown(folder: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let path = folder.strip_prefix(&here).unwrap_or(folder);
    path.to_string_lossy().replace('\\', "/")
}

fn at(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(written: &str, range: std::ops::Range<usize>) -> String {
        let sources = Sources::from_texts("", [("a.toml", written)]);
        let whole = Span {
            file: 0,
            start: 0,
            end: written.len(),
        };
        sources
            .slice(sources.inside_string(whole, range))
            .to_owned()
    }

    #[test]
    fn a_file_that_is_not_utf8_is_refused_with_its_line_and_byte() {
        let folder = tempfile::tempdir().unwrap();
        let text = b"name = \"x\"\ntitle = \"\xd6\xd0\"\n";
        std::fs::write(folder.path().join("spec.toml"), text).unwrap();
        let error = Sources::read(folder.path()).unwrap_err().to_string();
        assert!(
            error.contains("spec.toml: byte 21 (0xD6), on line 2,"),
            "{error}"
        );
    }

    #[test]
    fn finds_a_range_behind_chinese_text() {
        assert_eq!(inside("\"现金 <= total\"", 10..15), "total");
    }

    #[test]
    fn finds_a_range_behind_escapes() {
        assert_eq!(inside("\"\\u91d1\\t\\\"x\\\" fee\"", 8..11), "fee");
    }

    #[test]
    fn finds_a_range_in_a_literal_string_of_several_lines() {
        assert_eq!(inside("'''\na\\b == c'''", 7..8), "c");
    }

    #[test]
    fn the_end_of_a_string_is_an_empty_span_before_the_quote() {
        assert_eq!(inside("'ab'", 2..2), "");
    }
}
