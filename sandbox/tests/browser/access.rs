//! Everyone can use the pages: on a narrow phone, in the dark, with a screen reader. axe-core is
//! named by `AXE_CORE`; without it that test says that it is skipped.

use std::io::Write;

use serde_json::Value;

use crate::Visit;
use crate::driver::{Browser, Look};

/// Every page, in a busy sandbox.
fn pages(visit: &Visit) -> Vec<(&'static str, String)> {
    let open = visit.hospital.sandbox.orders();
    let open = open
        .iter()
        .find(|order| order.hosp_out_trade_no == "ZY20261129003");
    let open = &open.unwrap().pay_key;
    let known = &visit.med_trans_id;
    vec![
        ("pay", format!("/insurance/pay/detail?pay_key={open}")),
        ("paid", visit.pay_url[visit.at("").len()..].to_owned()),
        ("orders", "/?".to_owned()),
        ("nothing-found", "/?q=nothing".to_owned()),
        ("story", format!("/console/order/{known}?")),
        ("traffic", "/console/traffic?".to_owned()),
        ("faults", "/console/faults?".to_owned()),
        ("notify", format!("/console/notify?order={known}")),
        ("bills", "/console/bills?".to_owned()),
        ("signature", "/console/signature?".to_owned()),
        ("hospitals", "/console/hospitals?".to_owned()),
        ("no-such-order", "/console/order/M0?".to_owned()),
    ]
}

#[tokio::test]
async fn no_page_is_wider_than_a_phone_of_320_pixels() {
    let Some(browser) = Browser::open(Look::NARROW).await else {
        return;
    };
    let visit = Visit::busy().await;
    for (name, path) in pages(&visit) {
        for language in ["zh", "en"] {
            browser
                .goto(&visit.at(&format!("{path}&lang={language}")))
                .await;
            browser
                .run("document.querySelectorAll('details').forEach(part => { part.open = true })")
                .await;
            assert_eq!(browser.overflow().await, 0, "{name} in {language}");
            browser.picture(&format!("320-{name}-{language}")).await;
        }
    }
}

#[tokio::test]
async fn axe_core_finds_nothing_serious_on_any_page_in_light_and_dark() {
    let Some(axe) = std::env::var_os("AXE_CORE").filter(|path| !path.is_empty()) else {
        let line = "skipped: AXE_CORE does not name axe-core's axe.min.js, so the pages of the sandbox were not checked by it";
        // The test harness captures `eprintln!` of a passing test.
        writeln!(std::io::stderr(), "{line}").unwrap();
        return;
    };
    let axe = std::fs::read_to_string(axe).unwrap();
    let mut found = Vec::new();
    for (theme, look) in [("light", Look::DESK), ("dark", Look::DARK)] {
        let Some(browser) = Browser::open(look).await else {
            return;
        };
        let visit = Visit::busy().await;
        for (name, path) in pages(&visit) {
            for language in ["zh", "en"] {
                browser
                    .goto(&visit.at(&format!("{path}&lang={language}")))
                    .await;
                browser.picture(&format!("{theme}-{name}-{language}")).await;
                browser.run(&axe).await;
                let check = "const done = arguments[arguments.length - 1]; axe.run().then(done, error => done(String(error)))";
                let report = browser.driver.execute_async(check, Vec::new()).await;
                let report = report.unwrap().json().clone();
                let violations = report["violations"].as_array();
                let violations = violations.unwrap_or_else(|| panic!("{report}"));
                found.extend(violations.iter().filter(is_serious).map(|violation| {
                    let node = &violation["nodes"][0];
                    format!(
                        "{theme} {name} {language}: {} {} {}",
                        violation["id"], node["html"], node["failureSummary"]
                    )
                }));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn is_serious(violation: &&Value) -> bool {
    ["serious", "critical"].contains(&violation["impact"].as_str().unwrap_or_default())
}

/// The sandbox serves what it is handed; the site itself is opened by the tests of the command.
#[tokio::test]
async fn a_reference_site_is_opened_from_the_console_and_its_script_runs() {
    let Some(browser) = Browser::open(Look::DESK).await else {
        return;
    };
    let page = |text: &str| {
        format!(
            "<!DOCTYPE html><title>x</title><link rel=stylesheet href=\"a.css\"><script defer src=\"a.js\"></script><p>{text}</p><script>document.title = 'inline'</script>"
        )
    };
    let files = [
        ("index.html", page("first")),
        ("en/index.html", page("in English")),
        (
            "en/a.js",
            "document.querySelector('p').textContent = 'run by its file'".to_owned(),
        ),
        ("en/a.css", "p { color: rgb(1, 2, 3) }".to_owned()),
    ];
    let files = files.map(|(name, text)| (name.to_owned(), text));
    let builder = payinsurance_sandbox::Sandbox::builder();
    let sandbox = builder
        .reference(move || files.clone().into())
        .start()
        .await
        .unwrap();
    browser
        .goto(&format!("{}/?lang=en", sandbox.origin()))
        .await;
    browser
        .click("nav a[href='/reference/en/index.html']")
        .await;
    browser.wait_for("run by its file").await;
    let color = browser
        .run("return getComputedStyle(document.querySelector('p')).color")
        .await;
    assert_eq!(color, "rgb(1, 2, 3)");
    // The policy lets no script in the text of a page run.
    assert_eq!(browser.run("return document.title").await, "x");
}
