//! The sandbox, called by programs that are not ours: one on a library of another project, and the
//! programs that the console gives away. A program runs where the machine has its language; where
//! it does not, a line says that it is skipped.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, Output};

use payinsurance_sandbox::{MerchantConfig, Mode, Sandbox, samples};
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

fn hospital(sandbox: &Sandbox, mode: Mode) -> MerchantConfig {
    let hospitals = sandbox.merchants().iter();
    let mut hospitals = hospitals.filter(|hospital| hospital.mode == mode);
    hospitals.next().unwrap().clone()
}

/// Whether a program runs; if not, says what is skipped.
fn runs<T: AsRef<OsStr>>(program: &str, arguments: &[T], skipped: &str) -> bool {
    let output = Command::new(program).args(arguments).output();
    let runs = output.is_ok_and(|output| output.status.success());
    if !runs {
        let line = format!("skipped: {program} does not run here, so {skipped}");
        #[expect(
            clippy::explicit_write,
            reason = "the test harness captures `eprintln!` of a passing test"
        )]
        writeln!(std::io::stderr(), "{line}").unwrap();
    }
    runs
}

async fn output(mut command: Command) -> Output {
    spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

/// `wechatpay-axios-plugin` signs, verifies and writes XML by itself. `NODE_PATH` names the folder
/// where npm put it.
#[tokio::test(flavor = "multi_thread")]
async fn a_library_of_another_project_places_an_order_verifies_its_notification_and_refunds() {
    let package = ["-e", "require('wechatpay-axios-plugin')"];
    let skipped = "no library of another project called the sandbox (it needs Node and the npm package wechatpay-axios-plugin on NODE_PATH)";
    if !runs("node", &package, skipped) {
        return;
    }
    let sandbox = Sandbox::start().await.unwrap();
    let known = hospital(&sandbox, Mode::ServiceProvider);
    let argument = json!({
        "origin": sandbox.origin(),
        "appid": known.appid,
        "mch_id": known.mch_id,
        "sub_appid": known.sub_appid,
        "sub_mch_id": known.sub_mch_id,
        "app_secret": known.app_secret,
        "key": known.key,
        "openid": samples::OPENID,
        "patient": samples::PATIENT,
        "id_digest": samples::id_digest().as_str(),
    });
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/other_languages/client.cjs"
    );
    let mut command = Command::new("node");
    command.arg(script).arg(argument.to_string());
    let output = output(command).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["placed"]["result_code"], "SUCCESS", "{report}");
    let [notification] = &report["notifications"].as_array().unwrap()[..] else {
        panic!("one notification: {report}")
    };
    assert_eq!(notification["total_fee"], "7750", "{report}");
    assert_eq!(report["paid"]["med_trade_state"], "SUCCESS", "{report}");
    assert_eq!(report["refunded"]["result_code"], "SUCCESS", "{report}");
    let orders = sandbox.orders();
    let sent = orders[0].notification.as_ref().unwrap();
    assert!(
        sent.accepted,
        "the library's signed answer is right: {sent:?}"
    );
}

/// The programs of the console's page, by language, as a person copies them.
async fn programs(sandbox: &Sandbox, mode: Mode) -> Vec<(String, String)> {
    let address = format!("{}/console/hospitals?lang=en", sandbox.origin());
    let page = get(&address).await;
    let name = hospital(sandbox, mode).appid;
    let card = page
        .split("class=\"hospital-card\"")
        .find(|card| card.contains(&name))
        .unwrap();
    let parts = card.split("<summary>").skip(1);
    parts
        .map(|part| {
            let (language, rest) = part.split_once("</summary>").unwrap();
            let text = rest.split("<code>").nth(1).unwrap();
            let text = text.split("</code>").next().unwrap();
            (language.to_owned(), unescaped(text))
        })
        .collect()
}

async fn get(address: &str) -> String {
    let mut command = Command::new("curl");
    command.args(["-s", "-H", "Accept: text/html", address]);
    String::from_utf8(output(command).await.stdout).unwrap()
}

fn unescaped(text: &str) -> String {
    let marks = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ];
    let plain = |text: String, (mark, sign): (&str, &str)| text.replace(mark, sign);
    // `&#60;` and `&#62;` are how the template writes the first two.
    let text = text.replace("&#60;", "<").replace("&#62;", ">");
    marks.into_iter().fold(text, plain)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_program_that_the_console_gives_away_places_an_order() {
    if !runs(
        "curl",
        &["--version"],
        "the programs of the console did not run",
    ) {
        return;
    }
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut placed = 0;
    for mode in [Mode::ServiceProvider, Mode::Independent] {
        let programs = programs(&sandbox, mode).await;
        assert_eq!(programs.len(), 5);
        for (language, text) in programs {
            let (file, program, version) = match language.as_str() {
                "curl" => ("order.sh", "bash", "--version"),
                "Python" => ("order.py", "python3", "--version"),
                "Java" => ("Order.java", "java", "-version"),
                "Node" => ("order.mjs", "node", "--version"),
                // Built with the programs of the READMEs.
                "Rust" => continue,
                other => panic!("{other} has no way to run"),
            };
            let skipped = format!("the console's program in {language} did not run");
            if !runs(program, &[version], &skipped) {
                continue;
            }
            let file = folder.path().join(file);
            std::fs::write(&file, text).unwrap();
            let mut command = Command::new(program);
            command.arg(&file);
            let output = output(command).await;
            let printed = String::from_utf8_lossy(&output.stdout);
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{language}: {printed}{said}");
            placed += 1;
            let orders = sandbox.orders();
            assert_eq!(orders.len(), placed, "{language}: {printed}{said}");
            let known = orders.iter().any(|order| printed.contains(&order.pay_key));
            assert!(known, "{language} prints where to pay: {printed}");
        }
    }
}
