//! Names: from the wire to Rust, and which are legal at all.
//!
//! A wire name stands once, in the spec. [`rust_name`] derives the Rust name from it, so that the
//! two can never drift; what the rule cannot do stands in [`EXCEPTIONS`].

use heck::ToSnakeCase;

use crate::model::IndexedName;

/// Wire names whose Rust name the rule does not give: words that Rust keeps for itself even in
/// raw form, words that read badly with `r#`, and names that generated structs use.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("crate", "crate_name"),
    ("ref", "reference"),
    ("self", "own"),
    ("super", "parent"),
    ("type", "kind"),
    ("unknown", "unknown_value"),
];

/// The Rust field name of a wire name.
///
/// # Examples
///
/// ```
/// use signed_xml_codegen::rust_name;
///
/// assert_eq!(rust_name("Total_fee"), "total_fee");
/// assert_eq!(rust_name("timeStamp"), "time_stamp");
/// assert_eq!(rust_name("item_fee_$n"), "item_fee_n");
/// assert_eq!(rust_name("part_fee_$n_$m"), "part_fee_n_m");
/// assert_eq!(rust_name("type"), "kind");
/// ```
pub fn rust_name(wire: &str) -> String {
    if let Some((_, name)) = EXCEPTIONS.iter().find(|(word, _)| *word == wire) {
        return (*name).to_owned();
    }
    if let Some(Ok(IndexedName { prefix, between })) = IndexedName::of(wire) {
        let first = format!("{}_n", rust_name(prefix.trim_end_matches('_')));
        return match between.map(|between| between.trim_matches('_')) {
            None => first,
            Some("") => format!("{first}_m"),
            Some(word) => format!("{first}_{}_m", rust_name(word)),
        };
    }
    let plain: String = wire
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect();
    let mut name = if plain.contains('_') {
        // Underscores already part the words: `abc012_x1` must not become `abc012_x_1`.
        plain.to_lowercase()
    } else {
        plain.to_snake_case()
    };
    if !is_identifier(&name) {
        name.push('_');
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

/// True if `name` can be the name of an XML element without a namespace, in ASCII: the names of the
/// family are, and a signature is over bytes.
pub(super) fn is_xml_name(name: &str) -> bool {
    let start = |c: char| c.is_ascii_alphabetic() || c == '_';
    let rest = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    name.starts_with(start) && name.chars().all(rest)
}

/// True if `name` is written as Rust writes types and variants: `OrderKind`.
pub(super) fn is_type_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && is_identifier(name)
}

/// True if `name` is written as Rust writes functions and modules: `pay_link`.
pub(super) fn is_snake_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && is_identifier(name)
}

/// True if Rust takes `name` as an identifier in every edition.
fn is_identifier(name: &str) -> bool {
    // Keywords of an edition that syn may not know yet, or only in certain places.
    const OF_SOME_EDITION: &[&str] = &["async", "await", "dyn", "gen", "try"];
    syn::parse_str::<syn::Ident>(name).is_ok() && !OF_SOME_EDITION.contains(&name)
}

/// True if a generated type of this name would hide one that generated code names: of the prelude,
/// of the language, of the wire library, or of its own.
pub(super) fn is_taken_type(name: &str) -> bool {
    const PRELUDE: &[&str] = &[
        "AsMut",
        "AsRef",
        "AsyncFn",
        "AsyncFnMut",
        "AsyncFnOnce",
        "Box",
        "Clone",
        "Copy",
        "Debug",
        "Default",
        "DoubleEndedIterator",
        "Drop",
        "Eq",
        "Err",
        "ExactSizeIterator",
        "Extend",
        "Fn",
        "FnMut",
        "FnOnce",
        "From",
        "FromIterator",
        "Future",
        "Hash",
        "Into",
        "IntoFuture",
        "IntoIterator",
        "Iterator",
        "None",
        "Ok",
        "Option",
        "Ord",
        "PartialEq",
        "PartialOrd",
        "Result",
        "Self",
        "Send",
        "Sized",
        "Some",
        "String",
        "Sync",
        "ToOwned",
        "ToString",
        "TryFrom",
        "TryInto",
        "Unpin",
        "Vec",
    ];
    const OF_THE_LIBRARY: &[&str] = &[
        "BeijingTime",
        "BillDate",
        "BillRow",
        "Builder",
        "Call",
        "Decimal",
        "Duration",
        "Effect",
        "Endpoint",
        "ErrorCode",
        "ErrorCodes",
        "Fen",
        "IdDigest",
        "Indexed",
        "Ipv4Addr",
        "Json",
        "Key",
        "Message",
        "OpenEnum",
        "Rate",
        "Row",
        "Schema",
        "Text",
        "UnknownFields",
        "UnknownValue",
        "Violations",
    ];
    const OF_MESSAGES: &[&str] = &["Notification", "Reply", "Request", "Response"];
    [PRELUDE, OF_THE_LIBRARY, OF_MESSAGES]
        .concat()
        .contains(&name)
}

/// True if a module or a method of the client of this name would hide one that generated code
/// names, or write over a file of its own.
pub(super) fn is_taken_module(name: &str) -> bool {
    const OF_THE_CRATE: &[&str] = &[
        "bill",
        "builder",
        "client",
        "enums",
        "error_code",
        "generic",
        "interface",
        "lib",
        "literal",
        "main",
    ];
    const CRATES: &[&str] = &["alloc", "core", "signed_xml", "signed_xml_client", "std"];
    const PRIMITIVES: &[&str] = &[
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8",
        "u16", "u32", "u64", "u128", "usize",
    ];
    [OF_THE_CRATE, CRATES, PRIMITIVES].concat().contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snake_case_name_stays_as_it_is() {
        for name in ["order_no", "abc012", "sub_mch_id", "a_1b", "abc012_x1"] {
            assert_eq!(rust_name(name), name);
        }
    }

    #[test]
    fn a_capital_letter_becomes_a_small_one() {
        assert_eq!(rust_name("Total_fee"), "total_fee");
        assert_eq!(rust_name("appId"), "app_id");
    }

    #[test]
    fn the_number_of_an_indexed_name_is_called_n() {
        assert_eq!(rust_name("item_fee_$n"), "item_fee_n");
        assert_eq!(rust_name("itemFee$n"), "item_fee_n");
    }

    #[test]
    fn a_rust_keyword_gets_an_underscore_and_an_exception_its_own_word() {
        assert_eq!(rust_name("match"), "match_");
        assert_eq!(rust_name("type"), "kind");
    }

    #[test]
    fn every_exception_gives_a_legal_name_that_the_rule_would_not() {
        for (wire, name) in EXCEPTIONS {
            assert!(is_snake_name(name), "{name}");
            assert_ne!(wire, name);
        }
    }

    #[test]
    fn a_name_with_a_space_or_a_leading_digit_is_no_xml_name() {
        assert!(is_xml_name("Total_fee"));
        for name in ["gmt_out_crea te", "1st", "", "a<b", "a:b"] {
            assert!(!is_xml_name(name), "{name}");
        }
    }
}
