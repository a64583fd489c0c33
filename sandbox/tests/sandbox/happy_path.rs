//! Each interface once, in both ways of access.

use std::time::Duration;

use payinsurance::enums::{
    BillType, CashTradeStatus, InsuranceTradeStatus, MedRefundState, MedTradeState, OrderType,
    PartRefundType, PayType, ResultCode,
};
use payinsurance::notification::Notification;
use payinsurance_sandbox::{Act, Config, Mode};
use signed_xml::{BeijingTime, Fen, IdDigest, Limits, read_notification};

use crate::hospital::Hospital;
use crate::receiver::Receiver;
use crate::requests::{bill, close, order, query, query_refund, refund, verify_name};

#[tokio::test]
async fn a_hospital_under_a_service_provider_goes_through_the_whole_document() {
    whole_document(Mode::ServiceProvider).await;
}

#[tokio::test]
async fn a_hospital_on_its_own_goes_through_the_whole_document() {
    whole_document(Mode::Independent).await;
}

async fn whole_document(mode: Mode) {
    let mut hospital = Hospital::with(Config::default(), mode).await;
    hospital.sleep_until_morning().await;
    let receiver = Receiver::start(hospital.key(), []).await;
    hospital.call(verify_name()).await.unwrap();

    let placed = hospital.call(order("T1", &receiver.url)).await.unwrap();
    assert!(
        placed.med_trans_id.starts_with('M'),
        "{}",
        placed.med_trans_id
    );
    assert!(
        placed.pay_url.starts_with(hospital.sandbox.origin()),
        "{}",
        placed.pay_url
    );
    assert_eq!(placed.official_account().unwrap().url, placed.pay_url);
    assert_eq!(placed.err_code.as_deref(), Some("0"));
    assert_eq!(
        placed.appid.as_deref(),
        Some(hospital.merchant.appid.as_str())
    );
    assert_eq!(
        placed.sub_mch_id.as_deref(),
        hospital.merchant.sub_mch_id.as_deref()
    );
    let unpaid = hospital.call(query("T1")).await.unwrap();
    assert_eq!(unpaid.med_trade_state, MedTradeState::NotPay);
    assert_eq!(unpaid.time_end, None);

    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    hospital.sandbox.advance(Duration::ZERO).await;
    let [body] = receiver.bodies().try_into().unwrap();
    let notified: Notification =
        read_notification(&body, &hospital.key(), &Limits::default()).unwrap();
    assert_eq!(notified.result_code, ResultCode::Success);
    assert_eq!(notified.med_trans_id, placed.med_trans_id);
    assert_eq!(
        (
            notified.total_fee,
            notified.cash_fee,
            notified.insurance_fee
        ),
        (Fen(250), Fen(150), Fen(100))
    );
    assert_eq!(notified.insurance_self_fee, Some(Fen(30)));
    assert_eq!(notified.insurance_fund_fee, Some(Fen(70)));
    assert_eq!(notified.insurance_other_fee, Some(Fen(0)));
    assert_eq!(notified.attach.as_deref(), Some("自定义,`参数"));

    let paid = hospital.call(query("T1")).await.unwrap();
    assert_eq!(paid.med_trade_state, MedTradeState::Success);
    assert_eq!(paid.cash_trade_status, Some(CashTradeStatus::Success));
    assert_eq!(
        paid.insurance_trade_status,
        Some(InsuranceTradeStatus::Payed)
    );
    assert_eq!(paid.order_type, Some(OrderType::RegPay));
    assert_eq!(paid.pay_type, Some(PayType::CashAndInsurance));
    assert_eq!(paid.time_end, notified.time_end);
    assert_eq!(paid.cash_order_id, notified.cash_order_id);
    assert_eq!(paid.gmt_out_create.as_deref(), Some("20260501163102"));

    let mut part = refund("T1");
    part.part_refund_type = Some(PartRefundType::CashOnly);
    part.cash_refund_fee = Some(Fen(50));
    let accepted = hospital.call(part).await.unwrap();
    assert_eq!(accepted.cash_refund_fee, Some(Fen(50)));
    assert_eq!(accepted.insurance_refund_fee, Some(Fen(0)));
    assert_eq!(accepted.insurance_refund_id, None);
    let running = hospital.call(query_refund("T1")).await.unwrap();
    assert_eq!(running.med_refund_state, MedRefundState::Refunding);
    assert_eq!(running.refund_end_time, None);
    hospital.sandbox.advance(Duration::from_secs(30)).await;
    let done = hospital.call(query_refund("T1")).await.unwrap();
    assert_eq!(done.med_refund_state, MedRefundState::Success);
    assert!(done.refund_end_time.is_some());
    let refunded = hospital.call(query("T1")).await.unwrap();
    assert_eq!(refunded.med_trade_state, MedTradeState::Refund);
    assert_eq!(
        refunded.insurance_trade_status,
        Some(InsuranceTradeStatus::Payed)
    );

    hospital.call(order("T2", &receiver.url)).await.unwrap();
    hospital.call(close("T2")).await.unwrap();
    let closed = hospital.call(query("T2")).await.unwrap();
    assert_eq!(closed.med_trade_state, MedTradeState::Closed);
    hospital.call(close("T2")).await.unwrap();

    let today = BeijingTime::at(hospital.sandbox.now()).date();
    hospital.sleep_until_morning().await;
    let mut asked = bill(today);
    asked.bill_type = Some(BillType::All);
    let body = crate::requests::signed(&hospital.merchant, asked);
    let text = hospital
        .post::<payinsurance::getbalancebill::Request>(body)
        .await;
    let text = String::from_utf8(text).unwrap();
    assert_eq!(text.lines().count(), 3, "{text}");
    hospital.sandbox.shutdown().await;
}

#[tokio::test]
async fn an_order_from_a_mini_program_is_paid_in_the_payment_mini_program() {
    let mut config = Config::default();
    config.merchants[0].pay_appid = Some("wxe1022cca111d18be".into());
    let hospital = Hospital::with(config, Mode::ServiceProvider).await;
    let placed = hospital
        .call(order("T1", "http://127.0.0.1:9/"))
        .await
        .unwrap();
    let program = placed.mini_program().unwrap();
    assert_eq!(program.appid, "wxe1022cca111d18be");
    assert!(
        program.path.starts_with("pages/index/index?pay_key="),
        "{}",
        program.path
    );
    assert!(placed.official_account().is_none());
}

#[tokio::test]
async fn a_patient_without_a_card_binds_one_when_paying() {
    let hospital = Hospital::start().await;
    let receiver = Receiver::start(hospital.key(), []).await;
    let mut other = order("T1", &receiver.url);
    let number = IdDigest::of("440524188001010014").unwrap();
    other.openid = Some("oStranger".into());
    other.user_card_no = number.clone();
    hospital.call(other).await.unwrap();
    assert_eq!(
        hospital.call(query("T1")).await.unwrap().med_trade_state,
        MedTradeState::Initial
    );
    let mut unnamed = verify_name();
    unnamed.openid = "oStranger".into();
    unnamed.idcard_md5 = number;
    assert_eq!(hospital.refused(unnamed.clone()).await, "80004");
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    assert_eq!(
        hospital.call(query("T1")).await.unwrap().med_trade_state,
        MedTradeState::Success
    );
    hospital.call(unnamed).await.unwrap();
}

#[tokio::test]
async fn a_failed_part_gives_the_other_part_back_and_sends_no_notification() {
    let hospital = Hospital::start().await;
    let receiver = Receiver::start(hospital.key(), []).await;
    for (number, act) in [("T1", Act::InsuranceFails), ("T2", Act::CashFails)] {
        hospital.call(order(number, &receiver.url)).await.unwrap();
        hospital.sandbox.pay(number, act).unwrap();
        let failing = hospital.call(query(number)).await.unwrap();
        assert_eq!(failing.med_trade_state, MedTradeState::SysRefunding);
        assert_eq!(failing.time_end, None);
    }
    let cash_taken = hospital.call(query("T1")).await.unwrap();
    assert_eq!(cash_taken.cash_trade_status, Some(CashTradeStatus::Refund));
    assert_eq!(
        cash_taken.insurance_trade_status,
        Some(InsuranceTradeStatus::NotPay)
    );
    let insurance_taken = hospital.call(query("T2")).await.unwrap();
    assert_eq!(
        insurance_taken.cash_trade_status,
        Some(CashTradeStatus::NotPay)
    );
    assert_eq!(
        insurance_taken.insurance_trade_status,
        Some(InsuranceTradeStatus::Refund)
    );
    hospital.sandbox.advance(Duration::from_secs(30)).await;
    for number in ["T1", "T2"] {
        let failed = hospital.call(query(number)).await.unwrap();
        assert_eq!(failed.med_trade_state, MedTradeState::SysRefunded);
        assert!(hospital.sandbox.pay(number, Act::Pay).is_err());
    }
    assert!(receiver.bodies().is_empty());
}

#[tokio::test]
async fn who_walks_away_can_come_back_and_pay() {
    let hospital = Hospital::start().await;
    let receiver = Receiver::start(hospital.key(), []).await;
    hospital.call(order("T1", &receiver.url)).await.unwrap();
    hospital.sandbox.pay("T1", Act::WalkAway).unwrap();
    hospital.sandbox.advance(Duration::from_secs(3_600)).await;
    assert_eq!(
        hospital.call(query("T1")).await.unwrap().med_trade_state,
        MedTradeState::NotPay
    );
    assert!(receiver.bodies().is_empty());
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    hospital.sandbox.advance(Duration::ZERO).await;
    assert_eq!(receiver.bodies().len(), 1);
}
