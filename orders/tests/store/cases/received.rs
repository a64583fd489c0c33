//! What was received is stored as it came.

use payinsurance_orders::store::{QuarantineLimits, ReceivedFilter};

use crate::place::Place;
use crate::samples::{insert, key, order, paid, received, second, stored};

pub(crate) async fn a_verified_notification_is_stored_as_it_came(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    let mut change = paid(&order, "n");
    // Not even text.
    let body = vec![0, 255, b'<', 10, 13];
    change.received.as_mut().unwrap().body = body;
    store.commit(&change).await.unwrap();
    let found = store.received(&ReceivedFilter::default()).await.unwrap();
    let expected = stored(&change.received.unwrap(), None);
    assert_eq!(found, [expected]);
}

pub(crate) async fn what_is_in_quarantine_is_stored_once_with_its_reason(place: &Place) {
    let store = place.open().await;
    let forged = received("n", None);
    store.quarantine(&forged, "unsigned").await.unwrap();
    store.quarantine(&forged, "again").await.unwrap();
    let found = store.received(&ReceivedFilter::default()).await.unwrap();
    assert_eq!(found, [stored(&forged, Some("unsigned"))]);
}

pub(crate) async fn quarantine_does_not_stop_the_same_key_from_being_accepted(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    let forged = received("n", Some(&order.key));
    store.quarantine(&forged, "unsigned").await.unwrap();
    let change = paid(&order, "n");
    store.commit(&change).await.unwrap();
    let found = store.received(&ReceivedFilter::default()).await.unwrap();
    assert_eq!(found.len(), 2);
}

pub(crate) async fn received_bytes_are_listed_newest_first_by_what_the_filter_says(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    let of_order = received("a", Some(&order.key));
    store.quarantine(&of_order, "unsigned").await.unwrap();
    store.commit(&paid(&order, "b")).await.unwrap();
    let of_another = received("c", Some(&key("2")));
    store
        .quarantine(&of_another, "unknown order")
        .await
        .unwrap();
    let of_none = received("d", None);
    store.quarantine(&of_none, "no XML").await.unwrap();

    let filter = |order: Option<&str>, quarantined, limit| ReceivedFilter {
        order: order.map(key),
        quarantined,
        limit,
    };
    let cases: [(&str, ReceivedFilter, &[&str]); 5] = [
        ("all", filter(None, false, 0), &["d", "c", "b", "a"]),
        ("quarantine", filter(None, true, 0), &["d", "c", "a"]),
        ("of an order", filter(Some("1"), false, 0), &["b", "a"]),
        ("both", filter(Some("1"), true, 0), &["a"]),
        ("the newest", filter(None, false, 1), &["d"]),
    ];
    for (name, filter, expected) in cases {
        let found = store.received(&filter).await.unwrap();
        let keys: Vec<&str> = found.iter().map(|found| found.key.as_str()).collect();
        assert_eq!(keys, expected, "{name}");
    }
}

pub(crate) async fn large_and_empty_bodies_are_stored(place: &Place) {
    let store = place.open().await;
    let pattern = (0..=255).cycle();
    for (key, size) in [("empty", 0), ("one", 1), ("large", 3 << 20)] {
        let mut received = received(key, None);
        received.body = pattern.clone().take(size).collect();
        store.quarantine(&received, "too large").await.unwrap();
        let found = store.received(&ReceivedFilter::default()).await.unwrap();
        assert!(found[0] == stored(&received, Some("too large")), "{key}");
    }
}

/// What is left after pruning, newest first.
async fn pruned(place: &Place, before: i64, rows: u64, count: u64) -> Vec<String> {
    let store = place.open().await;
    // Each row of `quarantine_of_five` counts 1 byte of key, 8 of the reason, 12 of the body.
    let limits = QuarantineLimits {
        before: second(before),
        bytes: rows * (21 + QuarantineLimits::PER_ROW),
    };
    assert_eq!(store.prune_quarantine(&limits).await.unwrap(), count);
    let left = store.received(&ReceivedFilter::default()).await.unwrap();
    left.into_iter().map(|found| found.key).collect()
}

/// One that was accepted, then five in quarantine of seconds 1 to 5.
async fn quarantine_of_five(place: &Place) {
    let store = place.open().await;
    insert(&*store, &order("1")).await;
    store.commit(&paid(&order("1"), "n")).await.unwrap();
    for (at, key) in (1..).zip(["a", "b", "c", "d", "e"]) {
        let mut received = received(key, None);
        received.at = second(at);
        store.quarantine(&received, "unsigned").await.unwrap();
    }
}

pub(crate) async fn the_quarantine_is_pruned_by_age(place: &Place) {
    quarantine_of_five(place).await;
    let all = pruned(place, 1, 1000, 0).await;
    assert_eq!(all, ["e", "d", "c", "b", "a", "n"]);
    assert_eq!(pruned(place, 4, 1000, 3).await, ["e", "d", "n"]);
    assert_eq!(pruned(place, 100, 1000, 2).await, ["n"]);
}

pub(crate) async fn the_quarantine_is_pruned_to_a_number_of_bytes(place: &Place) {
    quarantine_of_five(place).await;
    assert_eq!(pruned(place, 0, 3, 2).await, ["e", "d", "c", "n"]);
    assert_eq!(pruned(place, 0, 3, 0).await, ["e", "d", "c", "n"]);
    assert_eq!(pruned(place, 0, 0, 3).await, ["n"]);
}

pub(crate) async fn what_was_pruned_is_stored_when_it_comes_again(place: &Place) {
    quarantine_of_five(place).await;
    assert_eq!(pruned(place, 0, 0, 5).await, ["n"]);
    let store = place.open().await;
    let again = received("a", None);
    store.quarantine(&again, "unsigned").await.unwrap();
    assert_eq!(pruned(place, 0, 9, 0).await, ["a", "n"]);
}

pub(crate) async fn a_large_quarantine_is_pruned_at_once(place: &Place) {
    let store = place.open().await;
    for number in 0..1100 {
        let received = received(&number.to_string(), None);
        store.quarantine(&received, "unsigned").await.unwrap();
    }
    assert_eq!(pruned(place, 100, 0, 1100).await, [""; 0]);
}
