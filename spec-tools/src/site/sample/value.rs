//! An invented value for a field, from its kind, its name and its label.
//!
//! The same name always gets the same value, so that the samples of an order, its query and its
//! refund speak of one order. Digits are taken from the MD5 of the name: no clock, no chance.

use signed_xml_codegen::model::{Field, FieldType, Format, Model, SampleWord, Supplier};

use super::sign::hex;

/// The day on which everything happens in the samples.
const DAY: &str = "20200713";

/// A value that `field` takes; `structure` writes the JSON structure of a name.
pub(super) fn of(
    model: &Model,
    field: &Field,
    structure: &dyn Fn(&str) -> Option<String>,
) -> String {
    if let Supplier::Constant(value) = &field.supplier {
        return value.clone();
    }
    match &field.field_type {
        // The choice of a sample gives these; it always knows one.
        FieldType::Enum(_) | FieldType::Number | FieldType::Fen => String::new(),
        FieldType::Seconds => "7200".to_owned(),
        // RFC 5737: an address for documentation.
        FieldType::Ipv4 => "203.0.113.7".to_owned(),
        FieldType::Time => format!("{DAY}093000"),
        FieldType::Date => DAY.to_owned(),
        // The example number of GB 11643.
        FieldType::IdDigest => hex(b"11010519491231002X"),
        FieldType::Structure(name) => structure(name).unwrap_or_default(),
        FieldType::Text => match field.format {
            Some(Format::Md5) => hex(field.name.as_bytes()),
            Some(Format::Json) => r#"{"key":"value"}"#.to_owned(),
            Some(Format::Url) => fitting(field, address(&field.name)),
            None => fitting(field, text(&model.vocabulary.samples, field)),
        },
    }
}

fn text(samples: &[SampleWord], field: &Field) -> String {
    let name = field.name.to_lowercase();
    let digest = hex(name.as_bytes());
    let room = field.max.map_or(usize::MAX, |max| max as usize);
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    let known = samples.iter().find(|sample| {
        let mut ends = sample.name_ends.iter();
        ends.any(|end| name.ends_with(end.as_str()))
    });
    match () {
        () if known.is_some() => known.map_or_else(String::new, |known| filled(known, "", &digest)),
        () if ends(&["nonce_str"]) => digest.to_uppercase(),
        () if field.secret => digest,
        () if ends(&["url"]) => address(&name),
        () if ends(&["_ip"]) => "203.0.113.7".to_owned(),
        () if ends(&["time", "_create"]) => format!("{DAY}093000"),
        () if room < 8 => digits(&digest, room),
        () if ends(&["_no", "_id"]) => format!("{DAY}{}", digits(&digest, 8)),
        () => word(samples, &field.label, &name),
    }
}

/// The first words of a label, without brackets behind them; for some ends the vocabulary has a
/// text.
fn word(samples: &[SampleWord], label: &str, name: &str) -> String {
    let end = label
        .find(['（', '(', '，', ',', '：', '-'])
        .unwrap_or(label.len());
    let word = match label[..end].trim() {
        "" => return name.to_owned(),
        word => word,
    };
    let mut known = samples.iter().filter_map(|sample| {
        let mut ends = sample.label_ends.iter();
        let rest = ends.find_map(|end| word.strip_suffix(end.as_str()))?;
        Some(filled(sample, rest, &hex(name.as_bytes())))
    });
    known.next().unwrap_or_else(|| word.to_owned())
}

fn filled(sample: &SampleWord, rest: &str, digest: &str) -> String {
    let rest = if sample.rest { rest } else { "" };
    let hex = &digest[..sample.hex.min(digest.len())];
    format!(
        "{}{rest}{hex}{}",
        sample.text,
        digits(digest, sample.digits)
    )
}

fn address(name: &str) -> String {
    let path = name.trim_end_matches("url").trim_end_matches('_');
    format!("https://merchant.example/{path}")
}

fn digits(digest: &str, count: usize) -> String {
    let digits = digest.bytes().cycle().take(count);
    digits.map(|byte| char::from(b'0' + byte % 10)).collect()
}

/// Cut to the field's length, which counts characters or bytes; a character is never cut in two.
fn fitting(field: &Field, text: String) -> String {
    use signed_xml_codegen::model::LengthUnit::{Bytes, Chars};
    let Some(max) = field.max.map(|max| max as usize) else {
        return text;
    };
    let mut fitting = String::new();
    for (at, c) in text.chars().enumerate() {
        let fits = match field.length_unit {
            Chars => at < max,
            Bytes => fitting.len() + c.len_utf8() <= max,
        };
        if !fits {
            break;
        }
        fitting.push(c);
    }
    fitting
}
