//! Orders are stored, found and listed.

use payinsurance_orders::store::{Committed, OrderFilter, Store};
use payinsurance_orders::{Contradiction, OrderKey, State};

use crate::place::Place;
use crate::samples::{claim, full_order, insert, key, line, order, paid, second, tells};

pub(crate) async fn an_order_is_stored_as_it_was_given(place: &Place) {
    let store = place.open().await;
    let order = full_order("1");
    insert(&*store, &order).await;
    assert!(store.order(&order.key).await.unwrap().unwrap() == order);
    assert!(store.order(&key("2")).await.unwrap().is_none());
    assert_eq!(
        store.history(&order.key).await.unwrap().rows,
        [line("placed")]
    );
    assert!(store.history(&key("2")).await.unwrap().rows.is_empty());
}

pub(crate) async fn an_order_that_is_there_is_given_back_and_nothing_changes(place: &Place) {
    let store = place.open().await;
    let first = order("1");
    insert(&*store, &first).await;
    let second = full_order("1");
    let found = store.insert(&second, &line("again")).await.unwrap();
    assert!(found.unwrap() == first);
    assert!(store.order(&first.key).await.unwrap().unwrap() == first);
    assert_eq!(store.history(&first.key).await.unwrap().rows.len(), 1);
}

pub(crate) async fn two_hospitals_may_use_the_same_number(place: &Place) {
    let store = place.open().await;
    let first = order("1");
    let mut second = order("1");
    second.key.merchant = "clinic".to_owned();
    second.state = State::Placed;
    insert(&*store, &first).await;
    insert(&*store, &second).await;
    assert!(store.order(&first.key).await.unwrap().unwrap() == first);
    assert!(store.order(&second.key).await.unwrap().unwrap() == second);
    let filter = OrderFilter {
        hosp_out_trade_no: Some("1".to_owned()),
        ..OrderFilter::default()
    };
    let found = store.orders(&filter).await.unwrap().rows.into_iter();
    let of: Vec<String> = found.map(|order| order.key.merchant).collect();
    assert_eq!(of, ["hospital", "clinic"]);
}

pub(crate) async fn orders_are_listed_newest_first(place: &Place) {
    let store = place.open().await;
    for (number, created_at) in [("b", 2), ("a", 2), ("d", 1), ("c", 3), ("é", 2), ("Z", 2)] {
        let mut order = order(number);
        order.times.created_at = second(created_at);
        insert(&*store, &order).await;
    }
    let filter = OrderFilter::default();
    assert_eq!(
        numbers(place, &filter).await,
        ["c", "é", "b", "a", "Z", "d"]
    );
}

pub(crate) async fn orders_are_listed_by_what_the_filter_says(place: &Place) {
    let store = place.open().await;
    for number in 1..=3 {
        let mut order = order(&number.to_string());
        order.times.created_at = second(number);
        insert(&*store, &order).await;
    }
    let mut of_clinic = full_order("7");
    of_clinic.key.merchant = "clinic".to_owned();
    of_clinic.times.created_at = second(7);
    insert(&*store, &of_clinic).await;
    let to_be_paid = store.order(&key("2")).await.unwrap().unwrap();
    store.commit(&paid(&to_be_paid, "n")).await.unwrap();

    let all = OrderFilter::default;
    let cases: [(&str, OrderFilter, &[&str]); 9] = [
        ("all", all(), &["7", "3", "2", "1"]),
        (
            "of a hospital",
            OrderFilter {
                merchant: Some("hospital".to_owned()),
                ..all()
            },
            &["3", "2", "1"],
        ),
        (
            "in one of two states",
            OrderFilter {
                states: vec![State::Paid, State::Refunding],
                ..all()
            },
            &["7", "2"],
        ),
        (
            "since, which is part of it",
            OrderFilter {
                since: Some(second(3)),
                ..all()
            },
            &["7", "3"],
        ),
        (
            "before, which is not",
            OrderFilter {
                before: Some(second(3)),
                ..all()
            },
            &["2", "1"],
        ),
        (
            "by the hospital's number, of any caller",
            OrderFilter {
                hosp_out_trade_no: Some("7".to_owned()),
                ..all()
            },
            &["7"],
        ),
        (
            "by the number of a hospital",
            OrderFilter {
                merchant: Some("hospital".to_owned()),
                hosp_out_trade_no: Some("7".to_owned()),
                ..all()
            },
            &[],
        ),
        (
            "by the platform's number",
            OrderFilter {
                med_trans_id: Some("M7".to_owned()),
                ..all()
            },
            &["7"],
        ),
        (
            "all at once",
            OrderFilter {
                merchant: Some("hospital".to_owned()),
                states: vec![State::Placing],
                since: Some(second(1)),
                before: Some(second(3)),
                ..all()
            },
            &["1"],
        ),
    ];
    for (name, filter, expected) in cases {
        assert_eq!(numbers(place, &filter).await, expected, "{name}");
    }
}

pub(crate) async fn pages_follow_one_another_without_gap_or_repeat(place: &Place) {
    let store = place.open().await;
    for number in 0..7 {
        let mut order = order(&number.to_string());
        order.times.created_at = second(number / 3);
        insert(&*store, &order).await;
    }
    let mut filter = OrderFilter {
        limit: 2,
        ..OrderFilter::default()
    };
    let mut listed = Vec::new();
    loop {
        let page = numbers(place, &filter).await;
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 2);
        filter.after = Some(key(last));
        listed.extend(page);
    }
    assert_eq!(listed, ["6", "5", "4", "3", "2", "1", "0"]);
    filter.after = Some(key("unknown"));
    assert!(numbers(place, &filter).await.is_empty());
}

pub(crate) async fn contradicted_orders_are_listed_alone(place: &Place) {
    let store = place.open().await;
    for number in ["1", "2", "3", "4"] {
        insert(&*store, &order(number)).await;
    }
    let contradiction = |reason: &str| {
        Some(Contradiction {
            source: "query".to_owned(),
            reason: reason.to_owned(),
            since: second(3),
        })
    };
    for number in ["1", "3", "4"] {
        contradict(&*store, number, contradiction("total_fee is 251 fen")).await;
    }
    contradict(&*store, "3", contradiction("cash_fee is 9 fen")).await;
    contradict(&*store, "4", None).await;
    let filter = OrderFilter {
        contradicted: true,
        ..OrderFilter::default()
    };
    assert_eq!(numbers(place, &filter).await, ["3", "1"]);
    let of_clinic = OrderFilter {
        merchant: Some("clinic".to_owned()),
        ..filter
    };
    assert!(numbers(place, &of_clinic).await.is_empty());
}

async fn contradict(store: &dyn Store, number: &str, contradiction: Option<Contradiction>) {
    let order = store.order(&key(number)).await.unwrap().unwrap();
    let mut change = tells(&order, &[]);
    change.order.contradiction = contradiction;
    assert_eq!(store.commit(&change).await.unwrap(), Committed::Stored);
}

pub(crate) async fn an_order_of_a_newer_version_is_named_beside_the_others(place: &Place) {
    let store = place.open().await;
    for number in ["1", "2", "3", "4"] {
        insert(&*store, &order(number)).await;
    }
    for number in ["1", "3"] {
        place.make_unreadable(&*store, &key(number)).await;
    }
    let mut filter = OrderFilter {
        limit: 2,
        ..OrderFilter::default()
    };
    let mut pages = Vec::new();
    loop {
        let page = store.orders(&filter).await.unwrap();
        let Some(last) = page.last.clone() else { break };
        assert_eq!(page.count(), 2);
        assert!(!page.unreadable[0].reason.is_empty());
        let read = page.rows[0].key.hosp_out_trade_no.clone();
        pages.push((read, page.unreadable[0].key.clone()));
        filter.after = Some(last);
    }
    let page = |read: &str, unread| (read.to_owned(), key(unread));
    assert_eq!(pages, [page("4", "3"), page("2", "1")]);
}

pub(crate) async fn a_line_of_a_newer_version_is_named_beside_the_others(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    store.commit(&paid(&order, "n")).await.unwrap();
    if !place.change_last_line("teleported").await {
        return;
    }
    let history = store.history(&order.key).await.unwrap();
    assert_eq!(history.rows, [line("placed")]);
    let unread = &history.unreadable[..];
    assert_eq!(
        (unread.len(), &unread[0].order, unread[0].number),
        (1, &order.key, 2)
    );
    assert!(unread[0].reason.contains("teleported"));
}

pub(crate) async fn any_character_is_stored(place: &Place) {
    let store = place.open().await;
    let hostile = "医院 \"'%_\\ \u{1F489}\u{0301}\n\t\r; DROP TABLE orders";
    let mut order = order("1");
    order.key = OrderKey {
        merchant: hostile.to_owned(),
        hosp_out_trade_no: hostile.to_owned(),
    };
    order.request = [(hostile.to_owned(), format!("{hostile}\0"))].into();
    let mut line = line(hostile);
    line.by = hostile.to_owned();
    line.evidence = hostile.to_owned();
    assert!(store.insert(&order, &line).await.unwrap().is_none());
    assert!(store.order(&order.key).await.unwrap().unwrap() == order);
    assert_eq!(store.history(&order.key).await.unwrap().rows, [line]);
    let filter = OrderFilter {
        merchant: Some(hostile.to_owned()),
        ..OrderFilter::default()
    };
    assert_eq!(store.orders(&filter).await.unwrap().rows.len(), 1);
}

pub(crate) async fn what_was_stored_is_there_after_opening_again(place: &Place) {
    let store = place.open().await;
    let order = order("1");
    insert(&*store, &order).await;
    store.commit(&paid(&order, "n")).await.unwrap();
    drop(store);

    let store = place.open().await;
    let found = store.order(&order.key).await.unwrap().unwrap();
    assert_eq!((found.state, found.revision), (State::Paid, 1));
    assert_eq!(store.history(&order.key).await.unwrap().rows.len(), 2);
    let claimed = store.claim_events(&claim(9, 10, 9)).await.unwrap();
    assert_eq!(claimed.events.len(), 1);
    let received = store.received(&Default::default()).await.unwrap();
    assert_eq!(received[0].body.whole().unwrap(), b"<xml>n</xml>");
}

async fn numbers(place: &Place, filter: &OrderFilter) -> Vec<String> {
    let store = place.open().await;
    let orders = store.orders(filter).await.unwrap().rows.into_iter();
    orders.map(|order| order.key.hosp_out_trade_no).collect()
}
