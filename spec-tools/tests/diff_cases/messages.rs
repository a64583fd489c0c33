//! The cases of messages: rows of a table, or lines under its head, before and after.

use super::{Case, Edit, names};

/// A message that rows can be put into.
struct Place {
    way: &'static str,
    file: &'static str,
    /// The lines behind which keys of the message stand.
    head: &'static str,
    /// The row in front of which others are put.
    row: &'static str,
    /// The enum field that parts hang on, with two of its values.
    choice: [&'static str; 3],
}

const SENT_ROW: &str = "  { name = \"sign\", label = \"签名\", type = \"string\", max = 32, required = true, supplied_by = \"client\" },\n";
const RECEIVED_ROW: &str =
    "  { name = \"sign\", label = \"签名\", type = \"string\", max = 32, required = true },\n";

const PLACES: [Place; 3] = [
    Place {
        way: "request",
        file: "interfaces/getbill.toml",
        head: "[request]\nsigned = true\n",
        row: SENT_ROW,
        choice: ["bill_type", "ALL", "REFUND"],
    },
    Place {
        way: "response",
        file: "interfaces/pay.toml",
        head: "[response]\nsigned = true\n",
        row: RECEIVED_ROW,
        choice: ["return_code", "SUCCESS", "FAIL"],
    },
    Place {
        way: "notification",
        file: "interfaces/notice.toml",
        head: "[notification]\nsigned = true\n",
        row: RECEIVED_ROW,
        choice: ["return_code", "SUCCESS", "FAIL"],
    },
];

/// Kind, kind of the way back, rows before, rows after; a row is what stands behind its name and label.
type Rows = (&'static str, &'static str, &'static [Row], &'static [Row]);
type Row = (&'static str, &'static str, &'static str);

const SHOP: &str = "type = \"string\", required = false";
const COUNT: &str = "type = \"u32\", required = true";

#[rustfmt::skip]
const ROWS: &[Rows] = &[
    ("field-added-required", "field-removed-required", &[], &[("shop", "门店", "type = \"string\", required = true")]),
    ("field-added-optional", "field-removed-optional", &[], &[("shop", "门店", SHOP)]),
    ("field-renamed", "field-renamed", &[("shop", "门店", SHOP)], &[("store", "门店", SHOP)]),
    ("field-case-changed", "field-case-changed", &[("shop", "门店", SHOP)], &[("Shop", "门店", SHOP)]),
    ("field-moved", "field-moved", &[("shop", "门店", SHOP), ("desk", "柜台", SHOP)], &[("desk", "柜台", SHOP), ("shop", "门店", SHOP)]),
    ("field-became-required", "field-became-optional", &[("shop", "门店", SHOP)], &[("shop", "门店", "type = \"string\", required = true")]),
    ("field-mark-changed", "field-mark-changed", &[("shop", "门店", SHOP)], &[("shop", "门店", "type = \"string\", required = false, mark = \"见备注\"")]),
    ("condition-tightened", "condition-loosened",
        &[("shop", "门店", SHOP), ("desk", "柜台", SHOP)],
        &[("shop", "门店", SHOP), ("desk", "柜台", "type = \"string\", required = false, required_when = \"present(shop)\"")]),
    ("max-length-set", "max-length-removed", &[("shop", "门店", SHOP)], &[("shop", "门店", "type = \"string\", max = 32, required = false")]),
    ("max-length-raised", "max-length-lowered",
        &[("shop", "门店", "type = \"string\", max = 32, required = false")],
        &[("shop", "门店", "type = \"string\", max = 64, required = false")]),
    ("length-unit-changed", "length-unit-changed",
        &[("shop", "门店", "type = \"string\", max = 32, required = false")],
        &[("shop", "门店", "type = \"string\", max = 32, length_unit = \"bytes\", required = false")]),
    ("type-changed", "type-changed", &[("count", "件数", "type = \"string\", required = true")], &[("count", "件数", COUNT)]),
    ("type-widened", "type-narrowed", &[("count", "件数", "type = \"u8\", required = true")], &[("count", "件数", COUNT)]),
    ("format-changed", "format-changed", &[("day", "日期", SHOP)], &[("day", "日期", "type = \"string\", required = false, format = \"date\"")]),
    ("unit-changed", "unit-changed", &[("count", "件数", COUNT)], &[("count", "件数", "type = \"u32\", unit = \"fen\", required = true")]),
    ("enum-attached", "enum-detached", &[("part", "部分", SHOP)], &[("part", "部分", "type = \"string\", required = false, enum = \"RefundPart\"")]),
    ("enum-replaced", "enum-replaced",
        &[("part", "部分", "type = \"string\", required = false, enum = \"RefundPart\"")],
        &[("part", "部分", "type = \"string\", required = false, enum = \"BillType\"")]),
    ("listed-value-added", "listed-value-removed",
        &[("part", "部分", "type = \"string\", required = false, enum = \"RefundPart\", listed = [\"ALL\"]")],
        &[("part", "部分", "type = \"string\", required = false, enum = \"RefundPart\"")]),
    ("range-tightened", "range-loosened", &[("count", "件数", COUNT)], &[("count", "件数", "type = \"u32\", min = 1, required = true")]),
    ("default-changed", "default-changed",
        &[("count", "件数", "type = \"u32\", required = false, default = 0")],
        &[("count", "件数", "type = \"u32\", required = false, default = 1")]),
    ("alias-added", "alias-removed", &[("shop", "门店", SHOP)], &[("shop", "门店", "type = \"string\", required = false, aliases = [\"shop_name\"]")]),
    ("redaction-added", "redaction-removed", &[("shop", "门店", SHOP)], &[("shop", "门店", "type = \"string\", required = false, personal = true")]),
    ("field-label-changed", "field-label-changed", &[("shop", "门店", SHOP)], &[("shop", "门店名称", SHOP)]),
    ("field-doc-changed", "field-doc-changed", &[("shop", "门店", SHOP)], &[("shop", "门店", "type = \"string\", required = false, doc = \"Where.\"")]),
];

/// What only a message that we send can have.
#[rustfmt::skip]
const SENT_ROWS: &[Rows] = &[
    ("field-added-conditional", "field-removed-optional", &[], &[("shop", "门店", "type = \"string\", required = false, required_when = \"present(bill_type)\"")]),
    ("field-added-supplied", "field-removed-required", &[], &[("mch_id", "商户号", "type = \"string\", required = true, supplied_by = \"merchant\"")]),
    ("supplied-became-required", "supplied-became-optional",
        &[("mch_id", "商户号", "type = \"string\", required = false, supplied_by = \"merchant\"")],
        &[("mch_id", "商户号", "type = \"string\", required = true, supplied_by = \"merchant\"")]),
    ("supplier-changed", "supplier-changed",
        &[("mch_id", "商户号", "type = \"string\", required = false")],
        &[("mch_id", "商户号", "type = \"string\", required = false, supplied_by = \"merchant\"")]),
    ("supplied-value-changed", "supplied-value-changed",
        &[("form", "格式", "type = \"string\", required = true, supplied_by = \"client\", value = \"plain\"")],
        &[("form", "格式", "type = \"string\", required = true, supplied_by = \"client\", value = \"gzip\"")]),
];

/// Kind, kind of the way back, lines under the head before and after; the message has the fields `low` and `high`.
type Heads = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const HEADS: &[Heads] = &[
    ("group-tightened", "group-loosened",
        "groups = [{ name = \"who\", kind = \"at_least_one\", members = [\"shop\", \"desk\"] }]\n",
        "groups = [{ name = \"who\", kind = \"exactly_one\", members = [\"shop\", \"desk\"] }]\n"),
    ("rule-tightened", "rule-loosened",
        "rules = [{ name = \"in_order\", check = \"low <= high\", doc = \"In order.\" }]\n",
        "rules = [{ name = \"in_order\", check = \"low < high\", doc = \"In order.\" }]\n"),
    ("message-doc-changed", "message-doc-changed", "section = \"8\"\n", "section = \"9\"\n"),
];

const HEAD_ROWS: &[Row] = &[
    ("shop", "门店", SHOP),
    ("desk", "柜台", SHOP),
    ("low", "下限", COUNT),
    ("high", "上限", COUNT),
];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for place in &PLACES {
        cases.extend(ROWS.iter().map(|rows| of_rows(place, rows)));
        cases.extend(HEADS.iter().map(|heads| of_heads(place, heads)));
        cases.extend([signing(place), part(place), enum_value(place)]);
    }
    let [request, ..] = &PLACES;
    cases.extend(SENT_ROWS.iter().map(|rows| of_rows(request, rows)));
    cases
}

fn of_rows(place: &Place, (kind, back, before, after): &Rows) -> Case {
    Case {
        rules: place.rules(kind),
        inverse: place.rules(back),
        before: vec![place.with_rows(before)],
        after: vec![place.with_rows(after)],
    }
}

fn of_heads(place: &Place, (kind, back, before, after): &Heads) -> Case {
    let edits = |head: &str| {
        let lines = format!("{}{head}", place.head);
        vec![place.edit(place.head, &lines), place.with_rows(HEAD_ROWS)]
    };
    Case {
        rules: place.rules(kind),
        inverse: place.rules(back),
        before: edits(before),
        after: edits(after),
    }
}

/// Without a signature the field `sign` is one like any other, so what we receive demands it.
fn signing(place: &Place) -> Case {
    let received = place.way != "request";
    let and = |kind| {
        if received {
            format!(" {kind}")
        } else {
            String::new()
        }
    };
    Case {
        rules: place.rules(&format!("signing-added{}", and("field-became-optional"))),
        inverse: place.rules(&format!("signing-removed{}", and("field-became-required"))),
        before: vec![place.edit(place.head, &place.head.replace("true", "false"))],
        after: Vec::new(),
    }
}

fn part(place: &Place) -> Case {
    let [field, first, second] = place.choice;
    let edits = |when: &str| {
        let table = format!(
            "\n[[{}.part]]\nwhen = '{when}'\nfields = [{{ name = \"shop\", label = \"门店\", {SHOP} }}]\n",
            place.way
        );
        vec![place.edit("", &table)]
    };
    Case {
        rules: place.rules("part-tightened"),
        inverse: place.rules("part-loosened"),
        before: edits(&format!("{field} == \"{first}\"")),
        after: edits(&format!("one_of({field}, \"{first}\", \"{second}\")")),
    }
}

fn enum_value(place: &Place) -> Case {
    let row = &[(
        "colour",
        "颜色",
        "type = \"string\", required = false, enum = \"Colour\"",
    )];
    let edits = |more: &str| {
        let values = format!(
            "\n[Colour]\ntype = \"string\"\nvalues = [\n  {{ value = \"RED\", name = \"Red\", label = \"红\" }},\n{more}]\n"
        );
        vec![
            place.with_rows(row),
            ("enums.toml".to_owned(), String::new(), values),
        ]
    };
    Case {
        rules: place.rules("enum-value-added"),
        inverse: place.rules("enum-value-removed"),
        before: edits(""),
        after: edits("  { value = \"BLUE\", name = \"Blue\", label = \"蓝\" },\n"),
    }
}

impl Place {
    fn rules(&self, kinds: &str) -> Vec<String> {
        let kinds = names(kinds).into_iter();
        kinds.map(|kind| format!("{}-{kind}", self.way)).collect()
    }

    fn edit(&self, find: &str, replace: &str) -> Edit {
        (self.file.to_owned(), find.to_owned(), replace.to_owned())
    }

    fn with_rows(&self, rows: &[Row]) -> Edit {
        let rows = rows.iter().map(|(name, label, keys)| {
            format!("  {{ name = \"{name}\", label = \"{label}\", {keys} }},\n")
        });
        let rows: String = rows.collect();
        self.edit(self.row, &format!("{rows}{}", self.row))
    }
}
