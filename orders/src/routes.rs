//! Routes for axum: the address that notifications come to, the page that the patient comes back to, the counters.
//!
//! `/notify` answers with HTTP 200 whenever a notification was judged, whatever came of it; 503 says that the store did not do its part, and the
//! platform comes again. `/return?merchant=…&hosp_out_trade_no=…` asks the platform once if it must (1.4) and shows how the order stands, or what
//! the hospital's own function makes of it. `/metrics` is for the hospital's own network: do not publish it.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use crate::desk::Reply;
use crate::{Desk, DeskError, Order, State as OrderState};

type Page = Arc<dyn Fn(&Order) -> Response + Send + Sync>;

/// The routes of a desk.
#[must_use]
pub struct Routes {
    desk: Desk,
    page: Page,
}

impl Routes {
    /// `/notify`, `/return` with a plain page, and `/metrics`.
    pub fn new(desk: Desk) -> Self {
        Self {
            desk,
            page: Arc::new(|order| plain_page(order.state).into_response()),
        }
    }

    /// Answers the patient who comes back with this page, or with a redirect, instead of the plain one.
    ///
    /// Whoever knows the number of an order sees it: show nothing personal.
    pub fn page<R: IntoResponse>(
        mut self,
        page: impl Fn(&Order) -> R + Send + Sync + 'static,
    ) -> Self {
        self.page = Arc::new(move |order| page(order).into_response());
        self
    }

    /// The router, to be merged into the hospital's own.
    pub fn router(self) -> Router {
        Router::new()
            .route("/notify", post(notify))
            .route("/return", get(returned))
            .route("/metrics", get(metrics))
            .with_state((self.desk, self.page))
    }
}

async fn notify(State((desk, _)): State<(Desk, Page)>, body: Body) -> Response {
    let most = desk.inner().policy.largest_notification;
    let judged = match to_bytes(body, most).await {
        Ok(bytes) => desk.notify(&bytes).await,
        Err(_) => desk.notify_too_large().await,
    };
    match judged {
        Ok(Reply { body, .. }) => {
            ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a notification was not judged");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// Which order the patient comes back from.
#[derive(Deserialize)]
struct Back {
    /// May be left out where there is one hospital only.
    merchant: Option<String>,
    hosp_out_trade_no: String,
}

async fn returned(State((desk, page)): State<(Desk, Page)>, Query(back): Query<Back>) -> Response {
    let only = || match desk.inner().merchants.keys().collect::<Vec<_>>()[..] {
        [name] => Some(name.clone()),
        _ => None,
    };
    let Some(merchant) = back.merchant.or_else(only) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match desk.returned(&merchant, &back.hosp_out_trade_no).await {
        Ok(order) => page(&order),
        Err(DeskError::NoOrder { .. } | DeskError::UnknownMerchant { .. }) => {
            StatusCode::NOT_FOUND.into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the return page could not be made");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

async fn metrics(State((desk, _)): State<(Desk, Page)>) -> Response {
    const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, TEXT)], desk.metrics()).into_response()
}

/// How an order stands, in the patient's words.
fn plain_page(state: OrderState) -> Html<String> {
    let words = match state {
        OrderState::Paid => "支付成功",
        OrderState::Refunding => "退款处理中",
        OrderState::Refunded => "已退款",
        OrderState::Closed => "订单已关闭，未支付",
        OrderState::Failed => "支付失败，款项已退回",
        OrderState::Refused => "下单失败",
        OrderState::Reversing => "支付失败，款项退回中",
        OrderState::Placing | OrderState::Placed => "未支付",
        OrderState::Paying => "支付处理中，请稍后刷新",
    };
    Html(format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{words}</title><h1>{words}</h1></html>"
    ))
}
