//! Text of the spec as HTML: in the language of the page, escaped, `code` marked, names of fields,
//! interfaces and enums linked.

use std::fmt;

use askama::filters::HtmlSafe;

use signed_xml_codegen::model::{Interface, Message, Model, Translation};

use super::address;
use super::words::Language;

/// HTML that is finished: a template writes it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Html(pub(super) String);

/// Where a text stands, which decides what its names mean and how links lead there.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) model: &'a Model,
    pub(super) language: Language,
    /// From the page to the folder of its language: empty or `../`.
    pub(super) home: &'a str,
    pub(super) interface: Option<&'a Interface>,
    pub(super) message: Option<&'a Message>,
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

impl<'a> Scope<'a> {
    /// The same place, inside a message.
    pub(super) fn within(self, message: &'a Message) -> Self {
        Self {
            message: Some(message),
            ..self
        }
    }

    /// A text of the spec in the language of the page; where the spec has it in English only,
    /// marked as such.
    pub(super) fn prose(&self, text: &str) -> Html {
        match self.language {
            Language::English => self.marked(text),
            Language::Chinese => match self.model.chinese(text) {
                Some(chinese) => self.marked(chinese),
                None if Translation::is_due(text) => {
                    Html(format!("<span lang=\"en\">{}</span>", self.marked(text)))
                }
                None => self.marked(text),
            },
        }
    }

    /// A text with `code` in it, as it stands.
    pub(super) fn marked(&self, text: &str) -> Html {
        let mut html = String::with_capacity(text.len() + 16);
        // A backtick without a partner is a character like any other.
        let ticks = text.matches('`').count();
        let paired = ticks - ticks % 2;
        let mut seen = 0;
        let mut rest = text;
        while let Some(at) = rest.find('`').filter(|_| seen < paired) {
            addresses(&rest[..at], &mut html);
            let code = &rest[at + 1..];
            let end = code.find('`').unwrap_or(code.len());
            html.push_str(&self.code(&code[..end]).0);
            rest = code.get(end + 1..).unwrap_or("");
            seen += 2;
        }
        addresses(rest, &mut html);
        Html(html)
    }

    /// A name in code, linked if it is known here.
    pub(super) fn code(&self, name: &str) -> Html {
        let code = format!("<code>{}</code>", escaped(name));
        match self.target(name) {
            Some(target) => Html(format!("<a href=\"{}\">{code}</a>", escaped(&target))),
            None => Html(code),
        }
    }

    /// Where a name leads: a field of this message, of this interface, an interface, an enum.
    fn target(&self, name: &str) -> Option<String> {
        let here = self.message.into_iter();
        let others = self
            .interface
            .into_iter()
            .flat_map(|interface| &interface.messages);
        let mut messages = here.chain(others);
        if let Some(message) = messages.find(|message| message.field(name).is_some()) {
            return Some(format!("#{}", address::field(message, name)));
        }
        let mut interfaces = self.model.interfaces.iter();
        if interfaces.any(|interface| interface.name == name) {
            return Some(format!("{}{}", self.home, address::interface(name)));
        }
        self.model
            .enum_named(name)
            .map(|found| format!("{}{}", self.home, address::enumeration(&found.name)))
    }
}

/// A text with `&`, `<`, `>` and quotes made harmless.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

/// Adds a text, its web addresses as links.
fn addresses(text: &str, html: &mut String) {
    let mut rest = text;
    let starts = |text: &str| {
        let found = [text.find("https://"), text.find("http://")];
        found.into_iter().flatten().min()
    };
    while let Some(at) = starts(rest) {
        html.push_str(&escaped(&rest[..at]));
        let from = &rest[at..];
        let end = from.find(|c: char| c.is_whitespace() || ")>`\"，。；、".contains(c));
        let address = from[..end.unwrap_or(from.len())].trim_end_matches(['.', ',', ';', ':']);
        let shown = escaped(address);
        html.push_str(&format!("<a href=\"{shown}\">{shown}</a>"));
        rest = &from[address.len()..];
    }
    html.push_str(&escaped(rest));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_a_text_becomes_a_link_without_the_full_stop() {
        let mut html = String::new();
        addresses("see http://x.y/z. <b>", &mut html);
        assert_eq!(
            html,
            "see <a href=\"http://x.y/z\">http://x.y/z</a>. &lt;b&gt;"
        );
    }
}
