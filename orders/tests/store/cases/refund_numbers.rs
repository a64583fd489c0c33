//! A refund number belongs to one order of its hospital, also if several ask at the same time.

use std::sync::Arc;

use payinsurance_orders::store::{Change, Committed, EventFilter, ReceivedFilter, Store};
use payinsurance_orders::{Order, Refund, State};

use crate::place::Place;
use crate::samples::{full_order, insert, key, order, paid};

/// A change by which the order gets a refund of this number.
fn refunded(order: &Order, number: &str) -> Change {
    let hosp_out_trade_no = &order.key.hosp_out_trade_no;
    let mut change = paid(order, &format!("{hosp_out_trade_no}:{}", order.revision));
    change.order.state = State::Refunding;
    change.order.refund = full_order("1").refund.map(|refund| Refund {
        hosp_out_refund_no: number.to_owned(),
        ..refund
    });
    change
}

fn taken(number: &str) -> Committed {
    let order = key(number);
    Committed::RefundNumberTaken { order }
}

async fn refund(store: &dyn Store, order: &Order, number: &str) -> Committed {
    let now = store.order(&order.key).await.unwrap().unwrap();
    store.commit(&refunded(&now, number)).await.unwrap()
}

pub(crate) async fn a_refund_number_of_another_order_is_refused_as_a_whole(place: &Place) {
    let store = place.open().await;
    let (first, second) = (order("1"), order("2"));
    insert(&*store, &first).await;
    insert(&*store, &second).await;
    assert_eq!(refund(&*store, &first, "R").await, Committed::Stored);
    assert_eq!(refund(&*store, &second, "R").await, taken("1"));

    assert!(store.order(&second.key).await.unwrap().unwrap() == second);
    assert_eq!(store.history(&second.key).await.unwrap().rows.len(), 1);
    let events = store.events(&EventFilter::default()).await.unwrap().rows;
    assert_eq!(events.len(), 1);
    let received = store.received(&ReceivedFilter::default()).await.unwrap();
    assert_eq!(received.len(), 1);

    // For a decider that has read the order as it is; any other reads it again.
    let mut older = refunded(&second, "R");
    older.order.revision = 5;
    assert_eq!(store.commit(&older).await.unwrap(), Committed::Stale);
    assert_eq!(refund(&*store, &second, "r").await, Committed::Stored);
}

pub(crate) async fn an_order_keeps_its_refund_number_and_may_change_it(place: &Place) {
    let store = place.open().await;
    let (first, second) = (order("1"), order("2"));
    insert(&*store, &first).await;
    insert(&*store, &second).await;
    for number in ["R", "R", "", "R", "S"] {
        assert_eq!(refund(&*store, &first, number).await, Committed::Stored);
    }
    assert_eq!(refund(&*store, &second, "S").await, taken("1"));
    assert_eq!(refund(&*store, &second, "R").await, Committed::Stored);
    assert_eq!(refund(&*store, &first, "R").await, taken("2"));
}

pub(crate) async fn two_hospitals_may_use_the_same_refund_number(place: &Place) {
    let store = place.open().await;
    let (of_hospital, mut of_clinic) = (order("1"), order("1"));
    of_clinic.key.merchant = "clinic".to_owned();
    for order in [&of_hospital, &of_clinic] {
        insert(&*store, order).await;
        let mut change = refunded(order, "R");
        change.received = None;
        change.events.clear();
        assert_eq!(store.commit(&change).await.unwrap(), Committed::Stored);
    }
}

pub(crate) async fn refunds_whose_number_is_not_known_do_not_meet(place: &Place) {
    let store = place.open().await;
    for number in ["1", "2"] {
        let order = order(number);
        insert(&*store, &order).await;
        assert_eq!(refund(&*store, &order, "").await, Committed::Stored);
    }
}

pub(crate) async fn of_64_orders_that_ask_for_one_refund_number_at_once_exactly_one_is_stored(
    place: &Place,
) {
    let store = place.open().await;
    let mut orders = Vec::new();
    for number in 0..64 {
        let order = order(&number.to_string());
        insert(&*store, &order).await;
        orders.push(order);
    }
    let asking = orders.into_iter().map(|order| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let outcome = refund(&*store, &order, "R").await;
            (order.key, outcome)
        })
    });
    let mut outcomes = Vec::new();
    for task in asking.collect::<Vec<_>>() {
        outcomes.push(task.await.unwrap());
    }
    let mut found = outcomes.iter().filter(|it| it.1 == Committed::Stored);
    let holder = found.next().unwrap().0.clone();
    assert!(found.next().is_none());
    for (key, outcome) in &outcomes {
        let refund = store.order(key).await.unwrap().unwrap().refund;
        assert_eq!(refund.is_some(), *key == holder);
        if *key != holder {
            let order = holder.clone();
            assert_eq!(*outcome, Committed::RefundNumberTaken { order });
        }
    }
}
