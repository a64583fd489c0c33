//! A platform that answers from a script and remembers what it was asked.

use std::sync::{Arc, Mutex};

use payinsurance::Client;
use signed_xml::{Fields, Limits};
use signed_xml_client::{
    BoxFuture, HttpRequest, HttpResponse, Merchant, Transport, TransportError,
};

use crate::key;

/// What arrived.
#[derive(Clone, Default)]
pub(crate) struct Received(Arc<Mutex<Vec<Arrival>>>);

/// Path and body.
type Arrival = (String, Vec<u8>);

impl Received {
    /// The paths, in order.
    pub(crate) fn paths(&self) -> Vec<String> {
        let received = self.0.lock().unwrap();
        received.iter().map(|(path, _)| path.clone()).collect()
    }

    /// The fields of the last body.
    pub(crate) fn last(&self) -> Fields {
        let received = self.0.lock().unwrap();
        let (_, body) = received.last().unwrap();
        Fields::parse(body, &Limits::default()).unwrap()
    }
}

struct Script {
    received: Received,
    token: &'static str,
    answer: Vec<u8>,
}

impl Transport for Script {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        let path = request.url.path().to_owned();
        let answer = match path.ends_with("token") {
            true => self.token.as_bytes().to_vec(),
            false => self.answer.clone(),
        };
        let mut received = self.received.0.lock().unwrap();
        received.push((path, request.body.to_vec()));
        Box::pin(async { Ok(HttpResponse::new(200, answer)) })
    }
}

/// The reply of gettoken as JSON.
pub(crate) const TOKEN: &str = r#"{"return_code":"SUCCESS","access_token":"T","expires_in":7200}"#;

/// A client of a service provider whose platform gives this token reply and then this answer.
pub(crate) fn provider(token: &'static str, answer: impl Into<Vec<u8>>) -> (Client, Received) {
    client(provider_profile(), token, answer)
}

/// A service provider that can ask for tokens: the hospital's app id belongs to it.
pub(crate) fn provider_profile() -> Merchant {
    Merchant::service_provider("wxd930ea5d5a258f4f", "1900000109", "1900000110", key())
        .unwrap()
        .with_sub_appid("wx8888888888888888")
        .unwrap()
        .with_app_secret("a-secret-of-the-app")
        .unwrap()
}

/// A client of this merchant.
pub(crate) fn client(
    merchant: Merchant,
    token: &'static str,
    answer: impl Into<Vec<u8>>,
) -> (Client, Received) {
    let received = Received::default();
    let script = Script {
        received: received.clone(),
        token,
        answer: answer.into(),
    };
    let client = Client::builder(merchant).transport(script).build().unwrap();
    (client, received)
}
