//! Differences planted into bills, over HTTP.

use payinsurance::bill::{Kind, Row};
use payinsurance::enums::{BillType, MedTradeState, Reconciled};
use payinsurance::getbalancebill;
use payinsurance_sandbox::{Act, BillDifference};
use serde_json::{Value, json};
use signed_xml::bill::BillReader;
use signed_xml::{BeijingTime, BillDate, Fen};

use crate::hospital::Hospital;
use crate::requests::{bill, cash_order, order, refund, signed};

const NOWHERE: &str = "http://127.0.0.1:9/notify";

/// A hospital on the morning after a day with three paid orders; T1 was refunded, T3 is paid in cash alone.
async fn after_a_day() -> (Hospital, BillDate) {
    let mut hospital = Hospital::start().await;
    hospital.sleep_until_morning().await;
    for request in [order("T1", NOWHERE), order("T2", NOWHERE)] {
        hospital.call(request).await.unwrap();
    }
    hospital.call(cash_order("T3", NOWHERE)).await.unwrap();
    for number in ["T1", "T2", "T3"] {
        hospital.sandbox.pay(number, Act::Pay).unwrap();
    }
    hospital.call(refund("T1")).await.unwrap();
    let day = BeijingTime::at(hospital.sandbox.now()).date();
    hospital.sleep_until_morning().await;
    (hospital, day)
}

async fn rows(hospital: &Hospital, day: BillDate, bill_type: BillType) -> Vec<Row<'static>> {
    let mut request = bill(day);
    request.bill_type = Some(bill_type);
    let body = signed(&hospital.merchant, request);
    let text = hospital.post::<getbalancebill::Request>(body).await;
    let reader = BillReader::<_, Row>::new(text.as_slice()).unwrap();
    reader.map(Result::unwrap).collect()
}

async fn all(hospital: &Hospital, day: BillDate) -> Vec<Row<'static>> {
    rows(hospital, day, BillType::All).await
}

async fn plant(hospital: &Hospital, asked: Value) -> Value {
    let (status, answer) = hospital.control("/sandbox/plant", asked).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

#[tokio::test]
async fn a_planted_difference_is_named_and_stands_in_the_bill_until_it_is_cleared() {
    let (hospital, day) = after_a_day().await;
    let before = all(&hospital, day).await;
    assert!(
        before
            .iter()
            .all(|row| row.reconciled != Some(Reconciled::No))
    );
    let asked = json!({ "difference": "amount_total", "day": day.to_string(), "seed": 3 });
    let answer = plant(&hospital, asked).await;
    let planted = &answer["bills"][0]["planted"];
    assert_eq!(planted[0]["difference"], "amount_total");
    assert_eq!(planted[0]["refund"], false);
    let named = planted[0]["hosp_out_trade_no"].as_str().unwrap();
    let path = format!("/sandbox/planted?day={day}");
    assert_eq!(hospital.look(&path).await, answer);

    let after = all(&hospital, day).await;
    let changed: Vec<_> = before
        .iter()
        .zip(&after)
        .filter(|(old, new)| old != new)
        .collect();
    let [(old, new)] = changed[..] else {
        panic!("{} rows", changed.len())
    };
    assert_eq!(new.hosp_out_trade_no.as_deref(), Some(named));
    assert_eq!(new.total_fee, old.total_fee.map(|Fen(fen)| Fen(fen + 1)));

    let url = format!("{}/sandbox/planted", hospital.sandbox.origin());
    let reply = hospital.http.delete(url).send().await.unwrap();
    assert_eq!(reply.status(), 200);
    assert!(all(&hospital, day).await == before);
}

#[tokio::test]
async fn the_seed_decides_which_rows_and_the_bill_stays_the_same() {
    let (hospital, day) = after_a_day().await;
    let mut chosen = Vec::new();
    for seed in 0..8 {
        hospital.sandbox.clear_plantings();
        let asked = json!({ "difference": "state", "day": day.to_string(), "seed": seed });
        let answer = plant(&hospital, asked).await;
        let first = all(&hospital, day).await;
        assert!(all(&hospital, day).await == first);
        let paying = first
            .iter()
            .find(|row| row.med_trade_state == Some(MedTradeState::Paying));
        let number = paying.unwrap().hosp_out_trade_no.clone().unwrap();
        assert_eq!(
            answer["bills"][0]["planted"][0]["hosp_out_trade_no"],
            *number
        );
        chosen.push(number);
    }
    chosen.sort();
    chosen.dedup();
    assert_eq!(chosen.len(), 3, "eight seeds reach each of three rows");
}

#[tokio::test]
async fn each_kind_of_row_is_planted_where_it_fits_and_an_order_carries_one() {
    let (hospital, day) = after_a_day().await;
    for difference in BillDifference::ALL {
        hospital.sandbox.clear_plantings();
        let asked = json!({ "difference": difference, "day": day.to_string(), "count": 9 });
        let answer = plant(&hospital, asked).await;
        let planted = answer["bills"][0]["planted"].as_array().unwrap();
        use BillDifference as D;
        let expected = match difference {
            D::RefundMissing | D::RefundPartial => 1,
            D::AmountInsurance | D::AmountOwnAccount | D::AmountFund => 2,
            D::AmountOther | D::Unchecked | D::RefundOnlyTheirs => 2,
            _ => 3,
        };
        assert_eq!(planted.len(), expected, "{difference:?}");
        let count = all(&hospital, day).await.len();
        let expected = match difference {
            D::OnlyOurs | D::AnotherDay => 1,
            D::RefundMissing => 3,
            D::OnlyTheirs | D::Repeated => 7,
            D::RefundOnlyTheirs => 6,
            _ => 4,
        };
        assert_eq!(count, expected, "{difference:?}");
    }
    let other = hospital.look("/sandbox/planted?day=2020-01-01").await;
    assert_eq!(other["bills"][0]["planted"], json!([]));
}

#[tokio::test]
async fn one_order_can_be_named_and_a_moved_payment_stands_in_the_next_bill() {
    let (mut hospital, day) = after_a_day().await;
    let next = BillDate::new(day.date().tomorrow().unwrap());
    hospital.sleep_until_morning().await;
    let asked =
        json!({ "difference": "another_day", "day": day.to_string(), "hosp_out_trade_no": "T2" });
    plant(&hospital, asked).await;
    let numbers = |rows: Vec<Row<'static>>| -> Vec<String> {
        let numbers = rows.into_iter().map(|row| row.hosp_out_trade_no.unwrap());
        numbers.map(|number| number.into_owned()).collect()
    };
    assert_eq!(numbers(all(&hospital, day).await), ["T1", "T3", "T1"]);
    assert_eq!(numbers(all(&hospital, next).await), ["T2"]);
    let paid = rows(&hospital, next, BillType::Success).await;
    assert_eq!(numbers(paid), ["T2"]);
    let refunds = rows(&hospital, next, BillType::Refund).await;
    assert!(refunds.is_empty());
}

#[tokio::test]
async fn today_and_one_hospital_can_be_meant() {
    let mut hospital = Hospital::start().await;
    hospital.sleep_until_morning().await;
    let sub = hospital.merchant.sub_mch_id.clone().unwrap();
    let asked = json!({ "difference": "refund_only_theirs", "hospital": sub });
    plant(&hospital, asked).await;
    hospital.call(order("T1", NOWHERE)).await.unwrap();
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    let day = BeijingTime::at(hospital.sandbox.now()).date();
    hospital.sleep_until_morning().await;
    let rows = all(&hospital, day).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1].kind(), Kind::Refund);
    let independent = hospital.sandbox.merchants()[1].mch_id.clone();
    let asked =
        json!({ "difference": "only_ours", "hospital": independent, "day": day.to_string() });
    let answer = plant(&hospital, asked).await;
    assert_eq!(answer["bills"][1]["hospital"], independent);
    assert_eq!(all(&hospital, day).await.len(), 2, "of the other hospital");
}

#[tokio::test]
async fn what_cannot_be_planted_is_refused_with_what_can() {
    let hospital = Hospital::start().await;
    for (asked, status, words) in [
        (json!({ "difference": "amount" }), 400, "`amount_total`"),
        (json!({}), 400, "difference"),
        (
            json!({ "difference": "state", "count": 0 }),
            400,
            "1 to 100000",
        ),
        (
            json!({ "difference": "state", "day": "yesterday" }),
            400,
            "`day` is",
        ),
        (json!({ "difference": "state", "sed": 1 }), 400, "`seed`"),
        (
            json!({ "difference": "state", "hospital": "1" }),
            404,
            "1900000102, 1900000201",
        ),
    ] {
        let (found, answer) = hospital.control("/sandbox/plant", asked.clone()).await;
        assert_eq!(found, status, "{asked}: {answer}");
        let error = answer["error"].as_str().unwrap();
        assert!(error.contains(words), "{asked}: {error}");
    }
    let index = hospital.look("/sandbox").await;
    let listed = index["paths"]["POST /sandbox/plant"]["difference"]
        .as_str()
        .unwrap();
    assert_eq!(listed.split(" | ").count(), BillDifference::ALL.len());
}
