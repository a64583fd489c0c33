//! What the hospital asks of the platform: a mixed payment of 250 fen, 150 cash and 100 insurance, and its refund.

use payinsurance::enums::{AllowFeeChange, OrderType, PayType, UserCardType};
use payinsurance::signed_xml::{BeijingTime, Fen, IdDigest};
use payinsurance::{Error, refund, unifiedorder};

use crate::Failure;

/// An order of that number. The same number gives the same order, in whatever process.
pub(crate) fn order(number: &str, front: &str) -> Result<unifiedorder::Request, Failure> {
    let content = unifiedorder::RequestContent::builder()
        .session_id("2f20f7ae-7bd0-4ea1-9722-89182b1817f8")
        .aae011("sys")
        .bka015("系统管理员")
        .bka001("1")
        .bka964("广州市天河区")
        .build()
        .map_err(Error::from)?;
    let request = unifiedorder::Request::builder()
        .sub_openid("oSandboxPatientOfTheProvider")
        .order_type(OrderType::RegPay)
        .hosp_out_trade_no(number)
        .hospital_name("沙箱第一人民医院")
        .total_fee(Fen(250))
        .cash_fee(Fen(150))
        .insurance_fee(Fen(100))
        .pay_type(PayType::CashAndInsurance)
        .allow_fee_change(AllowFeeChange::Refuse)
        .spbill_create_ip([10, 193, 0, 1])
        .notify_url(format!("{front}/notify"))
        .return_url(format!("{front}/return"))
        .body("挂号费")
        .user_card_type(UserCardType::IdCard)
        .user_card_no(IdDigest::of("44030019000101123x")?)
        .user_name("张三")
        .serial_no(format!("S{number}"))
        .bill_no(format!("B{number}"))
        .org_no("440100001")
        .gmt_out_create("20260501163102".parse::<BeijingTime>()?)
        .request_content(content)
        .build()
        .map_err(Error::from)?;
    Ok(request)
}

/// What goes along with a refund.
pub(crate) fn refund_content() -> Result<refund::RequestContent, Error> {
    let content = refund::RequestContent::builder()
        .session_id("2f20f7ae-7bd0-4ea1-9722-89182b1817f8")
        .paytype(OrderType::RegPay)
        .aae011("sys")
        .bka015("系统管理员")
        .bka001("1")
        .bka964("广州市天河区")
        .build()?;
    Ok(content)
}
