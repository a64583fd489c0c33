//! The scalar types of the wire: money, time, digests, rates.

mod digits;
mod fen;
mod id_digest;
mod net_fen;
mod rate;
mod time;

pub use fen::{Fen, YuanError};
pub use id_digest::{IdDigest, IdNumberError, check_character_agrees};
pub use net_fen::NetFen;
pub use rate::{Rate, RateError};
pub use time::{BeijingTime, BillDate, TimeError};
