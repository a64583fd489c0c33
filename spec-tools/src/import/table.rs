//! Edits of one-line rows in TOML that keep what stands around them: comments, order, one line per row.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// Keys of a row in the order in which the spec writes them.
const ORDER: &[&str] = &[
    "code",
    "version",
    "name",
    "date",
    "label",
    "meaning",
    "field",
    "interfaces",
    "effect",
    "type",
    "max",
    "length_unit",
    "required",
    "mark",
    "demand",
    "enum",
    "listed",
    "format",
    "structure",
    "unit",
    "min",
    "default",
    "required_when",
    "forbidden_when",
    "present_when",
    "supplied_by",
    "from",
    "value",
    "secret",
    "personal",
    "repeated",
    "aliases",
    "since",
    "until",
    "line",
    "undecided",
    "asked",
    "errata",
    "changes",
    "advice",
    "doc",
];

/// Sets a key of a row; a new one goes where its neighbours would look for it.
pub(super) fn set(row: &mut InlineTable, key: &str, value: impl Into<Value>) {
    let value = value.into();
    if let Some(present) = row.get_mut(key) {
        let decor = present.decor().clone();
        *present = value;
        *present.decor_mut() = decor;
        return;
    }
    let rank = |key: &str| {
        ORDER
            .iter()
            .position(|known| *known == key)
            .unwrap_or(ORDER.len())
    };
    let mut entries: Vec<(String, Value)> = row
        .iter()
        .map(|(key, value)| (key.to_owned(), value.clone()))
        .collect();
    // The first key names the row: nothing goes in front of it.
    let later = entries.iter().skip(1);
    let at = later
        .take_while(|(present, _)| rank(present) <= rank(key))
        .count()
        + 1;
    let at = at.min(entries.len());
    entries.insert(at, (key.to_owned(), value));
    row.clear();
    let last = entries.len() - 1;
    for (at, (key, mut value)) in entries.into_iter().enumerate() {
        value.decor_mut().set_prefix(" ");
        value
            .decor_mut()
            .set_suffix(if at == last { " " } else { "" });
        row.insert(key, value);
    }
    for (mut key, _) in row.iter_mut() {
        key.leaf_decor_mut().set_prefix(" ");
        key.leaf_decor_mut().set_suffix(" ");
    }
}

/// Removes a key of a row.
pub(super) fn unset(row: &mut InlineTable, key: &str) {
    if row.remove(key).is_none() {
        return;
    }
    // The last value carries the blank in front of the brace.
    let last = row.len().saturating_sub(1);
    for (at, (_, value)) in row.iter_mut().enumerate() {
        value
            .decor_mut()
            .set_suffix(if at == last { " " } else { "" });
    }
}

/// Puts a row into a list of rows, on its own line.
pub(super) fn insert(rows: &mut Array, at: usize, mut row: InlineTable) {
    row.decor_mut().set_prefix("\n  ");
    row.decor_mut().set_suffix("");
    let was_empty = rows.is_empty();
    rows.insert_formatted(at.min(rows.len()), Value::InlineTable(row));
    if was_empty {
        rows.set_trailing_comma(true);
        rows.set_trailing("\n");
    }
}

/// The row whose `key` is `value`.
pub(super) fn row_mut<'d>(
    rows: &'d mut Array,
    key: &str,
    value: &str,
) -> Option<&'d mut InlineTable> {
    let at = position(rows, key, value)?;
    rows.get_mut(at)?.as_inline_table_mut()
}

/// The place of the row whose `key` is `value`.
pub(super) fn position(rows: &Array, key: &str, value: &str) -> Option<usize> {
    rows.iter().position(|row| {
        let row = row.as_inline_table();
        row.and_then(|row| row.get(key)?.as_str()) == Some(value)
    })
}

/// The place of the field row under a name or alias.
pub(super) fn position_of_name(rows: &Array, name: &str) -> Option<usize> {
    position(rows, "name", name).or_else(|| {
        rows.iter().position(|row| {
            let aliases = row
                .as_inline_table()
                .and_then(|row| row.get("aliases")?.as_array());
            aliases.is_some_and(|aliases| aliases.iter().any(|alias| alias.as_str() == Some(name)))
        })
    })
}

/// The rows of a part of a message, counted as the compiler counts them: `fields` of the message itself, then its parts.
pub(super) fn part_rows<'d>(
    file: &'d mut DocumentMut,
    message: &str,
    part: usize,
) -> Option<&'d mut Array> {
    let table = message_table(file, message)?;
    let own = own_fields(table);
    if own && part == 0 {
        return table.get_mut("fields")?.as_array_mut();
    }
    part_table(table, part - usize::from(own))?
        .get_mut("fields")?
        .as_array_mut()
}

/// The table of a part; `None` for rows that stand in the message itself, which has no place for a condition.
pub(super) fn part_of<'d>(
    file: &'d mut DocumentMut,
    message: &str,
    part: usize,
) -> Option<&'d mut Table> {
    let table = message_table(file, message)?;
    let own = usize::from(own_fields(table));
    part_table(table, part.checked_sub(own)?)
}

/// The table of a message or structure.
pub(super) fn message_table<'d>(file: &'d mut DocumentMut, message: &str) -> Option<&'d mut Table> {
    let direct = ["request", "response", "notification", "reply"].contains(&message);
    match direct {
        true => file.get_mut(message)?.as_table_mut(),
        false => file.get_mut("structure")?.get_mut(message)?.as_table_mut(),
    }
}

/// Appends a part under a condition to a message and gives back its index.
pub(super) fn add_part(file: &mut DocumentMut, message: &str, when: Option<&str>) -> Option<usize> {
    let table = message_table(file, message)?;
    let own = usize::from(own_fields(table));
    let parts = table
        .entry("part")
        .or_insert(Item::ArrayOfTables(toml_edit::ArrayOfTables::new()));
    let parts = parts.as_array_of_tables_mut()?;
    let mut part = Table::new();
    part.decor_mut().set_prefix("\n");
    if let Some(when) = when {
        part.insert("when", toml_edit::value(when));
    }
    part.insert("fields", toml_edit::value(Array::new()));
    parts.push(part);
    Some(own + parts.len() - 1)
}

fn own_fields(table: &Table) -> bool {
    table
        .get("fields")
        .and_then(Item::as_array)
        .is_some_and(|rows| !rows.is_empty())
}

fn part_table(table: &mut Table, at: usize) -> Option<&mut Table> {
    table.get_mut("part")?.as_array_of_tables_mut()?.get_mut(at)
}

/// Renames a field within the conditions, groups and views of a message.
pub(super) fn rename_in(table: &mut dyn TableLike, old: &str, new: &str) {
    for (key, item) in table.iter_mut() {
        let key = key.get().to_owned();
        rename_item(&key, item, old, new);
    }
}

fn rename_item(key: &str, item: &mut Item, old: &str, new: &str) {
    match item {
        Item::Value(value) => rename_value(key, value, old, new),
        Item::Table(table) => rename_in(table, old, new),
        Item::ArrayOfTables(tables) => tables
            .iter_mut()
            .for_each(|table| rename_in(table, old, new)),
        Item::None => {}
    }
}

fn rename_value(key: &str, value: &mut Value, old: &str, new: &str) {
    const EXPRESSIONS: &[&str] = &[
        "when",
        "check",
        "required_when",
        "forbidden_when",
        "present_when",
    ];
    const LISTS: &[&str] = &["members", "present", "absent"];
    match value {
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| rename_value(key, value, old, new)),
        Value::InlineTable(row) => {
            let of_view = key == "values";
            for (key, value) in row.iter_mut() {
                let key = if of_view { "members" } else { key.get() };
                rename_value(key, value, old, new);
            }
        }
        Value::String(text) => {
            let renamed = match () {
                () if EXPRESSIONS.contains(&key) => renamed(text.value(), old, new),
                () if LISTS.contains(&key) && text.value() == old => new.to_owned(),
                () => return,
            };
            if renamed != *text.value() {
                let decor = text.decor().clone();
                *value = Value::from(renamed);
                *value.decor_mut() = decor;
            }
        }
        _ => {}
    }
}

/// A condition with a field under its new name. What stands in quotes is a value and stays.
fn renamed(condition: &str, old: &str, new: &str) -> String {
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    let (mut text, mut rest) = (String::new(), condition);
    let mut in_quotes = false;
    while let Some(first) = rest.chars().next() {
        let end = match is_of_a_name(first) {
            true => rest.find(|c| !is_of_a_name(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (word, behind) = rest.split_at(end);
        in_quotes ^= word == "\"";
        text.push_str(if word == old && !in_quotes { new } else { word });
        rest = behind;
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test reports by panicking")]
mod tests {
    use super::*;

    const TEXT: &str = "# Head.\n[request]\nfields = [\n  # The first.\n  { name = \"a\", type = \"string\", doc = \"A.\" }, # behind\n  { name = \"b\", type = \"u64\" },\n]\n";

    #[test]
    fn a_row_keeps_its_line_and_its_comments() {
        let mut file: DocumentMut = TEXT.parse().unwrap();
        let rows = part_rows(&mut file, "request", 0).unwrap();
        let row = row_mut(rows, "name", "a").unwrap();
        set(row, "max", 32);
        set(row, "type", "u8");
        let mut new = InlineTable::new();
        set(&mut new, "name", "c");
        set(&mut new, "doc", "C.");
        set(&mut new, "type", "string");
        insert(rows, 2, new);
        unset(row_mut(rows, "name", "b").unwrap(), "type");
        assert_eq!(
            file.to_string(),
            "# Head.\n[request]\nfields = [\n  # The first.\n  { name = \"a\", type = \"u8\", max = 32, doc = \"A.\" }, # behind\n  { name = \"b\" },\n  { name = \"c\", type = \"string\", doc = \"C.\" },\n]\n"
        );
    }

    #[test]
    fn a_part_is_added_behind_the_others() {
        let mut file: DocumentMut = TEXT.parse().unwrap();
        assert_eq!(add_part(&mut file, "request", Some("x == Y")), Some(1));
        let rows = part_rows(&mut file, "request", 1).unwrap();
        let mut row = InlineTable::new();
        set(&mut row, "name", "d");
        insert(rows, 0, row);
        assert_eq!(
            file.to_string().strip_prefix(TEXT).unwrap(),
            "\n[[request.part]]\nwhen = \"x == Y\"\nfields = [\n  { name = \"d\" },\n]\n"
        );
    }

    #[test]
    fn a_name_is_changed_in_conditions_and_lists_and_nowhere_else() {
        let text = "rules = [{ name = \"a\", check = 'a <= ab && present(a) && b == \"a\"' }]\ngroups = [{ members = [\"a\", \"b\"] }]\n";
        let mut file: DocumentMut = text.parse().unwrap();
        rename_in(file.as_table_mut(), "a", "A");
        assert_eq!(
            file.to_string(),
            "rules = [{ name = \"a\", check = 'A <= ab && present(A) && b == \"a\"' }]\ngroups = [{ members = [\"A\", \"b\"] }]\n"
        );
    }
}
