//! The headers of bills: lines of column names parted by commas, each behind the title of its kind of bill.

use signed_xml_codegen::model::Model;

use super::document::PrintedBill;
use super::lines::Line;
use super::printed::without_blanks;

/// Finds the headers. A line is one if most of its names are known columns; the header of a sample has no title in front of it.
pub(super) fn headers(lines: &[Line], model: &Model) -> Vec<PrintedBill> {
    let mut found: Vec<PrintedBill> = Vec::new();
    let mut before = "";
    for line in lines {
        let Some(text) = line.prose() else {
            if !line.is_blank() {
                before = "";
            }
            continue;
        };
        let columns: Vec<String> = text.split([',', '，']).map(without_blanks).collect();
        let known = columns
            .iter()
            .filter(|name| model.bill_column(name).is_some())
            .count();
        let is_header = columns.len() >= 3 && known * 2 > columns.len();
        let titled = !before.is_empty()
            && before.chars().count() <= 20
            && !before.ends_with(['：', ':', '。', '，', ',']);
        if is_header && titled {
            found.push(PrintedBill {
                title: without_blanks(before),
                columns,
                line: line.number,
            });
        }
        before = text;
    }
    found
}
