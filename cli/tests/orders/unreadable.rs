//! Rows that only a newer version can read: the others are shown, these are named, and the exit status says so.

use serde_json::Value;
use sqlx::{Connection, SqliteConnection};

use crate::command::orders;
use crate::hospital::Hospitals;

async fn change(store: &str, sql: &'static str) {
    let url = format!("sqlite://{store}");
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

fn rows(out: &str) -> Vec<Value> {
    out.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named_beside_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, store) = Hospitals::in_file(&folder).await;
    change(
        &store,
        "UPDATE orders SET record = replace(record, '\"state\":\"placed\"', '\"state\":\"teleported\"') WHERE merchant = 'clinic';
        UPDATE events SET standing = 'postponed' WHERE seq = (SELECT max(seq) FROM events WHERE merchant = 'first');
        UPDATE history SET to_state = 'teleported' WHERE id = (SELECT max(h.id) FROM history h JOIN orders o ON o.id = h.order_id
            WHERE o.merchant = 'first' AND o.hosp_out_trade_no = 'T2');",
    )
    .await;

    let listed = orders(&store, "list");
    assert_eq!(listed.code, 3);
    assert!(listed.out.contains("T2"), "{}", listed.out);
    assert!(listed.err.contains("clinic/T1"), "{}", listed.err);
    let listed = orders(&store, "list --json");
    let listed = (listed.code, rows(&listed.out));
    assert_eq!((listed.0, listed.1.len()), (3, 3));
    assert_eq!(listed.1[2]["unreadable"]["merchant"], "clinic");
    let page = orders(&store, "list --limit 1");
    assert!(page.err.contains("--after \"clinic/T1\""), "{}", page.err);
    let found = orders(&store, "show T1 --merchant clinic").refused(1);
    assert!(found.contains("cannot read"), "{found}");
    assert_eq!(orders(&store, "list --merchant first").code, 0);

    let events = orders(&store, "events --json");
    assert_eq!(events.code, 3);
    let unread = rows(&events.out).pop().unwrap();
    let id = unread["unreadable"]["event"].as_str().unwrap().to_owned();
    assert!(events.err.contains(&id), "{}", events.err);

    let shown = orders(&store, "show T2 --json");
    assert_eq!(shown.code, 3);
    let unread = &rows(&shown.out)[0]["unreadable"];
    assert_eq!(unread.as_array().unwrap().len(), 2, "{unread}");
    assert!(unread[0]["history_line"].is_u64(), "{unread}");
    assert_eq!(unread[1]["event"], *id);

    let replayed = orders(&store, &format!("replay {id}"));
    assert_eq!(replayed.code, 3, "{}", replayed.err);
    assert!(replayed.err.contains(&id), "{}", replayed.err);
}
