//! What the hospital asks of its desk, as a hospital's own code would build it.

use std::net::Ipv4Addr;

use payinsurance::enums::{AllowFeeChange, OrderType, PayType, UserCardType};
use payinsurance::{refund, unifiedorder, verifyname};
use payinsurance_orders::RefundRequest;
use signed_xml::{BeijingTime, Fen, IdDigest, Violations};

use super::{AccessMode, Failure, World};

/// The ID number of the document's sample (3.3, 3.9).
const ID_NUMBER: &str = "44030019000101123x";

/// What the hospital wants paid.
pub(super) struct Claim {
    pub(super) hosp_out_trade_no: String,
    pub(super) total_fee: Fen,
    pub(super) cash_fee: Fen,
    pub(super) insurance_fee: Fen,
    pub(super) made: BeijingTime,
}

impl World {
    /// A claim that is made now.
    pub(super) fn claim(&self, number: &str, cash_fee: Fen, insurance_fee: Fen) -> Claim {
        Claim {
            hosp_out_trade_no: format!("YD2018120407584{number}"),
            total_fee: [cash_fee, insurance_fee].into_iter().sum(),
            cash_fee,
            insurance_fee,
            made: BeijingTime::at(self.sandbox.now()),
        }
    }

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
            .hosp_out_trade_no(claim.hosp_out_trade_no.as_str())
            .hospital_name(self.merchant.name.as_str())
            .total_fee(claim.total_fee)
            .cash_fee(claim.cash_fee)
            .insurance_fee(claim.insurance_fee)
            .pay_type(PayType::CashAndInsurance)
            .allow_fee_change(AllowFeeChange::Refuse)
            .spbill_create_ip(Ipv4Addr::new(10, 193, 0, 1))
            .notify_url(self.hospital.notify_url())
            .return_url(self.hospital.return_url(&claim.hosp_out_trade_no)?)
            .body("挂号费")
            .user_card_type(UserCardType::IdCard)
            .user_card_no(IdDigest::of(ID_NUMBER)?)
            .user_name(self.patient.name.as_str())
            .serial_no(format!("HIS{}", claim.hosp_out_trade_no))
            .bill_no(format!("AAZ{}", claim.hosp_out_trade_no))
            .org_no("440100001")
            .gmt_out_create(claim.made)
            .request_content(content)
            .attach("outpatient")
            .build()?;
        Ok(order)
    }
}

/// A part of the cash goes back. Which order it is, and its numbers at the bureau, the desk knows.
pub(super) fn refund(cash_refund_fee: Fen) -> Result<RefundRequest, Violations> {
    let content = refund::RequestContent::builder()
        .session_id("2f20f7ae-7bd0-4ea1-9722-89182b1817f8")
        .paytype(OrderType::RegPay)
        .aae011("sys")
        .bka015("系统管理员")
        .bka001("1")
        .bka964("广州市天河区")
        .build()?;
    Ok(RefundRequest::cash(cash_refund_fee, content))
}
