//! A row that the spec does not have: what the document prints of it, what all fields of the same name share, and what is left to decide.
//!
//! A field of the same name may mean something else elsewhere. So a new row takes from its namesakes only what is the same for all of them, and
//! a person is asked about the rest.

use signed_xml_codegen::model::{Field, FieldType, Format, MessageKind, Model, Supplier, WireType};

use super::super::document::Row;
use super::super::known::Known;
use super::super::patch::Keys;
use super::super::printed::without_blanks;
use super::super::remark::{Lookup, form, unit, values};
use super::words;

/// The keys of a new row, and what is left to decide in one sentence.
pub(super) fn draft(model: &Model, kind: MessageKind, row: &Row) -> (Keys, Option<String>) {
    let mut draft = Draft {
        keys: as_printed(row),
        open: Vec::new(),
    };
    let wire_type = row.wire_type.unwrap_or(WireType::Text);
    let namesakes = Known { model }.namesakes(kind, &row.name);
    let remarks = &model.vocabulary.remarks;
    draft.ask(row.wire_type.is_none(), "the type is not known");
    draft.ask(row.demand().1.is_some(), "the mark is neither Y nor N");
    draft.ask(
        remarks.choice_in(&row.remark).is_some(),
        "its remark names a choice: add a group",
    );
    let mut conditions = remarks.perhaps_condition.iter();
    draft.ask(
        conditions.any(|word| row.remark.contains(word.as_str())),
        "its remark names a condition",
    );
    match namesakes.is_empty() {
        true => draft.guess(model, kind, row, wire_type),
        false => draft.share(&namesakes, kind, row, wire_type),
    }
    let open = draft.open.join("; ");
    (
        draft.keys,
        (!open.is_empty()).then(|| format!("new row: {open}")),
    )
}

/// What the document prints.
pub(super) fn as_printed(row: &Row) -> Keys {
    let wire_type = row.wire_type.unwrap_or(WireType::Text);
    let (required, mark) = row.demand();
    vec![
        ("name", Some(row.name.as_str().into())),
        ("label", Some(without_blanks(&row.label).into())),
        ("type", Some(wire_type.as_str().into())),
        ("max", row.max.map(|max| i64::from(max).into())),
        ("required", Some(required.into())),
        ("mark", mark.map(Into::into)),
    ]
}

struct Draft {
    keys: Keys,
    open: Vec<String>,
}

impl Draft {
    fn ask(&mut self, asked: bool, what: &str) {
        if asked {
            self.open.push(what.to_owned());
        }
    }

    fn set(&mut self, key: &'static str, value: impl Into<toml_edit::Value>) {
        self.keys.push((key, Some(value.into())));
    }

    /// Takes what all namesakes say alike.
    fn share(&mut self, namesakes: &[&Field], kind: MessageKind, row: &Row, wire_type: WireType) {
        let alike = namesakes.iter().all(|field| field.wire_type == wire_type);
        self.ask(!alike, "fields of this name have another type elsewhere");
        if alike {
            self.take("enum", namesakes, |field| match &field.field_type {
                FieldType::Enum(name) => Some(name.clone()),
                _ => None,
            });
            self.take("format", namesakes, |field| {
                format_of(field).map(str::to_owned)
            });
            self.take("unit", namesakes, |field| field.unit().map(str::to_owned));
        }
        let shared = |holds: fn(&Field) -> bool| {
            let count = namesakes.iter().filter(|field| holds(field)).count();
            (count == namesakes.len(), count == 0)
        };
        for (key, (all, no_one)) in [
            ("secret", shared(|field| field.secret)),
            ("personal", shared(|field| field.personal)),
        ] {
            if all {
                self.set(key, true);
            }
            self.ask(
                !all && !no_one,
                &format!("`{key}` differs between fields of this name"),
            );
        }
        if kind.is_sent() {
            self.supplier(namesakes);
        } else if row.demand().0 {
            self.ruling(namesakes);
        }
        let first = namesakes.first().map_or(&[][..], |field| &field.aliases);
        match namesakes.iter().all(|field| field.aliases == first) {
            true if !first.is_empty() => {
                self.set("aliases", words(first.iter().map(String::as_str)))
            }
            true => {}
            false => self.ask(true, "`aliases` differ between fields of this name"),
        }
        let doc = namesakes.first().map_or("", |field| &field.doc);
        match namesakes.iter().all(|field| field.doc == doc) && !doc.is_empty() {
            true => self.set("doc", doc),
            false => self.ask(true, "write `doc`"),
        }
    }

    fn take(&mut self, key: &'static str, namesakes: &[&Field], of: fn(&Field) -> Option<String>) {
        let first = namesakes.first().and_then(|field| of(field));
        match namesakes.iter().all(|field| of(field) == first) {
            true => self.keys.push((key, first.map(Into::into))),
            false => self.ask(
                true,
                &format!("`{key}` differs between fields of this name"),
            ),
        }
    }

    /// Who gives the field; the keys of the merchant profile stand for different accounts.
    fn supplier(&mut self, namesakes: &[&Field]) {
        let first = namesakes.first().map(|field| &field.supplier);
        if !namesakes.iter().all(|field| Some(&field.supplier) == first) {
            return self.ask(
                true,
                "`supplied_by` and `from` differ between fields of this name",
            );
        }
        match first {
            Some(Supplier::Merchant(key)) => {
                self.set("supplied_by", "merchant");
                if namesakes.iter().any(|field| field.name != *key) {
                    self.set("from", key.as_str());
                }
            }
            Some(Supplier::Client) => self.set("supplied_by", "client"),
            Some(Supplier::Constant(_)) => {
                self.ask(
                    true,
                    "fields of this name have a fixed value: has this one?",
                );
            }
            Some(Supplier::Caller) | None => {}
        }
    }

    /// Whether a reply may lack what the document marks as required.
    fn ruling(&mut self, namesakes: &[&Field]) {
        let required: Vec<&&Field> = namesakes.iter().filter(|field| field.required).collect();
        let Some(first) = required.first() else {
            return self.ask(
                true,
                "may a reply lack it? then `demand = false` and an erratum",
            );
        };
        let alike = |field: &&&Field| {
            field.demanded == first.demanded && (first.demanded || field.errata == first.errata)
        };
        if !required.iter().all(alike) {
            return self.ask(
                true,
                "may a reply lack it? rulings on fields of this name differ",
            );
        }
        if !first.demanded && !first.errata.is_empty() {
            self.set("demand", false);
            self.set("errata", words(first.errata.iter().map(String::as_str)));
        }
    }

    /// What the row says plainly, and what a first field of a name makes a person decide.
    fn guess(&mut self, model: &Model, kind: MessageKind, row: &Row, wire_type: WireType) {
        let (fields, remarks) = (&model.vocabulary.fields, &model.vocabulary.remarks);
        let is_text = wire_type == WireType::Text;
        let printed = unit(remarks, &row.remark).or_else(|| unit(remarks, &row.label));
        match printed.filter(|unit| matches!(*unit, "fen" | "seconds")) {
            Some(unit) if !is_text => self.set("unit", unit),
            _ => {}
        }
        let pattern = form(&row.remark).or_else(|| form(&row.label));
        match pattern.as_deref().filter(|_| is_text) {
            Some("yyyyMMddHHmmss") => self.set("format", "time"),
            Some("yyyyMMdd") => self.set("format", "date"),
            _ => {}
        }
        self.ask(true, "write `doc`");
        let lookup = Lookup {
            name: &row.name,
            numeric: !is_text,
            known: &[],
            words: remarks,
        };
        let lists = !values(&row.remark, &lookup).is_empty();
        self.ask(lists, "its remark lists values: add an enum");
        let money = !is_text && fields.money.fit(&row.name, &row.label);
        self.ask(
            money && unit(remarks, &row.remark).is_none(),
            "money in which unit?",
        );
        self.ask(
            fields.personal.fit(&row.name, &row.label),
            "is it about a person? then `personal = true`",
        );
        self.ask(
            fields.secret.fit(&row.name, &row.label),
            "is it secret? then `secret = true`",
        );
        self.ask(
            !kind.is_sent() && row.demand().0,
            "may a reply lack it? then `demand = false` and an erratum",
        );
    }
}

/// The spec's word for the form of a field.
fn format_of(field: &Field) -> Option<&'static str> {
    match (&field.field_type, field.format) {
        (FieldType::Ipv4, _) => Some("ipv4"),
        (FieldType::Time, _) => Some("time"),
        (FieldType::Date, _) => Some("date"),
        (FieldType::IdDigest, _) => Some("id_digest"),
        (_, Some(Format::Url)) => Some("url"),
        (_, Some(Format::Md5)) => Some("md5"),
        (_, Some(Format::Json)) => Some("json"),
        _ => None,
    }
}
