//! Where notifications go: to this machine alone, however an address is written, and to the
//! networks that the configuration adds.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use payinsurance_sandbox::{Config, Mode};
use serde_json::json;
use tokio::net::TcpListener;

use crate::hospital::Hospital;
use crate::requests::order;

/// Counts who connects, at every address of this machine.
struct Canary {
    port: u16,
    connections: Arc<AtomicUsize>,
}

impl Canary {
    async fn start() -> Self {
        let listener = TcpListener::bind("[::]:0").await;
        let listener = match listener {
            Ok(listener) => listener,
            // A machine without IPv6.
            Err(_) => TcpListener::bind("0.0.0.0:0").await.unwrap(),
        };
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { port, connections }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// The address by which this machine is known outside, if it has one. Nothing is sent.
fn outer_address() -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("203.0.113.1:9").ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(address) if !address.is_loopback() => Some(address),
        _ => None,
    }
}

/// The ways to write an IPv4 address in a URL.
fn spellings(address: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = address.octets();
    let number = u32::from(address);
    let low = u32::from_be_bytes([0, b, c, d]);
    vec![
        address.to_string(),
        number.to_string(),
        format!("0x{number:x}"),
        format!("0{number:o}"),
        format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("{a}.{low}"),
        format!("{address}."),
        format!("[::ffff:{address}]"),
        format!(
            "[::ffff:{:x}:{:x}]",
            u16::from_be_bytes([a, b]),
            u16::from_be_bytes([c, d])
        ),
        format!("user:password@{address}"),
        format!("{a}%2E{b}%2E{c}%2E{d}"),
        format!("{a}。{b}。{c}。{d}"),
    ]
}

/// Places an order for that `notify_url` and posts a notification. The reason why it was not
/// accepted, or why there was no such order.
async fn refusal(hospital: &Hospital, number: &str, url: &str) -> Option<String> {
    if let Err(error) = hospital.call(order(number, url)).await {
        return Some(error.to_string());
    }
    let asked = json!({ "hosp_out_trade_no": number, "fields": { "total_fee": "1" } });
    let (status, answer) = hospital.control("/sandbox/notify", asked).await;
    assert_eq!(status, 200, "{answer}");
    answer["reason"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn nothing_but_this_machine_is_reached_however_it_is_written() {
    let canary = Canary::start().await;
    let hospital = Hospital::start().await;
    let forbidden = [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "224.0.0.1",
        "255.255.255.255",
    ];
    let forbidden = forbidden.map(|address| address.parse().unwrap());
    let hosts = forbidden
        .into_iter()
        .chain(outer_address())
        .flat_map(spellings);
    let others = [
        "[::]",
        "[0:0:0:0:0:0:0:0]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[ff02::1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::a00:1]",
        "[2002:7f00:1::]",
        "[::7f00:1]",
        "0",
        "0x0",
        "00",
    ];
    let hosts: Vec<String> = hosts.chain(others.map(str::to_owned)).collect();
    assert!(hosts.len() >= 100, "{}", hosts.len());
    for (number, host) in hosts.iter().enumerate() {
        let url = format!("http://{host}:{}/notify", canary.port);
        let refused = refusal(&hospital, &format!("T{number}"), &url).await;
        let refused = refused.unwrap_or_else(|| panic!("{host} was accepted"));
        let named = ["which is not this machine", "notify_url"];
        assert!(
            named.iter().any(|words| refused.contains(words)),
            "{host}: {refused}"
        );
        assert_eq!(canary.connections(), 0, "{host} was reached");
    }
    for url in [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1:1/",
    ] {
        let refused = refusal(&hospital, &format!("U{}", url.len()), url).await;
        assert!(refused.is_some(), "{url}");
    }
    // The canary does count: this machine is reached, by number and by name.
    for (number, host) in ["127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]"]
        .iter()
        .enumerate()
    {
        let url = format!("http://{host}:{}/notify", canary.port);
        let trade_no = format!("L{number}");
        let asked = refusal(&hospital, &trade_no, &url);
        // Nothing answers there; that it was connected to is enough.
        let _ = tokio::time::timeout(std::time::Duration::from_millis(500), asked).await;
        assert!(canary.connections() > number, "{host}");
    }
}

#[tokio::test]
async fn a_network_of_the_configuration_is_reached() {
    let Some(outer) = outer_address() else { return };
    let canary = Canary::start().await;
    let config: Config =
        serde_json::from_value(json!({ "notify_networks": [format!("{outer}/32")] })).unwrap();
    let hospital = Hospital::with(config, Mode::ServiceProvider).await;
    let url = format!("http://{outer}:{}/notify", canary.port);
    let asked = refusal(&hospital, "T1", &url);
    let _ = tokio::time::timeout(std::time::Duration::from_millis(500), asked).await;
    assert_eq!(canary.connections(), 1);
    let other = refusal(&hospital, "T2", "http://10.255.255.1:9/notify").await;
    assert!(other.unwrap().contains("notify_networks"));
}
