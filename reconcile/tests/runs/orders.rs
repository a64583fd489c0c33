//! Orders, bills, and a run over both.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use payinsurance_orders::store::{Line, Store};
use payinsurance_orders::{Order, State};
use payinsurance_reconcile::{Class, Days, Difference, Outcome, Run};
use serde_json::json;

pub(crate) const CLINIC: &str = "clinic";
pub(crate) const DAY: Date = date(2018, 12, 4);
pub(crate) const DAYS: Days = Days {
    first: DAY,
    last: DAY,
};

/// Noon in Beijing, so many days after [`DAY`].
pub(crate) fn noon(days: i64) -> Timestamp {
    let noon: Timestamp = "2018-12-04T04:00:00Z".parse().unwrap();
    noon + jiff::SignedDuration::from_hours(24 * days)
}

/// An order of 77.50 yuan, 33.33 of it cash, that is paid at noon of [`DAY`].
pub(crate) fn paid(number: &str) -> Order {
    let order = json!({
        "key": {"merchant": CLINIC, "hosp_out_trade_no": number},
        "revision": 0,
        "state": "paid",
        "digest": "",
        "amounts": {
            "total_fee": 7750, "cash_fee": 3333, "insurance_fee": 4417,
            "may_change": false, "settled": true,
        },
        "placed": {"med_trans_id": format!("M{number}"), "pay_url": null, "pay_appid": null},
        "refund": null,
        "close_wanted": false,
        "facts": [["pay_type", "3"]],
        "reported": "",
        "sent_at": null,
        "missing": 0,
        "notification": null,
        "times": {
            "created_at": noon(0), "updated_at": noon(0), "expires_at": null, "paid_at": noon(0),
        },
        "due_at": null,
        "attempts": 0,
    });
    serde_json::from_value(order).unwrap()
}

/// The order with its refund, asked for so many days after [`DAY`].
pub(crate) fn refunded(number: &str, days: i64) -> Order {
    let mut order = paid(number);
    order.state = State::Refunded;
    order.times.updated_at = noon(days);
    let refund = json!({
        "hosp_out_refund_no": format!("R{number}"), "med_refund_id": null, "cash_only": null,
        "tries": 1, "state": "succeeded", "cash_refund_fee": 3333, "insurance_refund_fee": 4417,
    });
    order.refund = serde_json::from_value(refund).unwrap();
    order
}

/// Stores the order; its refund was asked for when it changed last.
pub(crate) async fn keep(store: &dyn Store, order: &Order) {
    let line = Line {
        at: order.times.updated_at,
        by: "caller".to_owned(),
        what: "refund asked for".to_owned(),
        evidence: String::new(),
        from: None,
        to: match order.refund {
            Some(_) => State::Refunding,
            None => order.state,
        },
    };
    assert_eq!(store.insert(order, &line).await.unwrap(), None);
}

/// A row of the bill that agrees with [`paid`].
pub(crate) fn row(number: &str) -> String {
    format!("`2018-12-04 12:00:00,`{number},`M{number},`,`3,`SUCCESS,`33.33,`44.17,`77.50,`,`,`是")
}

/// A row of the bill that agrees with [`refunded`].
pub(crate) fn refund_row(number: &str) -> String {
    format!(
        "`2018-12-04 12:00:00,`{number},`M{number},`R{number},`3,`REFUND,`33.33,`44.17,`77.50,`33.33,`44.17,`是"
    )
}

/// The bill of these rows.
pub(crate) fn bill(rows: &[String]) -> String {
    let head = "交易时间,订单号,微信医保支付总单号,退款订单号,订单支付方式,订单状态,订单自费金额,订单医保金额,订单总金额,退款金额,撤销金额,是否已进行医保对账";
    let mut bill = format!("{head}\n");
    for row in rows {
        bill.push_str(row);
        bill.push('\n');
    }
    bill
}

/// The outcome of [`DAY`] over the store and a bill of these rows.
pub(crate) async fn run(store: &dyn Store, rows: &[String]) -> Outcome {
    let mut run = Run::new(DAYS).unwrap();
    run.add_bill(CLINIC, DAY, bill(rows).as_bytes()).unwrap();
    run.add_orders(store, CLINIC, 31).await.unwrap();
    let outcome = run.finish(Some(store)).await.unwrap();
    assert!(
        outcome.totals().prove_themselves(),
        "{:?}",
        outcome.totals()
    );
    outcome
}

pub(crate) fn differences(outcome: &mut Outcome) -> Vec<Difference> {
    let differences = outcome.differences().unwrap();
    differences.collect::<Result<_, _>>().unwrap()
}

/// Class and order number of each difference.
pub(crate) fn classes(outcome: &mut Outcome) -> Vec<(Class, String)> {
    let differences = differences(outcome).into_iter();
    differences
        .map(|found| (found.class, found.key.hosp_out_trade_no))
        .collect()
}
