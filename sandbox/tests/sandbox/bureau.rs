//! The bureau settles other amounts than the hospital sent.

use std::time::Duration;

use payinsurance::bill::{Kind, Row};
use payinsurance::enums::{AllowFeeChange, PayType};
use payinsurance::getbalancebill;
use payinsurance_sandbox::Act;
use serde_json::json;
use signed_xml::bill::BillReader;
use signed_xml::{BeijingTime, Fen, Fields, Limits};

use crate::hospital::Hospital;
use crate::receiver::Receiver;
use crate::requests::{bill, order, query, refund, signed};

#[tokio::test]
async fn where_fees_may_change_those_of_the_bureau_hold() {
    let mut hospital = Hospital::start().await;
    let receiver = Receiver::start(hospital.key(), []).await;
    // 250 in all, of which 150 cash and 100 insurance; online, where insurance is sent as the total.
    for (number, online, rule, parts) in [
        ("T1", false, json!({}), (170, 80, "3")),
        ("T2", false, json!({ "insurance_fee": 0 }), (250, 0, "1")),
        ("T3", true, json!({ "insurance_fee": 180 }), (70, 180, "3")),
        ("T4", true, json!({ "insurance_fee": 999 }), (0, 250, "2")),
    ] {
        let mut rule = rule;
        rule["fault"] = json!("fee_differs");
        let (status, answer) = hospital.control("/sandbox/faults", rule).await;
        assert_eq!(status, 200, "{answer}");
        let mut wanted = order(number, &receiver.url);
        if online {
            (wanted.cash_fee, wanted.insurance_fee) = (Fen::ZERO, Fen(250));
            (wanted.pay_type, wanted.cash_add_fee) = (PayType::Insurance, None);
        }
        wanted.allow_fee_change = AllowFeeChange::Allow;
        hospital.call(wanted).await.unwrap();
        hospital.sandbox.pay(number, Act::Pay).unwrap();
        hospital.sandbox.advance(Duration::ZERO).await;
        let (cash, insurance, pay_type) = parts;
        let found = hospital.call(query(number)).await.unwrap();
        assert_eq!(found.total_fee, Fen(250), "{number}");
        assert_eq!(found.cash_fee, Fen(cash), "{number}");
        assert_eq!(found.insurance_fee, Some(Fen(insurance)), "{number}");
        assert_eq!(found.pay_type.unwrap().as_str(), pay_type, "{number}");
        let own = found.insurance_self_fee.unwrap_or_default();
        let fund = found.insurance_fund_fee.unwrap_or_default();
        assert_eq!(own.0 + fund.0, insurance, "{number}");
        let body = receiver.bodies().pop().unwrap();
        let sent = Fields::parse(&body, &Limits::default()).unwrap();
        let parts_sent =
            ["cash_fee", "insurance_fee", "pay_type"].map(|name| sent.get(name).unwrap());
        assert_eq!(
            parts_sent,
            [&cash.to_string(), &insurance.to_string(), pay_type],
            "{number}"
        );
        let back = hospital.call(refund(number)).await.unwrap();
        assert_eq!(back.cash_refund_fee, Some(Fen(cash)), "{number}");
        assert_eq!(back.insurance_refund_fee, Some(Fen(insurance)), "{number}");
    }
    let day = BeijingTime::at(hospital.sandbox.now()).date();
    hospital.sleep_until_morning().await;
    let body = hospital.post::<getbalancebill::Request>(signed(&hospital.merchant, bill(day)));
    let body = body.await;
    let mut reader = BillReader::<_, Row<'static>>::new(body.as_slice()).unwrap();
    let mut sums = (0, 0);
    while let Some(row) = reader.next_row() {
        let row = row.unwrap();
        if row.kind() == Kind::Payment {
            sums.0 += row.cash_fee.unwrap_or_default().0;
            sums.1 += row.insurance_fee.unwrap_or_default().0;
        }
    }
    assert_eq!(sums, (170 + 250 + 70, 80 + 180 + 250));
}
