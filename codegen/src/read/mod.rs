//! Reading: TOML files to the typed [`Tree`].
//!
//! Steps: parse each file into a tree with places (`syntax`), read the tables key by key (`keys`,
//! `catalog`, `interface`), hold the list of interfaces against the files that are there.

use crate::diagnostic::{Code, Findings};
use crate::source::{Sources, Spanned};

use syntax::Node;
use tree::{Header, Language, Tree};

pub(crate) mod tree;

mod catalog;
mod interface;
mod keys;
mod place;
mod problem;
mod syntax;
mod texts;
mod vocabulary;

/// Reads all files; what is wrong is added to `findings`, the rest is still read.
pub(crate) fn read(sources: &Sources, findings: &mut Findings) -> Tree {
    let mut tree = Tree::default();
    check_files(sources, findings);
    if let Some(node) = parse(sources, "spec.toml", true, findings) {
        tree.header = catalog::header(&node, findings);
    }
    if let Some(node) = parse(sources, "errata.toml", false, findings) {
        tree.errata = catalog::errata(&node, findings);
    }
    if let Some(node) = parse(sources, "enums.toml", false, findings) {
        tree.enums = catalog::enums(&node, findings);
    }
    if let Some(node) = parse(sources, "errors.toml", false, findings) {
        (tree.errors_doc, tree.errors) = catalog::errors(&node, findings);
    }
    if let Some(node) = parse(sources, "bills.toml", false, findings) {
        (tree.columns, tree.layouts, tree.sums) = catalog::bills(&node, findings);
    }
    if let Some(node) = parse(sources, "vocabulary.toml", false, findings) {
        tree.vocabulary = vocabulary::vocabulary(&node, findings);
    }
    if let Some(node) = parse(sources, texts::CHINESE, false, findings) {
        tree.translations = texts::translations(&node, findings);
    }
    read_interfaces(sources, &mut tree, findings);
    let unread = [Code::TOML_SYNTAX, Code::MISSING_FILE, Code::UNLISTED_FILE];
    tree.incomplete |= findings.iter().any(|found| unread.contains(&found.code));
    check_languages(sources, &tree.header, findings);
    tree
}

/// The files beside `interfaces/`.
const FILES: &[&str] = &[
    "spec.toml",
    "errata.toml",
    "enums.toml",
    "errors.toml",
    "bills.toml",
    "vocabulary.toml",
    texts::CHINESE,
];

fn check_files(sources: &Sources, findings: &mut Findings) {
    for (at, file) in sources.files().iter().enumerate() {
        if !file.name.contains('/') && !FILES.contains(&file.name.as_str()) {
            findings.push(problem::unknown_file(
                &sources.shown_path(at),
                &file.name,
                FILES,
            ));
        }
    }
}

/// A spec declares the languages of its texts, so that a lost file of translations is an error.
fn check_languages(sources: &Sources, header: &Header, findings: &mut Findings) {
    let mut languages = header.languages.iter();
    let declared = languages.find(|language| language.value == Language::Chinese);
    let file = sources.find(texts::CHINESE);
    match (declared, file) {
        (Some(declared), None) => findings.push(problem::no_translations(declared.span)),
        // A header that cannot be read declares nothing.
        (None, Some(_)) if header.name.is_some() => {
            findings.push(problem::undeclared_translations(header.name.as_ref()));
        }
        _ => {}
    }
}

fn read_interfaces(sources: &Sources, tree: &mut Tree, findings: &mut Findings) {
    let Some(listed) = tree.header.interfaces.clone() else {
        tree.incomplete = true;
        return;
    };
    for (at, name) in listed.iter().enumerate() {
        if let Some(first) = listed[..at].iter().find(|first| first.value == name.value) {
            findings.push(problem::interface_twice(name, first.span));
            continue;
        }
        let file = format!("interfaces/{}.toml", name.value);
        if sources.find(&file).is_none() {
            let files = interface_files(sources);
            findings.push(problem::interface_without_file(name, files));
        } else if let Some(node) = parse(sources, &file, true, findings) {
            let Some(mut interface) = interface::read(&node, findings) else {
                tree.incomplete = true;
                continue;
            };
            check_name(name, &mut interface.name, findings);
            tree.interfaces.push(interface);
        }
    }
    let unlisted =
        interface_files(sources).filter(|file| !listed.iter().any(|name| name.value == *file));
    for file in unlisted {
        findings.push(problem::unlisted_file(file, listed.last()));
    }
}

/// An interface must be called as its file is; where it is not, the file's name counts further on.
fn check_name(listed: &Spanned<String>, name: &mut Spanned<String>, findings: &mut Findings) {
    if name.value == listed.value {
        return;
    }
    if !name.value.is_empty() {
        findings.push(problem::interface_name_differs(&listed.value, name));
    }
    name.value.clone_from(&listed.value);
}

fn interface_files(sources: &Sources) -> impl Iterator<Item = &str> + Clone {
    sources.files().iter().filter_map(|file| {
        let name = file.name.strip_prefix("interfaces/")?;
        name.strip_suffix(".toml")
    })
}

fn parse(sources: &Sources, name: &str, needed: bool, findings: &mut Findings) -> Option<Node> {
    let Some(index) = sources.find(name) else {
        if needed {
            findings.push(problem::no_such_file(name));
        }
        return None;
    };
    let source = sources.files().get(index)?;
    syntax::parse(index, source, findings)
}
