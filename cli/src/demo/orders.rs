//! The messages that the hospital sends, as a hospital's own code would build them.

use std::net::Ipv4Addr;

use payinsurance::enums::{AllowFeeChange, OrderType, PartRefundType, PayType, UserCardType};
use payinsurance::{closeorder, queryorder, queryrefund, refund, unifiedorder, verifyname};
use signed_xml::{BeijingTime, Fen, IdDigest, Text, Violations};

use super::hospital::{Order, Standing};
use super::{AccessMode, Failure, World};

/// The ID number of the document's sample (3.3, 3.9).
const ID_NUMBER: &str = "44030019000101123x";

/// What the hospital wants paid.
pub(super) struct Claim {
    pub(super) hosp_out_trade_no: Text,
    pub(super) total_fee: Fen,
    pub(super) cash_fee: Fen,
    pub(super) insurance_fee: Fen,
}

impl Claim {
    /// The order as the hospital enters it before it is sent.
    pub(super) fn entry(&self) -> Order {
        Order {
            hosp_out_trade_no: self.hosp_out_trade_no.clone(),
            total_fee: self.total_fee,
            cash_fee: self.cash_fee,
            insurance_fee: self.insurance_fee,
            state: Standing::Placed,
            paid_at: None,
            refunded: Fen::ZERO,
            notifications: 0,
        }
    }

    fn serial_no(&self) -> String {
        format!("HIS{}", self.hosp_out_trade_no)
    }

    fn bill_no(&self) -> String {
        format!("AAZ{}", self.hosp_out_trade_no)
    }
}

impl World {
    /// What the user is called under the account that the access mode speaks of.
    fn openid(&self) -> &str {
        self.patient.openids.first().map_or("", String::as_str)
    }

    pub(super) fn verifyname(&self) -> Result<verifyname::Request, Failure> {
        let request = verifyname::Request::builder()
            .openid(self.openid())
            .name(self.patient.name.as_str())
            .idcard_md5(IdDigest::of(ID_NUMBER)?)
            .build()?;
        Ok(request)
    }

    pub(super) fn unifiedorder(&self, claim: &Claim) -> Result<unifiedorder::Request, Failure> {
        let content = unifiedorder::RequestContent::builder()
            .session_id("2f20f7ae-7bd0-4ea1-9722-89182b1817f8")
            .aae011("sys")
            .bka015("系统管理员")
            .bka001("1")
            .bka964("广州市天河区")
            .build()?;
        let order = unifiedorder::Request::builder();
        // Exactly one of openid and sub_openid: which one decides the access mode.
        let order = match self.mode {
            AccessMode::ServiceProvider => order.sub_openid(self.openid()),
            AccessMode::Independent => order.openid(self.openid()),
        };
        let order = order
            .order_type(OrderType::RegPay)
            .hosp_out_trade_no(&claim.hosp_out_trade_no)
            .hospital_name(self.merchant.name.as_str())
            .total_fee(claim.total_fee)
            .cash_fee(claim.cash_fee)
            .insurance_fee(claim.insurance_fee)
            .pay_type(PayType::CashAndInsurance)
            .allow_fee_change(AllowFeeChange::Refuse)
            .spbill_create_ip(Ipv4Addr::new(10, 193, 0, 1))
            .notify_url(self.hospital.notify_url())
            .return_url(self.hospital.return_url(&claim.hosp_out_trade_no))
            .body("挂号费")
            .user_card_type(UserCardType::IdCard)
            .user_card_no(IdDigest::of(ID_NUMBER)?)
            .user_name(self.patient.name.as_str())
            .serial_no(claim.serial_no())
            .bill_no(claim.bill_no())
            .org_no("440100001")
            .gmt_out_create(BeijingTime::at(self.sandbox.now()))
            .request_content(content)
            .attach("outpatient")
            .build()?;
        Ok(order)
    }

    pub(super) fn refund(
        &self,
        claim: &Claim,
        cash_refund_fee: Fen,
    ) -> Result<refund::Request, Violations> {
        let content = refund::RequestContent::builder()
            .session_id("2f20f7ae-7bd0-4ea1-9722-89182b1817f8")
            .paytype(OrderType::RegPay)
            .aae011("sys")
            .bka015("系统管理员")
            .bka001("1")
            .bka964("广州市天河区")
            .build()?;
        refund::Request::builder()
            .hosp_out_trade_no(&claim.hosp_out_trade_no)
            .hosp_out_refund_no(format!("R{}", claim.hosp_out_trade_no))
            .cancel_serial_no(claim.serial_no())
            .cancel_bill_no(claim.bill_no())
            .part_refund_type(PartRefundType::CashOnly)
            .cash_refund_fee(cash_refund_fee)
            .request_content(content)
            .build()
    }
}

pub(super) fn queryorder(hosp_out_trade_no: &str) -> Result<queryorder::Request, Violations> {
    queryorder::Request::builder()
        .hosp_out_trade_no(hosp_out_trade_no)
        .build()
}

pub(super) fn queryrefund(hosp_out_refund_no: &str) -> Result<queryrefund::Request, Violations> {
    queryrefund::Request::builder()
        .hosp_out_refund_no(hosp_out_refund_no)
        .build()
}

pub(super) fn closeorder(hosp_out_trade_no: &str) -> Result<closeorder::Request, Violations> {
    closeorder::Request::builder()
        .hosp_out_trade_no(hosp_out_trade_no)
        .build()
}
