//! Orders that are due are given to one worker at a time.

use std::collections::BTreeSet;

use payinsurance_orders::Order;
use payinsurance_orders::store::Store;

use crate::place::Place;
use crate::samples::{insert, order, second, tells};

pub(crate) async fn due_orders_are_claimed_soonest_first_up_to_the_limit(place: &Place) {
    let store = place.open().await;
    for (number, due_at) in [("a", 12), ("b", 11), ("c", 21), ("d", 20), ("e", 10)] {
        let mut order = order(number);
        order.due_at = Some(second(due_at));
        insert(&*store, &order).await;
    }
    assert!(claim(&*store, 9, 99, 9).await.is_empty());
    assert_eq!(claim(&*store, 20, 99, 3).await, ["e", "b", "a"]);
    assert_eq!(claim(&*store, 20, 99, 3).await, ["d"]);
    assert_eq!(claim(&*store, 20, 99, 3).await, [""; 0]);
}

pub(crate) async fn a_claimed_order_is_given_to_nobody_else_until_the_claim_ends(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    let claimed = store.claim_orders(second(10), second(40), 9).await.unwrap();
    assert!(claimed == [order.clone()]);
    assert!(claim(&*store, 39, 99, 9).await.is_empty());
    let other = place.open().await;
    assert!(claim(&*other, 39, 99, 9).await.is_empty());
    assert_eq!(claim(&*other, 40, 99, 9).await, ["1"]);
    // A claim changes nothing of the order itself.
    assert!(store.order(&order.key).await.unwrap().unwrap() == order);
}

pub(crate) async fn a_change_ends_the_claim_of_its_order(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    assert_eq!(claim(&*store, 10, 99, 9).await, ["1"]);
    let mut change = tells(&order, &[]);
    change.order.due_at = Some(second(20));
    store.commit(&change).await.unwrap();
    assert!(claim(&*store, 19, 99, 9).await.is_empty());
    assert_eq!(claim(&*store, 20, 99, 9).await, ["1"]);
}

pub(crate) async fn an_order_without_a_time_is_never_claimed(place: &Place) {
    let store = place.open().await;
    let mut order = order("1");
    order.due_at = None;
    insert(&*store, &order).await;
    assert!(claim(&*store, 1_000_000, 2_000_000, 9).await.is_empty());
}

pub(crate) async fn claimers_at_once_share_the_orders_without_overlap(place: &Place) {
    let store = place.open().await;
    for number in 0..40 {
        insert(&*store, &order(&number.to_string())).await;
    }
    let mut claimers = Vec::new();
    for _ in 0..8 {
        let store = place.open().await;
        claimers.push(tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let claimed = claim(&*store, 10, 99, 3).await;
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed);
            }
        }));
    }
    let mut claimed = Vec::new();
    for claimer in claimers {
        claimed.extend(claimer.await.unwrap());
    }
    // Whoever finds the rows of another one locked may go home early; what is left comes at the next look.
    claimed.extend(claim(&*store, 10, 99, 40).await);
    let distinct: BTreeSet<&String> = claimed.iter().collect();
    assert_eq!((claimed.len(), distinct.len()), (40, 40));
}

async fn claim(store: &dyn Store, now: i64, until: i64, limit: u32) -> Vec<String> {
    let claimed = store.claim_orders(second(now), second(until), limit);
    let number = |order: Order| order.key.hosp_out_trade_no;
    claimed.await.unwrap().into_iter().map(number).collect()
}
