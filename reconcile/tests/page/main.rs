//! The page that `payinsurance reconcile --html` writes, in a real browser: Chinese and English, light and dark, on a desk and on the narrowest phone, and
//! printed on A4.
//!
//! Pictures and PDFs stay in `report_page` of the folder for test output, for people to look at.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod books;
mod browser;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use payinsurance_reconcile::Language;
use serde_json::{Value, json};

use browser::Browser;

/// Languages, and the names of their files.
const LANGUAGES: [(Language, &str); 2] = [(Language::Zh, "zh"), (Language::En, "en")];
/// Colour schemes that a system asks for.
const SCHEMES: [&str; 2] = ["light", "dark"];
/// The widths of a desk and of the narrowest phone, in CSS pixels, with heights that show a good part of the page.
const WIDTHS: [(u32, u32); 2] = [(1280, 2600), (320, 2600)];
/// A4 in PDF units of 1/72 inch, as Chromium rounds it.
const A4: &str = "/MediaBox [0 0 594.95996 841.91998]";

/// The folder with both pages, and one of books that agree, written once for all tests.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report_page");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.unwrap();
        for (language, name) in LANGUAGES {
            for (mut report, kind) in [
                (runtime.block_on(books::that_differ()), "differences"),
                (runtime.block_on(books::that_agree()), "agreement"),
            ] {
                let mut page = Vec::new();
                report.html(&mut page, language).unwrap();
                std::fs::write(folder.join(format!("{kind}-{name}.html")), page).unwrap();
            }
        }
        folder
    })
}

/// The browser, if there is one.
fn chromium() -> Option<&'static Browser> {
    static BROWSER: OnceLock<Option<Browser>> = OnceLock::new();
    let find = || Browser::find("the report of reconciliation was not opened in a browser");
    BROWSER.get_or_init(find).as_ref()
}

/// What the probe saw of each page, once for all tests.
fn seen() -> Option<&'static Value> {
    static SEEN: OnceLock<Option<Value>> = OnceLock::new();
    let look = || {
        let found = chromium()?;
        let file = folder().join("probe.html");
        std::fs::write(&file, include_str!("probe.html")).unwrap();
        let address = format!("file://{}", file.display());
        Some(browser::result(&found.run(["--dump-dom", &address])))
    };
    SEEN.get_or_init(look).as_ref()
}

#[test]
fn no_page_scrolls_sideways_on_a_desk_or_on_320_pixels() {
    let Some(seen) = seen() else { return };
    assert_eq!(seen["wide"], json!([]));
    assert_eq!(seen["cut"], json!([]), "text that its box does not show");
}

#[test]
fn the_page_follows_the_colours_that_the_system_asks_for() {
    let Some(seen) = seen() else { return };
    assert_eq!(seen["ground"]["light"], "rgb(255, 255, 255)");
    assert_eq!(seen["ground"]["dark"], "rgb(18, 24, 26)");
    // WCAG 2.2, 1.4.3: 4.5 to 1 for text of ordinary size.
    assert_eq!(seen["faint"], json!([]), "text that is too faint");
}

#[test]
fn each_class_of_the_overview_leads_to_its_differences() {
    let Some(seen) = seen() else { return };
    assert_eq!(seen["dead"], json!([]));
    assert_eq!(seen["links"], 16, "one for each class");
}

#[test]
fn the_page_prints_on_a4_without_a_cut_column() {
    let Some(browser) = chromium() else { return };
    for (_, name) in LANGUAGES {
        let file = folder().join(format!("differences-{name}.pdf"));
        browser.run([
            format!("--print-to-pdf={}", file.display()),
            "--no-pdf-header-footer".to_owned(),
            format!("file://{}/differences-{name}.html", folder().display()),
        ]);
        let pdf = std::fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&pdf);
        assert!(text.starts_with("%PDF"));
        let pages = text.matches(A4).count();
        assert!((2..=12).contains(&pages), "{pages} pages of A4");
    }
}

#[test]
fn pictures_of_each_language_scheme_and_width_are_kept() {
    let Some(browser) = chromium() else { return };
    for (_, language) in LANGUAGES {
        for (scheme, (width, height)) in SCHEMES
            .into_iter()
            .flat_map(|scheme| WIDTHS.map(|size| (scheme, size)))
        {
            // A window is not as narrow as a phone: the page stands in a frame that is.
            let name = format!("{language}-{scheme}-{width}");
            let frame = folder().join(format!("{name}.html"));
            let page = format!(
                "<!doctype html><style>body{{margin:0}}iframe{{display:block;border:0;width:{width}px;height:{height}px;color-scheme:{scheme}}}</style><iframe src=\"differences-{language}.html\"></iframe>"
            );
            std::fs::write(&frame, page).unwrap();
            let picture = folder().join(format!("{name}.png"));
            browser.run([
                format!("--screenshot={}", picture.display()),
                format!("--window-size={},{height}", width.max(500)),
                format!("file://{}", frame.display()),
            ]);
            let png = std::fs::read(&picture).unwrap();
            assert!(png.starts_with(b"\x89PNG"), "{}", picture.display());
        }
    }
}
