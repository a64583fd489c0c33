//! What an unverified caller can make the desk store and log: floods of notifications that are not verified, or contradict their orders.

use std::time::Duration;

use payinsurance_orders::store::{ReceivedFilter, ReceivedRecord, Store};
use payinsurance_orders::{Outcome, Policy};
use payinsurance_sandbox::{Config, Mode};

use crate::hospital::Hospital;
use crate::log::Log;
use crate::notifying::resigned;

const LARGEST_BODY: usize = 64 << 10;

/// What is stored of notifications, with their bodies and reasons.
async fn stored(hospital: &Hospital) -> Vec<ReceivedRecord> {
    let filter = ReceivedFilter {
        limit: u32::MAX,
        ..ReceivedFilter::default()
    };
    hospital.store.received(&filter).await.unwrap()
}

fn size(stored: &[ReceivedRecord]) -> usize {
    let sizes = stored.iter().map(|found| {
        found.body.whole().unwrap().len() + found.reason.as_deref().unwrap_or_default().len()
    });
    sizes.sum()
}

/// Unsigned bodies as large as they may be, which name a hospital of the desk.
fn large_unsigned_bodies(hospital: &Hospital) -> Vec<Vec<u8>> {
    let parts = hospital.outside.parts();
    let merchant = parts.platform.config().merchant(Mode::ServiceProvider);
    let merchant = merchant.unwrap();
    let ids = format!(
        "<appid>{}</appid><mch_id>{}</mch_id><sub_mch_id>{}</sub_mch_id>",
        merchant.appid,
        merchant.mch_id,
        merchant.sub_mch_id.as_ref().unwrap()
    );
    let filler = "签".repeat(21_000);
    [
        format!("<xml>{ids}<return_code>FAIL</return_code><return_msg>{filler}</return_msg></xml>"),
        format!("<xml>{ids}<hosp_out_trade_no>{filler}</hosp_out_trade_no></xml>"),
        format!("<xml>{ids}<x>{filler}</x></xml>"),
        format!("<xml>{ids}<return_code>{filler}</return_code></xml>"),
        format!("<xml>{ids}<sign_type>{filler}</sign_type><sign>0</sign></xml>"),
        format!("<xml><mch_id>{filler}</mch_id></xml>"),
        filler,
    ]
    .map(String::into_bytes)
    .into()
}

#[tokio::test]
async fn of_an_unsigned_body_only_its_beginning_and_a_short_reason_are_stored() {
    let hospital = Hospital::new();
    for body in large_unsigned_bodies(&hospital) {
        assert!(body.len() > 60_000 && body.len() < LARGEST_BODY);
        let before = size(&stored(&hospital).await);
        let outcome = hospital.desk.notify(&body).await.unwrap().outcome;
        let Outcome::Refused { reason } = outcome else {
            panic!("{outcome:?}")
        };
        assert!(reason.len() <= 512, "a reason of {} bytes", reason.len());
        let grown = size(&stored(&hospital).await) - before;
        assert!(grown <= (4 << 10) + 512, "{grown} bytes: {reason}");
    }
}

#[tokio::test]
async fn a_flood_of_unsigned_notifications_stores_what_the_policy_allows_in_a_minute() {
    let hospital = Hospital::new();
    let most = usize::try_from(hospital_policy().unverified_bytes_per_minute).unwrap();
    let bodies = large_unsigned_bodies(&hospital);
    let flood = async |round: usize| {
        for number in 0..300 {
            let mut body = bodies[number % bodies.len()].clone();
            body.extend(format!("<!-- {round} {number} -->").as_bytes());
            body.rotate_right(20);
            hospital.desk.notify(&body).await.unwrap();
            // Small ones as well: a row takes room even if its body does not.
            let small = format!("<xml><mch_id>{round}.{number}</mch_id></xml>");
            hospital.desk.notify(small.as_bytes()).await.unwrap();
        }
    };
    flood(0).await;
    let first = stored(&hospital).await;
    assert!(size(&first) <= most && size(&first) > most / 2);
    assert!(first.len() <= most / 256);
    hospital.outside.advance(Duration::from_secs(61));
    flood(1).await;
    let second = stored(&hospital).await;
    assert!(second.len() > first.len(), "the next minute has room again");
    assert!(size(&second) <= 2 * most);
}

#[tokio::test]
async fn signed_notifications_that_contradict_an_order_are_stored_once_for_each_reason() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification("T1").await;
    let wrong = resigned(&delivery.body, "total_fee", Some("1"));
    for number in 0..50 {
        let other = resigned(&wrong, "new_field", Some(&number.to_string()));
        let outcome = hospital.desk.notify(&other).await.unwrap().outcome;
        assert!(matches!(outcome, Outcome::Contradicts { .. }));
    }
    assert_eq!(stored(&hospital).await.len(), 1);
    let size = hospital.story("T1").await.len();
    assert!(size <= 4, "{size} lines of history");
}

#[tokio::test]
async fn signed_notifications_that_contradict_in_many_ways_store_what_the_policy_allows() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification("T1").await;
    let filler = "x".repeat(20_000);
    let large = resigned(&delivery.body, "new_field", Some(&filler));
    for number in 1_000..1_100 {
        for (field, value) in [
            ("total_fee", number.to_string()),
            ("med_trans_id", format!("{number}{filler}")),
            ("hosp_out_trade_no", format!("T{number}{filler}")),
        ] {
            let other = resigned(&large, field, Some(&value));
            let outcome = hospital.desk.notify(&other).await.unwrap().outcome;
            assert!(!outcome.is_success(), "{field}");
        }
    }
    let most = usize::try_from(hospital_policy().contradicting_bytes_per_minute).unwrap();
    let most = most + usize::try_from(hospital_policy().unverified_bytes_per_minute).unwrap();
    assert!(size(&stored(&hospital).await) <= most);
    let size: usize = hospital.story("T1").await.iter().map(String::len).sum();
    assert!(size < 64 << 10, "{size} bytes of history");
    // The genuine one is accepted all the same.
    let outcome = hospital.desk.notify(&delivery.body).await.unwrap().outcome;
    assert_eq!(outcome, Outcome::Stored);
}

#[tokio::test]
async fn the_quarantine_is_pruned_by_age_and_by_size() {
    let mut policy = Policy::default();
    policy.quarantine_bytes = 20_000;
    policy.quarantine_age = Duration::from_secs(86_400);
    let hospital = Hospital::with(Config::default(), |desk| desk.policy(policy));
    for number in 0..100 {
        let body = format!("<xml><mch_id>{number}{}</mch_id></xml>", "x".repeat(2_000));
        hospital.desk.notify(body.as_bytes()).await.unwrap();
        hospital.outside.advance(Duration::from_secs(61));
    }
    let found = stored(&hospital).await;
    assert!(
        size(&found) <= 22_500 && !found.is_empty(),
        "{}",
        size(&found)
    );
    // The workers do it although nothing comes.
    hospital.outside.advance(Duration::from_secs(2 * 86_400));
    hospital.work().await;
    assert_eq!(stored(&hospital).await.len(), 0);
}

#[tokio::test]
async fn a_flood_of_refused_notifications_logs_some_lines_and_then_a_count() {
    let hospital = Hospital::new();
    let log = Log::default();
    let _listening = log.listen();
    let filler = "x".repeat(60_000);
    for number in 0..500 {
        let body = format!("<xml><mch_id>{number}{filler}</mch_id></xml>");
        hospital.desk.notify(body.as_bytes()).await.unwrap();
        hospital.desk.notify_too_large().await.unwrap();
    }
    assert!(log.lines().len() <= 60);
    hospital.outside.advance(Duration::from_secs(61));
    hospital.desk.notify(b"<xml/>").await.unwrap();
    let text = log.lines().join("\n");
    assert!(text.contains("count=940"), "{text}");
    assert!(text.len() < 80_000, "{} bytes of log", text.len());
}

fn hospital_policy() -> Policy {
    Policy::default()
}
