//! From tokens to text: prettyplease, item by item, and what it leaves to wish for.
//!
//! Steps: print each item; put a blank line between items and between functions; put back the
//! expressions that travelled as string literals; join each field's attribute into one line, so
//! that a struct reads like the document's table.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{File, Item};

/// Opens and closes a string literal whose content is source, not text.
const MARKS: (char, char) = ('⟦', '⟧');

/// Attributes that stand on one line whatever their length.
const ONE_LINE: &[&str] = &["#[field(", "#[column(", "#[value("];

/// Source inside an attribute, to be printed as it is.
pub(super) fn verbatim(source: &str) -> TokenStream {
    let marked = format!("{}{source}{}", MARKS.0, MARKS.1);
    quote!(#marked)
}

/// The text of a whole file.
pub(super) fn file(tokens: TokenStream) -> String {
    let mut file: File = syn::parse2(tokens).expect("invariant: the emitters build legal Rust");
    let items = std::mem::take(&mut file.items);
    let mut text = prettyplease::unparse(&file);
    file.attrs.clear();
    let mut last = None;
    for item in items {
        let kind = kind(&item);
        if last != Some(kind) || kind == Kind::Other {
            text.push('\n');
        }
        last = Some(kind);
        file.items = vec![item];
        text.push_str(&lines(&put_back(&prettyplease::unparse(&file))));
    }
    text
}

/// Items of one kind stand together without blank lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Use,
    Module,
    Other,
}

fn kind(item: &Item) -> Kind {
    match item {
        Item::Use(_) => Kind::Use,
        Item::Mod(_) => Kind::Module,
        _ => Kind::Other,
    }
}

/// Turns marked string literals back into source.
fn put_back(printed: &str) -> String {
    let (open, close) = (format!("\"{}", MARKS.0), format!("{}\"", MARKS.1));
    let mut text = String::with_capacity(printed.len());
    let mut rest = printed;
    while let Some((before, after)) = rest.split_once(&open) {
        let Some((literal, after)) = after.split_once(&close) else {
            break;
        };
        text.push_str(before);
        text.push_str(&unescape(literal));
        rest = after;
    }
    text.push_str(rest);
    text
}

fn unescape(literal: &str) -> String {
    let source = format!("\"{literal}\"");
    let literal: syn::LitStr = syn::parse_str(&source).expect("invariant: printed as a literal");
    literal.value()
}

/// Joins attributes and parts functions.
fn lines(printed: &str) -> String {
    let mut text = String::with_capacity(printed.len());
    let mut lines = printed.lines().peekable();
    while let Some(line) = lines.next() {
        text.push_str(line);
        let start = line.trim_start();
        if ONE_LINE.contains(&start) {
            let mut tight = true;
            for part in lines.by_ref().map(str::trim) {
                if !tight && !part.starts_with(')') {
                    text.push(' ');
                }
                text.push_str(part);
                tight = part.ends_with('(');
                if part == ")]" {
                    break;
                }
            }
        }
        text.push('\n');
        let next_function = lines.peek().is_some_and(|next| next.starts_with("    ///"));
        if line == "    }" && next_function {
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_attribute_of_a_field_stays_on_one_line() {
        let condition = verbatim("present(sub_openid) && kind == \"A\"");
        let printed = file(quote! {
            struct S {
                #[field(label = "a label that is quite long", max = 32, required_when(#condition), supplied = merchant)]
                f: u8,
            }
        });
        let line = printed.lines().find(|line| line.contains("#[field"));
        assert_eq!(
            line,
            Some(
                "    #[field(label = \"a label that is quite long\", max = 32, \
                 required_when(present(sub_openid) && kind == \"A\"), supplied = merchant)]"
            )
        );
    }
}
