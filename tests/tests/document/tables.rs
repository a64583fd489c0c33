//! The tables of the document's text, as a PDF's extraction left them.
//!
//! Steps, in order: follow the section titles and table headings; take each line that has a name and a type for a row; what has a name but no type
//! is the end of a name that was broken over two lines; everything else is more of a remark. Blanks inside names and labels come from narrow cells.

/// One table.
pub(crate) struct Table {
    pub(crate) section: String,
    pub(crate) kind: &'static str,
    pub(crate) rows: Vec<Row>,
}

/// One row, as printed.
pub(crate) struct Row {
    /// Its line in the text, from 1.
    pub(crate) line: usize,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) wire_type: &'static str,
    pub(crate) max: Option<u32>,
    pub(crate) mark: String,
}

/// Reads every field table.
pub(crate) fn read(text: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let (mut section, mut kind, mut open) = (String::new(), "request", false);
    for (number, line) in (1..).zip(text.lines()) {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        if cells[0] == "字段名" || cells[0] == "数据项" {
            let kind = if cells[0] == "数据项" {
                "structure"
            } else {
                kind
            };
            tables.push(Table {
                section: section.clone(),
                kind,
                rows: Vec::new(),
            });
            open = true;
        } else if let Some(title) = section_title(line) {
            (section, kind, open) = (title, "request", false);
        } else if line.contains("请求参数") {
            kind = "request";
        } else if line.contains("通知参数") {
            kind = "notification";
        } else if line.contains("返回参数") {
            kind = if kind == "notification" {
                "reply"
            } else {
                "response"
            };
        } else if cells.len() == 1 && !cells[0].is_empty() && ends_a_table(cells[0]) {
            open = false;
        } else if let (true, Some(table)) = (open, tables.last_mut()) {
            take(table, number, &cells);
        }
    }
    tables
}

fn take(table: &mut Table, line: usize, cells: &[&str]) {
    let name: String = cells[0].chars().filter(|c| !c.is_whitespace()).collect();
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return;
    }
    let printed = cells.get(2).copied().unwrap_or_default();
    match (wire_type(printed), table.rows.last_mut()) {
        (Some(wire_type), _) => {
            let structure = table.kind == "structure";
            let length = if structure {
                cells.get(3).copied().unwrap_or_default()
            } else {
                printed
            };
            let digits: String = length.chars().filter(char::is_ascii_digit).collect();
            let numeric = wire_type != "string";
            let mark = cells
                .get(if structure { 4 } else { 3 })
                .copied()
                .unwrap_or_default();
            table.rows.push(Row {
                line,
                name,
                label: cells[1].chars().filter(|c| !c.is_whitespace()).collect(),
                wire_type,
                max: if numeric { None } else { digits.parse().ok() },
                mark: if mark == "非空" { "Y" } else { mark }.to_owned(),
            });
        }
        (None, Some(row)) => row.name.push_str(&name),
        (None, None) => {}
    }
}

fn wire_type(printed: &str) -> Option<&'static str> {
    let printed = printed.to_ascii_lowercase();
    match printed.as_str() {
        "uint8" => Some("u8"),
        "uint32" => Some("u32"),
        "uint64" => Some("u64"),
        _ if printed.starts_with("string") || printed == "字符串" => Some("string"),
        _ => None,
    }
}

/// `3.4 …` in the text, not in the table of contents.
fn section_title(line: &str) -> Option<String> {
    let (number, title) = line.split_once(' ')?;
    let numbered = number.contains('.')
        && number
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    (numbered && !title.contains('\t')).then(|| number.to_owned())
}

/// A line without cells that is no more of a remark.
fn ends_a_table(line: &str) -> bool {
    line.starts_with("以下字段") || line.starts_with("https://") || line.starts_with("```")
}

/// Code and meaning of each row of chapter 5.
pub(crate) fn error_codes(text: &str) -> Vec<(String, String)> {
    let chapter = text
        .lines()
        .skip_while(|line| !line.starts_with("错误码\t"));
    chapter
        .filter_map(|line| line.split_once('\t'))
        .filter(|(code, _)| !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit()))
        .map(|(code, rest)| {
            (
                code.to_owned(),
                rest.split('\t').next().unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

/// The headers of 3.8, one for each kind of bill, without blanks; the sample's header stands behind a code fence and does not count.
pub(crate) fn bill_headers(text: &str) -> Vec<Vec<String>> {
    let mut headers: Vec<Vec<String>> = text
        .lines()
        .filter(|line| line.starts_with("交易时间"))
        .map(|line| {
            line.split([',', '，'])
                .map(|name| name.chars().filter(|c| !c.is_whitespace()).collect())
                .collect()
        })
        .collect();
    headers.truncate(3);
    headers
}
