//! A change is stored whole or not at all, also if others decide at the same time.

use std::future::Future;
use std::sync::Arc;

use payinsurance_orders::State;
use payinsurance_orders::store::{
    Change, Committed, EventFilter, EventStanding, OrderFilter, ReceivedFilter, Store,
};

use crate::place::Place;
use crate::samples::{insert, key, line, order, paid, second, stored, tells};

pub(crate) async fn a_change_is_stored_whole(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    let change = paid(&order, "n");
    assert_eq!(store.commit(&change).await.unwrap(), Committed::Stored);

    let mut expected = change.order.clone();
    expected.revision = 1;
    assert!(store.order(&order.key).await.unwrap().unwrap() == expected);
    let history = store.history(&order.key).await.unwrap().rows;
    assert_eq!(history, [line("placed"), change.line.unwrap()]);
    let events = store.events(&EventFilter::default()).await.unwrap().rows;
    assert_eq!(events.len(), 1);
    let event = &events[0];
    assert_eq!(event.event, change.events[0]);
    assert_eq!(event.order, order.key);
    assert_eq!(event.created_at, second(5));
    assert_eq!(event.due_at, Some(second(5)));
    assert_eq!(event.attempts, 0);
    assert_eq!(event.standing, EventStanding::Waiting);
    assert_eq!(event.last_error, None);
    let received = store.received(&ReceivedFilter::default()).await.unwrap();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0], stored(&change.received.unwrap(), None));
}

pub(crate) async fn a_change_on_an_older_revision_is_stale_and_leaves_nothing(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    store.commit(&tells(&order, &["first"])).await.unwrap();
    let before = everything(&*store).await;
    assert_eq!(
        store.commit(&paid(&order, "n")).await.unwrap(),
        Committed::Stale
    );
    assert_eq!(everything(&*store).await, before);

    // The notification was not stored, so that it is accepted when it is decided again.
    let now = store.order(&order.key).await.unwrap().unwrap();
    assert_eq!(
        store.commit(&paid(&now, "n")).await.unwrap(),
        Committed::Stored
    );
}

pub(crate) async fn a_change_of_an_order_that_is_not_there_is_stale(place: &Place) {
    let store = place.open().await;
    let change = paid(&order("1"), "n");
    assert_eq!(store.commit(&change).await.unwrap(), Committed::Stale);
    assert!(store.order(&key("1")).await.unwrap().is_none());
    assert_eq!(everything(&*store).await, (0, 0, 0, 0));
}

pub(crate) async fn a_notification_that_was_stored_is_repeated_and_leaves_nothing(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    store.commit(&paid(&order, "n")).await.unwrap();
    let before = everything(&*store).await;
    let now = store.order(&order.key).await.unwrap().unwrap();
    let mut again = paid(&now, "n");
    again.events[0].id = "another".to_owned();
    assert_eq!(store.commit(&again).await.unwrap(), Committed::Repeated);
    assert_eq!(everything(&*store).await, before);
    assert!(store.order(&order.key).await.unwrap().unwrap() == now);
}

pub(crate) async fn a_repeated_notification_is_recognized_even_if_the_order_changed_meanwhile(
    place: &Place,
) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    store.commit(&paid(&order, "n")).await.unwrap();
    let again = paid(&order, "n");
    assert_eq!(store.commit(&again).await.unwrap(), Committed::Repeated);
}

pub(crate) async fn a_change_without_a_line_adds_none(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    let mut change = tells(&order, &[]);
    change.order.attempts = 3;
    assert_eq!(store.commit(&change).await.unwrap(), Committed::Stored);
    let found = store.order(&order.key).await.unwrap().unwrap();
    assert_eq!((found.attempts, found.revision), (3, 1));
    assert_eq!(everything(&*store).await, (1, 1, 0, 0));
}

pub(crate) async fn of_64_deciders_at_once_exactly_one_is_stored(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    let outcomes = at_once(&store, |number| {
        let mut change = paid(&order, &format!("n{number}"));
        change.events[0].id = format!("e{number}");
        change
    })
    .await;
    assert_eq!(count(&outcomes, Committed::Stored), 1);
    assert_eq!(count(&outcomes, Committed::Stale), 63);
    assert_eq!(everything(&*store).await, (1, 2, 1, 1));
}

pub(crate) async fn of_64_equal_notifications_at_once_exactly_one_is_stored(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    let outcomes = at_once(&store, |_| paid(&order, "n")).await;
    assert_eq!(count(&outcomes, Committed::Stored), 1);
    assert_eq!(count(&outcomes, Committed::Repeated), 63);
    assert_eq!(everything(&*store).await, (1, 2, 1, 1));
    let found = store.order(&order.key).await.unwrap().unwrap();
    assert_eq!((found.state, found.revision), (State::Paid, 1));
}

pub(crate) async fn of_64_equal_inserts_at_once_exactly_one_is_stored(place: &Place) {
    let store = place.open().await;
    let outcomes = spawn_64(&store, |store, number| async move {
        let mut order = order("1");
        order.attempts = number;
        (number, store.insert(&order, &line("placed")).await.unwrap())
    })
    .await;
    let records = store.order(&key("1")).await.unwrap().unwrap();
    for (number, found) in outcomes {
        match found {
            None => assert_eq!(number, records.attempts),
            Some(found) => assert!(found == records),
        }
    }
    assert_eq!(everything(&*store).await, (1, 1, 0, 0));
}

pub(crate) async fn changes_of_many_orders_at_once_are_all_stored(place: &Place) {
    let store = place.open().await;
    spawn_64(&store, |store, number| async move {
        let order = order(&number.to_string());
        insert(&*store, &order).await;
        let change = paid(&order, &format!("n{number}"));
        assert_eq!(store.commit(&change).await.unwrap(), Committed::Stored);
    })
    .await;
    for number in 0..64 {
        let key = key(&number.to_string());
        let found = store.order(&key).await.unwrap().unwrap();
        assert_eq!((found.state, found.revision), (State::Paid, 1));
        assert_eq!(store.history(&key).await.unwrap().rows.len(), 2);
        let filter = ReceivedFilter {
            order: Some(key),
            ..ReceivedFilter::default()
        };
        let received = store.received(&filter).await.unwrap();
        let body = format!("<xml>n{number}</xml>");
        assert_eq!(received[0].body.whole(), Some(body.as_bytes()));
    }
}

/// How much there is: orders, lines of their histories, events, received.
async fn everything(store: &dyn Store) -> (usize, usize, usize, usize) {
    let orders = store.orders(&OrderFilter::default()).await.unwrap().rows;
    let mut lines = 0;
    for order in &orders {
        lines += store.history(&order.key).await.unwrap().rows.len();
    }
    let events = store.events(&EventFilter::default()).await.unwrap().rows;
    let received = store.received(&ReceivedFilter::default()).await.unwrap();
    (orders.len(), lines, events.len(), received.len())
}

async fn at_once(store: &Arc<dyn Store>, change: impl Fn(u32) -> Change) -> Vec<Committed> {
    spawn_64(store, |store, number| {
        let change = change(number);
        async move { store.commit(&change).await.unwrap() }
    })
    .await
}

async fn spawn_64<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    store: &Arc<dyn Store>,
    work: impl Fn(Arc<dyn Store>, u32) -> F,
) -> Vec<T> {
    let tasks: Vec<_> = (0..64)
        .map(|number| tokio::spawn(work(Arc::clone(store), number)))
        .collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

fn count(outcomes: &[Committed], wanted: Committed) -> usize {
    outcomes
        .iter()
        .filter(|outcome| **outcome == wanted)
        .count()
}
