//! `payinsurance sign explain`: the mistake that gives the signature of a message.

use std::process::ExitCode;

use clap::ValueEnum;
use payinsurance::{Interface, notification};
use serde_json::json;
use signed_xml::Schema;
use signed_xml_doctor::{Case, Examination, Show, Table, Verdict};

use super::Message;
use super::keys::Keys;
use crate::context::Context;
use crate::failure::Failure;
use crate::language::language;
use crate::{harmless, output};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    message: Message,
    /// The interface, such as unifiedorder, or notification; without it, the one whose table has
    /// the most of the message's fields
    #[arg(long)]
    interface: Option<String>,
    /// Which values are shown: their lengths and ends, those that are not confidential, or all
    #[arg(long, default_value = "masked")]
    show: ShowName,
    /// Prints the right signature as well: for a message of your own
    #[arg(long)]
    show_signature: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum ShowName {
    Masked,
    Public,
    All,
}

/// A message whose table is known, examined with the secrets that are configured.
pub(crate) fn examine(
    body: &[u8],
    context: &Context,
    schema: &'static Schema,
) -> Result<Examination, Failure> {
    let keys = Keys::find(None, context, body)?;
    let case = Case::new(body, &keys.key).table(Table::of(schema));
    Ok(keys.suspected(case).examine())
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, Failure> {
    let body = arguments.message.read()?;
    let keys = Keys::find(arguments.message.config.as_deref(), context, &body)?;
    let mut case = Case::new(&body, &keys.key)
        .sign_type(arguments.message.sign_type())
        .show(match arguments.show {
            ShowName::Masked => Show::Masked,
            ShowName::Public => Show::Public,
            ShowName::All => Show::All,
        });
    let found = match arguments.interface.as_deref() {
        Some(name) => Some(named(name, &body)?),
        None => likeliest(&tables(), &body),
    };
    if let Some((_, schema)) = &found {
        case = case.table(Table::of(schema));
    }
    if let Some(format) = arguments.message.format() {
        case = case.format(format);
    }
    case = keys.suspected(case);
    if arguments.show_signature {
        case = case.with_right_signature();
    }
    let examination = case.examine();
    if context.json {
        let table = found.map(|(name, _)| name);
        let mut object = json!(examination);
        object["table"] = json!(table);
        output::object(&object);
    } else {
        let report = examination.report(language().into());
        output::line(harmless::lines(report.trim_end()));
    }
    Ok(match examination.verdict {
        Verdict::Right => ExitCode::SUCCESS,
        Verdict::Unreadable { .. } => ExitCode::from(4),
        Verdict::Explained { .. } => ExitCode::FAILURE,
        _ => ExitCode::from(3),
    })
}

/// A table and what it is called.
type Named = (String, &'static Schema);

fn tables() -> Vec<Named> {
    use signed_xml::Message as _;
    let calls = Interface::ALL.iter().flat_map(|interface| {
        let name = interface.name();
        [
            (format!("{name} request"), interface.request()),
            (format!("{name} reply"), interface.reply()),
        ]
    });
    calls
        .chain([
            (
                "notification".to_owned(),
                notification::Notification::SCHEMA,
            ),
            ("notification reply".to_owned(), notification::Reply::SCHEMA),
        ])
        .collect()
}

fn named(name: &str, body: &[u8]) -> Result<Named, Failure> {
    let all = tables();
    let own: Vec<Named> = all
        .iter()
        .filter(|(table, _)| table == name || table.split(' ').next() == Some(name))
        .cloned()
        .collect();
    if own.is_empty() {
        let names: Vec<&str> = all.iter().map(|(table, _)| table.as_str()).collect();
        return Err(Failure::Arguments(format!(
            "no interface is called {name:?}: there are {}",
            names.join(", ")
        )));
    }
    let first = own[0].clone();
    Ok(likeliest(&own, body).unwrap_or(first))
}

/// The table whose names the body has most of, the smaller one if two have as many.
fn likeliest(tables: &[Named], body: &[u8]) -> Option<Named> {
    let text = String::from_utf8_lossy(body);
    let is_word = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    let words: std::collections::HashSet<&str> = text.split(is_word).collect();
    let has = |schema: &Schema| {
        let known = schema
            .fields
            .iter()
            .filter(|field| words.contains(field.name));
        known.count()
    };
    let best = tables
        .iter()
        .max_by_key(|(_, schema)| (has(schema), std::cmp::Reverse(schema.fields.len())))?;
    (has(best.1) > 1).then(|| best.clone())
}
