//! The pages in a real browser: `probe.html` opens every one, uses it as a reader does, and writes down what it saw.
//!
//! Chromium is run once, without a window, over files; no crate drives it. `CHROMIUM` names it, otherwise it is looked for on `PATH`;
//! without one, the test says that it is skipped.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::{folder, pages};

const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// What the browser said: what the probe wrote down, and the lines of the console.
struct Seen {
    probe: Value,
    console: Vec<String>,
}

fn seen() -> Option<&'static Seen> {
    static SEEN: OnceLock<Option<Seen>> = OnceLock::new();
    SEEN.get_or_init(|| Some(run(&browser()?))).as_ref()
}

#[expect(
    clippy::explicit_write,
    reason = "the test harness keeps `eprintln!` of a passing test to itself"
)]
fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").filter(|path| !path.is_empty());
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = named.map(PathBuf::from).or_else(|| {
        let mut folders = std::env::split_paths(&folders);
        folders.find_map(|folder| {
            let files = NAMES.iter().map(|name| folder.join(name));
            files.into_iter().find(|file| file.is_file())
        })
    });
    if found.is_none() {
        let line = "skipped: no Chromium on PATH and CHROMIUM names none, so the reference site was not opened in a browser";
        writeln!(std::io::stderr(), "{line}").unwrap();
    }
    found
}

fn run(browser: &Path) -> Seen {
    let around = folder().parent().unwrap();
    let pages: Vec<String> = pages().iter().map(|page| format!("{page:?}")).collect();
    let probe = include_str!("probe.html").replace("/* pages */", &pages.join(", "));
    let file = around.join("probe.html");
    std::fs::write(&file, probe).unwrap();
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new(browser)
        .args([
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-dev-shm-usage",
        ])
        // The sandbox needs rights that a container often lacks; only files of our own are opened.
        .args(["--no-sandbox", "--allow-file-access-from-files"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args([
            "--enable-logging=stderr",
            "--virtual-time-budget=120000",
            "--timeout=120000",
            "--dump-dom",
        ])
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let (page, log) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    let result = page.split("<pre id=\"result\">").nth(1);
    let result = result.and_then(|rest| rest.split("</pre>").next());
    let result =
        result.unwrap_or_else(|| panic!("the probe did not finish: {}\n{log}", output.status));
    let result = result
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let console = log.lines().filter(|line| line.contains(":CONSOLE"));
    // The probe opens one page with scripts forbidden, and the browser says so.
    let console = console.filter(|line| !line.contains("Blocked script execution"));
    Seen {
        probe: serde_json::from_str(&result).unwrap(),
        console: console.map(str::to_owned).collect(),
    }
}

#[test]
fn every_page_opens_without_a_word_on_the_console() {
    let Some(seen) = seen() else { return };
    let [own] = &seen.console[..] else {
        panic!("{}", seen.console.join("\n"))
    };
    assert!(own.contains("probe: this line is seen"), "{own}");
}

#[test]
fn no_page_scrolls_sideways_on_a_phone_or_a_desk() {
    let Some(seen) = seen() else { return };
    assert_eq!(seen.probe["phone"], json!([]), "wider than 360 pixels");
    assert_eq!(seen.probe["desk"], json!([]), "wider than 1280 pixels");
}

#[test]
fn the_search_finds_fields_labels_codes_values_columns_and_errata_and_leads_there() {
    let Some(seen) = seen() else { return };
    for (text, name) in [
        ("hosp_out_trade_no", "hosp_out_trade_no"),
        ("第三方服务商订单号", "hosp_out_trade_no"),
        ("530", "530"),
        ("SYS_REFUNDING", "SYS_REFUNDING"),
        ("费率", "费率"),
        ("E12", "E12"),
    ] {
        let found = &seen.probe["searches"][text];
        assert_eq!(found["rows"][0][0], name, "{text}: {found}");
        assert_eq!(found["reached"], true, "{text}: {found}");
    }
    assert_eq!(seen.probe["searches"]["no such thing"]["rows"], json!([]));
    assert_eq!(
        seen.probe["linked"], "sub_openid",
        "an address can hold a search"
    );
    assert_eq!(
        seen.probe["keyboard"], "q",
        "the stroke leads into the search"
    );
}

#[test]
fn the_language_is_switched_on_the_same_page() {
    let Some(seen) = seen() else { return };
    let [from, to, page] = seen.probe["language"].as_array().unwrap().as_slice() else {
        panic!("{}", seen.probe["language"])
    };
    assert_eq!((from, to), (&json!("en"), &json!("zh-CN")));
    let page = page.as_str().unwrap();
    assert!(page.starts_with("zh/interfaces/"), "{page}");
}

#[test]
fn dark_mode_follows_the_system_and_the_button_and_is_remembered() {
    let Some(seen) = seen() else { return };
    let colours = &seen.probe["colours"];
    let (light, dark) = (&colours["light"], &colours["dark"]);
    assert_eq!(light, "rgb(255, 255, 255)");
    assert_ne!(light, dark, "as the system asks");
    assert_eq!(&colours["toggled"], dark, "by the button");
    assert_eq!(&colours["kept"], dark, "on the next page");
    assert_eq!(&colours["back"], light, "by the button again");
}

#[test]
fn a_page_is_whole_without_its_script() {
    let Some(seen) = seen() else { return };
    let expected = json!({ "search": false, "theme": false, "language": true, "table": true, "navigation": true });
    assert_eq!(seen.probe["without_script"], expected);
}
