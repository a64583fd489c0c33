//! Why the signature of a signed-XML message is wrong.
//!
//! A message and the key go in; out comes the string that must be signed, whether each field is
//! part of it, and, if the signature is another one, the mistake of the sender that explains it, or
//! two of them. Mistakes are tried until one gives the signature that arrived, so that what is
//! named is proved. The crate knows no interface.
//!
//! Nothing secret and nothing personal is shown unless the caller asks: see [`Show`]. The right
//! signature is not handed out either ([`Case::with_right_signature`]).
//!
//! # Examples
//!
//! ```
//! use signed_xml_doctor::{Case, Kind, Verdict};
//!
//! let body = b"<xml><appid>wx1</appid><cash_fee>0</cash_fee><sign>E7F24C9F9BE8668C676F02434511853C</sign></xml>";
//! let examination = Case::new(body, "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk").examine();
//! let Verdict::Explained { mistakes } = &examination.verdict else { panic!() };
//! assert_eq!(mistakes[0].kind, Kind::ZeroLeftOut);
//! assert!(examination.canonical.unwrap().starts_with("appid=[3 characters, 3 bytes]&cash_fee="));
//! ```

mod case;
mod change;
mod charset;
mod clue;
mod digest;
mod draft;
mod examination;
mod mistake;
mod read;
mod report;
mod search;
mod secret;
mod show;
mod sign;
mod table;
mod tail;
mod words;

pub use case::Case;
pub use clue::Clue;
pub use digest::Algorithm;
pub use examination::{Difference, Examination, FieldNote, Tried, Verdict, Why};
pub use mistake::{Language, Mistake};
pub use read::Format;
pub use show::Show;
pub use table::Table;
pub use words::Kind;
