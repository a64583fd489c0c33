//! A desk over a SQLite file: what the platform is answered while the disk fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use payinsurance_orders::store::SqliteOptions;
use payinsurance_orders::{Desk, DeskError, Outcome};
use payinsurance_sandbox::{Act, Config, Mode};

use crate::hospital::HOSPITAL;
use crate::world::{Outside, order};

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
