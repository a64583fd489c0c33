//! What single cells and lines of the document mean: types, lengths, marks, headings, conditions, dates, addresses.

use signed_xml_codegen::model::{MessageKind, WireType};

/// Where the columns of a field table stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) name: usize,
    pub(super) label: Option<usize>,
    pub(super) wire_type: usize,
    pub(super) length: Option<usize>,
    pub(super) mark: usize,
    pub(super) remark: Option<usize>,
    /// The heading is that of a parameter structure.
    pub(super) structure: bool,
}

const NAMES: &[&str] = &["字段名", "字段", "数据项", "参数名", "变量名", "参数"];
const LABELS: &[&str] = &["中文解释", "数据项说明", "中文名", "含义", "说明", "描述"];
const TYPES: &[&str] = &["类型", "数据类型"];
const LENGTHS: &[&str] = &["长度", "最大长度"];
const MARKS: &[&str] = &["是否必填", "必填", "是否必须", "是否可空", "必选"];
const REMARKS: &[&str] = &["备注", "说明", "描述"];

impl Columns {
    /// The columns of a heading row; `None` if the line is none.
    pub(super) fn of(cells: &[String]) -> Option<Self> {
        let find = |words: &[&str]| {
            let mut cells = cells.iter().map(|cell| without_blanks(cell));
            cells.position(|cell| words.contains(&cell.as_str()))
        };
        let name = find(NAMES)?;
        let label = find(LABELS);
        Some(Self {
            name,
            label,
            wire_type: find(TYPES)?,
            length: find(LENGTHS),
            mark: find(MARKS)?,
            remark: find(REMARKS).filter(|remark| Some(*remark) != label),
            structure: cells
                .get(name)
                .is_some_and(|cell| without_blanks(cell) == "数据项"),
        })
    }
}

/// A type cell, with the length in it.
pub(super) fn wire_type(printed: &str) -> Option<(WireType, Option<u32>)> {
    let printed = without_blanks(printed).to_ascii_lowercase();
    let found = match printed.as_str() {
        "uint8" => WireType::U8,
        "uint32" => WireType::U32,
        "uint64" => WireType::U64,
        "字符串" => WireType::Text,
        text => {
            let length = text.strip_prefix("string")?;
            let digits = length.trim_matches(['(', ')', '（', '）', '[', ']']);
            return match digits {
                "" => Some((WireType::Text, None)),
                digits => Some((WireType::Text, Some(digits.parse().ok()?))),
            };
        }
    };
    Some((found, None))
}

/// A mark cell: `Y`, `N`, nothing, or a word about a choice; `None` if it is no mark at all.
pub(super) fn mark(printed: &str) -> Option<String> {
    let words: Vec<&str> = printed.split_whitespace().collect();
    let mark = words.join(" ");
    match mark.as_str() {
        "" => Some(mark),
        "Y" | "y" | "是" | "必填" | "必须" | "非空" => Some("Y".to_owned()),
        "N" | "n" | "否" | "选填" | "非必填" | "可空" | "可选" => Some("N".to_owned()),
        _ if choice(&mark).is_some() => Some(mark),
        _ => None,
    }
}

/// The word of a choice in a text: 二选一, 四选一.
pub(super) fn choice(text: &str) -> Option<&str> {
    let at = text.find("选一")?;
    let before = text.get(..at)?.char_indices().next_back()?;
    let many = "二两三四五六七八九十多".contains(before.1);
    many.then(|| text.get(before.0..at + "选一".len()))
        .flatten()
}

/// `3.4 …`: number and title, in the text, not in the table of contents.
pub(super) fn section_title(line: &str) -> Option<(&str, &str)> {
    let (number, title) = line.split_once(char::is_whitespace)?;
    let parts = number.split('.');
    let numbered = parts.clone().count() <= 5
        && parts
            .clone()
            .all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    let title = title.trim();
    (numbered && !title.is_empty()).then_some((number, title))
}

/// Whether a section number comes after another.
pub(super) fn comes_after(number: &str, other: &str) -> bool {
    let parts = |number: &str| -> Vec<u32> {
        number
            .split('.')
            .map(|part| part.parse().unwrap_or(0))
            .collect()
    };
    parts(number) > parts(other)
}

/// What a heading line announces.
pub(super) fn direction(line: &str, before: MessageKind) -> Option<MessageKind> {
    // A sentence may speak of parameters; a heading is short.
    if line.chars().count() > 24 {
        return None;
    }
    if line.contains("请求参数") {
        Some(MessageKind::Request)
    } else if line.contains("通知参数") {
        Some(MessageKind::Notification)
    } else if line.contains("返回参数") || line.contains("应答参数") {
        Some(match before {
            MessageKind::Notification | MessageKind::Reply => MessageKind::Reply,
            _ => MessageKind::Response,
        })
    } else {
        None
    }
}

/// The structure that a line in front of its table names.
pub(super) fn structure_name(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once(char::is_whitespace)?;
    let told = ["参数描述", "结构", "参数说明"]
        .iter()
        .any(|word| rest.contains(word));
    (told && is_name(name)).then_some(name)
}

/// The condition of the line "以下字段在 … 有返回": pairs of field and value; `None` if the line is no such line.
pub(super) fn condition(line: &str) -> Option<Vec<(String, String)>> {
    let told = without_blanks(line).starts_with("以下字段在");
    if !told {
        return None;
    }
    let mut pairs = Vec::new();
    let mut fields: Vec<String> = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(['为', '=']) {
        let (before, after) = rest.split_at(at);
        fields.extend(words(before).map(str::to_owned));
        let value = words(after).next().unwrap_or_default();
        if fields.is_empty() || value.is_empty() {
            return Some(Vec::new());
        }
        pairs.extend(fields.drain(..).map(|field| (field, value.to_owned())));
        let end = after
            .find(value)
            .map_or(after.len(), |start| start + value.len());
        rest = after.get(end..).unwrap_or_default();
    }
    Some(pairs)
}

/// The words of ASCII letters, digits and `_`.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(move |c| !inside(c))
        .filter(|word| !word.is_empty())
}

/// An address that opens a line: without its query, and whether the query asks for an access token.
pub(super) fn address(line: &str) -> Option<(String, bool)> {
    let line = line.trim().trim_start_matches('<');
    if !line.starts_with("https://") && !line.starts_with("http://") {
        return None;
    }
    let end = line
        .find(|c: char| c.is_whitespace() || c == '>')
        .unwrap_or(line.len());
    let whole = line.get(..end)?;
    let (address, query) = whole.split_once('?').unwrap_or((whole, ""));
    Some((address.to_owned(), query.contains("access_token=")))
}

/// `2020.2.26` and `2020-02-26` alike as `2020-02-26`.
pub(super) fn date(printed: &str) -> String {
    let parts: Vec<String> = printed
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| format!("{part:0>2}"))
        .collect();
    parts.join("-")
}

/// True for what may be the name of a field.
pub(super) fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$' | '-'))
}

/// True if the text is a piece of a name.
pub(super) fn is_piece(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$' | '-'))
}

/// A page number or the like, which a page break leaves between two rows.
pub(super) fn is_page_furniture(line: &str) -> bool {
    let line = without_blanks(line);
    let inner = line.trim_matches(['-', '—', '–', '第', '页', '/', '共']);
    inner.chars().all(|c| c.is_ascii_digit() || c == '/') && line.chars().count() <= 12
}

/// The text without any blank.
pub(super) fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_line_gives_the_fields_and_values_that_must_hold() {
        let pairs = |line| condition(line).map(|pairs| format!("{pairs:?}"));
        assert_eq!(
            pairs("以下字段在 a 为 X 的时候有返回").as_deref(),
            Some(r#"[("a", "X")]"#)
        );
        assert_eq!(
            pairs("以下字段在 a 和 b 都为 X 的时候有返回").as_deref(),
            Some(r#"[("a", "X"), ("b", "X")]"#)
        );
        assert_eq!(
            pairs("以下字段在a为X且b为Y时有返回").as_deref(),
            Some(r#"[("a", "X"), ("b", "Y")]"#)
        );
        assert_eq!(pairs("以下字段在支付成功时返回").as_deref(), Some("[]"));
        assert_eq!(pairs("字段"), None);
    }

    #[test]
    fn a_type_cell_gives_type_and_length() {
        assert_eq!(wire_type("String(14)"), Some((WireType::Text, Some(14))));
        assert_eq!(wire_type("string 32"), Some((WireType::Text, Some(32))));
        assert_eq!(wire_type("UInt64"), Some((WireType::U64, None)));
        assert_eq!(wire_type("Stri"), None);
        assert_eq!(wire_type("Decimal"), None);
    }

    #[test]
    fn a_choice_is_found_and_other_words_are_none() {
        assert_eq!(choice("Y 二选一"), Some("二选一"));
        assert_eq!(choice("四选一 优先级"), Some("四选一"));
        assert_eq!(choice("任选一"), None);
    }

    #[test]
    fn dates_are_written_one_way() {
        assert_eq!(date("2020.2.26"), "2020-02-26");
        assert_eq!(date("2019.11"), "2019-11");
    }
}
