//! Events that were given up or lost are delivered once more.

use crate::command::orders;
use crate::hospital::Hospitals;

#[tokio::test]
async fn dead_letters_are_brought_back_and_a_desk_then_delivers_them() {
    let folder = tempfile::tempdir().unwrap();
    let (hospitals, store) = Hospitals::in_file(&folder).await;
    let dead = orders(&store, "events --standing dead --json").column("id");
    assert_eq!(dead.len(), 5);
    assert_eq!(
        orders(&store, "replay --dead").done(),
        "5 events due again\n"
    );
    let none = orders(&store, "replay --dead");
    assert_eq!((none.code, &*none.out), (1, "0 events due again\n"));
    assert_eq!(none.err, "error: no event matches\n");
    let look = orders(&store, "replay --dead --dry-run");
    assert_eq!(look.done(), "0 events would be due again\n");
    let delivered = hospitals.delivered_now().await;
    for id in &dead {
        assert!(delivered.contains(id), "{id} in {delivered:?}");
    }
    let rows = orders(&store, "events --json --order T2").rows();
    assert!(rows.iter().all(|row| row["standing"] == "delivered"));
}

#[tokio::test]
async fn events_are_chosen_by_id_and_unknown_ids_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, store) = Hospitals::in_file(&folder).await;
    let ids = orders(&store, "events --json --order T2").column("id");
    let output = orders(&store, &format!("replay --json {} evt_0 {0}", ids[1]));
    assert_eq!(output.code, 1);
    assert_eq!(output.err, "error: there is no event [\"evt_0\"]\n");
    let object: serde_json::Value = serde_json::from_str(&output.out).unwrap();
    assert_eq!(object["replayed"], 1);
    assert_eq!(object["ids"], serde_json::json!([ids[1]]));
    assert_eq!(object["unknown_ids"], serde_json::json!(["evt_0"]));
    let waiting = orders(&store, "events --json --order T2 --standing waiting");
    assert_eq!(waiting.column("id"), ids[1..2]);
}

#[tokio::test]
async fn all_events_of_an_order_are_replayed_whether_delivered_or_dead() {
    let folder = tempfile::tempdir().unwrap();
    let (hospitals, store) = Hospitals::in_file(&folder).await;
    let ids = orders(&store, "events --json --order T2").column("id");
    let first = orders(&store, &format!("replay {}", ids[0])).done();
    assert_eq!(first, "1 event due again\n");
    hospitals.delivered_now().await;
    let dead = orders(&store, "replay --order T2 --dead --dry-run --json").object();
    assert_eq!(dead["ids"], serde_json::json!(ids[1..]));
    let all = orders(&store, "replay --order T2 --merchant first --json").object();
    assert_eq!(all["replayed"], 4);
    assert_eq!(hospitals.delivered_now().await, ids);
}

#[tokio::test]
async fn a_dry_run_says_which_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, store) = Hospitals::in_file(&folder).await;
    let before = orders(&store, "events").done();
    let text = orders(&store, "replay --dead --dry-run").done();
    assert!(text.ends_with("5 events would be due again\n"), "{text}");
    assert!(text.contains("refund.succeeded"), "{text}");
    let object = orders(&store, "replay --dead --dry-run --json").object();
    assert_eq!(object["dry_run"], true);
    assert_eq!(object["replayed"], 0);
    assert_eq!(object["ids"].as_array().unwrap().len(), 5);
    assert_eq!(orders(&store, "events").done(), before);
}
