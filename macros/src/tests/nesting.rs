//! Nesting: a parser recurses, so that what is nested too deeply must be refused before one sees
//! it.

use proc_macro2::TokenStream;
use quote::quote;

use super::{assert_one, problems_of_fields};
use crate::{MAX_NESTING, bill_row, expand, expanded, open_enum};

fn nested(open: &str, inner: &str, close: &str, levels: usize) -> TokenStream {
    let text = format!("{}{inner}{}", open.repeat(levels), close.repeat(levels));
    text.parse().unwrap()
}

#[test]
fn a_condition_that_is_nested_too_deeply_is_refused() {
    for levels in [33, 60, 2_100] {
        for condition in [
            nested("(", "fee > 0", ")", levels),
            nested("!", "present(fee)", "", levels),
            nested("implies(fee > 0, ", "fee > 0", ")", levels),
            nested("[", "fee", "]", levels),
        ] {
            let field =
                quote! { #[field(label = "a", required_when(#condition))] a: Option<Text>, };
            assert_one(&problems_of_fields(&field), "more than 32 levels deep");
        }
    }
}

#[test]
fn an_item_that_is_nested_too_deeply_is_not_parsed() {
    for derive in [
        expand::message::derive,
        expand::builder::derive,
        open_enum::derive,
        bill_row::derive,
    ] {
        for key in ["max", "label", "name", "reply", "exactly_one", "unheard_of"] {
            let key: TokenStream = key.parse().unwrap();
            let deep = nested("(", "1", ")", 2_100);
            let item = quote! {
                #[message(name = "m", section = "1", #key = #deep)]
                #[call(#key = #deep)]
                #[column(#key = #deep)]
                struct M { #[field(#key = #deep)] #[value(#key = #deep)] fee: Fen }
            };
            let text = expanded(item, derive).to_string();
            assert!(
                text.contains(&format!("more than {MAX_NESTING} levels deep")),
                "{text}"
            );
        }
    }
}

#[test]
fn a_type_that_is_nested_too_deeply_is_not_parsed() {
    for reply in [
        nested("Vec<", "u8", ">", 10_000),
        nested("&", "u8", "", 10_000),
        nested("*const ", "u8", "", 10_000),
        nested("fn() -> ", "u8", "", 10_000),
        nested("<", "u8", ">::A", 10_000),
        nested("a::<", "u8", ">", 10_000),
    ] {
        let item = quote! {
            #[message(name = "m", section = "1", unsigned)]
            #[call(method = "GET", url = "https://shop.example/order", auth = none, form = xml, reply = #reply)]
            struct M { #[field(label = "a")] a: Text }
        };
        let text = expanded(item, expand::message::derive).to_string();
        assert!(text.contains("more than 64 tokens"), "{text}");
    }
}

#[test]
fn a_type_with_a_comma_in_it_and_a_condition_with_a_single_angle_end_where_they_should() {
    let item = quote! {
        #[message(name = "m", section = "1", unsigned)]
        #[call(method = "GET", url = "https://shop.example/order", auth = none, form = xml, reply = Both<A, fn(u8) -> B>)]
        #[rule(name = first, check = fee < total, doc = "d")]
        #[rule(name = second, check = fee < total && total > 0, doc = "d")]
        struct M { #[field(label = "a")] fee: Fen, #[field(label = "b")] total: Fen }
    };
    let text = super::text(&expanded(item, expand::message::derive));
    assert!(text.contains("typeReply=Both<A,fn(u8)->B>;"), "{text}");
    assert!(text.contains("\"fee<total&&total>0\""), "{text}");
}
