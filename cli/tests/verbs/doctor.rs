//! `payinsurance doctor`: each line ok or what to do.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use serde_json::Value;

use crate::command::{Folder, Output};
use crate::hospital::Hospital;

/// How each thing stands.
fn standings(output: Output, code: i32) -> Vec<(String, String, String)> {
    let object = output.objects(code).remove(0);
    let checks = object["checks"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    checks
        .map(|row| {
            (
                text(&row["check"]),
                text(&row["standing"]),
                text(&row["words"]),
            )
        })
        .collect()
}

fn of<'a>(rows: &'a [(String, String, String)], name: &str) -> (&'a str, &'a str) {
    let row = rows.iter().find(|(known, _, _)| known == name).unwrap();
    (&row.1, &row.2)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hospital_that_is_set_up_is_ok() {
    let hospital = Hospital::start().await;
    let rows = standings(hospital.run("doctor --json"), 0);
    for name in [
        "configuration",
        "key",
        "address",
        "token",
        "signature",
        "clock",
        "store",
    ] {
        assert_eq!(of(&rows, name).0, "ok", "{rows:?}");
    }
    assert_eq!(of(&rows, "ip").0, "advice");
    let zh = hospital.run("doctor --lang zh").ended(0);
    assert!(zh.contains("正常 签名：平台接受我方签名"), "{zh}");
    assert!(!zh.contains('\u{1b}'), "no colour outside of a terminal");
    hospital.place("T1").ended(0);
    let tokens = |hospital: &Hospital| {
        let calls = hospital.sandbox.traffic();
        calls
            .iter()
            .filter(|call| call.interface == "gettoken")
            .count()
    };
    let before = tokens(&hospital);
    hospital.run("doctor").ended(0);
    assert_eq!(tokens(&hospital), before, "the desk's token is used");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_and_a_wrong_secret_are_distinguished() {
    let hospital = Hospital::start().await;
    let wrong = [("PAYINSURANCE_KEY", "00000000000000000000000000000000")];
    let rows = standings(hospital.folder.run_with(&wrong, "doctor --json"), 1);
    assert_eq!(of(&rows, "token").0, "ok", "{rows:?}");
    let (standing, words) = of(&rows, "signature");
    assert_eq!(standing, "failed");
    assert!(words.contains("the key of this interface"), "{words}");

    let wrong = [(
        "PAYINSURANCE_APP_SECRET",
        "hunter2hunter2hunter2hunter2hunt",
    )];
    let rows = standings(hospital.folder.run_with(&wrong, "doctor --json"), 1);
    assert_eq!(of(&rows, "token").0, "failed", "{rows:?}");
    assert_eq!(of(&rows, "signature").0, "skipped");
    assert!(!format!("{rows:?}").contains("hunter2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_differs_from_the_platforms_is_named() {
    let hospital = Hospital::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _count = stream.read(&mut [0; 4_096]).unwrap_or_default();
            let _ = stream.write_all(
                b"HTTP/1.1 500 x\r\nDate: Tue, 04 Dec 2018 08:00:00 GMT\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            );
        }
    });
    let rows = standings(hospital.run(&format!("doctor --json --origin {origin}")), 1);
    let (standing, words) = of(&rows, "clock");
    assert_eq!(standing, "failed", "{rows:?}");
    assert!(
        words.contains("ahead of that of the platform") && words.contains("NTP"),
        "{words}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_does_not_answer_is_named() {
    let hospital = Hospital::start().await;
    for (origin, words) in [
        ("http://127.0.0.1:9", "cannot be reached"),
        ("nowhere", "is not an address"),
    ] {
        let output = hospital.run(&format!("doctor --json --origin {origin}"));
        let rows = standings(output, 1);
        let (standing, found) = of(&rows, "address");
        assert_eq!(standing, "failed", "{rows:?}");
        assert!(found.contains(words), "{found}");
        assert_eq!(of(&rows, "token").0, "skipped");
    }
}

#[test]
fn without_a_configuration_it_says_how_to_write_one() {
    let folder = Folder::new();
    let rows = standings(folder.run("doctor --json"), 1);
    assert_eq!(rows.len(), 1);
    assert!(rows[0].2.contains("payinsurance init"), "{rows:?}");
    let zh = folder.run("doctor --lang zh").ended(1);
    assert!(zh.starts_with("失败 配置："), "{zh}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_no_database_is_named() {
    let hospital = Hospital::start().await;
    hospital.folder.write(
        "orders.db",
        "this is no database, but a letter of some length to a friend",
    );
    let rows = standings(hospital.run("doctor --json"), 1);
    let (standing, words) = of(&rows, "store");
    assert_eq!(standing, "failed", "{rows:?}");
    assert!(words.contains("is not a SQLite database"), "{words}");
}
