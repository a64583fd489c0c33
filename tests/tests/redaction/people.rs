//! The hospitals, the patient and the member of staff of these tests, and the platform that knows them.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use payinsurance::{Client, IdDigest, Json, Key, Merchant, Text, refund, unifiedorder, verifyname};
use payinsurance_sandbox::{Config, MerchantConfig, Mode, Sandbox, samples};
use signed_xml_client::{
    BoxFuture, ClientBuilder, HttpRequest, HttpResponse, HttpTransport, Pieces, Transport,
    TransportError,
};

use crate::canaries::Canaries;

const OPENID: &str = "oCanaryOfAPatient7f3a91";
pub(crate) const OWN_OPENID: &str = "oCanaryOfAPatientOwn51c2";
const NAME: &str = "欧阳金丝雀";
const ID_NUMBER: &str = "110105194912310029";
const CARD: &str = "YBCANARY44099001";
const IP: Ipv4Addr = Ipv4Addr::new(10, 213, 177, 131);
const SESSION: &str = "5e55105e-canary-4ea1-9722-session99";
const OPERATOR: &str = "operator-canary-17";
const OPERATOR_NAME: &str = "上官操作员";
const PLACE: &str = "广州市金丝雀路九十九号";
const KEYS: [&str; 2] = [
    "ca9a41e5ca9a41e5ca9a41e5ca9a41e1",
    "ca9a41e5ca9a41e5ca9a41e5ca9a41e2",
];
const SECRETS: [&str; 2] = [
    "5ec4e7ca9a415ec4e7ca9a415ec4e7a1",
    "5ec4e7ca9a415ec4e7ca9a415ec4e7a2",
];

/// Who takes part, and which of their values are never shown.
pub(crate) struct People {
    pub(crate) canaries: Arc<Canaries>,
}

impl People {
    pub(crate) fn new() -> Self {
        let canaries = Canaries::default();
        for key in KEYS {
            canaries.add("key", key);
        }
        for secret in SECRETS {
            canaries.add("app secret", secret);
        }
        for (name, value) in [
            ("openid", OPENID),
            ("openid", OWN_OPENID),
            ("name", NAME),
            ("ID number", ID_NUMBER),
            ("ID digest", digest().as_str()),
            ("card number", CARD),
            ("address of the patient", &IP.to_string()),
            ("session", SESSION),
            ("number of the operator", OPERATOR),
            ("name of the operator", OPERATOR_NAME),
            ("place", PLACE),
        ] {
            canaries.add(name, value);
        }
        Self {
            canaries: Arc::new(canaries),
        }
    }

    /// A platform that knows them all.
    pub(crate) async fn platform(&self) -> Sandbox {
        let mut config = Config::default();
        for (at, merchant) in config.merchants.iter_mut().enumerate() {
            merchant.key = KEYS[at].to_owned();
            merchant.app_secret = SECRETS[at].to_owned();
        }
        let patient = &mut config.patients[0];
        patient.openids = vec![OPENID.to_owned(), OWN_OPENID.to_owned()];
        patient.name = NAME.to_owned();
        patient.id_digest = digest().as_str().to_owned();
        patient.medical_card_id = Some(CARD.to_owned());
        Sandbox::builder()
            .config(config)
            .seed(15)
            .start()
            .await
            .unwrap()
    }

    /// The client of a hospital at that platform, over HTTP; its access tokens are never shown.
    pub(crate) fn client(&self, sandbox: &Sandbox, mode: Mode) -> ClientBuilder<Client> {
        let known = sandbox.merchants().iter().find(|known| known.mode == mode);
        self.client_of(sandbox, merchant(known.unwrap()))
    }

    pub(crate) fn client_of(&self, sandbox: &Sandbox, merchant: Merchant) -> ClientBuilder<Client> {
        let clock = sandbox.clock();
        Client::builder(merchant)
            .origin(sandbox.origin())
            .clock(move || clock.now())
            .timeout(Duration::from_secs(10))
            .transport(self.watched())
    }

    pub(crate) fn watched(&self) -> Watched {
        Watched {
            http: HttpTransport::new().unwrap(),
            canaries: Arc::clone(&self.canaries),
        }
    }
}

/// The profile of a hospital that the platform knows.
pub(crate) fn merchant(known: &MerchantConfig) -> Merchant {
    let key = Key::new(known.key.as_str()).unwrap();
    let (appid, mch_id) = (known.appid.as_str(), known.mch_id.as_str());
    let merchant = match known.mode {
        Mode::ServiceProvider => {
            Merchant::service_provider(appid, mch_id, known.sub_mch_id.as_deref().unwrap(), key)
                .unwrap()
                .with_sub_appid(known.sub_appid.as_deref().unwrap())
                .unwrap()
        }
        Mode::Independent => Merchant::independent(appid, mch_id, key).unwrap(),
    };
    merchant.with_app_secret(known.app_secret.as_str()).unwrap()
}

/// An order of the patient.
pub(crate) fn order(number: &str) -> unifiedorder::Request {
    let mut content = samples::order_content();
    content.session_id = Text::from(SESSION);
    content.aae011 = Text::from(OPERATOR);
    content.bka015 = Text::from(OPERATOR_NAME);
    content.bka964 = Text::from(PLACE);
    let mut order = samples::order(number);
    order.sub_openid = Some(Text::from(OPENID));
    order.user_name = Text::from(NAME);
    order.user_card_no = digest();
    order.spbill_create_ip = IP;
    order.request_content = Json(content);
    order
}

/// What a refund of the patient passes on.
pub(crate) fn refund_content() -> refund::RequestContent {
    let mut content = samples::refund_content();
    content.session_id = Text::from(SESSION);
    content.aae011 = Text::from(OPERATOR);
    content.bka015 = Text::from(OPERATOR_NAME);
    content.bka964 = Text::from(PLACE);
    content
}

/// Asks whether the patient is who they say.
pub(crate) fn identity() -> verifyname::Request {
    verifyname::Request::builder()
        .openid(OPENID)
        .name(NAME)
        .idcard_md5(digest())
        .build()
        .unwrap()
}

pub(crate) fn digest() -> IdDigest {
    IdDigest::of(ID_NUMBER).unwrap()
}

/// Texts of the patient that belong into no field that they are put into.
pub(crate) fn wrong_id_number() -> String {
    format!("{ID_NUMBER}7")
}

/// The name, so often that no field takes it.
pub(crate) fn long_name() -> String {
    NAME.repeat(50)
}

/// The way to the platform by HTTP. Every access token that goes over it is one more value that is never shown.
pub(crate) struct Watched {
    http: HttpTransport,
    canaries: Arc<Canaries>,
}

impl Watched {
    fn watch(&self, request: &HttpRequest) {
        for (name, value) in request.url.query_pairs() {
            if name == "access_token" {
                self.canaries.add("access token", &value);
            }
        }
    }
}

impl Transport for Watched {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        self.watch(&request);
        self.http.send(request)
    }

    fn stream<'a>(
        &'a self,
        request: HttpRequest,
        pieces: &'a mut dyn Pieces,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        self.watch(&request);
        self.http.stream(request, pieces)
    }
}
