//! A minimal server: reads one request per connection and answers as the test says.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// What to do with a request.
pub(crate) enum Answer {
    /// Status 200 and this body.
    Ok(Vec<u8>),
    /// These bytes, then the end of the connection.
    Raw(Vec<u8>),
    /// Nothing, for ever.
    Silence,
}

impl From<&str> for Answer {
    fn from(body: &str) -> Self {
        Self::Ok(body.into())
    }
}

impl From<Vec<u8>> for Answer {
    fn from(body: Vec<u8>) -> Self {
        Self::Ok(body)
    }
}

pub(crate) struct Server {
    pub(crate) origin: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    /// Answers every request on a free port of loopback until the runtime ends.
    pub(crate) async fn start(
        answer: impl Fn(&Received) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), received.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, log) = (answer.clone(), log.clone());
                tokio::spawn(async move { serve(stream, &*answer, &log).await });
            }
        });
        Self { origin, received }
    }

    /// Answers a request for a token with `TOKEN-1`, all others as the test says.
    pub(crate) async fn with_token(
        answer: impl Fn(&Received) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start(move |request| match request.path.as_str() {
            "/family/token" => r#"{"access_token":"TOKEN-1","expires_in":7200}"#.into(),
            _ => answer(request),
        })
        .await
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, path: &str) -> usize {
        self.received()
            .iter()
            .filter(|request| request.path == path)
            .count()
    }
}

async fn serve(
    mut stream: TcpStream,
    answer: &(impl Fn(&Received) -> Answer + Sync),
    log: &Mutex<Vec<Received>>,
) -> Option<()> {
    let request = read(&mut stream).await?;
    log.lock().unwrap().push(request.clone());
    let bytes = match answer(&request) {
        Answer::Ok(body) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            [head.into_bytes(), body].concat()
        }
        Answer::Raw(bytes) => bytes,
        Answer::Silence => std::future::pending().await,
    };
    stream.write_all(&bytes).await.ok()?;
    stream.shutdown().await.ok()
}

async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse()
                    .ok()
            })
            .unwrap_or(0);
        if body.len() < length {
            continue;
        }
        let target = head.split(' ').nth(1)?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        return Some(Received {
            path: path.to_owned(),
            query: query.to_owned(),
            head: head.to_owned(),
            body: body.to_owned(),
        });
    }
}
