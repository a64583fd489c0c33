//! Exchanges with a platform in a file, and a transport that answers from it: for the tests of a
//! user's program.
//!
//! A line of the file is one exchange, as JSON. What a recording holds is what a replay needs: method,
//! path and fields of the request, status and body of the response. Of the request neither the
//! access token, nor signature and random string, nor what its table marks as confidential is
//! there; of a response the access token is not. The rest of a body stays as it came, since a
//! masked one would not verify: record against a sandbox or with made-up patients.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signed_xml::{Fields, Limits, Method, SIGN};

use super::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};

/// Fields that differ with every call.
const FRESH: [&str; 3] = ["access_token", "nonce_str", SIGN];
/// In place of an access token in a recorded response.
const TOKEN: &str = "recorded-access-token";

/// Sends through another [`Transport`] and writes what came to a file.
///
/// The file is new, and no other user of the machine can read it. It holds the bodies of responses as
/// they came, without access tokens: record against a sandbox, or with made-up patients. An exchange
/// that ends without a response is not recorded.
///
/// # Examples
///
/// ```no_run
/// use signed_xml::Key;
/// use signed_xml_client::{Client, HttpTransport, Merchant, Recorder, Replay};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let merchant = Merchant::independent("wx2421b1c4370ec43b", "10000100", Key::new("192006250b4c09247ec02edce69f6a2d")?)?;
/// // Once, against a sandbox:
/// let recorder = Recorder::create("tests/orders.jsonl", HttpTransport::new()?)?;
/// let client: Client = Client::builder(merchant.clone()).transport(recorder).build()?;
/// // From then on, without any network:
/// let client: Client = Client::builder(merchant).transport(Replay::open("tests/orders.jsonl")?).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Recorder<T> {
    transport: T,
    file: Mutex<File>,
}

impl<T: Transport> Recorder<T> {
    /// Records into a new file what goes through this transport.
    ///
    /// # Errors
    ///
    /// [`io::Error`] if the file exists already or cannot be written.
    pub fn create(path: impl AsRef<Path>, transport: T) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self {
            transport,
            file: Mutex::new(options.open(path)?),
        })
    }

    fn write(&self, exchange: &Exchange) -> io::Result<()> {
        let mut line = serde_json::to_vec(exchange)?;
        line.push(b'\n');
        locked(&self.file).write_all(&line)
    }
}

impl<T: Transport> Transport for Recorder<T> {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let asked = Asked::of(&request);
            let response = self.transport.send(request).await?;
            let exchange = Exchange::of(asked, &response);
            // The call has taken place, so that its answer is worth more than its recording.
            if let Err(error) = self.write(&exchange) {
                tracing::warn!(%error, "an exchange could not be recorded");
            }
            Ok(response)
        })
    }
}

/// Answers from a recording, without any network.
///
/// A request is answered with the first exchange of the same method, path and fields that was not
/// used yet. What differs with every call does not count: access token, random string, signature. A
/// request that was not recorded, or not so many times, is refused with
/// [`TransportError::NotRecorded`], which names the fields that differ.
///
/// The client of a replay has the merchant and key of the recording, and a [`Clock`](crate::Clock)
/// near its time if its calls depend on one.
#[derive(Debug)]
pub struct Replay {
    exchanges: Mutex<Vec<Recorded>>,
    ignored: Vec<String>,
}

#[derive(Debug)]
struct Recorded {
    exchange: Exchange,
    used: bool,
}

impl Replay {
    /// Reads a recording.
    ///
    /// # Errors
    ///
    /// [`ReplayError`] if the file cannot be read or is not a recording.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReplayError> {
        let mut exchanges = Vec::new();
        for (at, line) in BufReader::new(File::open(path)?).lines().enumerate() {
            let line = line?;
            // The parser's own words may repeat a value of the line.
            let exchange = serde_json::from_str(&line).map_err(|_| ReplayError::Line(at + 1))?;
            exchanges.push(Recorded {
                exchange,
                used: false,
            });
        }
        Ok(Self {
            exchanges: Mutex::new(exchanges),
            ignored: Vec::new(),
        })
    }

    /// Lets these fields of a request differ from the recording, such as a time of the order.
    #[must_use]
    pub fn ignoring<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.ignored.extend(names.into_iter().map(Into::into));
        self
    }

    /// How many recorded exchanges were not asked for yet.
    #[must_use]
    pub fn remaining(&self) -> usize {
        let exchanges = locked(&self.exchanges);
        exchanges.iter().filter(|recorded| !recorded.used).count()
    }

    fn answer(&self, asked: &Asked) -> Result<HttpResponse, TransportError> {
        let not_recorded = |problem: String| TransportError::NotRecorded {
            method: asked.method.as_str(),
            path: asked.path.clone(),
            problem,
        };
        let mut exchanges = locked(&self.exchanges);
        let mut nearest: Option<Vec<String>> = None;
        let mut used = 0;
        for recorded in exchanges.iter_mut() {
            let other = &recorded.exchange.request;
            if other.method != asked.method || other.path != asked.path {
                continue;
            }
            let differences = self.differences(asked, other);
            if differences.is_empty() && !recorded.used {
                recorded.used = true;
                return recorded.exchange.response().map_err(not_recorded);
            }
            used += usize::from(differences.is_empty());
            let nearer = nearest
                .as_ref()
                .is_none_or(|nearest| differences.len() < nearest.len());
            if !differences.is_empty() && nearer {
                nearest = Some(differences);
            }
        }
        Err(not_recorded(match (used, nearest) {
            (0, None) => "no such request was recorded".to_owned(),
            (0, Some(fields)) => format!("the nearest one differs in {}", fields.join(", ")),
            (used, _) => format!("it was recorded {used} times and is asked for once more"),
        }))
    }

    /// The names of the fields in which two requests differ.
    fn differences(&self, asked: &Asked, other: &Asked) -> Vec<String> {
        let names = asked
            .fields
            .iter()
            .chain(&other.fields)
            .map(|(name, _)| name);
        let mut names: Vec<&String> = names.filter(|name| !self.ignored.contains(name)).collect();
        names.sort();
        names.dedup();
        let differs = |name: &&String| asked.get(name) != other.get(name);
        names.into_iter().filter(differs).cloned().collect()
    }
}

impl Transport for Replay {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move { self.answer(&Asked::of(&request)) })
    }
}

/// A recording cannot be replayed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The file cannot be read.
    #[error("the recording cannot be read ({0}): check its path, or record it with `Recorder`")]
    File(#[from] io::Error),
    /// A line is not a recorded exchange.
    #[error("line {0} of the recording is not an exchange that `Recorder` wrote: record it anew")]
    Line(usize),
}

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exchange {
    request: Asked,
    status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encoding: Option<String>,
    body: Body,
}

/// A body: as text, or as hexadecimal digits where it is not UTF-8.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Body {
    Text(String),
    Hex(String),
}

impl std::fmt::Debug for Body {
    /// The size: a body may be full of personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Text(text) | Self::Hex(text)) = self;
        write!(f, "Body({} characters)", text.len())
    }
}

impl Exchange {
    fn of(request: Asked, response: &HttpResponse) -> Self {
        let body = without_token(&response.body);
        Self {
            request,
            status: response.status,
            date: response.date,
            encoding: response.encoding.clone(),
            body: match String::from_utf8(body) {
                Ok(text) => Body::Text(text),
                Err(error) => {
                    let bytes = error.into_bytes();
                    Body::Hex(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
                }
            },
        }
    }

    fn response(&self) -> Result<HttpResponse, String> {
        let body = match &self.body {
            Body::Text(text) => Bytes::from(text.clone()),
            Body::Hex(digits) => bytes(digits).ok_or("its body is damaged")?.into(),
        };
        Ok(HttpResponse::new(self.status, body)
            .with_date(self.date)
            .with_encoding(self.encoding.clone()))
    }
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(pair).collect()
}

/// A request as a recording knows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    method: Verb,
    path: String,
    /// Names and values. Of a confidential field there is the name alone.
    fields: Vec<(String, Option<String>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Verb {
    Get,
    Post,
}

impl Verb {
    fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Asked({} {})", self.method.as_str(), self.path)
    }
}

impl Asked {
    fn of(request: &HttpRequest) -> Self {
        let limits = Limits::default();
        let body = match request.body.first() {
            None => None,
            Some(b'{') => Fields::parse_json(&request.body, &limits).ok(),
            Some(_) => Fields::parse(&request.body, &limits).ok(),
        };
        let query = request.url.query_pairs();
        let mut fields: Vec<(String, String)> = query
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let own = body.iter().flat_map(Fields::iter);
        fields.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
        fields.retain(|(name, _)| !FRESH.contains(&name.as_str()));
        fields.sort();
        let is_open = |name: &str| {
            let field = request.schema.and_then(|schema| schema.field(name));
            field.is_some_and(|field| !field.is_confidential())
        };
        let shown = |(name, value): (String, String)| {
            let value = is_open(&name).then_some(value);
            (name, value)
        };
        Self {
            method: match request.method {
                Method::Get => Verb::Get,
                Method::Post => Verb::Post,
            },
            path: request.url.path().to_owned(),
            fields: fields.into_iter().map(shown).collect(),
        }
    }

    fn get(&self, name: &str) -> Option<&Option<String>> {
        let mut fields = self.fields.iter();
        fields
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }
}

/// A body whose access token, if it has one, is another: such a reply is not signed.
fn without_token(body: &[u8]) -> Vec<u8> {
    let limits = Limits::default();
    let is_json = body.trim_ascii_start().starts_with(b"{");
    let fields = match is_json {
        true => Fields::parse_json(body, &limits),
        false => Fields::parse(body, &limits),
    };
    let token = fields
        .ok()
        .and_then(|fields| fields.get("access_token").map(str::to_owned));
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return body.to_vec();
    };
    // It is text, since it was read; a token is visible ASCII that neither XML nor JSON escapes.
    let text = String::from_utf8_lossy(body);
    text.replace(&token, TOKEN).into_bytes()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Invariant: what is guarded stays whole, whichever thread has panicked.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
