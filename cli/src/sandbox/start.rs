//! `payinsurance sandbox`: the platform, imitated, until it is interrupted.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use payinsurance_sandbox::{Config, MerchantConfig, Sandbox, StartError};
use serde_json::json;
use signed_xml_spec_tools::site;

use crate::context::Context;
use crate::language::language;
use crate::output;
use crate::spec;

/// Arguments of `payinsurance sandbox`.
#[derive(clap::Args)]
pub(crate) struct Start {
    /// Port on the loopback interface; 0 takes a free one
    #[arg(long, default_value_t = 8080, env = "PAYINSURANCE_SANDBOX_PORT")]
    port: u16,
    /// A JSON file with merchants, patients and times; the default has one hospital of each access mode
    #[arg(long)]
    config: Option<PathBuf>,
    /// One more host under which callers reach it, beside 127.0.0.1, localhost and ::1: NAME or NAME:PORT, for a proxy or a container
    #[arg(
        long = "allow-host",
        value_name = "HOST",
        env = "PAYINSURANCE_SANDBOX_ALLOW_HOST",
        value_delimiter = ','
    )]
    allow_hosts: Vec<String>,
    /// Save everything in this file and go on with what is in it; without it all is forgotten at the end
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// What the numbers, tokens and nonces of a new sandbox follow from: the same calls then give the same ones
    #[arg(long)]
    seed: Option<u64>,
}

/// Runs it.
#[expect(clippy::print_stderr, reason = "what is not a result goes to stderr")]
pub(crate) async fn run(arguments: Start, context: &Context) -> ExitCode {
    let config = match arguments.config.as_deref().map(read_config).transpose() {
        Ok(config) => config.unwrap_or_default(),
        Err(problem) => {
            eprintln!("error: {problem}");
            return ExitCode::from(2);
        }
    };
    let builder = Sandbox::builder().config(config).port(arguments.port);
    let builder = builder.reference(reference);
    let hosts = arguments.allow_hosts.into_iter();
    let builder = hosts.fold(builder, |builder, host| builder.allow_host(host));
    let builder = match arguments.seed {
        Some(seed) => builder.seed(seed),
        None => builder,
    };
    let saved = arguments.state.is_some();
    let builder = match arguments.state {
        Some(file) => builder.state(file),
        None => builder,
    };
    let sandbox = match builder.start().await {
        Ok(sandbox) => sandbox,
        Err(error @ StartError::AllowedHost { .. }) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
        Err(error) => {
            eprintln!("error: the sandbox cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    // The sandbox's keys and secrets are test credentials: the person who starts it needs them to call it.
    if context.json {
        output::line(format_args!(
            "{}",
            json!({ "origin": sandbox.origin(), "merchants": sandbox.merchants() })
        ));
    } else {
        let (said, origin) = (language(), sandbox.origin());
        output::line(said.pick(
            format!("沙箱（模拟平台）地址：{origin}\n"),
            format!("The platform is imitated at {origin}\n"),
        ));
        for merchant in sandbox.merchants() {
            output::line(format_args!("{} ({:?})", merchant.name, merchant.mode));
            output::line(format_args!(
                "  appid {}  mch_id {}",
                merchant.appid, merchant.mch_id
            ));
            if let (Some(appid), Some(mch_id)) = (&merchant.sub_appid, &merchant.sub_mch_id) {
                output::line(format_args!("  sub_appid {appid}  sub_mch_id {mch_id}"));
            }
            output::line(format_args!(
                "  app secret {}  key {}",
                merchant.app_secret, merchant.key
            ));
        }
        if let Some(call) = sandbox.merchants().first().map(first_call) {
            output::line(said.pick(
                format!(
                    "
第一个调用：
  curl '{origin}{call}'"
                ),
                format!(
                    "
The first call:
  curl '{origin}{call}'"
                ),
            ));
            let page = format!("{origin}/console/hospitals");
            output::line(said.pick(
                format!("Rust：Client::builder(merchant).origin({origin:?})。完整程序（Rust、curl、Python、Java、Node）和患者：{page}"),
                format!("In Rust: Client::builder(merchant).origin({origin:?}). Whole programs in Rust, curl, Python, Java and Node, and the patients: {page}"),
            ));
        }
        output::line(said.pick(
            format!(
                "
控制台：{origin}/
接口文档：{origin}/reference/
沙箱自己的接口：GET {origin}/sandbox"
            ),
            format!(
                "
Open the console: {origin}/
The reference of all interfaces: {origin}/reference/
Its own interface: GET {origin}/sandbox"
            ),
        ));
        output::line(match saved {
            true => said.pick(
                "按 Ctrl-C 结束；再次启动时接着上次的数据。",
                "Interrupt it to end (Ctrl-C); the next start goes on from here.",
            ),
            false => said.pick(
                "按 Ctrl-C 结束；数据不保存（保存用 --state 文件）。",
                "Interrupt it to end (Ctrl-C); it forgets everything (--state FILE saves it).",
            ),
        });
    }
    if let Err(error) = tokio::signal::ctrl_c().await {
        eprintln!("error: no interrupt can be waited for: {error}");
        return ExitCode::FAILURE;
    }
    sandbox.shutdown().await;
    ExitCode::SUCCESS
}

/// Path and query of the access token, the call that comes before all others.
fn first_call(hospital: &MerchantConfig) -> String {
    let MerchantConfig {
        appid,
        app_secret,
        sub_appid,
        ..
    } = hospital;
    match sub_appid {
        Some(own) => format!(
            "/payinsurance/gettoken?grant_type=client_credential&agentappid={appid}&agentsecret={app_secret}&appid={own}"
        ),
        None => {
            format!("/cgi-bin/token?grant_type=client_credential&appid={appid}&secret={app_secret}")
        }
    }
}

/// The reference site, in memory: made of the spec that is part of the command.
fn reference() -> BTreeMap<String, String> {
    // Invariant: the spec compiles, and so its site can be written; both have tests.
    let files = spec::model().ok().and_then(|model| site::emit(&model).ok());
    let files = files.unwrap_or_default().into_iter();
    files.map(|file| (file.name, file.text)).collect()
}

fn read_config(path: &std::path::Path) -> Result<Config, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| {
        format!(
            "invalid configuration of the sandbox: {}: {error}",
            path.display()
        )
    })
}
