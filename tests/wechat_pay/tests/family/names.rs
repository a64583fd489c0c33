//! A spec of odd names, compiled: what Rust calls them, and what stands on the wire.

use signed_xml::{Fields, Limits, SignType, encode, read_reply, validate};
use wechat_pay_v2::odd_names::enums::{Bare, Kind};
use wechat_pay_v2::odd_names::pay_link;

use crate::key;

fn request() -> pay_link::Request {
    pay_link::Request::builder()
        .kind("type")
        .gen_("gen")
        .async_("async")
        .self_("Self")
        .__("_")
        ._1st("_1st")
        .a_b_c("a-b.c")
        .fee(signed_xml::Fen(2))
        .lower_fee(signed_xml::Fen(1))
        .build_no("build")
        .builder("builder")
        .option("option")
        .some("some")
        .box_("box")
        .text("text")
        .vec("vec")
        .u32(32)
        .str("str")
        .missing("missing")
        .given("given")
        .state("state")
        .draft("draft")
        .value("value")
        .index("index")
        .message("message")
        .default("default")
        .kind_of(Kind::Own)
        .bare(Bare::from_wire("any"))
        .list_n(0, "list")
        .build()
        .unwrap()
}

#[test]
fn what_rust_calls_otherwise_stands_on_the_wire_as_the_spec_has_it() {
    let request = request();
    assert!(validate(&request).is_ok());
    let fields = Fields::of(&request).unwrap();
    let own = [
        "type", "gen", "async", "Self", "_", "_1st", "a-b.c", "build", "builder", "option", "some",
        "box", "text", "vec", "str", "missing", "given", "state", "draft", "value", "index",
        "message", "default",
    ];
    for name in own {
        assert_eq!(fields.get(name), Some(name));
    }
    assert_eq!(
        (fields.get("Fee"), fields.get("fee")),
        (Some("2"), Some("1"))
    );
    assert_eq!(fields.get("kind"), Some("self"));
    assert_eq!(fields.get("list_0"), Some("list"));
}

#[test]
fn messages_are_signed_and_verified_by_the_algorithm_of_their_spec() {
    let body = encode(&request(), &key()).unwrap();
    let fields = Fields::parse(&body, &Limits::default()).unwrap();
    let expected = fields.signature(&key(), SignType::HmacSha256);
    assert_eq!(fields.get("sign"), Some(expected.as_str()));

    let reply = Fields::from_pairs([
        ("where", "https://names.example"),
        ("gen", "1"),
        ("build", "2"),
    ]);
    let reply = reply.unwrap();
    let read = |sign_type| {
        let body = reply.to_signed_xml(&key(), sign_type);
        read_reply::<pay_link::Response>(&body, &key(), &Limits::default())
    };
    assert!(read(SignType::Md5).is_err());
    let reply = read(SignType::HmacSha256).unwrap();
    let link = reply.link().unwrap();
    assert_eq!((link.at, link.new), ("https://names.example", "2"));
}
