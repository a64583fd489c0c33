//! The documents of the project, taken apart: fenced blocks, commands, paths, links.
//!
//! Source of the form: CommonMark, as far as our own documents use it; for files that a chapter of
//! the guide includes, mdBook.

use std::path::{Path, PathBuf};

/// What users read, in the root of the repository.
pub(crate) const DOCUMENTS: [&str; 6] = [
    "README.md",
    "README.zh-CN.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "ARCHITECTURE.md",
    "docs/spec-language.md",
];

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_owned()
}

/// A file of the repository, as text.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A fenced block.
pub(crate) struct Block {
    pub(crate) document: String,
    /// The line of its fence, from 1.
    pub(crate) line: usize,
    pub(crate) language: String,
    /// What a reader sees: the text of a file where one is included.
    pub(crate) text: String,
    /// The file that it is from, by its path from the root, and the anchor in it.
    pub(crate) source: Option<(String, Option<String>)>,
}

impl Block {
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.document, self.line)
    }

    /// The commands in it: all lines of `sh`, those behind `$ ` of `console`. Comments and empty lines do not count.
    pub(crate) fn commands(&self) -> Vec<String> {
        let lines = self.text.lines();
        let commands: Vec<&str> = match self.language.as_str() {
            "sh" => lines.collect(),
            "console" => lines.filter_map(|line| line.strip_prefix("$ ")).collect(),
            _ => Vec::new(),
        };
        let commands = commands.into_iter().map(str::trim);
        commands
            .filter(|command| !command.is_empty() && !command.starts_with('#'))
            .map(str::to_owned)
            .collect()
    }

    /// The lines of output that a `console` block shows; `…` stands for lines left out.
    pub(crate) fn output(&self) -> Vec<&str> {
        let lines = self.text.lines();
        lines
            .filter(|line| !line.starts_with("$ ") && *line != "…")
            .collect()
    }
}

/// The fenced blocks of a document.
pub(crate) fn blocks(document: &str) -> Vec<Block> {
    let text = read(document);
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            continue;
        };
        let inside = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| *line != "```");
        let text: Vec<&str> = inside.collect();
        let text = text.join("\n");
        let source = include(document, &text);
        let text = match &source {
            Some((path, anchor)) => included(path, anchor.as_deref()),
            None => text,
        };
        blocks.push(Block {
            document: document.to_owned(),
            line: number + 1,
            language: language.to_owned(),
            text,
            source,
        });
    }
    blocks
}

/// The file and the anchor that a block of one line names: `{{#include PATH}}` or
/// `{{#include PATH:ANCHOR}}`, with a path from the document's own folder.
fn include(document: &str, text: &str) -> Option<(String, Option<String>)> {
    let target = text.strip_prefix("{{#include ")?.strip_suffix("}}")?;
    let (path, anchor) = match target.split_once(':') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (target, None),
    };
    Some((from_root(document, path), anchor))
}

/// A path from the root, given one from the folder of a document.
pub(crate) fn from_root(document: &str, path: &str) -> String {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// The text of a file, or of the part between the marks of an anchor, without the marks.
fn included(path: &str, anchor: Option<&str>) -> String {
    let text = read(path);
    let lines = text.lines();
    let is_mark = |line: &&str| line.contains("// ANCHOR");
    let lines: Vec<&str> = match anchor {
        None => lines.filter(|line| !is_mark(line)).collect(),
        Some(anchor) => {
            let (from, to) = (
                format!("// ANCHOR: {anchor}"),
                format!("// ANCHOR_END: {anchor}"),
            );
            let inside = lines.skip_while(|line| line.trim() != from).skip(1);
            let inside = inside.take_while(|line| line.trim() != to);
            inside.filter(|line| !is_mark(line)).collect()
        }
    };
    assert!(!lines.is_empty(), "{path} has no anchor {anchor:?}");
    lines.join("\n")
}

/// The headings of a document, as the ends of links name them.
pub(crate) fn anchors(document: &str) -> Vec<String> {
    let prose = prose(document);
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    let texts = headings.map(|line| line.trim_start_matches('#').trim().to_lowercase());
    let ends = texts.map(|text| {
        let kept = text.chars().filter_map(|c| match c {
            ' ' => Some('-'),
            _ => (c.is_alphanumeric() || c == '-' || c == '_').then_some(c),
        });
        kept.collect::<String>()
    });
    ends.collect()
}

/// The targets of all links and pictures, as they are written. What stands between backticks is
/// not a link.
pub(crate) fn links(document: &str) -> Vec<String> {
    let prose = prose(document);
    let mut links = Vec::new();
    for line in prose.lines() {
        let outside = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        let targets = outside.split("](").skip(1);
        links.extend(targets.filter_map(|rest| rest.split(')').next().map(str::to_owned)));
    }
    links
}

/// Blocks of one language.
pub(crate) fn blocks_of(document: &str, language: &str) -> Vec<Block> {
    let all = blocks(document).into_iter();
    all.filter(|block| block.language == language).collect()
}

/// A document without its fenced blocks.
pub(crate) fn prose(document: &str) -> String {
    let text = read(document);
    let mut inside = false;
    let lines = text.lines().filter(|line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Targets of links that lead into the repository, and paths between backticks.
pub(crate) fn paths(document: &str) -> Vec<String> {
    let prose = prose(document);
    let mut paths: Vec<String> = prose
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|target| !target.starts_with("http") && !target.starts_with('#'))
        .map(|target| target.split('#').next().unwrap_or(target).to_owned())
        .collect();
    for line in prose.lines() {
        let spans = line.split('`').skip(1).step_by(2);
        paths.extend(spans.filter(|span| is_path(span)).map(str::to_owned));
    }
    paths
}

/// Whether a span between backticks means a file or folder of the repository: it begins with a folder of the root, or is a file's name.
fn is_path(span: &str) -> bool {
    let ordinary = !span.contains([' ', '<', '*', '…', ':', '(', '=']);
    match span.split_once('/') {
        Some((folder, _)) => ordinary && !folder.is_empty() && root().join(folder).is_dir(),
        None => ordinary && (span.ends_with(".md") || span == "rust-toolchain.toml"),
    }
}
