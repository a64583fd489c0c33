//! Books and bills for the pages: two hospitals, and a difference of every class.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::{Date, date};
use payinsurance_orders::{RefundState, State};
use payinsurance_reconcile::{
    Class, Days, Decision, Key, OurRefund, Ours, Outcome, Part, Parts, Report, Run, Since,
};
use signed_xml::Fen;

const DAYS: Days = Days {
    first: date(2018, 12, 4),
    last: date(2018, 12, 5),
};

const HEADER: &str = "交易时间,订单号,微信医保支付总单号,退款订单号,订单支付方式,订单状态,订单自费金额,订单医保金额,订单总金额,退款金额,撤销金额,是否已进行医保对账,医保个账金额,医保统筹金额,医保其他金额";

/// An order as our books have it: 77.50 yuan, 33.33 of it cash.
fn ours(merchant: &str, number: &str, refunded: bool) -> Ours {
    let whole = Parts::new(Fen(7750), Fen(3333), Fen(4417));
    Ours {
        key: Key {
            merchant: merchant.to_owned(),
            hosp_out_trade_no: number.to_owned(),
        },
        med_trans_id: None,
        pay_type: Some("3".to_owned()),
        state: match refunded {
            true => State::Refunded,
            false => State::Paid,
        },
        amounts: whole
            .with(Part::OwnAccount, Some(Fen(1325)))
            .with(Part::Fund, Some(Fen(3092)))
            .with(Part::Other, Some(Fen(0))),
        day: Some(DAYS.first),
        refund: refunded.then(|| OurRefund {
            hosp_out_refund_no: Some(format!("R{number}")),
            state: RefundState::Succeeded,
            amounts: whole,
            day: Some(DAYS.first),
        }),
    }
}

/// The row of a payment: cash, insurance, total, checked, own account, fund, other.
fn payment(number: &str, state: &str, amounts: [&str; 7]) -> String {
    let [cash, insurance, total, checked, own, fund, other] = amounts;
    format!(
        "`2018-12-04 12:00:00,`{number},`M{number},`,`3,`{state},`{cash},`{insurance},`{total},`,`,`{checked},`{own},`{fund},`{other}\n"
    )
}

fn refund(number: &str, cash: &str, insurance: &str) -> String {
    format!(
        "`2018-12-04 12:00:00,`{number},`M{number},`R{number},`3,`REFUND,`33.33,`44.17,`77.50,`{cash},`{insurance},`是,`13.25,`30.92,`0.00\n"
    )
}

/// What agrees with [`ours`].
const AGREED: [&str; 7] = ["33.33", "44.17", "77.50", "是", "13.25", "30.92", "0.00"];

fn run(bills: [(&str, Date, String); 3], orders: Vec<Ours>) -> Run {
    let mut run = Run::new(DAYS).unwrap();
    for (merchant, day, rows) in bills {
        let bill = format!("{HEADER}\n{rows}");
        run.add_bill(merchant, day, bill.as_bytes()).unwrap();
    }
    for order in orders {
        run.add_order(order).unwrap();
    }
    run
}

/// A report of books that agree.
pub(crate) async fn that_agree() -> Report {
    let bill = payment("YD20181204075841", "SUCCESS", AGREED);
    let orders = vec![ours("clinic", "YD20181204075841", false)];
    let bills = [
        ("clinic", DAYS.first, bill),
        ("clinic", DAYS.last, String::new()),
        ("市第一人民医院", DAYS.first, String::new()),
    ];
    let outcome = run(bills, orders).finish(None).await.unwrap();
    Report::new(outcome, BTreeMap::new(), Since::default())
}

/// A report of every class: some new since the run before, one decided.
pub(crate) async fn that_differ() -> Report {
    let number = |at: u32| format!("YD2018120407{:04}", 5841 + at);
    let changed = |at: usize, value: &'static str| {
        let mut amounts = AGREED;
        amounts[at] = value;
        amounts
    };
    let mut rows = String::new();
    let mut later = String::new();
    let mut orders = Vec::new();
    for at in 0..60 {
        let number = number(at);
        let is_refunded = matches!(at, 8 | 9 | 24..=30);
        orders.push(ours("clinic", &number, is_refunded));
        let mut row = payment(&number, "SUCCESS", AGREED);
        let mut back = refund(&number, "33.33", "44.17");
        match at {
            0 | 16 => row.clear(),
            1 => row = row.replace("SUCCESS", "PAYING"),
            2 | 17 => row = payment(&number, "SUCCESS", changed(2, "77.51")),
            3 => row = payment(&number, "SUCCESS", changed(0, "33.32")),
            4 => row = payment(&number, "SUCCESS", changed(1, "44.16")).replace("`0.00\n", "`\n"),
            5 => row = payment(&number, "SUCCESS", changed(4, "13.26")).replace("`0.00\n", "`\n"),
            6 => row = payment(&number, "SUCCESS", changed(5, "30.93")).replace("`0.00\n", "`\n"),
            7 => {
                row = payment(&number, "SUCCESS", changed(6, "0.01")).replace("`13.25", "`");
            }
            8 => back.clear(),
            9 => back = refund(&number, "33.32", "44.17"),
            10 => row.push_str(&refund(&number, "33.33", "44.17")),
            11 => row = row.repeat(2),
            12 | 18..=21 => row = payment(&number, "SUCCESS", changed(3, "否")),
            13 => row = payment(&number, "SUCCESS", changed(4, "13.24")),
            14 => later.push_str(&std::mem::take(&mut row)),
            _ => {}
        }
        rows.push_str(&row);
        if is_refunded {
            rows.push_str(&back);
        }
    }
    // Another hospital, a great amount, and an order number as long as one can be.
    rows.push_str(&payment("YD20181204999999", "SUCCESS", AGREED));
    let long = "YD201812040758419999999999999999";
    let great = ["0.00", "1234567.89", "1234567.89", "是", "", "", ""];
    let other = payment(long, "SUCCESS", great).replace("`3,", "`2,");
    let bills = [
        ("clinic", DAYS.first, rows),
        ("clinic", DAYS.last, later),
        ("市第一人民医院", DAYS.first, other),
    ];
    let mut outcome = run(bills, orders).finish(None).await.unwrap();
    assert_eq!(
        outcome.counts().len(),
        Class::ALL.len(),
        "{:?}",
        outcome.counts()
    );
    let (decisions, since) = known(&mut outcome);
    Report::new(outcome, decisions, since)
}

/// The first difference is decided, and those of two classes are new.
fn known(outcome: &mut Outcome) -> (BTreeMap<String, Decision>, Since) {
    let at: Timestamp = "2018-12-06T02:00:00Z".parse().unwrap();
    let (mut decisions, mut new) = (BTreeMap::new(), BTreeSet::new());
    for difference in outcome.differences().unwrap() {
        let difference = difference.unwrap();
        if decisions.is_empty() {
            let decision = Decision {
                at,
                who: "李华".to_owned(),
                why: "窗口退费，已核对票据".to_owned(),
            };
            decisions.insert(difference.fingerprint(), decision);
        }
        if matches!(difference.class, Class::State | Class::RefundPartial) {
            new.insert(difference.fingerprint());
        }
    }
    let since = Since {
        at: Some(at),
        new,
        gone: Vec::new(),
    };
    (decisions, since)
}
