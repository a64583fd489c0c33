//! A hospital that calls the sandbox over HTTP.

use std::time::Duration;

use payinsurance::gettoken;
use payinsurance_sandbox::{Config, MerchantConfig, Mode, Sandbox};
use serde_json::Value;
use signed_xml::{BeijingTime, Call, Fields, Key, Limits, ReplyError, read_reply};

use crate::requests::signed;

/// A sandbox and a hospital that has a token.
pub(crate) struct Hospital {
    pub(crate) sandbox: Sandbox,
    pub(crate) merchant: MerchantConfig,
    pub(crate) token: String,
    pub(crate) http: reqwest::Client,
}

/// An HTTP client that talks to loopback only, and so never uses the TLS that it must be given.
pub(crate) fn http() -> reqwest::Client {
    let _again = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

impl Hospital {
    /// Under a service provider, with the default configuration.
    pub(crate) async fn start() -> Self {
        Self::with(Config::default(), Mode::ServiceProvider).await
    }

    pub(crate) async fn with(config: Config, mode: Mode) -> Self {
        let sandbox = Sandbox::builder()
            .config(config)
            .seed(7)
            .start()
            .await
            .unwrap();
        let merchant = sandbox
            .merchants()
            .iter()
            .find(|known| known.mode == mode)
            .unwrap()
            .clone();
        let http = http();
        let mut hospital = Self {
            sandbox,
            merchant,
            token: String::new(),
            http,
        };
        hospital.token = hospital.fresh_token().await;
        hospital
    }

    pub(crate) fn key(&self) -> Key {
        Key::new(self.merchant.key.as_str()).unwrap()
    }

    /// Asks for a token as its way of access does.
    pub(crate) async fn fresh_token(&self) -> String {
        let body = self.get(&self.token_path()).await;
        match self.merchant.mode {
            Mode::ServiceProvider => {
                let reply: gettoken::Response =
                    read_reply(&body, &self.key(), &Limits::default()).unwrap();
                reply.access_token.to_string()
            }
            Mode::Independent => {
                let reply: Value = serde_json::from_slice(&body).unwrap();
                reply["access_token"].as_str().unwrap().to_owned()
            }
        }
    }

    /// Advances the clock to the first minutes of the next day in Beijing, with a token that is valid then.
    pub(crate) async fn sleep_until_morning(&mut self) {
        let now = BeijingTime::at(self.sandbox.now()).to_string();
        let part = |from: usize| now[from..from + 2].parse::<u64>().unwrap();
        let passed = part(11) * 3_600 + part(14) * 60 + part(17);
        self.sandbox
            .advance(Duration::from_secs(86_400 - passed + 60))
            .await;
        self.token = self.fresh_token().await;
    }

    pub(crate) fn token_path(&self) -> String {
        let MerchantConfig {
            appid,
            app_secret,
            sub_appid,
            ..
        } = &self.merchant;
        match sub_appid {
            Some(hospital) => format!(
                "/payinsurance/gettoken?grant_type=client_credential&agentappid={appid}&agentsecret={app_secret}&appid={hospital}"
            ),
            None => format!(
                "/cgi-bin/token?grant_type=client_credential&appid={appid}&secret={app_secret}"
            ),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Vec<u8> {
        let reply = self
            .http
            .get(format!("{}{path}", self.sandbox.origin()))
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), 200, "{path}");
        reply.bytes().await.unwrap().to_vec()
    }

    /// Posts a body to an interface, with the token.
    pub(crate) async fn post<C: Call>(&self, body: impl Into<Vec<u8>>) -> Vec<u8> {
        self.post_with_token::<C>(&self.token, body).await
    }

    pub(crate) async fn post_with_token<C: Call>(
        &self,
        token: &str,
        body: impl Into<Vec<u8>>,
    ) -> Vec<u8> {
        let url = format!(
            "{}{}?access_token={token}",
            self.sandbox.origin(),
            C::ENDPOINT.path
        );
        let reply = self.http.post(url).body(body.into()).send().await.unwrap();
        assert_eq!(reply.status(), 200);
        reply.bytes().await.unwrap().to_vec()
    }

    /// Signs a request, sends it and reads the verified reply.
    pub(crate) async fn call<C: Call>(&self, request: C) -> Result<C::Reply, ReplyError> {
        let body = self.post::<C>(signed(&self.merchant, request)).await;
        read_reply(&body, &self.key(), &Limits::default())
    }

    /// The `err_code` that a request is refused with, in a signed reply where the spec wants one.
    pub(crate) async fn refused<C: Call>(&self, request: C) -> String {
        match self.call(request).await {
            Err(ReplyError::Business { err_code, .. }) => err_code.to_string(),
            Err(other) => panic!("no business failure: {other}"),
            Ok(_) => panic!("a success"),
        }
    }

    /// The `return_msg` that a body is refused with, in a reply without a signature.
    pub(crate) async fn return_msg<C: Call>(&self, body: impl Into<Vec<u8>>) -> String {
        let body = self.post::<C>(body).await;
        let fields = Fields::parse(&body, &Limits::default()).unwrap();
        assert_eq!(
            fields.get("return_code"),
            Some("FAIL"),
            "{}",
            String::from_utf8_lossy(&body)
        );
        assert_eq!(fields.get("sign"), None);
        fields.get("return_msg").unwrap().to_owned()
    }

    /// The sandbox's own paths.
    pub(crate) async fn control(&self, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}{path}", self.sandbox.origin());
        let reply = self
            .http
            .post(url)
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        let status = reply.status().as_u16();
        (
            status,
            serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap(),
        )
    }

    pub(crate) async fn look(&self, path: &str) -> Value {
        serde_json::from_slice(&self.get(path).await).unwrap()
    }
}
