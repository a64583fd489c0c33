//! The hospital: a server that takes notifications, and the orders that it knows.
//!
//! It believes a notification only after the signature was verified and the amounts agreed with its own order; a repeated one gets the same
//! good answer and changes nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use payinsurance::Client;
use payinsurance::enums::{ResultCode, ReturnCode};
use payinsurance::notification::{Notification, Reply};
use signed_xml::{BeijingTime, Fen, Text};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::Failure;

/// How an order stands at the hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Placed,
    Paid,
    Closed,
}

/// An order as the hospital has it.
#[derive(Clone)]
pub(super) struct Order {
    pub(super) hosp_out_trade_no: Text,
    pub(super) total_fee: Fen,
    pub(super) cash_fee: Fen,
    pub(super) insurance_fee: Fen,
    pub(super) state: Standing,
    pub(super) paid_at: Option<BeijingTime>,
    pub(super) refunded: Fen,
    /// Notifications that were believed, repeats included.
    pub(super) notifications: u32,
}

/// The hospital's server and its book of orders.
pub(super) struct Hospital {
    book: Book,
    origin: String,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

#[derive(Clone, Default)]
struct Book(Arc<Mutex<Pages>>);

#[derive(Default)]
struct Pages {
    orders: Vec<Order>,
    refused: Vec<String>,
}

impl Hospital {
    /// Starts the server on a free loopback port.
    pub(super) async fn start(client: Client) -> Result<Self, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let book = Book::default();
        let routes = axum::Router::new()
            .route("/notify", post(notify))
            .with_state((client, book.clone()));
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(async move {
            let end = async move {
                // A dropped sender ends the server too.
                let _ = stopped.await;
            };
            // The listener of axum does not fail: it waits and tries again.
            let _ = axum::serve(listener, routes)
                .with_graceful_shutdown(end)
                .await;
        });
        Ok(Self {
            book,
            origin,
            stop,
            server,
        })
    }

    pub(super) fn notify_url(&self) -> String {
        format!("{}/notify", self.origin)
    }

    pub(super) fn return_url(&self, hosp_out_trade_no: &str) -> String {
        format!("{}/return?trade_no={hosp_out_trade_no}", self.origin)
    }

    pub(super) fn orders(&self) -> Vec<Order> {
        self.book.pages().orders.clone()
    }

    /// Why notifications were refused, oldest first.
    pub(super) fn refused(&self) -> Vec<String> {
        self.book.pages().refused.clone()
    }

    pub(super) fn order(&self, hosp_out_trade_no: &str) -> Result<Order, Failure> {
        let orders = self.orders().into_iter();
        let mut of_number = orders.filter(|order| order.hosp_out_trade_no == *hosp_out_trade_no);
        of_number
            .next()
            .ok_or_else(|| format!("the hospital has no order {hosp_out_trade_no}").into())
    }

    pub(super) fn add(&self, order: Order) {
        self.book.pages().orders.push(order);
    }

    pub(super) fn change(&self, hosp_out_trade_no: &str, change: impl FnOnce(&mut Order)) {
        let mut pages = self.book.pages();
        if let Some(order) = pages
            .orders
            .iter_mut()
            .find(|order| order.hosp_out_trade_no == *hosp_out_trade_no)
        {
            change(order);
        }
    }

    pub(super) async fn stop(self) {
        let _ = self.stop.send(());
        // Invariant: the task neither panics nor is aborted.
        let _ = self.server.await;
    }
}

impl Book {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a verified notification, if it agrees with the order.
    fn enter(&self, notification: &Notification) -> Result<(), String> {
        let mut pages = self.pages();
        let number = &notification.hosp_out_trade_no;
        let order = pages
            .orders
            .iter_mut()
            .find(|order| order.hosp_out_trade_no == *number);
        let order = order.ok_or_else(|| "no order of that number".to_owned())?;
        if notification.result_code != ResultCode::Success {
            return Err(format!(
                "result_code is {}, not SUCCESS",
                notification.result_code
            ));
        }
        let told = (
            notification.total_fee,
            notification.cash_fee,
            notification.insurance_fee,
        );
        if told != (order.total_fee, order.cash_fee, order.insurance_fee) {
            return Err("the amounts are not those of the order".to_owned());
        }
        if order.state == Standing::Closed {
            return Err("the order is closed".to_owned());
        }
        order.notifications += 1;
        order.state = Standing::Paid;
        order.paid_at = order.paid_at.or(notification.time_end);
        Ok(())
    }
}

/// Answers a notification: SUCCESS only for what was verified and entered.
async fn notify(
    State((client, book)): State<(Client, Book)>,
    body: Bytes,
) -> (StatusCode, Vec<u8>) {
    let judged = match client.open_notification(&body) {
        Ok(notification) => book.enter(&notification),
        Err(error) => Err(error.to_string()),
    };
    let (return_code, result_code, return_msg) = match judged {
        Ok(()) => (ReturnCode::Success, ResultCode::Success, None),
        Err(reason) => {
            let shown: Text = reason.chars().take(100).collect::<String>().into();
            book.pages().refused.push(reason);
            (ReturnCode::Fail, ResultCode::Fail, Some(shown))
        }
    };
    let reply = Reply::builder()
        .return_code(return_code)
        .result_code(result_code)
        .maybe_return_msg(return_msg)
        .build();
    match reply
        .map_err(|violations| violations.to_string())
        .and_then(|reply| client.sign_reply(&reply).map_err(|error| error.to_string()))
    {
        Ok(body) => (StatusCode::OK, body),
        // Not SUCCESS: the platform comes again.
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, Vec::new()),
    }
}
