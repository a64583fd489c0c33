//! What the demo prints: a line per step while it happens, a table at the end; or a JSON object per step.

use payinsurance_orders::Order;
use payinsurance_sandbox::OrderView;
use serde_json::{Map, Value, json};
use signed_xml::Fen;

use super::Failure;
use super::hospital::refunded;
use crate::output;

/// Who acts on whom.
#[derive(Clone, Copy)]
pub(super) enum Way {
    HospitalToPlatform,
    PlatformToHospital,
    PatientToPlatform,
    PatientToHospital,
    ForgerToHospital,
    Hospital,
}

impl Way {
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::HospitalToPlatform => ("hospital", "platform"),
            Self::PlatformToHospital => ("platform", "hospital"),
            Self::PatientToPlatform => ("patient", "platform"),
            Self::PatientToHospital => ("patient", "hospital"),
            Self::ForgerToHospital => ("forger", "hospital"),
            Self::Hospital => ("hospital", "hospital"),
        }
    }
}

/// What a step is, before it is known how it went.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// Its name, stable in JSON.
    name: &'static str,
    way: Way,
    /// The interface and its section, if it is about one.
    interface: Option<(&'static str, &'static str)>,
}

impl Step {
    pub(super) const fn new(name: &'static str, way: Way) -> Self {
        let interface = None;
        Self {
            name,
            way,
            interface,
        }
    }

    /// A step that calls the platform.
    pub(super) const fn call(
        name: &'static str,
        interface: &'static str,
        section: &'static str,
    ) -> Self {
        Self::new(name, Way::HospitalToPlatform).about(interface, section)
    }

    pub(super) const fn about(self, interface: &'static str, section: &'static str) -> Self {
        let interface = Some((interface, section));
        Self { interface, ..self }
    }
}

/// What is worth saying of a step that held.
#[derive(Default)]
pub(super) struct Report {
    words: Vec<String>,
    data: Map<String, Value>,
}

impl Report {
    /// Adds something for people.
    pub(super) fn say(mut self, words: impl Into<String>) -> Self {
        self.words.push(words.into());
        self
    }

    /// Adds something for programs.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.data.insert(name.to_owned(), value.into());
        self
    }

    /// Adds an amount: yuan for people, fen under the name of its field for programs.
    pub(super) fn money(self, words: &str, field: &str, amount: Fen) -> Self {
        self.say(format!("{words} {amount}")).with(field, amount.0)
    }
}

/// Prints steps as they happen.
pub(super) struct Timeline {
    json: bool,
    count: u32,
    failed: u32,
}

impl Timeline {
    pub(super) fn new(json: bool) -> Self {
        Self {
            json,
            count: 0,
            failed: 0,
        }
    }

    /// Prints a step, and passes its failure on.
    pub(super) fn record(
        &mut self,
        step: Step,
        outcome: Result<Report, Failure>,
    ) -> Result<(), Failure> {
        if self.count == 0 && !self.json {
            output::line(format_args!(
                "One day of a hospital, over HTTP on this machine; amounts in yuan.\n"
            ));
        }
        self.count += 1;
        let (from, to) = step.way.names();
        let (ok, words, mut data) = match &outcome {
            Ok(report) => (true, report.words.join(", "), report.data.clone()),
            Err(failure) => (false, failure.to_string(), Map::new()),
        };
        if self.json {
            let mut object = Map::new();
            object.insert("step".into(), step.name.into());
            object.insert("ok".into(), ok.into());
            object.insert("from".into(), from.into());
            object.insert("to".into(), to.into());
            object.insert(
                "interface".into(),
                step.interface.map(|(name, _)| name).into(),
            );
            object.insert(
                "section".into(),
                step.interface.map(|(_, section)| section).into(),
            );
            if !ok {
                object.insert("error".into(), words.into());
            }
            object.append(&mut data);
            output::line(format_args!("{}", Value::Object(object)));
        } else {
            let mark = if ok { "ok" } else { "FAILED" };
            let what = step.interface.map_or_else(
                || step.name.to_owned(),
                |(name, section)| format!("{name} ({section})"),
            );
            output::line(format_args!(
                "{:>2}  {:<20} {what:<22} {mark:<3} {words}",
                self.count,
                format!("{from} → {to}")
            ));
        }
        match outcome {
            Ok(_) => Ok(()),
            Err(failure) => {
                self.failed += 1;
                Err(format!("step {}: {failure}", step.name).into())
            }
        }
    }

    /// Prints the closing table.
    pub(super) fn close(&self, hospital: &[Order], platform: &[OrderView]) {
        if self.json {
            let orders: Vec<Value> = hospital
                .iter()
                .map(|order| order_json(order, platform))
                .collect();
            output::line(format_args!(
                "{}",
                json!({ "step": "closing", "ok": self.failed == 0, "steps": self.count, "orders": orders })
            ));
            return;
        }
        output::line(format_args!(
            "\n{:<24} {:>9} {:>9} {:>9} {:>9}  {:<9} platform",
            "order", "total", "cash", "insurance", "refunded", "hospital"
        ));
        for order in hospital {
            let amounts = &order.amounts;
            let state = state_at(platform, order).unwrap_or_else(|| "unknown".to_owned());
            output::line(format_args!(
                "{:<24} {:>9} {:>9} {:>9} {:>9}  {:<9} {state}",
                order.key.hosp_out_trade_no,
                amounts.total_fee,
                amounts.cash_fee,
                amounts.insurance_fee,
                refunded(order),
                order.state.as_str(),
            ));
        }
        let (held, count) = (self.count - self.failed, self.count);
        output::line(format_args!("\n{held} of {count} steps held."));
    }
}

fn order_json(order: &Order, platform: &[OrderView]) -> Value {
    json!({
        "hosp_out_trade_no": order.key.hosp_out_trade_no,
        "total_fee": order.amounts.total_fee.0,
        "cash_fee": order.amounts.cash_fee.0,
        "insurance_fee": order.amounts.insurance_fee.0,
        "refunded": refunded(order).0,
        "hospital": order.state.as_str(),
        "platform": state_at(platform, order),
    })
}

fn state_at(platform: &[OrderView], order: &Order) -> Option<String> {
    let known = platform
        .iter()
        .find(|known| known.hosp_out_trade_no == order.key.hosp_out_trade_no)?;
    Some(known.med_trade_state.to_string())
}
