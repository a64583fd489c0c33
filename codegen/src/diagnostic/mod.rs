//! What the compiler found, and how it is told: like rustc, with file, line, caret and help.
//!
//! Findings are data until [`Diagnostics::render`] draws them with annotate-snippets, which knows
//! the width of Chinese characters.

use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level as Drawn, Renderer, Snippet};

use crate::source::{Sources, Span};

pub use codes::{Code, Level};
pub use report::Place;
pub use signed_xml_condition::did_you_mean;
pub(crate) use signed_xml_condition::nearest;

mod codes;
mod report;

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// What is wrong, in one line.
    pub title: String,
    /// Where, and what to say there; `None` when a whole file is missing.
    pub primary: Option<(Span, String)>,
    /// Other places that matter, such as the first of two rows.
    pub others: Vec<(Span, String)>,
    /// What to do next.
    pub help: Option<String>,
}

/// All findings of one run, with the texts that they point into.
#[derive(Clone, Default)]
pub struct Diagnostics {
    sources: Sources,
    list: Vec<Diagnostic>,
}

/// Where the stages put what they find.
pub type Findings = Vec<Diagnostic>;

impl Diagnostic {
    /// A finding at a place, with what to say there.
    pub fn new(code: Code, span: Span, title: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            code,
            title: title.into(),
            primary: Some((span, label.into())),
            others: Vec::new(),
            help: None,
        }
    }

    /// A finding of a whole file, or of one that is missing.
    pub fn without_place(code: Code, title: impl Into<String>) -> Self {
        Self {
            code,
            title: title.into(),
            primary: None,
            others: Vec::new(),
            help: None,
        }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place that matters.
    #[must_use]
    pub fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.others.push((span, label.into()));
        self
    }

    fn draw(&self, sources: &Sources, renderer: &Renderer) -> String {
        let level = match self.code.level() {
            Level::Error => Drawn::ERROR,
            Level::Warning => Drawn::WARNING,
        };
        let title = level.primary_title(&self.title).id(self.code.id());
        let mut group = match self.snippets(sources) {
            snippets if snippets.is_empty() => Group::with_title(title),
            snippets => title.elements(snippets),
        };
        if let Some(help) = &self.help {
            group = group.element(Drawn::HELP.message(help));
        }
        renderer.render(&[group])
    }

    /// One snippet per file, the primary one first.
    fn snippets<'a>(
        &'a self,
        sources: &'a Sources,
    ) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
        let Some((primary, label)) = &self.primary else {
            return Vec::new();
        };
        let mut files = vec![primary.file];
        files.extend(self.others.iter().map(|(span, _)| span.file));
        files.dedup();
        let mut snippets = Vec::new();
        for file in files {
            let Some(source) = sources.files().get(file) else {
                continue;
            };
            let mut snippet = Snippet::source(&source.text).path(sources.shown_path(file));
            if file == primary.file {
                let annotation = AnnotationKind::Primary.span(primary.start..primary.end);
                snippet = snippet.annotation(annotation.label(label));
            }
            for (span, label) in self.others.iter().filter(|(span, _)| span.file == file) {
                let annotation = AnnotationKind::Context.span(span.start..span.end);
                snippet = snippet.annotation(annotation.label(label));
            }
            snippets.push(snippet);
        }
        snippets
    }
}

impl Diagnostics {
    /// Sorts by file and place, so that a report reads from top to bottom.
    pub fn new(sources: Sources, mut list: Findings) -> Self {
        list.sort_by_key(|found| (found.primary.as_ref().map(|(span, _)| *span), found.code));
        Self { sources, list }
    }

    /// The findings, by file and place.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// True if one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.list
            .iter()
            .any(|found| found.code.level() == Level::Error)
    }

    /// The texts that the findings point into.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The findings as text, with colours for a terminal or without.
    pub fn render(&self, colours: bool) -> String {
        let renderer = if colours {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let drawn: Vec<String> = self
            .list
            .iter()
            .map(|found| found.draw(&self.sources, &renderer))
            .collect();
        drawn.join("\n\n")
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

/// The same text as [`Display`](fmt::Display), so that `expect` in a build script reads well.
impl fmt::Debug for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::error::Error for Diagnostics {}
