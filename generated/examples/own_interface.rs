//! An interface that no version of the document has, called with the client:
//! `cargo run -p payinsurance --example own_interface`.
//!
//! The sandbox does not know `getbindurl`, so a transport of the program answers it, as a test of a
//! hospital would do.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::error::Error;

use payinsurance::enums::ReturnCode;
use payinsurance::signed_xml_client::BoxFuture;
use payinsurance::{
    Builder, Client, Fields, HttpRequest, HttpResponse, HttpTransport, Key, Merchant, Message,
    SignType, Text, Transport, TransportError, UnknownFields,
};
use payinsurance_sandbox::Sandbox;

// ANCHOR: messages
/// The request: which address, whether it needs a token, what answers it.
#[derive(Clone, PartialEq, Message, Builder)]
#[message(name = "getbindurl request", section = "seen in the field", crate = ::payinsurance::signed_xml)]
#[call(
    method = "POST",
    url = "https://api.weixin.qq.com/payinsurance/getbindurl",
    auth = access_token,
    form = xml,
    reply = BindUrl,
    errors = payinsurance::ErrorCode
)]
struct GetBindUrl {
    #[field(label = "用户标识", max = 128, personal)]
    openid: Text,
    #[field(label = "回跳地址", max = 256, format = url)]
    url: Text,
    #[field(label = "随机字符串", max = 32, supplied = client, required)]
    nonce_str: Option<Text>,
    #[field(label = "签名", max = 32, supplied = client, required)]
    sign: Option<Text>,
}

/// The reply. `unknown` takes the fields that it does not name, since they are signed too.
#[derive(Clone, PartialEq, Message)]
#[message(name = "getbindurl response", section = "seen in the field", crate = ::payinsurance::signed_xml)]
struct BindUrl {
    #[field(label = "返回状态码")]
    return_code: ReturnCode,
    #[field(label = "绑卡链接")]
    bind_url: Text,
    #[field(label = "签名")]
    sign: Option<Text>,
    #[field(unknown)]
    unknown: UnknownFields,
}
// ANCHOR_END: messages

const KEY: &str = "0d9e4b7a61c85f32ab40de7719c3f586";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let merchant = Merchant::independent("wx61f0a3d9c7e25b84", "1900000201", Key::new(KEY)?)?
        .with_app_secret("c81e728d9d4c2f636f067f89cc14862c")?;
    let client = Client::builder(merchant)
        .origin(sandbox.origin())
        .transport(WithBindUrl::new()?)
        .build()?;

    // ANCHOR: call
    let request = GetBindUrl::builder()
        .openid("oSandboxPatientOfTheHospital")
        .url("https://hospital.example/bound")
        .build()?;
    let reply = client.generic().call(&request).await?;
    println!("bind the card at {}", reply.bind_url);
    // ANCHOR_END: call
    assert_eq!(reply.return_code, ReturnCode::Success);
    Ok(())
}

// ANCHOR: transport
/// Answers `getbindurl` as the platform would; the sandbox answers the rest, such as the token.
struct WithBindUrl {
    reply: Vec<u8>,
    sandbox: HttpTransport,
}

impl WithBindUrl {
    fn new() -> Result<Self, Box<dyn Error>> {
        let reply = Fields::from_pairs([
            ("return_code", "SUCCESS"),
            ("bind_url", "https://bind.example/card"),
            ("a_field_of_next_year", "is verified too"),
        ])?;
        Ok(Self {
            reply: reply.to_signed_xml(&Key::new(KEY)?, SignType::Md5),
            sandbox: HttpTransport::new()?,
        })
    }
}

impl Transport for WithBindUrl {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        match request.url.path() {
            "/payinsurance/getbindurl" => {
                Box::pin(async { Ok(HttpResponse::new(200, self.reply.clone())) })
            }
            _ => self.sandbox.send(request),
        }
    }
}
// ANCHOR_END: transport
