//! Notifications: repeated until a signed SUCCESS comes back, and forged ones.

use std::time::Duration;

use axum::http::StatusCode;
use payinsurance::notification::Notification;
use payinsurance_sandbox::{Act, Config, Forgery, Mode};
use signed_xml::{Key, Limits, ReplyError, SignatureError, read_notification};

use crate::hospital::Hospital;
use crate::receiver::{Answer, Receiver};
use crate::requests::order;

#[tokio::test]
async fn repeats_until_a_signed_success_comes_back() {
    let hospital = Hospital::start().await;
    let bad = [
        Answer::SignedFail,
        Answer::UnsignedSuccess,
        Answer::SignedWithAnotherKey,
        Answer::SuccessWithoutResultCode,
        Answer::SignedSuccessAs(StatusCode::CREATED),
        Answer::Nonsense,
        Answer::Redirect,
    ];
    let receiver = Receiver::start(hospital.key(), bad).await;
    hospital.call(order("T1", &receiver.url)).await.unwrap();
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    hospital.sandbox.advance(Duration::ZERO).await;
    // The ordinary schedule, a second early and then in time.
    for (deliveries, wait) in [15, 15, 30, 180, 600, 1_200, 1_800].into_iter().enumerate() {
        hospital
            .sandbox
            .advance(Duration::from_secs(wait - 5))
            .await;
        assert_eq!(
            receiver.bodies().len(),
            deliveries + 1,
            "before {wait} s are over"
        );
        hospital.sandbox.advance(Duration::from_secs(5)).await;
        assert_eq!(
            receiver.bodies().len(),
            deliveries + 2,
            "when {wait} s are over"
        );
    }
    hospital.sandbox.advance(Duration::from_secs(86_400)).await;
    let bodies = receiver.bodies();
    assert_eq!(
        bodies.len(),
        bad.len() + 1,
        "nothing more after the signed success"
    );
    assert!(
        bodies.iter().all(|body| *body == bodies[0]),
        "a repeat is the same notification"
    );
    assert_eq!(receiver.strays(), 0, "a redirect is not followed");
    let notified = hospital.sandbox.orders()[0].notification.clone().unwrap();
    assert!(notified.accepted && notified.ended);
}

#[tokio::test]
async fn gives_up_when_the_schedule_is_used_up() {
    let mut config = Config::default();
    config.notification_retries = vec![Duration::from_secs(1); 3];
    let hospital = Hospital::with(config, Mode::ServiceProvider).await;
    let receiver = Receiver::start(hospital.key(), vec![Answer::SignedFail; 100]).await;
    hospital.call(order("T1", &receiver.url)).await.unwrap();
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    hospital.sandbox.advance(Duration::from_secs(3_600)).await;
    assert_eq!(receiver.bodies().len(), 4);
    let notified = hospital.sandbox.orders()[0].notification.clone().unwrap();
    assert_eq!(
        (notified.attempts, notified.accepted, notified.ended),
        (4, false, true)
    );
    assert!(notified.refused.unwrap().contains("FAIL"));
}

#[tokio::test]
async fn an_address_without_a_listener_is_a_failure_like_others() {
    let hospital = Hospital::start().await;
    hospital
        .call(order("T1", "http://127.0.0.1:9/notify"))
        .await
        .unwrap();
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    hospital.sandbox.advance(Duration::ZERO).await;
    let notified = hospital.sandbox.orders()[0].notification.clone().unwrap();
    assert!(notified.refused.unwrap().starts_with("no answer"));
    assert!(!notified.ended);
}

#[tokio::test]
async fn a_failed_payment_is_notified_when_the_configuration_says_so() {
    let mut config = Config::default();
    config.notify_failures = true;
    let hospital = Hospital::with(config, Mode::ServiceProvider).await;
    let receiver = Receiver::start(hospital.key(), []).await;
    hospital.call(order("T1", &receiver.url)).await.unwrap();
    hospital.sandbox.pay("T1", Act::CashFails).unwrap();
    hospital.sandbox.advance(Duration::ZERO).await;
    let [body] = receiver.bodies().try_into().unwrap();
    let notified: Notification =
        read_notification(&body, &hospital.key(), &Limits::default()).unwrap();
    assert_eq!(notified.result_code.as_str(), "FAIL");
    assert_eq!(notified.time_end, None);
}

#[tokio::test]
async fn a_forged_notification_does_not_verify() {
    let hospital = Hospital::start().await;
    let receiver = Receiver::start(hospital.key(), vec![Answer::Nonsense; 2]).await;
    hospital.call(order("T1", &receiver.url)).await.unwrap();
    for (forgery, expected, taken) in [
        (Forgery::WrongKey, SignatureError::Wrong, false),
        (Forgery::Unsigned, SignatureError::Missing, false),
        (Forgery::AlteredAmount, SignatureError::Wrong, true),
    ] {
        let report = hospital
            .sandbox
            .forge_notification("T1", forgery)
            .await
            .unwrap();
        assert_eq!(
            (report.status, report.accepted),
            (Some(200), taken),
            "{report:?}"
        );
        let body = receiver.bodies().pop().unwrap();
        let read = read_notification::<Notification>(&body, &hospital.key(), &Limits::default());
        match read {
            Err(ReplyError::Signature(found)) => assert_eq!(found, expected),
            other => panic!("{forgery:?} reads as {other:?}"),
        }
    }
    assert_eq!(
        hospital.sandbox.orders()[0].med_trade_state.as_str(),
        "NOTPAY"
    );
    assert_eq!(hospital.sandbox.orders()[0].notification, None);
}

#[tokio::test]
async fn says_what_is_wrong_with_the_hospitals_reply() {
    for (answer, words) in [
        (
            Answer::SignedFail,
            "the hospital refuses the notification: result_code FAIL",
        ),
        (
            Answer::UnsignedFail,
            "the hospital refuses the notification: return_code \"FAIL\", retmsg \"no such order\"",
        ),
        (
            Answer::SignedWithAnotherKey,
            "the signature of the reply is refused: none of the known mistakes explains the signature",
        ),
        (
            Answer::UnsignedSuccess,
            "the signature of the reply is refused: the message has no `sign`",
        ),
    ] {
        let hospital = Hospital::start().await;
        let receiver = Receiver::start(hospital.key(), [answer]).await;
        hospital.call(order("T1", &receiver.url)).await.unwrap();
        hospital.sandbox.pay("T1", Act::Pay).unwrap();
        hospital.sandbox.advance(Duration::ZERO).await;
        let notified = hospital.sandbox.orders()[0].notification.clone().unwrap();
        let refused = notified.refused.unwrap();
        assert!(refused.contains(words), "{refused}");
        assert!(!refused.contains("the platform refused"), "{refused}");
    }
}

#[tokio::test]
async fn says_when_the_hospitals_reply_was_signed_with_the_app_secret() {
    let hospital = Hospital::start().await;
    let secret = Key::of_any_length(hospital.merchant.app_secret.as_str()).unwrap();
    let receiver = Receiver::start(secret, [Answer::SignedSuccess]).await;
    hospital.call(order("T1", &receiver.url)).await.unwrap();
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    hospital.sandbox.advance(Duration::ZERO).await;
    let notified = hospital.sandbox.orders()[0].notification.clone().unwrap();
    let refused = notified.refused.unwrap();
    assert!(
        refused.contains("it was signed with the app secret"),
        "{refused}"
    );
}
