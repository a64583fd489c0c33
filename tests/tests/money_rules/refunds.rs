//! The numbers of an order, and refunds (3.4, 3.6, 3.7, 3.10).

use payinsurance::enums::{MedRefundState, OrderType, PartRefundType};
use payinsurance::{ErrorCode, closeorder, queryorder, queryrefund, refund};
use signed_xml::{Effect, Fen, Fields, Message, validate};

use crate::platform::{TOKEN, provider};
use crate::{key, reply, signed};

fn refund() -> refund::Request {
    let content = refund::RequestContent::builder()
        .session_id("2f20f7ae")
        .paytype(OrderType::RegPay)
        .aae011("sys")
        .bka015("系统管理员")
        .bka001("1")
        .bka964("广州市")
        .build();
    refund::Request::builder()
        .hosp_out_trade_no("YD20181204075841")
        .hosp_out_refund_no("RYD20181204075841")
        .cancel_serial_no("YD20181204075841")
        .cancel_bill_no("201812040805480193")
        .request_content(content.unwrap())
        .build()
        .unwrap()
}

#[test]
fn the_cash_part_is_refunded_in_part_only_when_it_is_refunded_alone() {
    let mut refund = refund();
    for (part, fee, expected) in [
        (None, None, Ok(())),
        (None, Some(1), Ok(())),
        (Some("CASH_ONLY"), None, Ok(())),
        (Some("CASH_ONLY"), Some(1), Ok(())),
        (Some("INSURANCE_ONLY"), None, Ok(())),
        (
            Some("INSURANCE_ONLY"),
            Some(1),
            Err("must be left out when present(part_refund_type) && part_refund_type != CASH_ONLY"),
        ),
        (None, Some(0), Err("must be at least 1, found 0")),
        (
            Some("CASH_ONLY"),
            Some(0),
            Err("must be at least 1, found 0"),
        ),
    ] {
        refund.part_refund_type = part.map(PartRefundType::from_wire);
        refund.cash_refund_fee = fee.map(Fen);
        let message = validate(&refund).map_err(|violations| violations.to_string());
        match expected {
            Ok(()) => assert_eq!(message, Ok(()), "{part:?} {fee:?}"),
            Err(words) => {
                let message = message.unwrap_err().replace('"', "");
                assert!(
                    message.contains("`cash_refund_fee` (现金部分退款, section 3.6)")
                        && message.contains(words),
                    "{part:?} {fee:?}: {message}"
                );
            }
        }
    }
}

#[test]
fn e1_e2_an_order_is_named_by_one_of_its_two_numbers() {
    fn message<M: Message>(fields: &[(&str, &str)]) -> Option<String> {
        let message: M = Fields::from_pairs(fields.iter().copied())
            .unwrap()
            .read()
            .unwrap();
        validate(&message)
            .err()
            .map(|violations| violations.to_string())
    }
    let (theirs, ours) = (("med_trans_id", "M1"), ("hosp_out_trade_no", "T1"));
    let both = "exactly one of `med_trans_id`, `hosp_out_trade_no` must be set, found 2";
    for message in [
        message::<queryorder::Request>,
        message::<closeorder::Request>,
    ] {
        assert_eq!(message(&[theirs]), None);
        assert_eq!(message(&[ours]), None);
        assert!(message(&[theirs, ours]).unwrap().contains(both));
        assert!(message(&[]).unwrap().contains("found 0"));
    }
    let mut refund = refund();
    refund.med_trans_id = Some("M1".into());
    assert!(validate(&refund).unwrap_err().to_string().contains(both));
    refund.hosp_out_trade_no = None;
    assert_eq!(validate(&refund), Ok(()));
}

#[test]
fn e3_a_refund_is_looked_up_by_any_of_four_numbers_and_several_do_no_harm() {
    let query = queryrefund::Request::builder()
        .hosp_out_refund_no("R1")
        .build()
        .unwrap();
    assert_eq!(Fields::of(&query).unwrap().len(), 1);
    let query = queryrefund::Request::builder()
        .med_trans_id("M1")
        .med_refund_id("MR1")
        .hosp_out_trade_no("T1")
        .hosp_out_refund_no("R1")
        .build()
        .unwrap();
    assert_eq!(Fields::of(&query).unwrap().len(), 4);
}

#[test]
fn e21_a_trade_number_of_64_characters_leaves_no_room_for_the_prefix_and_is_not_cut() {
    let mut refund = refund();
    refund.hosp_out_refund_no = format!("R{}", "1".repeat(63)).into();
    assert_eq!(validate(&refund), Ok(()));
    refund.hosp_out_refund_no = format!("R{}", "1".repeat(64)).into();
    let message = validate(&refund).unwrap_err().to_string();
    assert!(
        message.contains("`hosp_out_refund_no` (医院退款订单号, section 3.6) holds at most 64 characters, found 65"),
        "{message}"
    );
}

#[tokio::test]
async fn e14_the_reply_to_a_refund_carries_no_ids_and_must_be_signed_all_the_same() {
    let accepted = [
        ("return_code", "SUCCESS"),
        ("result_code", "SUCCESS"),
        ("med_refund_id", "MR1"),
        ("cash_refund_fee", "3333"),
    ];
    let (client, received) = provider(TOKEN, signed(&accepted));
    let reply = client.refund(&refund()).await.unwrap();
    assert_eq!(reply.cash_refund_fee, Some(Fen(3333)));
    received.last().verify(&key()).unwrap();

    let unsigned = Fields::from_pairs(accepted).unwrap().to_xml();
    let (client, _) = provider(TOKEN, unsigned);
    let error = client.refund(&refund()).await.unwrap_err();
    assert_eq!(error.effect(), Effect::Unknown, "{error}");
}

#[test]
fn accepted_is_not_refunded() {
    let reply: queryrefund::Response = reply(&[
        ("return_code", "SUCCESS"),
        ("result_code", "SUCCESS"),
        ("med_refund_id", "MR1"),
        ("med_refund_state", "REFUNDING"),
    ])
    .unwrap();
    assert_eq!(reply.med_refund_state, MedRefundState::Refunding);
}

#[test]
fn e11_the_state_of_the_cash_refund_is_read_under_all_three_spellings() {
    for name in [
        "cash_refund_status",
        "cash_refund_statuses",
        "cash_refund_stauts",
    ] {
        let reply: queryrefund::Response = reply(&[
            ("return_code", "SUCCESS"),
            ("result_code", "SUCCESS"),
            ("med_refund_id", "MR1"),
            ("med_refund_state", "SUCCESS"),
            (name, "CHANGE"),
        ])
        .unwrap();
        let status = reply.cash_refund_status.as_ref();
        assert_eq!(
            status.map(|status| status.as_str()),
            Some("CHANGE"),
            "{name}"
        );
        assert!(reply.unknown.is_empty());
    }
}

#[test]
fn e17_error_530_is_about_a_field_that_there_is() {
    let code = ErrorCode::from_wire("530");
    assert!(code.meaning().unwrap().contains("hosp_out_trade_no"));
    assert_eq!(code.effect(), Effect::Refused);
}

#[test]
fn a_failure_whose_outcome_is_unknown_says_so_for_each_interface() {
    use signed_xml::Call;
    for unknown in ["514", "552", "80000", "a code of later"] {
        assert_eq!(
            refund::Request::effect_of(unknown),
            Effect::Unknown,
            "{unknown}"
        );
    }
    assert_eq!(refund::Request::effect_of("513"), Effect::Refused);
}
