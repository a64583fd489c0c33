//! What surrounds every page: title, navigation, the way to the other language.

use signed_xml_codegen::model::Method;

use super::words::{Language, Words};
use super::{Site, address};

/// The surroundings of one page.
pub(super) struct Frame<'a> {
    pub(super) w: Words,
    /// From the page to the root of the site.
    pub(super) root: &'static str,
    /// From the page to the folder of its language.
    pub(super) home: &'static str,
    /// The same page in the other language.
    pub(super) other: String,
    pub(super) title: String,
    pub(super) name: &'a str,
    pub(super) product: &'a str,
    pub(super) document: &'a str,
    pub(super) interfaces: Vec<Entry<'a>>,
    pub(super) pages: Vec<Entry<'a>>,
}

/// A line of the navigation.
pub(super) struct Entry<'a> {
    pub(super) href: String,
    pub(super) name: &'a str,
    /// The document's title of an interface; empty for other pages.
    pub(super) title: &'a str,
    /// True for the page itself.
    pub(super) here: bool,
}

impl<'a> Frame<'a> {
    /// The surroundings of the page at `path`, which is relative to the folder of the language.
    pub(super) fn of(site: Site<'a>, path: &str, title: &str) -> Self {
        let (root, home) = match path.contains('/') {
            true => ("../../", "../"),
            false => ("../", ""),
        };
        let (model, w) = (site.model, site.words());
        let interfaces = model.interfaces.iter().map(|interface| {
            let address = address::interface(&interface.name);
            Entry {
                here: address == path,
                href: format!("{home}{address}"),
                name: &interface.name,
                title: &interface.title,
            }
        });
        let pages = [
            (address::INDEX, w.overview),
            (address::SIGNATURE, w.signing),
            (address::ERRORS, w.errors),
            (address::ENUMS, w.enums),
            (address::BILLS, w.bills),
            (address::ERRATA, w.errata),
            (address::VERSIONS, w.versions),
        ];
        let pages = pages.map(|(page, name)| Entry {
            href: format!("{home}{page}"),
            name,
            title: "",
            here: page == path,
        });
        Self {
            w,
            root,
            home,
            other: format!("{root}{}/{path}", site.language.other().folder()),
            title: title.to_owned(),
            name: &model.name,
            product: site.title(),
            document: &model.document,
            interfaces: interfaces.collect(),
            pages: pages.into(),
        }
    }
}

/// How an interface is called, in a word.
pub(super) fn short(method: Method, language: Language) -> &'static str {
    match method {
        Method::Post => "POST",
        Method::Get => "GET",
        Method::Callback => language.pick("callback", "回调"),
    }
}
