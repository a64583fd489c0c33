//! The headers of bills: lines of column names parted by commas, each behind the title of its kind of bill.

use signed_xml_codegen::model::Model;

use super::document::{Note, PrintedBill};
use super::lines::Line;
use super::plain::plain;
use super::printed::without_blanks;

/// Finds the headers, and lines that seem to be headers and are not read.
///
/// A line is a header if most of its names are known columns and a title stands in front of it. The header of a sample has no title.
pub(super) fn headers(lines: &[Line], model: &Model) -> (Vec<PrintedBill>, Vec<Note>) {
    let (mut found, mut unreadable) = (Vec::new(), Vec::new());
    let mut before = "";
    for line in lines {
        let Some(text) = line.prose() else {
            if !line.is_blank() {
                before = "";
            }
            continue;
        };
        let printed = line.printed.concat();
        let columns: Vec<String> = printed.split([',', '，']).map(without_blanks).collect();
        let is_known = |name: &&String| {
            let mut columns = model.bill_columns.iter();
            columns.any(|column| plain(&column.name) == plain(name))
        };
        let known = columns.iter().filter(is_known).count();
        let is_header = columns.len() >= 3 && known * 2 > columns.len();
        let titled = !before.is_empty()
            && before.chars().count() <= 20
            && !before.ends_with([':', '。', ',']);
        if is_header && titled {
            let title = without_blanks(before);
            let mut layouts = model.bill_layouts.iter();
            if layouts.all(|layout| plain(&without_blanks(&layout.title)) != title) {
                let text = format!(
                    "`{title}` is not the title of a bill that the spec has: add its layout to `bills.toml`, or correct the title"
                );
                let line = line.number;
                unreadable.push(Note { line, text });
            }
            found.push(PrintedBill {
                title,
                columns,
                line: line.number,
            });
        }
        before = text;
    }
    (found, unreadable)
}
