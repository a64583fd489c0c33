//! TLS as hospitals have it: a CA of their own, a certificate of the client's, a proxy; and what comes
//! encoded.
//!
//! The certificates beside this file were made with openssl for these tests alone: a CA whose key was
//! thrown away, `server` for 127.0.0.1, `hospital` for a client; all end in 2126.

use std::io::Cursor;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use signed_xml::Effect;
use signed_xml_client::{Client, Error, HttpTransport, HttpTransportBuilder, TransportError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::messages::{builder, paid, pay};
use crate::server::{Answer, Server};

const CA: &[u8] = include_bytes!("certificates/ca.pem");
const SERVER: [&[u8]; 2] = [
    include_bytes!("certificates/server.pem"),
    include_bytes!("certificates/server.key"),
];
const HOSPITAL: [&[u8]; 2] = [
    include_bytes!("certificates/hospital.pem"),
    include_bytes!("certificates/hospital.key"),
];

/// A port for TLS in front of a server; it may ask for a certificate of the CA.
async fn in_front_of(server: &Server, asks_for_certificate: bool) -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let config = match asks_for_certificate {
        false => config.with_no_client_auth(),
        true => {
            let mut roots = RootCertStore::empty();
            roots
                .add(CertificateDer::from_pem_slice(CA).unwrap())
                .unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            config.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let [chain, key] = SERVER;
    let chain = vec![CertificateDer::from_pem_slice(chain).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(key).unwrap();
    let config = config.with_single_cert(chain, key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("https://{}", listener.local_addr().unwrap());
    let behind = server.origin.replace("http://", "");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, behind) = (acceptor.clone(), behind.clone());
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await.ok()?;
                let mut behind = TcpStream::connect(behind).await.ok()?;
                tokio::io::copy_bidirectional(&mut stream, &mut behind)
                    .await
                    .ok()
            });
        }
    });
    origin
}

fn client(origin: &str, transport: HttpTransportBuilder) -> Client {
    builder(origin)
        .transport(transport.build().unwrap())
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_ca_of_the_hospitals_own_is_trusted_when_it_is_given() {
    let server = Server::with_token(|_| paid().into()).await;
    let origin = in_front_of(&server, false).await;
    for transport in [
        HttpTransport::builder().trust(CA),
        HttpTransport::builder().trust(CA).trust_no_other(),
    ] {
        client(&origin, transport).call(&pay()).await.unwrap();
    }
    for transport in [
        HttpTransport::builder(),
        HttpTransport::builder().trust_no_other(),
    ] {
        let error = client(&origin, transport)
            .call(&pay())
            .await
            .map(|_| ())
            .unwrap_err();
        let Error::Token { cause, .. } = &error else {
            panic!("{error:?}")
        };
        assert!(
            matches!(&**cause, Error::Transport(TransportError::Tls { .. })),
            "{error}"
        );
        assert_eq!(error.effect(), Effect::NotSent);
    }
}

#[tokio::test]
async fn a_certificate_of_the_client_opens_a_gateway_that_asks_for_one() {
    let server = Server::with_token(|_| paid().into()).await;
    let origin = in_front_of(&server, true).await;
    let [chain, key] = HOSPITAL;
    let trusting = || HttpTransport::builder().trust(CA);
    let shown = client(&origin, trusting().client_certificate(chain, key));
    shown.call(&pay()).await.unwrap();
    client(&origin, trusting())
        .call(&pay())
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(server.count("/family/pay"), 1);
}

#[test]
fn what_is_no_certificate_is_named_and_not_repeated() {
    let [chain, key] = HOSPITAL;
    let secret = std::str::from_utf8(key).unwrap().lines().nth(1).unwrap();
    let broken = format!("-----BEGIN PRIVATE KEY\n{secret}\n-----END");
    for (transport, expected) in [
        (
            HttpTransport::builder().trust("words"),
            "the CA certificate is not in PEM form",
        ),
        (
            HttpTransport::builder().client_certificate("words", key),
            "the client certificate is not in PEM form",
        ),
        (
            HttpTransport::builder().client_certificate(chain, broken.clone()),
            "is not a private key in PEM form",
        ),
        (
            HttpTransport::builder().client_certificate(chain, SERVER[1]),
            "TLS: ",
        ),
    ] {
        let shown = format!("{transport:?}");
        let error = transport.build().map(|_| ()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{shown} {error} {error:?}").contains(secret));
    }
}

/// A proxy that answers each request itself, as a server that the address leads to.
#[tokio::test]
async fn calls_go_through_the_proxy_and_its_password_is_not_shown() {
    let proxy = Server::start(|request| match request.path.ends_with("/family/token") {
        true => r#"{"access_token":"TOKEN-1","expires_in":7200}"#.into(),
        false => paid().into(),
    })
    .await;
    let address = proxy
        .origin
        .replace("http://", "http://hospital:word-of-the-proxy@");
    let transport = HttpTransport::builder().proxy(address.parse().unwrap());
    assert!(!format!("{transport:?}").contains("word-of-the-proxy"));
    client("http://platform.invalid", transport)
        .call(&pay())
        .await
        .unwrap();
    let received = proxy.received();
    assert_eq!(received[1].path, "http://platform.invalid/family/pay");
    assert!(
        received[1]
            .head
            .to_ascii_lowercase()
            .contains("proxy-authorization: basic ")
    );
    let unreachable = HttpTransport::builder().proxy(
        "http://hospital:word-of-the-proxy@127.0.0.1:1"
            .parse()
            .unwrap(),
    );
    let error = client("http://platform.invalid", unreachable)
        .call(&pay())
        .await
        .map(|_| ())
        .unwrap_err();
    assert!(
        !format!("{error} {error:?}").contains("word-of-the-proxy"),
        "{error:?}"
    );
}

#[tokio::test]
async fn bodies_are_asked_for_as_they_are_and_one_that_came_encoded_is_named() {
    let server = Server::with_token(|_| paid().into()).await;
    client(&server.origin, HttpTransport::builder())
        .call(&pay())
        .await
        .unwrap();
    for request in server.received() {
        let head = request.head.to_ascii_lowercase();
        assert!(head.contains("accept-encoding: identity"), "{head}");
    }
    let gzip = {
        let mut packed = Vec::new();
        std::io::copy(
            &mut flate2::read::GzEncoder::new(Cursor::new(paid()), flate2::Compression::default()),
            &mut packed,
        )
        .unwrap();
        packed
    };
    for (header, body, expected) in [
        ("Content-Encoding: br\r\n", b"\x0b\x02\x80".to_vec(), "br"),
        ("content-encoding: GZIP\r\n", gzip.clone(), "gzip"),
        ("", gzip, "gzip"),
    ] {
        let head = format!(
            "HTTP/1.1 200 OK\r\n{header}Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let answer = [head.into_bytes(), body].concat();
        let server = Server::with_token(move |_| Answer::Raw(answer.clone())).await;
        let error = client(&server.origin, HttpTransport::builder())
            .call(&pay())
            .await
            .map(|_| ())
            .unwrap_err();
        assert!(
            matches!(&error, Error::Transport(TransportError::Encoded { encoding }) if encoding == expected),
            "{error}"
        );
        assert_eq!(error.effect(), Effect::Unknown);
    }
}

#[tokio::test]
async fn calls_share_a_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let (connections, mut opened) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            connections.send(()).unwrap();
            tokio::spawn(async move {
                let mut bytes = Vec::new();
                while stream.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    let is_whole = text.starts_with("GET ") && text.ends_with("\r\n\r\n")
                        || text.ends_with("</xml>");
                    if !is_whole {
                        continue;
                    }
                    bytes.clear();
                    let body = match text.starts_with("GET ") {
                        true => br#"{"access_token":"TOKEN-1","expires_in":7200}"#.to_vec(),
                        false => paid(),
                    };
                    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
                    stream
                        .write_all(&[head.into_bytes(), body].concat())
                        .await
                        .unwrap();
                }
            });
        }
    });
    let client = client(&origin, HttpTransport::builder());
    for _ in 0..3 {
        client.call(&pay()).await.unwrap();
    }
    let mut count = 0;
    while opened.try_recv().is_ok() {
        count += 1;
    }
    assert_eq!(count, 1);
}
