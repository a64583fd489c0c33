//! Any XML body: the fast reader and the strict one agree, typed and untyped reading judge a signature alike, and what was read can be written and read again.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use signed_xml::{
    BeijingTime, BodyError, Fen, Fields, Json, Key, Limits, Message, ReplyError, SignType, Text, UnknownFields, read_notification,
    read_reply, scan_strictly,
};

#[derive(Clone, PartialEq, Message)]
#[message(name = "reply", section = "1")]
struct Reply {
    #[field(label = "返回状态码")]
    return_code: Text,
    #[field(label = "返回信息")]
    return_msg: Option<Text>,
    #[field(label = "业务结果")]
    result_code: Option<Text>,
    #[field(label = "金额", alias = "fee")]
    total_fee: Option<Fen>,
    #[field(label = "时间")]
    time_end: Option<BeijingTime>,
    #[field(label = "内容")]
    content: Option<Json<Content>>,
    #[field(label = "签名")]
    sign: Option<Text>,
    #[field(unknown)]
    unknown: UnknownFields,
}

#[derive(Clone, PartialEq, Message)]
#[message(name = "content", section = "1", unsigned)]
struct Content {
    #[field(label = "单号")]
    serial_no: Text,
}

static KEY: LazyLock<Key> = LazyLock::new(|| Key::new("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk").expect("a key of 32 letters"));

fuzz_target!(|body: &[u8]| {
    let limits = Limits::default();
    let strictly = scan_strictly(body, &limits);
    let fields = match Fields::parse(body, &limits) {
        Ok(fields) => fields,
        Err(error) => {
            assert_eq!(strictly.is_ok(), matches!(error, BodyError::Repeated { .. }), "{error}");
            let typed = read_reply::<Reply>(body, &KEY, &limits);
            assert!(matches!(typed, Err(ReplyError::Body(_))));
            return;
        }
    };
    let read: Vec<(String, String)> = fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    assert_eq!(strictly.as_ref(), Ok(&read));
    let again = Fields::parse(&fields.to_xml(), &limits).expect("what was written can be read");
    assert_eq!(again, fields);

    // Neither reader accepts a message without a signature.
    assert!(fields.verify(&KEY).is_err());
    assert!(!matches!(
        read_notification::<Reply>(body, &KEY, &limits),
        Ok(_) | Err(ReplyError::Business { .. } | ReplyError::Unreadable { .. })
    ));
    // The same fields, signed, are verified by both.
    let signed = fields.to_signed_xml(&KEY, SignType::Md5);
    let verified = Fields::parse(&signed, &limits).expect("what was written can be read").verify(&KEY);
    let typed = read_notification::<Reply>(&signed, &KEY, &limits);
    match fields.get("return_code") {
        Some("SUCCESS") => assert_eq!(verified.is_err(), matches!(typed, Err(ReplyError::Signature(_)))),
        _ => assert!(typed.is_err()),
    }
});
