//! What crosses crates: the tests are in `tests/`, the benchmarks in `benches/`, and what they share is here.

pub mod bench;
pub mod sandbox;

/// The results of a generic function, for every message of the spec.
#[macro_export]
macro_rules! for_every_message {
    ($function:ident) => {
        $crate::for_every_message! { $function:
            closeorder::Request, closeorder::Response,
            getbalancebill::Request, getbalancebill::Response,
            gettoken::Request, gettoken::Response,
            notification::Notification, notification::Reply,
            queryorder::Request, queryorder::Response,
            queryrefund::Request, queryrefund::Response,
            refund::Request, refund::RequestContent, refund::Response,
            token::Request, token::Response,
            unifiedorder::Request, unifiedorder::RequestContent, unifiedorder::Response,
            verifyname::Request, verifyname::Response,
        }
    };
    ($function:ident: $($module:ident::$message:ident),* $(,)?) => {
        [$($function::<payinsurance::$module::$message>()),*]
    };
}
