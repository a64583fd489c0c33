//! What the platform answers: results and refusals, in the form that the interface's own table gives them.
//!
//! Where a refusal goes (3.1: protocol first, then business):
//! - An access token or address that is not admitted is answered in JSON, even where XML is expected.
//! - A body, a signature or a format that is wrong ends the call itself: `return_code` FAIL with the words that the `return_msg` row
//!   gives for it. Such a reply carries no signature: who signs with another key could not check it. The general codes 80001 and 80002
//!   say the same, but the document uses them nowhere except through verifyname, whose `return_msg` row lists neither word and whose
//!   `err_code` points at chapter 5; so there, where the reply is not signed either, they are the answer.
//! - Everything after that is business: `result_code` FAIL with a code of chapter 5, signed.

use payinsurance::ErrorCode;
use payinsurance::enums::{ResultCode, ReturnCode};
use signed_xml::{
    ERR_CODE, ERR_CODE_DES, Fields, Key, Message, RESULT_CODE, RETURN_CODE, RETURN_MSG, Schema,
};
use signed_xml_doctor::{Examination, Language};

use super::random::{Random, nonce};
use super::{Content, Trouble};

/// `return_msg` of a wrong signature, as the document prints it.
const BAD_SIGNATURE: &str = "签名失败";
/// `return_msg` of a malformed request, as the document prints it.
const BAD_FORMAT: &str = "参数格式校验错误";
/// `err_code` of a success, as the document's samples have it.
const NO_ERROR: &str = "0";

const NONCE_STR: &str = "nonce_str";

/// The fields that a reply gives back as they were sent.
const ECHOED: [&str; 4] = ["appid", "mch_id", "sub_appid", "sub_mch_id"];

/// A good result.
pub(super) enum Answer {
    /// The business fields of an XML reply.
    Fields(Vec<(String, String)>),
    /// A JSON reply.
    Json(String),
    /// A text, such as a bill, in UTF-8 or compressed.
    Text(Vec<u8>),
}

impl Answer {
    /// The filled fields of a typed reply.
    pub(super) fn message<M: Message>(reply: &M) -> Self {
        Self::Fields(filled(reply))
    }

    /// The filled fields of a typed reply as a JSON object, numbers as numbers.
    pub(super) fn json<M: Message>(reply: &M) -> Self {
        let value = |value: String| {
            value
                .parse::<u64>()
                .map_or(serde_json::Value::String(value), Into::into)
        };
        let object: serde_json::Map<_, _> = filled(reply)
            .into_iter()
            .map(|(name, text)| (name, value(text)))
            .collect();
        Self::Json(serde_json::Value::Object(object).to_string())
    }
}

fn filled<M: Message>(reply: &M) -> Vec<(String, String)> {
    let fields = Fields::of(reply);
    debug_assert!(
        fields.is_ok(),
        "invariant: the platform adds no unknown fields"
    );
    let fields = fields
        .iter()
        .flat_map(Fields::iter)
        .filter(|(_, value)| !value.is_empty());
    fields
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Why a call did not succeed.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The access token or the address is not admitted.
    Access {
        /// The open platform's number.
        errcode: u32,
        /// Its words.
        errmsg: String,
    },
    /// The body is not a message of that type.
    Format(Faulty),
    /// The signature is wrong.
    Signature(Box<Examination>),
    /// The bill of that day does not exist yet, or another reason that only `return_msg` can tell.
    Call(String),
    /// The platform says no.
    Business {
        /// The code of chapter 5.
        code: ErrorCode,
        /// What it means here; may be empty.
        detail: String,
    },
    /// A code of the open platform in the reply's own table.
    Platform {
        /// The number.
        err_code: String,
        /// Its words.
        err_code_des: String,
    },
}

/// What is wrong with a body: at least one thing.
#[derive(Debug)]
pub(super) struct Faulty(pub(super) Vec<String>);

impl Faulty {
    fn summary(&self) -> String {
        self.0.join("; ")
    }
}

impl Refusal {
    /// The body is malformed in one way.
    pub(super) fn format(detail: impl Into<String>) -> Self {
        Self::Format(Faulty(vec![detail.into()]))
    }

    pub(super) fn access(errcode: u32, errmsg: &str) -> Self {
        Self::Access {
            errcode,
            errmsg: errmsg.to_owned(),
        }
    }

    pub(super) fn business(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self::Business {
            code,
            detail: detail.into(),
        }
    }
}

/// What is known about a reply before its content is.
pub(super) struct Envelope {
    reply: &'static Schema,
    /// The number of the call in the traffic log.
    exchange: u64,
    key: Option<Key>,
    echoed: Vec<(&'static str, String)>,
    nonce: String,
}

impl Envelope {
    pub(super) fn new(reply: &'static Schema, exchange: u64, random: &mut dyn Random) -> Self {
        Self {
            reply,
            exchange,
            key: None,
            echoed: Vec::new(),
            nonce: nonce(random),
        }
    }

    /// Signs with the key of that merchant.
    pub(super) fn sealed_with(&mut self, key: &Key) {
        self.key = Some(key.clone());
    }

    /// The key that it signs with, once that is known.
    pub(super) fn into_key(self) -> Option<Key> {
        self.key
    }

    /// Gives back the ids of the request.
    pub(super) fn echo(&mut self, request: &Fields) {
        let sent = |name| {
            request
                .get(name)
                .filter(|value| !value.is_empty())
                .map(str::to_owned)
        };
        self.echoed = ECHOED
            .into_iter()
            .filter_map(|name| Some((name, sent(name)?)))
            .collect();
    }

    /// The reply of a result or a refusal, and what the refusal was for the traffic log.
    pub(super) fn close(
        &self,
        result: Result<Answer, Refusal>,
    ) -> (Content, Vec<u8>, Option<Trouble>) {
        match result {
            Ok(Answer::Fields(fields)) => (Content::Xml, self.business(None, fields), None),
            Ok(Answer::Json(text)) => (Content::Json, text.into_bytes(), None),
            Ok(Answer::Text(text)) => (Content::Text, text, None),
            Err(refusal) => {
                let (content, body) = self.refusal(&refusal);
                (content, body, Some(refusal.into_trouble()))
            }
        }
    }

    fn refusal(&self, refusal: &Refusal) -> (Content, Vec<u8>) {
        let chapter_5 = |code: ErrorCode, detail: &str| {
            let des = match (code.meaning(), detail) {
                (Some(meaning), "") => meaning.to_owned(),
                (Some(meaning), detail) => format!("{meaning}: {detail}"),
                (None, detail) => detail.to_owned(),
            };
            self.failure(code.as_str(), &des)
        };
        let codes_only = !self.reply.signed && self.reply.field(ERR_CODE).is_some();
        let body = match refusal {
            Refusal::Access { errcode, errmsg } => {
                let errmsg = format!("{errmsg}{}", self.pointer());
                let object = serde_json::json!({ "errcode": errcode, "errmsg": errmsg });
                return (Content::Json, object.to_string().into_bytes());
            }
            Refusal::Signature(examination) if codes_only => chapter_5(
                ErrorCode::BadSignature,
                &examination.summary(Language::English),
            ),
            Refusal::Format(faulty) if codes_only => {
                chapter_5(ErrorCode::InvalidArgument, &faulty.summary())
            }
            Refusal::Signature(examination) => self.protocol(&format!(
                "{BAD_SIGNATURE}: {}",
                examination.summary(Language::English)
            )),
            Refusal::Format(faulty) => {
                self.protocol(&format!("{BAD_FORMAT}: {}", faulty.summary()))
            }
            Refusal::Call(words) => self.protocol(words),
            Refusal::Business { code, detail } => chapter_5(code.clone(), detail),
            Refusal::Platform {
                err_code,
                err_code_des,
            } => self.failure(err_code, err_code_des),
        };
        (Content::Xml, body)
    }

    /// Where the whole of a refusal can be read.
    fn pointer(&self) -> String {
        format!(" (GET /sandbox/traffic?exchange={})", self.exchange)
    }

    /// Words that end with where the whole of it can be read, as long as that field may be.
    fn pointed(&self, words: &str, field: &str) -> String {
        let pointer = self.pointer();
        let room = self.room(field).saturating_sub(pointer.chars().count());
        format!("{}{pointer}", cut(words, room))
    }

    /// `return_code` FAIL, which is never signed.
    fn protocol(&self, return_msg: &str) -> Vec<u8> {
        let return_msg = self.pointed(return_msg, RETURN_MSG);
        xml([
            (RETURN_CODE, ReturnCode::Fail.as_str()),
            (RETURN_MSG, &return_msg),
        ])
    }

    /// `result_code` FAIL; of an interface whose table has no such row, `return_code` FAIL.
    fn failure(&self, err_code: &str, err_code_des: &str) -> Vec<u8> {
        if self.reply.field(RESULT_CODE).is_none() {
            return self.protocol(err_code_des);
        }
        let des = self.pointed(err_code_des, ERR_CODE_DES);
        self.business(Some((err_code, &des)), Vec::new())
    }

    fn business(&self, failure: Option<(&str, &str)>, fields: Vec<(String, String)>) -> Vec<u8> {
        let result = if failure.is_none() {
            ResultCode::Success
        } else {
            ResultCode::Fail
        };
        let (err_code, err_code_des) = failure.unwrap_or((NO_ERROR, ""));
        let mut pairs = vec![
            (RETURN_CODE, ReturnCode::Success.as_str()),
            (RESULT_CODE, result.as_str()),
            (ERR_CODE, err_code),
            (ERR_CODE_DES, err_code_des),
        ];
        pairs.extend(
            self.echoed
                .iter()
                .map(|(name, value)| (*name, value.as_str())),
        );
        pairs.push((NONCE_STR, &self.nonce));
        pairs.retain(|(name, value)| {
            let given = fields.iter().any(|(field, _)| field == name);
            self.reply.field(name).is_some() && !value.is_empty() && !given
        });
        pairs.extend(
            fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        match &self.key {
            Some(key) if self.reply.signed => match Fields::from_pairs(pairs) {
                Ok(fields) => fields.to_signed_xml(key, self.reply.sign_type),
                // Invariant: no name stands twice, see above.
                Err(_) => Vec::new(),
            },
            _ => xml(pairs),
        }
    }

    /// How long a field of the reply may be, in characters.
    fn room(&self, name: &str) -> usize {
        self.reply
            .field(name)
            .and_then(|field| field.max)
            .map_or(usize::MAX, |max| max as usize)
    }
}

impl Refusal {
    fn into_trouble(self) -> Trouble {
        let mut violations = Vec::new();
        let (code, detail, signature) = match self {
            Self::Access { errcode, errmsg } => (errcode.to_string(), errmsg, None),
            Self::Format(faulty) => {
                let summary = faulty.summary();
                violations = faulty.0;
                (BAD_FORMAT.to_owned(), summary, None)
            }
            Self::Signature(examination) => (
                BAD_SIGNATURE.to_owned(),
                examination.summary(Language::English),
                Some(*examination),
            ),
            Self::Call(words) => (ReturnCode::Fail.to_string(), words, None),
            Self::Business { code, detail } => {
                let words = match detail.is_empty() {
                    true => code.meaning().unwrap_or_default().to_owned(),
                    false => detail,
                };
                (code.to_string(), words, None)
            }
            Self::Platform {
                err_code,
                err_code_des,
            } => (err_code, err_code_des, None),
        };
        Trouble {
            code,
            detail,
            violations,
            signature,
        }
    }
}

fn xml<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    // Invariant: the callers name each field once.
    Fields::from_pairs(pairs)
        .map(|fields| fields.to_xml())
        .unwrap_or_default()
}

fn cut(text: &str, characters: usize) -> String {
    match text.chars().count() > characters {
        true => text
            .chars()
            .take(characters.saturating_sub(1))
            .chain(['…'])
            .collect(),
        false => text.to_owned(),
    }
}
