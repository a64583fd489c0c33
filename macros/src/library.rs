//! Where the library is: `::signed_xml`, or what `crate = …` says for a dependency under another
//! name.
//!
//! The expansion is written for `::signed_xml`, and its paths are rewritten where that is not the
//! name.

use proc_macro2::{Group, Ident, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Path;

/// The name by which the expansion calls the library.
const LIBRARY: &str = "signed_xml";

/// The expansion with the library's paths below `library`.
pub(crate) fn relocated(tokens: TokenStream, library: Option<&Path>) -> TokenStream {
    let Some(library) = library else {
        return tokens;
    };
    let mut relocated = TokenStream::new();
    let mut rest = tokens.into_iter().peekable();
    // Two colons that have not been written, and whether a path goes on behind them.
    let mut separator: Vec<TokenTree> = Vec::new();
    let mut goes_on = false;
    while let Some(tree) = rest.next() {
        let begins = |tree: &TokenTree, spacing: Spacing| matches!(tree, TokenTree::Punct(colon) if colon.as_char() == ':' && colon.spacing() == spacing);
        if separator.is_empty() && begins(&tree, Spacing::Joint) {
            separator.push(tree);
            separator.extend(rest.next_if(|next| begins(next, Spacing::Alone)));
            continue;
        }
        match tree {
            TokenTree::Ident(name) if name == LIBRARY && separator.len() == 2 && !goes_on => {
                separator.clear();
                relocated.extend(placed(library, &name));
                goes_on = true;
            }
            tree => {
                relocated.extend(separator.drain(..));
                goes_on = matches!(&tree, TokenTree::Ident(name) if is_segment(name));
                relocated.extend([match tree {
                    TokenTree::Group(group) => inside(&group, library),
                    other => other,
                }]);
            }
        }
    }
    relocated.extend(separator);
    relocated
}

/// True for a word that a path can have in front of `::`: `impl` and the like begin none.
fn is_segment(word: &Ident) -> bool {
    let of_a_path = ["crate", "self", "super", "Self"];
    of_a_path.iter().any(|path| word == path) || syn::parse_str::<Ident>(&word.to_string()).is_ok()
}

fn inside(group: &Group, library: &Path) -> TokenTree {
    let tokens = relocated(group.stream(), Some(library));
    let mut relocated = Group::new(group.delimiter(), tokens);
    relocated.set_span(group.span());
    TokenTree::Group(relocated)
}

/// The path where the name stood, so that errors point to the same place.
fn placed(library: &Path, name: &Ident) -> TokenStream {
    let tokens = library.to_token_stream().into_iter();
    tokens
        .map(|mut tree| {
            tree.set_span(tree.span().located_at(name.span()));
            tree
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use quote::quote;
    use syn::parse_quote;

    use super::*;

    fn text(tokens: TokenStream, library: &Path) -> String {
        relocated(tokens, Some(library)).to_string()
    }

    #[test]
    fn every_path_of_the_library_is_rewritten_and_no_other() {
        let library = parse_quote!(::wire::prelude);
        let written = quote! {
            impl ::signed_xml::Message for M { fn a(_: &::signed_xml::Slots<'_>) -> ::core::option::Option<a::signed_xml::B> { x::<::signed_xml::C>() } }
        };
        let expected = quote! {
            impl ::wire::prelude::Message for M { fn a(_: &::wire::prelude::Slots<'_>) -> ::core::option::Option<a::signed_xml::B> { x::<::wire::prelude::C>() } }
        };
        assert_eq!(text(written, &library), expected.to_string());
    }

    #[test]
    fn a_path_within_the_crate_is_taken_as_it_is() {
        let library = parse_quote!(crate::wire);
        let written = quote!(let x: ::signed_xml::Fen = { ::signed_xml::Fen(1) };);
        let expected = quote!(let x: crate::wire::Fen = { crate::wire::Fen(1) };);
        assert_eq!(text(written, &library), expected.to_string());
    }
}
