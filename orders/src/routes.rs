//! Routes for axum: the address that notifications come to, and the page that the patient comes back to. Both are for the public.
//!
//! `/notify` answers with HTTP 200 whenever a notification was judged, whatever came of it; 503 says that the store did not do its part, and the
//! platform comes again, as does 500 after a panic. `/return` shows how the order stands, or what the hospital's own function makes of it (1.4); its address is made by
//! [`Desk::return_url`]. The counters are for the hospital's own network and have a router of their own ([`Routes::metrics_router`]).

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use http_body_util::LengthLimitError;
use url::form_urlencoded;

use crate::desk::Reply;
use crate::panics::caught;
use crate::{Desk, DeskError, Order, State as OrderState};

/// How long the body of a notification may take to arrive.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// The routes of a desk.
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use payinsurance_orders::{Desk, Routes};
///
/// fn routers(desk: Desk, own_pages: Router) -> (Router, Router) {
///     let routes = Routes::new(desk);
///     let internal = routes.metrics_router();
///     (own_pages.merge(routes.router()), internal)
/// }
/// ```
#[must_use]
#[derive(Clone)]
pub struct Routes {
    desk: Desk,
    page: Arc<dyn Fn(&Order) -> Response + Send + Sync>,
    not_found_page: Arc<dyn Fn() -> Response + Send + Sync>,
    notify_at: String,
    return_at: String,
    wants_token: bool,
    body_deadline: Duration,
}

impl Routes {
    /// `/notify`, and `/return` with a plain page.
    pub fn new(desk: Desk) -> Self {
        Self {
            desk,
            page: Arc::new(|order| plain_page(order.state).into_response()),
            not_found_page: Arc::new(|| plain("订单不存在，或链接已失效").into_response()),
            notify_at: "/notify".to_owned(),
            return_at: "/return".to_owned(),
            wants_token: true,
            body_deadline: BODY_DEADLINE,
        }
    }

    /// Answers the patient who comes back with this page, or with a redirect, instead of the plain one.
    ///
    /// Everybody who has the link sees it: show nothing personal.
    pub fn page<R: IntoResponse>(
        mut self,
        page: impl Fn(&Order) -> R + Send + Sync + 'static,
    ) -> Self {
        self.page = Arc::new(move |order| page(order).into_response());
        self
    }

    /// Answers with this page, instead of the plain one, when the link is not one of the desk's. The status is 404 in any case.
    ///
    /// It cannot know why: an unknown order, an unknown hospital and a wrong token get the same answer.
    pub fn not_found_page<R: IntoResponse>(
        mut self,
        page: impl Fn() -> R + Send + Sync + 'static,
    ) -> Self {
        self.not_found_page = Arc::new(move || page().into_response());
        self
    }

    /// Takes notifications at this path instead of `/notify`. It begins with `/`.
    pub fn notify_at(mut self, path: impl Into<String>) -> Self {
        self.notify_at = path.into();
        self
    }

    /// Shows the return page at this path instead of `/return`. It begins with `/`.
    pub fn return_at(mut self, path: impl Into<String>) -> Self {
        self.return_at = path.into();
        self
    }

    /// How long the body of a notification may take to arrive before it is answered with 408: 10 seconds by default.
    pub fn body_deadline(mut self, deadline: Duration) -> Self {
        self.body_deadline = deadline;
        self
    }

    /// Shows the return page to everybody who names a hospital and a number, without the token of [`Desk::return_url`].
    ///
    /// Any caller can then find out which numbers exist, and how those orders stand.
    pub fn without_return_token(mut self) -> Self {
        self.wants_token = false;
        self
    }

    /// The public routes, to be merged into the hospital's own router.
    ///
    /// # Panics
    ///
    /// As axum does, if a path does not begin with `/`, or both are the same.
    pub fn router(self) -> Router {
        Router::new()
            .route(&self.notify_at, post(notify))
            .route(&self.return_at, get(returned))
            .with_state(self)
    }

    /// `/metrics`, for an address that only the hospital's own network reaches. [`Desk::metrics`] gives the same text for a route of your own.
    pub fn metrics_router(&self) -> Router {
        Router::new()
            .route("/metrics", get(metrics))
            .with_state(self.desk.clone())
    }
}

/// Makes an answer. A panic on the way, of the hospital's page or of the clock for example, is answered with 500: it does not break the connection.
async fn guarded(what: &'static str, answer: impl Future<Output = Response>) -> Response {
    caught(answer).await.unwrap_or_else(|panic| {
        tracing::error!(error = %panic, "answering {what} panicked");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}

async fn notify(State(routes): State<Routes>, body: Body) -> Response {
    guarded("a notification", judge(&routes, body)).await
}

async fn judge(routes: &Routes, body: Body) -> Response {
    let desk = &routes.desk;
    let most = desk.inner().policy.largest_notification;
    let judged = match tokio::time::timeout(routes.body_deadline, to_bytes(body, most)).await {
        Ok(Ok(bytes)) => desk.notify(&bytes).await,
        Ok(Err(error)) if is_too_large(&error) => desk.notify_too_large().await,
        // The connection broke in the middle of the body, so the answer is not read.
        Ok(Err(_)) => return StatusCode::BAD_REQUEST.into_response(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
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

fn is_too_large(error: &axum::Error) -> bool {
    let source = error.source();
    source.is_some_and(|source| source.is::<LengthLimitError>())
}

/// What the address of the return page says.
#[derive(Default)]
struct ReturnQuery {
    merchant: Option<String>,
    hosp_out_trade_no: Option<String>,
    token: Option<String>,
}

impl ReturnQuery {
    /// Reads the parameters that it knows, the first of each name. The platform or a proxy may add others.
    fn read(query: &str) -> Self {
        let mut read = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "m" | "merchant" => &mut read.merchant,
                "no" | "hosp_out_trade_no" => &mut read.hosp_out_trade_no,
                "t" => &mut read.token,
                _ => continue,
            };
            place.get_or_insert_with(|| value.into_owned());
        }
        read
    }
}

async fn returned(State(routes): State<Routes>, RawQuery(query): RawQuery) -> Response {
    let query = ReturnQuery::read(&query.unwrap_or_default());
    guarded("the return page", show_returned(&routes, &query)).await
}

async fn show_returned(routes: &Routes, query: &ReturnQuery) -> Response {
    match find_returned(routes, query).await {
        Ok(Some(order)) => (routes.page)(&order),
        Ok(None) => {
            let mut page = (routes.not_found_page)();
            *page.status_mut() = StatusCode::NOT_FOUND;
            page
        }
        Err(error) => {
            tracing::error!(%error, "the return page could not be made");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// The order of a return address; `None` if the address is not valid, whatever is wrong with it.
async fn find_returned(routes: &Routes, query: &ReturnQuery) -> Result<Option<Order>, DeskError> {
    let desk = &routes.desk;
    let mut merchants = desk.inner().merchants.keys();
    let only = merchants.next().filter(|_| merchants.next().is_none());
    let merchant = query.merchant.as_ref().or(only);
    let (Some(merchant), Some(number)) = (merchant, &query.hosp_out_trade_no) else {
        return Ok(None);
    };
    let token = query.token.as_deref().unwrap_or_default();
    if routes.wants_token && !desk.is_return_token(merchant, number, token) {
        return Ok(None);
    }
    match desk.returned(merchant, number).await {
        Ok(order) => Ok(Some(order)),
        Err(DeskError::NoOrder { .. } | DeskError::UnknownMerchant { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn metrics(State(desk): State<Desk>) -> Response {
    const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, TEXT)], desk.metrics()).into_response()
}

/// How an order stands, in the patient's words.
fn plain_page(state: OrderState) -> Html<String> {
    plain(match state {
        OrderState::Paid => "支付成功",
        OrderState::Refunding => "退款处理中",
        OrderState::Refunded => "已退款",
        OrderState::Closed => "订单已关闭，未支付",
        OrderState::Failed => "支付失败，款项已退回",
        OrderState::Refused => "下单失败",
        OrderState::Reversing => "支付失败，款项退回中",
        OrderState::Placing | OrderState::Placed => "未支付",
        OrderState::Paying => "支付处理中，请稍后刷新",
    })
}

fn plain(words: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{words}</title><h1>{words}</h1></html>"
    ))
}
