//! From an HTTP response to a typed reply or an error.
//!
//! Steps, in order: the HTTP status (200 to 299; anything else is not the interface's answer and
//! its body is not looked at), a JSON error of the gateway, which comes even where XML is expected,
//! then the order of judgement of [`Verifier::reply`].

use std::io::Read;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use signed_xml::{
    BodyError, Call, Effect, Fields, Limits, Message, Party, RESULT_CODE, ReplyError, ReplyForm,
    Text, UnprovedFailure, Verifier, read_json_reply,
};

use crate::error::Error;
use crate::merchant::Merchant;
use crate::request::Prepared;
use crate::table;
use crate::text_reply::TextReply;
use crate::transport::{HttpResponse, TransportError};

/// What gzip has compressed starts with these bytes.
pub(crate) const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What a response is judged by.
pub(crate) struct Judge<'a> {
    pub(crate) merchant: &'a Merchant,
    pub(crate) limits: &'a Limits,
    /// The most that a text may be, inflated, in bytes.
    pub(crate) limit: usize,
    /// The token that the request carried, which no error may repeat.
    pub(crate) token: Option<&'a str>,
    /// The request, whose confidential values no error may repeat either.
    pub(crate) sent: &'a Prepared,
}

impl Judge<'_> {
    /// The typed reply to a call.
    pub(crate) fn message<C: Call>(&self, response: &HttpResponse) -> Result<C::Reply, Error> {
        let body = successful(response)?;
        is_plain(response)?;
        let json = body.starts_with(b"{");
        if json {
            self.json_failure::<C>(body)?;
        }
        let parties = self.merchant.parties();
        let verifier = self.verifier(&parties);
        let reply = match C::ENDPOINT.form {
            ReplyForm::Json => verifier.json_reply(body),
            ReplyForm::XmlOrJson if json => verifier.json_reply(body),
            ReplyForm::XmlOrJson | ReplyForm::Xml | ReplyForm::Text => verifier.reply(body),
        };
        reply.map_err(|error| self.reply_error::<C>(error))
    }

    fn verifier<'a>(&'a self, parties: &'a [Party<'a>]) -> Verifier<'a> {
        Verifier {
            key: self.merchant.key(),
            sign_type: Some(self.sent.sign_type()),
            limits: self.limits,
            parties,
        }
    }

    /// The table that answers a call, unless something else came that says why it is missing.
    pub(crate) fn text<C: Call>(&self, response: &HttpResponse) -> Result<TextReply, Error> {
        let inflated;
        let response = match response.body.starts_with(&GZIP) {
            true => {
                inflated = HttpResponse {
                    body: self.inflated(&response.body)?,
                    ..response.clone()
                };
                &inflated
            }
            false => response,
        };
        let body = successful(response)?;
        if !response.body.starts_with(&GZIP) && response.encoding.as_deref() != Some("gzip") {
            is_plain(response)?;
        }
        match body.first() {
            None => return Err(unknown(ReplyError::Body(BodyError::Empty))),
            Some(b'{') => {
                self.json_failure::<C>(body)?;
                return Err(Error::NoText);
            }
            Some(b'<') => {
                let parties = self.merchant.parties();
                let message = self.verifier(&parties).reply::<C::Reply>(body);
                return Err(
                    message.map_or_else(|error| self.reply_error::<C>(error), |_| Error::NoText)
                );
            }
            Some(_) => {}
        }
        match table::is_table(body) {
            true => Ok(TextReply::new(response.body.clone())),
            false => Err(Error::NoTable {
                words: self.redacted(&table::excerpt(body)),
                bytes: body.len(),
            }),
        }
    }

    /// What gzip has compressed, asked for or not; broken data stays what it is.
    fn inflated(&self, body: &Bytes) -> Result<Bytes, Error> {
        let mut text = Vec::new();
        let most = (self.limit as u64).saturating_add(1);
        let mut reader = MultiGzDecoder::new(&body[..]).take(most);
        if reader.read_to_end(&mut text).is_err() {
            return Ok(body.clone());
        }
        if text.len() > self.limit {
            return Err(TransportError::TooLarge { max: self.limit }.into());
        }
        Ok(text.into())
    }

    /// The failure that a JSON object speaks of: an `errcode` of the gateway, or one of other names
    /// where a signed message or a text is expected.
    fn json_failure<C: Call>(&self, body: &[u8]) -> Result<(), Error> {
        let fields = Fields::parse_json(body, self.limits)
            .map_err(|error| unknown(ReplyError::Body(error)))?;
        let schema = <C::Reply as Message>::SCHEMA;
        let failure = UnprovedFailure::of(&fields, schema);
        if let Some(text) = fields.get("errcode").filter(|errcode| *errcode != "0") {
            return Err(match (text.parse(), failure) {
                (Ok(errcode), _) => Error::Platform {
                    errcode,
                    errmsg: self.redacted(fields.get("errmsg").unwrap_or_default()),
                },
                (Err(_), failure) => self.unsigned_failure(&failure.unwrap_or_default()),
            });
        }
        match (C::ENDPOINT.form, failure) {
            (ReplyForm::Json | ReplyForm::XmlOrJson, _) | (_, None) => Ok(()),
            (_, Some(failure)) => Err(match read_json_reply::<C::Reply>(body, self.limits) {
                Err(error @ ReplyError::Protocol { .. }) => self.reply_error::<C>(error),
                _ => self.unsigned_failure(&failure),
            }),
        }
    }

    fn unsigned_failure(&self, failure: &UnprovedFailure) -> Error {
        unknown(ReplyError::UnsignedFailure {
            failure: self.discreet(failure),
        })
    }

    fn discreet(&self, failure: &UnprovedFailure) -> UnprovedFailure {
        failure.without(self.secrets().iter().map(String::as_str))
    }

    /// What a refused reply means for the call; credentials that it repeats are redacted.
    fn reply_error<C: Call>(&self, error: ReplyError) -> Error {
        match error {
            ReplyError::Protocol {
                return_code,
                return_msg,
                failure,
            } => Error::Reply {
                cause: ReplyError::Protocol {
                    return_code: self.redacted(&return_code),
                    return_msg: self.redacted(&return_msg),
                    failure: self.discreet(&failure),
                },
                effect: Effect::Refused,
            },
            ReplyError::UnsignedFailure { failure } => self.unsigned_failure(&failure),
            ReplyError::Business {
                err_code,
                err_code_des,
                fields,
            } => {
                // Only a plain FAIL with a code says what became of the call.
                let effect = match fields.get(RESULT_CODE) {
                    Some("FAIL") if !err_code.is_empty() => C::effect_of(&err_code),
                    _ => Effect::Unknown,
                };
                Error::Reply {
                    cause: ReplyError::Business {
                        err_code: self.redacted(&err_code),
                        err_code_des: self.redacted(&err_code_des),
                        fields,
                    },
                    effect,
                }
            }
            cause => unknown(cause),
        }
    }

    /// What no error may repeat.
    fn secrets(&self) -> Vec<String> {
        let credentials = [self.token, self.merchant.app_secret()];
        let mut secrets: Vec<String> = credentials
            .into_iter()
            .flatten()
            .map(str::to_owned)
            .collect();
        secrets.extend(self.sent.confidential());
        secrets
    }

    /// Words of the peer as an error shows them: not endless, and without a credential or a personal
    /// value that they repeat.
    fn redacted(&self, words: &str) -> Text {
        const MAX_CHARACTERS: usize = 300;
        let secrets = self.secrets();
        let clean = secrets.iter().fold(words.to_owned(), |words, secret| {
            words.replace(secret.as_str(), "[redacted]")
        });
        clean
            .chars()
            .take(MAX_CHARACTERS)
            .collect::<String>()
            .into()
    }
}

/// A reply that says nothing about what became of the call.
fn unknown(cause: ReplyError) -> Error {
    Error::Reply {
        cause,
        effect: Effect::Unknown,
    }
}

/// Refuses a body that came encoded, although none was asked for.
fn is_plain(response: &HttpResponse) -> Result<(), Error> {
    let encoding = match &response.encoding {
        Some(encoding) => Some(encoding.clone()),
        None => response.body.starts_with(&GZIP).then(|| "gzip".to_owned()),
    };
    match encoding {
        Some(encoding) => Err(TransportError::Encoded { encoding }.into()),
        None => Ok(()),
    }
}

/// The body of a response with a good status, without what may stand before it.
fn successful(response: &HttpResponse) -> Result<&[u8], Error> {
    match response.status {
        200..=299 => {
            let body = response
                .body
                .strip_prefix(b"\xef\xbb\xbf")
                .unwrap_or(&response.body);
            Ok(body.trim_ascii_start())
        }
        status @ 300..=399 => Err(TransportError::Redirected { status }.into()),
        status => Err(TransportError::Status { status }.into()),
    }
}
