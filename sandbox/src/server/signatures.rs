//! The signature doctor at an address of its own: any message, as it was sent.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use payinsurance::{Interface, notification};
use serde::Deserialize;
use serde_json::json;
use signed_xml::{Message, SignType};
use signed_xml_doctor::Table;

use crate::config::Config;
use crate::pages::Language;
use crate::platform::examine;

use super::control::{problem, read};
use super::core::Shared;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The message: XML, JSON, `key=value` lines or a form.
    message: String,
    /// One of the ids of the hospital whose key is the right one.
    hospital: Option<String>,
    /// The language of `report`.
    #[serde(default)]
    lang: Language,
}

/// Says why the signature of a message is wrong.
pub(super) async fn examined(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let asked: Asked = match read(&body) {
        Ok(asked) => asked,
        Err(response) => return *response,
    };
    let config = shared.core().platform.config().clone();
    let merchant = match merchant(&config, &asked) {
        Ok(merchant) => merchant,
        Err(words) => return problem(StatusCode::NOT_FOUND, &words),
    };
    let (message, language) = (asked.message, asked.lang.of_doctor());
    // A second of work at worst, so it does not hold up the other calls.
    let work = move || {
        examine(
            &config,
            merchant,
            table(),
            SignType::Md5,
            message.as_bytes(),
        )
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(examination) => {
            let mut answer = json!(examination);
            answer["report"] = json!(examination.report(language));
            Json(answer).into_response()
        }
        Err(_) => problem(StatusCode::INTERNAL_SERVER_ERROR, "the doctor stopped"),
    }
}

/// The hospital that is named, or whose ids stand in the message.
fn merchant(config: &Config, asked: &Asked) -> Result<usize, String> {
    let ids = config.merchants.iter().map(|merchant| {
        let sub = [&merchant.sub_appid, &merchant.sub_mch_id];
        let sub = sub.into_iter().filter_map(Option::as_deref);
        sub.chain([merchant.appid.as_str(), merchant.mch_id.as_str()])
            .collect::<Vec<_>>()
    });
    let ids: Vec<_> = ids.collect();
    let wanted = |ids: &&Vec<&str>| match &asked.hospital {
        Some(named) => ids.contains(&named.as_str()),
        None => ids.iter().any(|id| asked.message.contains(id)),
    };
    ids.iter().position(|ids| wanted(&ids)).ok_or_else(|| {
        let known: Vec<String> = ids.iter().map(|ids| ids.join(", ")).collect();
        let known = known.join("; ");
        match &asked.hospital {
            Some(named) => format!("`hospital` is {named:?}, known are {known}"),
            None => {
                format!(
                    "the message holds no id of a hospital: name it as `hospital`, one of {known}"
                )
            }
        }
    })
}

/// The fields of all messages of the platform.
fn table() -> Table {
    let requests = Interface::ALL.iter().map(|interface| interface.request());
    let replies = Interface::ALL.iter().map(|interface| interface.reply());
    let notification = [
        notification::Notification::SCHEMA,
        notification::Reply::SCHEMA,
    ];
    let schemas = requests.chain(replies).chain(notification);
    schemas.fold(Table::new(), |table, schema| table.and(schema))
}
