//! A small HTTP/1 server that closes every connection after a time.
//!
//! `axum::serve` waits without limit for a head or a body that a caller began to send, so a few hundred open sockets stop a hospital. Here the head, the
//! request and the connection have deadlines, and the number of connections has a cap: those beyond it wait to be accepted until one ends.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

/// How long the server rests when the system gives it no connection, since it has too many files open.
const TROUBLED: Duration = Duration::from_secs(1);

/// A server with deadlines, for [`Routes`](crate::Routes) and the application's own pages.
///
/// It speaks plain HTTP/1, as behind a proxy that ends TLS.
///
/// # Examples
///
/// ```no_run
/// use payinsurance_orders::{Desk, Routes, Server};
///
/// async fn run(desk: Desk) -> std::io::Result<()> {
///     let listener = tokio::net::TcpListener::bind("127.0.0.1:8090").await?;
///     let stop = async { drop(tokio::signal::ctrl_c().await) };
///     Server::new(Routes::new(desk).router()).serve(listener, stop).await;
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Server {
    app: Router,
    head_deadline: Duration,
    request_deadline: Duration,
    connection_age: Duration,
    connections: u16,
}

impl Server {
    /// A server for these routes.
    pub fn new(app: Router) -> Self {
        Self {
            app,
            head_deadline: Duration::from_secs(10),
            request_deadline: Duration::from_secs(60),
            connection_age: Duration::from_secs(600),
            connections: 1_024,
        }
    }

    /// How long the head of a request may take to arrive, and how long a connection may be idle: 10 seconds by default.
    pub fn head_deadline(mut self, deadline: Duration) -> Self {
        self.head_deadline = deadline;
        self
    }

    /// How long a request may take from the end of its head to the beginning of the answer, its body included: 60 seconds by default, which is longer than
    /// a question to the platform takes. Then it is answered with 503.
    pub fn request_deadline(mut self, deadline: Duration) -> Self {
        self.request_deadline = deadline;
        self
    }

    /// How old a connection may become: 10 minutes by default. The request under way is still answered, in `request_deadline`.
    pub fn connection_age(mut self, age: Duration) -> Self {
        self.connection_age = age;
        self
    }

    /// How many connections may be open at the same time: 1,024 by default, at least 1. Further ones wait to be accepted.
    pub fn connections(mut self, connections: u16) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// Serves until `stop` is ready, then answers the requests under way and returns, at the latest after `request_deadline`.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let app = self
            .app
            .clone()
            .layer(from_fn_with_state(self.request_deadline, in_time));
        let slots = Arc::new(Semaphore::new(self.connections.into()));
        let (stopping, stopped) = watch::channel(());
        let mut stop = pin!(stop);
        loop {
            let accepted = async {
                // Invariant: the semaphore is never closed.
                let slot = Arc::clone(&slots).acquire_owned().await;
                (slot, listener.accept().await)
            };
            let (slot, accepted) = tokio::select! {
                () = &mut stop => break,
                accepted = accepted => accepted,
            };
            match accepted {
                Ok((stream, _)) => {
                    let (server, app, stopped) = (self.clone(), app.clone(), stopped.clone());
                    tokio::spawn(async move {
                        server.connection(stream, app, stopped).await;
                        drop(slot);
                    });
                }
                Err(error) if is_of_the_peer(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection could be accepted");
                    tokio::time::sleep(TROUBLED).await;
                }
            }
        }
        drop((listener, stopping));
        let _all_ended = slots.acquire_many(self.connections.into()).await;
    }

    /// One connection, until it ends, is too old, or the server stops.
    async fn connection(&self, stream: TcpStream, app: Router, mut stopped: watch::Receiver<()>) {
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.head_deadline)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app));
        let mut connection = pin!(connection);
        tokio::select! {
            // It ended well, or the peer broke it off: there is nothing to do about that.
            _ = &mut connection => return,
            () = tokio::time::sleep(self.connection_age) => {}
            // Nothing is ever sent: this is an error once the server stops.
            _ = stopped.changed() => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = tokio::time::timeout(self.request_deadline, connection).await;
    }
}

/// The answer of the application, or 503 when the deadline is over.
async fn in_time(
    State(deadline): State<Duration>,
    request: Request,
    next: Next,
) -> Result<Response, Infallible> {
    let answer = tokio::time::timeout(deadline, next.run(request)).await;
    Ok(answer.unwrap_or_else(|_| StatusCode::SERVICE_UNAVAILABLE.into_response()))
}

/// Whether a connection failed before it was accepted, which says nothing about the next one.
fn is_of_the_peer(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
