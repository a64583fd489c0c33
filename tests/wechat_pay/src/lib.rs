//! WeChat Pay v2: `unifiedorder`, `orderquery`, `closeorder`, `refund` and `refundquery`, as far as a test of the generic crates needs them.
//!
//! The spec of this folder shares nothing with the one of the repository's `spec/`: another platform, no access token, `sign_type` in every request,
//! fields with an index, and with two, in replies. It is compiled by `build.rs`, as a user's own spec is, and the tests beside it hold that no generic crate had to
//! know of it. It is not a product: the rest of WeChat Pay is not here.
//!
//! Source: the public pages of WeChat Pay v2 (`pay.weixin.qq.com`, JSAPI payment, 9.1 to 9.5, and the page on signatures, 4.3).

/// A made-up spec whose names Rust cannot say, or has a use for: what the compiler accepts must
/// compile.
pub mod odd_names {
    include!(concat!(env!("OUT_DIR"), "/odd_names.rs"));
}

include!(concat!(env!("OUT_DIR"), "/wechat_pay_v2.rs"));
