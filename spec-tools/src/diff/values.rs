//! Compares what two fields hold: printed type, length, unit, format, enum, range, default.
//!
//! The printed type and our type are compared apart: an amount is a `Fen` under each printed width,
//! so a wider type in the document changes nothing in Rust.

use std::fmt::Display;

use signed_xml_codegen::model::{Field, FieldType, Format, LengthUnit, MessageKind, WireType};

use super::change::{Finding, Record, Spot};
use super::level::{Level, Way};
use super::rules::Sides;
use super::rules::message as rules;

pub(super) fn compare(
    record: &mut Record<'_>,
    spot: Spot<'_>,
    kind: MessageKind,
    old: &Field,
    new: &Field,
) {
    let pair = Pair {
        spot,
        kind,
        way: Way::of(kind),
        old,
        new,
    };
    if pair.printed_type(record) {
        return;
    }
    pair.held(record);
    pair.listed(record);
    pair.format(record);
    pair.length(record);
    pair.range(record);
}

struct Pair<'a> {
    spot: Spot<'a>,
    kind: MessageKind,
    way: Way,
    old: &'a Field,
    new: &'a Field,
}

impl Pair<'_> {
    /// Tells of another printed type; true if that explains everything else.
    fn printed_type(&self, record: &mut Record<'_>) -> bool {
        let (old, new) = (self.old, self.new);
        if old.wire_type == new.wire_type {
            return false;
        }
        let (sides, what) = match (width(old.wire_type), width(new.wire_type)) {
            (Some(before), Some(after)) if before < after => (&rules::TYPE_WIDENED, "a wider"),
            (Some(_), Some(_)) => (&rules::TYPE_NARROWED, "a narrower"),
            _ => (&rules::TYPE_CHANGED, "another"),
        };
        let enums = [old, new].map(|field| matches!(field.field_type, FieldType::Enum(_)));
        // XML writes the value of an enum alike whether it is printed as a text or as a number;
        // JSON puts quotes around texts.
        let on_wire = enums != [true, true] || self.kind == MessageKind::Structure;
        let in_rust = rust_type(old) != rust_type(new) && held(old) == held(new)
            || (enums == [false, false] && what == "another");
        let (before, after) = (old.printed_type(), new.printed_type());
        let text = format!(
            "`{}` has {what} type: {after} instead of {before}",
            new.name
        );
        let finding = Finding::new(sides.of(self.way), text).values(before, after);
        record.add(self.spot, finding.at(new.span).wire(on_wire).api(in_rust));
        enums == [false, false] && what == "another"
    }

    /// Unit, format or enum: what the value is as a type of ours.
    fn held(&self, record: &mut Record<'_>) {
        let (before, after) = (held(self.old), held(self.new));
        if before == after || self.is_renamed_enum(record) {
            return;
        }
        let name = &self.new.name;
        let (sides, text) = match (&before, &after) {
            (Held::Enum(a), Held::Enum(b)) => (
                &rules::ENUM_REPLACED,
                format!("`{name}` is a `{b}` instead of a `{a}`"),
            ),
            (_, Held::Enum(b)) => (&rules::ENUM_ATTACHED, format!("`{name}` is a `{b}` now")),
            (Held::Enum(a), _) => (
                &rules::ENUM_DETACHED,
                format!("`{name}` is no longer a `{a}`"),
            ),
            (Held::Number(a), Held::Number(b)) => (
                &rules::UNIT_CHANGED,
                format!("`{name}` has another unit: {b} instead of {a}"),
            ),
            (a, b) => (
                &rules::FORMAT_CHANGED,
                format!("`{name}` has another form: {b} instead of {a}"),
            ),
        };
        self.add(record, sides, text, Some(before), Some(after));
    }

    /// Values that the row lists of its enum. What the enum itself gains or loses is a
    /// change of the enum.
    fn listed(&self, record: &mut Record<'_>) {
        let (FieldType::Enum(before), FieldType::Enum(after)) =
            (&self.old.field_type, &self.new.field_type)
        else {
            return;
        };
        let (before, after) = (record.old.enum_named(before), record.new.enum_named(after));
        let Some((before, after)) = before.zip(after) else {
            return;
        };
        let lists =
            |field: &Field, value: &String| field.listed.is_empty() || field.listed.contains(value);
        for value in after.values.iter().map(|value| &value.value) {
            if !before.values.iter().any(|known| known.value == *value) {
                continue;
            }
            let (sides, what) = match (lists(self.old, value), lists(self.new, value)) {
                (false, true) => (&rules::LISTED_VALUE_ADDED, "lists"),
                (true, false) => (&rules::LISTED_VALUE_REMOVED, "no longer lists"),
                _ => continue,
            };
            let text = format!(
                "`{}` {what} the value `{value}` of `{}`",
                self.new.name, after.name
            );
            let [old, new] =
                [self.old, self.new].map(|field| Some(value).filter(|value| lists(field, value)));
            self.add(record, sides, text, old, new);
        }
    }

    fn is_renamed_enum(&self, record: &Record<'_>) -> bool {
        let (FieldType::Enum(before), FieldType::Enum(after)) =
            (&self.old.field_type, &self.new.field_type)
        else {
            return false;
        };
        let mut renamed = record.renamed_enums.iter();
        renamed.any(|(old, new)| old == before && new == after)
    }

    /// A form that is only checked: the type in Rust is a text before and after.
    fn format(&self, record: &mut Record<'_>) {
        let (old, new) = (self.old, self.new);
        if old.format == new.format || held(old) != held(new) {
            return;
        }
        let (before, after) = (format_word(old.format), format_word(new.format));
        let text = format!(
            "`{}` has another form: {after} instead of {before}",
            new.name
        );
        let is_checked = |format| matches!(format, Some(Format::Url | Format::Md5));
        let checks = self.way == Way::Request && (is_checked(old.format) || is_checked(new.format));
        let (wire, api) = match (self.way, checks) {
            (Way::Request, true) => (Level::Breaking, Level::Warning),
            (Way::Request, false) => (Level::Breaking, Level::NoEffect),
            _ => (Level::Compatible, Level::NoEffect),
        };
        let finding = Finding::new(rules::FORMAT_CHANGED.of(self.way), text).values(before, after);
        let finding = finding.wire_at_most(wire).api_at_most(api);
        record.add(self.spot, finding.at(new.span));
    }

    fn length(&self, record: &mut Record<'_>) {
        let (old, new) = (self.old, self.new);
        let sides = match (old.max, new.max) {
            (None, Some(_)) => &rules::MAX_LENGTH_SET,
            (Some(_), None) => &rules::MAX_LENGTH_REMOVED,
            (before, after) if before < after => &rules::MAX_LENGTH_RAISED,
            _ => &rules::MAX_LENGTH_LOWERED,
        };
        if old.max != new.max {
            let word = |max: Option<u32>| max.map_or("unlimited".to_owned(), |max| max.to_string());
            let [before, after] = [old.max, new.max].map(word);
            let name = &new.name;
            let text = format!("the greatest length of `{name}` is {after} instead of {before}");
            self.add(record, sides, text, old.max, new.max);
        }
        self.length_unit(record);
    }

    fn length_unit(&self, record: &mut Record<'_>) {
        let word = |field: &Field| match field.length_unit {
            LengthUnit::Chars => "characters",
            LengthUnit::Bytes => "bytes",
        };
        let what = format!("the length of `{}` counts", self.new.name);
        let rule = rules::LENGTH_UNIT_CHANGED.of(self.way);
        record.differs(
            self.spot,
            self.new.span,
            rule,
            &what,
            [self.old, self.new].map(word),
        );
    }

    fn range(&self, record: &mut Record<'_>) {
        let (old, new) = (self.old, self.new);
        let name = &new.name;
        // Nothing said is as good as 0: the types have no sign.
        let [before, after] = [old, new].map(|field| field.min.unwrap_or_default());
        if before != after {
            let sides = match before < after {
                true => &rules::RANGE_TIGHTENED,
                false => &rules::RANGE_LOOSENED,
            };
            let text = format!("the least number of `{name}` is {after} instead of {before}");
            self.add(record, sides, text, old.min, new.min);
        }
        if old.default != new.default {
            let word = |default: Option<u64>| match default {
                Some(number) => number.to_string(),
                None => "nothing".to_owned(),
            };
            let [before, after] = [old, new].map(|field| word(field.default));
            let text = format!("`{name}` counts as {after} instead of {before} when it is absent");
            let sides = &rules::DEFAULT_CHANGED;
            self.add(record, sides, text, old.default, new.default);
        }
    }

    fn add<T: Display>(
        &self,
        record: &mut Record<'_>,
        sides: &'static Sides,
        text: String,
        old: Option<T>,
        new: Option<T>,
    ) {
        let finding = Finding::new(sides.of(self.way), text).optional(old, new);
        record.add(self.spot, finding.at(self.new.span));
    }
}

/// What a value is, under any printed width.
#[derive(PartialEq)]
enum Held<'a> {
    Text,
    Number(&'static str),
    Enum(&'a str),
    Form(&'static str),
    Structure(&'a str),
}

impl Display for Held<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Number(unit) => f.write_str(unit),
            Self::Enum(name) => write!(f, "enum {name}"),
            Self::Form(form) => f.write_str(form),
            Self::Structure(name) => write!(f, "structure {name}"),
        }
    }
}

fn held(field: &Field) -> Held<'_> {
    match &field.field_type {
        FieldType::Text => Held::Text,
        FieldType::Number => Held::Number("a plain number"),
        FieldType::Fen => Held::Number("fen"),
        FieldType::Seconds => Held::Number("seconds"),
        FieldType::Enum(name) => Held::Enum(name),
        FieldType::Ipv4 => Held::Form("IPv4 address"),
        FieldType::Time => Held::Form("time"),
        FieldType::Date => Held::Form("date"),
        FieldType::IdDigest => Held::Form("digest of an ID number"),
        FieldType::Structure(name) => Held::Structure(name),
    }
}

/// What decides the type in Rust: a plain number has the printed width, all else has not.
fn rust_type(field: &Field) -> (Held<'_>, Option<u8>) {
    let width = match field.field_type {
        FieldType::Number => width(field.wire_type),
        _ => None,
    };
    (held(field), width)
}

/// Bits of a number.
fn width(printed: WireType) -> Option<u8> {
    match printed {
        WireType::Text => None,
        WireType::U8 => Some(8),
        WireType::U32 => Some(32),
        WireType::U64 => Some(64),
    }
}

fn format_word(format: Option<Format>) -> &'static str {
    match format {
        None => "any text",
        Some(Format::Url) => "address",
        Some(Format::Md5) => "MD5 in hex",
        Some(Format::Json) => "JSON",
    }
}
