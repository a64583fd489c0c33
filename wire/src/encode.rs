//! A typed message as signed XML, in one pass.
//!
//! Each value is written once, into the body; the signature is fed from there. There is no list of
//! fields, no sort and no map: the derived `visit` comes in the order of the canonical string.

use crate::fields::Fields;
use crate::indexed::ElementIndex;
use crate::message::Message;
use crate::names::SIGN_TYPE;
use crate::schema::Field;
use crate::sign::{Key, SignType, SignatureError, Signer};
use crate::value::{Sink, Value};
use crate::xml::BodyError;

/// Writes a message as XML and signs it.
///
/// The algorithm is that of the message's table, or what its own field `sign_type` names. Absent and empty fields
/// are left out. Whether the message may be sent is not judged here: see
/// [`crate::validate_complete`].
///
/// # Errors
///
/// [`EncodeError`] if the message names an algorithm that there is not, or holds an unknown field
/// that cannot stand beside the others. Nothing is ever left out for being wrong.
pub fn encode<M: Message>(message: &M, key: &Key) -> Result<Vec<u8>, EncodeError> {
    encode_signed(message, key, M::SCHEMA.sign_type)
}

/// Writes a message as XML and signs it by the algorithm `chosen`, unless the message's own field
/// `sign_type` names one.
///
/// # Errors
///
/// As [`encode`].
pub fn encode_signed<M: Message>(
    message: &M,
    key: &Key,
    chosen: SignType,
) -> Result<Vec<u8>, EncodeError> {
    let sign_type = chosen
        .unless_message_names(message)
        .map_err(|_| EncodeError::SignType)?;
    if !message.unknown().is_empty() {
        return one_by_one(message, key, sign_type);
    }
    let mut body = Body {
        xml: Vec::with_capacity(4096),
        signer: Signer::new(sign_type, key),
        elements: false,
    };
    body.xml.extend_from_slice(b"<xml>");
    message.visit(&mut body);
    if body.elements || body.signer.holds_what_cdata_cannot() {
        return one_by_one(message, key, sign_type);
    }
    let Body {
        mut xml, signer, ..
    } = body;
    xml.extend_from_slice(b"<sign><![CDATA[");
    xml.extend_from_slice(signer.finish(key).as_str().as_bytes());
    xml.extend_from_slice(b"]]></sign></xml>");
    Ok(xml)
}

/// The slow way, for what the one pass cannot write.
fn one_by_one<M: Message>(
    message: &M,
    key: &Key,
    sign_type: SignType,
) -> Result<Vec<u8>, EncodeError> {
    let fields = Fields::of(message).map_err(EncodeError::Fields)?;
    Ok(fields.to_signed_xml(key, sign_type))
}

/// Writes a message as XML without a signature.
///
/// # Errors
///
/// [`EncodeError::Fields`] if it holds an unknown field that cannot stand beside the others.
pub fn encode_unsigned<M: Message>(message: &M) -> Result<Vec<u8>, EncodeError> {
    let fields = Fields::of(message).map_err(EncodeError::Fields)?;
    Ok(fields.to_xml())
}

impl SignType {
    /// The algorithm that a message signs with: what its own field `sign_type` names, or that of its
    /// table.
    ///
    /// # Errors
    ///
    /// [`SignatureError::UnknownType`] if it names any other.
    pub fn of_message<M: Message>(message: &M) -> Result<Self, SignatureError> {
        M::SCHEMA.sign_type.unless_message_names(message)
    }

    /// The algorithm that the message's own field `sign_type` names, or this one without such a
    /// field.
    pub(crate) fn unless_message_names<M: Message>(
        self,
        message: &M,
    ) -> Result<Self, SignatureError> {
        if M::SCHEMA.field(SIGN_TYPE).is_none() {
            return Ok(self);
        }
        let mut found = Find { text: None };
        message.visit(&mut found);
        self.unless_named(found.text.as_deref())
    }
}

/// Looks for the field `sign_type`.
struct Find {
    text: Option<String>,
}

impl Sink for Find {
    fn field<V: Value>(&mut self, field: &'static Field, value: &V) {
        if field.name == SIGN_TYPE {
            let mut text = Vec::new();
            value.write(&mut text);
            self.text = String::from_utf8(text).ok();
        }
    }
}

/// A message cannot be written. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// Its `sign_type` is neither MD5 nor HMAC-SHA256.
    #[error("the message's `sign_type` is neither MD5 nor HMAC-SHA256")]
    SignType,
    /// An unknown field has the name of another field, or one that XML does not allow.
    #[error("the message cannot be written: {0}")]
    Fields(BodyError),
}

const CDATA: &str = "<![CDATA[";

/// The body, with every text in one CDATA section: what that cannot carry is found in the canonical
/// string, once for all fields.
struct Body {
    xml: Vec<u8>,
    signer: Signer,
    /// Whether a field with an index is there, whose elements have no place in the order that is
    /// fixed at compile time.
    elements: bool,
}

impl Sink for Body {
    // Inlined into each derived `visit`, where the tags are constants and their copies a few
    // stores.
    #[inline(always)]
    fn field<V: Value>(&mut self, field: &'static Field, value: &V) {
        let start = self.xml.len();
        if V::PLAIN {
            // `<name>` of `<name><![CDATA[`.
            let open = &field.open.as_bytes()[..field.open.len() - CDATA.len()];
            self.xml.extend_from_slice(open);
        } else {
            self.xml.extend_from_slice(field.open.as_bytes());
        }
        let at = self.xml.len();
        value.write(&mut self.xml);
        if self.xml.len() == at {
            self.xml.truncate(start);
            return;
        }
        self.signer.push(field.pair.as_bytes());
        self.signer.push(&self.xml[at..]);
        if V::PLAIN {
            self.xml.extend_from_slice(&field.close.as_bytes()[3..]);
        } else {
            self.xml.extend_from_slice(field.close.as_bytes());
        }
    }

    fn element<V: Value>(&mut self, _: &'static Field, _: ElementIndex, _: &V) {
        self.elements = true;
    }
}
