//! `/console/notify`: compose a notification, change any field of it, sign it, send it; or resend
//! the one that the platform made.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::{Frame, Here, Visit};
use crate::pages::html;
use crate::platform::{OrderSearch, OrderView};
use crate::server::Shared;

/// Orders that the page offers.
const OFFERED: usize = 30;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    order: String,
}

#[derive(Template)]
#[template(path = "console_notify.html")]
struct Page {
    f: Frame,
    orders: Vec<OrderView>,
    chosen: Option<Chosen>,
}

/// The order that is notified.
struct Chosen {
    order: OrderView,
    url: String,
    fields: Vec<(String, String)>,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Visit { f, asked }: Visit<Asked>,
) -> Response {
    let search = OrderSearch {
        limit: OFFERED,
        ..OrderSearch::default()
    };
    let (orders, chosen) = {
        let mut core = shared.core();
        let chosen = core.with(|platform, at| {
            platform.pass(at);
            let order = platform.order(&asked.order).ok()?;
            let (url, fields) = platform.notification_fields(&asked.order, at).ok()?;
            Some(Chosen { order, url, fields })
        });
        (core.platform.find_orders(&search).0, chosen)
    };
    let page = Page { f, orders, chosen };
    html(StatusCode::OK, &page)
}

impl Page {
    fn is_chosen(&self, order: &OrderView) -> bool {
        let chosen = self.chosen.as_ref();
        chosen.is_some_and(|chosen| chosen.order.med_trans_id == order.med_trans_id)
    }
}
