//! The interfaces that the platform answers, each with its address and tables from the generated crate.

use payinsurance::{
    closeorder, getbalancebill, gettoken, queryorder, queryrefund, refund, token, unifiedorder,
    verifyname,
};
use signed_xml::{Call, Endpoint, Message, Schema};

/// An interface that a hospital calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Interface {
    /// 3.2.1.
    GetToken,
    /// 3.2.2.
    Token,
    /// 3.3.
    UnifiedOrder,
    /// 3.4.
    QueryOrder,
    /// 3.6.
    Refund,
    /// 3.7.
    QueryRefund,
    /// 3.8.
    GetBalanceBill,
    /// 3.9.
    VerifyName,
    /// 3.10.
    CloseOrder,
}

impl Interface {
    /// All of them, in the document's order.
    pub const ALL: [Self; 9] = [
        Self::GetToken,
        Self::Token,
        Self::UnifiedOrder,
        Self::QueryOrder,
        Self::Refund,
        Self::QueryRefund,
        Self::GetBalanceBill,
        Self::VerifyName,
        Self::CloseOrder,
    ];

    /// The interface at a path such as `/payinsurance/unifiedorder`.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|interface| interface.endpoint().path == path)
    }

    /// The interface of that name, such as `unifiedorder`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|interface| interface.name() == name)
    }

    /// Its name: the last segment of its path.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.endpoint().name()
    }

    /// Its address and manner.
    #[must_use]
    pub fn endpoint(self) -> Endpoint {
        self.tables().endpoint
    }

    /// The table of its request.
    #[must_use]
    pub fn request(self) -> &'static Schema {
        self.tables().request
    }

    /// The table of its reply.
    #[must_use]
    pub fn reply(self) -> &'static Schema {
        self.tables().reply
    }

    fn tables(self) -> Tables {
        match self {
            Self::GetToken => Tables::of::<gettoken::Request>(),
            Self::Token => Tables::of::<token::Request>(),
            Self::UnifiedOrder => Tables::of::<unifiedorder::Request>(),
            Self::QueryOrder => Tables::of::<queryorder::Request>(),
            Self::Refund => Tables::of::<refund::Request>(),
            Self::QueryRefund => Tables::of::<queryrefund::Request>(),
            Self::GetBalanceBill => Tables::of::<getbalancebill::Request>(),
            Self::VerifyName => Tables::of::<verifyname::Request>(),
            Self::CloseOrder => Tables::of::<closeorder::Request>(),
        }
    }
}

struct Tables {
    endpoint: Endpoint,
    request: &'static Schema,
    reply: &'static Schema,
}

impl Tables {
    fn of<C: Call>() -> Self {
        Self {
            endpoint: C::ENDPOINT,
            request: C::SCHEMA,
            reply: C::Reply::SCHEMA,
        }
    }
}
