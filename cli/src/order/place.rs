//! `payinsurance order place`.

use payinsurance::{BeijingTime, unifiedorder};
use payinsurance_orders::State;
use serde_json::{Map, Value};
use signed_xml::{Fields, Value as _};

use super::{open, print, refused};
use crate::context::Context;
use crate::desk::{self, of_desk};
use crate::failure::Failure;
use crate::fields::{self, Input};
use crate::language::language;
use crate::output::object;
use crate::table::Table;

/// The time of the order; that of the command unless it is given.
const CREATED: &str = "gmt_out_create";

/// Arguments of `payinsurance order place`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Checks the order against the document and prints its fields without what is personal; stores
    /// and sends nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    desk: desk::Arguments,
}

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let common = context.config()?.hospital()?.fields("order");
    let mut given = arguments.input.given(common)?;
    let has_time = given.contains_key(CREATED);
    given.entry(CREATED.to_owned()).or_insert_with(now);
    let mut request: unifiedorder::Request = fields::message(&given)?;
    if arguments.dry_run {
        return dry(&request, context);
    }
    let one = arguments.desk.open(context).await?;
    let placed = async {
        if !has_time && let Some(known) = one.find(&request.hosp_out_trade_no).await? {
            // Placed again, it is the same order.
            let created = known.request.iter().find(|(name, _)| name == CREATED);
            given.extend(created.cloned());
            request = fields::message(&given)?;
        }
        let placed = one.desk.place(&one.hospital, &request).await;
        placed.map_err(of_desk)
    };
    let placed = placed.await;
    one.close().await;
    let order = placed?;
    print(&order, context);
    match order.state {
        State::Refused => Err(refused(&order)),
        State::Placing => Err(open(&order)),
        _ => Ok(()),
    }
}

fn dry(request: &unifiedorder::Request, context: &Context) -> Result<(), Failure> {
    let all = Fields::of(request).map_err(|error| Failure::Arguments(error.to_string()))?;
    let shown = all.iter().map(|(name, value)| {
        let field = request_field(name);
        match field {
            Some(field) if field.is_confidential() => {
                (name, language().pick("（不显示）", "[not shown]"))
            }
            _ => (name, value),
        }
    });
    if context.json {
        let fields = shown.map(|(name, value)| (name.to_owned(), Value::from(value)));
        object(&Value::Object(fields.collect::<Map<_, _>>()));
        return Ok(());
    }
    let table = shown.fold(Table::plain(0), |table, (name, value)| {
        let label = request_field(name).map_or("", |field| field.label);
        table.row([name, label, value])
    });
    table.print();
    Ok(())
}

fn request_field(name: &str) -> Option<&'static signed_xml::Field> {
    use signed_xml::Message as _;
    unifiedorder::Request::SCHEMA.field(name)
}

/// As the document writes times: `20181204075841`.
fn now() -> String {
    let mut text = Vec::new();
    BeijingTime::at(jiff::Timestamp::now()).write(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}
