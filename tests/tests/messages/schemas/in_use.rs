//! What a client and the sandbox really say to each other is valid, in both directions.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use payinsurance::{Client, closeorder, queryorder, queryrefund, unifiedorder, verifyname};
use payinsurance_sandbox::{Act, Mode, Sandbox, samples};
use serde_json::{Map, Value};
use signed_xml::{Fields, Limits};
use signed_xml_client::{
    BoxFuture, HttpRequest, HttpResponse, HttpTransport, Merchant, Transport, TransportError,
};

use super::{Schemas, object};

/// Interface, what was sent, what came back.
type Exchange = (String, Map<String, Value>, Map<String, Value>);

/// A transport that remembers what went through it.
struct Recorder {
    inner: HttpTransport,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

impl Transport for Recorder {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let interface = request.url.path().rsplit('/').next().unwrap().to_owned();
            let sent = match request.body.is_empty() {
                true => query(&request),
                false => message(&request.body),
            };
            let response = self.inner.send(request).await?;
            let received = message(&response.body);
            self.exchanges
                .lock()
                .unwrap()
                .push((interface, sent, received));
            Ok(response)
        })
    }
}

/// The query string as an object.
fn query(request: &HttpRequest) -> Map<String, Value> {
    let pairs = request.url.query_pairs();
    pairs
        .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
        .collect()
}

/// A body as an object; one in JSON is one already.
fn message(body: &[u8]) -> Map<String, Value> {
    serde_json::from_slice(body)
        .unwrap_or_else(|_| object(&Fields::parse(body, &Limits::default()).unwrap()))
}

fn order(number: &str) -> unifiedorder::Request {
    let mut order = samples::order(number);
    order.openid = order.sub_openid.take();
    order.notify_url = "http://127.0.0.1:9/notify".into();
    order
}

fn merchant(sandbox: &Sandbox, mode: Mode) -> Merchant {
    let known = sandbox.merchants().iter().find(|known| known.mode == mode);
    conformance::sandbox::merchant(known.unwrap())
}

/// Orders, pays, refunds, closes, and asks for what is not there.
async fn exchanges(mode: Mode) -> Vec<Exchange> {
    let sandbox = Sandbox::builder().seed(7).start().await.unwrap();
    let exchanges = Arc::default();
    let recorder = Recorder {
        inner: HttpTransport::new().unwrap(),
        exchanges: Arc::clone(&exchanges),
    };
    let client = Client::builder(merchant(&sandbox, mode))
        .origin(sandbox.origin())
        .transport(recorder)
        .build()
        .unwrap();
    let name = verifyname::Request::builder()
        .openid(samples::OPENID)
        .name("张三")
        .idcard_md5(samples::id_digest())
        .build()
        .unwrap();
    let query = |number: &str| {
        queryorder::Request::builder()
            .hosp_out_trade_no(number)
            .build()
            .unwrap()
    };
    let refunded = queryrefund::Request::builder()
        .hosp_out_refund_no("RT1")
        .build()
        .unwrap();
    let close = closeorder::Request::builder()
        .hosp_out_trade_no("T2")
        .build()
        .unwrap();
    client.verifyname(&name).await.unwrap();
    client.unifiedorder(&order("T1")).await.unwrap();
    client.queryorder(&query("T1")).await.unwrap();
    sandbox.pay("T1", Act::Pay).unwrap();
    client.queryorder(&query("T1")).await.unwrap();
    client.refund(&samples::refund("T1")).await.unwrap();
    client.queryrefund(&refunded).await.unwrap();
    client.unifiedorder(&order("T2")).await.unwrap();
    client.closeorder(&close).await.unwrap();
    client.queryorder(&query("T2")).await.unwrap();
    client.queryorder(&query("nowhere")).await.unwrap_err();
    client.unifiedorder(&order("T1")).await.unwrap_err();
    sandbox.shutdown().await;
    let exchanges = exchanges.lock().unwrap();
    exchanges.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_and_the_sandbox_say_to_each_other_is_valid() {
    let schemas = Schemas::of_the_spec();
    let mut seen = BTreeSet::new();
    for mode in [Mode::ServiceProvider, Mode::Independent] {
        for (interface, sent, received) in exchanges(mode).await {
            let none = Vec::<String>::new();
            assert_eq!(
                schemas.problems(&format!("{interface} request"), &sent),
                none,
                "{sent:?}"
            );
            assert_eq!(
                schemas.problems(&format!("{interface} response"), &received),
                none,
                "{received:?}"
            );
            seen.insert(interface);
        }
    }
    let all = [
        "closeorder",
        "gettoken",
        "queryorder",
        "queryrefund",
        "refund",
        "token",
        "unifiedorder",
        "verifyname",
    ];
    assert_eq!(seen, all.map(str::to_owned).into());
}
