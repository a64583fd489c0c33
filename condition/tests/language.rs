//! The language from outside: what it prints, what it refuses and where, and how deep it may be
//! nested.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use proptest::prelude::*;
use signed_xml_condition::{
    Comparison, Condition, Fault, Field, Kind, MAX_NESTING, Presence, Problem, Term,
};

fn fields() -> Vec<Field> {
    let kind = Kind::Enum {
        name: "Purse".to_owned(),
        values: ["1", "2", "CASH_ONLY"].map(str::to_owned).to_vec(),
    };
    vec![
        Field::new("fee", Kind::Number),
        Field::new("total", Kind::Number),
        Field::new("extra", Kind::Number).with_presence(Presence::Defaulted),
        Field::new("count", Kind::Number).optional(),
        Field::new("note", Kind::Text).optional(),
        Field::new("purse", kind).optional(),
        Field::new("own", Kind::Unknown),
        Field::new("type", Kind::Text).optional(),
        Field::new("item_n", Kind::Number).with_presence(Presence::Repeated),
        Field::new("sign", Kind::Text).with_presence(Presence::Signature),
    ]
}

fn parse(text: &str) -> Result<Condition, Vec<Problem>> {
    let parsed = Condition::parse_str(text, &fields())?;
    Ok(parsed.map(&mut ToString::to_string))
}

/// The problems as `place: line`, where the place is what the caret stands under.
fn problems(text: &str) -> Vec<String> {
    let place = |problem: &Problem| match problem.span {
        Some(span) => text[span.byte_range()].to_owned(),
        None => "the end".to_owned(),
    };
    let problems = parse(text).unwrap_err();
    problems
        .iter()
        .map(|problem| format!("{}: {problem}", place(problem)))
        .collect()
}

#[test]
fn a_condition_is_printed_as_it_was_written() {
    for text in [
        "present(note)",
        "fee + extra + 3 <= total",
        "implies(purse == \"2\", fee == 0 && extra > 0)",
        "present(purse) && purse != \"CASH_ONLY\"",
        "(absent(note) || present(count)) && fee > 0",
        "!(present(note) && fee > 0) || !(fee < total)",
        "!one_of(purse, \"1\", \"2\")",
        "!!(fee > 0)",
        "present(type)",
        "own == \"一\\\"\\\\\" && own > 7",
    ] {
        assert_eq!(parse(text).unwrap().to_string(), text);
    }
}

#[test]
fn parentheses_that_change_nothing_and_signs_that_say_it_longer_are_dropped() {
    for (text, printed) in [
        ("((fee) + (extra)) <= total", "fee + extra <= total"),
        ("(((present(note))))", "present(note)"),
        (
            "present(note) && (fee > 0 && fee < total)",
            "present(note) && fee > 0 && fee < total",
        ),
        ("!present(note)", "absent(note)"),
        ("!(purse == (\"1\"))", "purse != \"1\""),
        ("!(purse != \"1\")", "!(purse != \"1\")"),
        ("one_of(purse, \"1\",)", "purse == \"1\""),
        ("fee == 0x10 + 1_000", "fee == 16 + 1000"),
        ("present(r#type)", "present(type)"),
    ] {
        assert_eq!(
            parse(text).unwrap().to_string().replace("r#", ""),
            printed,
            "{text}"
        );
    }
}

#[test]
fn every_problem_has_a_place_and_says_what_to_do() {
    for (text, found) in [
        (
            "",
            "the end: the condition is empty: write one, such as `present(other_field)`",
        ),
        (
            "present(fee)",
            "fee: `fee` is always there: remove the question, or ask for a field that may be absent",
        ),
        (
            "fee <=",
            "the end: a field, a number or a value in quotes is expected here: the condition ends here",
        ),
        (
            "(fee <=) && fee > 0",
            "): a field, a number or a value in quotes is expected here: the condition ends here",
        ),
        (
            "fee > 0 && || fee < 3",
            "|: a field, a number or a value in quotes is expected here: found `||`",
        ),
        (
            "0 <= fee <= total",
            "<: comparisons cannot be chained: join two comparisons with `&&`",
        ),
        (
            "fee > 1u8",
            "1u8: this number cannot be used: write digits alone, at most 18446744073709551615",
        ),
        (
            "fee > 18446744073709551616",
            "18446744073709551616: this number cannot be used: write digits alone, at most 18446744073709551615",
        ),
        (
            "fee - extra > 0",
            "-: this is not in the condition language: bring it to the other side: instead of `a - b > 0` write `a > b`",
        ),
        (
            "fee = 3",
            "=: this is not in the condition language: write `==`",
        ),
        (
            "fee > 0 & fee < 3",
            "&: this is not in the condition language: write `&&`",
        ),
        (
            "fees > 0",
            "fees: the message has no field `fees`: did you mean `fee`?",
        ),
        (
            "presents(note)",
            "presents: `presents` is not a function of the condition language: did you mean `present`?",
        ),
        (
            "present(note, fee)",
            "present: `present` has the wrong number of arguments: takes one field: `present(field)`",
        ),
        (
            "implies(present(note))",
            "implies: `implies` has the wrong number of arguments: takes two conditions: `implies(a, b)`",
        ),
        (
            "one_of(purse)",
            "one_of: `one_of` has the wrong number of arguments: takes a field and values: `one_of(field, \"A\", \"B\")`",
        ),
        (
            "present(1)",
            "1: the name of a field is expected here: not a name",
        ),
        (
            "note",
            "note: a condition is expected here: compare it, or ask `present(…)`",
        ),
        (
            "true",
            "true: a condition is expected here: compare it, or ask `present(…)`",
        ),
        (
            "purse == 1",
            "1: a value of `purse` needs quotes: write `\"1\"`",
        ),
        (
            "purse == CASH_ONLY",
            "CASH_ONLY: a value of `purse` needs quotes: write `\"CASH_ONLY\"`",
        ),
        (
            "one_of(purse, \"1\", 2)",
            "2: a value of `purse` needs quotes: write `\"2\"`",
        ),
        (
            "purse == \"CASHONLY\"",
            "\"CASHONLY\": enum `Purse` of `purse` has no value `CASHONLY`: did you mean `CASH_ONLY`?",
        ),
        (
            "purse < \"2\"",
            "<: `purse` is not a number, so it has no order: use `==`, `!=` or `one_of(…)`",
        ),
        (
            "fee == \"3\"",
            "\"3\": `fee` is a number: write the number without quotes",
        ),
        (
            "one_of(fee, \"3\")",
            "fee: a field that holds a text is expected here: compare numbers: `fee == 1 || fee == 2`",
        ),
        (
            "fee <= note",
            "note: a number is expected here: compare it with a value in quotes: `note == \"…\"`",
        ),
        (
            "\"1\" == purse",
            "\"1\": a number is expected here: write the field first: `field == \"VALUE\"`",
        ),
        (
            "count > 0",
            "count: `count` may be absent: give `count` a `default`",
        ),
        (
            "item_n > 0",
            "item_n: `item_n` stands any number of times: a condition names fields that stand once",
        ),
        (
            "present(sign)",
            "sign: `sign` is the signature, which is computed last: remove it from the condition",
        ),
        (
            "present(note",
            ": the condition is not Rust: not closed, or not a character of Rust",
        ),
    ] {
        let all = problems(text);
        assert!(
            all.first().is_some_and(|first| first == found),
            "{text}: {all:#?}"
        );
    }
}

#[test]
fn a_word_for_an_operator_is_told_and_nothing_follows_from_it() {
    let text = "not present(note) AND (fee > 0 or NOT (fee < 1)) and not fee == 2";
    let found = problems(text);
    let words: Vec<&str> = found
        .iter()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(words, ["not", "AND", "or", "NOT", "and", "not"]);
    let help: Vec<&str> = found
        .iter()
        .map(|line| line.rsplit(": ").next().unwrap())
        .collect();
    let not = "write `!` in front of what must not hold";
    assert_eq!(
        help,
        [not, "write `&&`", "write `||`", not, "write `&&`", not]
    );
    let of_a_field = [Field::new("not", Kind::Number)];
    assert!(Condition::parse_str("not == 2", &of_a_field).is_ok());
}

#[test]
fn all_problems_of_a_condition_are_found_in_one_run() {
    let text = "fe * 2 > 1 && present(1) || implies(fee > \"1\", nots == 2) && (purse == 1 && a.b) && f(x)";
    let places: Vec<String> = problems(text)
        .iter()
        .map(|line| line.split(':').next().unwrap().to_owned())
        .collect();
    assert_eq!(places, ["*", "1", "\"1\"", "nots", "1", ".", "f"]);
}

#[test]
fn nesting_is_refused_at_the_first_level_too_many_for_all_that_opens_it() {
    let deep = MAX_NESTING + 1;
    for (open, inner, close) in [
        ("(", "fee > 0", ")"),
        ("!", "present(note)", ""),
        ("! ", "(fee > 0)", ""),
        ("implies(fee > 0, ", "fee > 0", ")"),
        ("present(", "note", ")"),
        ("(fee + ", "1", ") > 0"),
        ("!(", "fee > 0", ")"),
        ("[", "fee", "]"),
        ("{", "fee", "}"),
        ("fee[", "0", "]"),
    ] {
        for levels in [deep, 2_100, 20_000] {
            let text = format!("{}{inner}{}", open.repeat(levels), close.repeat(levels));
            let found = parse(&text).unwrap_err();
            assert_eq!(found.len(), 1, "{open} {found:?}");
            assert_eq!(found[0].fault, Fault::TooDeep, "{open}");
            let place = found[0].span.unwrap().byte_range();
            assert!(
                place.start > 0 && place.start < open.len() * deep + inner.len(),
                "{open} {place:?}"
            );
        }
    }
    let text = format!(
        "{}fee > 0{}",
        "(".repeat(MAX_NESTING),
        ")".repeat(MAX_NESTING)
    );
    assert_eq!(parse(&text).unwrap().to_string(), "fee > 0");
}

#[test]
fn what_repeats_without_nesting_in_this_language_is_refused_at_its_first_token() {
    for (text, place) in [
        (format!("{}fee > 0", "-".repeat(20_000)), "-"),
        (format!("{}fee > 0", "&".repeat(19_999)), "&"),
        (format!("{}fee > 0", "*".repeat(20_000)), "*"),
        (format!("{}fee > 0", "|fee| ".repeat(20_000)), "|"),
        (format!("{}fee > 0", "return ".repeat(20_000)), "return"),
        (format!("{}fee > 0", "..".repeat(20_000)), "."),
        (format!("{}fee > 0", "#[a]".repeat(20_000)), "#"),
        (format!("{}u8 > 0", "<".repeat(20_000)), "<"),
        (format!("fee{} > 0", ".len()".repeat(20_000)), "."),
        (format!("fee{} > 0", "?".repeat(20_000)), "?"),
        (format!("fee{} > 0", "::<fee>".repeat(20_000)), ":"),
        (format!("fee{} > 0", " as u8".repeat(20_000)), "as"),
        (format!("fee > 0{}", " = fee".repeat(20_000)), "="),
    ] {
        let found = problems(&text);
        assert!(found[0].starts_with(&format!("{place}: ")), "{}", found[0]);
    }
}

#[test]
fn a_chain_may_be_long_and_needs_no_stack() {
    for operator in ["&&", "||"] {
        let text = vec!["fee > 0"; 20_000].join(operator);
        let condition = parse(&text).unwrap();
        assert_eq!(condition.fields(), ["fee"]);
        assert_eq!(condition.to_string().len(), text.len() + 2 * 19_999);
    }
    let sum = vec!["1"; 20_000].join("+") + "> fee";
    assert!(matches!(parse(&sum), Ok(Condition::Compare { left, .. }) if left.len() == 20_000));
}

fn conditions() -> impl Strategy<Value = Condition> {
    let number = prop_oneof!["fee", "total", "extra", "own"];
    let term = prop_oneof![
        number.prop_map(Term::Field),
        any::<u64>().prop_map(Term::Number)
    ];
    let sum = prop::collection::vec(term, 1..4);
    let comparison = prop::sample::select(vec![
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
        Comparison::Equal,
        Comparison::NotEqual,
    ]);
    let leaf = prop_oneof![
        prop_oneof!["note", "purse", "extra", "type"].prop_map(Condition::Present),
        ("note|own|type", prop::collection::vec("\\PC{0,4}", 1..3))
            .prop_map(|(field, values)| Condition::Is { field, values }),
        (sum.clone(), comparison, sum).prop_map(|(left, comparison, right)| Condition::Compare {
            // A text is compared with a text: a sum begins with what is a number for certain.
            left: [vec![Term::Number(0)], left].concat(),
            comparison,
            right,
        }),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::Any),
            inner
                .clone()
                .prop_map(|inner| Condition::Not(Box::new(inner))),
            (inner.clone(), inner).prop_map(|(a, b)| Condition::Implies(Box::new(a), Box::new(b))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_parsed_again_and_printed_the_same(condition in conditions()) {
        let text = condition.to_string();
        let again = parse(&text);
        prop_assert!(again.is_ok(), "{text}: {again:?}");
        prop_assert_eq!(again.unwrap().to_string(), text);
    }

    #[test]
    fn no_text_makes_the_parser_panic(parts in prop::collection::vec(
        prop_oneof![
            "fee|note|purse|x|present|one_of|implies|\"A\"|7|true|r#type",
            "&&|\\|\\||!|==|<=|<|\\+|,|=|-|\\.|#|\\(|\\)|\\[|\\]|\\{|\\}",
            "\\PC",
        ],
        0..24,
    )) {
        let text = parts.join(" ");
        if let Err(problems) = parse(&text) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                let place = problem.span.map_or(0..0, |span| span.byte_range());
                prop_assert!(text.get(place).is_some());
            }
        }
    }
}
