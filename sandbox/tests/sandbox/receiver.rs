//! The hospital's `notify_url`: keeps what it is sent and answers as the test says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use payinsurance::enums::{ResultCode, ReturnCode};
use payinsurance::notification::Reply;
use signed_xml::{Key, encode, encode_unsigned};
use tokio::net::TcpListener;

/// How to answer a notification.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    SignedSuccess,
    SignedSuccessAs(StatusCode),
    SignedFail,
    UnsignedSuccess,
    UnsignedFail,
    SignedWithAnotherKey,
    SuccessWithoutResultCode,
    Nonsense,
    Redirect,
}

#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    state: Arc<Mutex<Script>>,
}

struct Script {
    key: Key,
    answers: VecDeque<Answer>,
    bodies: Vec<Vec<u8>>,
    /// Everything but a call of the address that was given.
    strays: usize,
}

impl Receiver {
    /// Answers in that order, then with signed successes.
    pub(crate) async fn start(key: Key, answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers = answers.into_iter().collect();
        let state = Arc::new(Mutex::new(Script {
            key,
            answers,
            bodies: Vec::new(),
            strays: 0,
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/notify", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/notify", axum::routing::post(notified))
            .fallback(stray)
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, state }
    }

    /// What was sent so far.
    pub(crate) fn bodies(&self) -> Vec<Vec<u8>> {
        self.state.lock().unwrap().bodies.clone()
    }

    pub(crate) fn strays(&self) -> usize {
        self.state.lock().unwrap().strays
    }
}

async fn stray(State(state): State<Arc<Mutex<Script>>>) {
    state.lock().unwrap().strays += 1;
}

async fn notified(State(state): State<Arc<Mutex<Script>>>, body: Bytes) -> Response {
    let mut script = state.lock().unwrap();
    script.bodies.push(body.to_vec());
    let answer = script.answers.pop_front().unwrap_or(Answer::SignedSuccess);
    let key = script.key.clone();
    let other = Key::new("another key of the same length!!".replace(' ', "-")).unwrap();
    match answer {
        Answer::SignedSuccess => success(ResultCode::Success, &key).into_response(),
        Answer::SignedSuccessAs(status) => {
            (status, success(ResultCode::Success, &key)).into_response()
        }
        Answer::SignedFail => success(ResultCode::Fail, &key).into_response(),
        Answer::SignedWithAnotherKey => success(ResultCode::Success, &other).into_response(),
        Answer::UnsignedFail => {
            "<xml><return_code>FAIL</return_code><retmsg>no such order</retmsg></xml>"
                .into_response()
        }
        Answer::UnsignedSuccess => encode_unsigned(&reply(ResultCode::Success))
            .unwrap()
            .into_response(),
        Answer::SuccessWithoutResultCode => {
            let pairs = [("return_code", "SUCCESS"), ("nonce_str", "n")];
            let fields = signed_xml::Fields::from_pairs(pairs).unwrap();
            fields
                .to_signed_xml(&key, signed_xml::SignType::Md5)
                .into_response()
        }
        Answer::Nonsense => "ok".into_response(),
        Answer::Redirect => (StatusCode::FOUND, [(LOCATION, "/elsewhere")]).into_response(),
    }
}

fn success(result: ResultCode, key: &Key) -> Vec<u8> {
    encode(&reply(result), key).unwrap()
}

fn reply(result: ResultCode) -> Reply {
    let mut reply = Reply::builder()
        .return_code(ReturnCode::Success)
        .result_code(result)
        .build()
        .unwrap();
    reply.nonce_str = Some("n".into());
    reply
}
