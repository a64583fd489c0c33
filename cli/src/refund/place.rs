//! `payinsurance refund place`: confirmed by a person, or by `--yes`.

use dialoguer::Confirm;
use payinsurance::{Fen, refund};
use payinsurance_orders::{Order, RefundRequest};

use super::print;
use crate::config::at_terminal;
use crate::context::Context;
use crate::desk::{self, OneDesk, of_desk};
use crate::failure::Failure;
use crate::fields::{self, Given, Input};
use crate::language::language;

/// What a caller may say of a refund; the rest is the order's.
const OWN: [&str; 4] = [
    "hosp_out_refund_no",
    "part_refund_type",
    "cash_refund_fee",
    "request_content",
];

/// Arguments of `payinsurance refund place`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The hospital side's number of the order
    hosp_out_trade_no: String,
    #[command(flatten)]
    input: Input,
    /// Refunds without a question
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    desk: desk::Arguments,
}

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    if !arguments.yes && !at_terminal() {
        return Err(Failure::Arguments(
            language()
                .pick(
                    "退款需要确认：请在终端中执行，或加上 --yes",
                    "a refund asks for confirmation: run it at a terminal, or add --yes",
                )
                .to_owned(),
        ));
    }
    let one = arguments.desk.open(context).await?;
    let done = Box::pin(place(arguments, &one)).await;
    one.close().await;
    print(&done?, context)
}

async fn place(arguments: &Arguments, one: &OneDesk) -> Result<Order, Failure> {
    let number = &arguments.hosp_out_trade_no;
    let order = one
        .desk
        .order(&one.hospital, number)
        .await
        .map_err(of_desk)?;
    let given = arguments.input.given(one.of_refund.clone())?;
    let request = request(given, &order)?;
    if !arguments.yes && !confirmed(&order, &request)? {
        return Err(Failure::Arguments(
            language()
                .pick("未确认，没有退款", "not confirmed: nothing was refunded")
                .to_owned(),
        ));
    }
    let refunded = one.desk.refund(&one.hospital, number, &request).await;
    refunded.map_err(of_desk)
}

fn request(mut given: Given, order: &Order) -> Result<RefundRequest, Failure> {
    for name in given.keys() {
        let own = name.split('.').next().unwrap_or(name);
        if !OWN.contains(&own) {
            return Err(fields::unknown(name, OWN.into_iter()));
        }
    }
    let refund_no = given.remove("hosp_out_refund_no");
    let part = given.remove("part_refund_type");
    let fee = given.remove("cash_refund_fee");
    let kind = order.request.iter().find(|(name, _)| name == "order_type");
    if let Some((_, kind)) = kind
        && !given.contains_key("request_content")
    {
        given
            .entry("request_content.paytype".to_owned())
            .or_insert_with(|| kind.clone());
    }
    let content: refund::RequestContent = fields::structure(&given, "request_content")?;
    let fee = fee
        .map(|text| {
            text.parse().map(Fen).map_err(|_| {
                Failure::Arguments(format!(
                    "cash_refund_fee must be a whole number of fen, such as 150, found {text:?}"
                ))
            })
        })
        .transpose()?;
    let request = match (part.as_deref(), fee) {
        (None, None) => RefundRequest::whole(content),
        (Some("CASH_ONLY") | None, Some(fee)) => RefundRequest::cash(fee, content),
        (Some("CASH_ONLY"), None) => RefundRequest::cash(order.amounts.cash_fee, content),
        (Some(other), _) => {
            return Err(Failure::Arguments(format!(
                "part_refund_type must be CASH_ONLY, found {other:?}; leave it out to refund everything"
            )));
        }
    };
    Ok(match refund_no {
        Some(number) => request.numbered(number),
        None => request,
    })
}

/// Asks the person at the terminal.
fn confirmed(order: &Order, request: &RefundRequest) -> Result<bool, Failure> {
    let number = &order.key.hosp_out_trade_no;
    let amounts = &order.amounts;
    let words = match request.cash_only {
        Some(fee) => language().pick(
            format!("订单 {number}（{}）：退自费部分 {fee} 元，医保部分不退。确认退款？", order.key.merchant),
            format!("order {number} of {}: {fee} yuan of the cash go back, and nothing of the insurance. Refund?", order.key.merchant),
        ),
        None => language().pick(
            format!(
                "订单 {number}（{}）：全额退款 {} 元，其中自费 {}、医保 {}。确认退款？",
                order.key.merchant, amounts.total_fee, amounts.cash_fee, amounts.insurance_fee
            ),
            format!(
                "order {number} of {}: {} yuan go back, {} in cash and {} of the insurance. Refund?",
                order.key.merchant, amounts.total_fee, amounts.cash_fee, amounts.insurance_fee
            ),
        ),
    };
    let confirm = Confirm::new().with_prompt(words).default(false).interact();
    confirm.map_err(|error| Failure::NotDone(format!("nothing was refunded: {error}")))
}
