//! `payinsurance refund`: only what is confirmed, once, under one number.

use crate::hospital::Hospital;

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_needs_yes_outside_of_a_terminal() {
    let hospital = Hospital::start().await;
    hospital.paid("T1");
    let calls = hospital.sandbox.traffic().len();
    let error = hospital
        .run("refund place T1 --from refund.json")
        .refused(2);
    assert!(error.contains("add --yes"), "{error}");
    let error = hospital.run("refund place T1 --from refund.json --lang zh");
    assert!(error.refused(2).contains("加上 --yes"));
    assert_eq!(hospital.sandbox.traffic().len(), calls);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_refund_is_accepted_and_followed_to_its_end() {
    let hospital = Hospital::start().await;
    hospital.paid("T1");
    let error = hospital.run("refund show T1").refused(1);
    assert!(error.contains("has no refund"), "{error}");
    let place = "refund place T1 --from refund.json --yes --json";
    let placed = hospital.run(place).objects(0);
    assert_eq!(placed[0]["hosp_out_refund_no"], "RT1");
    assert_eq!(placed[0]["state"], "accepted");
    hospital.a_minute_later().await;
    let asked = hospital.run("refund query T1 --json").objects(0);
    assert_eq!(asked[0]["state"], "succeeded");
    assert_eq!(asked[0]["refunded_fee"], 250);
    let shown = hospital.run("refund show T1 --lang zh").ended(0);
    assert!(shown.contains("RT1"), "{shown}");
    // Asked for again, it is the same refund.
    assert_eq!(hospital.run(place).objects(0)[0]["state"], "succeeded");
    let refunds = hospital.sandbox.traffic();
    let refunds = refunds.iter().filter(|call| call.interface == "refund");
    assert_eq!(refunds.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn cash_alone_goes_back_in_part() {
    let hospital = Hospital::start().await;
    hospital.paid("T1");
    let place = "refund place T1 --from refund.json --yes --json cash_refund_fee=50";
    let placed = hospital.run(place).objects(0);
    assert_eq!(placed[0]["cash_only"], 50);
    hospital.a_minute_later().await;
    let asked = hospital.run("refund query T1 --store other.db --json");
    assert_eq!(asked.objects(0)[0]["cash_refund_fee"], "50");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_is_named_before_anything_is_sent() {
    let hospital = Hospital::start().await;
    hospital.paid("T1");
    hospital.place("T2").ended(0);
    for (arguments, code, words) in [
        ("T1 --yes", 2, "`session_id`"),
        (
            "T1 --yes --from refund.json cash_refund_fee=1.5",
            2,
            "whole number of fen",
        ),
        (
            "T1 --yes --from refund.json part_refund_type=ALL",
            2,
            "must be CASH_ONLY",
        ),
        (
            "T1 --yes --from refund.json total_fee=1",
            2,
            "unknown field \"total_fee\"",
        ),
        ("T1 --yes --from refund.json cash_refund_fee=151", 1, "1.5"),
        ("T2 --yes --from refund.json", 1, "paid"),
        ("T9 --yes --from refund.json", 1, "has no order"),
    ] {
        let error = hospital.run(&format!("refund place {arguments}"));
        let error = error.refused(code);
        assert!(error.contains(words), "{arguments}: {error}");
    }
    let refunds = hospital.sandbox.traffic();
    assert!(!refunds.iter().any(|call| call.interface == "refund"));
}
