//! The reference site: static pages of the model, readable without a network and without
//! JavaScript.
//!
//! Steps: invent the samples once, then write every page in every language ([`interface`](self)
//! pages and those of what stands beside them) and the list that its search looks in, then the
//! files that all pages share: one style sheet, one script. The same model gives the same bytes.

use std::io;

use askama::Template;

use signed_xml_codegen::model::{Interface, Model};
use signed_xml_codegen::rust::GeneratedFile;

use frame::Frame;
use prose::{Html, Scope};
use sample::Remembered;
use words::{Language, Words};

mod address;
mod bills;
mod catalog;
mod condition;
mod diagram;
mod enums;
mod field;
mod frame;
mod interface;
mod prose;
mod sample;
mod search;
mod signature;
mod words;

/// The style sheet of every page.
const STYLE: &str = include_str!("assets/reference.css");
/// The script of every page: search, theme, copying. Nothing needs it.
const SCRIPT: &str = include_str!("assets/reference.js");

/// The samples of one interface: one list per message.
type Samples = Vec<Vec<sample::Sample>>;

/// Writes the site: `index.html`, a folder per language, the style sheet and the scripts.
///
/// # Errors
///
/// None that a model can bring about: a template that cannot be written is a mistake of the
/// compiler.
///
/// # Examples
///
/// ```
/// let model = signed_xml_codegen::load("../codegen/tests/goldens/spec".as_ref())?;
/// let files = signed_xml_spec_tools::site::emit(&model)?;
/// assert!(files.iter().any(|file| file.name == "en/interfaces/pay.html"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn emit(model: &Model) -> io::Result<Vec<GeneratedFile>> {
    let samples = samples(model);
    let mut files = vec![
        file("index.html", render(&Welcome::of(model))?),
        file("reference.css", STYLE.to_owned()),
        file("reference.js", SCRIPT.to_owned()),
    ];
    for language in Language::ALL {
        let site = Site { model, language };
        for (interface, samples) in model.interfaces.iter().zip(&samples) {
            let page = interface::Page::of(site, interface, samples);
            files.push(site.file(&address::interface(&interface.name), render(&page)?));
        }
        let signature = signature::Page::of(site, &samples);
        let pages = [
            (address::INDEX, render(&catalog::Index::of(site))?),
            (address::ERRORS, render(&catalog::Errors::of(site))?),
            (address::ENUMS, render(&enums::Page::of(site))?),
            (address::BILLS, render(&bills::Page::of(site))?),
            (address::ERRATA, render(&catalog::Errata::of(site))?),
            (address::VERSIONS, render(&catalog::Versions::of(site))?),
            (address::SIGNATURE, render(&signature)?),
        ];
        files.extend(pages.map(|(name, text)| site.file(name, text)));
        files.push(site.file("search.js", search::index(site)));
    }
    Ok(files)
}

/// A model in one language: what every page is made from.
#[derive(Clone, Copy)]
struct Site<'a> {
    model: &'a Model,
    language: Language,
}

impl<'a> Site<'a> {
    /// What the spec describes, in the language of the page.
    fn title(self) -> &'a str {
        self.text(&self.model.title)
    }

    /// A text of the spec in the language of the page, or in English where it has no other.
    fn text(self, english: &'a str) -> &'a str {
        let chinese = self.model.chinese(english);
        let chinese = chinese.filter(|_| self.language == Language::Chinese);
        chinese.unwrap_or(english)
    }

    fn words(self) -> Words {
        self.language.words()
    }

    /// How texts are written on a page of the language's own folder.
    fn scope(self) -> Scope<'a> {
        Scope {
            model: self.model,
            language: self.language,
            home: "",
            interface: None,
            message: None,
        }
    }

    /// How texts are written on the page of an interface.
    fn scope_of(self, interface: &'a Interface) -> Scope<'a> {
        Scope {
            home: "../",
            interface: Some(interface),
            ..self.scope()
        }
    }

    fn frame(self, path: &str, title: &str) -> Frame<'a> {
        Frame::of(self, path, title)
    }

    fn file(self, name: &str, text: String) -> GeneratedFile {
        file(&format!("{}/{name}", self.language.folder()), text)
    }
}

/// The first page: it only asks for a language.
#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome<'a> {
    title: &'a str,
    document: &'a str,
    languages: [(Site<'a>, Words); 2],
}

impl<'a> Welcome<'a> {
    fn of(model: &'a Model) -> Self {
        Self {
            title: &model.title,
            document: &model.document,
            languages: Language::ALL.map(|language| (Site { model, language }, language.words())),
        }
    }
}

/// A link to an erratum, with what it rules where that has not been said above.
struct Ruling {
    id: String,
    href: String,
    ruling: Option<Html>,
}

/// The rulings of `ids`; one that is in `shown` is only named.
fn rulings(ids: &[String], scope: Scope<'_>, shown: &mut Vec<String>) -> Vec<Ruling> {
    let errata = ids.iter().filter_map(|id| scope.model.erratum(id));
    errata
        .map(|erratum| {
            let again = shown.contains(&erratum.id);
            shown.push(erratum.id.clone());
            Ruling {
                id: erratum.id.clone(),
                href: format!("{}{}#{}", scope.home, address::ERRATA, erratum.id),
                ruling: (!again).then(|| scope.prose(&erratum.ruling)),
            }
        })
        .collect()
}

/// The samples of every interface, invented once for all languages.
fn samples(model: &Model) -> Vec<Samples> {
    let mut remembered = Remembered::new();
    let interfaces = model.interfaces.iter();
    interfaces
        .map(|interface| {
            let messages = interface.messages.iter();
            messages
                .map(|message| sample::of(model, interface, message, &mut remembered))
                .collect()
        })
        .collect()
}

fn render(page: &impl Template) -> io::Result<String> {
    let text = page.render().map_err(io::Error::other)?;
    // Tags of the template language leave blank lines behind.
    let lines = text.lines().map(str::trim_end);
    let mut result = String::with_capacity(text.len());
    let mut verbatim = false;
    for line in lines {
        if !line.is_empty() || verbatim {
            result.push_str(line);
            result.push('\n');
        }
        verbatim = match (line.rfind("<pre"), line.rfind("</pre>")) {
            (Some(open), Some(close)) => open > close,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => verbatim,
        };
    }
    Ok(result)
}

fn file(name: &str, text: String) -> GeneratedFile {
    GeneratedFile {
        name: name.to_owned(),
        text,
    }
}
