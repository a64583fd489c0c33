//! What a run finds over a store and a bill; the same over each kind of store.

#[cfg(feature = "postgres")]
use payinsurance_orders::store::PostgresOptions;
#[cfg(feature = "sqlite")]
use payinsurance_orders::store::SqliteStore;
use payinsurance_orders::store::{MemoryStore, Store};
use payinsurance_orders::{OrderKey, Policy, RefundState};
use payinsurance_orders::{State, take_bill};
use payinsurance_reconcile::{Class, Days, Movement, Part, Run};
use signed_xml::Fen;

use crate::orders::{
    CLINIC, DAY, DAYS, bill, classes, differences, keep, noon, paid, refund_row, refunded, row, run,
};

/// The cases over each kind of store.
macro_rules! on_each {
    ($($name:ident)*) => {
        mod memory {
            use super::*;
            $(
                #[tokio::test]
                async fn $name() {
                    Box::pin(super::$name(&MemoryStore::default())).await;
                }
            )*
        }
        #[cfg(feature = "sqlite")]
        mod sqlite {
            use super::*;
            $(
                #[tokio::test]
                async fn $name() {
                    let folder = tempfile::tempdir().unwrap();
                    let store = SqliteStore::open(folder.path().join("orders.db"));
                    let store = store.await.unwrap();
                    Box::pin(super::$name(&store)).await;
                    store.close().await;
                }
            )*
        }
        #[cfg(feature = "postgres")]
        mod postgres {
            use super::*;
            $(
                #[tokio::test]
                async fn $name() {
                    let Some(url) = crate::server::url() else { return };
                    let case = concat!("rc_", stringify!($name));
                    let url = crate::server::fresh_schema(&url, case).await;
                    let options = PostgresOptions::new(&url).unwrap();
                    let store = options.connections(2).open().await.unwrap();
                    Box::pin(super::$name(&store)).await;
                    store.close().await;
                }
            )*
        }
    };
}

on_each! {
    books_that_agree_have_no_differences_and_equal_totals
    an_old_order_is_found_by_its_refund_row
    a_refund_of_another_day_is_not_missing_and_one_of_this_day_is
    a_refund_that_the_platform_has_not_taken_is_not_missing
    an_order_of_many_hospitals_is_compared_with_its_own_bill
    a_row_that_cannot_be_read_is_named_and_the_rest_goes_on
    rows_without_an_order_number_are_of_an_order_each
    a_row_that_contradicts_itself_is_named_with_what_is_wrong
    a_payment_that_only_the_bill_proves_becomes_paid_by_the_desks_own_decisions
    a_row_with_another_amount_pays_no_order
    a_refund_that_failed_or_is_of_an_unpaid_order_counts_nothing
    a_payment_that_was_handed_over_to_a_refund_is_a_payment
    a_difference_names_the_line_of_the_bill
}

async fn books_that_agree_have_no_differences_and_equal_totals(store: &dyn Store) {
    keep(store, &paid("A")).await;
    keep(store, &refunded("B", 0)).await;
    let rows = [row("B"), refund_row("B"), row("A")];
    let mut outcome = run(store, &rows).await;
    assert_eq!(classes(&mut outcome), []);
    assert_eq!((outcome.orders(), outcome.rows()), (2, 3));
    for (_, line) in outcome.totals().lines() {
        assert_eq!(line.ours, line.theirs);
    }
}

async fn an_old_order_is_found_by_its_refund_row(store: &dyn Store) {
    let mut old = refunded("A", 0);
    old.times.created_at = noon(-400);
    old.times.paid_at = Some(noon(-400));
    keep(store, &old).await;
    let mut outcome = run(store, &[refund_row("A")]).await;
    assert_eq!(classes(&mut outcome), []);
}

async fn a_refund_of_another_day_is_not_missing_and_one_of_this_day_is(store: &dyn Store) {
    keep(store, &refunded("later", 3)).await;
    keep(store, &refunded("today", 0)).await;
    let mut outcome = run(store, &[row("later"), row("today")]).await;
    assert_eq!(
        classes(&mut outcome),
        [(Class::RefundMissing, "today".to_owned())]
    );
}

async fn a_refund_that_the_platform_has_not_taken_is_not_missing(store: &dyn Store) {
    let mut order = refunded("A", 0);
    order.state = State::Refunding;
    order.refund.as_mut().unwrap().state = RefundState::Asking;
    keep(store, &order).await;
    let mut outcome = run(store, &[row("A")]).await;
    assert_eq!(classes(&mut outcome), []);
}

async fn an_order_of_many_hospitals_is_compared_with_its_own_bill(store: &dyn Store) {
    let mut other = paid("A");
    other.key.merchant = "branch".to_owned();
    keep(store, &paid("A")).await;
    keep(store, &other).await;
    let mut run = Run::new(Days {
        first: DAY,
        last: DAY,
    })
    .unwrap();
    for merchant in [CLINIC, "branch"] {
        run.add_orders(store, merchant, 31).await.unwrap();
    }
    run.add_bill("branch", DAY, bill(&[row("A")]).as_bytes())
        .unwrap();
    let mut outcome = run.finish(Some(store)).await.unwrap();
    let found = differences(&mut outcome);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].class, Class::OnlyOurs);
    assert_eq!(found[0].key.merchant, CLINIC);
}

async fn a_row_that_cannot_be_read_is_named_and_the_rest_goes_on(store: &dyn Store) {
    keep(store, &paid("A")).await;
    let rows = ["`short,`row".to_owned(), row("A")];
    let outcome = run(store, &rows).await;
    let (unreadable, count) = outcome.unreadable();
    assert_eq!((count, outcome.rows()), (1, 1));
    assert!(unreadable[0].reason.contains("line 2"), "{unreadable:?}");
    assert!(outcome.counts().is_empty());
}

async fn rows_without_an_order_number_are_of_an_order_each(store: &dyn Store) {
    let mut outcome = run(store, &[row(""), row("")]).await;
    let only_theirs = (Class::OnlyTheirs, String::new());
    assert_eq!(classes(&mut outcome), [only_theirs.clone(), only_theirs]);
}

async fn a_row_that_contradicts_itself_is_named_with_what_is_wrong(store: &dyn Store) {
    keep(store, &paid("A")).await;
    let over = row("A").replace("`44.17", "`44.18");
    let mut outcome = run(store, &[over]).await;
    let found = differences(&mut outcome);
    let classes: Vec<Class> = found.iter().map(|found| found.class).collect();
    assert_eq!(classes, [Class::Amount(Part::Insurance), Class::Arithmetic]);
    assert_eq!(found[0].effect[Part::Insurance as usize].0, -1);
}

async fn a_payment_that_only_the_bill_proves_becomes_paid_by_the_desks_own_decisions(
    store: &dyn Store,
) {
    let mut order = paid("A");
    order.state = State::Placed;
    order.times.paid_at = None;
    order.amounts.settled = false;
    keep(store, &order).await;
    let mut outcome = run(store, &[row("A")]).await;
    let found = differences(&mut outcome);
    assert_eq!(found[0].class, Class::State);
    let evidence = found[0]
        .evidence("Li", "queryorder does not answer")
        .unwrap();
    assert_eq!(evidence.total_fee, Fen(7750));
    let key = OrderKey {
        merchant: CLINIC.to_owned(),
        hosp_out_trade_no: "A".to_owned(),
    };
    let taken = take_bill(store, &key, &evidence, noon(1), &Policy::default()).await;
    assert_eq!(taken.unwrap().state, State::Paid);
    let mut again = run(store, &[row("A")]).await;
    assert_eq!(classes(&mut again), []);
}

async fn a_row_with_another_amount_pays_no_order(store: &dyn Store) {
    let mut order = paid("A");
    order.state = State::Placed;
    order.times.paid_at = None;
    order.amounts.settled = false;
    keep(store, &order).await;
    let other = row("A").replace("`77.50", "`77.51");
    let mut outcome = run(store, &[other]).await;
    let found = differences(&mut outcome);
    let evidence = found.iter().find_map(|found| found.evidence("Li", "lost"));
    let key = OrderKey {
        merchant: CLINIC.to_owned(),
        hosp_out_trade_no: "A".to_owned(),
    };
    let order = take_bill(store, &key, &evidence.unwrap(), noon(1), &Policy::default()).await;
    let order = order.unwrap();
    assert_eq!(order.state, State::Placed);
    assert!(order.contradiction.unwrap().reason.contains("total_fee"));
}

/// A row of a refund with these in 退款状态 and 订单状态.
fn refund_in(number: &str, refund_status: &str, state: &str) -> String {
    let row = refund_row(number).replace("`REFUND", &format!("`{state}"));
    format!("{row},`{refund_status}")
}

async fn a_refund_that_failed_or_is_of_an_unpaid_order_counts_nothing(store: &dyn Store) {
    for number in ["A", "B", "C"] {
        keep(store, &refunded(number, 0)).await;
    }
    let mut run = Run::new(DAYS).unwrap();
    let rows: Vec<String> = ["A", "B", "C"].map(|number| row(number) + ",`").into();
    let rows = [
        rows,
        vec![
            refund_in("A", "FAIL", "REFUND"),
            refund_in("B", "SUCCESS", "CLOSED"),
            refund_in("C", "SUCCESS", "REFUND"),
        ],
    ];
    let text = bill(&rows.concat()).replacen("医保对账", "医保对账,退款状态", 1);
    run.add_bill(CLINIC, DAY, text.as_bytes()).unwrap();
    run.add_orders(store, CLINIC, 31).await.unwrap();
    let mut outcome = run.finish(Some(store)).await.unwrap();
    let found = differences(&mut outcome);
    let found: Vec<_> = found
        .iter()
        .map(|found| {
            let state = found.theirs.as_ref().unwrap().state.as_str();
            (found.key.hosp_out_trade_no.as_str(), found.class, state)
        })
        .collect();
    assert_eq!(
        found,
        [("A", Class::State, "FAIL"), ("B", Class::State, "CLOSED")]
    );
    assert!(outcome.totals().prove_themselves());
    let refunds = outcome.totals().lines();
    let counts: Vec<_> = refunds
        .filter(|(bucket, _)| bucket.movement == Movement::Refund)
        .map(|(_, line)| (line.our_count, line.their_count))
        .collect();
    assert_eq!(counts, [(3, 1)]);
}

async fn a_payment_that_was_handed_over_to_a_refund_is_a_payment(store: &dyn Store) {
    keep(store, &refunded("A", 0)).await;
    let payment = row("A").replace("`SUCCESS", "`REFUND");
    let mut outcome = run(store, &[payment, refund_row("A")]).await;
    assert_eq!(classes(&mut outcome), []);
}

async fn a_difference_names_the_line_of_the_bill(store: &dyn Store) {
    keep(store, &paid("A")).await;
    let rows = [
        row("A"),
        "`short,`row".to_owned(),
        row("B").replace("`3,", "`3\n,"),
        row("C"),
    ];
    let mut outcome = run(store, &rows).await;
    let lines: Vec<(String, u64)> = differences(&mut outcome)
        .into_iter()
        .map(|found| (found.key.hosp_out_trade_no, found.theirs.unwrap().line))
        .collect();
    // The row of B takes two lines.
    assert_eq!(lines, [("B".to_owned(), 4), ("C".to_owned(), 6)]);
}
