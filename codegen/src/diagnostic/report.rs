//! Findings for programs: one JSON object per line, and the annotations that GitHub shows beside a change.
//!
//! Source of the second: GitHub, *Workflow commands for GitHub Actions*, "Setting an error message".

use serde_json::json;

use crate::source::{Sources, Span};

use super::{Diagnostic, Diagnostics, Level};

/// Where a finding points, as an editor counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Path as messages show it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Diagnostic {
    /// Where it points; `None` when a whole file is missing.
    pub fn place(&self, sources: &Sources) -> Option<Place> {
        let (span, _) = self.primary.as_ref()?;
        Some(Place {
            file: sources.shown_path(span.file),
            line: sources.line(*span),
            column: column(sources, *span),
        })
    }
}

impl Diagnostics {
    /// One object per finding: `code`, `level`, `title`, `file`, `line`, `column`, `label`, `help`. What a finding has not is null.
    #[must_use]
    pub fn json_lines(&self) -> String {
        let mut text = String::new();
        for found in self.iter() {
            let place = found.place(self.sources());
            let object = json!({
                "code": found.code.id(),
                "level": found.code.level().as_str(),
                "title": found.title,
                "file": place.as_ref().map(|place| &place.file),
                "line": place.as_ref().map(|place| place.line),
                "column": place.as_ref().map(|place| place.column),
                "label": found.primary.as_ref().map(|(_, label)| label),
                "help": found.help,
            });
            text.push_str(&object.to_string());
            text.push('\n');
        }
        text
    }

    /// One workflow command per finding: `::error file=…,line=…,col=…,title=S202::…`.
    #[must_use]
    pub fn github(&self) -> String {
        let mut text = String::new();
        for found in self.iter() {
            let mut properties = Vec::new();
            if let Some(place) = found.place(self.sources()) {
                properties.push(format!("file={}", property(&place.file)));
                properties.push(format!("line={},col={}", place.line, place.column));
            }
            properties.push(format!("title={}", property(found.code.id())));
            let label = found.primary.iter().map(|(_, label)| label);
            let help = found.help.iter().map(|help| format!("help: {help}"));
            let lines: Vec<String> = std::iter::once(found.title.clone())
                .chain(label.cloned())
                .chain(help)
                .collect();
            let (level, properties) = (found.code.level().as_str(), properties.join(","));
            text.push_str(&format!(
                "::{level} {properties}::{}\n",
                message(&lines.join("\n"))
            ));
        }
        text
    }
}

impl Level {
    /// `error` or `warning`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

fn column(sources: &Sources, span: Span) -> usize {
    let text = sources.files().get(span.file).map_or("", |file| &file.text);
    let before = text.get(..span.start).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    line.chars().count() + 1
}

/// A message ends at the end of its line.
fn message(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property ends at a comma or a colon, too.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_property_or_a_message_is_escaped() {
        assert_eq!(message("100%\r\na: b, c"), "100%25%0D%0Aa: b, c");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}
