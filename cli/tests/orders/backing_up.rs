//! A backup is a store that holds the same, also while a desk writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::command::orders;
use crate::hospital::Hospitals;

const LOOKS: [&str; 5] = [
    "list --json",
    "show T2 --json",
    "events --json",
    "received --json",
    "show T1 --merchant clinic",
];

#[tokio::test]
async fn a_backup_opens_and_holds_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, store) = Hospitals::in_file(&folder).await;
    let to = folder.path().join("copy.db").display().to_string();
    let made = orders(&store, &format!("backup {to} --json")).object();
    assert_eq!(made["to"], to);
    assert_eq!(made["received"], format!("{to}-received"));
    for look in LOOKS {
        assert_eq!(orders(&to, look).done(), orders(&store, look).done());
    }
}

#[tokio::test]
async fn a_backup_never_replaces_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, store) = Hospitals::in_file(&folder).await;
    let output = orders(&store, &format!("backup {store}")).refused(1);
    assert!(output.contains("choose another"), "{output}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_made_while_a_desk_writes() {
    let folder = tempfile::tempdir().unwrap();
    let (hospitals, store) = Hospitals::in_file(&folder).await;
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = stop.clone();
    let placing = tokio::spawn(async move { hospitals.go_on_placing(stopping).await });
    let to = folder.path().join("copy.db").display().to_string();
    let before = orders(&store, "list --json --limit 100000").rows().len();
    let text = orders(&store, &format!("backup {to}")).done();
    assert!(
        text.contains("copy.db-received: keep the two together"),
        "{text}"
    );
    stop.store(true, Ordering::SeqCst);
    let placed = 3 + placing.await.unwrap();
    let copied = orders(&to, "list --json --limit 100000").rows().len();
    assert!(
        before <= copied && copied <= placed,
        "{before} {copied} {placed}"
    );
    // Whole: its history too.
    let order = orders(&to, "show T2 --json").object();
    assert_eq!(order["state"], "refunded");
}

#[tokio::test]
async fn a_postgresql_database_is_left_to_pg_dump_without_asking_it() {
    let output = orders("postgres://desk:hunter2@127.0.0.1:1/desk", "backup copy.db");
    let output = output.refused(2);
    assert!(output.contains("pg_dump"), "{output}");
    assert!(!output.contains("hunter2"), "{output}");
}
