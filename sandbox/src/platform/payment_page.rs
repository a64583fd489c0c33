//! What the pay page shows of an order.

use payinsurance::enums::{MedTradeState, OrderType};
use signed_xml::Fen;

use super::Platform;
use super::patients::payer;

/// An order as its patient sees it. Amounts that are not settled yet are those that will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PaymentPage {
    pub(crate) hospital_name: String,
    /// 挂号支付, 诊间支付, 住院.
    pub(crate) order_type: OrderType,
    /// What is paid for, in the hospital's words.
    pub(crate) body: String,
    pub(crate) hosp_out_trade_no: String,
    pub(crate) state: MedTradeState,
    pub(crate) total_fee: Fen,
    pub(crate) cash_fee: Fen,
    pub(crate) insurance_fee: Fen,
    /// The share of the patient's own account.
    pub(crate) own_account: Fen,
    /// The share of the pooled fund.
    pub(crate) fund: Fen,
    /// Paying binds an insurance card: the order is INITIAL.
    pub(crate) binds_card: bool,
    /// Where the patient goes afterwards.
    return_url: String,
}

impl PaymentPage {
    /// The return_url, if a browser may follow it: an http or https address.
    pub(crate) fn return_link(&self) -> Option<&str> {
        let url = self.return_url.as_str();
        let scheme = url.split_once("://")?.0;
        let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        is_web.then_some(url)
    }
}

impl Platform {
    /// The order of a pay key, as its patient sees it.
    pub(crate) fn payment_page(&self, pay_key: &str) -> Option<PaymentPage> {
        let order = &self.orders[self.orders.by_pay_key(pay_key)?];
        let request = &order.request;
        let settled = order
            .payment
            .as_ref()
            .and_then(|paid| paid.insurance.as_ref());
        let (own_account, fund) = match settled {
            Some(insurance) => (insurance.own_account, insurance.fund),
            None => self.shares(order.parts.insurance_fee),
        };
        let patient = payer(request).and_then(|openid| self.patient_of(openid));
        Some(PaymentPage {
            hospital_name: request.hospital_name.to_string(),
            order_type: request.order_type.clone(),
            body: request.body.to_string(),
            hosp_out_trade_no: order.trade_no().to_owned(),
            state: order.state.clone(),
            total_fee: request.total_fee,
            cash_fee: order.parts.cash_fee,
            insurance_fee: order.parts.insurance_fee,
            own_account,
            fund,
            binds_card: order.state == MedTradeState::Initial
                && !patient.is_some_and(|patient| patient.card_bound),
            return_url: request.return_url.to_string(),
        })
    }
}
