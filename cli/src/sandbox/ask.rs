//! Asks a sandbox that runs, by its own interface.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use url::Url;

/// Advancing the clock answers when all that fell due has happened, notifications included.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Where the sandbox is.
#[derive(clap::Args)]
pub(crate) struct Place {
    /// Address of the sandbox
    #[arg(
        long,
        default_value = "http://127.0.0.1:8080",
        env = "PAYINSURANCE_SANDBOX_URL"
    )]
    url: Url,
}

/// A question failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AskError {
    #[error("no HTTP client can be made: {0}")]
    Client(reqwest::Error),
    #[error(
        "no sandbox answers at {origin} ({cause}): start one by `payinsurance sandbox`, or name another by --url or PAYINSURANCE_SANDBOX_URL"
    )]
    Silent { origin: String, cause: String },
    #[error("the sandbox refuses: {0}")]
    Refused(String),
    #[error("{origin} is not a sandbox of this version: it answers {status} with {start:?}")]
    Strange {
        origin: String,
        status: u16,
        start: String,
    },
}

impl Place {
    /// Asks once.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Value, AskError> {
        // The client must be given TLS, which a sandbox never uses.
        let _again = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT);
        let client = client.build().map_err(AskError::Client)?;
        let mut url = self.url.clone();
        url.set_path(path);
        url.set_query(None);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = client.request(method, url);
        if let Some(body) = body {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_string());
        }
        let silent = |error: reqwest::Error| {
            let error = error.without_url();
            let cause = std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), ToString::to_string);
            AskError::Silent {
                origin: self.origin(),
                cause,
            }
        };
        let reply = request.send().await.map_err(silent)?;
        let status = reply.status();
        let text = reply.text().await.map_err(silent)?;
        match (serde_json::from_str::<Value>(&text), status.is_success()) {
            (Ok(answer), true) => Ok(answer),
            (Ok(Value::Object(answer)), false) if answer.contains_key("error") => {
                let words = answer.get("error").and_then(Value::as_str);
                Err(AskError::Refused(words.unwrap_or_default().to_owned()))
            }
            _ => Err(AskError::Strange {
                origin: self.origin(),
                status: status.as_u16(),
                start: text.chars().take(80).collect(),
            }),
        }
    }

    fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}
