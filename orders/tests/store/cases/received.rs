//! What was received is kept as it came.

use payinsurance_orders::store::{Kept, ReceivedFilter};

use crate::place::Place;
use crate::samples::{insert, key, order, paid, received};

pub(crate) async fn what_was_believed_is_kept_as_it_came(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    let mut change = paid(&order, "n");
    // Not even text.
    let body = vec![0, 255, b'<', 10, 13];
    change.received.as_mut().unwrap().body = body;
    store.commit(&change).await.unwrap();
    let kept = store.received(&ReceivedFilter::default()).await.unwrap();
    let expected = Kept {
        received: change.received.unwrap(),
        reason: None,
    };
    assert_eq!(kept, [expected]);
}

pub(crate) async fn what_is_in_quarantine_is_kept_once_with_its_reason(place: &Place) {
    let store = place.open().await;
    let forged = received("n", None);
    store.quarantine(&forged, "unsigned").await.unwrap();
    store.quarantine(&forged, "again").await.unwrap();
    let kept = store.received(&ReceivedFilter::default()).await.unwrap();
    let expected = Kept {
        received: forged,
        reason: Some("unsigned".to_owned()),
    };
    assert_eq!(kept, [expected]);
}

pub(crate) async fn quarantine_does_not_stop_the_same_key_from_being_believed(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    let forged = received("n", Some(&order.key));
    store.quarantine(&forged, "unsigned").await.unwrap();
    let change = paid(&order, "n");
    store.commit(&change).await.unwrap();
    let kept = store.received(&ReceivedFilter::default()).await.unwrap();
    assert_eq!(kept.len(), 2);
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
        let kept = store.received(&filter).await.unwrap();
        let keys: Vec<&str> = kept.iter().map(|kept| kept.received.key.as_str()).collect();
        assert_eq!(keys, expected, "{name}");
    }
}

pub(crate) async fn large_and_empty_bodies_are_kept(place: &Place) {
    let store = place.open().await;
    let pattern = (0..=255).cycle();
    for (key, size) in [("empty", 0), ("one", 1), ("large", 3 << 20)] {
        let mut received = received(key, None);
        received.body = pattern.clone().take(size).collect();
        store.quarantine(&received, "too large").await.unwrap();
        let kept = store.received(&ReceivedFilter::default()).await.unwrap();
        assert!(kept[0].received == received, "{key}");
    }
}
