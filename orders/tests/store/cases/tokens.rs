//! One access token per merchant for everybody, renewed by one at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use payinsurance_orders::store::Committed;
use signed_xml_client::Token;

use crate::place::Place;
use crate::samples::{insert, order, paid, second};

pub(crate) async fn a_stored_token_is_read_by_all_clients_of_the_merchant(place: &Place) {
    let (here, there) = (place.open().await, place.open().await);
    let tokens = here.tokens("hospital");
    assert!(tokens.current().await.unwrap().is_none());
    let lease = tokens.lease().await.unwrap();
    assert!(lease.token().is_none());
    lease.store(token("first")).await.unwrap();
    let others = there.tokens("hospital");
    assert_eq!(others.current().await.unwrap(), Some(token("first")));
    let lease = others.lease().await.unwrap();
    assert_eq!(lease.token(), Some(&token("first")));
    lease.store(token("second")).await.unwrap();
    assert_eq!(tokens.current().await.unwrap(), Some(token("second")));
    let of_clinic = here.tokens("clinic");
    assert!(of_clinic.current().await.unwrap().is_none());
}

pub(crate) async fn one_renews_while_the_others_wait(place: &Place) {
    let renewals = Arc::new(AtomicU32::new(0));
    let mut clients = Vec::new();
    for _ in 0..4 {
        let store = place.open().await;
        for _ in 0..4 {
            let tokens = store.tokens("hospital");
            let renewals = Arc::clone(&renewals);
            clients.push(tokio::spawn(async move {
                let lease = tokens.lease().await.unwrap();
                if lease.token().is_some() {
                    return;
                }
                let before = renewals.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                assert_eq!(before, 0);
                lease.store(token("new")).await.unwrap();
            }));
        }
    }
    for client in clients {
        client.await.unwrap();
    }
    assert_eq!(renewals.load(Ordering::SeqCst), 1);
}

pub(crate) async fn a_lease_that_is_dropped_is_free_again(place: &Place) {
    let (here, there) = (place.open().await, place.open().await);
    let (tokens, others) = (here.tokens("hospital"), there.tokens("hospital"));
    tokens
        .lease()
        .await
        .unwrap()
        .store(token("old"))
        .await
        .unwrap();
    for tokens in [&tokens, &others, &tokens] {
        let lease = tokens.lease().await.unwrap();
        assert_eq!(lease.token(), Some(&token("old")));
        assert_eq!(others.current().await.unwrap(), Some(token("old")));
        drop(lease);
    }
}

pub(crate) async fn merchants_do_not_wait_for_each_other(place: &Place) {
    let store = place.open().await;
    let (tokens, others) = (store.tokens("hospital"), store.tokens("clinic"));
    let lease = tokens.lease().await.unwrap();
    let other_lease = others.lease().await.unwrap();
    other_lease.store(token("of-the-clinic")).await.unwrap();
    lease.store(token("of-the-hospital")).await.unwrap();
    assert_eq!(
        others.current().await.unwrap(),
        Some(token("of-the-clinic"))
    );
}

pub(crate) async fn leases_in_hand_hold_up_nothing_else(place: &Place) {
    let store = place.open().await;
    let hospitals: Vec<_> = (0..8)
        .map(|number| store.tokens(&format!("hospital {number}")))
        .collect();
    let mut leases = Vec::new();
    for tokens in &hospitals {
        leases.push(tokens.lease().await.unwrap());
    }
    // The platform is asked for all the tokens and does not answer.
    insert(&*store, &order("1")).await;
    let committed = store.commit(&paid(&order("1"), "n")).await.unwrap();
    assert_eq!(committed, Committed::Stored);
    for lease in leases {
        lease.store(token("new")).await.unwrap();
    }
}

fn token(value: &str) -> Token {
    Token::new(value.to_owned(), second(0), Duration::from_secs(7200)).unwrap()
}
