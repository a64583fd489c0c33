//! A hospital as a separate process: a desk over a database, its routes over HTTP, its workers. The tests in `tests/processes/` start it and kill it.
//!
//! One argument: [`Settings`] in JSON. The first line on stdout is `listening ADDRESS`; then each line on stdin is a command, and `COMMAND = RESULT`
//! is its answer on stdout. `stop N` makes the process stand still for good at the Nth [point](Stops) from then on, having printed `reached POINT`:
//! the test that started it kills it exactly there. The process ends when stdin does, so that it never outlives a test.
//!
//! Time is the machine's and as much ahead of it as `advance SECONDS` says, so that no test has to wait for a policy of minutes.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use jiff::Timestamp;
use payinsurance::signed_xml_client::{
    BoxFuture, Clock, HttpRequest, HttpResponse, HttpTransport, Transport, TransportError,
};
use payinsurance::{Client, Key, Merchant};
use payinsurance_orders::store::{
    Event, EventFilter, OrderFilter, PostgresOptions, ReceivedFilter, SqliteOptions, Store,
};
use payinsurance_orders::{
    Desk, DeskError, EventSink, HttpSink, OrderKey, RefundRequest, Routes, Server, WebhookSecret,
};
use serde::Deserialize;
use serde_json::{Value, json};

use payinsurance_sandbox::samples::refund_content;
use requests::order;

mod requests;
#[path = "../../../../orders/tests/steps/mod.rs"]
#[allow(dead_code, reason = "the tests of the stores use the rest")]
mod steps;

/// The name under which the desk knows its hospital.
const HOSPITAL: &str = "first";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Why something was not done.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// The argument of the process.
#[derive(Deserialize)]
struct Settings {
    /// The path of a SQLite file, or the URL of a PostgreSQL database.
    store: String,
    /// Where the platform is.
    origin: String,
    /// The hospital, as the sandbox has it: `appid`, `mch_id`, `sub_appid`, `sub_mch_id`, `app_secret`, `key`.
    merchant: BTreeMap<String, Value>,
    /// Where the outside world finds the hospital, whatever process answers: `notify_url` is below it, and events are posted there.
    front: String,
    /// How many seconds the clock is ahead of the machine's.
    ahead: u64,
    /// Loops of workers for orders, and as many for events; 0 works only at the command `work`.
    workers: usize,
}

#[tokio::main(worker_threads = 4)]
async fn main() -> Result<(), Failure> {
    let argument = std::env::args()
        .nth(1)
        .ok_or("one argument: the settings in JSON")?;
    let settings: Settings = serde_json::from_str(&argument)?;
    let clock = AheadClock(Arc::new(AtomicU64::new(settings.ahead)));
    let stops = Stops::default();
    let desk = open(&settings, &clock, &stops).await?;
    let _workers = (settings.workers > 0).then(|| desk.workers(settings.workers));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    say(&format!("listening {}", listener.local_addr()?));
    let routes = Routes::new(desk.clone())
        .router()
        .layer(from_fn_with_state(stops.clone(), before_the_reply));
    tokio::spawn(Server::new(routes).serve(listener, std::future::pending()));
    let (lines, mut commands) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                return;
            }
        }
    });
    while let Some(command) = commands.recv().await {
        let ward = Ward {
            desk: desk.clone(),
            clock: clock.clone(),
            stops: stops.clone(),
            front: settings.front.clone(),
        };
        if ward.is_set(&command) {
            say(&format!("{command} = done"));
            continue;
        }
        tokio::spawn(async move {
            let result = ward.obey(&command).await;
            let result = result.unwrap_or_else(|error| format!("failed: {error}"));
            say(&format!("{command} = {result}"));
        });
    }
    // The test that started it has ended, and nothing reads the answers any more.
    std::process::exit(0)
}

async fn open(settings: &Settings, clock: &AheadClock, stops: &Stops) -> Result<Desk, Failure> {
    let stops_at = stops.clone();
    steps::on_each(move |step| stops_at.reach(step));
    let store: Arc<dyn Store> = if settings.store.contains("://") {
        // The server's clock ends a lease, and no test moves that.
        let options = PostgresOptions::new(&settings.store)?.token_lease(Duration::from_secs(2));
        Arc::new(options.open().await?)
    } else {
        let options = SqliteOptions::new(&settings.store).clock(clock.clone());
        Arc::new(options.open().await?)
    };
    let client = Client::builder(merchant(&settings.merchant)?)
        .origin(settings.origin.as_str())
        .transport(StoppingTransport {
            http: HttpTransport::new()?,
            stops: stops.clone(),
        });
    let url = format!("{}/events", settings.front);
    let sink = HttpSink::new(&url, WebhookSecret::new(SECRET)?)?.clock(clock.clone());
    let desk = Desk::over(store)
        .merchant(HOSPITAL, client)
        .clock(clock.clone())
        .events(StoppingSink {
            http: sink,
            stops: stops.clone(),
        });
    Ok(desk.build()?)
}

fn merchant(config: &BTreeMap<String, Value>) -> Result<Merchant, Failure> {
    let text = |name: &str| config.get(name).and_then(Value::as_str).unwrap_or_default();
    let merchant = Merchant::service_provider(
        text("appid"),
        text("mch_id"),
        text("sub_mch_id"),
        Key::new(text("key"))?,
    )?;
    Ok(merchant
        .with_sub_appid(text("sub_appid"))?
        .with_app_secret(text("app_secret"))?)
}

/// What commands work with.
struct Ward {
    desk: Desk,
    clock: AheadClock,
    stops: Stops,
    front: String,
}

impl Ward {
    /// Does at once what takes no time, so that it is true for every command after it; false if it is another command.
    fn is_set(&self, command: &str) -> bool {
        let number = |text: &str| text.parse().ok();
        if let Some(seconds) = command.strip_prefix("advance ").and_then(number) {
            self.clock.0.fetch_add(seconds, Ordering::SeqCst);
            return true;
        }
        if let Some(points) = command.strip_prefix("stop ").and_then(number) {
            self.stops.after(points);
            return true;
        }
        false
    }

    async fn obey(&self, command: &str) -> Result<String, Failure> {
        let (verb, argument) = command.split_once(' ').unwrap_or((command, ""));
        let desk = &self.desk;
        let order = match verb {
            "place" => desk.place(HOSPITAL, &order(argument, &self.front)).await?,
            "refund" => {
                let request = RefundRequest::whole(refund_content());
                desk.refund(HOSPITAL, argument, &request).await?
            }
            "close" => desk.close(HOSPITAL, argument).await?,
            "work" => {
                let worked = desk.work_once(desk.now()).await?;
                return Ok((worked.orders + worked.events).to_string());
            }
            "show" => return Ok(self.show(argument).await?.to_string()),
            "unsettled" => return Ok(self.unsettled().await?.join(" ")),
            _ => return Err("unknown command".into()),
        };
        Ok(order.state.as_str().to_owned())
    }

    /// All that the desk has of an order.
    async fn show(&self, number: &str) -> Result<Value, DeskError> {
        let key = OrderKey {
            merchant: HOSPITAL.to_owned(),
            hosp_out_trade_no: number.to_owned(),
        };
        let order = match self.desk.order(HOSPITAL, number).await {
            Ok(order) => Some(order),
            Err(DeskError::NoOrder { .. }) => None,
            Err(error) => return Err(error),
        };
        let events = EventFilter {
            order: Some(key.clone()),
            ..EventFilter::default()
        };
        let events = self.desk.events(&events).await?.rows;
        let events: Vec<Value> = events
            .iter()
            .map(|event| {
                let (id, kind) = (&event.event.id, &event.event.kind);
                json!({ "id": id, "kind": kind, "standing": event.standing })
            })
            .collect();
        let received = ReceivedFilter {
            order: Some(key),
            ..ReceivedFilter::default()
        };
        let received = self.desk.received(&received).await?;
        let accepted = received
            .iter()
            .filter(|record| record.reason.is_none())
            .count();
        let history = self.desk.history(HOSPITAL, number).await?;
        Ok(json!({
            "order": order,
            "history": history.rows,
            "events": events,
            "accepted": accepted,
        }))
    }

    /// The orders that something is still to be done with.
    async fn unsettled(&self) -> Result<Vec<String>, DeskError> {
        let filter = OrderFilter {
            limit: u32::MAX,
            ..OrderFilter::default()
        };
        let orders = self.desk.orders(&filter).await?.rows;
        let open = orders
            .into_iter()
            // What has ended unpaid is asked for again for some days, in case it was paid all the same.
            .filter(|order| {
                let is_followed = order.due_at.is_some() && order.times.ended_at.is_none();
                !order.state.is_at_rest() || is_followed
            })
            .map(|order| order.key.hosp_out_trade_no);
        let filter = EventFilter {
            standing: Some(payinsurance_orders::store::EventStanding::Waiting),
            limit: u32::MAX,
            ..EventFilter::default()
        };
        let waiting = self.desk.events(&filter).await?.rows;
        let waiting = waiting.into_iter().map(|event| event.event.id);
        Ok(open.chain(waiting).collect())
    }
}

/// Where the process can be made to stand still: each point at which the store may be left, and before and after each thing that leaves the process
/// (a call, an event, a reply).
#[derive(Clone, Default)]
struct Stops(Arc<Mutex<Option<u64>>>);

impl Stops {
    /// Stands still at the point of that number, counted from 1 and from now; 0 takes that back.
    fn after(&self, points: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (points > 0).then_some(points);
    }

    fn reach(&self, point: &str) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *left {
            None => {}
            Some(1) => {
                say(&format!("reached {point}"));
                // With the lock in hand: whatever else reaches a point stands still as well.
                loop {
                    std::thread::park();
                }
            }
            Some(left) => *left -= 1,
        }
    }
}

async fn before_the_reply(State(stops): State<Stops>, request: Request, next: Next) -> Response {
    let is_notification = request.uri().path() == "/notify";
    let response = next.run(request).await;
    if is_notification {
        stops.reach("reply to a notification");
    }
    response
}

/// Calls to the platform, over HTTP.
struct StoppingTransport {
    http: HttpTransport,
    stops: Stops,
}

impl Transport for StoppingTransport {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let interface = request.url.path().rsplit('/').next().unwrap_or_default();
            let interface = interface.to_owned();
            self.stops.reach(&format!("call of {interface}"));
            let response = self.http.send(request).await;
            self.stops.reach(&format!("answer to {interface}"));
            response
        })
    }
}

/// Events, over HTTP.
struct StoppingSink {
    http: HttpSink,
    stops: Stops,
}

impl EventSink for StoppingSink {
    fn deliver<'a>(&'a self, event: &'a Event) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            self.stops.reach("event leaves");
            let taken = self.http.deliver(event).await;
            self.stops.reach("event was taken");
            taken
        })
    }
}

/// The machine's clock, and so many seconds ahead of it.
#[derive(Clone)]
struct AheadClock(Arc<AtomicU64>);

impl Clock for AheadClock {
    fn now(&self) -> Timestamp {
        let ahead = Duration::from_secs(self.0.load(Ordering::SeqCst));
        Timestamp::now()
            .saturating_add(ahead)
            .unwrap_or(Timestamp::MAX)
    }
}

/// One line on stdout. The reader may have gone.
fn say(line: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}
