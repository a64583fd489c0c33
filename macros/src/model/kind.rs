//! What a macro can know of a type from its name.

use syn::{GenericArgument, PathArguments, Type};

/// What a field's type is, as far as its name tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// `Text`, `String`.
    Text,
    /// `u8`, `u16`, `u32`, `u64`: a setter takes the number itself, so that a literal needs no
    /// suffix.
    Integer,
    /// `Fen`, `Duration`.
    Quantity,
    /// Anything else: enums, dates, payloads, the user's own.
    Other,
}

impl Kind {
    /// The kind of a type.
    pub(crate) fn of(ty: &Type) -> Self {
        match last_name(ty).as_deref() {
            Some("Text" | "String") => Self::Text,
            Some("u8" | "u16" | "u32" | "u64") => Self::Integer,
            Some("Fen" | "Duration") => Self::Quantity,
            _ => Self::Other,
        }
    }

    /// Whether it is a number for certain.
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Quantity)
    }
}

/// The `T` of `Option<T>`, however the path to `Option` is written.
pub(crate) fn inside_option(ty: &Type) -> Option<&Type> {
    inside(ty, "Option")
}

/// The `T` of `Indexed<T>` and `Indexed<T, I>`.
pub(crate) fn inside_indexed(ty: &Type) -> Option<&Type> {
    match arguments(ty, "Indexed")?[..] {
        [inner] | [inner, _] => Some(inner),
        _ => None,
    }
}

/// The `I` of `Indexed<T, I>`.
pub(crate) fn index_of(ty: &Type) -> Option<&Type> {
    match arguments(ty, "Indexed")?[..] {
        [_, index] => Some(index),
        _ => None,
    }
}

fn inside<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    match arguments(ty, name)?[..] {
        [inner] => Some(inner),
        _ => None,
    }
}

/// The types between the angle brackets of a type of that name.
fn arguments<'a>(ty: &'a Type, name: &str) -> Option<Vec<&'a Type>> {
    let Type::Path(path) = ungrouped(ty) else {
        return None;
    };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let types = arguments.args.iter().map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    });
    types.collect()
}

fn last_name(ty: &Type) -> Option<String> {
    match ungrouped(ty) {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// A type that came through a `macro_rules` variable is in an invisible group.
fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(inner) => ungrouped(&inner.elem),
        Type::Paren(inner) => ungrouped(&inner.elem),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn finds_the_type_inside_an_option_however_it_is_written() {
        for ty in [
            parse_quote!(Option<Text>),
            parse_quote!(::std::option::Option<Text>),
            parse_quote!((core::option::Option<Text>)),
        ] {
            assert_eq!(inside_option(&ty).map(Kind::of), Some(Kind::Text));
        }
        assert!(inside_option(&parse_quote!(Text)).is_none());
        assert!(inside_option(&parse_quote!(Vec<Text>)).is_none());
    }

    #[test]
    fn knows_numbers_by_the_last_name_of_the_path() {
        assert!(Kind::of(&parse_quote!(::std::time::Duration)).is_number());
        assert!(Kind::of(&parse_quote!(signed_xml::Fen)).is_number());
        assert!(!Kind::of(&parse_quote!(Purse)).is_number());
    }
}
