//! The side of the platform: patients who pay, and calls that it fails.

use payinsurance::ErrorCode;
use payinsurance_sandbox::{Act, Fault, Interface};

use super::actors::Actors;

impl Actors {
    /// Patients pay what they have a link to.
    pub(super) fn a_patient_acts(&mut self) {
        let number = self.any_number();
        // Some find the order without the link, in a message of the platform.
        if !self.shared.inner().model.linked.contains(&number) && self.shared.below(3) != 0 {
            return;
        }
        let act = match self.shared.below(10) {
            0 => Act::InsuranceFails,
            1 => Act::CashFails,
            2 => Act::WalkAway,
            _ => Act::Pay,
        };
        let done = self
            .outside
            .on_platform(|platform, moment| platform.patient(&number, act, moment));
        self.shared
            .tell(format!("the patient of {number}: {act:?} {}", done.is_ok()));
    }

    pub(super) fn the_platform_fails_next(&mut self) {
        let (interface, code, takes_effect) = match self.shared.below(11) {
            8 => (Interface::Unifiedorder, ErrorCode::IdentityMismatch, true),
            9 | 10 => (Interface::Refund, ErrorCode::BadParameter, false),
            0 => (Interface::Unifiedorder, ErrorCode::SystemError, true),
            1 => (Interface::Unifiedorder, ErrorCode::SystemError, false),
            2 => (Interface::Unifiedorder, ErrorCode::IdentityMismatch, false),
            3 => (
                Interface::Queryorder,
                ErrorCode::SettlementLookupFailed,
                false,
            ),
            4 => (Interface::Refund, ErrorCode::CashRefundFailed, true),
            5 => (Interface::Refund, ErrorCode::SystemError, false),
            6 => (Interface::Closeorder, ErrorCode::SystemFailure, true),
            _ => (Interface::Queryrefund, ErrorCode::RefundLookupFailed, false),
        };
        let fault = Fault {
            interface,
            code,
            takes_effect,
        };
        self.outside.parts().platform.fail_next(fault);
    }
}
