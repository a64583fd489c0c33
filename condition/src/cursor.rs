//! A place among the token trees of one level.

use proc_macro2::{Spacing, Span, TokenTree};

/// The operators of the language and the comma, longer ones first.
const OPERATORS: &[&str] = &["&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "!", ","];

/// What is left of a level.
pub(crate) struct Cursor<'t> {
    trees: &'t [TokenTree],
    /// The closing parenthesis; `None` for the outermost level.
    close: Option<Span>,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(trees: &'t [TokenTree], close: Option<Span>) -> Self {
        Self { trees, close }
    }

    pub(crate) fn trees(&self) -> &'t [TokenTree] {
        self.trees
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.trees.is_empty()
    }

    /// The place of the next token, or of what ends the level.
    pub(crate) fn span(&self) -> Option<Span> {
        self.trees.first().map(TokenTree::span).or(self.close)
    }

    pub(crate) fn skip(&mut self) {
        self.trees = self.trees.get(1..).unwrap_or_default();
    }

    /// The operator that stands here.
    pub(crate) fn operator(&self) -> Option<&'static str> {
        operator(self.trees)
    }

    pub(crate) fn is_at(&self, operator: &str) -> bool {
        self.operator() == Some(operator)
    }

    /// Takes the operator if it stands here, and says where it did.
    pub(crate) fn take(&mut self, operator: &str) -> Option<Span> {
        if !self.is_at(operator) {
            return None;
        }
        let span = self.span();
        self.trees = &self.trees[operator.len()..];
        span
    }

    /// Whether this word stands here, in whatever case.
    pub(crate) fn is_at_word(&self, word: &str) -> bool {
        matches!(self.trees, [TokenTree::Ident(found), ..]
            if found.to_string().eq_ignore_ascii_case(word))
    }

    /// Whether the word `not` stands here in front of what must not hold, and is not a field.
    pub(crate) fn is_at_negation(&self) -> bool {
        let goes_on = matches!(
            self.trees.get(1),
            Some(TokenTree::Ident(_) | TokenTree::Group(_))
        );
        goes_on && self.is_at_word("not")
    }

    /// Whether a part of a chain ends here, be it at a word for `&&` or `||`.
    pub(crate) fn is_at_boundary(&self) -> bool {
        self.is_empty()
            || matches!(self.operator(), Some("&&" | "||" | ","))
            || ["and", "or"].iter().any(|word| self.is_at_word(word))
    }

    /// Whether a sum or a comparison goes on behind the next token tree.
    pub(crate) fn second_is_of_a_sum(&self) -> bool {
        let rest = self.trees.get(1..).unwrap_or_default();
        matches!(
            operator(rest),
            Some("==" | "!=" | "<=" | ">=" | "<" | ">" | "+")
        )
    }

    /// How many arguments the level has; a comma behind the last one counts for nothing.
    pub(crate) fn arguments(&self) -> usize {
        let is_comma =
            |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',');
        let arguments = self.trees.split(is_comma).count();
        match self.trees.last() {
            None => 0,
            Some(last) => arguments - usize::from(is_comma(last)),
        }
    }
}

fn operator(trees: &[TokenTree]) -> Option<&'static str> {
    let is_here = |operator: &&&str| {
        operator.bytes().enumerate().all(|(at, byte)| {
            let ends = at + 1 == operator.len();
            matches!(trees.get(at), Some(TokenTree::Punct(punct))
                if punct.as_char() == char::from(byte) && (ends || punct.spacing() == Spacing::Joint))
        })
    };
    OPERATORS.iter().find(is_here).copied()
}
