//! The fast reader and the strict one give one answer; whatever is written is read back.

use proptest::prelude::*;
use signed_xml::{BodyError, Fields, Key, KeyError, Limits, SignType, scan_strictly};

/// Pieces that documents near the plain form are made of, so that random texts reach deep.
const PIECES: &[&str] = &[
    "<xml>",
    "</xml>",
    "<a>",
    "</a>",
    "<b_1>",
    "</b_1>",
    "<a>1</a>",
    "<b_1><![CDATA[",
    "]]></b_1>",
    "<![CDATA[",
    "]]>",
    "]",
    "]]",
    ">",
    "<",
    "&",
    "&amp;",
    "&#13;",
    "&x;",
    " ",
    "\n",
    "\r\n",
    "text",
    "医",
    "<a/>",
    "<a />",
    "<a b=\"1\">",
    "</a b=\"1\">",
    "<a b>",
    "</a b>",
    "<a&b>",
    "</a&b>",
    "<a<b>",
    "</a<b>",
    "<医>",
    "</医>",
    "<!-- c -->",
    "<?xml version=\"1.0\"?>",
    "<!DOCTYPE xml>",
    "<1a>",
    "</1a>",
    "<-a>",
    "</-a>",
    "<a></a>",
    "\u{FEFF}",
    "<xml/>",
    "</a >",
    "<>",
    "</>",
];

fn near_documents() -> impl Strategy<Value = String> {
    let inside = prop::collection::vec(prop::sample::select(PIECES), 0..12);
    (inside, any::<bool>()).prop_map(|(pieces, wrapped)| {
        let inside = pieces.concat();
        if wrapped {
            format!("<xml>{inside}</xml>")
        } else {
            inside
        }
    })
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-z_][A-Za-z0-9_.-]{0,20}"
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,30}",
        "[0-9]{1,12}",
        "(\\]|>|\r|\n|&|<|医|é| ){0,12}"
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn both_readers_read_alike(text in near_documents()) {
        let strictly = scan_strictly(text.as_bytes(), &Limits::default());
        match Fields::parse(text.as_bytes(), &Limits::default()) {
            Ok(fields) => {
                let fields: Vec<_> = fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                prop_assert_eq!(strictly, Ok(fields));
            }
            Err(BodyError::Repeated { name }) => {
                let fields = strictly.unwrap();
                prop_assert!(fields.iter().filter(|(other, _)| *other == name).count() > 1);
            }
            Err(_) => prop_assert!(strictly.is_err(), "{:?}", strictly),
        }
    }

    #[test]
    fn no_text_makes_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Fields::parse(&bytes, &Limits::default());
        let _ = Fields::parse_json(&bytes, &Limits::default());
    }

    #[test]
    fn any_fields_survive_the_body_and_verify(
        fields in prop::collection::btree_map(name(), value(), 0..20),
        hmac in any::<bool>(),
    ) {
        let key = Key::new("192006250b4c09247ec02edce69f6a2d").unwrap();
        let sign_type = if hmac { SignType::HmacSha256 } else { SignType::Md5 };
        let fields = fields.iter().filter(|(name, _)| *name != "sign" && *name != "sign_type");
        let pairs = fields.map(|(name, value)| (name.as_str(), value.as_str())).chain([("sign_type", if hmac { "HMAC-SHA256" } else { "MD5" })]);
        let sent = Fields::from_pairs(pairs).unwrap();
        let received = Fields::parse(&sent.to_signed_xml(&key, sign_type), &Limits::default()).unwrap();
        prop_assert_eq!(received.verify(&key), Ok(()));
        prop_assert_eq!(received.canonical_string(), sent.canonical_string());
        for (name, value) in sent.iter().filter(|(_, value)| !value.is_empty()) {
            prop_assert_eq!(received.get(name), Some(value));
        }
    }
}

#[test]
fn a_declaration_of_utf8_is_read_however_it_is_written() {
    for encoding in ["UTF-8", "utf-8", "utf8", "UTF8", "Utf8"] {
        let body = format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?><xml><a>1</a></xml>");
        assert!(
            Fields::parse(body.as_bytes(), &Limits::default()).is_ok(),
            "{encoding}"
        );
    }
    for encoding in ["gbk", "utf-16", "utf_8", "utf88"] {
        let body = format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?><xml><a>1</a></xml>");
        assert!(
            Fields::parse(body.as_bytes(), &Limits::default()).is_err(),
            "{encoding}"
        );
    }
}

#[test]
fn a_key_of_another_length_or_with_a_stray_character_is_refused() {
    assert_eq!(Key::new("abc").unwrap_err(), KeyError::Length { found: 3 });
    assert!(Key::of_any_length("abc").is_ok());
    assert_eq!(Key::new("").unwrap_err(), KeyError::Empty);
    for key in [
        "\u{FEFF}192006250b4c09247ec02edce69f6a2d",
        "192006250b4c09247ec02edce69f6a2\u{200B}",
        "192006250b4c09247ec02edce69f6a2ｄ",
        "192006250b4c09247ec02edce69f6a2 ",
    ] {
        for refused in [Key::new(key), Key::of_any_length(key)] {
            let error = refused.unwrap_err();
            assert!(matches!(error, KeyError::Character(_)), "{error}");
            assert!(error.to_string().contains("U+"), "{error}");
            assert!(!error.to_string().contains("192006250b"), "{error}");
        }
    }
}
