//! The pages: what the patient sees, and the console, over real HTTP and without scripts.

use std::time::Duration;

use payinsurance_sandbox::Act;
use reqwest::header::{ACCEPT, CONTENT_SECURITY_POLICY, LOCATION};
use serde_json::json;
use signed_xml::BeijingTime;

use crate::hospital::Hospital;
use crate::receiver::{Answer, Receiver};
use crate::requests::order;

/// A hospital with one order, and a browser that follows no redirects.
struct Visit {
    hospital: Hospital,
    receiver: Receiver,
    browser: reqwest::Client,
    pay_url: String,
    pay_key: String,
    med_trans_id: String,
}

impl Visit {
    async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let hospital = Hospital::start().await;
        let receiver = Receiver::start(hospital.key(), answers).await;
        let placed = hospital.call(order("T1", &receiver.url)).await.unwrap();
        let redirect = reqwest::redirect::Policy::none();
        let browser = reqwest::Client::builder().no_proxy().redirect(redirect);
        Self {
            browser: browser.build().unwrap(),
            pay_url: placed.pay_url.to_string(),
            pay_key: hospital.sandbox.orders()[0].pay_key.clone(),
            med_trans_id: placed.med_trans_id.to_string(),
            hospital,
            receiver,
        }
    }

    async fn page(&self, path: &str) -> (u16, String) {
        let url = format!("{}{path}", self.hospital.sandbox.origin());
        let request = self.browser.get(url).header(ACCEPT, "text/html,*/*;q=0.8");
        let reply = request.send().await.unwrap();
        let policy = reply.headers().get(CONTENT_SECURITY_POLICY).unwrap();
        assert!(policy.to_str().unwrap().contains("default-src 'none'"));
        (reply.status().as_u16(), reply.text().await.unwrap())
    }

    /// Presses a button of the pay page; returns the status and where the browser goes.
    async fn press(&self, act: &str) -> (u16, String) {
        let body = format!("pay_key={}&lang=en&act={act}", self.pay_key);
        let url = format!("{}/insurance/pay/detail", self.hospital.sandbox.origin());
        let request = self.browser.post(url).body(body);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let reply = request.send().await.unwrap();
        let to = reply.headers().get(LOCATION);
        let to = to.map_or("", |to| to.to_str().unwrap()).to_owned();
        (reply.status().as_u16(), to)
    }
}

#[tokio::test]
async fn a_patient_pays_on_a_page_without_scripts_and_goes_back_to_the_hospital() {
    let visit = Visit::start([]).await;
    let path = &visit.pay_url[visit.hospital.sandbox.origin().len()..];
    let (status, page) = visit.page(path).await;
    assert_eq!(status, 200);
    // 250 fen: 100 from insurance, of which 30 % from the patient's own account, and 150 in cash.
    for part in [
        "沙箱第一人民医院",
        "¥2.50",
        "¥1.00",
        "¥0.30",
        "¥0.70",
        "¥1.50",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("<script"), "{page}");

    let (status, to) = visit.press("pay").await;
    assert_eq!(status, 303);
    let (_, page) = visit.page(&to).await;
    assert!(page.contains("Paid"), "{page}");
    assert!(page.contains("https://hospital.example/return"), "{page}");
    visit.hospital.sandbox.advance(Duration::ZERO).await;
    assert_eq!(visit.receiver.bodies().len(), 1);

    // A second press pays nothing and says why.
    assert_eq!(visit.press("pay").await.0, 409);
}

#[tokio::test]
async fn each_button_of_the_pay_page_does_what_it_says() {
    for (act, words, state) in [
        ("insurance_fails", "Payment failed", "SYS_REFUNDING"),
        ("cash_fails", "Payment failed", "SYS_REFUNDING"),
        ("walk_away", "Left without paying", "NOTPAY"),
    ] {
        let visit = Visit::start([]).await;
        let (_, to) = visit.press(act).await;
        let (_, page) = visit.page(&to).await;
        assert!(page.contains(words), "{act}: {page}");
        let found = visit.hospital.sandbox.orders()[0]
            .med_trade_state
            .to_string();
        assert_eq!(found, state, "{act}");
    }
}

#[tokio::test]
async fn an_unknown_pay_key_is_a_page_that_says_what_to_do() {
    let visit = Visit::start([]).await;
    let (status, page) = visit.page("/insurance/pay/detail?pay_key=x&lang=en").await;
    assert_eq!(status, 404);
    assert!(page.contains("Place the order again"), "{page}");
}

#[tokio::test]
async fn every_page_of_the_console_opens_in_both_languages() {
    let visit = Visit::start([]).await;
    visit.hospital.sandbox.pay("T1", Act::Pay).unwrap();
    visit.hospital.sandbox.advance(Duration::ZERO).await;
    let order = format!("/console/order/{}", visit.med_trans_id);
    let notify = format!("/console/notify?order={}", visit.med_trans_id);
    for (path, english) in [
        ("/", "T1"),
        ("/?q=T1&state=SUCCESS", "T1"),
        ("/?q=nothing", "No order matches"),
        (order.as_str(), "Notification, delivery 1"),
        ("/console/traffic", "unifiedorder"),
        ("/console/faults", "No fault is set"),
        (notify.as_str(), "hosp_out_trade_no"),
        ("/console/bills", "Download the bill with all columns"),
        ("/console/signature", "Examine"),
        ("/console/hospitals", "1900000101"),
    ] {
        let mark = if path.contains('?') { '&' } else { '?' };
        for language in ["en", "zh"] {
            let (status, page) = visit.page(&format!("{path}{mark}lang={language}")).await;
            assert_eq!(status, 200, "{path}");
            assert!(language == "zh" || page.contains(english), "{path}: {page}");
        }
    }
    let (status, _) = visit.page("/console/order/M0?lang=en").await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn the_console_shows_no_personal_value_of_a_call() {
    let visit = Visit::start([]).await;
    let path = format!("/console/order/{}?lang=en", visit.med_trans_id);
    let (_, page) = visit.page(&path).await;
    assert!(page.contains("[redacted]"), "{page}");
    assert!(
        !page.contains("张三") && !page.contains("oSandboxPatient"),
        "{page}"
    );
}

#[tokio::test]
async fn a_notification_is_composed_with_any_field_and_sent_again() {
    let visit = Visit::start([Answer::SignedSuccess, Answer::SignedFail]).await;
    let hospital = &visit.hospital;
    let name = json!({ "med_trans_id": visit.med_trans_id });
    let (status, body) = hospital.control("/sandbox/notify", name.clone()).await;
    assert_eq!(status, 409, "{body}");

    let composed = json!({ "med_trans_id": visit.med_trans_id, "fields": { "total_fee": "1", "return_code": "SUCCESS" } });
    let (status, body) = hospital.control("/sandbox/notify", composed).await;
    assert_eq!((status, &body["accepted"]), (200, &json!(true)), "{body}");
    let sent = String::from_utf8(visit.receiver.bodies()[0].clone()).unwrap();
    assert!(
        sent.contains("<total_fee>") && sent.contains("<sign>"),
        "{sent}"
    );

    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    hospital.sandbox.advance(Duration::ZERO).await;
    let (status, body) = hospital.control("/sandbox/notify", name).await;
    assert_eq!(status, 200, "{body}");
    let bodies = visit.receiver.bodies();
    assert_eq!(bodies.len(), 3);
    assert_eq!(bodies[1], bodies[2], "sent again as it was");
}

#[tokio::test]
async fn a_story_tells_calls_acts_moves_and_deliveries_in_their_order() {
    let visit = Visit::start([Answer::Nonsense]).await;
    visit.hospital.sandbox.pay("T1", Act::Pay).unwrap();
    visit.hospital.sandbox.advance(Duration::ZERO).await;
    let path = format!("/sandbox/story?med_trans_id={}", visit.med_trans_id);
    let story = visit.hospital.look(&path).await;
    let lines = story["lines"].as_array().unwrap();
    let steps: Vec<&str> = lines
        .iter()
        .map(|line| line["step"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["called", "acted", "moved", "moved", "notified"]);
    assert!(lines[4]["refused"].is_string(), "{story}");
}

#[tokio::test]
async fn a_page_that_follows_is_told_of_each_change() {
    let visit = Visit::start([]).await;
    let url = format!("{}/sandbox/events", visit.hospital.sandbox.origin());
    let mut events = visit.browser.get(url).send().await.unwrap();
    let mut seen = String::new();
    let mut wait_for = async |word: &str| {
        while !seen.contains(word) {
            let chunk = events.chunk().await.unwrap().unwrap();
            seen.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        seen.clear();
    };
    wait_for("event: change").await;
    wait_for("event: alive").await;
    visit.hospital.sandbox.pay("T1", Act::Pay).unwrap();
    wait_for("event: change").await;
}

#[tokio::test]
async fn the_bills_page_shows_days_rows_and_what_is_planted() {
    let visit = Visit::start([]).await;
    let (_, page) = visit.page("/console/bills?lang=en").await;
    assert!(page.contains("No bills yet"), "{page}");
    visit.hospital.sandbox.pay("T1", Act::Pay).unwrap();
    visit
        .hospital
        .call(crate::requests::refund("T1"))
        .await
        .unwrap();
    let day = BeijingTime::at(visit.hospital.sandbox.now()).date();
    let (_, page) = visit.page("/console/bills?lang=en").await;
    for part in [
        day.to_string().as_str(),
        "1 paid · 1 refunds",
        "T1",
        "RT1",
        "¥2.50",
        "from the next day on",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let plant = json!({ "difference": "repeated", "hospital": "1900000102" });
    visit.hospital.control("/sandbox/plant", plant).await;
    let (_, page) = visit.page("/console/bills?lang=en").await;
    assert!(page.contains("a row stands twice</span>"), "{page}");
    assert!(page.contains("3 rows"), "{page}");

    // The row of a refund says when the money was back.
    visit
        .hospital
        .sandbox
        .advance(Duration::from_secs(60))
        .await;
    // The file is what a program gets, and what the interface answers on the next day.
    let file = format!("/console/bills/file?day={day}&hospital=1900000102");
    let file = String::from_utf8(visit.hospital.get(&file).await).unwrap();
    let bills = visit
        .hospital
        .look(&format!("/sandbox/bills?day={day}"))
        .await;
    assert_eq!(bills["bills"][0]["bill"], file.as_str());
    assert_eq!(bills["days"][0]["refunds"], 1);
    let mut hospital = visit.hospital;
    hospital.sleep_until_morning().await;
    let body = hospital.post::<payinsurance::getbalancebill::Request>(crate::requests::signed(
        &hospital.merchant,
        crate::requests::bill(day),
    ));
    assert_eq!(String::from_utf8(body.await).unwrap(), file);
    let unknown = format!(
        "{}/console/bills/file?day={day}&hospital=x",
        hospital.sandbox.origin()
    );
    assert_eq!(
        hospital.http.get(unknown).send().await.unwrap().status(),
        404
    );
}
