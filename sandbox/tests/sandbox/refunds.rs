//! Refunds: one number for each order, cash whole or in part, insurance whole or not at all.

use std::time::Duration;

use payinsurance::enums::{
    CashRefundStatus, InsuranceRefundStatus, MedRefundState, PartRefundType,
};
use payinsurance::{queryrefund, refund as generated};
use payinsurance_sandbox::Act;
use signed_xml::Fen;

use crate::hospital::Hospital;
use crate::requests::{cash_order, order, query_refund, refund, signed};

const NOWHERE: &str = "http://127.0.0.1:9/notify";

async fn paid(number: &str) -> Hospital {
    let hospital = Hospital::start().await;
    hospital.call(order(number, NOWHERE)).await.unwrap();
    hospital.sandbox.pay(number, Act::Pay).unwrap();
    hospital
}

#[tokio::test]
async fn a_refund_of_all_gives_both_parts_back_after_a_while() {
    let hospital = paid("T1").await;
    let accepted = hospital.call(refund("T1")).await.unwrap();
    assert_eq!(accepted.total_fee, Some(Fen(250)));
    assert_eq!(
        (accepted.cash_refund_fee, accepted.insurance_refund_fee),
        (Some(Fen(150)), Some(Fen(100)))
    );
    let running = hospital.call(query_refund("T1")).await.unwrap();
    assert_eq!(
        running.cash_refund_status,
        Some(CashRefundStatus::Refunding)
    );
    assert_eq!(
        running.insurance_refund_status,
        Some(InsuranceRefundStatus::Refunding)
    );
    hospital.sandbox.advance(Duration::from_secs(30)).await;
    let done = hospital.call(query_refund("T1")).await.unwrap();
    assert_eq!(done.med_refund_state, MedRefundState::Success);
    assert_eq!(done.med_refund_id, accepted.med_refund_id);
    assert_eq!(
        done.insurance_refund_status,
        Some(InsuranceRefundStatus::Success)
    );
}

#[tokio::test]
async fn part_of_the_cash_may_go_back_together_with_all_of_the_insurance() {
    let hospital = paid("T1").await;
    let mut part = refund("T1");
    part.cash_refund_fee = Some(Fen(1));
    let accepted = hospital.call(part).await.unwrap();
    assert_eq!(
        (accepted.cash_refund_fee, accepted.insurance_refund_fee),
        (Some(Fen(1)), Some(Fen(100)))
    );
}

#[tokio::test]
async fn an_order_has_one_refund_number_for_ever() {
    let hospital = paid("T1").await;
    hospital.call(refund("T1")).await.unwrap();
    assert_eq!(hospital.refused(refund("T1")).await, "550");
    let mut other = refund("T1");
    other.hosp_out_refund_no = "R-other".into();
    assert_eq!(hospital.refused(other.clone()).await, "558");
    hospital.sandbox.advance(Duration::from_secs(60)).await;
    assert_eq!(hospital.refused(refund("T1")).await, "550");
    assert_eq!(hospital.refused(other).await, "558");
}

#[tokio::test]
async fn a_refund_number_belongs_to_one_order() {
    let hospital = paid("T1").await;
    hospital.call(order("T2", NOWHERE)).await.unwrap();
    hospital.sandbox.pay("T2", Act::Pay).unwrap();
    hospital.call(refund("T1")).await.unwrap();
    let mut second = refund("T2");
    second.hosp_out_refund_no = "RT1".into();
    assert_eq!(hospital.refused(second).await, "513");
    hospital.call(refund("T2")).await.unwrap();
}

#[tokio::test]
async fn what_is_not_paid_is_not_refunded() {
    let hospital = Hospital::start().await;
    hospital.call(order("T1", NOWHERE)).await.unwrap();
    assert_eq!(hospital.refused(refund("T1")).await, "554");
    hospital.sandbox.pay("T1", Act::InsuranceFails).unwrap();
    assert_eq!(hospital.refused(refund("T1")).await, "554");
}

#[tokio::test]
async fn a_refund_that_does_not_fit_its_order_is_refused_and_may_be_corrected() {
    let hospital = paid("T1").await;
    type Change = fn(&mut generated::Request);
    let changes: [(&str, Change); 4] = [
        ("more cash than was paid", |request| {
            request.cash_refund_fee = Some(Fen(151))
        }),
        ("another serial_no", |request| {
            request.cancel_serial_no = "S2".into()
        }),
        ("another bill_no", |request| {
            request.cancel_bill_no = "B2".into()
        }),
        ("an unknown part", |request| {
            request.part_refund_type = Some(PartRefundType::from_wire("HALF"))
        }),
    ];
    for (what, change) in changes {
        let mut request = refund("T1");
        change(&mut request);
        assert_eq!(hospital.refused(request).await, "513", "{what}");
    }
    let mut nothing = refund("T1");
    nothing.cash_refund_fee = Some(Fen(0));
    let found = hospital
        .return_msg::<generated::Request>(signed(&hospital.merchant, nothing))
        .await;
    assert!(found.contains("cash_refund_fee"), "{found}");
    hospital.call(refund("T1")).await.unwrap();
}

#[tokio::test]
async fn an_order_paid_in_cash_gives_no_insurance_back() {
    let hospital = Hospital::start().await;
    hospital.call(cash_order("T1", NOWHERE)).await.unwrap();
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    let accepted = hospital.call(refund("T1")).await.unwrap();
    assert_eq!(
        (accepted.cash_refund_fee, accepted.insurance_refund_fee),
        (Some(Fen(150)), Some(Fen(0)))
    );
    assert_eq!(accepted.insurance_refund_id, None);
}

#[tokio::test]
async fn of_several_numbers_the_first_in_the_documents_order_counts() {
    let hospital = paid("T1").await;
    let accepted = hospital.call(refund("T1")).await.unwrap();
    let mut request = queryrefund::Request::builder()
        .hosp_out_trade_no("T1")
        .build()
        .unwrap();
    assert_eq!(
        hospital.call(request.clone()).await.unwrap().med_refund_id,
        accepted.med_refund_id
    );
    request.med_trans_id = Some("M0".into());
    hospital.call(request.clone()).await.unwrap();
    request.hosp_out_refund_no = Some("R0".into());
    assert_eq!(hospital.refused(request.clone()).await, "551");
    request.med_refund_id = Some(accepted.med_refund_id);
    hospital.call(request).await.unwrap();
}

#[tokio::test]
async fn a_refund_that_was_not_asked_for_cannot_be_queried() {
    let hospital = paid("T1").await;
    assert_eq!(hospital.refused(query_refund("T1")).await, "551");
    let by_order = queryrefund::Request::builder()
        .hosp_out_trade_no("T1")
        .build()
        .unwrap();
    assert_eq!(hospital.refused(by_order).await, "551");
}
