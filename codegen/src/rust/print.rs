//! From tokens to text: prettyplease, item by item, and the attributes of rows as lines of a table.
//!
//! Steps: take the arguments off those attributes, since prettyplease does not know that they hold conditions; print each
//! item; put a blank line between items and between functions; put the arguments back, those of a field on one line, so that a
//! struct reads like the document's table.

use std::collections::VecDeque;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::{Attribute, File, Item, Meta};

/// Attributes that stand on one line whatever their length.
const ONE_LINE: &[&str] = &["field", "column", "value"];

/// Attributes that have a line for each argument.
const LINES: &[&str] = &["rule"];

/// The text of a whole file.
pub(super) fn file(tokens: TokenStream) -> String {
    let mut file: File = syn::parse2(tokens).expect("invariant: the emitters build legal Rust");
    let mut arguments = Arguments::default();
    arguments.take_off(&mut file.items);
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
        text.push_str(&arguments.put_back(&prettyplease::unparse(&file)));
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

/// What stood in attributes, in the order of the file.
#[derive(Default)]
struct Arguments(VecDeque<Vec<String>>);

impl Arguments {
    fn take_off(&mut self, items: &mut [Item]) {
        for item in items {
            match item {
                Item::Struct(item) => {
                    self.take(&mut item.attrs);
                    item.fields
                        .iter_mut()
                        .for_each(|field| self.take(&mut field.attrs));
                }
                Item::Enum(item) => {
                    self.take(&mut item.attrs);
                    item.variants
                        .iter_mut()
                        .for_each(|variant| self.take(&mut variant.attrs));
                }
                Item::Mod(item) => {
                    if let Some((_, items)) = &mut item.content {
                        self.take_off(items);
                    }
                }
                _ => {}
            }
        }
    }

    fn take(&mut self, attributes: &mut [Attribute]) {
        for attribute in attributes {
            if let Meta::List(list) = &attribute.meta
                && ONE_LINE
                    .iter()
                    .chain(LINES)
                    .any(|name| list.path.is_ident(name))
            {
                self.0.push_back(spaced(list.tokens.clone()));
                attribute.meta = Meta::Path(list.path.clone());
            }
        }
    }

    /// The printed item with its arguments, and with a blank line between functions.
    fn put_back(&mut self, printed: &str) -> String {
        let mut text = String::with_capacity(printed.len());
        let mut lines = printed.lines().peekable();
        while let Some(line) = lines.next() {
            text.push_str(&self.complete(line).unwrap_or_else(|| line.to_owned()));
            text.push('\n');
            let next_function = lines.peek().is_some_and(|next| next.starts_with("    ///"));
            if line == "    }" && next_function {
                text.push('\n');
            }
        }
        text
    }

    /// The attribute that `line` is, if its arguments were taken off.
    fn complete(&mut self, line: &str) -> Option<String> {
        let start = line.trim_start();
        let name = start.strip_prefix("#[")?.strip_suffix(']')?;
        let indent = &line[..line.len() - start.len()];
        if ONE_LINE.contains(&name) {
            let arguments = self.0.pop_front()?;
            return Some(format!("{indent}#[{name}({})]", arguments.join(", ")));
        }
        if LINES.contains(&name) {
            let arguments = self.0.pop_front()?.join(&format!(",\n{indent}    "));
            return Some(format!(
                "{indent}#[{name}(\n{indent}    {arguments}\n{indent})]"
            ));
        }
        None
    }
}

/// Tokens as text, a piece for each that a comma ends: spaces around operators, none in calls, paths and behind `!`.
fn spaced(tokens: TokenStream) -> Vec<String> {
    let mut pieces = vec![String::new()];
    // Whether a space must stand before the next word.
    let mut apart = false;
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let piece = pieces.last_mut().expect("invariant: never empty");
        match tree {
            TokenTree::Punct(punct) => {
                let mut operator = String::from(punct.as_char());
                let mut spacing = punct.spacing();
                while let (Spacing::Joint, Some(TokenTree::Punct(next))) = (spacing, trees.peek()) {
                    operator.push(next.as_char());
                    spacing = next.spacing();
                    trees.next();
                }
                match operator.as_str() {
                    "," => {
                        pieces.push(String::new());
                        apart = false;
                    }
                    "::" => {
                        piece.push_str("::");
                        apart = false;
                    }
                    operator => {
                        if !piece.is_empty() && !piece.ends_with([' ', '!']) {
                            piece.push(' ');
                        }
                        piece.push_str(operator);
                        apart = !operator.bytes().all(|byte| byte == b'!');
                    }
                }
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                let called = piece.ends_with(|c: char| c.is_alphanumeric() || c == '_');
                if apart && !called {
                    piece.push(' ');
                }
                let inner = spaced(group.stream()).join(", ");
                piece.push_str(&format!("{open}{inner}{close}"));
                apart = true;
            }
            word => {
                if apart {
                    piece.push(' ');
                }
                piece.push_str(&word.to_string());
                apart = true;
            }
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn a_long_attribute_of_a_field_stays_on_one_line_and_its_condition_reads_as_written() {
        let printed = file(quote! {
            struct S {
                #[field(label = "a label, (quite) long", max = 32, required_when(present(sub_openid) && !(kind == "A")), supplied = merchant)]
                f: u8,
            }
        });
        let line = printed.lines().find(|line| line.contains("#[field"));
        assert_eq!(
            line,
            Some(
                "    #[field(label = \"a label, (quite) long\", max = 32, \
                 required_when(present(sub_openid) && !(kind == \"A\")), supplied = merchant)]"
            )
        );
    }

    #[test]
    fn a_rule_has_a_line_for_each_argument() {
        let printed = file(quote! {
            #[rule(name = r, doc = "d", check = implies(a + 1 <= b, !!one_of(c, "X", "Y")) || (a != 3))]
            struct S {}
        });
        let expected = "#[rule(\n    name = r,\n    doc = \"d\",\n    \
                        check = implies(a + 1 <= b, !!one_of(c, \"X\", \"Y\")) || (a != 3)\n)]\nstruct S {}\n";
        assert!(printed.ends_with(expected), "{printed}");
    }

    #[test]
    fn the_type_of_a_value_keeps_its_path_together() {
        let pieces = spaced(quote!(reply = super::Reply, max = 3));
        assert_eq!(pieces, ["reply = super::Reply", "max = 3"]);
    }
}
