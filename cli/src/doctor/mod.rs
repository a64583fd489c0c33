//! `payinsurance doctor`: whether this machine is set up as the platform wants it, each line ok or
//! what to do.
//!
//! Steps, in order, each as far as those before it allow: configuration, key, address, access
//! token, signatures, clock, list of addresses, store.

mod finding;

use std::process::ExitCode;
use std::time::Duration;

use payinsurance::Client;
use payinsurance_orders::store::{Access, MemoryStore};
use payinsurance_orders::{Check, Desk, LastError};
use url::Url;

use crate::config::{Calling, Config, Profile};
use crate::context::Context;
use crate::failure::Failure;
use crate::language::language;
use crate::orders::Place;
use finding::Findings;

/// What stands below the help of the command.
const EXIT_STATUS: &str = "Exit status: 0 nothing failed, 1 something failed, and its line says what to do

An access token is asked for unless a store with one is named; the one before works for five minutes more.";

/// Where the platform is.
const PLATFORM: &str = "https://api.weixin.qq.com";

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// Arguments of `payinsurance doctor`.
#[derive(clap::Args)]
#[command(after_help = EXIT_STATUS)]
pub(crate) struct Arguments {
    /// The store of the hospital's desk, whose access token is then used [env: PAYINSURANCE_STORE]
    #[arg(long)]
    store: Option<String>,
    #[command(flatten)]
    calling: Calling,
}

/// Runs it.
pub(crate) async fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    let mut findings = Findings::default();
    Box::pin(look(arguments, context, &mut findings)).await;
    findings.print(context.json);
    match findings.failed() {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

/// Looks as far as it can.
async fn look(arguments: &Arguments, context: &Context, findings: &mut Findings) {
    let words = language();
    let config = match context.config() {
        Ok(config) => config,
        Err(failure) => return findings.fail("configuration", failure.to_string()),
    };
    let profile = match arguments.calling.profile(&config) {
        Ok(profile) => profile,
        Err(failure) => return findings.fail("configuration", failure.to_string()),
    };
    let name = profile.name.clone().unwrap_or_default();
    let files = config.shown_files();
    findings.ok(
        "configuration",
        match files.is_empty() {
            true => words
                .pick("取自环境变量", "from the environment")
                .to_owned(),
            false => words.pick(
                format!("医院 {name}：{files}"),
                format!("hospital {name}: {files}"),
            ),
        },
    );
    // Its form was checked when the profile was read.
    findings.ok(
        "key",
        words
            .pick("已设置，格式正确", "set, and of the right form")
            .to_owned(),
    );
    let origin = profile.origin.as_deref().unwrap_or(PLATFORM).to_owned();
    let is_reached = reach(&origin, findings).await;
    let place = place(arguments, &config);
    if is_reached {
        match Box::pin(ask(profile, &name, place.as_ref().ok())).await {
            Ok(check) => answered(&check, findings),
            Err(failure) => findings.fail("token", failure.to_string()),
        }
    } else {
        for name in ["token", "signature", "clock", "ip"] {
            findings.skip(
                name,
                words.pick("先解决地址", "after the address").to_owned(),
            );
        }
    }
    store(place, findings).await;
}

/// The store of the desk, if one is named.
fn place(arguments: &Arguments, config: &Config) -> Result<Place, Option<Failure>> {
    let named = match arguments.store.as_deref() {
        Some(text) => Place::named(Some(text)).map(Some),
        None => config.store_if_named(),
    };
    named.map_err(Some)?.ok_or(None)
}

/// Whether somebody listens there.
async fn reach(origin: &str, findings: &mut Findings) -> bool {
    let words = language();
    let url = Url::parse(origin).ok();
    let parts = url.as_ref().and_then(|url| {
        let host = url.host_str()?;
        let host = host.trim_matches(['[', ']']);
        Some((host.to_owned(), url.port_or_known_default()?))
    });
    let Some((host, port)) = parts else {
        findings.fail(
            "address",
            words.pick(
                format!("origin 不是地址：{origin:?}，应为 https://host 或 http://host:port"),
                format!(
                    "the origin {origin:?} is not an address: give https://host or http://host:port"
                ),
            ),
        );
        return false;
    };
    let connected = tokio::time::timeout(CONNECT, tokio::net::TcpStream::connect((host, port)));
    let problem = match connected.await {
        Ok(Ok(stream)) => {
            let own = stream.local_addr().map(|own| own.ip().to_string());
            let own = own.unwrap_or_default();
            findings.ok(
                "address",
                words.pick(
                    format!("{origin} 可以连接（本机地址 {own}）"),
                    format!("{origin} is reachable (from {own})"),
                ),
            );
            return true;
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => words
            .pick("5 秒内无应答", "no answer in 5 seconds")
            .to_owned(),
    };
    findings.fail(
        "address",
        words.pick(
            format!("{origin} 无法连接：{problem}。检查网络、防火墙、代理；沙箱是否已启动（payinsurance sandbox）"),
            format!("{origin} cannot be reached: {problem}. Check network, firewall and proxy; for a sandbox, whether it runs (`payinsurance sandbox`)"),
        ),
    );
    false
}

/// Asks the platform about an order that does not exist.
async fn ask(profile: Profile, name: &str, place: Option<&Place>) -> Result<Check, Failure> {
    let mut builder = Client::builder(profile.merchant);
    if let Some(origin) = profile.origin {
        builder = builder.origin(origin);
    }
    let name = if name.is_empty() { "hospital" } else { name };
    // The token of a desk is used if there is one. What is wrong with a store is said in its own
    // line.
    let opened = match place {
        Some(place) => place.open(Access::Existing).await.ok(),
        None => None,
    };
    let desk = match &opened {
        Some(opened) => Desk::over(opened.shared()),
        None => Desk::builder(MemoryStore::default()),
    };
    let checked = async {
        let desk = desk.merchant(name, builder).build();
        let desk = desk.map_err(|error| Failure::Arguments(error.to_string()))?;
        let checks = desk.check().await.map_err(crate::desk::of_desk)?;
        let first = checks.into_iter().next();
        first.ok_or_else(|| Failure::NotDone("there is no hospital".to_owned()))
    };
    let checked = checked.await;
    if let Some(opened) = opened {
        opened.close().await;
    }
    checked
}

/// What the platform's answer shows.
fn answered(check: &Check, findings: &mut Findings) {
    let words = language();
    let problem = check.problem.as_ref();
    let is_about = |part: &str| problem.is_some_and(|problem| problem.text.contains(part));
    let is_token = is_about("gave no access token") || is_about("access token is dead");
    match problem {
        Some(problem) if is_token => findings.fail("token", problem.text.clone()),
        _ => findings.ok(
            "token",
            words
                .pick(
                    "app secret 正确，已取得 access_token",
                    "the app secret gives an access token",
                )
                .to_owned(),
        ),
    }
    match problem {
        None => findings.ok(
            "signature",
            words
                .pick(
                    "平台接受我方签名，我方也验证了平台的签名",
                    "the platform accepts our signature, and we accept its own",
                )
                .to_owned(),
        ),
        Some(_) if is_token => {
            findings.skip(
                "signature",
                words.pick("先解决 token", "after the token").to_owned(),
            );
        }
        Some(problem) => findings.fail("signature", problem.text.clone()),
    }
    match check.clock_is_ahead {
        None => findings.ok(
            "clock",
            words
                .pick(
                    "与平台的时间相差不超过 2 分钟",
                    "within 2 minutes of the platform's",
                )
                .to_owned(),
        ),
        Some(ahead) => {
            let seconds = ahead.as_secs().unsigned_abs();
            let direction = match ahead.is_negative() {
                true => words.pick("慢", "behind"),
                false => words.pick("快", "ahead of"),
            };
            findings.fail(
                "clock",
                words.pick(
                    format!("本机时钟比平台{direction} {seconds} 秒：用 NTP 校时"),
                    format!("the clock of this machine is {seconds} seconds {direction} that of the platform: set it by NTP"),
                ),
            );
        }
    }
    address_list(problem, findings);
}

/// Which address the list for refunds needs.
fn address_list(problem: Option<&LastError>, findings: &mut Findings) {
    let words = language();
    let is_refused =
        |problem: &&LastError| problem.text.contains("40164") || problem.text.contains("61004");
    match problem.filter(is_refused) {
        Some(problem) => findings.fail("ip", problem.text.clone()),
        None => findings.advise(
            "ip",
            words.pick(
                "退款接口只接受登记过的地址：向平台登记本机的公网出口 IP（经 NAT 或代理时是它们的地址）；用错地址时，应答 40164 会写明平台看到的 IP",
                "the refund interface takes calls from listed addresses only: have the public address of this machine listed (behind NAT or a proxy, theirs); \
                 an answer 40164 names the address that the platform sees",
            )
            .to_owned(),
        ),
    }
}

async fn store(place: Result<Place, Option<Failure>>, findings: &mut Findings) {
    let words = language();
    let place = match place {
        Ok(place) => place,
        Err(Some(failure)) => return findings.fail("store", failure.to_string()),
        Err(None) => {
            return findings.advise(
                "store",
                words
                    .pick(
                        "未配置存储：下单和退款需要它（store = \"orders.db\"）",
                        "no store is named: orders and refunds need one (store = \"orders.db\")",
                    )
                    .to_owned(),
            );
        }
    };
    if let Place::Sqlite(path) = &place
        && !path.exists()
    {
        return findings.ok(
            "store",
            words.pick(
                format!("{} 尚不存在，首次下单时新建", path.display()),
                format!(
                    "{} is not there yet: the first order makes it",
                    path.display()
                ),
            ),
        );
    }
    match place.open(Access::ReadOnly).await {
        Ok(opened) => {
            opened.close().await;
            findings.ok("store", words.pick("可以打开", "can be opened").to_owned());
        }
        Err(failure) => findings.fail("store", failure.to_string()),
    }
}
