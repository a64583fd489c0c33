//! `/`: the orders, newest first.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use payinsurance::enums::MedTradeState;
use serde::Deserialize;

use super::super::money::yuan;
use super::{Frame, Here, Visit, snippets, tone};
use crate::pages::html;
use crate::platform::{OrderSearch, OrderView};
use crate::server::Shared;

/// Orders on one page.
const PAGE: usize = 50;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
    /// From 1.
    page: Option<usize>,
}

#[derive(Template)]
#[template(path = "console_orders.html")]
struct Page {
    f: Frame,
    orders: Vec<OrderView>,
    asked: Asked,
    /// How many match, and how many orders there are.
    found: usize,
    total: usize,
    page: usize,
    pages: usize,
    first_call: String,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Visit { f, asked }: Visit<Asked>,
) -> Response {
    let page = asked.page.unwrap_or(1).max(1);
    let search = OrderSearch {
        text: asked.q.clone(),
        state: asked.state.clone(),
        skip: (page - 1).saturating_mul(PAGE),
        limit: PAGE,
    };
    let (orders, found, total, first_call) = {
        let mut core = shared.core();
        core.with(|platform, at| platform.pass(at));
        let (orders, found) = core.platform.find_orders(&search);
        let (_, total) = core.platform.find_orders(&OrderSearch::default());
        let merchant = core.platform.config().merchants.first();
        let first_call = merchant.map(|merchant| snippets::first_call(&f.origin, merchant));
        (orders, found, total, first_call.unwrap_or_default())
    };
    let page = Page {
        pages: found.div_ceil(PAGE).max(1),
        f,
        orders,
        asked,
        found,
        total,
        page,
        first_call,
    };
    html(StatusCode::OK, &page)
}

impl Page {
    fn is_asked(&self, state: &str) -> bool {
        self.asked.state == state
    }

    /// The address of another page of the same list.
    fn at(&self, page: usize) -> String {
        let text: String = encode(&self.asked.q);
        let path = format!("/?q={text}&state={}&page={page}", encode(&self.asked.state));
        self.f.link(&path)
    }
}

/// A text in an address.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
