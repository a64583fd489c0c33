//! An order that is placed instead of another one is stored in the transaction that ends the other one, or not at all.

use std::sync::Arc;

use payinsurance_orders::store::{Change, Committed, NewOrder, Store};
use payinsurance_orders::{Order, State};

use crate::place::Place;
use crate::samples::{claim, event, insert, key, line, order};

/// The end of an order, with the beginning of the one of that number.
fn replaced(ended: &Order, number: &str) -> Change {
    let mut first = ended.clone();
    first.state = State::Closed;
    first.due_at = None;
    first.replaced_by = Some(number.to_owned());
    let mut other = order(number);
    other.replaces = Some(ended.key.hosp_out_trade_no.clone());
    Change {
        order: first,
        line: Some(line("replaced")),
        received: None,
        events: vec![event(&format!("{}:replaced", ended.key.hosp_out_trade_no))],
        replacement: Some(Box::new(NewOrder {
            order: other,
            line: line("stored"),
        })),
    }
}

pub(crate) async fn a_replacement_is_stored_with_the_change(place: &Place) {
    let store = place.open().await;
    let first = order("1");
    insert(&*store, &first).await;
    let change = replaced(&first, "2");
    assert_eq!(store.commit(&change).await.unwrap(), Committed::Stored);
    let first = store.order(&first.key).await.unwrap().unwrap();
    assert_eq!(first.replaced_by.as_deref(), Some("2"));
    let other = store.order(&key("2")).await.unwrap().unwrap();
    assert!(other == change.replacement.unwrap().order);
    let history = store.history(&key("2")).await.unwrap();
    assert_eq!(history.rows, [line("stored")]);
    // It is an order like any other: due, and changed by the next change.
    let claimed = store.claim_orders(&claim(10, 99, 9)).await.unwrap();
    assert!(claimed.orders == [other.clone()]);
    let again = replaced(&other, "3");
    assert_eq!(store.commit(&again).await.unwrap(), Committed::Stored);
    assert!(store.order(&key("3")).await.unwrap().is_some());
}

pub(crate) async fn a_replacement_whose_key_is_there_leaves_nothing(place: &Place) {
    let store = place.open().await;
    let (first, other) = (order("1"), order("2"));
    insert(&*store, &first).await;
    insert(&*store, &other).await;
    let committed = store.commit(&replaced(&first, "2")).await.unwrap();
    assert_eq!(committed, Committed::ReplacementExists);
    assert!(store.order(&first.key).await.unwrap().unwrap() == first);
    assert!(store.order(&other.key).await.unwrap().unwrap() == other);
    for key in [&first.key, &other.key] {
        assert_eq!(store.history(key).await.unwrap().rows.len(), 1);
    }
    assert_eq!(store.events(&Default::default()).await.unwrap().count(), 0);
}

pub(crate) async fn of_64_deciders_at_once_exactly_one_brings_a_replacement(place: &Place) {
    let store = place.open().await;
    let first = order("1");
    insert(&*store, &first).await;
    let outcomes = at_once(&store, vec![replaced(&first, "2"); 64]).await;
    let found = outcomes
        .iter()
        .filter(|it| **it == Committed::Stored)
        .count();
    assert_eq!(found, 1);
    assert!(
        outcomes
            .iter()
            .all(|it| matches!(it, Committed::Stored | Committed::Stale))
    );
    assert_eq!(store.orders(&Default::default()).await.unwrap().count(), 2);
    assert_eq!(store.history(&key("2")).await.unwrap().rows.len(), 1);
}

pub(crate) async fn two_orders_with_one_replacement_at_once_bring_it_once(place: &Place) {
    let store = place.open().await;
    let (one, two) = (order("1"), order("2"));
    insert(&*store, &one).await;
    insert(&*store, &two).await;
    let mut outcomes = at_once(&store, vec![replaced(&one, "3"), replaced(&two, "3")]).await;
    outcomes.sort_by_key(|it| *it != Committed::Stored);
    assert_eq!(outcomes, [Committed::Stored, Committed::ReplacementExists]);
    let other = store.order(&key("3")).await.unwrap().unwrap();
    let replaced = store.order(&key(&other.replaces.unwrap())).await.unwrap();
    assert_eq!(replaced.unwrap().replaced_by.as_deref(), Some("3"));
}

async fn at_once(store: &Arc<dyn Store>, changes: Vec<Change>) -> Vec<Committed> {
    let mut deciders = Vec::new();
    for change in changes {
        let store = Arc::clone(store);
        deciders.push(tokio::spawn(
            async move { store.commit(&change).await.unwrap() },
        ));
    }
    let mut outcomes = Vec::new();
    for decider in deciders {
        outcomes.push(decider.await.unwrap());
    }
    outcomes
}
