//! Fields with an index: what they expand to, and the errors of wrong ones.

use quote::quote;
use syn::parse_quote;

use super::{is_rust, problems_of_fields, text};
use crate::expand;

#[test]
fn a_field_with_an_index_has_no_place_among_the_names_and_a_setter_that_takes_the_number() {
    let item = parse_quote! {
        #[message(name = "m", section = "1", unsigned)]
        struct M {
            #[field(label = "单项", name = "item_$n")]
            item_n: Indexed<Fen>,
            #[field(label = "总额")]
            item: Fen,
        }
    };
    let (message, builder) = (
        expand::message::derive(&item),
        expand::builder::derive(&item),
    );
    assert!(is_rust(&message) && is_rust(&builder));
    let (message, builder) = (text(&message), text(&builder));
    for part in [
        "constNAMES:&[::signed_xml::Name]=&[::signed_xml::Name{text:\"item\",field:1,pair:\"&item=\"}];",
        "indexed:&[0],",
        "S::field(sink,&FIELDS[1],&self.item);::signed_xml::Indexed::show(&self.item_n,sink,&FIELDS[0]);",
        "::signed_xml::Slots::indexed::<Fen,u32>(slots,&FIELDS[0],errors)",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let setter = "fnitem_n(mutself,index:u32,value:impl::signed_xml::FieldValue<Fen>)->Self";
    assert!(builder.contains(setter), "{builder}");
    assert!(
        !builder.contains("HasItemN"),
        "none is as good as one: {builder}"
    );
}

#[test]
fn a_field_with_an_index_is_told_what_does_not_fit_it() {
    for (field, part) in [
        (
            quote! { #[field(label = "a")] a: Indexed<Text>, },
            "write `name = \"a_$n\"`",
        ),
        (
            quote! { #[field(label = "a", name = "a_$n")] a: Option<Text>, },
            "make `a` an `Indexed`",
        ),
        (
            quote! { #[field(label = "a", name = "a_$n")] a: Option<Indexed<Text>>, },
            "without `Option`",
        ),
        (
            quote! { #[field(label = "a", name = "a_1$n")] a: Indexed<Text>, },
            "where the number begins",
        ),
        (
            quote! { #[field(label = "a", name = "a b$n")] a: Indexed<Text>, },
            "not a wire name",
        ),
        (
            quote! { #[field(label = "a", name = "a_$n", default = 0)] a: Indexed<Fen>, },
            "default is for",
        ),
        (
            quote! { #[field(label = "a", name = "a_$n", alias = "b")] a: Indexed<Fen>, },
            "alias is for",
        ),
        (
            quote! { #[field(label = "a", name = "a_$n", supplied = client)] a: Indexed<Fen>, },
            "supplied is for",
        ),
        (
            quote! { #[field(label = "a", name = "a_$n", required_when(present(b)))] a: Indexed<Fen>,
            #[field(label = "b")] b: Option<Fen>, },
            "`required_when` is for",
        ),
        (
            quote! { #[field(label = "a", name = "a_$n")] a: Indexed<Fen>, #[field(label = "b", name = "a_7")] b: Fen, },
            "an element of the field `a` already",
        ),
        (
            quote! { #[field(label = "a", name = "a_$n")] a: Indexed<Fen>,
            #[field(label = "b", required_when(present(a)))] b: Option<Fen>, },
            "a condition names fields that stand once",
        ),
    ] {
        let found = problems_of_fields(&field);
        assert!(
            found.iter().any(|one| one.contains(part)),
            "{part}: {found:#?}"
        );
    }
}
