//! The hospital: an order desk on SQLite in a temporary folder, its routes on a free loopback port, its own system (HIS) behind it.
//!
//! The HIS receives events from the desk's outbox. A road in front of the desk carries notifications: it can be set to lose them,
//! or the answers to them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use payinsurance::Client;
use payinsurance_orders::store::{Event, OrderFilter, SqliteStore};
use payinsurance_orders::{Desk, Order, Routes, Server, State as OrderState};
use signed_xml::Fen;
use signed_xml_client::{ClientBuilder, Clock};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::Failure;

/// The name under which the desk knows the hospital.
pub(super) const MERCHANT: &str = "hospital";

/// What is lost on the road between the platform and the desk.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Loss {
    #[default]
    Nothing,
    Notifications,
    Answers,
}

/// A running hospital.
pub(super) struct Hospital {
    pub(super) desk: Desk,
    his: Shared<Vec<Event>>,
    road: Shared<Loss>,
    origin: String,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
    store: SqliteStore,
    folder: TempDir,
}

#[derive(Clone, Default)]
struct Shared<T>(Arc<Mutex<T>>);

impl Hospital {
    /// Opens the store and starts the server.
    pub(super) async fn start(
        client: ClientBuilder<Client>,
        clock: impl Clock,
    ) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let store = SqliteStore::open(folder.path().join("orders.db")).await?;
        let his = Shared::<Vec<Event>>::default();
        let sink = {
            let his = his.clone();
            move |event: Event| {
                his.lock().push(event);
                async { Ok(()) }
            }
        };
        let desk = Desk::builder(store.clone())
            .merchant(MERCHANT, client)
            .clock(clock)
            .events(sink)
            .build()?;
        let road = Shared::<Loss>::default();
        let routes = Routes::new(desk.clone())
            .router()
            .layer(from_fn_with_state(road.clone(), travel));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(async move {
            let end = async move {
                // A dropped sender ends the server too.
                let _ = stopped.await;
            };
            Server::new(routes).serve(listener, end).await;
        });
        Ok(Self {
            desk,
            his,
            road,
            origin,
            stop,
            server,
            store,
            folder,
        })
    }

    pub(super) fn notify_url(&self) -> String {
        format!("{}/notify", self.origin)
    }

    pub(super) fn return_url(&self, hosp_out_trade_no: &str) -> Result<String, Failure> {
        let base = format!("{}/return", self.origin);
        Ok(self.desk.return_url(&base, MERCHANT, hosp_out_trade_no)?)
    }

    /// From now on the road loses this.
    pub(super) fn lose(&self, loss: Loss) {
        *self.road.lock() = loss;
    }

    /// Lets the workers do all that is due: ask the platform, tell the HIS.
    pub(super) async fn work(&self) -> Result<(), Failure> {
        loop {
            let worked = self.desk.work_once(self.desk.now()).await?;
            if worked.orders + worked.events == 0 {
                return Ok(());
            }
        }
    }

    /// All orders, oldest first.
    pub(super) async fn orders(&self) -> Result<Vec<Order>, Failure> {
        let mut orders = self.desk.orders(&OrderFilter::default()).await?.rows;
        orders.reverse();
        Ok(orders)
    }

    /// By whom the desk learnt that an order is paid: it must have learnt it once.
    pub(super) async fn paid_by(&self, hosp_out_trade_no: &str) -> Result<String, Failure> {
        let history = self.desk.history(MERCHANT, hosp_out_trade_no).await?;
        let paid = Some(OrderState::Paid);
        let mut moves = history
            .rows
            .into_iter()
            .filter(|line| Some(line.to) == paid && line.from != paid);
        match (moves.next(), moves.next()) {
            (Some(line), None) => Ok(line.by),
            (None, _) => Err("expected: a move to paid in the history".into()),
            (Some(_), Some(_)) => Err("expected: one move to paid in the history".into()),
        }
    }

    /// How many events of this kind the HIS received for an order.
    pub(super) fn events_received(&self, kind: &str, hosp_out_trade_no: &str) -> usize {
        let events = self.his.lock();
        events
            .iter()
            .filter(|event| {
                event.event.kind == kind && event.order.hosp_out_trade_no == hosp_out_trade_no
            })
            .count()
    }

    /// Stops the server and removes the folder.
    pub(super) async fn stop(self) -> Result<(), Failure> {
        let _ = self.stop.send(());
        // Invariant: the task neither panics nor is aborted.
        let _ = self.server.await;
        self.store.close().await;
        Ok(self.folder.close()?)
    }
}

/// What went back of an order, as far as the desk knows for certain.
pub(super) fn refunded(order: &Order) -> Fen {
    let refund = order.refund.as_ref();
    let refund = refund.filter(|_| order.state == OrderState::Refunded);
    refund
        .into_iter()
        .flat_map(|refund| [refund.cash_refund_fee, refund.insurance_refund_fee])
        .flatten()
        .sum()
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is lost looks to the platform as if a proxy in front of the hospital could not reach it.
async fn travel(State(road): State<Shared<Loss>>, request: Request, next: Next) -> Response {
    let loss = match request.uri().path() {
        "/notify" => *road.lock(),
        _ => Loss::Nothing,
    };
    if loss == Loss::Notifications {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let answer = next.run(request).await;
    match loss {
        Loss::Answers => StatusCode::BAD_GATEWAY.into_response(),
        Loss::Nothing | Loss::Notifications => answer,
    }
}
