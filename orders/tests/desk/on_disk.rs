//! A desk over a database: what the platform is answered while the disk fails, and that no access token can be read there.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use payinsurance::Merchant;
use payinsurance::signed_xml_client::{
    BoxFuture, HttpRequest, HttpResponse, Transport, TransportError,
};
use payinsurance_orders::store::{SqliteOptions, SqliteStore, Store};
use payinsurance_orders::{Desk, DeskError, Outcome};
use payinsurance_sandbox::{Act, Config, Mode};

use crate::hospital::HOSPITAL;
use crate::world::{Outside, order, profile};

#[tokio::test]
async fn a_repeated_notification_is_not_answered_while_its_body_cannot_be_flushed() {
    let folder = tempfile::tempdir().unwrap();
    let fails = Arc::new(AtomicBool::new(false));
    let disk = Arc::clone(&fails);
    let store = SqliteOptions::new(folder.path().join("orders.db"))
        .flush_faults(move || disk.load(Ordering::SeqCst))
        .open()
        .await
        .unwrap();
    let outside = Outside::new(Config::default(), 1);
    let desk = Desk::builder(store)
        .merchant(HOSPITAL, outside.client(Mode::ServiceProvider))
        .clock(outside.clone())
        .nonce(outside.clone())
        .build()
        .unwrap();
    desk.place(HOSPITAL, &order("T1")).await.unwrap();
    outside
        .on_platform(|platform, moment| platform.patient("T1", Act::Pay, moment))
        .unwrap();
    let notification = outside.due().remove(0).body;
    fails.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        let error = desk.notify(&notification).await.unwrap_err();
        assert!(matches!(error, DeskError::Store(_)), "{error}");
    }
    fails.store(false, Ordering::SeqCst);
    let reply = desk.notify(&notification).await.unwrap();
    assert_eq!(reply.outcome, Outcome::Repeated);
}

/// The way to the platform, which remembers the access tokens that are sent.
#[derive(Clone)]
struct Watched {
    outside: Outside,
    tokens: Arc<Mutex<Vec<String>>>,
}

impl Transport for Watched {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        let pairs = request.url.query_pairs();
        let tokens = pairs.filter(|(name, _)| name == "access_token");
        let tokens = tokens.map(|(_, value)| value.into_owned());
        self.tokens.lock().unwrap().extend(tokens);
        self.outside.send(request)
    }
}

/// Places an order with a desk over that store; the access token that was used.
async fn token_of_a_desk(store: Arc<dyn Store>, outside: &Outside, merchant: Merchant) -> String {
    let watched = Watched {
        outside: outside.clone(),
        tokens: Arc::default(),
    };
    let client = payinsurance::Client::builder(merchant).transport(watched.clone());
    let desk = Desk::over(store)
        .merchant(HOSPITAL, client)
        .clock(outside.clone())
        .nonce(outside.clone())
        .build()
        .unwrap();
    let number = format!("T{}", outside.calls("unifiedorder"));
    desk.place(HOSPITAL, &order(&number)).await.unwrap();
    let tokens = watched.tokens.lock().unwrap();
    tokens.last().unwrap().clone()
}

fn merchant(outside: &Outside) -> Merchant {
    let config = outside.parts().platform.config().clone();
    profile(config.merchant(Mode::ServiceProvider).unwrap())
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn an_access_token_is_in_clear_in_no_file_and_is_shared_by_desks_with_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let outside = Outside::new(Config::default(), 1);
    let store = Arc::new(SqliteStore::open(&path).await.unwrap());
    let merchant = merchant(&outside);
    let token = token_of_a_desk(store.clone(), &outside, merchant.clone()).await;
    let again = token_of_a_desk(store.clone(), &outside, merchant).await;
    assert_eq!(token, again);
    store.backup(folder.path().join("backup.db")).await.unwrap();
    let assert_is_nowhere = || {
        let files = std::fs::read_dir(folder.path()).unwrap();
        for file in files.map(Result::unwrap) {
            let bytes = std::fs::read(file.path()).unwrap();
            assert!(!holds(&bytes, &token), "{:?}", file.file_name());
        }
    };
    assert_is_nowhere();
    store.close().await;
    assert_is_nowhere();
}

/// The way to the platform, whose token interface never answers.
#[cfg(feature = "postgres")]
#[derive(Clone)]
struct HangingTokens {
    outside: Outside,
    asked: Arc<tokio::sync::Notify>,
}

#[cfg(feature = "postgres")]
impl Transport for HangingTokens {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        if !request.url.path().ends_with("/gettoken") {
            return self.outside.send(request);
        }
        self.asked.notify_one();
        Box::pin(std::future::pending())
    }
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn genuine_notifications_are_stored_while_the_token_interface_hangs() {
    use payinsurance_orders::store::PostgresOptions;

    let Some(url) = crate::server::url() else {
        return;
    };
    let url = crate::server::fresh_schema(&url, "hanging_tokens").await;
    let store = PostgresOptions::new(&url).unwrap().connections(1);
    let store: Arc<dyn Store> = Arc::new(store.open().await.unwrap());
    let outside = Outside::new(Config::default(), 1);
    token_of_a_desk(Arc::clone(&store), &outside, merchant(&outside)).await;
    outside
        .on_platform(|platform, moment| platform.patient("T0", Act::Pay, moment))
        .unwrap();
    let notification = outside.due().remove(0).body;
    // The token has ended.
    outside.advance(std::time::Duration::from_secs(7_200));
    let asked = Arc::new(tokio::sync::Notify::new());
    let transport = HangingTokens {
        outside: outside.clone(),
        asked: Arc::clone(&asked),
    };
    let client = payinsurance::Client::builder(merchant(&outside)).transport(transport);
    let desk = Desk::over(store)
        .merchant(HOSPITAL, client)
        .clock(outside.clone())
        .nonce(outside.clone())
        .build()
        .unwrap();
    let asks = desk.clone();
    let hanging = tokio::spawn(async move { asks.refresh(HOSPITAL, "T0", "li").await });
    asked.notified().await;
    let reply = desk.notify(&notification).await.unwrap();
    assert_eq!(reply.outcome, Outcome::Stored);
    assert!(!hanging.is_finished());
    hanging.abort();
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn an_access_token_is_in_clear_in_no_row_of_postgresql() {
    use sqlx::Connection;

    let Some(url) = crate::server::url() else {
        return;
    };
    let url = crate::server::fresh_schema(&url, "sealed_token").await;
    let store = payinsurance_orders::store::PostgresStore::open(&url).await;
    let outside = Outside::new(Config::default(), 1);
    let store = Arc::new(store.unwrap());
    let token = token_of_a_desk(store, &outside, merchant(&outside)).await;
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    let rows: Vec<String> = sqlx::query_scalar("SELECT t::text FROM tokens t")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert!(!rows[0].contains(&token));
    assert!(rows[0].contains("sealed1:"));
}
