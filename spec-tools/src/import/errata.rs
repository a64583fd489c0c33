//! Which errata explain a row, and which of them still have a reason.
//!
//! An erratum is about what it names between backticks, and about what our field does otherwise than the document prints. What tables show is
//! judged: names, blanks in names, marks that our demand or a group departs from, lists of values, meanings of codes, patterns in labels,
//! fields that a message lacks. Samples and prose are not read, so an erratum about these is not judged.

use signed_xml_codegen::model::{Enum, Erratum, ErrorCode, FieldType, Model};

use super::document::Document;
use super::known::Known;
use super::matching::{Pair, PrintedMessage, same_text};
use super::overlay::is_numeric;
use super::printed::{is_name, without_blanks};
use super::remark::{Listed, Lookup, values};

/// Whether an erratum still has its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The document prints what it says.
    Applies,
    /// The document now prints what we rule, or the place is gone.
    NoLonger,
    /// No table shows it.
    NotJudged,
}

/// An erratum and what the document shows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Its id.
    pub id: String,
    /// What the document shows.
    pub verdict: Verdict,
    /// Where it no longer applies, though it may elsewhere: the place in the spec, and the line of the document.
    pub retired: Vec<(String, u32)>,
}

/// A row, the enum of its field, and what the row lists.
pub(super) struct ListingRow<'p, 'a> {
    pub(super) pair: &'p Pair<'a>,
    pub(super) item: &'a Enum,
    pub(super) listed: Vec<Listed>,
}

impl Verdict {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applies => "applies",
            Self::NoLonger => "no longer applies",
            Self::NotJudged => "not judged",
        }
    }
}

/// Judges every erratum, at each place that refers to it.
pub(super) fn judge(
    model: &Model,
    document: &Document,
    printed: &[PrintedMessage<'_>],
    pairs: &[Pair<'_>],
) -> Vec<Judgement> {
    let known = Known { model };
    let errata = model.errata.iter();
    errata
        .map(|erratum| judgement(known, erratum, document, printed, pairs))
        .collect()
}

fn judgement(
    known: Known<'_>,
    erratum: &Erratum,
    document: &Document,
    printed: &[PrintedMessage<'_>],
    pairs: &[Pair<'_>],
) -> Judgement {
    let mut shown = Vec::new();
    let mut retired = Vec::new();
    for pair in pairs {
        let here = match pair.field.errata.contains(&erratum.id) {
            true => of_row(pair, erratum),
            false => Vec::new(),
        };
        if !here.is_empty() && !here.contains(&true) {
            retired.push((pair.place().join(" "), pair.row.line));
        }
        shown.extend(here);
        shown.extend(beside_row(known, pair, erratum, pairs));
    }
    for (code, line, applies) in of_codes(known.model, erratum, document) {
        shown.push(applies);
        if !applies {
            retired.push((format!("error code {code}"), line));
        }
    }
    shown.extend(of_lacks(known, erratum, printed));
    let verdict = match (shown.is_empty(), shown.contains(&true)) {
        (true, _) if refers_to_vanished_rows(known, erratum, pairs) => Verdict::NoLonger,
        (true, _) => Verdict::NotJudged,
        (false, true) => Verdict::Applies,
        (false, false) => Verdict::NoLonger,
    };
    Judgement {
        id: erratum.id.clone(),
        verdict,
        retired,
    }
}

/// What a row says of an erratum that its list of values or its group refers to.
fn beside_row(
    known: Known<'_>,
    pair: &Pair<'_>,
    erratum: &Erratum,
    pairs: &[Pair<'_>],
) -> Vec<bool> {
    let mut shown = Vec::new();
    let group = pair.field.group.as_ref();
    let group = group.and_then(|name| pair.message.group(name));
    let refers = |errata: &[String]| errata.contains(&erratum.id);
    let of_enum = enum_of(pair, known.model).is_some_and(|item| refers(&item.errata));
    if refers(&pair.field.errata) || of_enum {
        shown.extend(of_list(known, pair, erratum, pairs));
    }
    if group.is_some_and(|group| refers(&group.errata)) {
        shown.push(!is_marked_choice(pair));
    }
    shown
}

/// What a row that names the erratum says of it; nothing if the erratum is about something that no table shows.
fn of_row(pair: &Pair<'_>, erratum: &Erratum) -> Vec<bool> {
    let (row, field) = (pair.row, pair.field);
    let quoted = quoted(&erratum.printed);
    let here = concerns(erratum, pair);
    let mut shown = Vec::new();
    let alias_named = field
        .aliases
        .iter()
        .any(|alias| quoted.contains(&alias.as_str()));
    if alias_named && here {
        shown.push(row.name != field.name && quoted.contains(&row.name.as_str()));
    } else if here && !field.aliases.is_empty() && quoted.contains(&field.name.as_str()) {
        shown.push(row.name == field.name);
    }
    let damaged = quoted.iter().any(|name| {
        let whole = without_blanks(name);
        (whole == field.name && whole != *name)
            || (field.name.starts_with(&whole) && whole != field.name && is_name(&whole))
    });
    if damaged && here {
        shown.push(row.raw_name != row.name);
    }
    if let Some(pattern) = quoted
        .iter()
        .find(|text| text.len() > 3 && field.label.contains(**text))
    {
        shown.push(row.label.contains(pattern));
    }
    if field.required && !field.demanded && field.group.is_none() {
        shown.push(row.demand().0);
    }
    if field.repeated {
        shown.push(true);
    }
    shown
}

/// Whether the row lists less than the enum has.
fn of_list(
    known: Known<'_>,
    pair: &Pair<'_>,
    erratum: &Erratum,
    pairs: &[Pair<'_>],
) -> Option<bool> {
    if !concerns(erratum, pair) {
        return None;
    }
    let item = enum_of(pair, known.model)?;
    let rows = listings(known, std::slice::from_ref(pair));
    let row = rows.first().filter(|row| !row.listed.is_empty())?;
    let shared = pairs
        .iter()
        .filter(|other| enum_of(other, known.model).is_some_and(|other| other.name == item.name))
        .count();
    let all = item
        .values
        .iter()
        .filter(|value| known.is_printed(&value.history));
    let whole = all
        .into_iter()
        .all(|value| row.listed.iter().any(|listed| listed.value == value.value));
    // A list of an enum that one row has cannot be shorter than the enum.
    (shared > 1).then_some(!whole)
}

/// The error codes that refer to the erratum, the lines that print them, and whether it still applies.
fn of_codes<'m>(
    model: &'m Model,
    erratum: &Erratum,
    document: &Document,
) -> Vec<(&'m str, u32, bool)> {
    let codes = model
        .error_codes
        .iter()
        .filter(|code| code.errata.contains(&erratum.id));
    // One that rules on no word of the meaning is about something else.
    let ruled = quoted(&erratum.ruling);
    let rules = |meaning: &str| ruled.iter().any(|word| meaning.contains(word));
    codes
        .filter(|code| rules(&code.meaning))
        .filter_map(|code| {
            let mut printed = document.error_codes.iter();
            let printed = printed.find(|printed| printed.code == code.code)?;
            let applies = !same_text(&printed.meaning, &code.meaning);
            Some((code.code.as_str(), printed.line, applies))
        })
        .collect()
}

/// The rows whose fields have an enum, with what they list.
pub(super) fn listings<'p, 'a>(known: Known<'a>, pairs: &'p [Pair<'a>]) -> Vec<ListingRow<'p, 'a>> {
    let rows = pairs.iter().filter_map(|pair| {
        let item = enum_of(pair, known.model)?;
        let lookup = Lookup {
            name: &pair.row.name,
            numeric: is_numeric(item),
            known: &item.values,
            words: pair.words,
        };
        let mut listed = values(&pair.row.remark, &lookup);
        if listed.is_empty() {
            listed = values(&pair.row.label, &lookup);
        }
        Some(ListingRow { pair, item, listed })
    });
    rows.collect()
}

/// Fields that messages lack and the erratum names: it holds while they are lacking.
fn of_lacks(known: Known<'_>, erratum: &Erratum, printed: &[PrintedMessage<'_>]) -> Option<bool> {
    let messages = known.interfaces().flat_map(|interface| &interface.messages);
    let messages: Vec<_> = messages
        .filter(|message| message.errata.contains(&erratum.id))
        .collect();
    let lacking = |name: &&&str| {
        known.has_field(name) && messages.iter().all(|message| message.field(name).is_none())
    };
    let quoted = quoted(&erratum.printed);
    let lacking: Vec<&&str> = quoted.iter().filter(lacking).collect();
    if messages.is_empty() || lacking.is_empty() {
        return None;
    }
    let tables = printed.iter().filter(|found| {
        let message = found.message;
        message.is_some_and(|message| messages.iter().any(|one| std::ptr::eq(*one, message)))
    });
    let rows = tables
        .flat_map(|found| &found.tables)
        .flat_map(|(table, _)| &table.rows);
    let came: Vec<&str> = rows.map(|row| row.name.as_str()).collect();
    Some(lacking.iter().all(|name| !came.contains(*name)))
}

/// Whether only rows that are gone refer to the erratum.
fn refers_to_vanished_rows(known: Known<'_>, erratum: &Erratum, pairs: &[Pair<'_>]) -> bool {
    let messages = known.interfaces().flat_map(|interface| &interface.messages);
    let fields: Vec<_> = messages
        .flat_map(|message| &message.fields)
        .filter(|field| field.errata.contains(&erratum.id))
        .collect();
    !fields.is_empty()
        && fields
            .iter()
            .all(|field| pairs.iter().all(|pair| !std::ptr::eq(pair.field, *field)))
}

/// The errata that explain why the spec departs from a row; an empty list if it does not.
pub(super) fn explaining(pair: &Pair<'_>, model: &Model) -> Vec<String> {
    let (row, field) = (pair.row, pair.field);
    let part = pair
        .message
        .parts
        .get(field.part)
        .map_or(&[][..], |part| &part.errata);
    let group = pair
        .field
        .group
        .as_ref()
        .and_then(|name| pair.message.group(name));
    let of_enum = enum_of(pair, model)
        .filter(|_| !field.listed.is_empty())
        .map_or(&[][..], |item| &item.errata);
    let departs = row.name != field.name
        || row.raw_name != row.name
        || field.repeated
        || (row.demand().0 && !field.demanded)
        || (field.group.is_some() && !is_marked_choice(pair))
        || (!of_enum.is_empty());
    if !departs {
        return Vec::new();
    }
    let of_group = group.map_or(&[][..], |group| &group.errata);
    let all = field
        .errata
        .iter()
        .chain(of_group)
        .chain(of_enum)
        .chain(part)
        .chain(&pair.message.errata);
    let mut ids: Vec<String> = Vec::new();
    for id in all {
        let about = model
            .erratum(id)
            .is_some_and(|erratum| concerns(erratum, pair) || field.errata.contains(id));
        if about && !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    ids
}

/// Whether an erratum says that this name is printed in this section.
pub(super) fn explains_name(pair: &Pair<'_>, model: &Model) -> bool {
    let errata = pair.field.errata.iter().filter_map(|id| model.erratum(id));
    errata
        .filter(|erratum| concerns(erratum, pair))
        .any(|erratum| quoted(&erratum.printed).contains(&pair.row.name.as_str()))
}

/// Whether an erratum of the row quotes what is printed.
pub(super) fn quotes(pair: &Pair<'_>, model: &Model, printed: &str) -> bool {
    let errata = pair.field.errata.iter().filter_map(|id| model.erratum(id));
    errata
        .filter(|erratum| concerns(erratum, pair))
        .any(|erratum| quoted(&erratum.printed).contains(&printed))
}

/// Whether an erratum names a word of the printed meaning that ours has not.
pub(super) fn explains_meaning(code: &ErrorCode, printed: &str, model: &Model) -> bool {
    let errata = code.errata.iter().filter_map(|id| model.erratum(id));
    let mut words = errata.flat_map(|erratum| {
        let ruled = quoted(&erratum.ruling);
        quoted(&erratum.printed)
            .into_iter()
            .flat_map(move |wrong| ruled.clone().into_iter().map(move |right| (wrong, right)))
    });
    words.any(|(wrong, right)| {
        printed.contains(wrong) && printed.replace(wrong, right) == without_blanks(&code.meaning)
    })
}

fn enum_of<'m>(pair: &Pair<'_>, model: &'m Model) -> Option<&'m Enum> {
    match &pair.field.field_type {
        FieldType::Enum(name) => model.enum_named(name),
        _ => None,
    }
}

fn is_marked_choice(pair: &Pair<'_>) -> bool {
    pair.choice_in(&pair.row.mark).is_some() && !pair.row.mark.starts_with('Y')
}

/// Whether the erratum speaks of the section of a row.
fn concerns(erratum: &Erratum, pair: &Pair<'_>) -> bool {
    let section = pair.message.section.as_str();
    let mut words = erratum
        .section
        .split(|c: char| !c.is_ascii_digit() && c != '.');
    words.any(|word| word.trim_end_matches('.') == section || word == pair.interface.section)
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}
