//! The console: what happens shows at once, and what is asked for happens.

use std::time::Duration;

use payinsurance_sandbox::Act;
use serde_json::json;
use thirtyfour::Key;

use crate::Visit;
use crate::driver::{Browser, Look};
use crate::receiver::Answer;
use crate::requests::{order, query};

#[tokio::test]
async fn the_console_follows_a_payment_live() {
    let Some(browser) = Browser::open(Look::DESK).await else {
        return;
    };
    let visit = Visit::start().await;
    browser.goto(&visit.at("/?lang=en")).await;
    browser.wait_for("Live").await;
    // What is written into the window is gone as soon as the page is loaded again.
    browser.run("window.sameWindow = true").await;
    browser.wait_for("NOTPAY").await;
    let second = order("T2", &visit.receiver.url);
    visit.hospital.call(second).await.unwrap();
    browser.wait_for("T2").await;
    visit.hospital.sandbox.pay("T2", Act::Pay).unwrap();
    browser.wait_for("SUCCESS").await;
    browser.wait_for("✓ 1").await;
    browser.picture("console-orders").await;
    // The story of an order follows, too.
    let story = visit.at(&format!("/console/order/{}?lang=en", visit.med_trans_id));
    assert_eq!(browser.run("return window.sameWindow").await, json!(true));
    browser.goto(&story).await;
    browser.run("window.sameWindow = true").await;
    browser.wait_for("NOTPAY").await;
    visit.hospital.sandbox.pay("T1", Act::CashFails).unwrap();
    browser.wait_for("SYS_REFUNDING").await;
    browser.picture("console-story").await;
    assert_eq!(browser.run("return window.sameWindow").await, json!(true));
}

/// An order that the hospital accepts only at the second delivery. `UPDATE_PICTURES=1` makes the
/// picture of the READMEs of it.
#[tokio::test]
async fn a_story_shows_what_was_signed_and_why_a_delivery_did_not_count() {
    let Some(browser) = Browser::open(Look::DESK).await else {
        return;
    };
    let visit = Visit::start_with([Answer::SignedWithAnotherKey]).await;
    visit.hospital.sandbox.pay("T1", Act::Pay).unwrap();
    visit
        .hospital
        .sandbox
        .advance(Duration::from_secs(16))
        .await;
    let story = format!("/console/order/{}?lang=en", visit.med_trans_id);
    browser.goto(&visit.at(&story)).await;
    browser.wait_for("Live").await;
    let text = browser.text().await;
    assert!(
        text.contains("the signature of the reply is refused"),
        "{text}"
    );
    assert!(text.contains("delivery 2"), "{text}");
    browser.picture_of_readme("console").await;
    browser.click("#story li:first-child summary").await;
    browser.wait_for("String that is signed").await;
    browser.run("window.scrollTo(0, 0)").await;
    browser.picture("console-story-open").await;
}

#[tokio::test]
async fn an_order_is_searched_for_and_paid_by_keyboard_alone() {
    let Some(browser) = Browser::open(Look::DESK).await else {
        return;
    };
    let visit = Visit::busy().await;
    browser.goto(&visit.at("/?lang=en")).await;
    browser.press('/').await;
    let search = browser.run("return document.activeElement.type").await;
    assert_eq!(search, json!("search"));
    let keys = browser.driver.action_chain();
    keys.send_keys("ZY2026").perform().await.unwrap();
    browser.press(Key::Enter).await;
    browser.wait_for("1 / 5").await;
    browser.tab_to("td a.code").await;
    browser.press(Key::Enter).await;
    browser.wait_for("Story").await;
    browser.tab_to("button[value=pay]").await;
    browser.press(Key::Enter).await;
    browser.wait_for("SUCCESS").await;
    assert_eq!(visit.state("ZY20261129003"), "SUCCESS");
}

#[tokio::test]
async fn a_fault_is_set_strikes_and_is_removed() {
    let Some(browser) = Browser::open(Look::DESK).await else {
        return;
    };
    let visit = Visit::start().await;
    browser.goto(&visit.at("/console/faults?lang=en")).await;
    browser.wait_for("No fault is set").await;
    browser.choose("[name=fault]", "err_code").await;
    browser.choose("[name=err_code]", "514").await;
    browser.click("[name=interface] option:nth-child(2)").await;
    browser.click("form.grid button").await;
    browser.wait_for("an error code is answered").await;
    browser.choose("[name=fault]", "notification_late").await;
    browser.write("[name=seconds]", "30").await;
    browser.click("form.grid button").await;
    browser.wait_for("it comes late").await;
    browser.picture("console-faults").await;
    let rules = visit.hospital.look("/sandbox/faults").await;
    assert_eq!(rules[1]["seconds"], 30, "{rules}");
    assert_eq!(rules[0]["err_code"], "514", "{rules}");
    browser
        .click("form[data-post='/sandbox/faults?number=2'] button")
        .await;
    until_there_are(1, &visit).await;

    browser.choose("[name=fault]", "http_500").await;
    browser.choose("[name=interface]", "").await;
    browser.click("form.grid button").await;
    until_there_are(2, &visit).await;
    let path = payinsurance::Interface::Queryorder.endpoint().path;
    let url = visit.at(&format!("{path}?access_token={}", visit.hospital.token));
    let body = crate::requests::signed(&visit.hospital.merchant, query("T1"));
    for wanted in [500, 200] {
        let call = visit.hospital.http.post(&url).body(body.clone());
        assert_eq!(call.send().await.unwrap().status(), wanted);
    }
}

async fn until_there_are(rules: usize, visit: &Visit) {
    for _ in 0..200 {
        let there = visit.hospital.look("/sandbox/faults").await;
        if there.as_array().unwrap().len() == rules {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never {rules} rules");
}

#[tokio::test]
async fn a_notification_is_composed_and_resent() {
    let Some(browser) = Browser::open(Look::DESK).await else {
        return;
    };
    let visit = Visit::start().await;
    visit.hospital.sandbox.pay("T1", Act::Pay).unwrap();
    visit.hospital.sandbox.advance(Duration::ZERO).await;
    browser.goto(&visit.at("/console/notify?lang=en")).await;
    browser
        .click(&format!("option[value='{}']", visit.med_trans_id))
        .await;
    browser.click("form.filter button").await;
    browser.click("#resend").await;
    browser.wait_for("\"accepted\": true").await;
    let bodies = visit.receiver.bodies();
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[0], bodies[1]);

    browser.write("input[name=total_fee]", "251").await;
    browser.write("[data-name]", "a_field_of_my_own").await;
    browser.write("[data-value]", "值").await;
    browser.click("form.compose button.primary").await;
    for _ in 0..100 {
        if visit.receiver.bodies().len() == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    browser.picture("console-notify").await;
    let fields =
        signed_xml::Fields::parse(&visit.receiver.bodies()[2], &signed_xml::Limits::default())
            .unwrap();
    assert_eq!(fields.get("total_fee"), Some("251"));
    assert_eq!(fields.get("a_field_of_my_own"), Some("值"));
    let key = visit.hospital.key();
    assert!(fields.verify_by(&key, signed_xml::SignType::Md5).is_ok());
}

#[tokio::test]
async fn a_wrong_signature_is_explained() {
    let Some(browser) = Browser::open(Look::DESK).await else {
        return;
    };
    let visit = Visit::start().await;
    let body = crate::requests::signed(&visit.hospital.merchant, query("T1"));
    let fields = signed_xml::Fields::parse(&body, &signed_xml::Limits::default()).unwrap();
    let secret = signed_xml::Key::of_any_length(visit.hospital.merchant.app_secret.as_str());
    let wrong = fields.to_signed_xml(&secret.unwrap(), signed_xml::SignType::Md5);
    browser.goto(&visit.at("/console/signature?lang=en")).await;
    let wrong = String::from_utf8(wrong).unwrap();
    browser.write("textarea", &wrong).await;
    browser.click("form.examine button").await;
    browser.wait_for("signed with the app secret").await;
    let shown = browser.text().await;
    assert!(shown.contains("key=[key]"), "{shown}");
    browser.picture("console-signature").await;
}

#[tokio::test]
async fn the_clock_is_advanced() {
    let Some(browser) = Browser::open(Look::DESK).await else {
        return;
    };
    let visit = Visit::start().await;
    let before = visit.hospital.sandbox.now();
    browser.goto(&visit.at("/?lang=en")).await;
    browser.choose("#seconds", "86400").await;
    browser.click("form.clock button").await;
    browser.wait_for("Done").await;
    let passed = visit.hospital.sandbox.now().duration_since(before);
    assert!(passed.as_secs() >= 86_400, "{passed:?}");
}

#[tokio::test]
async fn a_difference_is_planted_into_a_bill() {
    let Some(browser) = Browser::open(Look::DESK).await else {
        return;
    };
    let visit = Visit::busy().await;
    browser.goto(&visit.at("/console/bills?lang=en")).await;
    browser.wait_for("2 paid").await;
    browser.choose("[name=difference]", "amount_cash").await;
    browser.choose("[name=hospital]", "1900000102").await;
    browser.write("[name=hosp_out_trade_no]", "T1").await;
    browser.click("form.grid button").await;
    browser.wait_for("the cash is a fen less").await;
    browser.wait_for("¥1.49").await;
    browser.picture("console-bills").await;
    let link = browser
        .find("a[download]")
        .await
        .attr("href")
        .await
        .unwrap();
    let file = visit.hospital.get(&link.unwrap()).await;
    assert!(String::from_utf8(file).unwrap().contains("`1.49"));
    browser.click("form.clear button").await;
    browser.wait_for("¥1.50").await;
}
