//! Faults of set-up: the desk says what is wrong in the result, in the history and to the caller who refreshes.

use jiff::SignedDuration;
use payinsurance::signed_xml_client::{
    BoxFuture, Clock as _, HttpRequest, HttpResponse, Transport, TransportError,
};
use payinsurance::{Client, Effect, Key, Merchant};
use payinsurance_orders::{DeskError, Order, State};
use payinsurance_sandbox::Mode;

use crate::hospital::{HOSPITAL, Hospital};
use crate::log::Log;
use crate::world::{Outside, Trouble, order};

/// A desk whose profile of the hospital was changed.
fn set_up_as(change: impl FnOnce(Profile) -> Profile) -> Hospital {
    let mut hospital = Hospital::new();
    let config = hospital.outside.parts().platform.config().clone();
    let config = config.merchant(Mode::ServiceProvider).unwrap();
    let profile = change(Profile {
        appid: config.appid.clone(),
        key: config.key.clone(),
        app_secret: config.app_secret.clone(),
    });
    let sub_mch_id = config.sub_mch_id.clone().unwrap();
    let key = Key::new(profile.key.as_str()).unwrap();
    let merchant =
        Merchant::service_provider(&profile.appid, &config.mch_id, &sub_mch_id, key).unwrap();
    let merchant = merchant.with_app_secret(&profile.app_secret).unwrap();
    let merchant = match &config.sub_appid {
        Some(sub_appid) => merchant.with_sub_appid(sub_appid).unwrap(),
        None => merchant,
    };
    let client = Client::builder(merchant).transport(hospital.outside.clone());
    hospital.desk = payinsurance_orders::Desk::builder(hospital.store.clone())
        .merchant(HOSPITAL, client)
        .clock(hospital.outside.clone())
        .nonce(hospital.outside.clone())
        .build()
        .unwrap();
    hospital
}

struct Profile {
    appid: String,
    key: String,
    app_secret: String,
}

/// Places an order and gives the text that the desk stored about the failure.
async fn fault_of(hospital: &Hospital) -> (Order, String) {
    let order = hospital.desk.place(HOSPITAL, &order("T1")).await.unwrap();
    assert_eq!(order.state, State::Placing);
    let text = order.last_error.clone().unwrap().text;
    let story = hospital.desk.history(HOSPITAL, "T1").await.unwrap().rows;
    assert!(
        story.iter().any(|line| line.evidence.contains(&text)),
        "the history must hold {text:?}: {story:?}"
    );
    (order, text)
}

#[tokio::test]
async fn a_wrong_app_secret_is_named_in_the_result_and_the_history() {
    let hospital = set_up_as(|profile| Profile {
        app_secret: "0".repeat(32),
        ..profile
    });
    let (order, text) = fault_of(&hospital).await;
    assert_eq!(order.last_error.unwrap().effect, Effect::NotSent);
    assert!(text.contains("40125"), "{text}");
    assert!(text.contains("the app secret is wrong: check"), "{text}");
    assert!(!text.contains(&"0".repeat(32)), "{text}");
}

#[tokio::test]
async fn a_wrong_key_is_named_in_the_result_and_the_history() {
    let hospital = set_up_as(|profile| Profile {
        key: "k".repeat(32),
        ..profile
    });
    let (_, text) = fault_of(&hospital).await;
    assert!(text.to_lowercase().contains("sign"), "{text}");
    assert!(!text.contains(&"k".repeat(32)), "{text}");
}

#[tokio::test]
async fn a_wrong_appid_is_named_in_the_result_and_the_history() {
    let hospital = set_up_as(|profile| Profile {
        appid: "wx0000000000000000".to_owned(),
        ..profile
    });
    let (_, text) = fault_of(&hospital).await;
    assert!(text.contains("40013"), "{text}");
    assert!(text.contains("the app id is wrong: check"), "{text}");
}

#[tokio::test]
async fn a_failure_is_warned_of_once_for_each_kind_and_not_at_each_look() {
    let hospital = Hospital::new();
    let log = Log::default();
    let _listening = log.listen();
    hospital.outside.trouble("unifiedorder", Trouble::NotSent);
    for trouble in [Trouble::NotSent, Trouble::Gateway] {
        for _ in 0..12 {
            hospital.outside.trouble("queryorder", trouble);
        }
    }
    hospital.place("T1").await;
    hospital.pass(1_500).await;
    assert_eq!(hospital.outside.parts().troubles.len(), 0, "all were met");
    let lines = log.lines();
    let failures = lines
        .iter()
        .filter(|line| line.contains("a call to the platform failed"));
    let of: Vec<bool> = failures.map(|line| line.contains("unifiedorder")).collect();
    assert_eq!(of, [true, false, false], "{lines:?}");
}

/// A platform that refuses each order with these words.
struct Says(Outside, String);

impl Transport for Says {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            if !request.url.path().ends_with("unifiedorder") {
                return self.0.send(request).await;
            }
            let words = &self.1;
            let body = format!(
                "<xml><return_code>FAIL</return_code><return_msg>{words}</return_msg></xml>"
            );
            Ok(HttpResponse::new(200, body))
        })
    }
}

/// All that is stored and logged of an order that the platform refuses with these words.
async fn stored_of_words(words: String) -> String {
    let hospital = Hospital::new();
    let client = hospital.outside.client(Mode::ServiceProvider);
    let desk = payinsurance_orders::Desk::builder(hospital.store.clone())
        .merchant(
            HOSPITAL,
            client.transport(Says(hospital.outside.clone(), words)),
        )
        .clock(hospital.outside.clone())
        .build()
        .unwrap();
    let log = Log::default();
    let listening = log.listen();
    let stored = desk.place(HOSPITAL, &order("T1")).await.unwrap();
    drop(listening);
    let text = stored.last_error.unwrap().text;
    let history = desk.history(HOSPITAL, "T1").await.unwrap().rows;
    let events = desk.events(&Default::default()).await.unwrap().rows;
    format!("{text}{history:?}{events:?}{:?}", log.lines())
}

#[tokio::test]
async fn personal_values_that_the_platform_repeats_are_not_stored_with_the_error() {
    let session = order("T1").request_content.0.session_id.to_string();
    // The digest is that of the identity number in the request.
    let digest = "09eb26e839ff3a2e3980352ae45ef09e";
    let personal = ["张三", "oSandboxPatientOfTheProvider", &*session, digest];
    for value in personal {
        let stored = stored_of_words(format!("the user {value} is not known")).await;
        assert!(stored.contains("[redacted] is not known"), "{stored}");
        assert!(!stored.contains(value), "{stored}");
    }
    // Words that are too long are cut, perhaps in the middle of a value.
    for length in 90..230 {
        let stored = stored_of_words(format!("{}{digest}{digest}{digest}", "-".repeat(length)));
        let stored = stored.await;
        assert!(!stored.contains(&digest[..6]), "{length}: {stored}");
    }
}

#[tokio::test]
async fn an_answered_call_clears_the_error_of_the_one_before() {
    let hospital = Hospital::new();
    hospital.outside.trouble("unifiedorder", Trouble::NotSent);
    let order = hospital.place("T1").await;
    assert!(order.last_error.is_some());
    hospital.pass(120).await;
    let order = hospital.order("T1").await;
    assert_eq!((order.state, order.last_error), (State::Placed, None));
}

#[tokio::test]
async fn a_refresh_that_could_not_ask_says_so() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    hospital.outside.trouble("queryorder", Trouble::NotSent);
    let error = hospital
        .desk
        .refresh(HOSPITAL, "T1", "li")
        .await
        .unwrap_err();
    let DeskError::NoAnswer { key, error } = error else {
        panic!("{error}")
    };
    assert_eq!(
        (key.hosp_out_trade_no.as_str(), error.effect),
        ("T1", Effect::NotSent)
    );
    let order = hospital.desk.refresh(HOSPITAL, "T1", "li").await.unwrap();
    assert_eq!(order.state, State::Placed);
}

/// The platform, whose responses have the date of a clock that is so many seconds ahead.
struct Dated(Outside, i64);

impl Transport for Dated {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let response = self.0.send(request).await?;
            let date = self.0.now() + SignedDuration::from_secs(self.1);
            Ok(response.with_date(Some(date)))
        })
    }
}

#[tokio::test]
async fn a_check_tells_of_a_clock_that_is_wrong_by_minutes_and_what_to_do() {
    for (seconds, words) in [
        (119, None),
        (-119, None),
        (-121, Some("121 seconds ahead of")),
        (600, Some("600 seconds behind")),
    ] {
        let hospital = Hospital::new();
        let dated = Dated(hospital.outside.clone(), seconds);
        let client = hospital.outside.client(Mode::ServiceProvider);
        let desk = payinsurance_orders::Desk::builder(hospital.store.clone())
            .merchant(HOSPITAL, client.transport(dated))
            .clock(hospital.outside.clone())
            .build()
            .unwrap();
        let check = desk.check().await.unwrap().remove(0);
        assert_eq!(check.problem, None);
        let text = check.to_string();
        match words {
            None => assert_eq!(check.clock_is_ahead, None, "{text}"),
            Some(words) => {
                assert_eq!(check.clock_is_ahead.unwrap().as_secs(), -seconds);
                assert!(text.contains(words) && text.contains("NTP"), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn a_check_before_the_first_order_names_what_is_wrong_and_stores_nothing() {
    let right = Hospital::new();
    let checks = right.desk.check().await.unwrap();
    assert_eq!((checks.len(), checks[0].problem.as_ref()), (1, None));
    assert!(checks[0].to_string().contains("ok"), "{}", checks[0]);
    let wrong_key = |profile| Profile {
        key: "k".repeat(32),
        ..profile
    };
    let wrong_secret = |profile| Profile {
        app_secret: "0".repeat(32),
        ..profile
    };
    for (hospital, words) in [
        (set_up_as(wrong_key), "sign"),
        (set_up_as(wrong_secret), "40125"),
    ] {
        let checks = hospital.desk.check().await.unwrap();
        let text = checks[0].to_string();
        assert!(text.to_lowercase().contains(words), "{text}");
        assert!(!text.contains("kkkk") && !text.contains("0000"), "{text}");
        let orders = hospital
            .desk
            .orders(&Default::default())
            .await
            .unwrap()
            .rows;
        assert_eq!(orders.len(), 0);
    }
    let dead = Hospital::new();
    dead.outside.trouble("gettoken", Trouble::NotSent);
    let checks = dead.desk.check().await.unwrap();
    assert!(checks[0].problem.is_some());
}
