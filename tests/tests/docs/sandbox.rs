//! What the READMEs say of the sandbox, held against a running one.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;

use payinsurance::{Client, Key, queryorder};
use payinsurance_sandbox::{ActError, Sandbox};

use crate::markdown::{blocks, prose};

const READMES: [&str; 2] = ["README.md", "README.zh-CN.md"];

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_paths_is_the_one_that_the_sandbox_gives() {
    let sandbox = Sandbox::start().await.unwrap();
    let (status, body) = ask(sandbox.origin(), "GET", "/sandbox", "").await;
    assert_eq!(status, 200, "{body}");
    let index: serde_json::Value = serde_json::from_str(&body).unwrap();
    let paths = index["paths"].as_object().unwrap().keys().cloned();
    let given: BTreeSet<String> = paths.chain(["GET /sandbox".to_owned()]).collect();
    for readme in READMES {
        let prose = prose(readme);
        let rows = prose.lines().filter_map(|line| line.strip_prefix("| `"));
        let shown: BTreeSet<String> = rows
            .filter_map(|row| row.split_once("` |"))
            .map(|(path, _)| path.to_owned())
            .filter(|path| path.starts_with("GET ") || path.starts_with("POST "))
            .collect();
        assert_eq!(shown, given, "{readme}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_with_curl_is_understood() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut calls = 0;
    for block in READMES.into_iter().flat_map(blocks) {
        for command in block.commands() {
            let Some(arguments) = command.strip_prefix("curl ") else {
                continue;
            };
            // Older versions of curl, which hospitals have, lack `--json`.
            let with_body = "-H 'Content-Type: application/json' -d '";
            let (body, address) = match arguments.strip_prefix(with_body) {
                Some(rest) => rest.split_once("' ").unwrap(),
                None => ("", arguments),
            };
            let path = address.strip_prefix("http://127.0.0.1:8080").unwrap();
            let method = if body.is_empty() { "GET" } else { "POST" };
            let (status, answer) = ask(sandbox.origin(), method, path, body).await;
            // The order was not placed.
            let no_order = status == 404 && answer.contains(&ActError::NoOrder.to_string());
            assert!(
                status == 200 || no_order,
                "{}: `{command}` is answered {status} {answer}",
                block.place()
            );
            calls += 1;
        }
    }
    assert!(calls >= 8, "{calls} calls");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_diagnosis_shown_is_what_the_sandbox_says() {
    let sandbox = Sandbox::start().await.unwrap();
    let hospital = &sandbox.merchants()[0];
    let mistaken = Key::of_any_length(hospital.app_secret.as_str()).unwrap();
    let merchant = conformance::sandbox::with_key(hospital, mistaken);
    let client = Client::builder(merchant).origin(sandbox.origin());
    let client = client.build().unwrap();
    let request = queryorder::Request::builder()
        .hosp_out_trade_no("YD20181204075841")
        .build()
        .unwrap();
    let error = client.queryorder(&request).await.unwrap_err().to_string();
    for readme in READMES {
        let shown = blocks(readme)
            .into_iter()
            .any(|block| block.language == "text" && block.text == error);
        assert!(shown, "{readme} does not show: {error}");
    }
}

/// One HTTP call: status and body.
pub(crate) async fn ask(origin: &str, method: &str, path: &str, body: &str) -> (u16, String) {
    let address = origin.strip_prefix("http://").unwrap().to_owned();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let exchange = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    let answer = exchange.await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}
