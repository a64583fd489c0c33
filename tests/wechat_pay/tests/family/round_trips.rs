//! Every message of the spec, received and sent again: the same fields come out, by both algorithms.
//!
//! The texts are made from the table of each message, so that a field that is added to the spec is held to this too.

use proptest::prelude::*;
use signed_xml::{Fields, Limits, Message, SIGN, SIGN_TYPE, SignType, Verifier, encode};
use wechat_pay_v2::{closeorder, orderquery, refund, refundquery, unifiedorder};

use crate::key;

/// Names and values, without the signature.
type Pairs = Vec<(String, String)>;

/// Runs `test` for each message of the spec.
macro_rules! for_every_message {
    ($test:ident($($argument:expr),*)) => {
        $test::<unifiedorder::Request>($($argument),*);
        $test::<unifiedorder::Response>($($argument),*);
        $test::<orderquery::Request>($($argument),*);
        $test::<orderquery::Response>($($argument),*);
        $test::<closeorder::Request>($($argument),*);
        $test::<closeorder::Response>($($argument),*);
        $test::<refund::Request>($($argument),*);
        $test::<refund::Response>($($argument),*);
        $test::<refundquery::Request>($($argument),*);
        $test::<refundquery::Response>($($argument),*);
    };
}

/// A text that a field of that name can hold.
fn text(name: &str, sign_type: SignType) -> &str {
    match name {
        "return_code" | "result_code" | "trade_state" => "SUCCESS",
        SIGN_TYPE => sign_type.as_str(),
        name if name.starts_with("time_") => "20141030133525",
        _ => "12",
    }
}

/// Every field of the table that `wanted` lets through, those with an index under each of `indexes`, those with two under each pair.
fn pairs<M: Message>(
    sign_type: SignType,
    indexes: &[u32],
    wanted: impl Fn(&signed_xml::Field) -> bool,
) -> Pairs {
    let fields = M::SCHEMA.fields.iter().enumerate();
    fields
        .filter(|(_, field)| field.name != SIGN && wanted(field))
        .flat_map(|(at, field)| {
            let is_indexed = M::SCHEMA.indexed.iter().any(|i| usize::from(*i) == at);
            let names: Vec<String> = match is_indexed {
                true if field.name.ends_with("$m") => indexes
                    .iter()
                    .flat_map(|n| indexes.iter().map(|m| field.element_name((*n, *m))))
                    .collect(),
                true => indexes.iter().map(|n| field.element_name(*n)).collect(),
                false => vec![field.name.to_owned()],
            };
            names
                .into_iter()
                .map(|name| (name, text(field.name, sign_type).to_owned()))
        })
        .collect()
}

fn fields(pairs: &Pairs) -> Fields {
    Fields::from_pairs(pairs.iter().map(|(name, value)| (&**name, &**value))).unwrap()
}

/// Received, given its type, sent and received again.
fn comes_back<M: Message>(pairs: &Pairs, sign_type: SignType) {
    let original = fields(pairs);
    let received = original.to_signed_xml(&key(), sign_type);
    let (key, limits) = (key(), Limits::default());
    let verifier = Verifier {
        sign_type: Some(sign_type),
        ..Verifier::new(&key, &limits)
    };
    let message: M = verifier
        .reply(&received)
        .unwrap_or_else(|error| panic!("{}: {error}", M::SCHEMA.message));
    let sent = Fields::parse(&encode(&message, &key).unwrap(), &limits).unwrap();
    assert_eq!(sent.verify(&key), Ok(()), "{}", M::SCHEMA.message);
    assert_eq!(sent.canonical_string(), original.canonical_string());
}

fn whole<M: Message>(sign_type: SignType) {
    comes_back::<M>(&pairs::<M>(sign_type, &[0, 1, 2, 10], |_| true), sign_type);
}

fn least<M: Message>(sign_type: SignType) {
    let judged = ["return_code", "result_code", SIGN_TYPE];
    let wanted = |field: &signed_xml::Field| field.demanded || judged.contains(&field.name);
    comes_back::<M>(&pairs::<M>(sign_type, &[0], wanted), sign_type);
}

#[test]
fn a_message_with_all_its_fields_comes_back_the_same() {
    for_every_message!(whole(SignType::Md5));
    for_every_message!(whole(SignType::HmacSha256));
}

#[test]
fn a_message_with_the_fewest_fields_comes_back_the_same() {
    for_every_message!(least(SignType::Md5));
    for_every_message!(least(SignType::HmacSha256));
}

fn some<M: Message>(chosen: u64, indexes: &[u32]) {
    let judged = ["return_code", "result_code"];
    let at = |field: &signed_xml::Field| {
        let mut names = M::SCHEMA.fields.iter().map(|other| other.name);
        names
            .position(|name| name == field.name)
            .unwrap_or_default()
    };
    let wanted = |field: &signed_xml::Field| {
        field.demanded || judged.contains(&field.name) || chosen >> (at(field) % 64) & 1 == 1
    };
    comes_back::<M>(&pairs::<M>(SignType::Md5, indexes, wanted), SignType::Md5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_choice_of_fields_and_numbers_comes_back_the_same(
        chosen: u64,
        indexes in proptest::collection::btree_set(prop_oneof![0..20_u32, any::<u32>()], 0..15),
    ) {
        let indexes: Vec<u32> = indexes.into_iter().collect();
        for_every_message!(some(chosen, &indexes));
    }
}

#[test]
fn the_tables_have_fields_with_one_index_and_with_two() {
    let count = |schema: &signed_xml::Schema| schema.indexed.len();
    assert_eq!(count(orderquery::Response::SCHEMA), 3);
    assert_eq!(count(refund::Response::SCHEMA), 3);
    assert_eq!(count(unifiedorder::Response::SCHEMA), 0);
    assert_eq!(count(refund::Request::SCHEMA), 0);
    assert_eq!(count(refundquery::Response::SCHEMA), 11);
}
