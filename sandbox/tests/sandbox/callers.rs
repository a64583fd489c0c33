//! Who may call the sandbox: no web page that a developer has open can drive it or read from it.
//!
//! Requests are written by hand, since a well-behaved client sends none of these.

use payinsurance_sandbox::{Act, Interface, Sandbox, StartError};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::hospital::Hospital;
use crate::requests::order;

/// An answer: status, head in lower case, body.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

/// Sends a request whose head is `lines`, with `{host}` for the sandbox's own host.
async fn send(sandbox: &Sandbox, method: &str, path: &str, lines: &[&str], body: &str) -> Answer {
    let host = sandbox.origin().strip_prefix("http://").unwrap();
    let mut request = format!("{method} {path} HTTP/1.1\r\n");
    for line in lines {
        request.push_str(&line.replace("{host}", host));
        request.push_str("\r\n");
    }
    if !body.is_empty() {
        request.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    request.push_str(&format!("connection: close\r\n\r\n{body}"));
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    if path == "/sandbox/events" {
        // It does not end: its beginning is the answer.
        let mut bytes = vec![0; 4_096];
        let length = stream.read(&mut bytes).await.unwrap();
        answer.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
    } else {
        stream.read_to_string(&mut answer).await.unwrap();
    }
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_lowercase(),
        body: body.to_owned(),
    }
}

/// Every address: of the sandbox's own interface, of the platform's, the pay page, and some that do not exist.
async fn addresses(sandbox: &Sandbox) -> Vec<(String, String)> {
    let index = send(sandbox, "GET", "/sandbox", &["host: {host}"], "").await;
    let index: Value = serde_json::from_str(&index.body).unwrap();
    let own = index["paths"].as_object().unwrap().keys().map(|name| {
        let (method, path) = name.split_once(' ').unwrap();
        (method.to_owned(), path.replace("=N", "=1"))
    });
    let interfaces = Interface::ALL.iter().map(|interface| {
        let endpoint = interface.endpoint();
        let method = match endpoint.method {
            signed_xml::Method::Get => "GET",
            signed_xml::Method::Post => "POST",
        };
        (method.to_owned(), endpoint.path.to_owned())
    });
    let others = [
        ("GET", "/insurance/pay/detail?pay_key=1"),
        ("POST", "/insurance/pay/detail"),
        ("GET", "/"),
        ("POST", "/sandbox/added_tomorrow"),
        ("OPTIONS", "/sandbox/pay"),
        ("HEAD", "/sandbox/orders"),
        ("DELETE", "/sandbox/orders"),
    ];
    let others = others.map(|(method, path)| (method.to_owned(), path.to_owned()));
    let all: Vec<_> = own.chain(interfaces).chain(others).collect();
    assert!(all.len() >= 9 + 9 + 7, "{all:?}");
    all
}

fn error(answer: &Answer) -> String {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    body["error"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn every_address_refuses_a_host_that_is_not_the_sandbox() {
    let sandbox = Sandbox::start().await.unwrap();
    let port = sandbox.origin().rsplit(':').next().unwrap().to_owned();
    let next = format!("host: 127.0.0.1:{}", port.parse::<u32>().unwrap() - 1);
    let hosts: [&[&str]; 14] = [
        &[&format!("host: evil.example:{port}")],
        &["host: evil.example"],
        &[&format!("host: 127.0.0.1.evil.example:{port}")],
        &[&format!("host: localhost.evil.example:{port}")],
        &[&format!("host: evil@127.0.0.1:{port}")],
        &[&format!("host: 0.0.0.0:{port}")],
        &[&format!("host: 10.0.0.1:{port}")],
        &[&format!("host: [::2]:{port}")],
        &[&next],
        &["host: 127.0.0.1"],
        &["host: 127.0.0.1:http"],
        &["host:"],
        &[],
        &["host: {host}", "host: evil.example"],
    ];
    for (method, path) in addresses(&sandbox).await {
        for lines in hosts {
            let lines = [lines, &["content-type: application/json"]].concat();
            let answer = send(&sandbox, &method, &path, &lines, "").await;
            // Some of these the HTTP library refuses before the sandbox sees them.
            assert!(
                matches!(answer.status, 400 | 403),
                "{method} {path} {lines:?}: {}",
                answer.head
            );
            assert!(!answer.body.contains("沙箱"), "{method} {path} {lines:?}");
            if answer.status == 403 && method != "HEAD" {
                let words = error(&answer);
                assert!(
                    words.contains("`Host`") && words.contains("--allow-host"),
                    "{words}"
                );
            }
        }
    }
}

#[tokio::test]
async fn the_host_of_the_request_line_counts_too() {
    let sandbox = Sandbox::start().await.unwrap();
    let target = "http://evil.example/sandbox/orders";
    let answer = send(&sandbox, "GET", target, &["host: {host}"], "").await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn every_loopback_name_is_the_sandbox() {
    let sandbox = Sandbox::start().await.unwrap();
    let port = sandbox.origin().rsplit(':').next().unwrap().to_owned();
    for host in [
        "127.0.0.1",
        "127.8.9.10",
        "localhost",
        "LocalHost",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
    ] {
        let line = format!("host: {host}:{port}");
        let answer = send(&sandbox, "GET", "/sandbox/orders", &[&line], "").await;
        assert_eq!(answer.status, 200, "{host}: {}", answer.body);
    }
}

#[tokio::test]
async fn another_host_can_be_allowed_on_purpose() {
    let sandbox = Sandbox::builder()
        .allow_host("sandbox.test")
        .allow_host("host.docker.internal:9000")
        .start()
        .await
        .unwrap();
    for (host, status) in [
        ("sandbox.test", 200),
        ("Sandbox.Test:8443", 200),
        ("host.docker.internal:9000", 200),
        ("host.docker.internal:9001", 403),
        ("evil.sandbox.test", 403),
        ("{host}", 200),
    ] {
        let line = format!("host: {host}");
        let answer = send(&sandbox, "GET", "/sandbox/orders", &[&line], "").await;
        assert_eq!(answer.status, status, "{host}");
    }
    // Its own pages may call it there, behind a proxy with TLS as well.
    let own = ["host: sandbox.test", "origin: https://sandbox.test"];
    let answer = send(&sandbox, "POST", "/sandbox/reset", &own, "").await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_host_that_cannot_be_meant_is_not_allowed() {
    for host in [
        "",
        "*",
        "*.test",
        "http://sandbox.test",
        "sandbox.test/",
        "a b",
        "user@sandbox.test",
        "sandbox.test:port",
        "[sandbox]",
    ] {
        let started = Sandbox::builder().allow_host(host).start().await;
        let error = started.unwrap_err();
        assert!(
            matches!(&error, StartError::AllowedHost { found } if found == host),
            "{host}: {error}"
        );
        assert!(error.to_string().contains("`sandbox.test:8080`"));
    }
}

#[tokio::test]
async fn every_address_refuses_a_page_of_another_site() {
    let sandbox = Sandbox::start().await.unwrap();
    for (method, path) in addresses(&sandbox).await {
        for line in [
            "origin: https://evil.example",
            "origin: http://localhost",
            "origin: http://localhost:1",
            "origin: https://{host}.evil.example",
            "origin: null",
            "origin:",
            "sec-fetch-site: cross-site",
            "sec-fetch-site: same-site",
        ] {
            let lines = ["host: {host}", "content-type: application/json", line];
            let answer = send(&sandbox, &method, &path, &lines, "").await;
            if path.starts_with("/insurance/pay/detail?") {
                assert_eq!(answer.status, 404, "there is no such order: {line}");
                continue;
            }
            assert_eq!(answer.status, 403, "{method} {path} {line}");
            assert!(!answer.head.contains("access-control-allow"));
            if method != "HEAD" {
                let words = error(&answer);
                assert!(
                    words.contains("another site") && words.contains("curl"),
                    "{words}"
                );
            }
        }
    }
}

#[tokio::test]
async fn no_answer_can_be_loaded_into_a_page_of_another_site() {
    let sandbox = Sandbox::start().await.unwrap();
    for (method, path) in addresses(&sandbox).await {
        let answer = send(&sandbox, &method, &path, &["host: {host}"], "").await;
        for header in [
            "cross-origin-resource-policy: same-origin",
            "x-content-type-options: nosniff",
            "cache-control: no-store",
        ] {
            assert!(answer.head.contains(header), "{method} {path}: {header}");
        }
    }
}

#[tokio::test]
async fn every_change_needs_json_or_no_body() {
    let sandbox = Sandbox::start().await.unwrap();
    let own = addresses(&sandbox).await.into_iter();
    for (_, path) in own.filter(|(method, path)| method == "POST" && path.starts_with("/sandbox")) {
        for line in [
            "content-type: text/plain",
            "content-type: text/plain; charset=application/json",
            "content-type: application/x-www-form-urlencoded",
            "content-type: multipart/form-data; boundary=x",
            "content-type: application/jsonx",
            "x-no-content-type: 1",
        ] {
            let body = "{\"seconds\":60}";
            let answer = send(&sandbox, "POST", &path, &["host: {host}", line], body).await;
            assert_eq!(answer.status, 415, "{path} {line}");
            let words = error(&answer);
            assert!(words.contains("`application/json`"), "{words}");
        }
    }
    for line in [
        "content-type: application/json",
        "content-type: Application/JSON; charset=utf-8",
    ] {
        let body = "{\"seconds\":60}";
        let lines = ["host: {host}", line];
        let answer = send(&sandbox, "POST", "/sandbox/advance", &lines, body).await;
        assert_eq!(answer.status, 200, "{line}: {}", answer.body);
    }
    let answer = send(&sandbox, "POST", "/sandbox/reset", &["host: {host}"], "").await;
    assert_eq!(answer.status, 200, "no body at all");
}

#[tokio::test]
async fn a_page_of_the_sandbox_itself_may_call_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let lines = [
        "host: {host}",
        "origin: http://{host}",
        "sec-fetch-site: same-origin",
        "content-type: application/json",
    ];
    let body = "{\"seconds\":60}";
    let answer = send(&sandbox, "POST", "/sandbox/advance", &lines, body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    // A person who types the address.
    let typed = ["host: {host}", "sec-fetch-site: none"];
    let answer = send(&sandbox, "GET", "/sandbox/orders", &typed, "").await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_patient_opens_the_payment_link_from_a_page_of_the_hospital() {
    let hospital = Hospital::start().await;
    let placed = hospital
        .call(order("T1", "http://127.0.0.1:9/"))
        .await
        .unwrap();
    let origin = hospital.sandbox.origin();
    let path = placed.pay_url.strip_prefix(origin).unwrap();
    let path = path.split('#').next().unwrap();
    let from_hospital = [
        "host: {host}",
        "sec-fetch-site: cross-site",
        "sec-fetch-mode: navigate",
        "referer: https://hospital.example/",
    ];
    let answer = send(&hospital.sandbox, "GET", path, &from_hospital, "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    // What another page posts there is refused; the page itself posts a form.
    let page = path.split('?').next().unwrap();
    let form = "content-type: application/x-www-form-urlencoded";
    let other = ["host: {host}", form, "origin: https://hospital.example"];
    let button = format!("{}&act=pay", path.split('?').nth(1).unwrap());
    let answer = send(&hospital.sandbox, "POST", page, &other, &button).await;
    assert_eq!(answer.status, 403);
    let own = ["host: {host}", form, "origin: http://{host}"];
    let answer = send(&hospital.sandbox, "POST", page, &own, "act=pay").await;
    assert_eq!((answer.status, error(&answer).is_empty()), (422, false));
    let answer = send(&hospital.sandbox, "POST", page, &own, &button).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

#[tokio::test]
async fn servers_of_hospitals_call_the_interfaces_as_before() {
    let hospital = Hospital::start().await;
    hospital
        .call(order("T1", "http://127.0.0.1:9/"))
        .await
        .unwrap();
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    let lines = ["host: {host}", "content-type: text/plain"];
    let path = "/payinsurance/queryorder?access_token=none";
    let answer = send(&hospital.sandbox, "POST", path, &lines, "<xml></xml>").await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("40014"), "{}", answer.body);
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_refused_in_json() {
    let sandbox = Sandbox::start().await.unwrap();
    for path in [
        "/sandbox/traffic?exchange=last",
        "/sandbox/traffic?number=1",
        "/insurance/pay/detail?pay_key=1&pay_key=2",
    ] {
        let answer = send(&sandbox, "GET", path, &["host: {host}"], "").await;
        assert_eq!(answer.status, 400, "{path}");
        assert_ne!(error(&answer), "", "{path}: {}", answer.body);
    }
    let lines = ["host: {host}", "content-type: application/json"];
    let body = json!({ "seconds": -1 }).to_string();
    let answer = send(&sandbox, "POST", "/sandbox/advance", &lines, &body).await;
    assert_eq!(answer.status, 400);
}
