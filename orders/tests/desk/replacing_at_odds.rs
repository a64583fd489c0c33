//! Replacing an order while others act: one open order at the platform, through crashes, callers at once, lost calls and late payments.

use std::future::pending;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use payinsurance::signed_xml_client::{
    BoxFuture, HttpRequest, HttpResponse, Transport, TransportError,
};
use payinsurance_orders::{Desk, RefundRequest, Replacement, State};
use payinsurance_sandbox::samples::refund_content;
use payinsurance_sandbox::{Act, Mode};

use crate::hospital::{HOSPITAL, Hospital};
use crate::replacing::{
    at_platform, lost_link, payloads, placed, replace, rows, settle_after_close,
};
use crate::world::{Outside, Trouble};

#[tokio::test]
async fn a_replaced_order_that_is_paid_after_all_is_reported_and_its_replacement_is_closed() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1").await;
    placed(replace(&hospital, "T1").await);
    settle_after_close(&hospital, "T1");
    let notification = hospital.outside.due().remove(0);
    hospital.deliver(&notification).await;
    hospital.pass(30).await;
    let first = hospital.order("T1").await;
    assert_eq!(first.state, State::Paid);
    let paid = payloads(&hospital, "order.paid");
    assert_eq!(paid.len(), 1);
    assert_eq!(paid[0]["replaced_by"], "T1X2");
    let note = paid[0]["note"].as_str().unwrap();
    assert!(
        note.contains("replaced by T1X2") && note.contains("refund one"),
        "{note}"
    );
    assert_eq!(
        at_platform(&hospital),
        rows(&[("T1", "SUCCESS"), ("T1X2", "CLOSED")])
    );
    // What is paid is refunded as any other order.
    let request = RefundRequest::whole(refund_content());
    hospital
        .desk
        .refund(HOSPITAL, "T1", &request)
        .await
        .unwrap();
    hospital.pass(600).await;
    assert_eq!(hospital.state("T1").await, State::Refunded);
}

#[tokio::test]
async fn both_orders_paid_are_both_reported() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1").await;
    placed(replace(&hospital, "T1").await);
    hospital.patient("T1X2", Act::Pay);
    settle_after_close(&hospital, "T1");
    hospital.pass(700).await;
    let paid = payloads(&hospital, "order.paid");
    let numbers: Vec<&str> = paid
        .iter()
        .map(|payload| payload["hosp_out_trade_no"].as_str().unwrap())
        .collect();
    assert!(
        numbers.contains(&"T1") && numbers.contains(&"T1X2"),
        "{numbers:?}"
    );
    assert_eq!(paid.len(), 2);
    let of_first = paid
        .iter()
        .find(|payload| payload["hosp_out_trade_no"] == "T1")
        .unwrap();
    assert_eq!(of_first["replaced_by"], "T1X2");
    let of_other = paid
        .iter()
        .find(|payload| payload["hosp_out_trade_no"] == "T1X2")
        .unwrap();
    assert_eq!(of_other["replaces"], "T1");
}

#[tokio::test]
async fn lost_requests_and_answers_of_the_closing_end_in_one_replacement() {
    for troubles in [
        vec![("closeorder", Trouble::AnswerLost)],
        vec![("closeorder", Trouble::RequestLost)],
        vec![
            ("closeorder", Trouble::Gateway),
            ("closeorder", Trouble::AnswerLost),
        ],
    ] {
        let hospital = Hospital::new();
        lost_link(&hospital, "T1").await;
        for (interface, trouble) in troubles.clone() {
            hospital.outside.trouble(interface, trouble);
        }
        replace(&hospital, "T1").await;
        hospital.pass(120).await;
        placed(replace(&hospital, "T1").await);
        assert_eq!(
            at_platform(&hospital),
            rows(&[("T1", "CLOSED"), ("T1X2", "NOTPAY")]),
            "{troubles:?}"
        );
    }
}

/// The platform, where something happens right before the so-many-th call of an interface arrives.
struct Meddled {
    outside: Outside,
    interface: &'static str,
    calls: AtomicUsize,
    at: usize,
    act: Box<dyn Fn(&Outside) + Send + Sync>,
}

impl Transport for Meddled {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            if request.url.path().ends_with(self.interface)
                && self.calls.fetch_add(1, Ordering::SeqCst) + 1 == self.at
            {
                (self.act)(&self.outside);
            }
            self.outside.send(request).await
        })
    }
}

fn meddled(
    hospital: &Hospital,
    interface: &'static str,
    at: usize,
    act: impl Fn(&Outside) + Send + Sync + 'static,
) -> Desk {
    desk_through(
        hospital,
        Meddled {
            outside: hospital.outside.clone(),
            interface,
            calls: AtomicUsize::new(0),
            at,
            act: Box::new(act),
        },
    )
}

fn desk_through(hospital: &Hospital, transport: impl Transport) -> Desk {
    let client = hospital.outside.client(Mode::ServiceProvider);
    Desk::builder(hospital.store.clone())
        .merchant(HOSPITAL, client.transport(transport))
        .clock(hospital.outside.clone())
        .nonce(hospital.outside.clone())
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_payment_between_the_question_and_the_closing_is_found() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1").await;
    let pays = |outside: &Outside| {
        outside
            .on_platform(|platform, moment| platform.patient("T1", Act::Pay, moment))
            .unwrap();
    };
    let desk = meddled(&hospital, "closeorder", 1, pays);
    let replacement = desk.replace(HOSPITAL, "T1").await.unwrap();
    assert!(
        matches!(replacement, Replacement::Paid(_)),
        "{replacement:?}"
    );
    hospital.pass(600).await;
    assert_eq!(at_platform(&hospital), rows(&[("T1", "SUCCESS")]));
    assert!(!hospital.order("T1").await.replace_wanted);
}

#[tokio::test]
async fn a_payment_that_settles_right_after_the_closing_is_found_before_anything_is_placed() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1").await;
    let settles = |outside: &Outside| {
        outside
            .on_platform(|platform, moment| platform.settle_after_close("T1", moment))
            .unwrap();
    };
    // The second question comes after the closing.
    let desk = meddled(&hospital, "queryorder", 2, settles);
    let replacement = desk.replace(HOSPITAL, "T1").await.unwrap();
    assert!(
        matches!(replacement, Replacement::Paid(_)),
        "{replacement:?}"
    );
    hospital.pass(600).await;
    assert_eq!(at_platform(&hospital), rows(&[("T1", "SUCCESS")]));
    assert_eq!(
        hospital
            .delivered()
            .iter()
            .filter(|kind| *kind == "order.paid")
            .count(),
        1
    );
}

/// A process that dies at its so-many-th call: before it leaves, or after it has arrived.
struct Dying {
    outside: Outside,
    calls: AtomicUsize,
    at: usize,
    arrives: bool,
    died: Mutex<Option<tokio::sync::oneshot::Sender<()>>>,
}

impl Transport for Dying {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            if self.calls.fetch_add(1, Ordering::SeqCst) != self.at {
                return self.outside.send(request).await;
            }
            if self.arrives {
                let _lost = self.outside.send(request).await;
            }
            let died = self.died.lock().unwrap().take();
            let _ = died.unwrap().send(());
            pending().await
        })
    }
}

#[tokio::test]
async fn a_process_that_dies_at_any_call_leaves_one_open_order() {
    for repeats in [true, false] {
        for (at, arrives) in (0..8).flat_map(|at| [(at, false), (at, true)]) {
            let hospital = Hospital::new();
            lost_link(&hospital, "T1").await;
            let (died, dead) = tokio::sync::oneshot::channel();
            let dying = Dying {
                outside: hospital.outside.clone(),
                calls: AtomicUsize::new(0),
                at,
                arrives,
                died: Mutex::new(Some(died)),
            };
            let desk = desk_through(&hospital, dying);
            tokio::select! {
                _ = desk.replace(HOSPITAL, "T1") => {}
                _ = dead => {}
            }
            let wanted = hospital.order("T1").await;
            let wanted = wanted.replace_wanted || wanted.replaced_by.is_some();
            if repeats {
                hospital.outside.advance(Duration::from_secs(100));
                replace(&hospital, "T1").await;
            }
            hospital.pass(400).await;
            let expected = match wanted || repeats {
                true => rows(&[("T1", "CLOSED"), ("T1X2", "NOTPAY")]),
                false => rows(&[("T1", "NOTPAY")]),
            };
            assert_eq!(at_platform(&hospital), expected, "{at} {arrives} {repeats}");
            let first = hospital.order("T1").await;
            assert_eq!(first.replaced_by.is_some(), wanted || repeats);
        }
    }
}

/// The platform over a network where others go first.
struct Slow(Outside);

impl Transport for Slow {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let response = self.0.send(request).await;
            tokio::task::yield_now().await;
            response
        })
    }
}

#[tokio::test]
async fn callers_at_once_get_one_replacement() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1").await;
    let mut callers = Vec::new();
    for number in 0..6 {
        let desk = desk_through(&hospital, Slow(hospital.outside.clone()));
        callers.push(tokio::spawn(async move {
            for _ in 0..number {
                tokio::task::yield_now().await;
            }
            desk.replace(HOSPITAL, "T1").await
        }));
    }
    for caller in callers {
        let replacement = caller.await.unwrap().unwrap();
        let number = match &replacement {
            Replacement::Placed(order) => &order.key.hosp_out_trade_no,
            other => panic!("{other:?}"),
        };
        assert_eq!(number, "T1X2");
    }
    assert_eq!(
        hospital.outside.calls("unifiedorder"),
        2,
        "each order is sent once"
    );
    hospital.pass(200).await;
    assert_eq!(
        at_platform(&hospital),
        rows(&[("T1", "CLOSED"), ("T1X2", "NOTPAY")])
    );
}
