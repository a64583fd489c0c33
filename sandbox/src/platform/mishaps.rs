//! What a fault does to the answer of a call.

use std::time::Duration;

use serde_json::{Value, json};
use signed_xml::{Fields, Key, Limits, SIGN, SignType};

use super::faults::{FaultKind, seconds};
use super::random::Random;
use super::{Content, Outgoing, Trouble};

/// How an answer reaches its caller.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transport {
    /// At once, with HTTP status 200.
    #[default]
    Whole,
    /// After this time.
    Slow(Duration),
    /// With this HTTP status.
    Status(u16),
    /// Never: the caller waits until it gives up.
    Silent,
    /// The connection ends within the body.
    Cut,
}

/// What a machine in front of the platform answers with.
const PAGE: &str = "<html>\n<head><title>500 Internal Server Error</title></head>\n<body><h1>500 Internal Server Error</h1></body>\n</html>\n";

/// A name that no document has.
const UNKNOWN_FIELD: &str = "sandbox_unknown_field";

impl Outgoing {
    /// The answer to a call that did not reach the interface because of a fault.
    pub(super) fn instead(fault: &FaultKind) -> Self {
        let (content, body, transport) = match fault {
            FaultKind::Errcode { errcode } => {
                let object = json!({ "errcode": errcode, "errmsg": words(*errcode) });
                (Content::Json, object.to_string(), Transport::Whole)
            }
            FaultKind::Html => (Content::Html, PAGE.to_owned(), Transport::Whole),
            FaultKind::Http500 { .. } => (Content::Html, PAGE.to_owned(), Transport::Status(500)),
            // The only one that is left of this stage: a call that does not arrive.
            _ => (Content::Xml, String::new(), Transport::Silent),
        };
        Self {
            content,
            body: body.into_bytes(),
            events: Vec::new(),
            trouble: Some(asked_for(fault)),
            transport,
            fault: Some(fault.name()),
        }
    }

    /// Spoils the answer to a call that took effect.
    pub(super) fn spoil(
        &mut self,
        fault: &FaultKind,
        key: Option<&Key>,
        sign_type: SignType,
        random: &mut dyn Random,
    ) {
        match fault {
            FaultKind::Slow { seconds: wait } => self.transport = Transport::Slow(seconds(*wait)),
            FaultKind::Cut => self.transport = Transport::Cut,
            FaultKind::TimeoutAfter => self.transport = Transport::Silent,
            FaultKind::Http500 { .. } => {
                self.transport = Transport::Status(500);
                self.content = Content::Html;
                self.body = PAGE.as_bytes().to_vec();
            }
            FaultKind::WrongSignature => {
                let wrong = Key::new(format!(
                    "{:016x}{:016x}",
                    random.next_number(),
                    random.next_number()
                ));
                if let (Some(fields), Ok(wrong)) = (self.signed_fields(), wrong) {
                    self.body = fields.to_signed_xml(&wrong, sign_type);
                }
            }
            FaultKind::UnknownFields => self.add_unknown(key, sign_type),
            _ => {}
        }
        self.fault = Some(fault.name());
        if self.trouble.is_none() && !matches!(fault, FaultKind::Slow { .. }) {
            self.trouble = Some(asked_for(fault));
        }
    }

    fn signed_fields(&self) -> Option<Fields> {
        let fields = Fields::parse(&self.body, &Limits::default()).ok()?;
        fields.get(SIGN).is_some().then_some(fields)
    }

    fn add_unknown(&mut self, key: Option<&Key>, sign_type: SignType) {
        match self.content {
            Content::Json => {
                if let Ok(Value::Object(mut object)) = serde_json::from_slice(&self.body) {
                    object.insert(UNKNOWN_FIELD.to_owned(), json!("1"));
                    self.body = Value::Object(object).to_string().into_bytes();
                }
            }
            Content::Xml => {
                let Ok(fields) = Fields::parse(&self.body, &Limits::default()) else {
                    return;
                };
                let is_signed = fields.get(SIGN).is_some();
                let pairs = fields.iter().filter(|(name, _)| *name != SIGN);
                let Ok(more) = Fields::from_pairs(pairs.chain([(UNKNOWN_FIELD, "1")])) else {
                    return;
                };
                self.body = match key {
                    Some(key) if is_signed => more.to_signed_xml(key, sign_type),
                    _ => more.to_xml(),
                };
            }
            Content::Text | Content::Html => {}
        }
    }
}

/// The gateway's words for a number.
fn words(errcode: i64) -> &'static str {
    match errcode {
        -1 => "system error",
        40_001 => "invalid credential, access_token is invalid or not latest",
        42_001 => "access_token expired",
        45_009 => "reach max api daily quota limit",
        _ => "refused by the sandbox, as it was asked to",
    }
}

fn asked_for(fault: &FaultKind) -> Trouble {
    Trouble {
        code: fault.name().to_owned(),
        detail: "a fault that was asked for: see GET /sandbox/faults".to_owned(),
        violations: Vec::new(),
        signature: None,
    }
}
