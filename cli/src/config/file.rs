//! A file of the configuration: settings at the top, a table for each hospital.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::{OF_HOSPITAL, SETTINGS, TABLES, secret};
use crate::failure::Failure;
use crate::language::Language;

/// What a file says. Values may be secrets, so it has no `Debug`.
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) settings: BTreeMap<String, Line>,
    pub(super) hospitals: BTreeMap<String, Table>,
}

/// A value and the line that it stands in.
pub(super) struct Line {
    pub(super) text: String,
    pub(super) number: usize,
}

/// The table of a hospital.
#[derive(Default)]
pub(super) struct Table {
    pub(super) values: BTreeMap<String, Line>,
    /// Fields that all its orders or refunds have, by the name of their table.
    pub(super) fields: BTreeMap<String, Vec<(String, String)>>,
}

type Key<'a, 'i> = &'a Spanned<DeString<'i>>;

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::NotDone(format!("{} cannot be read: {error}", path.display()))
        })?;
        let reader = Reader { path, text: &text };
        let file = reader.read()?;
        let secrets = ["key", "app_secret"];
        let mut tables = file.hospitals.values();
        if tables.any(|table| secrets.iter().any(|name| table.values.contains_key(*name))) {
            secret::must_be_private(path)?;
        }
        Ok(file)
    }
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Reader<'_> {
    fn read(&self) -> Result<File, Failure> {
        let root = DeTable::parse(self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            // The library's own words may quote a secret.
            let words = match error.message().starts_with("duplicate key") {
                true => "a name stands twice",
                false => {
                    "not TOML: expected lines such as appid = \"wx…\" below the name of a hospital, [clinic]"
                }
            };
            self.wrong(at, words)
        })?;
        let mut file = File {
            path: self.path.to_owned(),
            settings: BTreeMap::new(),
            hospitals: BTreeMap::new(),
        };
        for (key, value) in root.get_ref() {
            let name = key.get_ref().to_string();
            match value.get_ref() {
                DeValue::Table(table) => {
                    file.hospitals
                        .insert(name, self.hospital(&name_of(key), table)?);
                }
                other if SETTINGS.iter().any(|(known, _)| *known == name) => {
                    let line = self.line(key, other)?;
                    if name == "lang" && Language::named(&line.text).is_none() {
                        return Err(self.wrong(key.span().start, "lang must be zh or en"));
                    }
                    file.settings.insert(name, line);
                }
                _ => {
                    let known: Vec<&str> = SETTINGS.iter().map(|(known, _)| *known).collect();
                    return Err(self.wrong(
                        key.span().start,
                        &format!(
                            "unknown setting: expected one of {}, or the table of a hospital, such as [clinic]",
                            known.join(", ")
                        ),
                    ));
                }
            }
        }
        Ok(file)
    }

    fn hospital(&self, hospital: &str, table: &DeTable<'_>) -> Result<Table, Failure> {
        let mut found = Table::default();
        for (key, value) in table {
            let name = name_of(key);
            match value.get_ref() {
                DeValue::Table(fields) if TABLES.contains(&&*name) => {
                    let mut pairs = Vec::new();
                    self.fields("", fields, &mut pairs)?;
                    found.fields.insert(name, pairs);
                }
                other if OF_HOSPITAL.iter().any(|(known, _)| *known == name) => {
                    let line = self.line(key, other)?;
                    found.values.insert(name, line);
                }
                _ => {
                    let known: Vec<&str> = OF_HOSPITAL.iter().map(|(known, _)| *known).collect();
                    return Err(self.wrong(
                        key.span().start,
                        &format!(
                            "unknown name in [{hospital}]: expected one of {}, or the tables [{hospital}.order] and [{hospital}.refund] with fields \
                             of the document",
                            known.join(", ")
                        ),
                    ));
                }
            }
        }
        Ok(found)
    }

    /// Fields of the document; those of a structure as `request_content.name`.
    fn fields(
        &self,
        prefix: &str,
        table: &DeTable<'_>,
        pairs: &mut Vec<(String, String)>,
    ) -> Result<(), Failure> {
        for (key, value) in table {
            let name = format!("{prefix}{}", name_of(key));
            match value.get_ref() {
                DeValue::Table(inner) if prefix.is_empty() => {
                    self.fields(&format!("{name}."), inner, pairs)?;
                }
                DeValue::Integer(number) => pairs.push((name, number.as_str().to_owned())),
                other => pairs.push((name, self.line(key, other)?.text)),
            }
        }
        Ok(())
    }

    fn line(&self, key: Key<'_, '_>, value: &DeValue<'_>) -> Result<Line, Failure> {
        let at = key.span().start;
        match value {
            DeValue::String(text) => Ok(Line {
                text: text.to_string(),
                number: self.number(at),
            }),
            _ => Err(self.wrong(
                at,
                &format!("{} must be text: put it into quotes", name_of(key)),
            )),
        }
    }

    fn wrong(&self, at: usize, words: &str) -> Failure {
        let (path, number) = (self.path.display(), self.number(at));
        Failure::Arguments(format!("{path}, line {number}: {words}"))
    }

    fn number(&self, at: usize) -> usize {
        let before = self.text.bytes().take(at);
        before.filter(|b| *b == b'\n').count() + 1
    }
}

fn name_of(key: Key<'_, '_>) -> String {
    key.get_ref().to_string()
}
