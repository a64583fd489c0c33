//! The routes, over real HTTP on the loopback interface.

use payinsurance_orders::{Routes, State};
use payinsurance_sandbox::Act;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::hospital::Hospital;

/// A server with the routes of a desk; it ends with the test.
async fn serve(routes: Routes) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes.router()).await });
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
async fn a_notification_over_http_is_kept_and_answered_with_200() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_and_untold("T1").await;
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
async fn the_return_page_asks_once_and_shows_how_the_order_stands() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    let address = serve(Routes::new(hospital.desk.clone())).await;
    let page = "GET /return?merchant=first&hosp_out_trade_no=T1";
    assert!(ask(address, page, b"").await.1.contains("未支付"));
    hospital.patient("T1", Act::Pay);
    assert!(ask(address, page, b"").await.1.contains("支付成功"));
    let unknown = "GET /return?hosp_out_trade_no=T9";
    assert_eq!(ask(address, unknown, b"").await.0, 404);
    let (status, text) = ask(address, "GET /metrics", b"").await;
    assert_eq!(status, 200);
    assert!(text.ends_with("# EOF\n"), "{text}");
}

#[tokio::test]
async fn a_hospital_shows_a_page_of_its_own() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    let routes = Routes::new(hospital.desk.clone()).page(|order| {
        format!(
            "number {} is {}",
            order.key.hosp_out_trade_no,
            order.state.word()
        )
    });
    let address = serve(routes).await;
    let (_, body) = ask(address, "GET /return?hosp_out_trade_no=T1", b"").await;
    assert_eq!(body, "number T1 is placed");
}
