//! The routes, over real HTTP on the loopback interface.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use payinsurance_orders::store::ReceivedFilter;
use payinsurance_orders::{Order, Routes, State};
use payinsurance_sandbox::Act;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::hospital::{HOSPITAL, Hospital};
use crate::panics::faulty_desk;

/// A server with the routes of a desk; it ends with the test.
async fn serve(routes: Routes) -> std::net::SocketAddr {
    serve_router(routes.router()).await
}

async fn serve_router(router: Router) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Status and body of the answer to one request.
async fn ask(address: std::net::SocketAddr, head: &str, body: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let head = format!(
        "{head} HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // A server that has seen enough may hang up before everything was sent.
    let _ = stream.write_all(body).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.to_owned())
}

#[tokio::test]
async fn code_of_the_hospital_that_panics_is_answered_with_500_and_the_server_goes_on() {
    for (part, page, notify) in [
        ("page", 500, 200),
        ("clock", 500, 500),
        ("nonce", 500, 500),
        ("transport", 500, 200),
    ] {
        let hospital = Hospital::new();
        let delivery = hospital.paid_without_notification("T1").await;
        let (faulty, desk) = faulty_desk(&hospital);
        let url = desk.return_url("http://h/return", HOSPITAL, "T1").unwrap();
        let returned = format!("GET {}", url.strip_prefix("http://h").unwrap());
        let of_page = faulty.clone();
        let routes = Routes::new(desk)
            .page(move |order: &Order| {
                of_page.panic_if("page");
                order.state.as_str()
            })
            .not_found_page(|| -> &'static str { panic!("the page has a fault") });
        let address = serve(routes).await;
        *faulty.part.lock().unwrap() = Some(part);
        let (status, body) = ask(address, &returned, b"").await;
        assert_eq!((status, body.contains("fault")), (page, false), "{part}");
        let (status, _) = ask(address, "POST /notify", &delivery.body).await;
        assert_eq!(status, notify, "{part}");
        let (status, _) = ask(address, "GET /return?no=T1", b"").await;
        assert_eq!(status, 500, "{part}");
        *faulty.part.lock().unwrap() = None;
        let (status, _) = ask(address, "POST /notify", &delivery.body).await;
        assert_eq!(status, 200, "{part}");
        let (status, body) = ask(address, &returned, b"").await;
        assert_eq!((status, body.contains("paid")), (200, true), "{part}");
    }
}

#[tokio::test]
async fn a_notification_over_http_is_stored_and_answered_with_200() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification("T1").await;
    let address = serve(Routes::new(hospital.desk.clone())).await;
    for _ in 0..2 {
        let (status, body) = ask(address, "POST /notify", &delivery.body).await;
        assert_eq!(status, 200);
        assert!(
            body.contains("SUCCESS") && body.contains("<sign>"),
            "{body}"
        );
    }
    assert_eq!(hospital.state("T1").await, State::Paid);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_answered_with_200_and_fail() {
    let hospital = Hospital::new();
    let address = serve(Routes::new(hospital.desk.clone())).await;
    let (status, body) = ask(address, "POST /notify", &vec![b'x'; 70 << 10]).await;
    assert_eq!(status, 200);
    assert!(body.contains("FAIL") && !body.contains("SUCCESS"), "{body}");
}

#[tokio::test]
async fn the_return_page_asks_and_shows_how_the_order_stands() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    let address = serve(Routes::new(hospital.desk.clone())).await;
    let page = return_page(&hospital, "T1");
    assert!(ask(address, &page, b"").await.1.contains("未支付"));
    hospital.patient("T1", Act::Pay);
    hospital.outside.advance(Duration::from_secs(5));
    assert!(ask(address, &page, b"").await.1.contains("支付成功"));
    // What the platform or a proxy adds changes nothing.
    let extended = format!("{page}&t=other&from=wechat&isappinstalled=0");
    assert!(ask(address, &extended, b"").await.1.contains("支付成功"));
}

#[tokio::test]
async fn a_return_address_that_is_not_one_of_the_desks_gets_one_answer_whatever_is_wrong() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    let address = serve(Routes::new(hospital.desk.clone())).await;
    let page = return_page(&hospital, "T1");
    let unplaced = return_page(&hospital, "T9");
    let asked = hospital.outside.calls("queryorder");
    let first = ask(address, &unplaced, b"").await;
    assert_eq!(first.0, 404);
    for wrong in [
        "GET /return".to_owned(),
        "GET /return?no=T1".to_owned(),
        "GET /return?m=first&no=T1".to_owned(),
        "GET /return?m=first&no=T1&t=".to_owned(),
        "GET /return?m=first&no=T1&t=AAAAAAAAAAAAAAAA".to_owned(),
        "GET /return?m=second&no=T1&t=AAAAAAAAAAAAAAAA".to_owned(),
        "GET /return?merchant=first&hosp_out_trade_no=T1".to_owned(),
        "GET /return?m=first&no=T%001&t=%ff%00".to_owned(),
        page.replace("no=T1", "no=T2"),
        page.replace("m=first", "m=second"),
        page[..page.len() - 1].to_owned(),
        format!("{page}A"),
        format!("{page}="),
    ] {
        assert_eq!(ask(address, &wrong, b"").await, first, "{wrong}");
    }
    assert_eq!(hospital.outside.calls("queryorder"), asked);
}

#[tokio::test]
async fn a_hospital_may_show_the_return_page_without_tokens() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    let routes = Routes::new(hospital.desk.clone()).without_return_token();
    let address = serve(routes).await;
    for query in [
        "hosp_out_trade_no=T1",
        "merchant=first&hosp_out_trade_no=T1",
        "m=first&no=T1&t=x",
    ] {
        let (status, body) = ask(address, &format!("GET /return?{query}"), b"").await;
        assert!(status == 200 && body.contains("未支付"), "{query}");
    }
    assert_eq!(ask(address, "GET /return?no=T9", b"").await.0, 404);
}

#[tokio::test]
async fn a_hospital_shows_its_pages_at_its_paths() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification("T1").await;
    let routes = Routes::new(hospital.desk.clone())
        .notify_at("/pay/notify")
        .return_at("/pay/done")
        .not_found_page(|| "nothing here")
        .page(|order| {
            format!(
                "number {} is {}",
                order.key.hosp_out_trade_no,
                order.state.as_str()
            )
        });
    let address = serve(routes).await;
    let (status, _) = ask(address, "POST /pay/notify", &delivery.body).await;
    assert_eq!(status, 200);
    let page = return_page(&hospital, "T1").replace("/return", "/pay/done");
    assert_eq!(ask(address, &page, b"").await.1, "number T1 is paid");
    let (status, body) = ask(address, "GET /pay/done?no=T9", b"").await;
    assert_eq!((status, &*body), (404, "nothing here"));
    assert_eq!(ask(address, "GET /return", b"").await.0, 404);
}

#[tokio::test]
async fn the_counters_are_not_on_the_public_router_and_an_application_may_have_its_own() {
    let hospital = Hospital::new();
    let routes = Routes::new(hospital.desk.clone());
    let public = serve(routes.clone()).await;
    assert_eq!(ask(public, "GET /metrics", b"").await.0, 404);
    let internal = serve_router(routes.metrics_router()).await;
    let (status, text) = ask(internal, "GET /metrics", b"").await;
    assert!(status == 200 && text.ends_with("# EOF\n"), "{text}");
    let own = Router::new().route("/metrics", get(|| async { "the application's" }));
    let address = serve_router(own.merge(routes.router())).await;
    let (_, text) = ask(address, "GET /metrics", b"").await;
    assert_eq!(text, "the application's");
}

#[tokio::test]
async fn a_body_that_does_not_arrive_in_time_is_answered_with_408() {
    let hospital = Hospital::new();
    let routes = Routes::new(hospital.desk.clone()).body_deadline(Duration::from_millis(50));
    let address = serve(routes).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let half = b"POST /notify HTTP/1.1\r\nhost: h\r\ncontent-length: 100\r\n\r\n<xml>";
    stream.write_all(half).await.unwrap();
    let mut answer = vec![0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 408");
    let found = hospital.desk.received(&ReceivedFilter::default()).await;
    assert!(found.unwrap().is_empty());
}

/// The request for the return page of an order.
fn return_page(hospital: &Hospital, number: &str) -> String {
    let url = hospital
        .desk
        .return_url("https://hospital.example/return", HOSPITAL, number)
        .unwrap();
    let path = url.strip_prefix("https://hospital.example").unwrap();
    format!("GET {path}")
}
