//! `payinsurance config`: what is configured, and where it stands.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::{Value, json};

use super::{Config, Found, Origin, SETTINGS, beside_its_file, user_file};
use crate::context::Context;
use crate::failure::Failure;
use crate::language::{Language, language, variable};
use crate::output::{note, object};
use crate::table::Table;

/// Arguments of `payinsurance config`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prints each setting; of a secret only whether it is set
    Show {
        /// Says where each value stands: option, variable, file and line
        #[arg(long)]
        origin: bool,
    },
}

/// Runs it.
pub(crate) fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    let Command::Show { origin } = arguments.command;
    match context
        .config()
        .and_then(|config| show(&config, origin, context.json))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// A setting as it is shown.
struct Row {
    name: String,
    value: Option<String>,
    origin: Option<Origin>,
    is_secret: bool,
}

/// What is shown instead of a secret.
const SET: &str = "set";

fn show(config: &Config, origins: bool, json: bool) -> Result<(), Failure> {
    let rows = rows(config)?;
    if json {
        let settings: Vec<Value> = rows
            .iter()
            .map(|row| {
                json!({
                    "name": row.name,
                    "value": row.value,
                    "origin": row.origin.as_ref().map(origin_json),
                })
            })
            .collect();
        let files: Vec<_> = config.files.iter().map(|file| &file.path).collect();
        object(&json!({ "files": files, "settings": settings }));
        return Ok(());
    }
    for file in &config.files {
        note(language().pick(
            format!("已读取 {}", file.path.display()),
            format!("read {}", file.path.display()),
        ));
    }
    if config.files.is_empty() {
        let user = user_file().map(|path| path.display().to_string());
        let user = user.unwrap_or_default();
        note(language().pick(
            format!("没有配置文件：本目录及上级目录没有 payinsurance.toml，也没有 {user}；用 `payinsurance init` 新建"),
            format!("there is no configuration: no payinsurance.toml here or above, and no {user}; `payinsurance init` writes one"),
        ));
    }
    let mut table = Table::plain(0);
    for row in &rows {
        let value = row.value.clone().map(|value| match &*value {
            SET if row.is_secret => language().pick("已设置", SET).to_owned(),
            _ => value,
        });
        let value = value.unwrap_or_else(|| language().pick("（未设置）", "(not set)").to_owned());
        let origin = row.origin.as_ref().filter(|_| origins);
        let origin = origin.map(|origin| match origin {
            Origin::Default => language().pick("默认", "default").to_owned(),
            Origin::Environment(name) => {
                language().pick(format!("环境变量 {name}"), format!("environment, {name}"))
            }
            Origin::Flag(name) => language().pick(format!("选项 {name}"), format!("option {name}")),
            Origin::File { path, line } => language().pick(
                format!("{} 第 {line} 行", path.display()),
                format!("{}, line {line}", path.display()),
            ),
        });
        table = table.row([row.name.as_str(), &value, &origin.unwrap_or_default()]);
    }
    table.print();
    Ok(())
}

fn rows(config: &Config) -> Result<Vec<Row>, Failure> {
    let hospital = config.hospital()?;
    let mut rows = Vec::new();
    for (name, _) in SETTINGS {
        let found = match name {
            "profile" => hospital.name.as_ref().map(|found| Found {
                value: found.value.clone(),
                origin: found.origin.clone(),
            }),
            "lang" => config.setting(name).or_else(|| {
                let locale = Language::of_locale(variable);
                Some(Found {
                    value: locale.as_str().to_owned(),
                    origin: Origin::Default,
                })
            }),
            _ => config.setting(name).map(|found| Found {
                origin: found.origin.clone(),
                value: beside_its_file(found),
            }),
        };
        let (value, origin) = split(found);
        let value = value.map(|value| without_password(&value));
        rows.push(Row {
            name: name.to_owned(),
            value,
            origin,
            is_secret: false,
        });
    }
    for name in ["appid", "mch_id", "sub_appid", "sub_mch_id", "origin"] {
        let (value, origin) = split(hospital.get(name));
        rows.push(Row {
            name: name.to_owned(),
            value,
            origin,
            is_secret: false,
        });
    }
    for (name, in_file) in [("key", "key_file"), ("app_secret", "app_secret_file")] {
        let (value, origin) = split(hospital.secret(name, in_file)?);
        rows.push(Row {
            name: name.to_owned(),
            value: value.map(|_| SET.to_owned()),
            origin,
            is_secret: true,
        });
    }
    Ok(rows)
}

fn split(found: Option<Found>) -> (Option<String>, Option<Origin>) {
    match found {
        Some(found) => (Some(found.value), Some(found.origin)),
        None => (None, None),
    }
}

/// An address may hold a password: then only its scheme is shown.
fn without_password(text: &str) -> String {
    match text.split_once("://") {
        Some((scheme, _)) if scheme.starts_with("postgres") => format!("{scheme}://…"),
        _ => text.to_owned(),
    }
}

fn origin_json(origin: &Origin) -> Value {
    match origin {
        Origin::Flag(name) => json!({ "kind": "flag", "name": name }),
        Origin::Environment(name) => json!({ "kind": "environment", "name": name }),
        Origin::File { path, line } => json!({ "kind": "file", "path": path, "line": line }),
        Origin::Default => json!({ "kind": "default" }),
    }
}
