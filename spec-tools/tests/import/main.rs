//! The import on a made-up document of the golden spec: its forms, what it finds, what it refuses.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod accounts;
mod damage;
mod edits;
#[path = "../../../codegen/tests/golden/mod.rs"]
mod golden;
mod invented;
mod refusals;
mod semantics;
mod variants;

use golden::{GOLDEN, folder};
use invented::{TEXT, docx, markdown, paragraph, word};
use signed_xml_codegen::{Model, load};
use signed_xml_spec_tools::import::{Import, Scope, Verdict, import, read};

fn model() -> Model {
    load(&folder(GOLDEN)).unwrap()
}

fn imported(text: &str) -> Import {
    let model = model();
    let document = read(text.as_bytes(), &model).unwrap();
    import(&model, &document, None, &Scope::default()).unwrap()
}

/// The document with one edit.
fn edited(find: &str, replace: &str) -> String {
    assert!(TEXT.contains(find), "`{find}`");
    TEXT.replacen(find, replace, 1)
}

/// The changes, each with the id of its rule.
fn changes(import: &Import) -> Vec<String> {
    let changes = import.proposal.changes.iter();
    changes
        .map(|change| {
            let place = [&change.interface, &change.message, &change.field];
            let place: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
            let [old, new] =
                [&change.old, &change.new].map(|value| value.as_deref().unwrap_or_default());
            format!("{} {}: {old} -> {new}", change.rule.id, place.join(" "))
        })
        .collect()
}

/// The questions.
fn questions(import: &Import) -> Vec<String> {
    let open = import.proposal.open.iter();
    open.map(|question| format!("{}: {}", question.place, question.text))
        .collect()
}

/// What is missing or could not be read, with its line.
fn damage(import: &Import) -> Vec<String> {
    let all = import.accounts.iter().flat_map(|account| {
        let missing = account.missing.iter();
        let missing = missing.map(|what| format!("{}: missing {what}", account.section));
        let unreadable = account.unreadable.iter();
        let unreadable = unreadable
            .map(|note| format!("{}: line {}: {}", account.section, note.line, note.text));
        missing.chain(unreadable).collect::<Vec<_>>()
    });
    all.collect()
}

/// The number of the first line that begins so.
fn line_of(text: &str, start: &str) -> usize {
    text.lines()
        .position(|line| line.starts_with(start))
        .unwrap()
        + 1
}

#[test]
fn the_spec_covers_the_document() {
    let import = imported(TEXT);
    assert_eq!(changes(&import), [""; 0]);
    assert_eq!(questions(&import), [""; 0]);
    assert_eq!(damage(&import), [""; 0]);
    assert_eq!(import.notes, []);
    assert_eq!((import.found, import.unexplained()), (57, 0));
}

#[test]
fn text_markdown_and_word_give_the_same_document() {
    let model = model();
    let text = read(TEXT.as_bytes(), &model).unwrap();
    assert_eq!(read(markdown(TEXT).as_bytes(), &model).unwrap(), text);
    assert_eq!(read(&docx(TEXT), &model).unwrap(), text);
    assert_eq!(text.row_count(), 57);
    assert_eq!(text.bills.len(), 2);
    assert_eq!(text.error_codes.len(), 3);
    assert_eq!(text.version(), Some("1.1"));
}

#[test]
fn a_heading_that_word_numbers_by_itself_has_its_number() {
    let styles = "<w:styles xmlns:w=\"urn:w\"><w:style w:styleId=\"1\"><w:name w:val=\"heading 1\"/></w:style>\
        <w:style w:styleId=\"x2\"><w:name w:val=\"Own\"/><w:pPr><w:outlineLvl w:val=\"1\"/></w:pPr></w:style></w:styles>";
    let heading = |style: &str, text: &str| {
        format!(
            "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph(text));
    let row = |cells: &[&str]| {
        let cells: String = cells.iter().map(|text| cell(text)).collect();
        format!("<w:tr>{cells}</w:tr>")
    };
    let table = format!(
        "<w:tbl>{}{}</w:tbl>",
        row(&["字段名", "中文解释", "类型", "是否必填", "备注"]),
        row(&["order_no", "订单号", "String64", "Y", ""])
    );
    let body = [
        heading("1", "规则"),
        heading("1", "支付"),
        heading("x2", "前言"),
        heading("x2", "统一下单"),
        table,
    ];
    let document = read(&word(&body.concat(), Some(styles)), &model()).unwrap();
    let numbers: Vec<&str> = document
        .sections
        .iter()
        .map(|section| section.number.as_str())
        .collect();
    assert_eq!(numbers, ["1", "2", "2.1", "2.2"]);
    assert_eq!(document.sections[3].interface.as_deref(), Some("pay"));
    assert_eq!(document.tables[0].rows[0].name, "order_no");
}

#[test]
fn a_cell_of_word_over_two_columns_counts_as_two() {
    let body = format!(
        "{}<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr>{}</w:tc><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>",
        paragraph("1 支付"),
        paragraph("字段名"),
        paragraph("中文解释"),
        paragraph("类型"),
        paragraph("是否必填"),
        paragraph("order_no"),
        paragraph("String64"),
        paragraph("Y"),
    );
    let document = read(&word(&body, None), &model()).unwrap();
    let row = &document.tables[0].rows[0];
    assert_eq!(
        (row.label.as_str(), row.max, row.mark.as_str()),
        ("", Some(64), "Y")
    );
}

#[test]
fn an_alias_is_explained_where_its_erratum_says_so_and_nowhere_else() {
    // E2 speaks of section 2, where the document prints the alias.
    let import = imported(TEXT);
    let mut explained = import.explained.iter();
    let explained = explained.find(|row| row.place == "pay response err_msg");
    assert!(explained.is_some_and(|row| row.errata.contains(&"E2".to_owned())));
    assert_eq!(judged(&import, "E2").verdict, Verdict::Applies);
    let mended = imported(&edited("err_message\t", "err_msg\t"));
    assert_eq!(changes(&mended), [""; 0]);
    assert_eq!(judged(&mended, "E2").verdict, Verdict::NoLonger);
    let other = imported(&edited("err_message\t", "Err_msg\t"));
    assert_eq!(
        changes(&other)[0],
        "response-field-case-changed pay response Err_msg: err_msg -> Err_msg"
    );
}

fn judged<'i>(import: &'i Import, id: &str) -> &'i signed_xml_spec_tools::import::Judgement {
    import.errata.iter().find(|judged| judged.id == id).unwrap()
}

#[test]
fn an_erratum_whose_rows_are_gone_no_longer_applies() {
    let import = imported(&edited("err_message\t错误描述\tString128\tN\t\n", ""));
    assert_eq!(judged(&import, "E2").verdict, Verdict::NoLonger);
}
