//! The states of orders and refunds: the diagrams, the generated tables and the spec say the same. That the sandbox moves so, its own tests say.

use std::collections::BTreeSet;

use payinsurance::enums::{MedRefundState, MedTradeState};

use crate::model;

#[test]
fn the_moves_in_the_generated_code_are_those_of_the_spec() {
    let trade = MedTradeState::MOVES
        .iter()
        .map(|(from, to)| (from.to_string(), to.to_string()));
    let refund = MedRefundState::MOVES
        .iter()
        .map(|(from, to)| (from.to_string(), to.to_string()));
    assert_eq!(trade.collect::<BTreeSet<_>>(), of_spec("MedTradeState"));
    assert_eq!(refund.collect::<BTreeSet<_>>(), of_spec("MedRefundState"));
}

#[test]
fn every_state_of_an_order_is_reached_or_is_a_first_one() {
    let moves = of_spec("MedTradeState");
    let found = model().enum_named("MedTradeState").unwrap();
    let first = found
        .values
        .iter()
        .filter(|value| !moves.iter().any(|(_, to)| *to == value.value));
    let first: Vec<&str> = first.map(|value| value.value.as_str()).collect();
    assert_eq!(first, ["NOTPAY", "INITIAL"]);
}

fn of_spec(name: &str) -> BTreeSet<(String, String)> {
    let found = model().enum_named(name).unwrap();
    let moves = found.moves.iter();
    moves
        .map(|step| (step.from.clone(), step.to.clone()))
        .collect()
}
