//! The client of flat signed XML, as WeChat's v2 family of interfaces speaks it.
//!
//! It knows no interface by name: whatever derives [`signed_xml::Call`] can be called. A
//! [`Merchant`] says who calls, a [`Client`] completes, checks, signs and sends, stores the access
//! token, judges the answer, and opens what the platform sends on its own. Time, randomness, the
//! network and the token's store come from outside: [`Clock`], [`Nonce`], [`Transport`],
//! [`TokenStore`].
//!
//! Every [`Error`] says who is to blame ([`Error::blame`]) and whether the call may have taken
//! effect ([`Error::effect`]).

mod asking;
mod builder;
mod calls;
mod client;

mod course;
mod error;
mod judge;
mod merchant;
mod outside;
mod peer_clock;
mod request;
mod retries;
mod table;
mod text_file;
mod text_reply;
mod token;
mod transport;

pub use builder::ClientBuilder;
pub use client::Client;
pub use error::{Blame, Error, SetupError};
pub use merchant::{AccessMode, Merchant, MerchantError};
pub use outside::{Clock, Nonce, RandomNonce, SystemClock};
pub use peer_clock::PeerClock;
pub use retries::Retries;
pub use signed_xml::ReplyError;
pub use text_file::TextFile;
pub use text_reply::TextReply;
pub use token::{
    MemoryTokenStore, Token, TokenError, TokenLease, TokenRequest, TokenSource, TokenSourceError,
    TokenStore, TokenStoreError,
};
pub use transport::{
    BoxFuture, HttpRequest, HttpResponse, HttpTransport, HttpTransportBuilder, Pieces, Recorder,
    Replay, ReplayError, Transport, TransportError,
};
