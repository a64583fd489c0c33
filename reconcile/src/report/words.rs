//! Labels of reports, in the document's words.

use crate::class::{Class, NextStep};
use crate::money::Part;
use crate::record::{Fault, Movement};

/// The language of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Language {
    /// The tag of the language: `zh-CN`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.pick("zh-CN", "en")
    }

    pub(crate) fn pick(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    pub(crate) fn class(self, class: Class) -> &'static str {
        match class {
            Class::OnlyOurs => self.pick("仅医院有", "only in our books"),
            Class::OnlyTheirs => self.pick("仅对账单有", "only in the bill"),
            Class::State => self.pick("状态不一致", "state differs"),
            Class::Amount(Part::Total) => self.pick("订单总金额不一致", "total differs"),
            Class::Amount(Part::Cash) => self.pick("订单自费金额不一致", "cash differs"),
            Class::Amount(Part::Insurance) => self.pick("订单医保金额不一致", "insurance differs"),
            Class::Amount(Part::OwnAccount) => {
                self.pick("医保个账金额不一致", "personal account differs")
            }
            Class::Amount(Part::Fund) => self.pick("医保统筹金额不一致", "pooled fund differs"),
            Class::Amount(Part::Other) => {
                self.pick("医保其他金额不一致", "other insurance differs")
            }
            Class::RefundMissing => self.pick("对账单缺退款", "refund not in the bill"),
            Class::RefundPartial => self.pick("退款金额不足", "refund is partial"),
            Class::RefundOnlyTheirs => self.pick("仅对账单有退款", "refund only in the bill"),
            Class::Repeated => self.pick("重复记录", "repeated"),
            Class::Unchecked => self.pick("未进行医保对账", "not checked by the bureau"),
            Class::Arithmetic => self.pick("对账单自身金额不符", "bill contradicts itself"),
            Class::AnotherDay => self.pick("日期不一致", "another day"),
        }
    }

    pub(crate) fn step(self, step: NextStep) -> &'static str {
        match step {
            NextStep::AskForOrder => self.pick(
                "查询订单，以查询结果为准",
                "ask queryorder: its answer decides",
            ),
            NextStep::AskForRefund => self.pick(
                "查询退款，以查询结果为准",
                "ask queryrefund: its answer decides",
            ),
            NextStep::LookInNextBill => self.pick(
                "先看次日对账单，再查询订单",
                "look in the next day's bill, then ask queryorder",
            ),
            NextStep::FindOrder => self.pick(
                "查明下单方：补记，或退款",
                "find who placed it: enter it, or refund it",
            ),
            NextStep::CompareReceipt => self.pick(
                "核对票据与医保结算，更正有误的一方",
                "compare receipt and settlement, correct the wrong side",
            ),
            NextStep::AskPlatform => {
                self.pick("请平台更正对账单", "ask the platform to correct its bill")
            }
            NextStep::FetchAgain => {
                self.pick("医保局提供账单后重新下载", "fetch the bill again later")
            }
            NextStep::CorrectBooks => self.pick("更正医院账目", "correct our books"),
            NextStep::MoveDay => self.pick("按对账单日期入账", "book it on the bill's day"),
        }
    }

    pub(crate) fn part(self, part: Part) -> &'static str {
        match part {
            Part::Total => self.pick("订单总金额", "total"),
            Part::Cash => self.pick("订单自费金额", "cash"),
            Part::Insurance => self.pick("订单医保金额", "insurance"),
            Part::OwnAccount => self.pick("医保个账金额", "personal account"),
            Part::Fund => self.pick("医保统筹金额", "pooled fund"),
            Part::Other => self.pick("医保其他金额", "other insurance"),
        }
    }

    pub(crate) fn movement(self, movement: Movement) -> &'static str {
        match movement {
            Movement::Payment => self.pick("支付", "payment"),
            Movement::Refund => self.pick("退款", "refund"),
        }
    }

    pub(crate) fn pay_type(self, pay_type: &str) -> String {
        match pay_type {
            "1" => self.pick("现金", "cash").to_owned(),
            "2" => self.pick("医保", "insurance").to_owned(),
            "3" => self.pick("现金+医保", "cash + insurance").to_owned(),
            other => other.to_owned(),
        }
    }

    /// What is wrong with a row that contradicts itself.
    #[must_use]
    pub fn fault(self, fault: Fault) -> &'static str {
        match fault {
            Fault::NoTotal => self.pick("订单总金额为空", "订单总金额 (total) is empty"),
            Fault::PartsOverTotal => self.pick(
                "订单自费金额加订单医保金额大于订单总金额",
                "订单自费金额 and 订单医保金额 (cash, insurance) are together more than 订单总金额 (total)",
            ),
            Fault::InsuranceParts => self.pick(
                "医保个账、统筹、其他金额之和不等于订单医保金额",
                "医保个账金额, 医保统筹金额 and 医保其他金额 are together not 订单医保金额 (insurance)",
            ),
            Fault::CashHalf => self.pick(
                "总金额（微信支付）不等于订单自费金额",
                "总金额 (cash at WeChat Pay) is not 订单自费金额 (cash)",
            ),
            Fault::InsuranceHalf => self.pick(
                "医保支付资金不等于订单医保金额",
                "医保支付资金 (paid by the bureau) is not 订单医保金额 (insurance)",
            ),
            Fault::InsuranceTotal => self.pick(
                "医保总交易金额不等于订单总金额",
                "医保总交易金额 (total of the bureau) is not 订单总金额 (total)",
            ),
            Fault::RefundOverCash => self.pick(
                "退款金额大于订单自费金额",
                "退款金额 (cash refunded) is more than 订单自费金额 (cash)",
            ),
            Fault::RefundOfInsurance => self.pick(
                "医保撤销金额既不为零也不等于订单医保金额",
                "医保撤销金额 (insurance refunded) is neither zero nor 订单医保金额 (insurance)",
            ),
        }
    }
}
