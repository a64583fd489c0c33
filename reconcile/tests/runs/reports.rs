//! What reports say, in both languages.

use std::collections::BTreeMap;
use std::io::Cursor;

use payinsurance_orders::store::MemoryStore;
use payinsurance_reconcile::{Language, Report, Since};

use crate::orders::{keep, paid, row, run};

/// A report of an order that only we have, one that only they have, and one whose total differs.
async fn report() -> Report {
    let store = MemoryStore::default();
    keep(&store, &paid("A")).await;
    keep(&store, &paid("B")).await;
    let rows = [
        row("A").replace("`77.50", "`77.49"),
        row("=HYPERLINK(1)\u{1b}[31m<b>"),
    ];
    let outcome = run(&store, &rows).await;
    Report::new(outcome, BTreeMap::new(), Since::default())
}

#[tokio::test]
async fn the_table_has_totals_that_prove_themselves_and_each_difference() {
    let mut out = Vec::new();
    report().await.table(&mut out, Language::Zh).unwrap();
    let table = String::from_utf8(out).unwrap();
    for words in [
        "仅医院有",
        "仅对账单有",
        "订单总金额不一致",
        "77.49",
        "待处理差异 4",
    ] {
        assert!(table.contains(words), "{words} is not in\n{table}");
    }
    assert!(table.contains('✓') && !table.contains('✗'), "{table}");
    assert!(!table.contains('\u{1b}'), "an order number moves no cursor");
}

#[tokio::test]
async fn json_lines_end_with_a_summary() {
    let mut out = Vec::new();
    report().await.json(&mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let summary = &lines.last().unwrap()["summary"];
    assert_eq!(summary["proved"], true);
    assert_eq!(summary["open"], 4);
    let classes: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["difference"]["class"].as_str())
        .collect();
    assert_eq!(
        classes,
        ["only_theirs", "amount_total", "arithmetic", "only_ours"]
    );
}

#[tokio::test]
async fn csv_opens_in_a_spreadsheet_and_calculates_nothing() {
    let mut out = Vec::new();
    report().await.csv(&mut out, Language::En).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.starts_with('\u{FEFF}'));
    assert!(text.contains("'=HYPERLINK"), "{text}");
    assert!(text.contains("77.49"), "{text}");
}

#[tokio::test]
async fn the_page_holds_nothing_from_elsewhere_and_no_markup_of_an_order_number() {
    for language in [Language::Zh, Language::En] {
        let mut out = Vec::new();
        report().await.html(&mut out, language).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert!(page.contains(&format!("lang=\"{}\"", language.tag())));
        assert!(!page.contains("[31m<b>"), "{page}");
        for outside in ["http:", "https:", "src=", "<script"] {
            assert!(!page.contains(outside), "{outside} is in the page");
        }
    }
}

#[tokio::test]
async fn the_excel_file_has_a_sheet_of_totals_and_one_for_each_class() {
    let mut out = Cursor::new(Vec::new());
    report().await.xlsx(&mut out, Language::Zh).unwrap();
    let mut file = zip::ZipArchive::new(out).unwrap();
    let mut text = |name: &str| {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut file.by_name(name).unwrap(), &mut text).unwrap();
        text
    };
    let workbook = text("xl/workbook.xml");
    for name in ["汇总", "仅医院有", "仅对账单有", "订单总金额不一致"] {
        assert!(workbook.contains(name), "{workbook}");
    }
    assert!(text("xl/charts/chart1.xml").contains("各类差异笔数"));
    let totals = text("xl/worksheets/sheet1.xml");
    assert!(totals.contains("<v>77.5</v>") || totals.contains("<v>155</v>"));
    for sheet in 1..=5 {
        let sheet = text(&format!("xl/worksheets/sheet{sheet}.xml"));
        assert!(sheet.contains("frozen"), "the head stays in sight");
        assert!(sheet.contains("autoFilter"));
        assert!(!sheet.contains("<f>"), "nothing is calculated");
    }
}
