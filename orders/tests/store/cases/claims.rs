//! Orders that are due are given to one worker at a time.

use std::collections::BTreeSet;

use payinsurance_orders::store::{Claim, Store, StoreError};
use payinsurance_orders::{Order, State};

use crate::place::Place;
use crate::samples::{self, insert, key, order, second, tells};

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

pub(crate) async fn a_claimed_order_is_given_to_no_other_claim_until_the_first_ends(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    let claimed = store.claim_orders(&samples::claim(10, 40, 9)).await;
    assert!(claimed.unwrap().orders == [order.clone()]);
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
    // A claim that finds the rows of another one locked may return fewer; what is left comes at the next look.
    claimed.extend(claim(&*store, 10, 99, 40).await);
    let distinct: BTreeSet<&String> = claimed.iter().collect();
    assert_eq!((claimed.len(), distinct.len()), (40, 40));
}

pub(crate) async fn only_orders_of_known_hospitals_are_claimed(place: &Place) {
    let store = place.open().await;
    for (merchant, number) in [("clinic", "a"), ("hospital", "b"), ("hospital2", "c")] {
        let mut order = order(number);
        order.key.merchant = merchant.to_owned();
        insert(&*store, &order).await;
    }
    assert_eq!(claim(&*store, 10, 99, 9).await, ["b"]);
    let mut of_two = samples::claim(10, 99, 9);
    // A name that is there twice gives nothing twice.
    of_two.merchants = ["clinic", "hospital", "clinic", "unknown"]
        .map(str::to_owned)
        .to_vec();
    assert_eq!(numbers(&*store, &of_two).await, ["a"]);
    of_two.merchants.clear();
    assert!(numbers(&*store, &of_two).await.is_empty());
}

pub(crate) async fn urgent_orders_are_claimed_before_a_thousand_that_are_due_earlier(
    place: &Place,
) {
    let store = place.open().await;
    for number in 0..1000 {
        insert(&*store, &placed(&format!("n{number}"), 1 + number % 7)).await;
    }
    let mut returned = placed("returned", 9);
    returned.urgent_until = Some(second(300));
    insert(&*store, &returned).await;
    let mut placing = placed("placing", 8);
    placing.state = State::Placing;
    insert(&*store, &placing).await;
    let claimed = claim(&*store, 10, 99, 3).await;
    assert_eq!(claimed[..2], ["placing", "returned"]);
    assert!(claimed[2].starts_with('n'), "{}", claimed[2]);
}

pub(crate) async fn an_order_is_urgent_as_its_last_change_left_it(place: &Place) {
    let store = place.open().await;
    let first = placed("first", 5);
    insert(&*store, &first).await;
    insert(&*store, &placed("second", 6)).await;
    let mut third = placed("third", 7);
    insert(&*store, &third).await;
    third.urgent_until = Some(second(300));
    store.commit(&tells(&third, &[])).await.unwrap();
    assert_eq!(claim(&*store, 10, 11, 1).await, ["third"]);
    third = store.order(&third.key).await.unwrap().unwrap();
    third.urgent_until = None;
    store.commit(&tells(&third, &[])).await.unwrap();
    assert_eq!(
        claim(&*store, 10, 11, 9).await,
        ["first", "second", "third"]
    );
}

pub(crate) async fn an_order_that_is_due_beyond_the_longest_wait_is_due_now(place: &Place) {
    let store = place.open().await;
    // A claim here waits 3,600 seconds at most.
    for (number, due_at) in [("ahead", 90_000), ("waits", 3_610), ("due", 9)] {
        insert(&*store, &placed(number, due_at)).await;
    }
    let mut urgent = placed("urgent and ahead", 90_001);
    urgent.urgent_until = Some(second(300));
    insert(&*store, &urgent).await;
    assert_eq!(
        claim(&*store, 10, 99, 9).await,
        ["urgent and ahead", "ahead", "due"]
    );
    assert_eq!(claim(&*store, 10, 99, 9).await, [""; 0]);
}

pub(crate) async fn an_order_of_a_newer_version_does_not_stop_the_others(place: &Place) {
    let store = place.open().await;
    for (number, due_at) in [("a", 1), ("b", 2), ("c", 3)] {
        insert(&*store, &placed(number, due_at)).await;
    }
    place.make_unreadable(&*store, &key("b")).await;
    let claimed = store
        .claim_orders(&samples::claim(10, 99, 3))
        .await
        .unwrap();
    let keys: Vec<_> = claimed.unreadable.iter().map(|order| &order.key).collect();
    assert_eq!(keys, [&key("b")]);
    assert!(!claimed.unreadable[0].reason.is_empty());
    let found = claimed
        .orders
        .iter()
        .map(|order| &*order.key.hosp_out_trade_no);
    assert_eq!(found.collect::<Vec<_>>(), ["a", "c"]);
    // It is claimed like the others, so that it does not come up at every look.
    let again = store
        .claim_orders(&samples::claim(98, 99, 3))
        .await
        .unwrap();
    assert!(again.orders.is_empty() && again.unreadable.is_empty());
    // It is still there for the version that can read it.
    let unreadable = store.order(&key("b")).await.unwrap_err();
    assert!(matches!(unreadable, StoreError::Unreadable { .. }));
}

/// An order that is not urgent.
fn placed(number: &str, due_at: i64) -> Order {
    Order {
        state: State::Placed,
        due_at: Some(second(due_at)),
        ..order(number)
    }
}

async fn claim(store: &dyn Store, now: i64, until: i64, limit: u32) -> Vec<String> {
    numbers(store, &samples::claim(now, until, limit)).await
}

async fn numbers(store: &dyn Store, claim: &Claim) -> Vec<String> {
    let claimed = store.claim_orders(claim).await.unwrap();
    let number = |order: Order| order.key.hosp_out_trade_no;
    claimed.orders.into_iter().map(number).collect()
}
