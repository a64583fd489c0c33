//! Every interface as a hospital calls it, and every way in which a call fails.

use std::sync::Arc;
use std::time::Duration;

use payinsurance::bill::Bill;
use payinsurance::{
    Client, Key, Merchant, Text, closeorder, getbalancebill, gettoken, queryorder, queryrefund,
    token,
};
use payinsurance_sandbox::{Act, FaultKind, FaultRule, Interface, Mode, Sandbox, samples};
use signed_xml::{BeijingTime, Fields, SignType, validate};
use signed_xml_client::{
    BoxFuture, HttpRequest, HttpResponse, MemoryTokenStore, Transport, TransportError,
};

use crate::people::{
    OWN_OPENID, People, identity, long_name, merchant, order, refund_content, wrong_id_number,
};
use crate::shown::Shown;

fn query(number: &str) -> queryorder::Request {
    queryorder::Request::builder()
        .hosp_out_trade_no(number)
        .build()
        .unwrap()
}

/// All interfaces, in both ways of access.
pub(crate) async fn calls(people: &People, shown: &mut Shown) {
    let sandbox = people.platform().await;
    let client = people
        .client(&sandbox, Mode::ServiceProvider)
        .build()
        .unwrap();
    let own = people.client(&sandbox, Mode::Independent).build().unwrap();
    shown.value(&client);
    shown.value(client.generic().merchant());
    shown.value(&people.client(&sandbox, Mode::Independent));

    let given = shown.done(
        "gettoken",
        client.gettoken(&gettoken::Request::default()).await,
    );
    people.canaries.add("access token", &given.access_token);
    let given = shown.done("token", own.token(&token::Request::default()).await);
    people.canaries.add("access token", &given.access_token);
    let renewed = shown.done("a renewed token", client.generic().renew_token().await);
    people.canaries.add("access token", renewed.value());

    let request = order("CANARY1");
    shown.value(&request);
    let placed = shown.done("unifiedorder", client.unifiedorder(&request).await);
    shown.value(&placed.med_trans_id);
    let mut request = order("CANARY2");
    request.openid = Some(Text::from(OWN_OPENID));
    request.sub_openid = None;
    shown.done(
        "unifiedorder of a hospital on its own",
        own.unifiedorder(&request).await,
    );
    sandbox.pay("CANARY1", Act::Pay).unwrap();
    sandbox.advance(Duration::ZERO).await;
    shown.done("queryorder", client.queryorder(&query("CANARY1")).await);
    let mut refund = samples::refund("CANARY1");
    refund.request_content = payinsurance::Json(refund_content());
    shown.value(&refund);
    shown.done("refund", client.refund(&refund).await);
    sandbox.advance(Duration::from_secs(60)).await;
    let ask = queryrefund::Request::builder()
        .hosp_out_trade_no("CANARY1")
        .build()
        .unwrap();
    shown.done("queryrefund", client.queryrefund(&ask).await);
    shown.done("unifiedorder", client.unifiedorder(&order("CANARY3")).await);
    let close = closeorder::Request::builder()
        .hosp_out_trade_no("CANARY3")
        .build()
        .unwrap();
    shown.done("closeorder", client.closeorder(&close).await);
    shown.value(&identity());
    shown.done("verifyname", client.verifyname(&identity()).await);

    let today = BeijingTime::at(sandbox.now()).to_string();
    let day = today[..10].replace('-', "");
    sandbox.advance(Duration::from_secs(2 * 86_400)).await;
    let ask = getbalancebill::Request::builder()
        .bill_date(day.parse::<payinsurance::BillDate>().unwrap())
        .build()
        .unwrap();
    let bill = shown.done("getbalancebill", client.getbalancebill(&ask).await);
    let rows: Vec<_> = Bill::new(bill.reader()).unwrap().collect();
    assert!(!rows.is_empty());
    for row in rows {
        shown.done("a row of the bill", row);
    }
    shown.value(&sandbox.orders().len());
    sandbox.shutdown().await;
}

/// Every kind of error.
pub(crate) async fn failures(people: &People, shown: &mut Shown) {
    let sandbox = people.platform().await;
    let client = people
        .client(&sandbox, Mode::ServiceProvider)
        .build()
        .unwrap();
    shown.done("unifiedorder", client.unifiedorder(&order("CANARY1")).await);
    by_faults(people, &sandbox, shown).await;
    by_settings(people, &sandbox, shown).await;
    by_input(shown);
    by_replies(people, shown).await;

    people.canaries.add("name", "诸葛另一位病人");
    let mut other = identity();
    other.name = Text::from("诸葛另一位病人");
    shown.failed(
        "verifyname of another name",
        client.verifyname(&other).await,
    );
    let mut other = order("CANARY9");
    other.user_name = Text::from("诸葛另一位病人");
    shown.failed(
        "an order of another name",
        client.unifiedorder(&other).await,
    );
    sandbox.shutdown().await;
    shown.failed(
        "a platform that is gone",
        client.queryorder(&query("CANARY1")).await,
    );
}

/// What the platform does wrong.
async fn by_faults(people: &People, sandbox: &Sandbox, shown: &mut Shown) {
    let store = Arc::new(MemoryTokenStore::default());
    let patient = people
        .client(sandbox, Mode::ServiceProvider)
        .token_store(Arc::clone(&store))
        .build()
        .unwrap();
    for fault in [
        FaultKind::ErrCode {
            err_code: "513".into(),
            takes_effect: false,
        },
        FaultKind::Errcode { errcode: -1 },
        FaultKind::Errcode { errcode: 45009 },
        FaultKind::Cut,
        FaultKind::Http500 {
            takes_effect: false,
        },
        FaultKind::Html,
        FaultKind::WrongSignature,
    ] {
        let what = format!("{fault:?}");
        sandbox.add_fault(FaultRule::new(fault).of(Interface::Queryorder));
        shown.failed(&what, patient.queryorder(&query("CANARY1")).await);
    }
    sandbox.add_fault(
        FaultRule::new(FaultKind::Errcode { errcode: 40001 })
            .of(Interface::Queryorder)
            .times(2),
    );
    shown.failed(
        "a token that is dead twice",
        patient.queryorder(&query("CANARY1")).await,
    );
    // It has its token already: only the calls that are never answered end with the time.
    let hasty = people
        .client(sandbox, Mode::ServiceProvider)
        .token_store(store)
        .timeout(Duration::from_millis(300))
        .build()
        .unwrap();
    for fault in [FaultKind::TimeoutBefore, FaultKind::TimeoutAfter] {
        sandbox.add_fault(FaultRule::new(fault).of(Interface::Unifiedorder));
        shown.failed("a timeout", hasty.unifiedorder(&order("CANARY4")).await);
    }
    sandbox.remove_faults(None);
}

/// What is set up wrong.
async fn by_settings(people: &People, sandbox: &Sandbox, shown: &mut Shown) {
    for mode in [Mode::ServiceProvider, Mode::Independent] {
        let known = sandbox
            .merchants()
            .iter()
            .find(|known| known.mode == mode)
            .unwrap();
        let mut wrong = known.clone();
        wrong.app_secret = "another-secret-ca9a41-of-the-tests".into();
        people.canaries.add("app secret", &wrong.app_secret);
        let client = people.client_of(sandbox, merchant(&wrong)).build().unwrap();
        shown.failed(
            "a wrong app secret",
            client.queryorder(&query("CANARY1")).await,
        );
        let mut wrong = known.clone();
        wrong.key = "badca9a41e5badca9a41e5badca9a41e".into();
        people.canaries.add("key", &wrong.key);
        let client = people.client_of(sandbox, merchant(&wrong)).build().unwrap();
        shown.failed("a wrong key", client.unifiedorder(&order("CANARY5")).await);
    }
    let no_secret = Merchant::independent(
        "wx61f0a3d9c7e25b84",
        "1900000201",
        Key::new("ca9a41e5ca9a41e5ca9a41e5ca9a41e2").unwrap(),
    );
    let client = people
        .client_of(sandbox, no_secret.unwrap())
        .build()
        .unwrap();
    shown.failed("no app secret", client.queryorder(&query("CANARY1")).await);
    shown.failed(
        "a key with a line end",
        Key::new("ca9a41e5ca9a41e5ca9a41e5ca9a41e2\n"),
    );
    for origin in [
        "https://user:5ec4e7ca9a415ec4e7ca9a415ec4e7a1@host",
        "https://host/?secret=5ec4e7ca9a415ec4e7ca9a415ec4e7a1",
    ] {
        let builder = people.client(sandbox, Mode::Independent).origin(origin);
        shown.failed("an origin with a secret", builder.build());
    }
}

/// What a caller gives wrong.
fn by_input(shown: &mut Shown) {
    shown.failed(
        "an ID number that is too long",
        payinsurance::IdDigest::of(&wrong_id_number()),
    );
    let mut wrong = order("CANARY6");
    wrong.user_name = Text::from(long_name());
    wrong.openid.clone_from(&wrong.sub_openid);
    wrong.sub_openid = Some(Text::from(long_name()));
    wrong.request_content.0.session_id = Text::from(long_name());
    wrong.request_content.0.bka964 = Text::from(format!("{}\u{7}", wrong.request_content.0.bka964));
    let error = shown.failed("an order with too long texts", validate(&wrong));
    assert!(error.contains("user_name"), "{error}");
    let violations = validate(&wrong).unwrap_err();
    shown.text(violations.in_chinese().to_string());
    for violation in violations.iter() {
        shown.value(violation);
        shown.text(violation.to_string());
    }
}

/// What comes back and is not the reply, and repeats what was sent.
async fn by_replies(people: &People, shown: &mut Shown) {
    let sandbox = people.platform().await;
    let known = sandbox.merchants()[0].clone();
    let key = Key::new(known.key.as_str()).unwrap();
    for (what, answer) in [
        ("a JSON error that repeats the address", Echo::Errmsg),
        ("a refusal that repeats the request", Echo::ReturnMsg),
        ("a failure that repeats the request", Echo::ErrCodeDes),
        ("a genuine reply that cannot be read", Echo::Unreadable),
        ("another interface's failure", Echo::Foreign),
        ("words", Echo::Words),
    ] {
        let transport = Repeating {
            http: people.watched(),
            key: key.clone(),
            answer,
        };
        let client: Client = people
            .client_of(&sandbox, merchant(&known))
            .transport(transport)
            .build()
            .unwrap();
        // Little is demanded of its reply, which is not signed.
        shown.ended(what, client.verifyname(&identity()).await);
        shown.failed(what, client.unifiedorder(&order("CANARY7")).await);
        let day = "20260501".parse::<payinsurance::BillDate>().unwrap();
        let ask = getbalancebill::Request::builder()
            .bill_date(day)
            .build()
            .unwrap();
        shown.failed(what, client.getbalancebill(&ask).await);
    }
    sandbox.shutdown().await;
}

#[derive(Clone, Copy)]
enum Echo {
    Errmsg,
    ReturnMsg,
    ErrCodeDes,
    Unreadable,
    Foreign,
    Words,
}

/// A machine that answers all but requests for tokens with what it was asked.
struct Repeating {
    http: crate::people::Watched,
    key: Key,
    answer: Echo,
}

impl Transport for Repeating {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        if request.url.path().ends_with("token") {
            return self.http.send(request);
        }
        let sent = Fields::parse(&request.body, &signed_xml::Limits::default()).unwrap();
        let values: Vec<&str> = sent.iter().map(|(_, value)| value).collect();
        let words = format!(
            "{} {}",
            request.url.query().unwrap_or_default(),
            values.join(" ")
        );
        let body = match self.answer {
            Echo::Errmsg => format!(
                r#"{{"errcode":48001,"errmsg":{}}}"#,
                serde_json::Value::from(words)
            )
            .into_bytes(),
            Echo::ReturnMsg => self.signed(&[("return_code", "FAIL"), ("return_msg", &words)]),
            Echo::ErrCodeDes => self.signed(&[
                ("return_code", "SUCCESS"),
                ("result_code", "FAIL"),
                ("err_code", "513"),
                ("err_code_des", &words),
            ]),
            Echo::Unreadable => self.signed(&[
                ("return_code", "SUCCESS"),
                ("result_code", "SUCCESS"),
                ("med_trans_id", ""),
                ("hosp_out_trade_no", &words),
                ("unknown", &words),
                ("total_fee", &words),
            ]),
            Echo::Foreign => {
                format!("<xml><retcode>1</retcode><retmsg><![CDATA[{words}]]></retmsg></xml>")
                    .into_bytes()
            }
            Echo::Words => words.into_bytes(),
        };
        Box::pin(async move { Ok(HttpResponse::new(200, body)) })
    }
}

impl Repeating {
    fn signed(&self, fields: &[(&str, &str)]) -> Vec<u8> {
        Fields::from_pairs(fields.iter().copied())
            .unwrap()
            .to_signed_xml(&self.key, SignType::Md5)
    }
}
