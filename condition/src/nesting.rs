//! How deep tokens are nested, found without recursion: a parser recurses, so the bound comes
//! before it.

use proc_macro2::{Span, TokenStream, TokenTree};

/// How deep a condition may be nested: each parenthesis, each function and each `!` is a level.
pub const MAX_NESTING: usize = 32;

/// The first token that stands inside more than `levels` pairs of parentheses, brackets or braces.
///
/// # Examples
///
/// ```
/// use signed_xml_condition::nested_deeper;
///
/// assert!(nested_deeper("f((x), [y])".parse()?, 2).is_none());
/// assert!(nested_deeper("f((x), [y])".parse()?, 1).is_some());
/// # Ok::<(), proc_macro2::LexError>(())
/// ```
pub fn nested_deeper(tokens: TokenStream, levels: usize) -> Option<Span> {
    let mut open = vec![tokens.into_iter()];
    while let Some(innermost) = open.last_mut() {
        match innermost.next() {
            Some(TokenTree::Group(group)) if open.len() > levels + 1 => {
                return Some(group.span_open());
            }
            Some(tree) if open.len() > levels + 1 => return Some(tree.span()),
            Some(TokenTree::Group(group)) => open.push(group.stream().into_iter()),
            Some(_) => {}
            None => {
                open.pop();
            }
        }
    }
    None
}
