//! `payinsurance orders show`: one order, with its history and its events.

use payinsurance_orders::store::{EventFilter, Line, Store};
use payinsurance_orders::{Order, Refund};
use signed_xml::Fen;

use super::{Failure, events, find, object, shown, time, unreadable};
use crate::language::language;
use crate::table::Table;
use crate::{output, words};

/// Arguments of `payinsurance orders show`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The hospital side's number of the order
    hosp_out_trade_no: String,
    /// The hospital whose order it is; may be left out if only one has that number
    #[arg(long)]
    merchant: Option<String>,
}

pub(super) async fn run(
    arguments: &Arguments,
    store: &dyn Store,
    json: bool,
) -> Result<(), Failure> {
    let number = &arguments.hosp_out_trade_no;
    one(store, number, arguments.merchant.as_deref(), json).await
}

/// Prints the order of that number.
pub(crate) async fn one(
    store: &dyn Store,
    number: &str,
    merchant: Option<&str>,
    json: bool,
) -> Result<(), Failure> {
    let order = find::one(store, number, merchant).await?;
    let history = store.history(&order.key).await?;
    let filter = EventFilter {
        order: Some(order.key.clone()),
        limit: u32::MAX,
        ..EventFilter::default()
    };
    let events = store.events(&filter).await?;
    if json {
        object(&shown::whole_order(&order, &history, &events));
        return unreadable::of_order(&history, &events);
    }
    table(&order, None).print();
    output::line(language().pick("\n历史（北京时间）", "\nhistory (times of Beijing)"));
    print_history(&history.rows);
    if !events.rows.is_empty() {
        output::line(language().pick("\n事件", "\nevents"));
        events::print(&events.rows);
    }
    unreadable::of_order(&history, &events)
}

/// What is known of an order, and where it is paid if that is to be shown.
pub(crate) fn table(order: &Order, pay_url: Option<&str>) -> Table {
    let said = language();
    let amounts = &order.amounts;
    let (total, cash, insurance) = (amounts.total_fee, amounts.cash_fee, amounts.insurance_fee);
    let mut table = named(order).row([
        said.pick("金额", "amounts"),
        &said.pick(
            format!("{total} 元：自费 {cash}，医保 {insurance}"),
            format!("{total} yuan: cash {cash}, insurance {insurance}"),
        ),
    ]);
    if let Some(placed) = &order.placed {
        let link = match placed.pay_url {
            Some(_) => said.pick("已知", "known"),
            None => said.pick(
                "随应答丢失；`payinsurance orders replace` 会关闭该订单，并换单号重新下单",
                "lost with the answer; `orders replace` has the order closed, and placed again under another number",
            ),
        };
        table = table.row(["med_trans_id", &placed.med_trans_id]).row([
            said.pick("支付链接", "link to pay"),
            pay_url.unwrap_or(link),
        ]);
    }
    if let Some(refund) = &order.refund {
        table = table.row([said.pick("退款", "refund"), &refund_words(refund)]);
    }
    if let Some(known) = &order.contradiction {
        table = table.row([said.pick("自相矛盾", "contradicted"), &known.reason]);
    }
    if let Some(error) = &order.last_error {
        table = table.row([said.pick("最近错误", "last error"), &error.text]);
    }
    let wanted = said.pick("待执行", "wanted");
    let links = [
        (
            said.pick("被替换为", "replaced by"),
            order.replaced_by.as_deref(),
        ),
        (
            said.pick("替换的是", "instead of"),
            order.replaces.as_deref(),
        ),
        (
            said.pick("替换", "replacement"),
            order.replace_wanted.then_some(wanted),
        ),
        (
            said.pick("关闭", "close"),
            order.close_wanted.then_some(wanted),
        ),
    ];
    for (name, number) in links {
        if let Some(number) = number {
            table = table.row([name, number]);
        }
    }
    let mut fields = shown::request(order);
    fields.retain(|field| !order.facts.contains(field));
    for (name, value) in fields.into_iter().chain(order.shown_facts()) {
        let fee = value.parse().ok().filter(|_| name.ends_with("_fee"));
        let value = fee.map_or(value, |fen| yuan(Fen(fen)));
        table = table.row([name, value]);
    }
    for (name, at) in [
        (
            said.pick("保存时间", "stored"),
            Some(order.times.created_at),
        ),
        (
            said.pick("变更时间", "changed"),
            Some(order.times.updated_at),
        ),
        (said.pick("支付时间", "paid"), order.times.paid_at),
        (said.pick("失效时间", "expires"), order.times.expires_at),
        (said.pick("下次检查", "next look"), order.due_at),
    ] {
        if let Some(at) = at {
            table = table.row([name, &time::beijing(at)]);
        }
    }
    table
}

/// What is known of a refund.
pub(crate) fn refund_table(order: &Order, refund: &Refund) -> Table {
    let mut table = named(order).row([language().pick("退款", "refund"), &refund_words(refund)]);
    if let Some(error) = &order.last_error {
        table = table.row([language().pick("最近错误", "last error"), &error.text]);
    }
    table
}

/// Number, hospital and state.
fn named(order: &Order) -> Table {
    let said = language();
    Table::plain(0)
        .row([said.pick("订单", "order"), &order.key.hosp_out_trade_no])
        .row([said.pick("医院", "hospital"), &order.key.merchant])
        .row([said.pick("状态", "state"), &words::state(order.state)])
}

fn yuan(fee: Fen) -> String {
    language().pick(format!("{fee} 元"), format!("{fee} yuan"))
}

/// `RT1 (MR1): succeeded, cash 1.50 yuan back, insurance 1.00 yuan back`.
fn refund_words(refund: &Refund) -> String {
    let said = language();
    let mut text = refund.hosp_out_refund_no.clone();
    if let Some(number) = &refund.med_refund_id {
        text += &said.pick(format!("（{number}）"), format!(" ({number})"));
    }
    text += said.pick("：", ": ");
    text += &words::refund_state(refund.state);
    if let Some(fee) = refund.cash_only {
        text += &said.pick(
            format!("，只退自费 {fee} 元"),
            format!(", {fee} yuan of the cash alone"),
        );
    }
    for (zh, en, fee) in [
        ("自费", "cash", refund.cash_refund_fee),
        ("医保", "insurance", refund.insurance_refund_fee),
    ] {
        if let Some(fee) = fee {
            text += &said.pick(
                format!("，{zh}已退 {fee} 元"),
                format!(", {en} {fee} yuan back"),
            );
        }
    }
    text
}

fn print_history(history: &[Line]) {
    let mut table = Table::plain(2);
    for line in history {
        let moved = match line.from {
            Some(from) if from == line.to => String::new(),
            Some(from) => format!("{} → {}", from.as_str(), line.to.as_str()),
            None => line.to.as_str().to_owned(),
        };
        table = table.row([
            &time::beijing(line.at),
            &line.by,
            &line.what,
            &moved,
            &line.evidence,
        ]);
    }
    table.print();
}
