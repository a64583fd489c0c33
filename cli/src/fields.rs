//! Fields of a request as people give them: a file, arguments, and what all requests of a hospital
//! have in common. Their names are the document's.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use signed_xml::{Fields, IdDigest, Limits, Message, ReadProblem, Supplied, validate};
use signed_xml_codegen::did_you_mean;

use crate::failure::Failure;
use crate::language::{Language, language};

/// The most that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Fields as arguments and in a file.
#[derive(clap::Args)]
// Its name would be that of the command's own group.
#[group(skip)]
pub(crate) struct Input {
    /// Fields by the document's names, total_fee=7750; the members of a structure as
    /// request_content.session_id=…. Everybody on the machine sees a command line: put what is
    /// personal into a file
    #[arg(value_name = "FIELD=VALUE")]
    fields: Vec<String>,
    /// A TOML or JSON file with such fields; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

/// Names and values; the members of a structure are `structure.member`.
pub(crate) type Given = BTreeMap<String, String>;

impl Input {
    /// Arguments, else the file, else what is common.
    pub(crate) fn given(&self, common: Vec<(String, String)>) -> Result<Given, Failure> {
        let mut given: Given = common.into_iter().collect();
        if let Some(path) = &self.from {
            let text = read(path)?;
            given.extend(of_text(&text, path)?);
        }
        for text in &self.fields {
            let (name, value) = text.split_once('=').ok_or_else(|| {
                Failure::Arguments(format!(
                    "the argument {text:?} must be FIELD=VALUE, for example total_fee=7750"
                ))
            })?;
            given.insert(name.to_owned(), value.to_owned());
        }
        Ok(given)
    }
}

/// The typed message of these fields, checked against the document.
pub(crate) fn message<M: Message>(given: &Given) -> Result<M, Failure> {
    let schema = M::SCHEMA;
    for name in given.keys() {
        let own = name.split('.').next().unwrap_or(name);
        let Some(field) = schema.field(own) else {
            return Err(unknown(name, schema.fields.iter().map(|field| field.name)));
        };
        let by = match field.supplied {
            Supplied::Caller => continue,
            Supplied::Merchant(_) => "the configuration",
            Supplied::Client | Supplied::Constant(_) => "the client",
        };
        return Err(Failure::Arguments(format!(
            "{name} is filled in by {by}: leave it out"
        )));
    }
    let fields = flat(given)?;
    let message: M = fields.read().map_err(|errors| {
        let lines = errors.iter().map(|error| {
            let field = error.field;
            let named = format!("`{}` ({}, {})", field.name, field.label, field.section);
            match &error.problem {
                ReadProblem::Missing => {
                    language().pick(format!("缺少 {named}"), format!("{named} is missing"))
                }
                ReadProblem::Unreadable { expected, .. } => language().pick(
                    format!("{named} 应为 {expected}"),
                    format!("{named} must be {expected}"),
                ),
                _ => language().pick(
                    format!("{named} 前后矛盾"),
                    format!("{named} is contradictory"),
                ),
            }
        });
        let lines: Vec<String> = lines.collect();
        Failure::Arguments(format!(
            "{}{}",
            language().pick("请求有误：", "the request is wrong: "),
            lines.join(language().pick("；", "; "))
        ))
    })?;
    validate(&message).map_err(|violations| {
        Failure::Arguments(match language() {
            Language::Zh => violations.in_chinese().to_string(),
            Language::En => violations.to_string(),
        })
    })?;
    Ok(message)
}

/// A structure of a request, checked against the document: given as its members or as one JSON
/// text.
pub(crate) fn structure<M: Message>(given: &Given, name: &str) -> Result<M, Failure> {
    let members = match given.get(name) {
        Some(text) => Fields::parse_json(text.as_bytes(), &Limits::default())
            .map_err(|error| Failure::Arguments(format!("{name}: {error}")))?
            .iter()
            .map(|(member, value)| (member.to_owned(), value.to_owned()))
            .collect(),
        None => given
            .iter()
            .filter_map(|(known, value)| {
                let member = known.strip_prefix(name)?.strip_prefix('.')?;
                Some((member.to_owned(), value.clone()))
            })
            .collect(),
    };
    message(&members)
}

/// Refuses a name that there is not, with the nearest one.
pub(crate) fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Failure {
    let known: Vec<&str> = known.collect();
    Failure::Arguments(format!(
        "unknown field {name:?}: {}",
        did_you_mean(name, known.iter().copied())
    ))
}

/// Structures as JSON, ID numbers as their digests.
fn flat(given: &Given) -> Result<Fields, Failure> {
    let mut flat: BTreeMap<&str, String> = BTreeMap::new();
    let mut structures: BTreeMap<&str, serde_json::Map<String, Value>> = BTreeMap::new();
    for (name, value) in given {
        match name.split_once('.') {
            Some((structure, member)) => {
                let members = structures.entry(structure).or_default();
                members.insert(member.to_owned(), value.as_str().into());
            }
            None => {
                flat.insert(name, digest(name, value)?);
            }
        }
    }
    for (name, members) in structures {
        flat.entry(name)
            .or_insert_with(|| Value::Object(members).to_string());
    }
    let pairs = flat.iter().map(|(name, value)| (*name, value.as_str()));
    Fields::from_pairs(pairs).map_err(|error| Failure::Arguments(error.to_string()))
}

/// A digest stays as it is; an ID number, which is shorter, becomes its digest.
fn digest(name: &str, value: &str) -> Result<String, Failure> {
    let is_number = matches!(value.len(), 15 | 18);
    if !matches!(name, "user_card_no" | "idcard_md5") || !is_number {
        return Ok(value.to_owned());
    }
    match IdDigest::of(value) {
        Ok(digest) => Ok(digest.as_str().to_owned()),
        Err(error) => Err(Failure::Arguments(format!("{name}: {error}"))),
    }
}

/// A file of people's own, or stdin.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = match path.as_os_str() == "-" {
        true => std::io::stdin()
            .lock()
            .take(MAX_BYTES)
            .read_to_string(&mut text),
        false => std::fs::File::open(path)
            .and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text)),
    };
    match read {
        Ok(_) => Ok(text),
        Err(error) => Err(Failure::Arguments(format!(
            "{} cannot be read: {error}",
            path.display()
        ))),
    }
}

fn of_text(text: &str, path: &Path) -> Result<Given, Failure> {
    let shown = path.display();
    let is_json = text.trim_start().starts_with('{');
    // The place, and not the text: it may be personal.
    let value: Value = match is_json {
        true => serde_json::from_str(text).map_err(|error| {
            Failure::Arguments(format!(
                "{shown}, line {}: not a JSON object with fields",
                error.line()
            ))
        })?,
        false => toml::from_str(text).map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
            Failure::Arguments(format!(
                "{shown}, line {line}: not TOML; expected lines such as total_fee = 7750"
            ))
        })?,
    };
    let mut given = Given::new();
    let members = value.as_object().into_iter().flatten();
    for (name, value) in members {
        match value {
            Value::Object(members) => {
                for (member, value) in members {
                    let name = format!("{name}.{member}");
                    given.insert(name.clone(), plain(&name, value, path)?);
                }
            }
            value => {
                given.insert(name.clone(), plain(name, value, path)?);
            }
        }
    }
    Ok(given)
}

fn plain(name: &str, value: &Value, path: &Path) -> Result<String, Failure> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) if number.is_u64() => Ok(number.to_string()),
        _ => Err(Failure::Arguments(format!(
            "{}: {name} must be text or a whole number",
            path.display()
        ))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use super::*;

    #[test]
    fn toml_and_json_say_the_same() {
        let toml = "total_fee = 7750\nbody = \"挂号费\"\n[request_content]\nbka001 = \"1\"\n";
        let json = r#"{"total_fee": 7750, "body": "挂号费", "request_content": {"bka001": "1"}}"#;
        let path = Path::new("order");
        let read = of_text(toml, path).unwrap();
        assert_eq!(read, of_text(json, path).unwrap());
        let fields = flat(&read).unwrap();
        assert_eq!(fields.get("total_fee"), Some("7750"));
        assert_eq!(fields.get("request_content"), Some(r#"{"bka001":"1"}"#));
    }

    #[test]
    fn an_id_number_becomes_its_digest_and_a_digest_stays() {
        let digest_of = |value: &str| digest("user_card_no", value).unwrap();
        let made = digest_of("44030019000101123x");
        assert_eq!(made, IdDigest::of("44030019000101123x").unwrap().as_str());
        assert_eq!(digest_of(&made), made);
    }
}
