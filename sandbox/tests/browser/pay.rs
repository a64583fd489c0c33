//! The pay page: by mouse, by keyboard alone, without scripts.

use thirtyfour::Key;

use crate::Visit;
use crate::driver::{Browser, Look};

#[tokio::test]
async fn a_patient_pays_by_mouse_and_goes_back_to_the_hospital() {
    let Some(browser) = Browser::open(Look::PHONE).await else {
        return;
    };
    let visit = Visit::start().await;
    browser.goto(&visit.pay_url).await;
    browser.picture("pay-open").await;
    browser.click("button[value=pay]").await;
    browser.wait_for("Paid").await;
    browser.picture("pay-paid").await;
    assert_eq!(visit.state("T1"), "SUCCESS");
    let back = browser.find("a.primary").await;
    let back = back.attr("href").await.unwrap().unwrap();
    assert_eq!(back, "https://hospital.example/return");
}

#[tokio::test]
async fn a_patient_pays_by_keyboard_alone() {
    let Some(browser) = Browser::open(Look::DESK).await else {
        return;
    };
    let visit = Visit::start().await;
    browser.goto(&visit.pay_url).await;
    browser.tab_to("button[value=pay]").await;
    browser.press(Key::Enter).await;
    browser.wait_for("Paid").await;
    assert_eq!(visit.state("T1"), "SUCCESS");
    browser.tab_to("a.primary").await;
}

#[tokio::test]
async fn each_outcome_can_be_chosen_without_scripts() {
    let look = Look {
        scripts: false,
        ..Look::PHONE
    };
    let Some(browser) = Browser::open(look).await else {
        return;
    };
    // Scripts are off: the console says so to people without them.
    let visit = Visit::start().await;
    browser.goto(&visit.at("/?lang=en")).await;
    browser.wait_for("need scripts").await;
    for (place, (act, words, state)) in [
        ("pay", "Paid", "SUCCESS"),
        ("insurance_fails", "Payment failed", "SYS_REFUNDING"),
        ("cash_fails", "Payment failed", "SYS_REFUNDING"),
        ("walk_away", "Left without paying", "NOTPAY"),
    ]
    .into_iter()
    .enumerate()
    {
        let visit = Visit::start().await;
        browser.goto(&visit.pay_url).await;
        browser.wait_for("Pay ¥2.50").await;
        // The driver's own click needs scripts. In front of the buttons stands the other language.
        for _ in 0..place + 2 {
            browser.press(Key::Tab).await;
        }
        browser.press(Key::Enter).await;
        browser.wait_for(words).await;
        browser.picture(&format!("pay-{act}")).await;
        assert_eq!(visit.state("T1"), state, "{act}");
    }
}
