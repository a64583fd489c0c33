//! The derives from tokens to tokens: what a right item expands to, and everything that a wrong one
//! is told.

mod indexed;
mod nesting;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

use crate::model::Message;
use crate::problems::Problems;
use crate::{bill_row, expand, open_enum};

/// The problems of a message, in the order of discovery.
fn problems(item: TokenStream) -> Vec<String> {
    let mut problems = Problems::default();
    Message::of(&syn::parse2(item).unwrap(), &mut problems);
    problems.texts()
}

/// The problems of a message with that body and one right field.
fn problems_of_fields(fields: &TokenStream) -> Vec<String> {
    problems(quote! {
        #[message(name = "m", section = "1", unsigned)]
        struct M {
            #[field(label = "金额")]
            fee: Fen,
            #fields
        }
    })
}

fn assert_one(found: &[String], part: &str) {
    assert!(
        matches!(found, [one] if one.contains(part)),
        "expected one problem with `{part}`, found {found:#?}"
    );
}

/// The text of an expansion without blanks, for comparisons.
fn text(tokens: &TokenStream) -> String {
    tokens.to_string().split_whitespace().collect()
}

fn is_rust(tokens: &TokenStream) -> bool {
    syn::parse2::<syn::File>(tokens.clone()).is_ok()
}

#[test]
fn fields_are_shown_in_the_order_of_bytes_and_the_signature_is_not() {
    let expanded = expand::message::derive(&parse_quote! {
        #[message(name = "m", section = "3.3")]
        struct M {
            #[field(label = "订单号")]
            order_no: Text,
            #[field(label = "签名", supplied = client, required)]
            sign: Option<Text>,
            #[field(label = "个人账户", name = "Item_self_fee", alias = "item_self_fee")]
            item_self_fee: Option<Fen>,
        }
    });
    assert!(is_rust(&expanded));
    let text = text(&expanded);
    assert!(
        text.contains(
            "{show(sink,&FIELDS[2],&self.item_self_fee);S::field(sink,&FIELDS[0],&self.order_no);}"
        ),
        "{text}"
    );
    assert!(
        text.contains("slots:&[0,1]"),
        "the canonical name comes first, then its alias: {text}"
    );
    assert!(
        !text.contains("fnfill"),
        "the signature is not supplied: {text}"
    );
}

#[test]
fn a_length_carries_the_sentence_that_a_literal_is_refused_with() {
    let expanded = expand::message::derive(&parse_quote! {
        #[message(name = "m", section = "3.3", unsigned)]
        struct M {
            #[field(label = "流水号", max = 20)]
            visit_no: Text,
        }
    });
    let expected = "`visit_no` (流水号, section 3.3) holds at most 20 characters";
    assert!(expanded.to_string().contains(expected), "{expanded}");
}

#[test]
fn expressions_become_rust_over_self() {
    let expanded = expand::message::derive(&parse_quote! {
        #[message(name = "m", section = "1", unsigned)]
        #[rule(name = r, doc = "d", check = implies(kind == "A", extra + 3 <= fee))]
        struct M {
            #[field(label = "甲")]
            fee: Fen,
            #[field(label = "乙", default = 7)]
            extra: Option<Fen>,
            #[field(label = "丙", required_when(!present(extra)), forbidden_when(kind != "B"))]
            kind: Option<Kind>,
        }
    });
    let text = text(&expanded);
    let kind_is = |value: &str| {
        format!(
            "match&self.kind{{::core::option::Option::Some(value)=>::signed_xml::is(value,\"{value}\"),::core::option::Option::None=>false}}"
        )
    };
    let (a, b) = (kind_is("A"), kind_is("B"));
    let sum = "(::signed_xml::number_or(&self.extra,7u128)+3u128<=::signed_xml::number(&self.fee))";
    for expected in [
        format!("report.rule(::signed_xml::Rule{{name:\"r\",doc:\"d\",doc_zh:\"\",check:\"implies(kind==\\\"A\\\",extra+3<=fee)\"}},(!({a})||{sum}));"),
        "report.required_when(&FIELDS[2],\"absent(extra)\",!::signed_xml::present(&self.extra),::signed_xml::present(&self.kind));".to_owned(),
        format!("report.forbidden_when(&FIELDS[2],\"kind!=\\\"B\\\"\",!({b}),::signed_xml::present(&self.kind));"),
    ] {
        assert!(text.contains(&expected), "{expected}\nis not in\n{text}");
    }
}

#[test]
fn what_looks_at_a_supplied_field_waits_until_the_message_is_complete() {
    let expanded = expand::message::derive(&parse_quote! {
        #[message(name = "m", section = "1", unsigned)]
        struct M {
            #[field(label = "甲", supplied = merchant, required)]
            appid: Option<Text>,
            #[field(label = "乙", forbidden_when(absent(appid)))]
            openid: Option<Text>,
        }
    });
    let text = text(&expanded);
    assert!(
        text.contains("ifreport.complete(){report.forbidden_when(&FIELDS[1]"),
        "{text}"
    );
    assert!(
        text.contains("report.supplied(&FIELDS[0],::signed_xml::present(&self.appid));"),
        "{text}"
    );
}

#[test]
fn a_builder_has_a_parameter_for_each_required_field_and_group() {
    let expanded = expand::builder::derive(&parse_quote! {
        #[message(name = "m", section = "3.3", unsigned)]
        pub(crate) struct Request {
            #[field(label = "支付类型")]
            pub item_kind: ItemKind,
            #[field(label = "备注")]
            pub note: Option<Text>,
            #[field(label = "用户标识", exactly_one = payer)]
            pub openid: Option<Text>,
            #[field(label = "用户子标识", exactly_one = payer)]
            pub sub_openid: Option<Text>,
            #[field(label = "随机字符串", supplied = client)]
            pub nonce_str: Option<Text>,
        }
    });
    assert!(is_rust(&expanded));
    let text = text(&expanded);
    // `ItemKind` is a type of a field: a parameter of that name would hide it.
    let header = "pub(crate)structRequestBuilder<ItemKindState=::signed_xml::builder::Missing,Payer=::signed_xml::builder::Missing>";
    assert!(text.contains(header), "{text}");
    assert!(
        text.contains(
            "ItemKindState:request_builder_state::HasItemKind,Payer:request_builder_state::HasPayer"
        ),
        "{text}"
    );
    assert!(
        text.contains("fnmaybe_note")
            && !text.contains("fnmaybe_openid")
            && !text.contains("fnnonce_str"),
        "{text}"
    );
}

#[test]
fn the_errors_of_a_builder_speak_in_labels() {
    let expanded = expand::builder::derive(&parse_quote! {
        #[message(name = "m", section = "3.{3}", unsigned)]
        struct Request {
            #[field(label = "医院订单号", name = "Trade_no")]
            trade_no: Text,
        }
    })
    .to_string();
    assert!(
        expanded.contains("`Trade_no` (医院订单号, section 3.{{3}}) is required and not set"),
        "{expanded}"
    );
    assert!(
        expanded.contains("call `.trade_no(…)` before `.build()`"),
        "{expanded}"
    );
}

#[test]
fn all_problems_of_an_item_are_reported_together() {
    let found = problems(quote! {
        #[message(name = "m", sektion = "1")]
        #[call(method = "PUT", url = "nowhere", auth = token, form = xml, reply = Reply)]
        #[rule(name = r, doc = "d", check = fe <= fee && fee * 2 > 1)]
        struct M {
            #[field(lable = "金额")]
            fee: Fen,
            note: Option<Text>,
        }
    });
    let expected = [
        "`sektion`",
        "`auth`",
        "`method`",
        "`url`",
        "`lable`",
        "`note` has no label",
        "no field `fe`",
        "not in the condition language",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (problem, part) in found.iter().zip(expected) {
        assert!(problem.contains(part), "`{part}` in {problem}");
    }
}

#[test]
fn an_unknown_key_is_answered_with_the_nearest_one_and_all_others() {
    let found =
        problems_of_fields(&quote! { #[field(label = "备注", perssonal)] note: Option<Text>, });
    assert_one(
        &found,
        "has no key `perssonal`: did you mean `personal`?\nit takes: label = \"…\", name",
    );
}

#[test]
fn a_field_is_told_what_does_not_fit_it() {
    for (field, part) in [
        (quote! { #[field(max = 3)] a: Text, }, "`a` has no label"),
        (
            quote! { #[field(label = " ")] a: Text, },
            "the label is empty",
        ),
        (
            quote! { #[field(label = "a", max = 3)] a: u64, },
            "`a` is a number",
        ),
        (
            quote! { #[field(label = "a", max = 0)] a: Text, },
            "no room",
        ),
        (
            quote! { #[field(label = "a", length = bytes)] a: Text, },
            "add `max = …`",
        ),
        (
            quote! { #[field(label = "a", max = 3, length = words)] a: Text, },
            "one of `chars`, `bytes`, found `words`",
        ),
        (
            quote! { #[field(label = "a", min = 1)] a: Option<Text>, },
            "`a` is a text",
        ),
        (
            quote! { #[field(label = "a", default = 0)] a: Fen, },
            "make it an `Option`",
        ),
        (
            quote! { #[field(label = "a", format = url)] a: u8, },
            "has its own",
        ),
        (
            quote! { #[field(label = "a", supplied = client)] a: Text, },
            "make `a` an `Option`",
        ),
        (
            quote! { #[field(label = "a", required)] a: Option<Text>, },
            "`required` is for a supplied field",
        ),
        (
            quote! { #[field(label = "a", from = "b")] a: Option<Text>, },
            "`supplied = merchant`",
        ),
        (
            quote! { #[field(label = "a", supplied = merchant, value = "b")] a: Option<Text>, },
            "`supplied = client`",
        ),
        (
            quote! { #[field(label = "a", exactly_one = g)] a: Option<Text>, },
            "one member, `a`",
        ),
        (
            quote! { #[field(label = "a", required_when(fee > 0))] a: Text, },
            "make `a` an `Option`",
        ),
        (
            quote! { #[field(label = "a", required_when())] a: Option<Text>, },
            "the condition is empty",
        ),
        (
            quote! { #[field(label = "a", name = "fee")] a: Text, },
            "belongs to the field `fee`",
        ),
        (
            quote! { #[field(label = "a", alias = "1a")] a: Text, },
            "is not a wire name",
        ),
        (
            quote! { #[field(label = "a", label = "b")] a: Text, },
            "given twice",
        ),
        (
            quote! { #[field(label = "a" max = 3)] a: Text, },
            "expected `,` before `max = 3`",
        ),
        (
            quote! { #[field(label = "a")] a: Option<Option<Text>>, },
            "`Option<T>` once",
        ),
        (
            quote! { #[field(unknown, label = "a")] a: UnknownFields, },
            "stands alone",
        ),
    ] {
        assert_one(&problems_of_fields(&field), part);
    }
}

#[test]
fn a_number_in_a_rule_must_be_there_or_count_as_something() {
    let found = problems(quote! {
        #[message(name = "m", section = "1", unsigned)]
        #[rule(name = r, doc = "d", check = extra + note <= 5)]
        struct M {
            #[field(label = "甲")]
            extra: Option<Fen>,
            #[field(label = "乙")]
            note: Text,
        }
    });
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(
        found[0].contains("a `default`") && found[1].contains("`note == \"…\"`"),
        "{found:#?}"
    );
}

#[test]
fn a_signed_message_needs_a_place_for_the_signature() {
    let found = problems(quote! {
        #[message(name = "m", section = "1")]
        struct M { #[field(label = "甲")] a: Text }
    });
    assert_one(&found, "has no field `sign`");
    let found = problems(quote! {
        #[message(name = "m", section = "1")]
        struct M { #[field(label = "签名")] sign: Text }
    });
    assert_one(&found, "make `sign` an `Option`");
}

#[test]
fn a_message_is_a_struct_with_named_fields_and_concrete_types() {
    for (item, part) in [
        (quote! { enum M { A } }, "found an enum"),
        (quote! { struct M(Text); }, "found a tuple struct"),
        (quote! { struct M; }, "found a unit struct"),
        (quote! { union M { a: u8 } }, "found a union"),
        (
            quote! { struct M<T> { #[field(label = "a")] a: T } },
            "generic parameters",
        ),
    ] {
        assert_one(
            &problems(quote! { #[message(name = "m", section = "1", unsigned)] #item }),
            part,
        );
    }
}

#[test]
fn a_wrong_item_still_has_impls_so_that_nothing_else_fails() {
    let item: syn::DeriveInput = parse_quote! {
        #[message(name = "m")]
        #[call(method = "POST", url = "x", auth = none, form = xml, reply = Reply)]
        struct M { #[field(label = "金额", max = 3)] fee: Fen }
    };
    let message = expand::message::derive(&item);
    assert!(is_rust(&message));
    let message = text(&message);
    for part in [
        "compile_error!",
        "impl::signed_xml::MessageforM",
        "impl::core::fmt::DebugforM",
        "impl::signed_xml::CallforM",
        "typeReply=Reply;",
    ] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
    let builder = text(&expand::builder::derive(&item));
    assert!(
        builder.contains("compile_error!") && builder.contains("fnfee(mutself"),
        "{builder}"
    );
}

#[test]
fn both_derives_of_an_item_report_the_same_so_that_the_compiler_prints_it_once() {
    let item: syn::DeriveInput = parse_quote! {
        #[message(name = "m", section = "1", unsigned)]
        struct M { #[field(label = "金额", max = 3)] fee: Fen }
    };
    let errors = |expanded: TokenStream| {
        let text = expanded.to_string();
        text.split("compile_error !")
            .nth(1)
            .map(|rest| rest.split('}').next().unwrap_or_default().to_owned())
    };
    let of_message = errors(expand::message::derive(&item));
    assert!(of_message.is_some());
    assert_eq!(of_message, errors(expand::builder::derive(&item)));
}

#[test]
fn a_setter_does_not_take_the_name_of_another_method() {
    let expanded = expand::builder::derive(&parse_quote! {
        #[message(name = "m", section = "1", unsigned)]
        struct M {
            #[field(label = "甲")]
            build: Text,
            #[field(label = "乙")]
            note: Option<Text>,
            #[field(label = "丙")]
            maybe_note: Option<Text>,
        }
    });
    let text = expanded.to_string();
    assert!(
        text.contains("already has a method `build`")
            && text.contains("already has a method `maybe_note`"),
        "{text}"
    );
}

#[test]
fn an_open_enum_is_told_everything_that_is_wrong() {
    let expanded = open_enum::derive(&parse_quote! {
        enum Purse {
            #[value("1")]
            Cash,
            #[value("1", lable = "x")]
            Insurance,
            Both,
            #[value("")]
            None,
            #[value("4")]
            Some(u8),
        }
    });
    assert!(is_rust(&expanded));
    let text = expanded.to_string();
    for part in [
        "stands for `Cash` already",
        "did you mean `label`",
        "`Both` has no wire value",
        "an absent field",
        "holds nothing",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn an_open_enum_must_keep_what_it_does_not_know() {
    let expanded =
        open_enum::derive(&parse_quote! { enum Purse { #[value("1")] Cash } }).to_string();
    assert!(
        expanded.contains("add `#[unknown] Unknown(UnknownValue)`"),
        "{expanded}"
    );
}

#[test]
fn a_row_is_told_everything_that_is_wrong() {
    let expanded = bill_row::derive(&parse_quote! {
        struct Row {
            #[column("总 金额")]
            total: Option<Fen>,
            #[column("费率", yuan)]
            rate: Option<Rate>,
            #[column("币种")]
            currency: Text,
            note: Option<Text>,
            #[column("币种")]
            currency_again: Option<Text>,
            #[column("币种")]
            currency_once_more: Option<Text>,
        }
    });
    assert!(is_rust(&expanded));
    let text = expanded.to_string();
    for part in [
        "blanks dropped",
        "read into `Option<Fen>`",
        "make `currency` an `Option`",
        "`note` has no column",
        "read into `currency_again` already",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn the_library_is_where_the_key_crate_says() {
    let message = parse_quote! {
        #[message(name = "m", section = "1", unsigned, crate = ::wire)]
        #[call(method = "GET", url = "https://a.example/b", auth = none, form = json, reply = M)]
        struct M {
            #[field(label = "甲", max = 3)]
            a: Text,
            #[field(label = "乙", name = "b_$n")]
            b: Indexed<Fen>,
            #[field(unknown)]
            rest: UnknownFields,
        }
    };
    let wrong = parse_quote! {
        #[message(name = "m", section = "1", unsigned, crate = ::wire)]
        struct M { a: Text }
    };
    let open_enum = parse_quote! {
        #[open_enum(crate = ::wire)]
        enum E { #[value("1")] A, #[unknown] Unknown(UnknownValue) }
    };
    let row = parse_quote! {
        #[bill(totals = Totals, crate = ::wire)]
        struct R { #[column("甲")] a: Option<Fen>, #[column(unknown)] rest: Vec<(Text, Text)> }
    };
    for expanded in [
        expand::message::derive(&message),
        expand::builder::derive(&message),
        expand::message::derive(&wrong),
        open_enum::derive(&open_enum),
        bill_row::derive(&row),
    ] {
        assert!(is_rust(&expanded), "{expanded}");
        let text = text(&expanded);
        assert!(text.contains("::wire::"), "{text}");
        assert!(!text.contains("signed_xml"), "{text}");
    }
    let found = problems(quote! {
        #[message(name = "m", section = "1", unsigned, crate = "wire")]
        struct M { #[field(label = "甲")] a: Text }
    });
    assert_one(&found, "`crate` takes a path: `crate = ::other_name`");
}
