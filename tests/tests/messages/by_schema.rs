//! Arbitrary messages of any table, without a line written for one of them.
//!
//! A table does not say which Rust type stands behind a field, so the reader is asked: which of a few sample texts does it take? The answer is the
//! field's kind, and each kind has a strategy. Names and values become a typed message through the reader, as a received one does.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use signed_xml::{Field, Fields, Message, SIGN};

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any text, open enums included.
    Text,
    /// A whole number up to that.
    Number(u64),
    /// An IPv4 address.
    Address,
    /// A second of Beijing time.
    Time,
    /// A day.
    Date,
    /// The digest of an ID number.
    Digest,
    /// A payload with other members.
    Payload,
}

/// A text that nothing but a text field takes.
const TEXT: &str = "甲 ]]> &";

/// The kinds in the order of asking: what takes a text takes everything, what takes a number takes a date.
const SAMPLES: [(&str, Kind); 9] = [
    (TEXT, Kind::Text),
    ("18446744073709551615", Kind::Number(u64::MAX)),
    ("4294967295", Kind::Number(u32::MAX as u64)),
    ("255", Kind::Number(u8::MAX as u64)),
    ("203.0.113.77", Kind::Address),
    ("20160501163102", Kind::Time),
    ("20160719", Kind::Date),
    ("09eb26e839ff3a2e3980352ae45ef09e", Kind::Digest),
    (PAYLOAD, Kind::Payload),
];

/// The members of every payload of the spec.
pub(crate) const MEMBERS: [&str; 6] = [
    "session_id",
    "paytype",
    "aae011",
    "bka015",
    "bka001",
    "bka964",
];
const PAYLOAD: &str =
    r#"{"session_id":"s","paytype":"RegPay","aae011":"1","bka015":"2","bka001":"3","bka964":"4"}"#;

/// The kind of a field.
pub(crate) fn kind<M: Message>(field: &Field) -> Kind {
    let takes = |sample: &str| {
        let alone = Fields::from_pairs([(field.name, sample)]).unwrap();
        match alone.read::<M>() {
            Ok(_) => true,
            Err(errors) => errors.iter().all(|error| error.field.name != field.name),
        }
    };
    let kind = SAMPLES.iter().find(|(sample, _)| takes(sample));
    kind.unwrap_or_else(|| {
        panic!(
            "`{}` of the {} takes none of the samples",
            field.name,
            M::SCHEMA.message
        )
    })
    .1
}

/// A text, never empty, of what is likely to break a codec.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let pieces = select(vec![
        "]]>",
        "]]",
        "]",
        ">",
        "<",
        "&",
        "&amp;",
        "&#13;",
        "<![CDATA[",
        "</xml>",
        "<sign>",
        " ",
        "  ",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "=",
        "&key=",
        "\"",
        "\\",
        "\\u0041",
        "'",
        "%",
        "+",
        "0",
        "00",
        "SUCCESS",
        "null",
        "{}",
        "挂号费",
        "某市第一人民医院",
        "𠮷",
        "é",
        "\u{FEFF}",
        "\u{3000}",
        "wx8888888888888888",
        "-1",
        "1e3",
        "١",
    ]);
    let piece = prop_oneof![
        4 => pieces.prop_map(str::to_owned),
        2 => "[ -~]{1,12}",
        2 => prop::collection::vec(prop::char::range('一', '龥'), 1..6).prop_map(String::from_iter),
        1 => any::<u64>().prop_map(|number| number.to_string()),
    ];
    prop::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat())
}

/// A number as text, the edges often.
fn number(max: u64) -> impl Strategy<Value = String> {
    prop_oneof![Just(0), Just(1), Just(max), 0..=max].prop_map(|number: u64| number.to_string())
}

fn value(kind: Kind) -> BoxedStrategy<String> {
    match kind {
        Kind::Text => text().boxed(),
        Kind::Number(max) => number(max).boxed(),
        Kind::Address => any::<[u8; 4]>()
            .prop_map(|[a, b, c, d]| format!("{a}.{b}.{c}.{d}"))
            .boxed(),
        Kind::Time => (
            1..=9999_u16,
            1..=12_u8,
            1..=28_u8,
            0..=23_u8,
            0..=59_u8,
            0..=59_u8,
        )
            .prop_map(|(year, month, day, hour, minute, second)| {
                format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}")
            })
            .boxed(),
        Kind::Date => (1..=9999_u16, 1..=12_u8, 1..=28_u8)
            .prop_map(|(year, month, day)| format!("{year:04}{month:02}{day:02}"))
            .boxed(),
        Kind::Digest => "[0-9a-f]{32}".boxed(),
        Kind::Payload => prop::collection::vec(text(), MEMBERS.len())
            .prop_map(|values| {
                let members = MEMBERS.iter().map(|name| (*name).to_owned());
                let object: serde_json::Map<String, serde_json::Value> = members
                    .zip(values.into_iter().map(serde_json::Value::String))
                    .collect();
                serde_json::Value::Object(object).to_string()
            })
            .boxed(),
    }
}

/// Names and values of a message that can be read: every demanded field, any of the others.
pub(crate) fn pairs<M: Message>() -> impl Strategy<Value = Vec<(String, String)>> {
    let fields = M::SCHEMA.fields.iter().filter(|field| field.name != SIGN);
    let values: Vec<BoxedStrategy<Option<String>>> = fields
        .clone()
        .map(|field| match field.name {
            "return_code" => Just(Some("SUCCESS".to_owned())).boxed(),
            _ if field.demanded => value(kind::<M>(field)).prop_map(Some).boxed(),
            _ => prop::option::weighted(0.6, value(kind::<M>(field))).boxed(),
        })
        .collect();
    let names: Vec<&str> = fields.map(|field| field.name).collect();
    values.prop_map(move |values| {
        let named = names.iter().zip(values);
        named
            .filter_map(|(name, value)| Some(((*name).to_owned(), value?)))
            .collect()
    })
}

/// The typed message of names and values.
pub(crate) fn typed<M: Message>(pairs: &[(String, String)]) -> M {
    fields(pairs).read().unwrap()
}

/// Names and values, held together.
pub(crate) fn fields(pairs: &[(String, String)]) -> Fields {
    Fields::from_pairs(
        pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    )
    .unwrap()
}

/// Runs a property on arbitrary inputs; what breaks it is shrunk and shown.
pub(crate) fn hold<S: Strategy>(
    message: &str,
    cases: u32,
    strategy: S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    if let Err(error) = TestRunner::new(config).run(&strategy, property) {
        panic!("{message}: {error}");
    }
}

#[test]
fn the_reader_tells_the_kinds_of_the_fields_of_an_order() {
    type Order = payinsurance::unifiedorder::Request;
    let kind = |name: &str| kind::<Order>(Order::SCHEMA.field(name).unwrap());
    assert_eq!(kind("body"), Kind::Text);
    assert_eq!(kind("pay_type"), Kind::Text);
    assert_eq!(kind("total_fee"), Kind::Number(u64::MAX));
    assert_eq!(kind("spbill_create_ip"), Kind::Address);
    assert_eq!(kind("gmt_out_create"), Kind::Time);
    assert_eq!(kind("user_card_no"), Kind::Digest);
    assert_eq!(kind("request_content"), Kind::Payload);
}
