//! Notifications: accepted, repeated, forged, misdirected, contradicting, too large, and lost.

use payinsurance_orders::store::ReceivedFilter;
use payinsurance_orders::{Desk, Outcome, State};
use payinsurance_sandbox::{Act, Config, Forgery, Mode};
use signed_xml::{Fields, Key, Limits, SignType};

use crate::hospital::{HOSPITAL, Hospital};
use crate::world::order;

const KEY: &str = "a3f1c27e9b4d58606e1d7c9025b8f4a3";

fn fields(body: &[u8]) -> Vec<(String, String)> {
    let fields = Fields::parse(body, &Limits::default()).unwrap();
    let pairs = fields.iter();
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The message with one field changed, signed as the platform would.
pub(crate) fn resigned(body: &[u8], name: &str, value: Option<&str>) -> Vec<u8> {
    let mut pairs = fields(body);
    pairs.retain(|(found, _)| found != name && found != "sign");
    pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    let pairs = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let key = Key::new(KEY).unwrap();
    Fields::from_pairs(pairs)
        .unwrap()
        .to_signed_xml(&key, SignType::Md5)
}

fn reason(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Refused { reason } | Outcome::Contradicts { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_notification_pays_the_order_and_the_hospital_hears_of_it_once() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification("T1").await;
    assert_eq!(hospital.deliver(&delivery).await.outcome, Outcome::Stored);
    let paid = hospital.order("T1").await;
    assert_eq!(paid.state, State::Paid);
    assert_eq!(paid.times.paid_at, Some(hospital.desk.now()));
    assert_eq!(paid.due_at, None, "nothing is left to ask");
    hospital.work().await;
    assert_eq!(hospital.delivered(), ["order.placed", "order.paid"]);
}

#[tokio::test]
async fn a_repeated_notification_gets_the_same_good_reply_and_changes_nothing() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification("T1").await;
    hospital.deliver(&delivery).await;
    let before = hospital.order("T1").await;
    for _ in 0..10 {
        assert_eq!(hospital.deliver(&delivery).await.outcome, Outcome::Repeated);
    }
    // The same event with another random string is the same event.
    let other = resigned(&delivery.body, "nonce_str", Some("0123456789abcdef"));
    let reply = hospital.another_process().notify(&other).await.unwrap();
    assert_eq!(reply.outcome, Outcome::Repeated);
    assert!(before == hospital.order("T1").await);
}

#[tokio::test]
async fn many_equal_notifications_at_once_are_one_transition_and_one_event() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification("T1").await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let (desk, body) = (hospital.desk.clone(), delivery.body.clone());
        tasks.spawn(async move { desk.notify(&body).await.unwrap().outcome });
    }
    let outcomes = tasks.join_all().await;
    let records = outcomes
        .iter()
        .filter(|outcome| **outcome == Outcome::Stored);
    assert_eq!(records.count(), 1);
    assert!(outcomes.iter().all(Outcome::is_success));
    hospital.work().await;
    assert_eq!(hospital.delivered(), ["order.placed", "order.paid"]);
}

#[tokio::test]
async fn a_forged_notification_is_refused_and_quarantined() {
    for forgery in [Forgery::WrongKey, Forgery::Unsigned, Forgery::AlteredAmount] {
        let hospital = Hospital::new();
        hospital.place("T1").await;
        let forged = hospital
            .outside
            .on_platform(|platform, moment| platform.forge("T1", forgery, moment).unwrap());
        let reply = hospital.deliver(&forged).await;
        assert!(
            matches!(reply.outcome, Outcome::Refused { .. }),
            "{forgery:?}"
        );
        assert_eq!(hospital.state("T1").await, State::Placed);
        let records = hospital
            .desk
            .received(&ReceivedFilter::default())
            .await
            .unwrap();
        assert_eq!(records.len(), 1);
        assert!(records[0].reason.is_some());
        let shown = records[0].fields.as_ref().unwrap();
        let openid = shown.iter().find(|(name, _)| name == "sub_openid").unwrap();
        assert_eq!(openid.1, "[redacted]");
    }
}

#[tokio::test]
async fn a_body_that_is_not_flat_xml_is_refused_with_a_reply_that_says_fail() {
    let hospital = Hospital::new();
    let large = vec![b'x'; 65 << 10];
    let bodies: [&[u8]; 5] = [
        b"",
        b"hello",
        b"<!DOCTYPE xml [<!ENTITY a \"b\">]><xml><mch_id>1900000101</mch_id></xml>",
        b"<xml><mch_id>1900000101</mch_id><mch_id>1900000101</mch_id></xml>",
        &large,
    ];
    for body in bodies {
        let reply = hospital.desk.notify(body).await.unwrap();
        assert!(matches!(reply.outcome, Outcome::Refused { .. }));
        let said = fields(&reply.body);
        assert!(said.contains(&("return_code".to_owned(), "FAIL".to_owned())));
        assert!(said.contains(&("result_code".to_owned(), "FAIL".to_owned())));
    }
}

#[tokio::test]
async fn a_genuine_notification_with_other_amounts_is_quarantined_and_the_platform_is_asked() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification("T1").await;
    let other = resigned(&delivery.body, "total_fee", Some("1"));
    let reply = hospital.desk.notify(&other).await.unwrap();
    assert_eq!(
        reason(&reply.outcome),
        "total_fee is 1 fen, ours is 250 fen"
    );
    assert_eq!(hospital.state("T1").await, State::Placed);
    hospital.work().await;
    assert_eq!(
        hospital.state("T1").await,
        State::Paid,
        "queryorder reported the truth"
    );
    assert_eq!(
        hospital.delivered(),
        ["order.placed", "order.contradicted", "order.paid"]
    );
}

#[tokio::test]
async fn a_genuine_notification_of_an_unknown_order_is_stored_and_not_acknowledged() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification("T1").await;
    let other = resigned(&delivery.body, "hosp_out_trade_no", Some("T9"));
    let reply = hospital.desk.notify(&other).await.unwrap();
    assert!(matches!(reply.outcome, Outcome::Contradicts { .. }));
    let filter = ReceivedFilter {
        quarantined: true,
        ..ReceivedFilter::default()
    };
    assert_eq!(hospital.desk.received(&filter).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_genuine_notification_that_lacks_an_amount_is_not_lost() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification("T1").await;
    let short = resigned(&delivery.body, "cash_fee", None);
    let reply = hospital.desk.notify(&short).await.unwrap();
    assert!(!reply.outcome.is_success());
    hospital.work().await;
    assert_eq!(hospital.state("T1").await, State::Paid);
}

#[tokio::test]
async fn a_notification_of_failure_is_stored_and_ends_nothing() {
    let mut config = Config::default();
    config.notify_failures = true;
    let hospital = Hospital::with(config, |desk| desk);
    hospital.place("T1").await;
    hospital.patient("T1", Act::CashFails);
    let delivery = hospital.outside.due().remove(0);
    assert_eq!(hospital.deliver(&delivery).await.outcome, Outcome::Stored);
    assert_eq!(hospital.state("T1").await, State::Placed);
    hospital.pass(120).await;
    assert_eq!(
        hospital.state("T1").await,
        State::Failed,
        "queryorder says so"
    );
    assert_eq!(hospital.delivered(), ["order.placed", "order.failed"]);
}

#[tokio::test]
async fn a_payment_without_a_notification_is_found_by_the_return_page() {
    let hospital = Hospital::new();
    hospital.paid_without_notification("T1").await;
    let order = hospital.desk.returned(HOSPITAL, "T1").await.unwrap();
    assert_eq!(order.state, State::Paid);
    let asked = hospital.outside.calls("queryorder");
    hospital.desk.returned(HOSPITAL, "T1").await.unwrap();
    assert_eq!(
        hospital.outside.calls("queryorder"),
        asked,
        "the store knows"
    );
}

#[tokio::test]
async fn a_payment_without_a_notification_is_found_by_the_poller() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification("T1").await;
    hospital.pass(60).await;
    assert_eq!(hospital.state("T1").await, State::Paid);
    // The notification that comes after all is stored too, and reports nothing new.
    assert_eq!(hospital.deliver(&delivery).await.outcome, Outcome::Stored);
    hospital.work().await;
    assert_eq!(hospital.delivered(), ["order.placed", "order.paid"]);
}

#[tokio::test]
async fn a_payment_after_the_close_is_asked_for_and_never_lost() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification("T1").await;
    let mut closed = hospital.order("T1").await;
    closed.state = State::Closed;
    closed.due_at = None;
    force(&hospital, closed).await;
    let reply = hospital.deliver(&delivery).await;
    assert_eq!(
        reason(&reply.outcome),
        "it reports a payment of an order that is closed"
    );
    hospital.work().await;
    assert_eq!(hospital.state("T1").await, State::Paid);
    assert_eq!(hospital.deliver(&delivery).await.outcome, Outcome::Stored);
    hospital.work().await;
    assert_eq!(
        hospital.delivered(),
        ["order.placed", "order.contradicted", "order.paid"]
    );
}

/// Puts an order into the store as it is.
async fn force(hospital: &Hospital, order: payinsurance_orders::Order) {
    use payinsurance_orders::store::{Change, Committed, Store};
    let change = Change {
        order,
        line: None,
        received: None,
        events: Vec::new(),
        replacement: None,
    };
    let committed = hospital.store.commit(&change).await.unwrap();
    assert_eq!(committed, Committed::Stored);
}

#[tokio::test]
async fn each_hospital_of_a_desk_hears_its_own_notifications_only() {
    let hospital = Hospital::new();
    let desk = Desk::builder(hospital.store.clone())
        .merchant(HOSPITAL, hospital.outside.client(Mode::ServiceProvider))
        .merchant("second", hospital.outside.client(Mode::Independent))
        .clock(hospital.outside.clone())
        .nonce(hospital.outside.clone())
        .build()
        .unwrap();
    let mut second = order("T1");
    second.sub_openid = None;
    second.openid = Some("oSandboxPatientOfTheHospital".into());
    desk.place("second", &second).await.unwrap();
    let delivery = hospital.paid_without_notification("T1x").await;
    // The number is the second hospital's, the signature the first one's.
    let crossed = resigned(&delivery.body, "hosp_out_trade_no", Some("T1"));
    assert!(!desk.notify(&crossed).await.unwrap().outcome.is_success());
    assert!(
        desk.notify(&delivery.body)
            .await
            .unwrap()
            .outcome
            .is_success()
    );
    assert_eq!(
        desk.order("second", "T1").await.unwrap().state,
        State::Placed
    );
    assert_eq!(
        desk.order(HOSPITAL, "T1x").await.unwrap().state,
        State::Paid
    );
}
