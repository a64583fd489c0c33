//! Which store is meant, and what opening it never does.

use payinsurance_orders::store::{Access, SqliteOptions};
use sqlx::{Connection, SqliteConnection};

use crate::command::{orders, run, with_environment};
use crate::hospital::Hospitals;

#[tokio::test]
async fn a_missing_file_is_reported_and_not_created() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db").display().to_string();
    for command in [
        "list",
        "show T1",
        "events",
        "received",
        "replay --dead",
        "backup copy.db",
    ] {
        let output = orders(&path, command).refused(1);
        assert!(output.contains(&format!("no file {path}")), "{output}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_file_that_is_no_database_is_named_as_such_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let letter = "this is a letter, and no database";
    std::fs::write(&path, letter).unwrap();
    let store = path.display().to_string();
    for command in ["list", "replay --dead", "backup copy.db"] {
        let output = orders(&store, command).refused(1);
        assert!(output.contains("is not a SQLite database"), "{output}");
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), letter);
}

#[tokio::test]
async fn the_store_may_be_named_by_path_by_scheme_and_by_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, path) = Hospitals::in_file(&folder).await;
    let expected = orders(&path, "list --json").done();
    for store in [format!("sqlite:{path}"), format!("sqlite://{path}")] {
        assert_eq!(orders(&store, "list --json").done(), expected);
    }
    assert_eq!(with_environment(&path, "list --json").done(), expected);
    let after = ["list", "--json", "--store", &path];
    assert_eq!(run(&after, "").done(), expected);
}

#[tokio::test]
async fn no_store_and_one_of_another_kind_are_wrong_arguments() {
    let output = run(&[], "list").refused(2);
    assert!(output.contains("PAYINSURANCE_STORE"), "{output}");
    let output = orders("mysql://desk:hunter2@db/desk", "list").refused(2);
    assert!(output.contains("begins with `mysql:`"), "{output}");
    assert!(!output.contains("hunter2"), "{output}");
}

#[tokio::test]
async fn the_password_of_an_address_is_never_printed() {
    for store in [
        "postgres://desk:hunter2@127.0.0.1:1/desk",
        "postgres://desk:hunter2@no such host/desk",
        "postgres://desk:hunter2@127.0.0.1:port/desk",
        "postgresql://desk:hunter2@127.0.0.1:1/desk?sslmode=hunter2",
    ] {
        for output in [orders(store, "list"), with_environment(store, "list")] {
            let output = output.refused(1);
            assert!(!output.contains("hunter2"), "{output}");
        }
        let output = orders(store, "list --limit none").refused(2);
        assert!(!output.contains("hunter2"), "{output}");
    }
}

#[tokio::test]
async fn a_store_that_a_desk_has_open_can_be_looked_into_and_stays_usable() {
    let folder = tempfile::tempdir().unwrap();
    let (hospitals, path) = Hospitals::in_file(&folder).await;
    assert_eq!(orders(&path, "replay --dead").code, 0);
    // The desk delivers the events of its own hospital, and leaves those of the clinic.
    assert_eq!(hospitals.delivered_now().await.len(), 5);
    let again = SqliteOptions::new(&path).access(Access::Existing).open();
    again.await.unwrap().close().await;
}

#[tokio::test]
async fn a_store_of_an_older_desk_is_left_as_it_is_and_can_be_backed_up() {
    let folder = tempfile::tempdir().unwrap();
    let (hospitals, store) = Hospitals::in_file(&folder).await;
    drop(hospitals);
    let path = std::path::PathBuf::from(&store);
    let opened = SqliteOptions::new(&path).open().await.unwrap();
    opened.close().await;
    let url = format!("sqlite://{store}");
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let older = sqlx::query("DELETE FROM _sqlx_migrations");
    older.execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let before = std::fs::read(&path).unwrap();
    for command in ["list", "show 1", "events", "received", "replay --dead"] {
        let output = orders(&store, command).refused(1);
        assert!(output.contains("a schema of version 0"), "{output}");
        assert!(
            output.contains("start the desk of this version"),
            "{output}"
        );
    }
    let to = folder.path().join("copy.db").display().to_string();
    orders(&store, &format!("backup {to}")).done();
    assert!(std::fs::read(&path).unwrap() == before);
    let url = format!("sqlite://{to}");
    let mut copy = SqliteConnection::connect(&url).await.unwrap();
    let orders: i64 = sqlx::query_scalar("SELECT count(*) FROM orders")
        .fetch_one(&mut copy)
        .await
        .unwrap();
    assert!(orders > 0);
}

#[tokio::test]
async fn every_command_does_the_same_on_postgresql() {
    let Some((hospitals, url)) = Hospitals::on_server("commands_of_orders").await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (_in_file, path) = Hospitals::in_file(&folder).await;
    for look in [
        "list --json",
        "list --state placed --after T2 --limit 1",
        "show T2 --json",
        "show T1 --merchant clinic",
        "events --json",
        "received --json",
        "replay --dead --dry-run --json",
    ] {
        assert_eq!(
            orders(&url, look).done(),
            orders(&path, look).done(),
            "{look}"
        );
    }
    let output = orders(&url, "show T1").refused(1);
    assert!(output.contains(r#"["clinic", "first"]"#), "{output}");
    let dead = orders(&url, "events --standing dead --json").column("id");
    assert_eq!(orders(&url, "replay --dead").done(), "5 events due again\n");
    let delivered = hospitals.delivered_now().await;
    assert!(dead.iter().all(|id| delivered.contains(id)));
    assert!(
        orders(&url, "backup copy.db")
            .refused(2)
            .contains("pg_dump")
    );
}

#[tokio::test]
async fn a_postgresql_database_without_tables_is_reported_and_stays_so() {
    let Some(url) = crate::server::url() else {
        return;
    };
    let url = crate::server::fresh_schema(&url, "commands_without_tables").await;
    for command in ["list", "replay --dead"] {
        let output = orders(&url, command).refused(1);
        assert!(output.contains("no table of an order desk"), "{output}");
    }
}
