//! Everything that is wrong with one item, collected so that the user sees it in one run.
//!
//! Each problem points at the token that is at fault, and says what was found, what is allowed and
//! what to do. The derives of one item read the same attributes and so report the same problems;
//! the compiler prints identical errors once.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The problems found so far.
#[derive(Default)]
pub(crate) struct Problems(Vec<syn::Error>);

impl Problems {
    /// Adds a problem at the tokens of `at`.
    pub(crate) fn report(&mut self, at: impl ToTokens, message: impl Display) {
        self.0.push(syn::Error::new_spanned(at, message));
    }

    /// Adds a problem at a place without tokens.
    pub(crate) fn report_at(&mut self, at: Span, message: impl Display) {
        self.0.push(syn::Error::new(at, message));
    }

    /// Adds the parser's problem.
    pub(crate) fn syntax(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How much is wrong so far: what is absent is not reported where the attribute has a problem
    /// already.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The problems as compiler errors.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.iter().map(syn::Error::to_compile_error).collect()
    }

    /// The texts of the problems, in the order of discovery.
    #[cfg(test)]
    pub(crate) fn texts(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}
