//! Nothing panics, whatever comes.

use proptest::prelude::*;
use signed_xml_doctor::{Case, Format, Show, Verdict};

use crate::sender::{case, table};

/// Texts that resemble messages.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<xml>",
        "</xml>",
        "<a>",
        "</a>",
        "<a/>",
        "<sign>",
        "</sign>",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "&#x;",
        "{",
        "}",
        "\"a\"",
        ":",
        "\"sign\":",
        ",",
        "1",
        "0",
        "null",
        "[",
        "]",
        "a=",
        "&",
        "sign=",
        "%E6",
        "%",
        "+",
        "\\u6302",
        "\\ud83d",
        "\\x",
        "\\xE6",
        "挂",
        "😀",
        "é",
        "\u{FEFF}",
        "\u{FFFD}",
        " ",
        "\r\n",
        "\0",
        "900150983CD24FB0D6963F7D28E17F72",
        "900150983cd24fb0",
        "kAFQmDzST7DWlj99KOF/cg==",
        "sign_type=",
        "7750",
        "77.50",
        "<?xml version=\"1.0\" encoding=\"GBK\"?>",
        "<!DOCTYPE a>",
        "key=",
        "4003522001201706135577210346",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn survives(body: &[u8], key: &[u8]) {
    for format in [
        None,
        Some(Format::Xml),
        Some(Format::Json),
        Some(Format::Query),
        Some(Format::Form),
    ] {
        let case = Case::new(body, key)
            .secret("another", "x")
            .known_value("b", "2")
            .table(table());
        let case = match format {
            Some(format) => case.format(format),
            None => case.show(Show::All).with_right_signature(),
        };
        let examination = case.examine();
        let _ = (
            format!("{examination}{examination:#}"),
            serde_json::to_string(&examination).unwrap(),
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_examined(
        body in prop::collection::vec(any::<u8>(), 0..200),
        key in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        survives(&body, &key);
    }

    #[test]
    fn any_text_like_a_message_is_examined(body in texts(), key in "[a-z0-9]{0,40}") {
        survives(body.as_bytes(), key.as_bytes());
    }

    #[test]
    fn any_values_are_examined(
        fields in prop::collection::btree_map("[a-z_]{1,8}", any::<String>(), 1..3),
        sign in "[0-9a-fA-F]{0,70}|[A-Za-z0-9+/]{20,60}={0,2}",
    ) {
        let mut object: serde_json::Map<_, _> =
            fields.into_iter().map(|(name, value)| (name, value.into())).collect();
        object.insert("sign".into(), sign.into());
        survives(serde_json::Value::Object(object).to_string().as_bytes(), b"0123456789abcdef0123456789abcdef");
    }
}

#[test]
fn what_is_no_message_is_unreadable() {
    let deep = "{\"a\":".repeat(5_000);
    let open = format!("<xml>{}", "<a>".repeat(50_000));
    let large = vec![b'a'; 2 << 20];
    for body in [
        &b""[..],
        b"  ",
        b"hello",
        b"<xml>",
        b"<!DOCTYPE x [<!ENTITY a \"b\">]><xml><a>&a;</a></xml>",
    ]
    .into_iter()
    .chain([deep.as_bytes(), open.as_bytes(), &large])
    {
        let verdict = case(body).examine().verdict;
        assert!(matches!(verdict, Verdict::Unreadable { .. }), "{verdict:?}");
    }
    let list = format!("a=1&b={}&sign=0", "[".repeat(60_000));
    let _ = case(list.as_bytes()).examine();
}
