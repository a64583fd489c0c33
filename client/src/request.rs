//! From a typed request to an HTTP request.
//!
//! Steps, in order: the merchant's and the client's fields are filled in, the whole message is
//! checked, and it becomes signed XML (POST) or a query (GET); the access token joins the query.
//! The first two come before anything is sent, a token request included.

use std::cmp::Reverse;

use bytes::Bytes;
use signed_xml::{
    Call, Endpoint, Field, Fields, Json, Limits, Message, Method, SIGN, Schema, SignType,
    StrayCharacter, Supplied, Supply, Text, Value,
};
use signed_xml::{EncodeError, encode_signed, encode_unsigned, validate_complete};
use url::{Origin, Url};

use crate::error::{Error, SetupError};
use crate::merchant::Merchant;
use crate::outside::Nonce;
use crate::token::Token;

/// The one field that clients of this family fill in besides the signature.
const NONCE_STR: &str = "nonce_str";
/// Shorter values, in bytes, are not looked for in what comes back. A name of two Chinese characters
/// has six.
const MIN_CONFIDENTIAL: usize = 5;

/// A message that is complete, checked and encoded, but not yet addressed with a token.
pub(crate) struct Prepared {
    endpoint: Endpoint,
    schema: &'static Schema,
    sign_type: SignType,
    body: Bytes,
    is_json: bool,
    query: Vec<(String, String)>,
}

/// Fills in what the caller is not asked for and checks the whole.
pub(crate) fn complete<M: Message>(
    mut message: M,
    merchant: &Merchant,
    nonce: &dyn Nonce,
) -> Result<M, Error> {
    message.fill(&Filling { merchant, nonce });
    validate_complete(&message)?;
    Ok(message)
}

/// Signs and writes a complete message as XML, by the algorithm `chosen` unless it names one.
pub(crate) fn body<M: Message>(
    message: &M,
    merchant: &Merchant,
    chosen: SignType,
) -> Result<Vec<u8>, Error> {
    let written = match M::SCHEMA.signed {
        true => encode_signed(message, merchant.key(), chosen),
        false => encode_unsigned(message),
    };
    written.map_err(|error| match error {
        EncodeError::Fields(error) => SetupError::Fields(error).into(),
        _ => SetupError::SignType.into(),
    })
}

/// Encodes a complete request to that address.
pub(crate) fn prepare<C: Call>(
    request: &C,
    merchant: &Merchant,
    endpoint: Endpoint,
) -> Result<Prepared, Error> {
    let sign_type = SignType::of_message(request).map_err(|_| SetupError::SignType)?;
    match endpoint.method {
        Method::Post => Ok(Prepared {
            endpoint,
            schema: C::SCHEMA,
            sign_type,
            is_json: false,
            body: body(request, merchant, sign_type)?.into(),
            query: Vec::new(),
        }),
        Method::Get => {
            let fields = Fields::of(request).map_err(SetupError::Fields)?;
            let mut query: Vec<(String, String)> = fields
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            if C::SCHEMA.signed {
                query.push((
                    SIGN.to_owned(),
                    fields
                        .signature(merchant.key(), sign_type)
                        .as_str()
                        .to_owned(),
                ));
            }
            Ok(Prepared {
                endpoint,
                schema: C::SCHEMA,
                sign_type,
                is_json: false,
                body: Bytes::new(),
                query,
            })
        }
    }
}

/// Writes a complete request that is not signed as a JSON object.
pub(crate) fn prepare_json<C: Call>(request: C, endpoint: Endpoint) -> Prepared {
    let mut body = Vec::new();
    Json(request).write(&mut body);
    Prepared {
        endpoint,
        schema: C::SCHEMA,
        sign_type: C::SCHEMA.sign_type,
        body: body.into(),
        is_json: true,
        query: Vec::new(),
    }
}

impl Prepared {
    /// The address, with the query that the interface and the token need.
    pub(crate) fn url(
        &self,
        origin: Option<&Url>,
        token: Option<&Token>,
    ) -> Result<Url, SetupError> {
        let mut url = match origin {
            Some(origin) => origin.clone(),
            None => parse_origin(self.endpoint.origin)?,
        };
        url.set_path(self.endpoint.path);
        if token.is_some() || !self.query.is_empty() {
            let mut query = url.query_pairs_mut();
            query.extend_pairs(token.map(|token| ("access_token", token.value())));
            query.extend_pairs(&self.query);
        }
        Ok(url)
    }

    /// The algorithm of the request, which a reply without a `sign_type` shares.
    pub(crate) fn sign_type(&self) -> SignType {
        self.sign_type
    }

    pub(crate) fn method(&self) -> Method {
        self.endpoint.method
    }

    pub(crate) fn body(&self) -> Bytes {
        self.body.clone()
    }

    /// The table of the message.
    pub(crate) fn schema(&self) -> &'static Schema {
        self.schema
    }

    /// Headers beside those of every request.
    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        let header = ("content-type".to_owned(), "application/json".to_owned());
        self.is_json.then_some(header).into_iter().collect()
    }

    /// The secret and personal values that it holds, those inside of a JSON payload too, long ones
    /// first: what no error may repeat. A word of two letters or three digits is in any text.
    pub(crate) fn confidential(&self) -> Vec<String> {
        let limits = Limits::default();
        let fields = match (self.body.is_empty(), self.is_json) {
            (true, _) => {
                let pairs = self.query.iter();
                Fields::from_pairs(pairs.map(|(name, value)| (name.as_str(), value.as_str())))
            }
            (false, true) => Fields::parse_json(&self.body, &limits),
            (false, false) => Fields::parse(&self.body, &limits),
        };
        let mut values = Vec::new();
        for (name, value) in fields.iter().flat_map(Fields::iter) {
            let field = self.schema.field(name);
            if field.is_none_or(|field| field.is_confidential()) {
                values.push(value.to_owned());
                let members = Fields::parse_json(value.as_bytes(), &limits);
                let members = members.iter().flat_map(Fields::iter);
                values.extend(members.map(|(_, value)| value.to_owned()));
            }
        }
        values.retain(|value| value.len() >= MIN_CONFIDENTIAL);
        values.sort_by_key(|value| Reverse(value.len()));
        values
    }
}

/// Reads scheme and host, and refuses whatever else an address may have.
pub(crate) fn parse_origin(text: &str) -> Result<Url, SetupError> {
    let problem = |problem| SetupError::Origin { problem };
    // `Url::parse` drops line ends and tabs, and maps full-width letters.
    if StrayCharacter::first_in(text).is_some() {
        return Err(problem("holds a character that is not visible ASCII"));
    }
    let url = Url::parse(text).map_err(|_| problem("is not an address"))?;
    if !matches!(url.scheme(), "http" | "https") || matches!(url.origin(), Origin::Opaque(_)) {
        return Err(problem("is neither http nor https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(problem("holds a user name"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(problem("has a path or a query"));
    }
    Ok(url)
}

struct Filling<'a> {
    merchant: &'a Merchant,
    nonce: &'a dyn Nonce,
}

impl Supply for Filling<'_> {
    fn supply(&self, field: &Field) -> Option<Text> {
        match field.supplied {
            Supplied::Merchant(_) => self.merchant.supply(field),
            Supplied::Client if field.name == NONCE_STR => self.nonce.nonce().map(Text::from),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_scheme_host_and_port_as_an_origin_and_nothing_else() {
        assert!(parse_origin("http://127.0.0.1:8080").is_ok());
        assert!(parse_origin("https://api.example.com/").is_ok());
        for wrong in [
            "",
            "https://api.example.com\n",
            "https://\u{FEFF}api.example.com",
            "ｈttps://api.example.com",
            "api.example.com",
            "ftp://a",
            "https://u:p@a",
            "https://a/path",
            "https://a?query",
            "https://a#f",
            "data:text/plain,x",
        ] {
            let error = parse_origin(wrong).unwrap_err();
            assert!(!error.to_string().contains("u:p"), "{error}");
        }
    }
}
