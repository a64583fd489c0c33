//! Bills agree with the orders, in the layouts of the spec.

use payinsurance::bill::{ALL_COLUMNS, Row, layout};
use payinsurance::enums::{BillType, CashTradeStatus, MedTradeState, PartRefundType, Reconciled};
use payinsurance::getbalancebill;
use payinsurance_sandbox::Act;
use signed_xml::bill::BillReader;
use signed_xml::{BeijingTime, BillDate, Fen};

use crate::hospital::Hospital;
use crate::requests::{bill, cash_order, close, order, refund, signed};

const NOWHERE: &str = "http://127.0.0.1:9/notify";

async fn fetch(
    hospital: &Hospital,
    day: BillDate,
    bill_type: BillType,
) -> (Vec<String>, Vec<Row<'static>>) {
    let mut request = bill(day);
    request.bill_type = Some(bill_type);
    let text = hospital
        .post::<getbalancebill::Request>(signed(&hospital.merchant, request))
        .await;
    let mut reader = BillReader::<_, Row>::new(text.as_slice()).unwrap();
    let headers = reader.headers().to_vec();
    let rows = reader.by_ref().map(Result::unwrap).collect();
    (headers, rows)
}

fn today(hospital: &Hospital) -> BillDate {
    BeijingTime::at(hospital.sandbox.now()).date()
}

#[tokio::test]
async fn the_bill_of_a_day_agrees_with_its_orders() {
    let mut hospital = Hospital::start().await;
    hospital.sleep_until_morning().await;
    for number in ["T1", "T2", "T3", "T4"] {
        hospital.call(order(number, NOWHERE)).await.unwrap();
    }
    hospital.call(cash_order("T5", NOWHERE)).await.unwrap();
    for number in ["T1", "T2", "T5"] {
        hospital.sandbox.pay(number, Act::Pay).unwrap();
    }
    hospital.sandbox.pay("T3", Act::InsuranceFails).unwrap();
    hospital.call(close("T4")).await.unwrap();
    let mut part = refund("T2");
    part.part_refund_type = Some(PartRefundType::CashOnly);
    part.cash_refund_fee = Some(Fen(50));
    hospital.call(part).await.unwrap();
    let day = today(&hospital);
    hospital.sleep_until_morning().await;

    let (headers, rows) = fetch(&hospital, day, BillType::All).await;
    assert_eq!(headers, layout(&BillType::All));
    let numbers: Vec<_> = rows
        .iter()
        .map(|row| row.hosp_out_trade_no.as_deref().unwrap())
        .collect();
    assert_eq!(
        numbers,
        ["T1", "T2", "T5", "T2"],
        "payments and refunds in the order of their times"
    );
    let orders = hospital.sandbox.orders();
    for row in &rows {
        let order = orders
            .iter()
            .find(|order| row.hosp_out_trade_no.as_deref() == Some(&order.hosp_out_trade_no))
            .unwrap();
        assert_eq!(
            row.med_trans_id.as_deref(),
            Some(order.med_trans_id.as_str())
        );
        assert_eq!(row.total_fee, Some(order.total_fee));
        assert_eq!(row.cash_fee, Some(order.cash_fee));
        assert_eq!(row.insurance_fee, Some(order.insurance_fee));
        assert_eq!(row.trade_time, order.time_end);
        assert_eq!(row.unknown, []);
    }

    let (headers, paid) = fetch(&hospital, day, BillType::Success).await;
    assert_eq!(headers, layout(&BillType::Success));
    assert_eq!(paid.len(), 3);
    assert_eq!(
        paid.iter().filter_map(|row| row.total_fee).sum::<Fen>(),
        Fen(650)
    );
    assert!(
        paid.iter()
            .all(|row| row.med_trade_state == Some(MedTradeState::Success)
                && row.hosp_out_refund_no.is_none())
    );
    assert_eq!(paid[2].insurance_pay_no, None);
    assert_eq!(paid[2].reconciled, Some(Reconciled::NotApplicable));

    let (headers, refunded) = fetch(&hospital, day, BillType::Refund).await;
    assert_eq!(headers, layout(&BillType::Refund));
    let [row] = refunded.try_into().unwrap();
    assert_eq!(row.hosp_out_refund_no.as_deref(), Some("RT2"));
    assert_eq!(row.wxpay_refund_fee, Some(Fen(50)));
    assert_eq!(row.wxpay_trade_state, Some(CashTradeStatus::Refund));
    assert!(row.wxpay_refund_success_time.is_some());
    assert_eq!(row.insurance_cancelled_fee, None);
}

#[tokio::test]
async fn a_refund_on_a_later_day_leaves_the_earlier_bill_as_it_was() {
    let mut hospital = Hospital::start().await;
    hospital.sleep_until_morning().await;
    hospital.call(order("T1", NOWHERE)).await.unwrap();
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    let first = today(&hospital);
    hospital.sleep_until_morning().await;
    let before = fetch(&hospital, first, BillType::All).await;
    hospital.call(refund("T1")).await.unwrap();
    let second = today(&hospital);
    hospital.sleep_until_morning().await;
    assert!(before == fetch(&hospital, first, BillType::All).await);
    let (_, rows) = fetch(&hospital, second, BillType::All).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].med_trade_state, Some(MedTradeState::Refund));
    assert_eq!(
        rows[0].insurance_cancelled_fee, None,
        "the layout of all orders has another column for it"
    );
    assert_eq!(rows[0].cancelled_fee, Some(Fen(100)));
}

#[tokio::test]
async fn a_past_day_without_orders_has_a_bill_without_rows() {
    let hospital = Hospital::start().await;
    let (headers, rows) = fetch(&hospital, "20200101".parse().unwrap(), BillType::All).await;
    assert_eq!(headers, ALL_COLUMNS);
    assert!(rows.is_empty());
}

#[tokio::test]
async fn a_bill_without_a_type_lists_everything() {
    let hospital = Hospital::start().await;
    let request = bill("20200101".parse().unwrap());
    let text = hospital
        .post::<getbalancebill::Request>(signed(&hospital.merchant, request))
        .await;
    assert_eq!(
        String::from_utf8(text).unwrap().trim_end(),
        layout(&BillType::All).join(",")
    );
}
