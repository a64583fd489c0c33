//! `payinsurance init`: writes a commented configuration, and asks for its values at a terminal.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use dialoguer::{Input, Password};
use payinsurance_sandbox::Config as SandboxConfig;
use serde_json::json;

use super::{Calling, PROJECT_FILE, secret, user_file};
use crate::context::Context;
use crate::failure::Failure;
use crate::language::language;
use crate::output::{self, note, object};

/// Arguments of `payinsurance init`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file to write
    #[arg(default_value = PROJECT_FILE)]
    file: PathBuf,
    /// Writes the user's own file, which is read in every folder
    #[arg(long, conflicts_with = "file")]
    user: bool,
    /// Fills it with the test hospital of `payinsurance sandbox`, at http://127.0.0.1:8080 or
    /// --origin
    #[arg(long)]
    sandbox: bool,
    #[command(flatten)]
    calling: Calling,
    /// Writes the file with comments only, also at a terminal
    #[arg(long)]
    no_input: bool,
}

/// What goes into the file.
#[derive(Default)]
struct Answers {
    name: String,
    appid: String,
    mch_id: String,
    sub_appid: String,
    sub_mch_id: String,
    key: String,
    app_secret: String,
    origin: String,
    /// Fields that all orders have in common.
    order: Vec<(&'static str, String)>,
}

/// Runs it.
pub(crate) fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    match init(arguments, context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn init(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let path = match arguments.user {
        true => user_file().ok_or_else(|| {
            Failure::NotDone("this user has no home folder: give the FILE instead".to_owned())
        })?,
        false => arguments.file.clone(),
    };
    if path.exists() {
        return Err(exists(&path));
    }
    let answers = match (arguments.sandbox, arguments.no_input) {
        (true, _) => Some(of_sandbox(arguments.calling.origin.as_deref())),
        (false, false) if secret::at_terminal() => {
            let asked = ask().map_err(|error| {
                Failure::NotDone(format!(
                    "nothing was written: {error}; --no-input asks for nothing"
                ))
            });
            Some(asked?)
        }
        _ => None,
    };
    write(&path, &text(answers.as_ref()))?;
    if context.json {
        object(&json!({ "path": path, "filled": answers.is_some() }));
    } else {
        output::line(path.display());
    }
    let next = match answers.is_some() {
        true => language().pick(
            "已写入，仅本人可读。它含有密钥：不要提交到 git。下一步：payinsurance doctor",
            "written, for its owner alone. It holds secrets: keep it out of git. Next: payinsurance doctor",
        ),
        false => language().pick(
            "已写入模板：填好各项后运行 payinsurance doctor。填入密钥后不要提交到 git",
            "written as a form: fill it in, then run payinsurance doctor. With secrets in it, keep it out of git",
        ),
    };
    note(next);
    Ok(())
}

fn exists(path: &Path) -> Failure {
    Failure::NotDone(format!(
        "{} exists and is left as it is: edit it, or give another FILE",
        path.display()
    ))
}

/// The first test hospital.
fn of_sandbox(origin: Option<&str>) -> Answers {
    let config = SandboxConfig::default();
    let known = config.merchants.into_iter().next();
    let mut answers = Answers {
        name: "sandbox".to_owned(),
        origin: origin.unwrap_or("http://127.0.0.1:8080").to_owned(),
        ..Answers::default()
    };
    if let Some(known) = known {
        answers.order = vec![
            ("hospital_name", known.name),
            ("org_no", "440100001".to_owned()),
        ];
        answers.appid = known.appid;
        answers.mch_id = known.mch_id;
        answers.sub_appid = known.sub_appid.unwrap_or_default();
        answers.sub_mch_id = known.sub_mch_id.unwrap_or_default();
        answers.key = known.key;
        answers.app_secret = known.app_secret;
    }
    answers
}

fn ask() -> dialoguer::Result<Answers> {
    let words = language();
    let needed = |zh: &str, en: &str| {
        let prompt = words.pick(zh, en).to_owned();
        Input::<String>::new().with_prompt(prompt).interact_text()
    };
    let optional = |zh: &str, en: &str| {
        let prompt = words.pick(zh, en).to_owned();
        let input = Input::<String>::new().with_prompt(prompt);
        input.allow_empty(true).interact_text()
    };
    let secret = |zh: &str, en: &str| {
        let prompt = words.pick(zh, en).to_owned();
        Password::new().with_prompt(prompt).interact()
    };
    let name = Input::<String>::new()
        .with_prompt(words.pick(
            "医院代号（订单台以此保存订单）",
            "Name of the hospital for the desk",
        ))
        .default("clinic".to_owned())
        .interact_text()?;
    let appid = needed("公众号 appid", "appid")?;
    let mch_id = needed("商户号 mch_id", "mch_id")?;
    let sub_mch_id = optional(
        "子商户号 sub_mch_id（独立模式留空）",
        "sub_mch_id (empty without a service provider)",
    )?;
    let sub_appid = match sub_mch_id.is_empty() {
        true => String::new(),
        false => optional("子公众号 sub_appid（可留空）", "sub_appid (may be empty)")?,
    };
    Ok(Answers {
        name,
        appid,
        mch_id,
        sub_appid,
        sub_mch_id,
        key: secret(
            "接口密钥 key（输入不显示）",
            "key of the interface (not shown)",
        )?,
        app_secret: secret("AppSecret（输入不显示）", "app secret (not shown)")?,
        origin: optional(
            "沙箱地址（正式环境留空）",
            "address of a sandbox (empty for the platform)",
        )?,
        order: Vec::new(),
    })
}

/// The file: each setting with a comment, those without a value commented out.
fn text(answers: Option<&Answers>) -> String {
    let words = language();
    let mut text = String::new();
    let mut line = |words: &str| {
        // Invariant: a String takes whatever is written to it.
        let _ = writeln!(text, "{words}");
    };
    line(words.pick(
        "# payinsurance 的配置。优先级：命令行选项 > 环境变量 > 项目文件 payinsurance.toml > 用户文件 > 默认值。\n# `payinsurance config show --origin` 显示每一项来自哪里。",
        "# Configuration of payinsurance. Order: option > environment > payinsurance.toml of the project > file of the user > default.\n# `payinsurance config show --origin` says where each value stands.",
    ));
    line("");
    line(words.pick(
        "# 订单台的存储：SQLite 文件（相对本文件），或 postgres://…",
        "# Store of the order desk: a SQLite file beside this one, or postgres://…",
    ));
    line("store = \"orders.db\"");
    line(words.pick(
        "# 语言：zh 或 en；不写则按系统区域设置",
        "# Language, zh or en; without it that of the locale",
    ));
    line("# lang = \"zh\"");
    line(words.pick(
        "# 有多家医院时，默认用哪一家",
        "# Which hospital is meant, if there are several",
    ));
    line("# profile = \"clinic\"");
    line("");
    line(words.pick(
        "# 每家医院一张表，表名即订单台保存订单所用的名称，不可更改",
        "# A table for each hospital, by the name under which the desk stores its orders: it must not change",
    ));
    let name = answers.map_or("clinic", |answers| &answers.name);
    line(&format!("[{}]", quoted_key(name)));
    let unknown = Answers::default();
    let known = answers.unwrap_or(&unknown);
    for (name, value, sample, zh, en) in [
        (
            "appid",
            &known.appid,
            "wx…",
            "公众号 AppID",
            "App ID of the account that calls",
        ),
        (
            "mch_id",
            &known.mch_id,
            "19…",
            "商户号",
            "Merchant number that belongs to it",
        ),
        (
            "sub_appid",
            &known.sub_appid,
            "wx…",
            "服务商模式：医院的 AppID",
            "Under a service provider: app ID of the hospital",
        ),
        (
            "sub_mch_id",
            &known.sub_mch_id,
            "19…",
            "服务商模式：医院的商户号",
            "Under a service provider: merchant number of the hospital",
        ),
        (
            "key",
            &known.key,
            "",
            "接口密钥（4.2）。也可写 key_file = \"文件\" 或环境变量 PAYINSURANCE_KEY。本文件权限须为 0600",
            "Key of this interface (4.2); or key_file = \"FILE\", or PAYINSURANCE_KEY in the environment. This file must have mode 0600",
        ),
        (
            "app_secret",
            &known.app_secret,
            "",
            "AppSecret，用于获取 access_token。也可写 app_secret_file 或环境变量 PAYINSURANCE_APP_SECRET",
            "App secret, for access tokens; or app_secret_file, or PAYINSURANCE_APP_SECRET",
        ),
        (
            "origin",
            &known.origin,
            "http://127.0.0.1:8080",
            "沙箱地址；正式环境不写",
            "Address of a sandbox; not for the platform",
        ),
    ] {
        line(&format!("# {}", words.pick(zh, en)));
        line(&match value.is_empty() {
            true => format!("# {name} = {sample:?}"),
            false => format!("{name} = {}", quoted(value)),
        });
    }
    line("");
    line(words.pick(
        "# 该医院所有订单共有的字段，名称与文档一致；[clinic.refund] 用于退款",
        "# Fields that all orders of the hospital have in common, by the document's names; [clinic.refund] is for refunds",
    ));
    let mark = if known.order.is_empty() { "# " } else { "" };
    line(&format!("{mark}[{}.order]", quoted_key(name)));
    for (name, value) in &known.order {
        line(&format!("{name} = {}", quoted(value)));
    }
    if known.order.is_empty() {
        line("# hospital_name = \"…\"");
        line("# org_no = \"…\"");
    }
    line("# notify_url = \"https://…\"");
    line("# return_url = \"https://…\"");
    text
}

/// TOML's own text.
fn quoted(value: &str) -> String {
    toml::Value::String(value.to_owned()).to_string()
}

fn quoted_key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match !name.is_empty() && name.chars().all(is_bare) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// Writes a new file that only its owner can read.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::NotDone(format!("{} cannot be written: {error}", path.display()))
    };
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => exists(path),
        _ => failed(error),
    })?;
    file.write_all(text.as_bytes()).map_err(failed)
}
