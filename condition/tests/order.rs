//! Which of two conditions demands more, and that the answer does not take long.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use proptest::prelude::*;
use signed_xml_condition::{Comparison, Condition, Facts, Field, Kind, Order, Presence, Term};

fn parse(text: &str) -> Condition {
    let texts = ["a", "b", "c", "d", "kind", "purse"];
    let numbers = ["fee", "cash", "total"];
    let texts = texts.map(|name| Field::new(name, Kind::Text).optional());
    let number = |name| Field::new(name, Kind::Number).with_presence(Presence::Defaulted);
    let fields: Vec<Field> = texts.into_iter().chain(numbers.map(number)).collect();
    let parsed = Condition::parse_str(text, &fields).unwrap();
    parsed.map(&mut ToString::to_string)
}

fn order(earlier: &str, later: &str) -> Order {
    parse(later).order(&parse(earlier))
}

#[test]
fn each_pair_has_the_order_of_the_messages_of_which_it_holds() {
    use Order::{Incomparable, Same, Stronger, Weaker};
    for (earlier, later, expected) in [
        // Other words for the same.
        (
            "present(a) || present(b)",
            "!(absent(a) && absent(b))",
            Same,
        ),
        (
            "kind == \"2\" || kind == \"1\"",
            "one_of(kind, \"1\", \"2\")",
            Same,
        ),
        (
            "implies(present(a), present(b))",
            "absent(a) || present(b)",
            Same,
        ),
        ("present(a) && present(a)", "present(a)", Same),
        (
            "(present(a) && present(b)) || (present(a) && absent(b))",
            "present(a)",
            Same,
        ),
        // A condition more, a case more.
        ("present(a)", "present(a) && present(b)", Stronger),
        ("present(a)", "present(a) || present(b)", Weaker),
        ("present(a)", "present(b)", Incomparable),
        (
            "present(a) || present(b)",
            "present(b) || present(c)",
            Incomparable,
        ),
        // A value is there, and excludes the others.
        ("kind == \"1\"", "present(kind)", Weaker),
        (
            "kind == \"1\"",
            "one_of(kind, \"1\", \"2\") && kind != \"2\"",
            Same,
        ),
        (
            "present(a) && absent(a)",
            "kind == \"1\" && kind == \"2\"",
            Same,
        ),
        ("kind != \"1\"", "one_of(kind, \"2\", \"3\")", Stronger),
        ("kind == \"1\"", "purse == \"1\"", Incomparable),
        // Numbers are whole and have no sign.
        ("fee > 0", "fee >= 1", Same),
        ("fee > 0", "fee != 0", Same),
        ("fee >= 0", "1 > 0", Same),
        ("fee > 0", "fee > 5", Stronger),
        ("fee < 7", "fee <= 7", Weaker),
        ("fee == 3", "fee == 4", Incomparable),
        ("2 < 1", "fee < 0", Same),
        // One form of a sum, whichever side its fields stand on.
        ("cash <= total", "total >= cash", Same),
        ("cash <= total", "cash < total", Stronger),
        ("cash + fee <= total + 1", "fee + cash < total + 2", Same),
        ("cash + fee == fee + 3", "cash == 3", Same),
        ("cash <= total && fee > 1", "cash <= total", Weaker),
    ] {
        assert_eq!(order(earlier, later), expected, "{earlier} → {later}");
        let back = match expected {
            Weaker => Stronger,
            Stronger => Weaker,
            same => same,
        };
        assert_eq!(order(later, earlier), back, "{later} → {earlier}");
    }
}

#[test]
fn what_always_and_what_never_holds_are_known() {
    let always = parse("present(a) || absent(a)");
    assert_eq!(always.order(&Condition::ALWAYS), Order::Same);
    assert_eq!(
        parse("fee < 3 && fee > 3").order(&Condition::NEVER),
        Order::Same
    );
    assert_eq!(parse("fee < 3").order(&Condition::NEVER), Order::Weaker);
    assert_eq!(parse("fee < 3").order(&Condition::ALWAYS), Order::Stronger);
}

/// Fields enough for more messages than any program can look at.
fn many(count: usize) -> Vec<Condition> {
    (0..count)
        .map(|number| Condition::Present(format!("f{number}")))
        .collect()
}

#[test]
fn conditions_over_many_fields_are_ordered_exactly() {
    let fields = many(200);
    let all = Condition::All(fields.clone());
    assert_eq!(all.order(&Condition::ALWAYS), Order::Stronger);
    assert_eq!(
        Condition::All(fields[1..].to_vec()).order(&all),
        Order::Weaker
    );
    let pair = |pair: &[Condition]| Condition::All(pair.to_vec());
    let pairs: Vec<Condition> = fields.chunks(2).map(pair).collect();
    let fewer = Condition::Any(pairs[1..].to_vec());
    let mut turned = pairs.clone();
    turned.reverse();
    let pairs = Condition::Any(pairs);
    assert_eq!(Condition::Any(turned).order(&pairs), Order::Same);
    assert_eq!(fewer.order(&pairs), Order::Stronger);
}

#[test]
fn many_values_of_many_fields_are_ordered_exactly() {
    let values: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    let is = |field: usize, values: &[String]| Condition::Is {
        field: format!("f{field}"),
        values: values.to_vec(),
    };
    let all = |values: &[String]| Condition::All((0..10).map(|field| is(field, values)).collect());
    assert_eq!(all(&values[1..]).order(&all(&values)), Order::Stronger);
}

#[test]
fn a_comparison_that_would_take_too_long_is_given_up() {
    // Clauses of three fields each, about as many as can just be met together: no method is quick.
    let fields = many(150);
    let mut state = 1u64;
    let mut literal = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let field = fields[(state >> 33) as usize % fields.len()].clone();
        match state >> 62 & 1 {
            0 => field,
            _ => Condition::Not(Box::new(field)),
        }
    };
    let clauses = (0..640).map(|_| Condition::Any((0..3).map(|_| literal()).collect()));
    let clauses = Condition::All(clauses.collect());
    assert_eq!(clauses.order(&Condition::NEVER), Order::Incomparable);
}

/// A whole message: which of `a` and `b` it has, the value of `kind`, its numbers.
#[derive(Clone, Debug)]
struct Message {
    a: bool,
    b: bool,
    kind: Option<&'static str>,
    numbers: [u64; 3],
}

impl Facts<String> for Message {
    fn present(&self, field: &String) -> Option<bool> {
        Some(match field.as_str() {
            "a" => self.a,
            "b" => self.b,
            _ => self.kind.is_some(),
        })
    }

    fn is(&self, _: &String, values: &[String]) -> Option<bool> {
        let kind = self.kind;
        Some(kind.is_some_and(|kind| values.iter().any(|value| value == kind)))
    }

    fn compare(&self, left: &[Term], comparison: Comparison, right: &[Term]) -> Option<bool> {
        let number = |term: &Term| match term {
            Term::Number(number) => *number,
            Term::Field(name) if name == "fee" => self.numbers[0],
            Term::Field(name) if name == "cash" => self.numbers[1],
            Term::Field(_) => self.numbers[2],
        };
        let sum = |terms: &[Term]| terms.iter().map(number).sum::<u64>();
        Some(comparison.holds(sum(left), sum(right)))
    }
}

fn messages() -> impl Strategy<Value = Message> {
    let kind = prop::option::of(prop::sample::select(vec!["1", "2", "3"]));
    (any::<bool>(), any::<bool>(), kind, [0..6u64, 0..6, 0..6]).prop_map(|(a, b, kind, numbers)| {
        Message {
            a,
            b,
            kind,
            numbers,
        }
    })
}

fn conditions() -> impl Strategy<Value = String> {
    let number = prop::sample::select(vec!["fee", "cash", "total", "cash + 1", "2", "fee + cash"]);
    let operator = prop::sample::select(vec!["<", "<=", ">", ">=", "==", "!="]);
    let compare = (number.clone(), operator, number).prop_map(|(a, is, b)| format!("{a} {is} {b}"));
    let plain = prop::sample::select(vec![
        "present(a)",
        "absent(b)",
        "kind == \"1\"",
        "kind != \"2\"",
        "one_of(kind, \"1\", \"3\")",
    ]);
    let leaf = prop_oneof![plain.prop_map(str::to_owned), compare];
    leaf.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(({a}) && ({b}))")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(({a}) || ({b}))")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("implies({a}, {b})")),
            inner.prop_map(|a| format!("!({a})")),
        ]
    })
}

proptest! {
    #[test]
    fn no_message_contradicts_an_order(
        earlier in conditions(),
        later in conditions(),
        messages in prop::collection::vec(messages(), 50),
    ) {
        let (earlier, later) = (parse(&earlier), parse(&later));
        let order = later.order(&earlier);
        for message in messages {
            match (order, earlier.holds(&message), later.holds(&message)) {
                (Order::Same | Order::Weaker, true, false) | (Order::Same | Order::Stronger, false, true) => {
                    prop_assert!(false, "{order:?}, but not of {message:?}: {earlier} → {later}");
                }
                _ => {}
            }
        }
    }
}
