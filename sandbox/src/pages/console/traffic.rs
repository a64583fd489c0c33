//! `/console/traffic`: the last exchanges, newest first.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use payinsurance::Interface;
use serde::Deserialize;

use super::exchange::Message;
use super::{Frame, Here, Visit};
use crate::pages::html;
use crate::server::{Exchange, Shared};

/// Exchanges on the page.
const SHOWN: usize = 100;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    interface: String,
    #[serde(default)]
    failed: bool,
    exchange: Option<u64>,
}

#[derive(Template)]
#[template(path = "console_traffic.html")]
struct Page {
    f: Frame,
    asked: Asked,
    exchanges: Vec<Exchange>,
    /// How many the log holds.
    total: usize,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Visit { f, asked }: Visit<Asked>,
) -> Response {
    let (exchanges, total) = {
        let core = shared.core();
        let matches = |exchange: &&Exchange| {
            (asked.interface.is_empty() || exchange.interface == asked.interface)
                && (!asked.failed || exchange.trouble.is_some())
                && asked
                    .exchange
                    .is_none_or(|number| exchange.exchange == number)
        };
        let found = core.traffic.newest_first().filter(matches).take(SHOWN);
        (
            found.cloned().collect(),
            core.traffic.newest_first().count(),
        )
    };
    let page = Page {
        f,
        asked,
        exchanges,
        total,
    };
    html(StatusCode::OK, &page)
}

impl Page {
    fn interfaces(&self) -> impl Iterator<Item = &'static str> {
        Interface::ALL
            .iter()
            .map(|interface| interface.name())
            .chain(["notification"])
    }

    fn is_asked(&self, interface: &str) -> bool {
        self.asked.interface == interface
    }

    fn is_filtered(&self) -> bool {
        !self.asked.interface.is_empty() || self.asked.failed || self.asked.exchange.is_some()
    }
}
