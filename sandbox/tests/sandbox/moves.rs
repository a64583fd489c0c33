//! Every move of every table of states is made by some order or refund over HTTP, and an order makes no
//! other: a move that is added to the spec fails here until the sandbox makes it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use payinsurance::enums::{
    CashRefundStatus, CashTradeStatus, InsuranceRefundStatus, InsuranceTradeStatus, MedRefundState,
    MedTradeState,
};
use payinsurance_sandbox::{Act, Config, Mode};
use serde_json::json;
use signed_xml::IdDigest;

use crate::hospital::Hospital;
use crate::requests::{close, order, query, query_refund, refund};

/// The ID number of a patient without a card, made up.
const NUMBER: &str = "11010519491231002X";

const NOWHERE: &str = "http://127.0.0.1:9/notify";

/// The moves that were seen, by the name of the field.
#[derive(Default)]
struct Seen {
    last: BTreeMap<(String, &'static str), String>,
    moves: BTreeMap<&'static str, BTreeSet<(String, String)>>,
}

impl Seen {
    fn saw(&mut self, number: &str, field: &'static str, state: Option<String>) {
        let Some(state) = state else { return };
        let key = (number.to_owned(), field);
        let before = self.last.insert(key, state.clone());
        if let Some(before) = before.filter(|before| *before != state) {
            self.moves.entry(field).or_default().insert((before, state));
        }
    }

    async fn look(&mut self, hospital: &Hospital, number: &str) {
        let found = hospital.call(query(number)).await.unwrap();
        let cash = found.cash_trade_status.map(|it| it.to_string());
        self.saw(number, "cash_trade_status", cash);
        let insurance = found.insurance_trade_status.map(|it| it.to_string());
        self.saw(number, "insurance_trade_status", insurance);
        if let Ok(found) = hospital.call(query_refund(number)).await {
            let state = Some(found.med_refund_state.to_string());
            self.saw(number, "med_refund_state", state);
            let cash = found.cash_refund_status.map(|it| it.to_string());
            self.saw(number, "cash_refund_status", cash);
            let insurance = found.insurance_refund_status.map(|it| it.to_string());
            self.saw(number, "insurance_refund_status", insurance);
        }
        // The story has also what lasts no time.
        let story = format!("/sandbox/story?hosp_out_trade_no={number}");
        let story = hospital.look(&story).await;
        self.last.remove(&(number.to_owned(), "med_trade_state"));
        let first = match number.starts_with("UNBOUND") {
            true => MedTradeState::Initial,
            false => MedTradeState::NotPay,
        };
        self.saw(number, "med_trade_state", Some(first.to_string()));
        for line in story["lines"].as_array().unwrap() {
            if line["step"] == "moved" {
                let state = line["state"].as_str().unwrap().to_owned();
                self.saw(number, "med_trade_state", Some(state));
            }
        }
    }

    fn of(&self, field: &str) -> BTreeSet<(String, String)> {
        self.moves.get(field).cloned().unwrap_or_default()
    }
}

#[tokio::test]
async fn every_move_of_every_table_is_made() {
    let mut config = Config::default();
    config.patients.push({
        let mut unbound = config.patients[0].clone();
        unbound.openids = vec!["oWithoutCard".into()];
        unbound.id_digest = IdDigest::of(NUMBER).unwrap().as_str().to_owned();
        unbound.card_bound = false;
        unbound
    });
    let hospital = Hospital::with(config, Mode::ServiceProvider).await;
    let mut seen = Seen::default();
    let lives: [(&str, Option<Act>, Option<&str>); 9] = [
        ("PAID", Some(Act::Pay), None),
        ("CASH-FAILS", Some(Act::CashFails), None),
        ("INSURANCE-FAILS", Some(Act::InsuranceFails), None),
        ("CLOSED", None, None),
        ("UNBOUND-CLOSED", None, None),
        // Paying binds the card.
        ("UNBOUND-PAID", Some(Act::Pay), None),
        ("REFUNDED", Some(Act::Pay), Some("")),
        ("CHANGED", Some(Act::Pay), Some("refund_change")),
        ("FAILED", Some(Act::Pay), Some("refund_fail")),
    ];
    for (number, act, refunded) in lives {
        let mut wanted = order(number, NOWHERE);
        if number.starts_with("UNBOUND") {
            wanted.openid = Some("oWithoutCard".into());
            wanted.user_name = "李四".into();
            wanted.user_card_no = IdDigest::of(NUMBER).unwrap();
        }
        hospital.call(wanted).await.unwrap();
        seen.look(&hospital, number).await;
        match act {
            Some(act) => hospital.sandbox.pay(number, act).unwrap(),
            None => drop(hospital.call(close(number)).await.unwrap()),
        }
        seen.look(&hospital, number).await;
        if let Some(fault) = refunded {
            if !fault.is_empty() {
                let rule = json!({ "fault": fault, "order": number });
                hospital.control("/sandbox/faults", rule).await;
            }
            hospital.call(refund(number)).await.unwrap();
            seen.look(&hospital, number).await;
        }
        hospital.sandbox.advance(Duration::from_secs(60)).await;
        seen.look(&hospital, number).await;
    }
    let mut missing = Vec::new();
    let mut hold = |field: &str, moves: Vec<(String, String)>| {
        let seen = seen.of(field);
        let unmade = moves.into_iter().filter(|step| !seen.contains(step));
        missing.extend(unmade.map(|step| (field.to_owned(), step)));
    };
    macro_rules! table {
        ($field:literal, $states:ident) => {{
            let moves = $states::MOVES.iter();
            let moves = moves.map(|(from, to)| (from.to_string(), to.to_string()));
            hold($field, moves.collect());
        }};
    }
    table!("med_trade_state", MedTradeState);
    table!("cash_trade_status", CashTradeStatus);
    table!("insurance_trade_status", InsuranceTradeStatus);
    table!("med_refund_state", MedRefundState);
    table!("cash_refund_status", CashRefundStatus);
    table!("insurance_refund_status", InsuranceRefundStatus);
    assert!(missing.is_empty(), "{missing:?}");
    let allowed = MedTradeState::MOVES.iter();
    let allowed: BTreeSet<_> = allowed
        .map(|(from, to)| (from.to_string(), to.to_string()))
        .collect();
    assert_eq!(seen.of("med_trade_state"), allowed, "and no other");
}
