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
    SignType, Text, UnprovedFailure, Verifier, read_json_reply,
};

use crate::error::Error;
use crate::merchant::Merchant;
use crate::table;
use crate::text_reply::TextReply;
use crate::transport::{HttpResponse, TransportError};

/// What gzip has compressed starts with these bytes.
pub(crate) const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What a response is judged by.
pub(crate) struct Judge<'a> {
    pub(crate) merchant: &'a Merchant,
    pub(crate) limits: &'a Limits,
    /// The algorithm of the request.
    pub(crate) sign_type: SignType,
    /// The most that a text may be, inflated, in bytes.
    pub(crate) limit: usize,
    /// The token that the request carried, which no error may repeat.
    pub(crate) token: Option<&'a str>,
}

impl Judge<'_> {
    /// The typed reply to a call.
    pub(crate) fn message<C: Call>(&self, response: &HttpResponse) -> Result<C::Reply, Error> {
        let body = successful(response)?;
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
            sign_type: Some(self.sign_type),
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
            failure: failure.without(self.secrets()),
        })
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
                    failure: failure.without(self.secrets()),
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
    fn secrets(&self) -> impl Iterator<Item = &str> + Clone {
        [self.token, self.merchant.app_secret()]
            .into_iter()
            .flatten()
    }

    /// Words of the peer as an error shows them: not endless, and without a credential that they
    /// repeat.
    fn redacted(&self, words: &str) -> Text {
        const MAX_CHARACTERS: usize = 300;
        let clean = self.secrets().fold(words.to_owned(), |words, secret| {
            words.replace(secret, "[redacted]")
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
