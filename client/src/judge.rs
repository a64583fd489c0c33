//! From an HTTP response to a typed reply or an error.
//!
//! Steps, in order: the HTTP status (200 to 299; anything else is not the interface's answer and its body is not looked at), a JSON error of
//! the gateway, which comes even where XML is expected, then the order of judgement of [`signed_xml::read_reply_signed`].

use signed_xml::{
    Call, Effect, Fields, Limits, RESULT_CODE, ReplyError, ReplyForm, SignType, Text,
    read_json_reply, read_reply_signed,
};

use crate::error::Error;
use crate::merchant::Merchant;
use crate::text_reply::TextReply;
use crate::transport::{HttpResponse, TransportError};

/// What a response is judged by.
pub(crate) struct Judge<'a> {
    pub(crate) merchant: &'a Merchant,
    pub(crate) limits: &'a Limits,
    /// The algorithm of the request.
    pub(crate) sign_type: SignType,
    /// The token that the request carried, which no error may repeat.
    pub(crate) token: Option<&'a str>,
}

impl Judge<'_> {
    /// The typed reply to a call.
    pub(crate) fn message<C: Call>(&self, response: &HttpResponse) -> Result<C::Reply, Error> {
        let body = successful(response)?;
        let json = is_json(body);
        if json {
            self.gateway(body)?;
        }
        let reply = match C::ENDPOINT.form {
            ReplyForm::Json => read_json_reply(body, self.limits),
            ReplyForm::XmlOrJson if json => read_json_reply(body, self.limits),
            ReplyForm::XmlOrJson | ReplyForm::Xml | ReplyForm::Text => {
                read_reply_signed(body, self.merchant.key(), self.sign_type, self.limits)
            }
        };
        reply.map_err(|error| self.reply_error::<C>(error))
    }

    /// The text that answers a call, unless it is a message that says why there is none.
    pub(crate) fn text<C: Call>(&self, response: &HttpResponse) -> Result<TextReply, Error> {
        let body = successful(response)?;
        if is_json(body) {
            self.gateway(body)?;
        } else if body.starts_with(b"<") {
            let message: Result<C::Reply, ReplyError> =
                read_reply_signed(body, self.merchant.key(), self.sign_type, self.limits);
            return Err(
                message.map_or_else(|error| self.reply_error::<C>(error), |_| Error::NoText)
            );
        }
        Ok(TextReply::new(response.body.clone()))
    }

    /// An `errcode` other than 0 in a JSON object.
    fn gateway(&self, body: &[u8]) -> Result<(), Error> {
        let Ok(fields) = Fields::parse_json(body, self.limits) else {
            return Ok(());
        };
        match fields
            .get("errcode")
            .and_then(|errcode| errcode.parse().ok())
        {
            None | Some(0) => Ok(()),
            Some(errcode) => Err(Error::Platform {
                errcode,
                errmsg: self.words(fields.get("errmsg").unwrap_or_default()),
            }),
        }
    }

    fn reply_error<C: Call>(&self, error: ReplyError) -> Error {
        match error {
            ReplyError::Body(error) => Error::Malformed(error),
            ReplyError::NoReturnCode => Error::NoReturnCode,
            ReplyError::Protocol {
                return_code,
                return_msg,
            } => Error::Protocol {
                return_code: self.words(&return_code),
                return_msg: self.words(&return_msg),
            },
            ReplyError::Signature(error) => Error::Signature(error),
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
                Error::Business {
                    err_code: self.words(&err_code),
                    err_code_des: self.words(&err_code_des),
                    effect,
                    fields,
                }
            }
            ReplyError::Unreadable { errors, fields } => Error::Unreadable { errors, fields },
            other => Error::Refused(other),
        }
    }

    /// Words of the peer as an error shows them: not endless, and without a credential that they repeat.
    fn words(&self, words: &str) -> Text {
        const MOST: usize = 300;
        let secrets = [self.token, self.merchant.app_secret()]
            .into_iter()
            .flatten();
        let clean = secrets.fold(words.to_owned(), |words, secret| {
            words.replace(secret, "[redacted]")
        });
        clean.chars().take(MOST).collect::<String>().into()
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

fn is_json(body: &[u8]) -> bool {
    body.starts_with(b"{")
}
