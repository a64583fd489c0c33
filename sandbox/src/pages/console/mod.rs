//! The console: what a developer keeps open beside their own program.
//!
//! Every page is made on the server and has an address of its own that can be shared. The script
//! sends the forms as JSON to the addresses below `/sandbox`, which programs use too, and asks for
//! the page again whenever the sandbox says that something has changed.

mod bills;
mod exchange;
mod faults;
mod hospitals;
mod notify;
mod order;
mod orders;
mod signature;
mod snippets;
mod traffic;

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use signed_xml::BeijingTime;

use super::{Language, reference};
use crate::server::{Shared, query};

/// The script of the console.
const SCRIPT: &str = include_str!("../../../assets/console.js");

/// Address of [`SCRIPT`].
const SCRIPT_PATH: &str = "/assets/console.js";

/// The pages of the console.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(orders::show))
        .route("/console/order/{med_trans_id}", get(order::show))
        .route("/console/traffic", get(traffic::show))
        .route("/console/faults", get(faults::show))
        .route("/console/bills", get(bills::show))
        .route(bills::FILE_PATH, get(bills::file))
        .route("/console/notify", get(notify::show))
        .route("/console/signature", get(signature::show))
        .route("/console/hospitals", get(hospitals::show))
        .route(SCRIPT_PATH, get(script))
}

async fn script() -> Response {
    let header = HeaderValue::from_static("text/javascript; charset=utf-8");
    ([(CONTENT_TYPE, header)], SCRIPT).into_response()
}

/// `lang` of an address, which every page takes.
#[derive(Deserialize)]
struct Lang {
    lang: Option<Language>,
}

/// A request for a page: what its address asks for, and what every page has.
struct Visit<A> {
    f: Frame,
    asked: A,
}

impl<A: DeserializeOwned> FromRequestParts<Arc<Shared>> for Visit<A> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Response> {
        let asked = query(&parts.uri).map_err(|response| *response)?;
        let f = Frame::new(shared, &parts.headers, &parts.uri);
        Ok(Self { f, asked })
    }
}

/// What all pages of the console have.
struct Frame {
    l: Language,
    style: &'static str,
    script: &'static str,
    /// The page that is shown, for the navigation.
    here: Here,
    /// The address of this page in the other language.
    other: String,
    /// The sandbox's time.
    now: String,
    origin: String,
    /// The first page of the reference site in this language, if there is one.
    reference: Option<String>,
    /// Why the state is not saved, if it should be.
    unsaved: Option<String>,
}

/// A page of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Here {
    Orders,
    Traffic,
    Faults,
    Notify,
    Bills,
    Signature,
    Hospitals,
}

impl Here {
    const ALL: [Self; 7] = [
        Self::Orders,
        Self::Traffic,
        Self::Notify,
        Self::Faults,
        Self::Bills,
        Self::Signature,
        Self::Hospitals,
    ];

    fn path(self) -> &'static str {
        match self {
            Self::Orders => "/",
            Self::Traffic => "/console/traffic",
            Self::Faults => "/console/faults",
            Self::Notify => "/console/notify",
            Self::Bills => "/console/bills",
            Self::Signature => "/console/signature",
            Self::Hospitals => "/console/hospitals",
        }
    }

    /// The page of that path; what no list names belongs to the orders.
    fn at(path: &str) -> Self {
        let found = Self::ALL.into_iter().find(|page| page.path() == path);
        found.unwrap_or(Self::Orders)
    }

    fn title(self, l: &Language) -> &'static str {
        match self {
            Self::Orders => l.pick("订单", "Orders"),
            Self::Traffic => l.pick("通信", "Traffic"),
            Self::Faults => l.pick("故障", "Faults"),
            Self::Notify => l.pick("通知", "Notifications"),
            Self::Bills => l.pick("账单", "Bills"),
            Self::Signature => l.pick("签名", "Signatures"),
            Self::Hospitals => l.pick("医院与接入", "Hospitals"),
        }
    }
}

impl Frame {
    fn new(shared: &Shared, headers: &HeaderMap, uri: &Uri) -> Self {
        let lang = query::<Lang>(uri).ok();
        let l = Language::of(lang.and_then(|lang| lang.lang), headers);
        let (now, unsaved) = {
            let core = shared.core();
            let problem = core.saved_in().and_then(|(_, problem)| problem);
            (BeijingTime::at(core.now()).to_string(), problem)
        };
        Self {
            l,
            style: super::STYLE_PATH,
            script: SCRIPT_PATH,
            here: Here::at(uri.path()),
            other: with_language(uri, l.other()),
            now,
            origin: shared.origin.clone(),
            reference: (shared.reference.as_ref())
                .map(|_| format!("{}/{}/index.html", reference::PATH, l.name())),
            unsaved,
        }
    }

    /// The address of a page of the console, in the language of this one.
    fn link(&self, path: &str) -> String {
        let mark = if path.contains('?') { '&' } else { '?' };
        format!("{path}{mark}lang={}", self.l.name())
    }

    fn is_here(&self, page: &Here) -> bool {
        self.here == *page
    }

    fn title(&self) -> &'static str {
        self.here.title(&self.l)
    }
}

/// An address with another language.
fn with_language(uri: &Uri, language: Language) -> String {
    let query = uri.query().unwrap_or_default();
    let kept = query
        .split('&')
        .filter(|part| !part.is_empty() && !part.starts_with("lang="));
    let language = format!("lang={}", language.name());
    let query: Vec<&str> = kept.chain([language.as_str()]).collect();
    format!("{}?{}", uri.path(), query.join("&"))
}

/// How a word that says a state is coloured.
fn tone(state: &str) -> &'static str {
    match state {
        "SUCCESS" => "good",
        "SYS_REFUNDING" | "SYS_REFUNDED" | "FAIL" | "CHANGE" => "bad",
        "PAYING" | "REFUNDING" | "NOTPAY" | "INITIAL" => "waiting",
        _ => "quiet",
    }
}
