//! Refunds: one number per order, whole or in cash, safe to repeat, followed to their end.

use payinsurance::ErrorCode;
use payinsurance_orders::{DeskError, RefundError, RefundRequest, RefundState, State};
use payinsurance_sandbox::samples::refund_content;
use payinsurance_sandbox::{Fault, Interface};
use signed_xml::Fen;

use crate::hospital::{HOSPITAL, Hospital};
use crate::world::Trouble;

fn whole() -> RefundRequest {
    RefundRequest::whole(refund_content())
}

fn cash(fee: u64) -> RefundRequest {
    RefundRequest::cash(Fen(fee), refund_content())
}

async fn paid(number: &str) -> Hospital {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification(number).await;
    hospital.deliver(&delivery).await;
    hospital
}

/// A refund of the order by other means than this desk.
async fn refunded_beside(hospital: &Hospital, number: &str, refund_number: &str) {
    let beside = hospital.another_process();
    let request = payinsurance::refund::Request::builder()
        .hosp_out_trade_no(number)
        .hosp_out_refund_no(refund_number)
        .cancel_serial_no(format!("S{number}"))
        .cancel_bill_no(format!("B{number}"))
        .request_content(refund_content())
        .build()
        .unwrap();
    let client = beside.client(HOSPITAL).unwrap();
    client.refund(&request).await.unwrap();
}

fn refused(error: DeskError) -> RefundError {
    match error {
        DeskError::Refund(error) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_refund_is_accepted_followed_and_reported() {
    let hospital = paid("T1").await;
    let order = hospital
        .desk
        .refund(HOSPITAL, "T1", &whole())
        .await
        .unwrap();
    let refund = order.refund.unwrap();
    assert_eq!(order.state, State::Refunding);
    assert_eq!(refund.state, RefundState::Accepted);
    assert_eq!(refund.hosp_out_refund_no, "RT1");
    hospital.pass(90).await;
    let order = hospital.order("T1").await;
    let refund = order.refund.unwrap();
    assert_eq!(order.state, State::Refunded);
    assert_eq!(refund.cash_refund_fee, Some(Fen(150)));
    assert_eq!(refund.insurance_refund_fee, Some(Fen(100)));
    assert_eq!(order.due_at, None);
    assert_eq!(
        hospital.delivered(),
        [
            "order.placed",
            "order.paid",
            "refund.begun",
            "refund.succeeded"
        ]
    );
}

#[tokio::test]
async fn a_part_of_the_cash_goes_back_alone() {
    let hospital = paid("T1").await;
    hospital
        .desk
        .refund(HOSPITAL, "T1", &cash(60))
        .await
        .unwrap();
    hospital.pass(90).await;
    let refund = hospital.order("T1").await.refund.unwrap();
    assert_eq!(refund.state, RefundState::Succeeded);
    assert_eq!(refund.cash_refund_fee, Some(Fen(60)));
    assert_eq!(refund.insurance_refund_fee, Some(Fen::ZERO));
}

#[tokio::test]
async fn the_same_refund_again_is_what_is_known_and_another_is_a_conflict() {
    let hospital = paid("T1").await;
    hospital
        .desk
        .refund(HOSPITAL, "T1", &cash(60))
        .await
        .unwrap();
    let again = hospital.another_process();
    again.refund(HOSPITAL, "T1", &cash(60)).await.unwrap();
    assert_eq!(hospital.outside.calls("refund"), 1);
    let part = again.refund(HOSPITAL, "T1", &whole()).await.unwrap_err();
    let known = Some(Fen(60));
    assert_eq!(refused(part), RefundError::OtherPart { known });
    let numbered = cash(60).numbered("R2");
    let number = again.refund(HOSPITAL, "T1", &numbered).await.unwrap_err();
    let known = "RT1".to_owned();
    assert_eq!(refused(number), RefundError::OtherNumber { known });
}

#[tokio::test]
async fn only_what_was_paid_is_refunded_and_no_more_than_that() {
    let hospital = paid("T1").await;
    for fee in [0, 151] {
        let error = hospital.desk.refund(HOSPITAL, "T1", &cash(fee)).await;
        // Zero is not an amount to refund: the document's own rule says so first.
        let error = error.unwrap_err();
        assert!(
            matches!(
                error,
                DeskError::Refund(RefundError::Amount { .. }) | DeskError::Invalid(_)
            ),
            "{error}"
        );
    }
    hospital.place("T2").await;
    let unpaid = hospital
        .desk
        .refund(HOSPITAL, "T2", &whole())
        .await
        .unwrap_err();
    let state = State::Placed;
    assert_eq!(refused(unpaid), RefundError::NotPaid { state });
    assert_eq!(hospital.outside.calls("refund"), 0);
}

#[tokio::test]
async fn a_payment_without_a_notification_is_found_when_a_refund_is_asked_for() {
    let hospital = Hospital::new();
    hospital.paid_without_notification("T1").await;
    let order = hospital
        .desk
        .refund(HOSPITAL, "T1", &whole())
        .await
        .unwrap();
    assert_eq!(order.state, State::Refunding);
}

#[tokio::test]
async fn a_trade_number_without_room_for_the_letter_needs_an_explicit_refund_number() {
    let number = "9".repeat(64);
    let hospital = paid(&number).await;
    let error = hospital
        .desk
        .refund(HOSPITAL, &number, &whole())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("give one of your own"),
        "{error}"
    );
    assert_eq!(refused(error), RefundError::NumberTooLong { max: 64 });
    let numbered = whole().numbered("R1");
    hospital
        .desk
        .refund(HOSPITAL, &number, &numbered)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_refund_number_with_a_control_character_is_refused() {
    let hospital = paid("T1").await;
    let pasted = whole().numbered("R1\r");
    let refused = hospital.desk.refund(HOSPITAL, "T1", &pasted).await;
    let message = refused.unwrap_err().to_string();
    assert!(
        message.starts_with("hosp_out_refund_no has a control"),
        "{message}"
    );
    assert_eq!(hospital.outside.calls("refund"), 0);
    assert_eq!(hospital.state("T1").await, State::Paid);
}

#[tokio::test]
async fn a_lost_request_is_sent_again_under_the_same_number() {
    let hospital = paid("T1").await;
    hospital.outside.trouble("refund", Trouble::RequestLost);
    let order = hospital
        .desk
        .refund(HOSPITAL, "T1", &whole())
        .await
        .unwrap();
    assert_eq!(order.refund.unwrap().state, RefundState::Asking);
    hospital.pass(180).await;
    let order = hospital.order("T1").await;
    assert_eq!(order.state, State::Refunded);
    assert_eq!(order.refund.unwrap().hosp_out_refund_no, "RT1");
    assert_eq!(hospital.outside.calls("refund"), 2);
}

#[tokio::test]
async fn a_lost_answer_is_found_by_asking_and_not_sent_again() {
    let hospital = paid("T1").await;
    hospital.outside.trouble("refund", Trouble::AnswerLost);
    let order = hospital
        .desk
        .refund(HOSPITAL, "T1", &whole())
        .await
        .unwrap();
    assert_eq!(order.refund.unwrap().state, RefundState::Accepted);
    hospital.pass(90).await;
    assert_eq!(hospital.state("T1").await, State::Refunded);
    assert_eq!(hospital.outside.calls("refund"), 1);
}

#[tokio::test]
async fn a_refund_that_was_submitted_before_is_followed() {
    let hospital = paid("T1").await;
    let fault = |code, takes_effect| Fault {
        interface: Interface::Refund,
        code,
        takes_effect,
    };
    let submitted = fault(ErrorCode::RefundAlreadySubmitted, true);
    hospital.outside.parts().platform.fail_next(submitted);
    hospital
        .desk
        .refund(HOSPITAL, "T1", &whole())
        .await
        .unwrap();
    hospital.pass(90).await;
    assert_eq!(hospital.state("T1").await, State::Refunded);
}

#[tokio::test]
async fn a_refused_refund_is_left_to_people_and_can_be_asked_for_again() {
    let hospital = paid("T1").await;
    let fault = Fault {
        interface: Interface::Refund,
        code: ErrorCode::BadParameter,
        takes_effect: false,
    };
    hospital.outside.parts().platform.fail_next(fault);
    let order = hospital
        .desk
        .refund(HOSPITAL, "T1", &whole())
        .await
        .unwrap();
    assert_eq!(order.refund.unwrap().state, RefundState::Failed);
    hospital.pass(600).await;
    assert_eq!(
        hospital.outside.calls("refund"),
        1,
        "no worker tries by itself"
    );
    assert_eq!(
        hospital.delivered(),
        ["order.placed", "order.paid", "refund.failed"]
    );
    // What was never accepted may be corrected, under the same number.
    hospital
        .desk
        .refund(HOSPITAL, "T1", &cash(10))
        .await
        .unwrap();
    hospital.pass(90).await;
    let refund = hospital.order("T1").await.refund.unwrap();
    assert_eq!(refund.cash_refund_fee, Some(Fen(10)));
}

#[tokio::test]
async fn an_earlier_try_that_arrives_after_a_refusal_is_found() {
    let hospital = paid("T1").await;
    let fault = Fault {
        interface: Interface::Refund,
        code: ErrorCode::BadParameter,
        takes_effect: false,
    };
    hospital.outside.parts().platform.fail_next(fault);
    let asked = hospital.desk.refund(HOSPITAL, "T1", &whole()).await;
    let refund = asked.unwrap().refund.unwrap();
    assert_eq!(refund.state, RefundState::Failed);
    let late = payinsurance::refund::Request::builder()
        .hosp_out_trade_no("T1")
        .hosp_out_refund_no("RT1")
        .cancel_serial_no("ST1")
        .cancel_bill_no("BT1")
        .request_content(refund_content())
        .build()
        .unwrap();
    let beside = hospital.another_process();
    let client = beside.client(HOSPITAL).unwrap();
    client.refund(&late).await.unwrap();
    hospital.pass(3_600).await;
    assert_eq!(hospital.state("T1").await, State::Refunded);
}

#[tokio::test]
async fn a_refund_that_somebody_else_asked_for_is_followed() {
    let hospital = paid("T1").await;
    // A colleague refunds by other means; this desk finds out when it asks.
    refunded_beside(&hospital, "T1", "BY-HAND").await;
    let order = hospital.desk.refresh(HOSPITAL, "T1", "li").await.unwrap();
    assert_eq!(order.state, State::Refunding);
    hospital.pass(120).await;
    let order = hospital.order("T1").await;
    assert_eq!(order.state, State::Refunded);
    assert_eq!(order.refund.unwrap().hosp_out_refund_no, "BY-HAND");
    let error = hospital
        .desk
        .refund(HOSPITAL, "T1", &whole())
        .await
        .unwrap_err();
    assert!(matches!(refused(error), RefundError::OtherNumber { .. }));
}

#[tokio::test]
async fn a_refund_that_somebody_else_asked_for_before_ours_contradicts_it() {
    for is_lost in [false, true] {
        let hospital = paid("T1").await;
        refunded_beside(&hospital, "T1", "BY-HAND").await;
        if is_lost {
            hospital.outside.trouble("refund", Trouble::RequestLost);
        }
        let asked = hospital.desk.refund(HOSPITAL, "T1", &whole()).await;
        assert_eq!(asked.unwrap().state, State::Refunding);
        hospital.pass(120).await;
        let order = hospital.order("T1").await;
        let contradiction = order.contradiction.unwrap();
        assert_eq!(
            (&*contradiction.source, &*contradiction.reason),
            ("queryrefund", "hosp_out_refund_no is BY-HAND, ours is RT1"),
            "lost: {is_lost}"
        );
        assert!(
            hospital
                .delivered()
                .contains(&"order.contradicted".to_owned())
        );
        assert_eq!(order.refund.unwrap().hosp_out_refund_no, "RT1");
    }
}

#[tokio::test]
async fn a_refund_number_of_another_order_is_refused_before_anything_is_sent() {
    let hospital = paid("T1").await;
    let delivery = hospital.paid_without_notification("T2").await;
    hospital.deliver(&delivery).await;
    let numbered = whole().numbered("R");
    let desk = &hospital.desk;
    desk.refund(HOSPITAL, "T1", &numbered).await.unwrap();
    let error = desk.refund(HOSPITAL, "T2", &numbered).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the refund number R belongs to the refund of the order T1: give another number, the same one each time"
    );
    let number = "R".to_owned();
    let order = hospital.order("T1").await.key;
    assert_eq!(refused(error), RefundError::NumberTaken { number, order });
    assert_eq!(hospital.state("T2").await, State::Paid);
    assert_eq!(hospital.order("T2").await.refund, None);

    // Its own order repeats it, and the other one is refunded under another number.
    desk.refund(HOSPITAL, "T1", &numbered).await.unwrap();
    assert_eq!(hospital.outside.calls("refund"), 1);
    desk.refund(HOSPITAL, "T2", &whole()).await.unwrap();
    hospital.pass(90).await;
    assert_eq!(hospital.state("T1").await, State::Refunded);
    assert_eq!(hospital.state("T2").await, State::Refunded);
}

#[tokio::test]
async fn a_refund_reported_under_the_number_of_another_order_contradicts() {
    let hospital = paid("T1").await;
    let delivery = hospital.paid_without_notification("T2").await;
    hospital.deliver(&delivery).await;
    // A colleague refunds T1 by other means, under a number that this desk has given to T2 and that has not arrived.
    refunded_beside(&hospital, "T1", "R").await;
    hospital.outside.trouble("refund", Trouble::RequestLost);
    let numbered = whole().numbered("R");
    let desk = &hospital.desk;
    desk.refund(HOSPITAL, "T2", &numbered).await.unwrap();
    let order = desk.refresh(HOSPITAL, "T1", "li").await.unwrap();
    assert_eq!(order.refund, None);
    let contradiction = order.contradiction.unwrap();
    assert_eq!(contradiction.source, "queryrefund");
    assert_eq!(
        contradiction.reason,
        "the refund number R belongs to the order T2"
    );
    let refund = hospital.order("T2").await.refund.unwrap();
    assert_eq!(refund.hosp_out_refund_no, "R");
}
