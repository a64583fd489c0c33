//! A world for tests: the sandbox's platform as a transport, a clock that stands until it is moved, requests of the document's kind.
//!
//! Included by the tests of the desk and by the simulation.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jiff::Timestamp;
use payinsurance::signed_xml_client::{
    BoxFuture, ClientBuilder, Clock, HttpRequest, HttpResponse, Nonce, Transport, TransportError,
};
use payinsurance::{Client, Key, Merchant, unifiedorder};
use payinsurance_sandbox::{
    Config, Delivery, Incoming, Interface, MerchantConfig, Mode, Moment, Platform, Random,
    SeededRandom, samples,
};

/// Where the platform's notifications go.
pub(crate) const NOTIFY_URL: &str = "https://hospital.example/notify";
/// Where the patient comes back to.
pub(crate) const RETURN_URL: &str = "https://hospital.example/return";

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It never leaves.
    NotSent,
    /// It leaves and does not arrive.
    RequestLost,
    /// It arrives, takes effect, and the answer does not come back.
    AnswerLost,
    /// A machine in between answers with an error page.
    Gateway,
}

/// The platform and all that is outside of the desk.
#[derive(Clone)]
pub(crate) struct Outside(Arc<Mutex<Parts>>);

pub(crate) struct Parts {
    pub(crate) platform: Platform,
    pub(crate) random: SeededRandom,
    pub(crate) now: Timestamp,
    /// What goes wrong with the next calls of an interface.
    pub(crate) troubles: VecDeque<(&'static str, Trouble)>,
    /// The calls that were tried, by interface.
    pub(crate) calls: Vec<&'static str>,
}

impl Outside {
    pub(crate) fn new(config: Config, seed: u64) -> Self {
        let platform = Platform::new(config, "https://pay.example").unwrap();
        Self(Arc::new(Mutex::new(Parts {
            platform,
            random: SeededRandom::new(seed),
            now: "2026-05-01T16:31:02+08:00".parse().unwrap(),
            troubles: VecDeque::new(),
            calls: Vec::new(),
        })))
    }

    pub(crate) fn parts(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap()
    }

    /// The parts of a world that have no other owner.
    pub(crate) fn take(self) -> Parts {
        let parts = Arc::into_inner(self.0).unwrap();
        parts.into_inner().unwrap()
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.parts().now += by;
    }

    pub(crate) fn trouble(&self, interface: &'static str, trouble: Trouble) {
        self.parts().troubles.push_back((interface, trouble));
    }

    /// The calls of an interface so far.
    pub(crate) fn calls(&self, interface: &str) -> usize {
        let parts = self.parts();
        parts
            .calls
            .iter()
            .filter(|call| **call == interface)
            .count()
    }

    /// Runs something on the platform at the present moment.
    pub(crate) fn on_platform<T>(
        &self,
        act: impl FnOnce(&mut Platform, &mut Moment<'_>) -> T,
    ) -> T {
        let parts = &mut *self.parts();
        let mut moment = Moment {
            now: parts.now,
            random: &mut parts.random,
        };
        act(&mut parts.platform, &mut moment)
    }

    /// The notifications that are due.
    pub(crate) fn due(&self) -> Vec<Delivery> {
        self.on_platform(|platform, moment| platform.due(moment))
    }

    /// Settings of a client of the first merchant of that mode.
    pub(crate) fn client(&self, mode: Mode) -> ClientBuilder<Client> {
        let config = self
            .parts()
            .platform
            .config()
            .merchant(mode)
            .unwrap()
            .clone();
        Client::builder(profile(&config)).transport(self.clone())
    }
}

/// The profile of a merchant of the sandbox.
pub(crate) fn profile(config: &MerchantConfig) -> Merchant {
    let key = Key::new(config.key.as_str()).unwrap();
    let merchant = match &config.sub_mch_id {
        Some(sub_mch_id) => {
            Merchant::service_provider(&config.appid, &config.mch_id, sub_mch_id, key)
        }
        None => Merchant::independent(&config.appid, &config.mch_id, key),
    };
    let merchant = merchant
        .unwrap()
        .with_app_secret(&config.app_secret)
        .unwrap();
    match &config.sub_appid {
        Some(sub_appid) => merchant.with_sub_appid(sub_appid).unwrap(),
        None => merchant,
    }
}

impl Clock for Outside {
    fn now(&self) -> Timestamp {
        self.parts().now
    }
}

impl Nonce for Outside {
    fn nonce(&self) -> Option<String> {
        let random = &mut self.parts().random;
        Some(format!(
            "{:016x}{:016x}",
            random.next_number(),
            random.next_number()
        ))
    }
}

impl Transport for Outside {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let name = request.url.path().rsplit('/').next().unwrap().to_owned();
            let interface = Interface::named(&name).unwrap();
            let trouble = {
                let parts = &mut *self.parts();
                parts.calls.push(interface.name());
                let place = parts.troubles.iter().position(|(of, _)| *of == name);
                place.and_then(|place| parts.troubles.remove(place))
            };
            let trouble = trouble.map(|(_, trouble)| trouble);
            arrive(self, interface, &request, trouble)
        })
    }
}

/// How a request ends that meets this trouble.
pub(crate) fn arrive(
    outside: &Outside,
    interface: Interface,
    request: &HttpRequest,
    trouble: Option<Trouble>,
) -> Result<HttpResponse, TransportError> {
    let timeout = TransportError::Timeout {
        after: request.timeout,
    };
    match trouble {
        Some(Trouble::NotSent) => {
            return Err(TransportError::Connect {
                host: "api.weixin.qq.com".to_owned(),
                detail: "refused".to_owned(),
            });
        }
        Some(Trouble::RequestLost) => return Err(timeout),
        Some(Trouble::Gateway) => return Ok(HttpResponse::new(502, "<html>bad gateway</html>")),
        Some(Trouble::AnswerLost) | None => {}
    }
    let pairs = request.url.query_pairs();
    let query: Vec<(String, String)> = pairs
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let call = Incoming {
        interface,
        method: request.method,
        query: &query,
        client_ip: [127, 0, 0, 1].into(),
        body: &request.body,
        exchange: 1,
    };
    let outgoing = outside.on_platform(|platform, moment| platform.handle(&call, moment));
    match trouble {
        Some(_) => Err(timeout),
        None => Ok(HttpResponse::new(200, outgoing.body)),
    }
}

/// A mixed payment of 250: 150 cash and 100 insurance.
pub(crate) fn order(number: &str) -> unifiedorder::Request {
    let mut order = samples::order(number);
    order.notify_url = NOTIFY_URL.into();
    order.return_url = RETURN_URL.into();
    order
}
