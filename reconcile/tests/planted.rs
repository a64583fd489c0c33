//! Whatever is planted into books that agree, in any combination and order, exactly that is reported, and the totals prove it.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use jiff::civil::{Date, date};
use payinsurance_orders::{RefundState, State};
use payinsurance_reconcile::{
    Class, Days, Difference, Fault, Group, Key, Movement, OurRefund, Ours, Part, Parts, Theirs,
    Totals, compare,
};
use proptest::prelude::*;
use proptest::sample::subsequence;
use signed_xml::Fen;

const DAYS: Days = Days {
    first: date(2018, 12, 3),
    last: date(2018, 12, 5),
};
const DAY: Date = date(2018, 12, 4);

/// What can be planted into one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plant {
    /// The row of the payment is taken out.
    PaymentLost,
    /// Our record is taken out: the payment and, with a refund, the refund are theirs alone.
    OrderLost,
    /// Our order is still open.
    Open,
    /// A part of the payment differs.
    Amount(Part, i8),
    /// The row of the refund is taken out.
    RefundLost,
    /// Less went back than was asked for.
    RefundPartial,
    /// Our refund is taken out.
    RefundUnknown,
    /// Our refund failed.
    RefundFailed,
    /// The row of the payment stands again, so often.
    PaymentRepeated(u8),
    /// The row of the refund stands again.
    RefundRepeated,
    /// The bureau has not checked the payment.
    Unchecked,
    /// The row of the payment contradicts itself.
    Arithmetic,
    /// We booked the payment a day later, or outside of the days.
    AnotherDay(i8),
}

/// An order on which both sides agree.
#[derive(Clone, Debug)]
struct Agreed {
    cash: u64,
    insurance: u64,
    refund: bool,
    states_parts: bool,
    plants: Vec<Plant>,
}

fn plants() -> impl Strategy<Value = Vec<Plant>> {
    let part = proptest::sample::select(Part::ALL.to_vec());
    (
        part,
        prop_oneof![-9i8..0, 1i8..9],
        1u8..4,
        prop_oneof![Just(1i8), Just(-1), Just(30), Just(-30)],
    )
        .prop_flat_map(|(part, by, times, days)| {
            let all = vec![
                Plant::PaymentLost,
                Plant::OrderLost,
                Plant::Open,
                Plant::Amount(part, by),
                Plant::RefundLost,
                Plant::RefundPartial,
                Plant::RefundUnknown,
                Plant::RefundFailed,
                Plant::PaymentRepeated(times),
                Plant::RefundRepeated,
                Plant::Unchecked,
                Plant::Arithmetic,
                Plant::AnotherDay(days),
            ];
            subsequence(all, 0..=5)
        })
}

fn agreed() -> impl Strategy<Value = Agreed> {
    (
        10u64..9_000_000,
        10u64..9_000_000,
        any::<bool>(),
        any::<bool>(),
        plants(),
    )
        .prop_map(|(cash, insurance, refund, states_parts, plants)| Agreed {
            cash,
            insurance,
            refund,
            states_parts,
            plants,
        })
}

/// The group with everything planted, and what must be reported of it.
fn planted(number: usize, agreed: &Agreed) -> (Group, Vec<(Class, Movement)>) {
    use Movement::{Payment, Refund};
    let has = |plant| agreed.plants.contains(&plant);
    let Agreed {
        cash, insurance, ..
    } = *agreed;
    let mut amounts = Parts::new(Fen(cash + insurance), Fen(cash), Fen(insurance));
    let whole = amounts;
    if agreed.states_parts {
        amounts = amounts
            .with(Part::OwnAccount, Some(Fen(insurance - 9)))
            .with(Part::Fund, Some(Fen(9)))
            .with(Part::Other, Some(Fen(0)));
    }
    let key = Key {
        merchant: format!("clinic {}", number % 2),
        hosp_out_trade_no: format!("YD{number}"),
    };
    let mut ours = Ours {
        key: key.clone(),
        med_trans_id: Some(format!("M{number}")),
        pay_type: None,
        state: if agreed.refund {
            State::Refunded
        } else {
            State::Paid
        },
        amounts,
        day: Some(DAY),
        refund: agreed.refund.then(|| OurRefund {
            hosp_out_refund_no: Some(format!("RYD{number}")),
            state: RefundState::Succeeded,
            amounts: whole,
            day: Some(DAY),
        }),
    };
    let mut payment = Theirs {
        key,
        movement: Payment,
        med_trans_id: Some(format!("M{number}")),
        hosp_out_refund_no: None,
        pay_type: Some("3".to_owned()),
        state: "SUCCESS".to_owned(),
        amounts,
        day: DAY,
        reconciled: "是".to_owned(),
        fault: None,
        time: None,
        line: 0,
    };
    let mut refund = Theirs {
        movement: Refund,
        hosp_out_refund_no: Some(format!("RYD{number}")),
        amounts: whole,
        ..payment.clone()
    };

    let mut expected = Vec::new();
    let has_payment = !has(Plant::PaymentLost);
    let has_refund = agreed.refund && !has(Plant::RefundLost);
    let has_order = !has(Plant::OrderLost);
    let paired = has_payment && has_order;
    let our_refund = agreed.refund && has_order && !has(Plant::RefundUnknown);
    let is_open = has(Plant::Open);
    let booked = has_order && !is_open;
    let mut in_days = true;

    for plant in &agreed.plants {
        match *plant {
            Plant::Amount(part, by) => {
                // An amount that one side does not state is not compared.
                let Some(fen) = payment.amounts.get(part) else {
                    continue;
                };
                let changed = fen.0.checked_add_signed(by.into());
                let changed = changed.unwrap_or(fen.0 + 1);
                payment.amounts = payment.amounts.with(part, Some(Fen(changed)));
                if paired {
                    expected.push((Class::Amount(part), Payment));
                }
            }
            Plant::Open => {
                ours.state = State::Placed;
                if paired {
                    expected.push((Class::State, Payment));
                }
            }
            Plant::Unchecked => {
                payment.reconciled = "否".to_owned();
                if has_payment {
                    expected.push((Class::Unchecked, Payment));
                }
            }
            Plant::Arithmetic => {
                payment.fault = Some(Fault::CashHalf);
                if has_payment {
                    expected.push((Class::Arithmetic, Payment));
                }
            }
            Plant::AnotherDay(by) => {
                let day = DAY
                    .checked_add(jiff::Span::new().days(i64::from(by)))
                    .unwrap();
                ours.day = Some(day);
                in_days = DAYS.contain(day);
                if paired && booked {
                    expected.push((Class::AnotherDay, Payment));
                }
            }
            Plant::RefundPartial => {
                refund.amounts = Parts::new(Fen(cash), Fen(cash), Fen(0));
                if our_refund && has_refund {
                    expected.push((Class::RefundPartial, Refund));
                }
            }
            Plant::RefundUnknown => ours.refund = None,
            Plant::RefundFailed => {
                if let Some(refund) = &mut ours.refund {
                    refund.state = RefundState::Failed;
                }
                if our_refund && has_refund {
                    expected.push((Class::State, Refund));
                }
            }
            _ => {}
        }
    }
    // The order of the list above decides which plant is seen first; a refund that is not there cannot fail.
    if has(Plant::RefundUnknown) {
        ours.refund = None;
    }
    match (has_payment, booked && in_days) {
        (true, _) if !has_order => expected.push((Class::OnlyTheirs, Payment)),
        (false, true) => expected.push((Class::OnlyOurs, Payment)),
        _ => {}
    }
    match (our_refund, has_refund) {
        (true, false) if !has(Plant::RefundFailed) => {
            expected.push((Class::RefundMissing, Refund));
        }
        (false, true) => expected.push((Class::RefundOnlyTheirs, Refund)),
        _ => {}
    }
    let mut group = Group::default();
    if has_order {
        group.ours.push(ours);
    }
    if has_payment {
        group.theirs.push(payment.clone());
        for plant in &agreed.plants {
            if let Plant::PaymentRepeated(times) = plant {
                for _ in 0..*times {
                    group.theirs.push(payment.clone());
                    expected.push((Class::Repeated, Payment));
                }
            }
        }
    }
    if has_refund {
        group.theirs.push(refund.clone());
        if has(Plant::RefundRepeated) {
            group.theirs.push(refund);
            expected.push((Class::Repeated, Refund));
        }
    }
    (group, expected)
}

fn reconciled(groups: &[Group]) -> (Totals, Vec<Difference>) {
    let (mut totals, mut found) = (Totals::default(), Vec::new());
    for group in groups {
        compare(group.clone(), DAYS, &mut totals, |difference| {
            found.push(difference);
        });
    }
    (totals, found)
}

proptest! {
    #[test]
    fn exactly_what_is_planted_is_reported_and_the_totals_prove_it(
        orders in proptest::collection::vec(agreed(), 1..12),
        seed in any::<u64>(),
    ) {
        let (mut groups, mut expected) = (Vec::new(), Vec::new());
        for (number, order) in orders.iter().enumerate() {
            let (group, of_order) = planted(number, order);
            let no = format!("YD{number}");
            expected.extend(of_order.into_iter().map(|(class, movement)| (no.clone(), class, movement)));
            groups.push(group);
        }
        for (at, group) in groups.iter_mut().enumerate() {
            let turn = seed.rotate_left(at as u32) as usize;
            for (line, row) in group.theirs.iter_mut().enumerate() {
                row.line = line as u64 + 2;
            }
            let rows = group.theirs.len().max(1);
            group.theirs.rotate_left(turn % rows);
            if turn.is_multiple_of(2) {
                group.theirs.reverse();
            }
        }
        let (totals, found) = reconciled(&groups);
        let mut reported: Vec<_> = found
            .iter()
            .map(|found| (found.key.hosp_out_trade_no.clone(), found.class, found.movement))
            .collect();
        reported.sort();
        expected.sort();
        prop_assert_eq!(reported, expected);
        prop_assert!(totals.prove_themselves(), "{:?}", totals);
        let rows: usize = groups.iter().map(|group| group.theirs.len()).sum();
        let counted: u64 = totals.lines().map(|(_, line)| line.their_count).sum();
        prop_assert_eq!(counted, rows as u64);
    }

    #[test]
    fn the_order_of_rows_changes_neither_differences_nor_fingerprints(
        order in agreed(),
        turn in 0usize..8,
    ) {
        let (group, _) = planted(7, &order);
        let mut turned = group.clone();
        let rows = turned.theirs.len().max(1);
        turned.theirs.rotate_left(turn % rows);
        let (totals, found) = reconciled(&[group]);
        let (totals_turned, found_turned) = reconciled(&[turned]);
        prop_assert_eq!(&found, &found_turned);
        prop_assert_eq!(totals, totals_turned);
        let mut prints: Vec<String> = found.iter().map(Difference::fingerprint).collect();
        prints.sort();
        let all = prints.len();
        prints.dedup();
        prop_assert_eq!(prints.len(), all, "two differences share a fingerprint");
    }
}
