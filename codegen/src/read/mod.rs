//! Reading: TOML files to the typed [`Tree`].
//!
//! Steps: parse each file into a tree with places (`syntax`), read the tables key by key (`keys`,
//! `catalog`, `interface`), hold the list of interfaces against the files that are there.

use crate::diagnostic::{Code, Diagnostic, Findings, did_you_mean};
use crate::source::{Sources, Spanned};

use syntax::Node;
use tree::Tree;

pub(crate) mod tree;

mod catalog;
mod interface;
mod keys;
mod place;
mod syntax;
mod texts;
mod vocabulary;

/// Reads all files; what is wrong is added to `findings`, the rest is still read.
pub(crate) fn read(sources: &Sources, findings: &mut Findings) -> Tree {
    let mut tree = Tree::default();
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
        (tree.columns, tree.layouts) = catalog::bills(&node, findings);
    }
    if let Some(node) = parse(sources, "vocabulary.toml", false, findings) {
        tree.vocabulary = vocabulary::vocabulary(&node, findings);
    }
    if let Some(node) = parse(sources, texts::CHINESE, false, findings) {
        tree.translations = texts::translations(&node, findings);
    }
    read_interfaces(sources, &mut tree, findings);
    tree
}

fn read_interfaces(sources: &Sources, tree: &mut Tree, findings: &mut Findings) {
    let listed = tree.header.interfaces.clone();
    for (at, name) in listed.iter().enumerate() {
        if let Some(first) = listed[..at].iter().find(|first| first.value == name.value) {
            let title = format!("interface `{}` is listed twice", name.value);
            let found = Diagnostic::new(Code::InterfaceTwice, name.span, title, "again here")
                .also(first.span, "listed here");
            findings.push(found);
            continue;
        }
        let file = format!("interfaces/{}.toml", name.value);
        if sources.find(&file).is_none() {
            let title = format!("interface `{}` has no file", name.value);
            let label = format!("no `{file}`");
            let found = Diagnostic::new(Code::MissingFile, name.span, title, label)
                .help(did_you_mean(&name.value, interface_files(sources)));
            findings.push(found);
        } else if let Some(node) = parse(sources, &file, true, findings)
            && let Some(mut interface) = interface::read(&node, findings)
        {
            check_name(name, &mut interface.name, findings);
            tree.interfaces.push(interface);
        }
    }
    let unlisted =
        interface_files(sources).filter(|file| !listed.iter().any(|name| name.value == *file));
    for file in unlisted {
        let title = format!("`interfaces/{file}.toml` is not listed in `spec.toml`");
        let help =
            format!("add \"{file}\" to `interfaces` of `spec.toml`, at its place in the document");
        let found = match listed.last() {
            Some(last) => Diagnostic::new(Code::UnlistedFile, last.span, title, "not in this list"),
            None => Diagnostic::without_place(Code::UnlistedFile, title),
        };
        findings.push(found.help(help));
    }
}

/// An interface must be called as its file is; where it is not, the file's name counts further on.
fn check_name(listed: &Spanned<String>, name: &mut Spanned<String>, findings: &mut Findings) {
    if name.value == listed.value {
        return;
    }
    if !name.value.is_empty() {
        let (file, found) = (&listed.value, &name.value);
        let title = format!("`interfaces/{file}.toml` holds an interface called `{found}`");
        let label = format!("the file says `{file}`");
        findings.push(Diagnostic::new(
            Code::InterfaceNameDiffers,
            name.span,
            title,
            label,
        ));
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
            let title = format!("the spec has no `{name}`");
            let help = "is this the folder of a spec? name it with `--spec`";
            findings.push(Diagnostic::without_place(Code::MissingFile, title).help(help));
        }
        return None;
    };
    let source = sources.files().get(index)?;
    syntax::parse(index, source, findings)
}
