//! `payinsurance order query`.

use payinsurance::queryorder;
use signed_xml::{Fields, Message};

use super::{Numbered, not_stored, print};
use crate::context::Context;
use crate::desk::{of_call, of_desk};
use crate::failure::Failure;
use crate::orders::shown;
use crate::output::object;
use crate::table::Table;

pub(super) async fn run(numbered: &Numbered, context: &Context) -> Result<(), Failure> {
    let number = &numbered.hosp_out_trade_no;
    let calls = numbered.desk.client(context).await?;
    let asked = async {
        if let Some(one) = &calls.desk
            && one.find(number).await?.is_some()
        {
            let order = one
                .desk
                .refresh(&one.hospital, number, "command line")
                .await;
            print(&order.map_err(of_desk)?, context);
            return Ok(());
        }
        not_stored(number);
        let request = queryorder::Request::builder()
            .hosp_out_trade_no(number.as_str())
            .build()
            .map_err(|violations| of_call(&violations.into()))?;
        let reply = calls.client.queryorder(&request).await;
        show(&reply.map_err(|error| of_call(&error))?, context)
    };
    let asked = asked.await;
    calls.close().await;
    asked
}

/// The fields of a reply, without what is personal.
pub(crate) fn show<M: Message>(reply: &M, context: &Context) -> Result<(), Failure> {
    let fields = Fields::of(reply).map_err(|error| Failure::NotDone(error.to_string()))?;
    let known = fields.iter().filter_map(|(name, value)| {
        let field = M::SCHEMA.field(name)?;
        (!field.is_confidential()).then_some((field, value))
    });
    if context.json {
        let pairs = known.map(|(field, value)| (field.name.to_owned(), value.to_owned()));
        object(&shown::object(pairs.collect()));
        return Ok(());
    }
    let table = known.fold(Table::plain(0), |table, (field, value)| {
        table.row([field.name, field.label, value])
    });
    table.print();
    Ok(())
}
