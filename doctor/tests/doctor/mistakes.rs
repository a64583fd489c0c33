//! Every mistake, made by the tests' own signer and named by the doctor.

use signed_xml_doctor::Kind;

use crate::sender::{examined, kinds, messages, signed};
use crate::wrong::{percent, rest};
use crate::wrong_strings::ROWS as STRINGS;
use crate::wrong_tails::ROWS as TAILS;

#[test]
fn every_mistake_is_named_and_nothing_else() {
    let mut wrong = Vec::new();
    for (kind, words, signer) in STRINGS.iter().chain(TAILS) {
        let mut occasions = 0;
        for (at, sent) in messages().iter().enumerate() {
            let Some(body) = signer(sent) else { continue };
            occasions += 1;
            let named = kinds(&examined(&body));
            if named != [*kind] {
                wrong.push(format!("{kind}, {words}, message {at}: {named:?}"));
            }
        }
        if occasions == 0 {
            wrong.push(format!("{kind}, {words}: no message gives an occasion"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kind_is_made_by_a_wrong_signer_of_the_tests() {
    let made: Vec<Kind> = STRINGS
        .iter()
        .chain(TAILS)
        .map(|(kind, ..)| *kind)
        .collect();
    let rare = [Kind::OrderOfPairs, Kind::OrderOfTable, Kind::OrderOfLengths];
    let missing: Vec<&Kind> = Kind::ALL
        .iter()
        .filter(|kind| !made.contains(kind) && !rare.contains(kind))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn mistakes_are_named_in_json_and_forms_too() {
    for sent in messages() {
        let wrong = signed(&rest(&sent, &["total_fee"]));
        assert_eq!(
            kinds(&examined(sent.json(&wrong).as_bytes())),
            [Kind::FieldLeftOut]
        );
        let encoded = |pairs: &[(String, String)]| {
            let pairs: Vec<String> = pairs
                .iter()
                .map(|(name, value)| format!("{name}={}", percent(value, "-_.*", true, false)))
                .collect();
            pairs.join("&")
        };
        let form = format!("{}&sign={wrong}", encoded(&sent.0));
        assert_eq!(
            kinds(&examined(form.as_bytes())),
            [Kind::FieldLeftOut],
            "{form}"
        );
        // Signed as it stands in the form.
        let form = format!(
            "{}&sign={}",
            encoded(&sent.0),
            signed(&encoded(&sent.sorted()))
        );
        assert_eq!(
            kinds(&examined(form.as_bytes())),
            [Kind::PercentSigned],
            "{form}"
        );
    }
}
