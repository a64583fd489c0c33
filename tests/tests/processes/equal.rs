//! A thousand equal notifications, 64 at once: one payment.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use payinsurance::enums::{ResultCode, ReturnCode};
use payinsurance::signed_xml_client::HttpTransport;
use payinsurance::{Key, notification};
use payinsurance_orders::State;
use signed_xml::{Limits, read_reply};
use tokio::task::JoinSet;

use crate::child::HospitalProcess;
use crate::database::Kind;
use crate::front::{Passage, post_to};
use crate::hospital::Hospital;
use crate::promises;

const NOTIFICATIONS: usize = 1_000;
const AT_ONCE: usize = 64;

#[tokio::test(flavor = "multi_thread")]
async fn are_one_payment_to_one_process_on_sqlite() {
    pay_once(Kind::Sqlite, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn are_one_payment_to_four_processes_on_one_sqlite_file() {
    pay_once(Kind::Sqlite, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn are_one_payment_to_four_processes_on_postgresql() {
    pay_once(Kind::Postgres, 4).await;
}

async fn pay_once(kind: Kind, processes: usize) {
    let number = "T1";
    let Some(mut hospital) = Hospital::new(kind, "equal", 1).await else {
        return;
    };
    let others: Vec<HospitalProcess> = (1..processes).map(|_| hospital.another_process()).collect();
    assert_eq!(hospital.tell(&format!("place {number}")), "placed");
    hospital.front.set(Passage::Shut);
    hospital.paid(number).await;
    let body = hospital.front.last_notification().unwrap();
    let own = hospital.process().address.clone();
    let addresses = [own]
        .into_iter()
        .chain(others.iter().map(|other| other.address.clone()));

    let replies = post_all(addresses.collect(), body).await;
    assert_eq!(replies.len(), NOTIFICATIONS);
    let key = Key::new(hospital.sandbox.merchants()[0].key.as_str()).unwrap();
    for (status, body) in &replies {
        assert_eq!(*status, 200);
        let reply: notification::Reply = read_reply(body, &key, &Limits::default()).unwrap();
        assert_eq!(reply.return_code, ReturnCode::Success);
        assert_eq!(reply.result_code, ResultCode::Success);
    }

    let shown = hospital.shown(number);
    let paid = shown
        .history
        .iter()
        .filter(|line| line.from != Some(line.to) && line.to == State::Paid);
    assert_eq!(paid.count(), 1, "one move");
    let paid = shown
        .events
        .iter()
        .filter(|event| event.kind == "order.paid");
    assert_eq!(paid.count(), 1, "one row of the outbox");
    assert_eq!(shown.accepted, 1, "one row of the inbox");
    hospital.settle().await;
    promises::hold_in_the_end(&mut hospital, &[number.to_owned()]);
}

/// Posts the body a thousand times, each time to the next address, and gives the answers.
async fn post_all(addresses: Vec<String>, body: Vec<u8>) -> Vec<(u16, Vec<u8>)> {
    let (http, next) = (HttpTransport::new().unwrap(), Arc::new(AtomicUsize::new(0)));
    let mut posts = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (http, next) = (http.clone(), Arc::clone(&next));
        let (addresses, body) = (addresses.clone(), body.clone());
        posts.spawn(async move {
            let mut replies = Vec::new();
            loop {
                let nth = next.fetch_add(1, Ordering::Relaxed);
                if nth >= NOTIFICATIONS {
                    return replies;
                }
                let address = &addresses[nth % addresses.len()];
                let reply = post_to(&http, address, body.clone().into()).await;
                let (status, body) = reply.unwrap();
                replies.push((status, body.to_vec()));
            }
        });
    }
    posts.join_all().await.concat()
}
