//! Events leave in the order in which an order's events were made, each to one worker at a time.

use std::collections::BTreeSet;

use payinsurance_orders::store::{
    ClaimedEvents, Committed, Delivery, Event, EventFilter, EventStanding, Store,
};

use crate::place::Place;
use crate::samples::{self, insert, insert_with_events, key, order, second, tells};

pub(crate) async fn events_of_an_order_are_claimed_one_after_the_other(place: &Place) {
    let store = place.open().await;
    let order = insert_with_events(&*store, "1", &["a", "b"]).await;
    store.commit(&tells(&order, &["c"])).await.unwrap();
    for id in ["a", "b", "c"] {
        assert_eq!(claim(&*store, 5, 60).await, [id]);
        assert!(claim(&*store, 59, 60).await.is_empty());
        store.settle_event(id, &Delivery::Taken).await.unwrap();
    }
    assert!(claim(&*store, 1000, 2000).await.is_empty());
}

pub(crate) async fn events_of_two_orders_do_not_wait_for_each_other(place: &Place) {
    let store = place.open().await;
    insert_with_events(&*store, "1", &["a1", "b1"]).await;
    insert_with_events(&*store, "2", &["a2", "b2"]).await;
    assert_eq!(claim(&*store, 5, 60).await, ["a1", "a2"]);
    store.settle_event("a2", &Delivery::Taken).await.unwrap();
    assert_eq!(claim(&*store, 5, 60).await, ["b2"]);
}

pub(crate) async fn a_claimed_event_is_given_to_no_other_claim_until_the_first_ends(place: &Place) {
    let store = place.open().await;
    insert_with_events(&*store, "1", &["a"]).await;
    assert!(claim(&*store, 4, 60).await.is_empty());
    assert_eq!(claim(&*store, 5, 60).await, ["a"]);
    let other = place.open().await;
    assert!(claim(&*other, 59, 99).await.is_empty());
    assert_eq!(claim(&*other, 60, 99).await, ["a"]);
}

pub(crate) async fn an_event_that_was_not_taken_comes_again_when_it_is_due(place: &Place) {
    let store = place.open().await;
    insert_with_events(&*store, "1", &["a", "b"]).await;
    assert_eq!(claim(&*store, 5, 60).await, ["a"]);
    store.settle_event("a", &later(30)).await.unwrap();
    let event = only(&*store, "a").await;
    assert_eq!(event.due_at, Some(second(30)));
    assert_eq!(event.attempts, 1);
    assert_eq!(event.last_error.as_deref(), Some("connection refused"));
    // The next one waits, too.
    assert!(claim(&*store, 29, 60).await.is_empty());
    assert_eq!(claim(&*store, 30, 60).await, ["a"]);
    store.settle_event("a", &Delivery::Taken).await.unwrap();
    let event = only(&*store, "a").await;
    assert_eq!((event.attempts, event.last_error), (2, None));
    assert_eq!(
        (event.due_at, event.standing),
        (None, EventStanding::Delivered)
    );
}

pub(crate) async fn a_dead_event_lets_the_next_one_pass(place: &Place) {
    let store = place.open().await;
    insert_with_events(&*store, "1", &["a", "b"]).await;
    assert_eq!(claim(&*store, 5, 60).await, ["a"]);
    store.settle_event("a", &dead()).await.unwrap();
    let event = only(&*store, "a").await;
    assert_eq!((event.due_at, event.standing), (None, EventStanding::Dead));
    assert_eq!(event.last_error.as_deref(), Some("gone"));
    assert_eq!(claim(&*store, 5, 60).await, ["b"]);
}

pub(crate) async fn what_was_delivered_stays_delivered(place: &Place) {
    let store = place.open().await;
    insert_with_events(&*store, "1", &["a", "b"]).await;
    store.settle_event("a", &Delivery::Taken).await.unwrap();
    let taken = only(&*store, "a").await;
    // A worker whose claim had ended reports late.
    store.settle_event("a", &later(30)).await.unwrap();
    store.settle_event("a", &dead()).await.unwrap();
    store.settle_event("a", &Delivery::Taken).await.unwrap();
    assert_eq!(only(&*store, "a").await, taken);

    store.settle_event("b", &dead()).await.unwrap();
    store.settle_event("b", &later(30)).await.unwrap();
    assert_eq!(only(&*store, "b").await.standing, EventStanding::Dead);
    store.settle_event("b", &Delivery::Taken).await.unwrap();
    assert_eq!(only(&*store, "b").await.standing, EventStanding::Delivered);
    store.settle_event("unknown", &dead()).await.unwrap();
}

pub(crate) async fn an_event_whose_id_is_stored_is_not_added_again(place: &Place) {
    let store = place.open().await;
    let order = insert_with_events(&*store, "1", &["a"]).await;
    let change = tells(&order, &["a", "b", "b"]);
    assert_eq!(store.commit(&change).await.unwrap(), Committed::Stored);
    assert_eq!(ids(&*store, &EventFilter::default()).await, ["a", "b"]);
}

pub(crate) async fn replay_makes_delivered_and_dead_events_due_again(place: &Place) {
    let store = place.open().await;
    insert_with_events(&*store, "1", &["a", "b", "c"]).await;
    store.settle_event("a", &Delivery::Taken).await.unwrap();
    store.settle_event("b", &dead()).await.unwrap();
    store.settle_event("c", &Delivery::Taken).await.unwrap();
    let ids = ["b", "a", "a", "unknown"].map(str::to_owned);
    assert_eq!(store.replay_events(&ids, second(70)).await.unwrap(), 2);
    assert_eq!(store.replay_events(&[], second(70)).await.unwrap(), 0);
    assert!(claim(&*store, 69, 99).await.is_empty());
    let event = only(&*store, "b").await;
    assert_eq!((event.attempts, event.last_error), (0, None));
    for id in ["a", "b"] {
        assert_eq!(claim(&*store, 70, 99).await, [id]);
        store.settle_event(id, &Delivery::Taken).await.unwrap();
    }
    assert!(claim(&*store, 1000, 2000).await.is_empty());
}

pub(crate) async fn only_events_of_known_hospitals_are_claimed(place: &Place) {
    let store = place.open().await;
    let mut foreign = order("1");
    foreign.key.merchant = "clinic".to_owned();
    insert(&*store, &foreign).await;
    store.commit(&tells(&foreign, &["foreign"])).await.unwrap();
    insert_with_events(&*store, "1", &["own"]).await;
    assert_eq!(claim(&*store, 5, 60).await, ["own"]);
    let mut of_both = samples::claim(5, 60, 9);
    of_both.merchants.push("clinic".to_owned());
    // A name that is there twice gives nothing twice.
    of_both.merchants.push("clinic".to_owned());
    let claimed = store.claim_events(&of_both).await.unwrap();
    assert_eq!(ids_of(claimed), ["foreign"]);
}

pub(crate) async fn an_event_that_is_due_beyond_the_longest_wait_is_due_now(place: &Place) {
    let store = place.open().await;
    insert_with_events(&*store, "1", &["ahead"]).await;
    insert_with_events(&*store, "2", &["waits"]).await;
    assert_eq!(claim(&*store, 5, 60).await, ["ahead", "waits"]);
    // The one was put off by a clock that is a day ahead.
    store.settle_event("ahead", &later(86_400)).await.unwrap();
    store.settle_event("waits", &later(3_600)).await.unwrap();
    assert_eq!(claim(&*store, 61, 120).await, ["ahead"]);
    assert!(claim(&*store, 61, 120).await.is_empty());
}

pub(crate) async fn an_event_of_a_newer_version_does_not_stop_the_others(place: &Place) {
    let store = place.open().await;
    insert_with_events(&*store, "1", &["newer", "behind it"]).await;
    insert_with_events(&*store, "2", &["known"]).await;
    if !place.change_event_standing("newer", "postponed").await {
        return;
    }
    let claimed = store.claim_events(&samples::claim(5, 60, 9)).await.unwrap();
    let unreadable: Vec<_> = claimed
        .unreadable
        .iter()
        .map(|event| (&*event.id, &event.order))
        .collect();
    assert_eq!(unreadable, [("newer", &key("1"))]);
    assert!(claimed.unreadable[0].reason.contains("postponed"));
    assert_eq!(ids_of(claimed), ["known"]);
    // It is claimed like the other, and what is behind it waits.
    let again = store
        .claim_events(&samples::claim(59, 60, 9))
        .await
        .unwrap();
    assert!(again.events.is_empty() && again.unreadable.is_empty());
}

pub(crate) async fn an_event_of_a_newer_version_is_named_beside_the_others(place: &Place) {
    let store = place.open().await;
    insert_with_events(&*store, "1", &["a", "b", "newer"]).await;
    if !place.change_event_standing("newer", "postponed").await {
        return;
    }
    let all = EventFilter {
        limit: 3,
        ..EventFilter::default()
    };
    let listed = store.events(&all).await.unwrap();
    let read = listed.rows.iter().map(|event| &*event.event.id);
    assert_eq!(read.collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((listed.count(), listed.last.as_deref()), (3, Some("newer")));
    let unread = &listed.unreadable[0];
    assert_eq!((&*unread.id, &unread.order), ("newer", &key("1")));
    assert!(unread.reason.contains("postponed"));
}

pub(crate) async fn events_are_listed_oldest_first_by_what_the_filter_says(place: &Place) {
    let store = place.open().await;
    insert_with_events(&*store, "1", &["z", "y"]).await;
    insert_with_events(&*store, "2", &["x", "w"]).await;
    store.settle_event("y", &dead()).await.unwrap();
    let all = EventFilter::default;
    let cases: [(&str, EventFilter, &[&str]); 6] = [
        ("all", all(), &["z", "y", "x", "w"]),
        (
            "of an order",
            EventFilter {
                order: Some(key("2")),
                ..all()
            },
            &["x", "w"],
        ),
        (
            "of these ids, as far as they are there",
            EventFilter {
                ids: ["w", "z", "unknown"].map(str::to_owned).to_vec(),
                ..all()
            },
            &["z", "w"],
        ),
        (
            "standing so",
            EventFilter {
                standing: Some(EventStanding::Dead),
                ..all()
            },
            &["y"],
        ),
        (
            "a page",
            EventFilter {
                after: Some("z".to_owned()),
                limit: 2,
                ..all()
            },
            &["y", "x"],
        ),
        (
            "after one that is not there",
            EventFilter {
                after: Some("unknown".to_owned()),
                ..all()
            },
            &[],
        ),
    ];
    for (name, filter, expected) in cases {
        assert_eq!(ids(&*store, &filter).await, expected, "{name}");
    }
}

pub(crate) async fn claimers_at_once_share_the_events_without_overlap(place: &Place) {
    let store = place.open().await;
    for number in 0..20 {
        let [first, second] = ["a", "b"].map(|event| format!("{number}{event}"));
        insert_with_events(&*store, &number.to_string(), &[&first, &second]).await;
    }
    let mut claimers = Vec::new();
    for _ in 0..4 {
        let store = place.open().await;
        claimers.push(tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let claimed = claim(&*store, 5, 99).await;
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
    let distinct: BTreeSet<&String> = claimed.iter().collect();
    assert_eq!((claimed.len(), distinct.len()), (20, 20));
    assert!(claimed.iter().all(|id| id.ends_with('a')));
}

pub(crate) async fn a_replayed_event_leaves_before_those_behind_it(place: &Place) {
    let store = place.open().await;
    insert_with_events(&*store, "1", &["a", "b", "c"]).await;
    store.settle_event("a", &Delivery::Taken).await.unwrap();
    assert_eq!(claim(&*store, 5, 60).await, ["b"]);
    let replayed = store.replay_events(&["a".to_owned()], second(6)).await;
    assert_eq!(replayed.unwrap(), 1);
    // The claim of the second has ended, and the first waits again.
    assert_eq!(claim(&*store, 60, 90).await, ["a"]);
    store.settle_event("b", &Delivery::Taken).await.unwrap();
    assert!(claim(&*store, 89, 99).await.is_empty());
    store.settle_event("a", &Delivery::Taken).await.unwrap();
    assert_eq!(claim(&*store, 90, 120).await, ["c"]);
}

pub(crate) async fn an_event_is_found_behind_a_thousand_that_wait_for_earlier_ones(place: &Place) {
    let store = place.open().await;
    let ids: Vec<String> = (0..1000).map(|number| format!("e{number}")).collect();
    let names: Vec<&str> = ids.iter().map(String::as_str).collect();
    insert_with_events(&*store, "1", &names).await;
    insert_with_events(&*store, "2", &["other"]).await;
    assert_eq!(claim(&*store, 5, 60).await, ["e0", "other"]);
    store.settle_event("e0", &later(70)).await.unwrap();
    store.settle_event("other", &dead()).await.unwrap();
    assert!(claim(&*store, 69, 99).await.is_empty());
    assert_eq!(claim(&*store, 70, 99).await, ["e0"]);
    store.settle_event("e0", &dead()).await.unwrap();
    assert_eq!(claim(&*store, 70, 99).await, ["e1"]);
}

pub(crate) async fn settling_and_adding_events_at_once_leaves_the_first_of_each_order_free(
    place: &Place,
) {
    let store = place.open().await;
    let mut both = Vec::new();
    for number in 0..24 {
        let order =
            insert_with_events(&*store, &number.to_string(), &[&format!("{number}a")]).await;
        let (adds, settles) = (place.open().await, place.open().await);
        both.push(tokio::spawn(async move {
            let id = format!("{number}b");
            let committed = adds.commit(&tells(&order, &[&id])).await.unwrap();
            assert_eq!(committed, Committed::Stored);
        }));
        both.push(tokio::spawn(async move {
            let id = format!("{number}a");
            settles.settle_event(&id, &Delivery::Taken).await.unwrap();
        }));
    }
    for one in both {
        one.await.unwrap();
    }
    let mut free = BTreeSet::new();
    for _ in 0..3 {
        free.extend(claim(&*store, 5, 60).await);
    }
    let expected: BTreeSet<String> = (0..24).map(|number| format!("{number}b")).collect();
    assert_eq!(free, expected);
}

fn later(at: i64) -> Delivery {
    Delivery::Later {
        at: second(at),
        error: "connection refused".to_owned(),
    }
}

fn dead() -> Delivery {
    Delivery::Dead {
        error: "gone".to_owned(),
    }
}

async fn claim(store: &dyn Store, now: i64, until: i64) -> Vec<String> {
    let claim = samples::claim(now, until, 9);
    ids_of(store.claim_events(&claim).await.unwrap())
}

fn ids_of(claimed: ClaimedEvents) -> Vec<String> {
    let events = claimed.events.into_iter();
    events.map(|event| event.event.id).collect()
}

async fn ids(store: &dyn Store, filter: &EventFilter) -> Vec<String> {
    let events = store.events(filter).await.unwrap().rows.into_iter();
    events.map(|event| event.event.id).collect()
}

async fn only(store: &dyn Store, id: &str) -> Event {
    let events = store.events(&EventFilter::default()).await.unwrap().rows;
    let mut of_id = events.into_iter().filter(|event| event.event.id == id);
    of_id.next().unwrap()
}
