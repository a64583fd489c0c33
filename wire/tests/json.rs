//! JSON bodies: digits as sent, one object and nothing else, each name once.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use signed_xml::{
    BodyError, Builder, Fields, Json, Limits, Message, ReplyError, Text, read_json_reply,
};

fn parse(body: &str) -> Result<Fields, BodyError> {
    Fields::parse_json(body.as_bytes(), &Limits::default())
}

#[test]
fn a_number_keeps_its_digits_as_sent() {
    for digits in [
        "4200000540202005271234567890",
        "77.50",
        "-0",
        "1E400",
        "0.10000000000000000000001",
        "18446744073709551616",
        "true",
    ] {
        let fields = parse(&format!("{{\"a\": {digits} , \"b\":\"x\"}}")).unwrap();
        assert_eq!(fields.get("a"), Some(digits));
    }
}

#[test]
fn inner_values_stay_as_sent() {
    let fields = parse(r#"{"a":{"x": 1.10,"y":[1e2]},"b":[77.50, "\u4e2d"],"c":null}"#).unwrap();
    assert_eq!(fields.get("a"), Some(r#"{"x": 1.10,"y":[1e2]}"#));
    assert_eq!(fields.get("b"), Some(r#"[77.50, "\u4e2d"]"#));
    assert_eq!(fields.get("c"), None);
}

#[test]
fn text_behind_or_before_the_object_is_refused() {
    for (body, at, what) in [
        (r#"{"a":"1"}<html>"#, 9, "text behind the object"),
        (r#"{"a":"1"} {"a":"2"}"#, 10, "text behind the object"),
        ("{\"a\":\"1\"}\n,", 10, "text behind the object"),
        ("{\"a\":\"1\"}\0", 9, "text behind the object"),
        ("x{}", 0, "no `{`"),
        ("[1]", 0, "no `{`"),
        ("{\"a\":\n1", 7, "the object is not closed"),
        ("{\"a\":\n1,}", 8, "a syntax error"),
    ] {
        let error = parse(body).unwrap_err();
        assert_eq!(error, BodyError::NotJson { at, what }, "{body}");
    }
    assert!(parse(" {\"a\":\"1\"} \r\n\t").is_ok());
}

#[test]
fn a_name_twice_is_refused_at_any_depth_and_with_null() {
    for body in [
        r#"{"a":"1","a":"1"}"#,
        r#"{"a":null,"a":"1"}"#,
        r#"{"a":"1","a":null}"#,
        r#"{"a":"1","\u0061":"2"}"#,
        r#"{"b":{"a":1,"a":2}}"#,
        r#"{"b":[0,{"c":{"a":1,"a":1}}]}"#,
    ] {
        let error = parse(body).unwrap_err();
        assert_eq!(error, BodyError::Repeated { name: "a".into() }, "{body}");
    }
}

#[test]
fn too_many_members_are_refused_as_such() {
    let limits = Limits {
        fields: 2,
        ..Limits::default()
    };
    let body = br#"{"a":null,"b":1,"c":2}"#;
    assert_eq!(
        Fields::parse_json(body, &limits),
        Err(BodyError::TooManyFields { max: 2 })
    );
}

#[derive(Clone, PartialEq, Message)]
#[message(name = "token response", section = "1", unsigned)]
struct Token {
    #[field(label = "凭证", secret)]
    access_token: Text,
}

#[test]
fn a_token_reply_with_a_page_behind_it_is_refused() {
    let token =
        read_json_reply::<Token>(br#"{"access_token":"T"}<html></html>"#, &Limits::default());
    assert!(
        matches!(token, Err(ReplyError::Body(BodyError::NotJson { .. }))),
        "{:?}",
        token.map(|_| "a token")
    );
}

#[derive(Clone, PartialEq, Message, Builder)]
#[message(name = "content", section = "1", unsigned)]
struct Content {
    #[field(label = "单号")]
    serial_no: Text,
}

#[derive(Clone, PartialEq, Message)]
#[message(name = "carrier", section = "1", unsigned)]
struct Carrier {
    #[field(label = "内容")]
    content: Json<Content>,
}

#[test]
fn a_payload_keeps_its_digits_and_is_one_object() {
    let carrier = |payload: &str| {
        let fields = Fields::from_pairs([("content", payload)]).unwrap();
        fields.read::<Carrier>()
    };
    let digits = "4200000540202005271234567890";
    let read = carrier(&format!("{{\"serial_no\":{digits}}}")).unwrap();
    assert_eq!(read.content.0.serial_no, digits);
    for (payload, words) in [
        (r#"{"serial_no":"1"}x"#, "nothing behind it"),
        (r#"{"serial_no":"1","serial_no":"1"}"#, "each name once"),
    ] {
        let error = carrier(payload).map(|_| "read").unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}
