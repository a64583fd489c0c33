//! From an order to its reconciliation: a hospital places, is paid and refunds in the sandbox; differences are planted into the bill, which is fetched and
//! reconciled by the command. Exactly what was planted is found.

use std::collections::BTreeMap;

use payinsurance_reconcile::Class;
use payinsurance_sandbox::{BillDifference, Planting};
use serde_json::Value;

use crate::hospital::{CLINIC, Hospital};

/// So many of each kind are planted.
const EACH: usize = 2;

/// Difference, order and whether it is a refund, with how often.
type Found = BTreeMap<(String, String, bool), usize>;

#[test]
fn every_class_of_reconciliation_can_be_planted_under_its_name() {
    let planted = BillDifference::ALL.map(|difference| serde_json::to_value(difference).unwrap());
    let classes = Class::ALL.map(|class| Value::from(class.as_str()));
    assert_eq!(planted, classes);
}

#[tokio::test(flavor = "multi_thread")]
async fn reconciliation_finds_exactly_what_was_planted() {
    let hospital = Hospital::start().await;
    let mut numbers = Vec::new();
    for at in 0..48_u64 {
        let number = format!("T{at}");
        let (cash, insurance) = match at % 6 {
            4 => (2_000 + at, 0),
            5 => (0, 5_000 + at),
            _ => (3_333 + at, 4_417 + at),
        };
        hospital.paid(&number, cash, insurance).await;
        if at % 3 == 0 {
            hospital.refunded(&number).await;
        }
        numbers.push(number);
    }
    hospital.settle(&numbers).await;
    hospital.sleep_until_morning().await;
    hospital.sleep_until_morning().await;
    hospital.close().await;

    assert_eq!(found(&hospital), Found::new(), "the books agree");
    for seed in [1, 2, 3] {
        hospital.sandbox.clear_plantings();
        for difference in BillDifference::ALL {
            let mut planting = Planting::new(difference, hospital.day);
            planting.count = EACH;
            planting.seed = seed;
            hospital.sandbox.plant(planting);
        }
        let mut expected = Found::new();
        let planted = hospital.sandbox.planted(hospital.day).remove(0);
        assert_eq!(planted.len(), EACH * BillDifference::ALL.len());
        for planted in planted {
            let name = serde_json::to_value(planted.difference).unwrap();
            let name = name.as_str().unwrap().to_owned();
            let key = (name, planted.hosp_out_trade_no, planted.refund);
            *expected.entry(key).or_default() += 1;
        }
        assert_eq!(found(&hospital), expected, "seed {seed}");
    }
}

/// What the commands find in the bills of the day and the next one.
fn found(hospital: &Hospital) -> Found {
    let (first, last) = (hospital.day, hospital.day.tomorrow().unwrap());
    let folder = &hospital.folder;
    let days = format!("--since {first} --until {last}");
    let fetch = format!("bill fetch --again {days}");
    folder.run(&fetch).ended(0);
    let reconcile = format!(
        "reconcile --store orders.db --merchant {CLINIC} {days} --bill {first}=clinic-{first}.txt --bill {last}=clinic-{last}.txt --json"
    );
    let told = folder.run(&reconcile);
    assert!([Some(0), Some(4)].contains(&told.code), "{}", told.err);
    let code = told.code.unwrap();
    let lines = told.objects(code);
    let summary = &lines.last().unwrap()["summary"];
    assert_eq!(summary["proved"], true, "{summary}");
    let mut found = Found::new();
    for difference in lines.iter().filter_map(|line| line.get("difference")) {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let key = (
            text(&difference["class"]),
            text(&difference["key"]["hosp_out_trade_no"]),
            difference["movement"] == "refund",
        );
        *found.entry(key).or_default() += 1;
    }
    found
}
