//! Flat signed XML, as WeChat's v2 family of interfaces speaks it.
//!
//! A message is a struct with a derive; the derive knows the document's table, the order of the
//! signature and the limits. This crate turns such messages into signed XML and back. It does no
//! I/O and knows no interface.
//!
//! Where to look: [`Message`] and [`Builder`](derive@Builder) for structs, [`encode`] and
//! [`read_reply`] for the wire, [`Fields`] for messages without a table, [`Key`] for the secret,
//! [`bill`] for bills.
//!
//! # Examples
//!
//! ```
//! use signed_xml::{Builder, Fen, Key, Limits, Message, Text, encode, read_reply};
//!
//! #[derive(Clone, PartialEq, Message, Builder)]
//! #[message(name = "payment", section = "1")]
//! pub struct Payment {
//!     #[field(label = "商户号", max = 32)]
//!     pub mch_id: Text,
//!     #[field(label = "金额", min = 1)]
//!     pub total_fee: Fen,
//!     #[field(label = "签名", max = 32, supplied = client, required)]
//!     pub sign: Option<Text>,
//! }
//!
//! let key = Key::new("192006250b4c09247ec02edce69f6a2d")?;
//! let payment = Payment::builder().mch_id("10000100").total_fee(Fen(250)).build()?;
//! let body = encode(&payment, &key)?;
//! let received: Payment = read_reply(&body, &key, &Limits::default())?;
//! assert_eq!(received.total_fee, Fen(250));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// The derives expand to `::signed_xml::…`, inside this crate too.
extern crate self as signed_xml;

pub mod bill;
pub mod builder;
mod call;
mod encode;
mod fields;
mod indexed;
mod json;
mod json_object;
mod literal;
mod message;
mod name_index;
mod names;
mod read;
mod reply;
mod reply_error;
mod report;
mod scalar;
mod schema;
mod short;
mod sign;
mod stray;
mod text;
mod unknown_fields;
mod unproved;
mod validate;
mod value;
mod xml;

pub use jiff;
pub use rust_decimal::Decimal;
pub use signed_xml_macros::{BillRow, Builder, Message, OpenEnum};

pub use builder::{FieldValue, Filled};
pub use call::{Auth, Call, Effect, Endpoint, ErrorCodes, Method, ReplyForm};
pub use encode::{EncodeError, encode, encode_signed, encode_unsigned};
pub use fields::Fields;
pub use indexed::{ElementIndex, Index, Indexed};
pub use json::Json;
#[doc(hidden)]
pub use literal::checked_literal;
pub use message::{Message, Supply, debug_message, fill_field};
pub use name_index::{Name, NameIndex};
pub use names::{ERR_CODE, ERR_CODE_DES, RESULT_CODE, RETURN_CODE, RETURN_MSG, SIGN, SIGN_TYPE};
pub use read::{ReadError, ReadErrors, ReadProblem, Slots};
pub use reply::{Party, Verifier, read_json_reply, read_notification, read_reply};
pub use reply_error::ReplyError;
pub use report::{Problem, Report, Rule, Violation, Violations};
pub use scalar::{
    BeijingTime, BillDate, Fen, IdDigest, IdNumberError, NetFen, Rate, RateError, TimeError,
    YuanError, check_character_agrees,
};
pub use schema::{Field, Format, Length, Schema, Supplied};
pub use sign::{Key, KeyError, SignType, Signature, SignatureError};
pub use stray::StrayCharacter;
pub use text::Text;
pub use unknown_fields::UnknownFields;
pub use unproved::UnprovedFailure;
pub use validate::{validate, validate_complete};
pub use value::{
    Expected, Number, Raw, Sink, UnknownValue, Value, check_text, check_unknown, is, number,
    number_or, present,
};
#[doc(hidden)]
pub use xml::scan_strictly;
pub use xml::{BodyError, Limits};
