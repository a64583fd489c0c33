//! `/console/bills`: the days that have bills, the bills of a day, and what is planted into them.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use payinsurance::bill::{Kind, Row};
use payinsurance::enums::MedTradeState;
use serde::Deserialize;
use signed_xml::{BeijingTime, Fen};

use super::super::money::Yuan;
use super::{Frame, Here, Visit, tone};
use crate::config::MerchantConfig;
use crate::pages::{Language, html};
use crate::platform::{BillDay, BillDifference, Planted};
use crate::server::{Shared, day, problem, query};

/// Address of a bill as a file.
pub(super) const FILE_PATH: &str = "/console/bills/file";

/// Rows of a bill that the page shows; the file has all.
const SHOWN: usize = 200;

#[derive(Deserialize)]
pub(super) struct Asked {
    day: Option<String>,
}

#[derive(Template)]
#[template(path = "console_bills.html")]
struct Page {
    f: Frame,
    days: Vec<BillDay>,
    day: Date,
    /// Whether the bills of the day are final.
    over: bool,
    bills: Vec<Bill>,
}

/// A bill of the day.
struct Bill {
    name: String,
    hospital: String,
    rows: Vec<Line>,
    total: usize,
    planted: Vec<Planted>,
}

/// A row, as far as the page shows it.
struct Line {
    time: String,
    number: String,
    refund_number: String,
    state: Option<MedTradeState>,
    total: String,
    cash: String,
    insurance: String,
    own_account: String,
    fund: String,
    cash_back: String,
    insurance_back: String,
    reconciled: String,
    /// What is planted into it.
    planted: Vec<BillDifference>,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Visit { f, asked }: Visit<Asked>,
) -> Response {
    let core = shared.core();
    let today = BeijingTime::at(core.now()).date().date();
    let days = core.platform.bill_days();
    // Without a day the last one that has something.
    let latest = days.first().map_or(today, |known| known.day);
    let day = match asked.day.as_deref().filter(|day| !day.is_empty()) {
        Some(named) => match day(Some(named), &core) {
            Ok(day) => day,
            Err(response) => return *response,
        },
        None => latest,
    };
    let planted = core.platform.planted(day);
    let merchants = core.platform.config().merchants.iter();
    let bills = merchants.zip(planted).enumerate();
    let bills = bills.map(|(place, (merchant, planted))| {
        let rows = core.platform.bill_rows(place, day);
        let shown = rows.iter().take(SHOWN);
        Bill {
            name: merchant.name.clone(),
            hospital: merchant.hospital().to_owned(),
            rows: shown.map(|row| Line::of(row, &planted)).collect(),
            total: rows.len(),
            planted,
        }
    });
    let bills = bills.collect();
    drop(core);
    let page = Page {
        f,
        days,
        day,
        over: day < today,
        bills,
    };
    html(StatusCode::OK, &page)
}

#[derive(Deserialize)]
struct Named {
    day: String,
    hospital: String,
}

/// A bill as a file, as `getbalancebill` answers it.
pub(super) async fn file(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let Named {
        day: named,
        hospital,
    } = match query(&uri) {
        Ok(named) => named,
        Err(response) => return *response,
    };
    let core = shared.core();
    let day = match day(Some(&named), &core) {
        Ok(day) => day,
        Err(response) => return *response,
    };
    let mut merchants = core.platform.config().merchants.iter();
    let place = merchants.position(|merchant| merchant.hospital() == hospital);
    let bill = place.and_then(|place| core.platform.bill_of(place, day));
    let Some(bill) = bill else {
        let known = core.platform.config().merchants.iter();
        let known: Vec<&str> = known.map(MerchantConfig::hospital).collect();
        let words = format!("`hospital` is {hospital:?}, known are {}", known.join(", "));
        return problem(StatusCode::NOT_FOUND, &words);
    };
    let name = hospital.chars().filter(char::is_ascii_alphanumeric);
    let name = format!(
        "attachment; filename=\"{}-{day}.csv\"",
        name.collect::<String>()
    );
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, name),
    ];
    (headers, bill).into_response()
}

impl Line {
    fn of(row: &Row<'_>, planted: &[Planted]) -> Self {
        let text = |text: &Option<std::borrow::Cow<'_, str>>| {
            text.as_deref().unwrap_or_default().to_owned()
        };
        let yuan = |amount: Option<Fen>| {
            amount.map_or_else(String::new, |amount| Yuan(amount).to_string())
        };
        let number = text(&row.hosp_out_trade_no);
        let refund = row.kind() == Kind::Refund;
        let here = planted
            .iter()
            .filter(|known| known.hosp_out_trade_no == number && known.refund == refund);
        Self {
            time: row
                .trade_time
                .map_or_else(String::new, |time| time.to_string()),
            refund_number: text(&row.hosp_out_refund_no),
            state: row.med_trade_state.clone(),
            total: yuan(row.total_fee),
            cash: yuan(row.cash_fee),
            insurance: yuan(row.insurance_fee),
            own_account: yuan(row.insurance_self_fee),
            fund: yuan(row.insurance_fund_fee),
            cash_back: yuan(row.wxpay_refund_fee),
            insurance_back: yuan(row.insurance_cancelled_fee),
            reconciled: row
                .reconciled
                .as_ref()
                .map_or_else(String::new, |it| it.as_str().to_owned()),
            planted: here.map(|known| known.difference).collect(),
            number,
        }
    }
}

impl Page {
    fn is_shown(&self, known: &BillDay) -> bool {
        self.day == known.day
    }

    fn of_day(&self, day: &Date) -> String {
        self.f.link(&format!("/console/bills?day={day}"))
    }

    fn file(&self, bill: &Bill) -> String {
        let hospital = super::orders::encode(&bill.hospital);
        format!("{FILE_PATH}?day={}&hospital={hospital}", self.day)
    }
}

/// The name of a difference, as a request has it.
fn name(difference: &BillDifference) -> String {
    let name = serde_json::to_value(difference).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

/// What a difference is, in words.
fn words(difference: &BillDifference, l: Language) -> &'static str {
    match difference {
        BillDifference::OnlyOurs => l.pick("账单缺一笔付款", "a payment is missing"),
        BillDifference::OnlyTheirs => l.pick(
            "账单多一笔付款，没有对应订单",
            "a payment of an unknown order",
        ),
        BillDifference::State => l.pick("付款状态是 PAYING", "a payment is PAYING"),
        BillDifference::AmountTotal => l.pick("订单总金额多一分", "the total is a fen more"),
        BillDifference::AmountCash => l.pick("自费金额少一分", "the cash is a fen less"),
        BillDifference::AmountInsurance => {
            l.pick("医保金额少一分", "the insurance part is a fen less")
        }
        BillDifference::AmountOwnAccount => {
            l.pick("医保个账多一分", "the own account is a fen more")
        }
        BillDifference::AmountFund => l.pick("医保统筹多一分", "the pooled fund is a fen more"),
        BillDifference::AmountOther => {
            l.pick("医保其他多一分", "other insurance money is a fen more")
        }
        BillDifference::RefundMissing => l.pick("账单缺一笔退款", "a refund is missing"),
        BillDifference::RefundPartial => l.pick("退款少退一分", "a fen of a refund is missing"),
        BillDifference::RefundOnlyTheirs => l.pick(
            "账单多一笔退款，没有申请过",
            "a refund that was not asked for",
        ),
        BillDifference::Repeated => l.pick("同一行出现两次", "a row stands twice"),
        BillDifference::Unchecked => l.pick("未进行医保对账", "not reconciled with the bureau"),
        BillDifference::Arithmetic => l.pick("一行内金额自相矛盾", "a row contradicts itself"),
        BillDifference::AnotherDay => l.pick(
            "付款出现在第二天的账单",
            "a payment stands in the bill of the next day",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_has_words_of_its_own_in_both_languages() {
        for l in [Language::Zh, Language::En] {
            let mut all: Vec<&str> = BillDifference::ALL.iter().map(|it| words(it, l)).collect();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), BillDifference::ALL.len());
        }
    }
}
