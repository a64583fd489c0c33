//! Any JSON body: held against serde_json's own values. What is read is one object whose names stand once, texts are equal, and numbers keep their digits.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use signed_xml::{BodyError, Fields, Json, Limits, Message, Text, UnknownFields, read_json_reply};

#[derive(Clone, PartialEq, Message)]
#[message(name = "reply", section = "1", unsigned)]
struct Reply {
    #[field(label = "返回状态码")]
    return_code: Option<Text>,
    #[field(label = "内容")]
    content: Option<Json<Content>>,
    #[field(unknown)]
    unknown: UnknownFields,
}

#[derive(Clone, PartialEq, Message)]
#[message(name = "content", section = "1", unsigned)]
struct Content {
    #[field(label = "单号")]
    serial_no: Text,
}

fuzz_target!(|body: &[u8]| {
    let limits = Limits::default();
    let own = Fields::parse_json(body, &limits);
    let peer: Result<Value, _> = serde_json::from_slice(body);
    match (&own, &peer) {
        (Ok(fields), Ok(Value::Object(members))) => {
            let present = members.iter().filter(|(_, value)| !value.is_null());
            assert_eq!(fields.len(), present.clone().count());
            for (name, value) in present {
                let text = fields.get(name).expect("each member is a field");
                match value {
                    Value::String(value) => assert_eq!(text, value),
                    value => {
                        assert_eq!(&serde_json::from_str::<Value>(text).expect("the text is JSON"), value);
                        assert!(body.windows(text.len()).any(|part| part == text.as_bytes()), "not as sent: {text}");
                    }
                }
            }
        }
        // A number beyond a double is a text like any other here.
        (Ok(_), Err(error)) => assert!(error.to_string().starts_with("number out of range"), "{error}"),
        (Ok(_), Ok(value)) => panic!("not an object: {value}"),
        (Err(error), Ok(Value::Object(_))) => {
            assert!(matches!(error, BodyError::Repeated { .. }), "{error}");
        }
        (Err(_), _) => {}
    }
    if let Err(BodyError::NotJson { at, .. } | BodyError::NotUtf8 { at }) = own {
        assert!(at <= body.len());
    }
    let typed = read_json_reply::<Reply>(body, &limits);
    assert!(own.is_ok() || typed.is_err());
});
