//! The documents of the project, taken apart: fenced blocks, commands, paths.
//!
//! Source of the form: CommonMark, as far as our own documents use it.

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
    pub(crate) text: String,
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
        blocks.push(Block {
            document: document.to_owned(),
            line: number + 1,
            language: language.to_owned(),
            text: text.join("\n"),
        });
    }
    blocks
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
