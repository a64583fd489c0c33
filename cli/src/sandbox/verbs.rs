//! What is asked of a sandbox that runs.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::ask::{AskError, Place};
use super::snapshot;
use crate::context::Context;
use crate::output;
use crate::table::Table;

/// A verb. Exit code 0: done; 1: refused, or no sandbox answers; 2: wrong arguments.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Lists its orders
    Orders {
        #[command(flatten)]
        place: Place,
    },
    /// Lets the patient of an order act
    Pay {
        /// Any number of the order
        order: String,
        /// pay, insurance_fails, cash_fails or walk_away
        #[arg(long, default_value = "pay")]
        act: String,
        #[command(flatten)]
        place: Place,
    },
    /// Sends the last notification of an order again, or one of the fields that are given
    Notify {
        /// Any number of the order
        order: String,
        /// A field of a new notification; may be given more than once
        #[arg(long = "field", value_name = "NAME=VALUE", value_parser = pair)]
        fields: Vec<(String, String)>,
        /// right, wrong_key or none
        #[arg(long, requires = "fields")]
        signature: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Lets something go wrong, lists what is to, and takes it back
    #[command(subcommand)]
    Fault(Fault),
    /// Says what time it is in the sandbox, and advances its clock
    Clock {
        /// By so many seconds
        #[arg(long, value_name = "SECONDS")]
        advance: Option<u64>,
        #[command(flatten)]
        place: Place,
    },
    /// Plants differences into its bills
    #[command(subcommand)]
    Bill(Bill),
    /// Shows what was sent and answered
    Traffic {
        /// The number of one exchange
        exchange: Option<u64>,
        #[command(flatten)]
        place: Place,
    },
    /// Writes all that it knows but its traffic, to go back to later
    Snapshot {
        /// The file, which only you can read then; `-` is stdout
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Goes back to a snapshot
    Restore {
        /// The file, or `-` for stdin
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Forgets all orders, tokens, faults and traffic, and sets the clock back to real time
    Reset {
        #[command(flatten)]
        place: Place,
    },
}

/// `sandbox fault …`.
#[derive(Subcommand)]
pub(crate) enum Fault {
    /// Lists the rules
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Adds a rule
    Add {
        /// What goes wrong, such as `timeout_after`; an unknown name lists all of them
        fault: String,
        /// In this interface only
        #[arg(long)]
        interface: Option<String>,
        /// With this order only: any of its numbers
        #[arg(long)]
        order: Option<String>,
        /// The next so many times; without this and --probability, once
        #[arg(long)]
        next: Option<u32>,
        /// How likely it is each time, 0 to 1
        #[arg(long)]
        probability: Option<f64>,
        /// What its random numbers follow from
        #[arg(long)]
        seed: Option<u64>,
        /// A value of the fault, such as `seconds=10`, `err_code=514`, `takes_effect=true`
        #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
        values: Vec<(String, String)>,
        #[command(flatten)]
        place: Place,
    },
    /// Removes a rule, or all
    Remove {
        /// The number of the rule
        number: Option<u64>,
        #[command(flatten)]
        place: Place,
    },
}

/// `sandbox bill …`.
#[derive(Subcommand)]
pub(crate) enum Bill {
    /// Plants differences: a class of `payinsurance reconcile`
    Plant {
        /// The class, such as `amount_cash`; an unknown name lists all of them
        difference: String,
        /// The day, such as 2018-12-04; left out, the sandbox's day
        #[arg(long)]
        day: Option<String>,
        /// How many
        #[arg(long, default_value_t = 1)]
        count: usize,
        /// What is chosen by
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// Into the bill of this hospital: its sub_mch_id, or the mch_id of one on its own
        #[arg(long)]
        hospital: Option<String>,
        /// Into the rows of this order
        #[arg(long)]
        order: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Shows what is planted
    Planted {
        /// The day; left out, the sandbox's day
        #[arg(long)]
        day: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Forgets what was planted
    Clear {
        #[command(flatten)]
        place: Place,
    },
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let pair = pair.ok_or_else(|| format!("{text:?} has no name in front of a `=`"))?;
    Ok((pair.0.to_owned(), pair.1.to_owned()))
}

/// What to ask.
struct Question<'a> {
    place: &'a Place,
    method: Method,
    path: &'static str,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    /// How the answer is shown to a person.
    show: fn(&Value),
}

pub(crate) async fn run(verb: &Verb, context: &Context) -> ExitCode {
    let mut question = question(verb);
    if let Verb::Restore { file, .. } = verb {
        match snapshot::read(file) {
            Ok(snapshot) => question.body = Some(snapshot),
            Err(problem) => {
                output::note(format_args!("error: {problem}"));
                return ExitCode::from(2);
            }
        }
    }
    match asked(&question).await {
        Ok(answer) if let Verb::Snapshot { file, .. } = verb => {
            if let Err(problem) = snapshot::write(file, &answer) {
                output::note(format_args!("error: {problem}"));
                return ExitCode::FAILURE;
            }
        }
        Ok(answer) if context.json => output::object(&answer),
        Ok(answer) => (question.show)(&answer),
        Err(error) => {
            output::note(format_args!("error: {error}"));
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

async fn asked(question: &Question<'_>) -> Result<Value, AskError> {
    let query: Vec<(&str, &str)> = (question.query.iter())
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let method = question.method.clone();
    let body = question.body.as_ref();
    question
        .place
        .ask(method, question.path, &query, body)
        .await
}

fn get<'a>(place: &'a Place, path: &'static str, show: fn(&Value)) -> Question<'a> {
    Question {
        place,
        method: Method::GET,
        path,
        query: Vec::new(),
        body: None,
        show,
    }
}

fn post<'a>(place: &'a Place, path: &'static str, body: Value, show: fn(&Value)) -> Question<'a> {
    Question {
        method: Method::POST,
        body: Some(without_nulls(body)),
        ..get(place, path, show)
    }
}

fn delete<'a>(place: &'a Place, path: &'static str) -> Question<'a> {
    Question {
        method: Method::DELETE,
        ..get(place, path, lines)
    }
}

fn without_nulls(mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    body
}

fn question(verb: &Verb) -> Question<'_> {
    match verb {
        Verb::Orders { place } => get(place, "/sandbox/orders", orders),
        Verb::Pay { order, act, place } => {
            let body = json!({ "hosp_out_trade_no": order, "act": act });
            post(place, "/sandbox/pay", body, lines)
        }
        Verb::Notify {
            order,
            fields,
            signature,
            place,
        } => {
            let given = fields
                .iter()
                .map(|(name, value)| (name.clone(), json!(value)));
            let fields = (!fields.is_empty()).then(|| Value::Object(given.collect()));
            let body =
                json!({ "hosp_out_trade_no": order, "fields": fields, "signature": signature });
            post(place, "/sandbox/notify", body, lines)
        }
        Verb::Fault(fault) => about_faults(fault),
        Verb::Clock {
            advance: Some(seconds),
            place,
        } => {
            let body = json!({ "seconds": seconds });
            post(place, "/sandbox/advance", body, now)
        }
        Verb::Clock {
            advance: None,
            place,
        } => get(place, "/sandbox", now),
        Verb::Bill(bill) => about_bills(bill),
        Verb::Traffic { exchange, place } => Question {
            query: exchange
                .map(|number| ("exchange", number.to_string()))
                .into_iter()
                .collect(),
            ..get(
                place,
                "/sandbox/traffic",
                match exchange {
                    Some(_) => pretty,
                    None => traffic,
                },
            )
        },
        Verb::Snapshot { place, .. } => post(place, "/sandbox/snapshot", json!({}), lines),
        Verb::Restore { place, .. } => post(place, "/sandbox/restore", json!({}), lines),
        Verb::Reset { place } => post(place, "/sandbox/reset", json!({}), lines),
    }
}

fn about_faults(fault: &Fault) -> Question<'_> {
    match fault {
        Fault::List { place } => get(place, "/sandbox/faults", faults),
        Fault::Add {
            fault,
            interface,
            order,
            next,
            probability,
            seed,
            values,
            place,
        } => {
            let mut body = json!({
                "fault": fault, "interface": interface, "order": order,
                "next": next, "probability": probability, "seed": seed,
            });
            for (name, value) in values {
                body[name] = typed(name, value);
            }
            post(place, "/sandbox/faults", body, lines)
        }
        Fault::Remove { number, place } => Question {
            query: number
                .map(|number| ("number", number.to_string()))
                .into_iter()
                .collect(),
            ..delete(place, "/sandbox/faults")
        },
    }
}

fn about_bills(bill: &Bill) -> Question<'_> {
    match bill {
        Bill::Plant {
            difference,
            day,
            count,
            seed,
            hospital,
            order,
            place,
        } => {
            let body = json!({
                "difference": difference, "day": day, "count": count, "seed": seed,
                "hospital": hospital, "hosp_out_trade_no": order,
            });
            post(place, "/sandbox/plant", body, pretty)
        }
        Bill::Planted { day, place } => Question {
            query: day.iter().map(|day| ("day", day.clone())).collect(),
            ..get(place, "/sandbox/planted", pretty)
        },
        Bill::Clear { place } => delete(place, "/sandbox/planted"),
    }
}

/// A value of a fault: a code of chapter 5 is text although it looks like a number.
fn typed(name: &str, value: &str) -> Value {
    match name {
        "err_code" => json!(value),
        _ => serde_json::from_str(value).unwrap_or_else(|_| json!(value)),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// An amount of fen in yuan.
fn yuan(value: &Value) -> String {
    let fen = value.as_u64().unwrap_or_default();
    format!("{}.{:02}", fen / 100, fen % 100)
}

fn rows(answer: &Value) -> &[Value] {
    answer.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn orders(answer: &Value) {
    let header = [
        "hosp_out_trade_no",
        "med_trans_id",
        "state",
        "total",
        "cash",
        "insurance",
        "notified",
        "placed",
    ];
    let table = rows(answer)
        .iter()
        .fold(Table::new(&header), |table, order| {
            let news = &order["notification"];
            let notified = match (news["accepted"].as_bool(), news["attempts"].as_u64()) {
                (Some(true), Some(attempts)) => format!("yes, {attempts}"),
                (Some(false), Some(attempts)) => format!("no, {attempts}"),
                _ => String::new(),
            };
            table.row([
                text(&order["hosp_out_trade_no"]),
                text(&order["med_trans_id"]),
                text(&order["med_trade_state"]),
                yuan(&order["total_fee"]),
                yuan(&order["cash_fee"]),
                yuan(&order["insurance_fee"]),
                notified,
                text(&order["placed"]),
            ])
        });
    table.print();
}

fn faults(answer: &Value) {
    let header = [
        "number",
        "fault",
        "interface",
        "order",
        "next",
        "probability",
        "struck",
    ];
    let table = rows(answer)
        .iter()
        .fold(Table::new(&header), |table, rule| {
            table.row(header.map(|name| text(&rule[name])))
        });
    table.print();
}

fn traffic(answer: &Value) {
    let header = ["exchange", "time", "interface", "peer", "status", "trouble"];
    let table = rows(answer)
        .iter()
        .fold(Table::new(&header), |table, exchange| {
            let cells = header.map(|name| match name {
                "trouble" => text(&exchange["trouble"]["detail"]),
                name => text(&exchange[name]),
            });
            table.row(cells)
        });
    table.print();
}

fn now(answer: &Value) {
    output::line(text(&answer["now"]));
}

/// A line for each plain value; lists and objects are left out.
fn lines(answer: &Value) {
    let empty = Map::new();
    let fields = answer.as_object().unwrap_or(&empty);
    if fields.is_empty() {
        output::line("done");
        return;
    }
    let plain = |value: &&Value| !matches!(value, Value::Null | Value::Array(_) | Value::Object(_));
    let table = fields
        .iter()
        .filter(|(_, value)| plain(value))
        .fold(Table::plain(0), |table, (name, value)| {
            table.row([name.clone(), text(value)])
        });
    table.print();
}

/// What is nested, as JSON over several lines.
fn pretty(answer: &Value) {
    let text = serde_json::to_string_pretty(answer).unwrap_or_default();
    for line in text.lines() {
        output::line(crate::harmless::text(line));
    }
}
