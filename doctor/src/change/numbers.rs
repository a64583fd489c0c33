//! Numbers, times and booleans in another form than they are sent in.

use crate::mistake::Mistake;
use crate::words::Kind;

use super::{Change, Context, Stage};

/// Another form of a number: its description, and the text of a number in it.
type Form = (&'static str, fn(&str) -> Option<String>);

/// The forms, the more usual ones first.
const FORMS: [Form; 21] = [
    ("yuan with two decimals, as 77.50 for 7750", |value| {
        let digits = integer(value)?;
        Some(format!("{}.{:02}", digits / 100, digits % 100))
    }),
    ("yuan, as 77.5 for 7750", |value| {
        let digits = integer(value)?;
        Some(match (digits / 100, digits % 100) {
            (yuan, 0) => yuan.to_string(),
            (yuan, fen) => shortest(&format!("{yuan}.{fen:02}")),
        })
    }),
    ("as 7750.0 for 7750", |value| {
        Some(format!("{}.0", integer(value)?))
    }),
    ("as 7750.00 for 7750", |value| {
        Some(format!("{}.00", integer(value)?))
    }),
    ("as 7.75E3 for 7750", |value| {
        Some(scientific(value)?.to_uppercase())
    }),
    ("as 7.75e3 for 7750", scientific),
    ("as 7.75e+03 for 7750", |value| c_style(value, false)),
    ("as 7.750000e+03 for 7750", |value| c_style(value, true)),
    ("as 7.75E+3 for 7750", |value| {
        Some(scientific(value)?.replace('e', "E+").replace("E+-", "E-"))
    }),
    ("as 7,750 for 7750", |value| {
        let digits = integer(value)?.to_string();
        let mut text = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i) % 3 == 0 {
                text.push(',');
            }
            text.push(digit);
        }
        Some(text)
    }),
    ("without zeros at the end, as 1.5 for 1.50", |value| {
        decimal(value).map(|_| shortest(value))
    }),
    ("fen, as 7750 for 77.50", |value| {
        let (whole, part) = decimal(value)?;
        if part.len() > 2 {
            return None;
        }
        let fen: u64 = format!("{whole}{part:0<2}").parse().ok()?;
        Some(fen.to_string())
    }),
    ("without its decimals, as 77 for 77.50", |value| {
        decimal(value).map(|(whole, _)| whole.to_owned())
    }),
    ("with two decimals, as 1.50 for 1.5", |value| {
        let (whole, part) = decimal(value)?;
        (part.len() < 2).then(|| format!("{whole}.{part:0<2}"))
    }),
    ("without zeros in front, as 1 for 01", |value| {
        let all = value.bytes().all(|b| b.is_ascii_digit());
        let trimmed = value.trim_start_matches('0');
        (all && value.len() > 1 && value.starts_with('0')).then(|| match trimmed {
            "" => "0".to_owned(),
            trimmed => trimmed.to_owned(),
        })
    }),
    ("hundredfold, as 775000 for 7750", |value| {
        Some((integer(value)? * 100).to_string())
    }),
    ("as +7750 for 7750", |value| {
        Some(format!("+{}", integer(value)?))
    }),
    ("long digits through floating point, as 4.0E27", |value| {
        Some(long(value)?.to_uppercase())
    }),
    ("long digits through floating point, as 4.0e+27", |value| {
        Some(long(value)?.replace('e', "e+"))
    }),
    ("long digits through floating point, all digits", |value| {
        let number = long_number(value)?;
        Some(format!("{number:.0}"))
    }),
    ("as a number in quotes", |value| {
        Some(format!("\"{}\"", integer(value)?))
    }),
];

/// How many of the forms are tried for each field together with another mistake.
const PAIRED: usize = 6;

/// Times and booleans.
const TIMES: [Form; 4] = [
    ("yyyy-MM-dd HH:mm:ss", |value| time(value, " ", "")),
    ("yyyy-MM-ddTHH:mm:ss", |value| time(value, "T", "")),
    ("yyyy-MM-ddTHH:mm:ss+08:00", |value| {
        time(value, "T", "+08:00")
    }),
    ("yyyyMMddHHmmss", |value| {
        let looks =
            value.len() >= 19 && value.as_bytes()[4] == b'-' && value.as_bytes()[13] == b':';
        let digits: String = value
            .get(..19)?
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        (looks && digits.len() == 14).then_some(digits)
    }),
];

const BOOLEANS: [Form; 3] = [
    ("as 1 and 0", |value| match value {
        "true" => Some("1".into()),
        "false" => Some("0".into()),
        _ => None,
    }),
    ("as True and False", |value| match value {
        "true" => Some("True".into()),
        "false" => Some("False".into()),
        _ => None,
    }),
    ("as 1 and nothing", |value| match value {
        "true" => Some("1".into()),
        "false" => Some(String::new()),
        _ => None,
    }),
];

/// A number that programs compute with: no zeros in front, at most 15 digits.
fn integer(value: &str) -> Option<u64> {
    let usual = value.len() <= 15 && (value == "0" || !value.starts_with('0'));
    let digits = usual && value.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| value.parse().ok()).flatten()
}

/// Both sides of the point.
fn decimal(value: &str) -> Option<(&str, &str)> {
    let (whole, part) = value.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (value.len() <= 20 && digits(whole) && digits(part)).then_some((whole, part))
}

fn shortest(decimal: &str) -> String {
    decimal
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

/// `7.75e3`, by the digits and not through floating point.
fn scientific(value: &str) -> Option<String> {
    let number = integer(value)?;
    let digits = number.to_string();
    let (first, rest) = digits.split_at(1);
    let rest = rest.trim_end_matches('0');
    let exponent = digits.len() - 1;
    Some(match rest {
        "" => format!("{first}.0e{exponent}"),
        rest => format!("{first}.{rest}e{exponent}"),
    })
}

/// As C, Go and Python print a number in scientific form.
fn c_style(value: &str, six: bool) -> Option<String> {
    let text = scientific(value)?;
    let (mantissa, exponent) = text.split_once('e')?;
    let exponent: usize = exponent.parse().ok()?;
    Some(match six {
        true => format!("{:.6}e+{exponent:02}", mantissa.parse::<f64>().ok()?),
        false => format!("{}e+{exponent:02}", mantissa.trim_end_matches(".0")),
    })
}

fn long_number(value: &str) -> Option<f64> {
    let long = value.len() > 15 && value.len() <= 40 && !value.starts_with('0');
    let digits = long && value.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| value.parse().ok()).flatten()
}

fn long(value: &str) -> Option<String> {
    long_number(value).map(|number| format!("{number:e}"))
}

fn time(value: &str, between: &str, zone: &str) -> Option<String> {
    let plausible = value.len() == 14
        && value.bytes().all(|b| b.is_ascii_digit())
        && (value.starts_with("19") || value.starts_with("20"));
    plausible.then(|| {
        let (date, time) = value.split_at(8);
        format!(
            "{}-{}-{}{between}{}:{}:{}{zone}",
            &date[..4],
            &date[4..6],
            &date[6..],
            &time[..2],
            &time[2..4],
            &time[4..]
        )
    })
}

/// Parts of the names of amounts.
const AMOUNTS: [&str; 6] = ["fee", "amount", "price", "money", "total", "cash"];

fn is_amount(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    AMOUNTS.iter().any(|part| name.contains(part))
}

/// The changes of all numbers.
pub(super) fn all(list: &mut Vec<Change>) {
    for (detail, form) in FORMS {
        let amounts = Mistake::of(Kind::NumberReformatted, detail);
        let change = Change::of_some_values(amounts.clone(), Stage::Numbers, is_amount, form);
        list.push(change.in_family("number"));
    }
    for (detail, form) in FORMS {
        let all = Mistake::of(Kind::NumberReformatted, detail);
        list.push(Change::of_values(all, Stage::Numbers, form).in_family("number"));
    }
    for (kind, forms) in [
        (Kind::TimeReformatted, &TIMES[..]),
        (Kind::BooleanReformatted, &BOOLEANS[..]),
    ] {
        for (detail, form) in forms {
            let mistake = Mistake::of(kind, *detail);
            let change = Change::of_values(mistake, Stage::Numbers, *form);
            list.push(change.in_family(kind.code()));
        }
    }
}

/// The changes of one number.
pub(super) fn each(context: &Context<'_>, list: &mut Vec<Change>) {
    let entries = context
        .message
        .entries
        .iter()
        .filter(|entry| !entry.is_empty());
    for entry in entries {
        for (at, (detail, form)) in FORMS.into_iter().enumerate() {
            if form(&entry.value).is_none_or(|new| new == entry.value) {
                continue;
            }
            let own = entry.name.clone();
            let mistake = Mistake::of(Kind::NumberReformatted, detail).about(entry.name.as_str());
            let chosen = move |field: &str| field == own;
            let change = Change::of_some_values(mistake, Stage::Numbers, chosen, form)
                .in_family(entry.name.as_str());
            let usual = at < PAIRED && is_amount(&entry.name);
            list.push(if usual { change } else { change.alone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_programs_print_them() {
        let forms = |value: &str| -> Vec<String> {
            FORMS.iter().filter_map(|(_, form)| form(value)).collect()
        };
        assert_eq!(
            forms("7750"),
            [
                "77.50",
                "77.5",
                "7750.0",
                "7750.00",
                "7.75E3",
                "7.75e3",
                "7.75e+03",
                "7.750000e+03",
                "7.75E+3",
                "7,750",
                "775000",
                "+7750",
                "\"7750\""
            ]
        );
        assert_eq!(forms("77.50"), ["77.5", "7750", "77"]);
        assert_eq!(forms("01"), ["1"]);
        assert_eq!(scientific("100").as_deref(), Some("1.0e2"));
        assert_eq!(
            forms("4003522001201706135577210346"),
            [
                "4.003522001201706E27",
                "4.003522001201706e+27",
                "4003522001201706060470026240"
            ]
        );
        assert_eq!(
            time("20181204075841", " ", "").as_deref(),
            Some("2018-12-04 07:58:41")
        );
        assert_eq!(
            TIMES[3].1("2018-12-04 07:58:41").as_deref(),
            Some("20181204075841")
        );
        assert_eq!(TIMES[3].1("挂号挂号挂号挂号"), None);
    }
}
