//! `/reference`: the reference site of the interfaces, where the sandbox was given one.
//!
//! The sandbox does not know how the site is made. It is handed files when it is built
//! ([`SandboxBuilder::reference`](crate::SandboxBuilder::reference)), and asks for them once, when the
//! first page is opened.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::headers;
use crate::server::{Shared, problem};

/// Address of the site.
pub(crate) const PATH: &str = "/reference";

/// The files of the site by their names.
#[derive(Clone)]
pub(crate) struct Reference {
    make: Arc<dyn Fn() -> BTreeMap<String, String> + Send + Sync>,
    files: Arc<OnceLock<BTreeMap<String, String>>>,
}

impl Reference {
    pub(crate) fn new(make: impl Fn() -> BTreeMap<String, String> + Send + Sync + 'static) -> Self {
        Self {
            make: Arc::new(make),
            files: Arc::default(),
        }
    }

    fn file(&self, name: &str) -> Option<&String> {
        self.files.get_or_init(|| (self.make)()).get(name)
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reference").finish_non_exhaustive()
    }
}

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        // The links of the site are relative, so its address ends with a slash.
        .route(PATH, get(|| async { Redirect::permanent("/reference/") }))
        .route("/reference/", get(index))
        .route("/reference/{*file}", get(file))
}

async fn index(state: State<Arc<Shared>>) -> Response {
    file(state, Path("index.html".to_owned())).await
}

async fn file(State(shared): State<Arc<Shared>>, Path(name): Path<String>) -> Response {
    let Some(reference) = &shared.reference else {
        let words =
            "this sandbox was started without the reference site: `payinsurance sandbox` serves it";
        return problem(StatusCode::NOT_FOUND, words);
    };
    let Some(text) = reference.file(&name) else {
        let words = format!("the reference site has no page {name:?}: it begins at {PATH}/");
        return problem(StatusCode::NOT_FOUND, &words);
    };
    let media_type = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        _ => return (headers(), text.clone()).into_response(),
    };
    ([(CONTENT_TYPE, media_type)], text.clone()).into_response()
}
