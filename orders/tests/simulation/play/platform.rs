//! The side of the platform: patients who pay, also what was closed; calls that it fails; refunds that somebody else asks for.

use payinsurance::ErrorCode;
use payinsurance::enums::PartRefundType;
use payinsurance_orders::OrderKey;
use payinsurance_sandbox::{Act, Fault, Interface, samples};
use signed_xml::Fen;

use super::actors::Actors;
use super::executor::at_once;
use super::hospitals::{NAMES, shown, view_of};

impl Actors {
    /// Patients pay what they have a link to.
    pub(super) fn a_patient_acts(&mut self) {
        let key = self.any_key();
        // Some find the order without the link, in a message of the platform.
        if !self.shared.inner().model.linked.contains(&key) && self.shared.below(3) != 0 {
            return;
        }
        let Some(view) = view_of(&self.outside, &key) else {
            return;
        };
        if self.shared.below(3) == 0 && self.pays_after_the_close(&key) {
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
            .on_platform(|platform, moment| platform.patient(&view.med_trans_id, act, moment));
        let key = shown(&key);
        self.shared
            .tell(format!("the patient of {key}: {act:?} {}", done.is_ok()));
    }

    /// The payment of an order that the platform has closed was under way, and settles. True if so.
    pub(super) fn pays_after_the_close(&mut self, key: &OrderKey) -> bool {
        let Some(view) = view_of(&self.outside, key) else {
            return false;
        };
        let settled = self.outside.on_platform(|platform, moment| {
            platform.settle_after_close(&view.med_trans_id, moment)
        });
        if settled.is_ok() {
            self.shared.inner().summary.late_payments += 1;
            let key = shown(key);
            self.shared.tell(format!("{key} is paid after its close"));
        }
        settled.is_ok()
    }

    /// Somebody refunds an order without the desk: under a number of their own, under the one that the desk would give, or under that of another order.
    pub(super) fn somebody_else_refunds(&mut self) {
        let key = self.any_key();
        let number = &key.hosp_out_trade_no;
        let refund_no = match self.shared.below(5) {
            0 => format!("R{number}"),
            1 => format!("R{}", self.any_key().hosp_out_trade_no),
            2 => "SHARED".to_owned(),
            _ => format!("OTHER{number}"),
        };
        let cash = (self.shared.below(3) == 0).then(|| Fen(1 + self.shared.below(100)));
        let mut request = samples::refund(number);
        request.hosp_out_refund_no = refund_no.clone().into();
        request.part_refund_type = cash.map(|_| PartRefundType::CashOnly);
        request.cash_refund_fee = cash;
        let place = NAMES.iter().position(|name| *name == key.merchant).unwrap();
        let is_refunded = || view_of(&self.outside, &key).is_some_and(|view| view.refund.is_some());
        let before = is_refunded();
        // The platform may fail it although it took effect.
        let _answer = at_once(self.others[place].refund(&request));
        if before || !is_refunded() {
            return;
        }
        let mut inner = self.shared.inner();
        inner.summary.refunds_by_others += 1;
        inner.model.refunded_by_others.insert(key.clone());
        drop(inner);
        let key = shown(&key);
        self.shared.tell(format!(
            "somebody else refunds {key} as {refund_no}, cash {cash:?}"
        ));
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
