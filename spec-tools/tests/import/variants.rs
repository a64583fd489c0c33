//! Other ways to write the same document: bold and aligned Markdown, numbers with a dot behind them, revisions of Word.

use super::invented::{TEXT, docx, markdown, paragraph, word};
use super::{model, read};

/// The document in Markdown whose heading rows are bold and whose names are code.
#[test]
fn bold_headings_code_and_aligned_rules_of_markdown_change_nothing() {
    let plain = markdown(TEXT);
    let mut heading = true;
    let lines = plain.lines().map(|line| {
        let is_row = line.starts_with('|');
        let is_rule = is_row && line.contains("---");
        let shown = match (is_row, is_rule, heading) {
            (true, true, _) => line.replace("---- ", "---: ").replace("| --", "| :-"),
            (true, false, true) => line.replace("| ", "| **").replace(" |", "** |"),
            _ => line.to_owned(),
        };
        heading = !is_row;
        shown.replace("****", "")
    });
    let written: Vec<String> = lines.collect();
    let written = written.join("\n") + "\n";
    assert!(
        written.contains("**字段名**") && written.contains(":-"),
        "{written}"
    );
    let model = model();
    let expected = read(plain.as_bytes(), &model).unwrap();
    assert_eq!(read(written.as_bytes(), &model).unwrap(), expected);
}

#[test]
fn a_dot_or_a_comma_behind_the_number_of_a_section_changes_nothing() {
    let model = model();
    let expected = read(TEXT.as_bytes(), &model).unwrap();
    for sign in [". ", "、", ".  "] {
        let marked = |line: &str| {
            let (number, title) = line.split_once(' ').unwrap_or((line, ""));
            let is_section =
                number.contains('.') && number.split('.').all(|part| part.parse::<u8>().is_ok());
            match is_section {
                true => format!("{number}{sign}{title}\n"),
                false => format!("{line}\n"),
            }
        };
        let text: String = TEXT.lines().map(marked).collect();
        assert_ne!(text, TEXT);
        assert_eq!(read(text.as_bytes(), &model).unwrap(), expected, "{sign}");
    }
}

#[test]
fn what_a_revision_of_word_deleted_is_not_read() {
    let model = model();
    let deleted = "<w:p><w:del><w:r><w:delText>order_no</w:delText></w:r></w:del></w:p>";
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph(text));
    let row = |cells: [&str; 5]| format!("<w:tr>{}</w:tr>", cells.map(cell).concat());
    let body = format!(
        "{}{}<w:tbl>{}<w:tr><w:tc>{deleted}{}</w:tc>{}</w:tr></w:tbl>",
        paragraph("2 统一下单接口"),
        paragraph("1. 请求参数"),
        row(["字段名", "中文解释", "类型", "是否必填", "备注"]),
        paragraph("trade_no"),
        ["订单号", "String64", "Y", ""].map(cell).concat(),
    );
    let document = read(&word(&body, None), &model).unwrap();
    assert_eq!(document.tables[0].rows[0].name, "trade_no");
    assert!(docx(TEXT).starts_with(b"PK"));
}
