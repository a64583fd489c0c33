//! From the checked model to Rust.

pub(crate) mod builder;
pub(crate) mod condition;
pub(crate) mod message;
pub(crate) mod schema;
pub(crate) mod setters;
pub(crate) mod stub;
pub(crate) mod typestate;

use proc_macro2::{Ident, Span};

/// The place of the user's token, the meaning of the macro's own: errors point there, names resolve
/// as ours.
pub(crate) fn at(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// A name that no name of the user's can clash with.
pub(crate) fn own(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
