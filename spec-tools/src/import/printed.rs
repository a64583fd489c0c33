//! What single cells and lines of the document mean: types, lengths, marks, headings, conditions, dates, addresses.

use signed_xml_codegen::model::{DocumentWords, MessageKind, Vocabulary, WireType};

use super::plain::plain;

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

impl Columns {
    /// The columns of a heading row; `None` for any other line.
    pub(super) fn of<C: AsRef<str>>(words: &DocumentWords, cells: &[C]) -> Option<Self> {
        let name = place_of(cells, &words.name)?;
        let label = place_of(cells, &words.label);
        Some(Self {
            name,
            label,
            wire_type: place_of(cells, &words.wire_type)?,
            length: place_of(cells, &words.length),
            mark: place_of(cells, &words.mark)?,
            remark: place_of(cells, &words.remark).filter(|remark| Some(*remark) != label),
            structure: cells
                .get(name)
                .is_some_and(|cell| is_one_of(cell.as_ref(), &words.structure_name)),
        })
    }
}

/// The first cell that is one of the words.
pub(super) fn place_of<C: AsRef<str>>(cells: &[C], words: &[String]) -> Option<usize> {
    cells
        .iter()
        .position(|cell| is_one_of(cell.as_ref(), words))
}

/// True if a cell in its plain form is one of the words of the vocabulary, whatever the blanks.
pub(super) fn is_one_of(cell: &str, words: &[String]) -> bool {
    let cell = without_blanks(cell);
    let mut words = words.iter();
    !cell.is_empty() && words.any(|word| without_blanks(&plain(word)) == cell)
}

/// What a row between tables seems to be: cells that blanks part instead of tabs.
pub(super) fn row_in_blanks(words: &DocumentWords, line: &str) -> bool {
    let tokens: Vec<&str> = line.split_whitespace().collect();
    let [name, rest @ ..] = tokens.as_slice() else {
        return false;
    };
    let typed = rest.iter().any(|token| wire_type(words, token).is_some());
    (is_name(name) && typed) || is_heading(words, &tokens)
}

/// True for the heading row of any table that is read.
pub(super) fn is_heading<C: AsRef<str>>(words: &DocumentWords, cells: &[C]) -> bool {
    let has = |words| place_of(cells, words).is_some();
    Columns::of(words, cells).is_some()
        || (has(&words.error_code) && has(&words.error_meaning))
        || (has(&words.version) && has(&words.date))
}

/// The words by which heading rows are known, for a message.
pub(super) fn heading_words(words: &DocumentWords) -> String {
    let list = |words: &[String]| words.join("/");
    format!(
        "a field table names {}, {} and {}; error codes {} and {}; versions {} and {}",
        list(&words.name),
        list(&words.wire_type),
        list(&words.mark),
        list(&words.error_code),
        list(&words.error_meaning),
        list(&words.version),
        list(&words.date),
    )
}

/// A type cell, with the length in it.
pub(super) fn wire_type(words: &DocumentWords, printed: &str) -> Option<(WireType, Option<u32>)> {
    let printed = without_blanks(printed).to_ascii_lowercase();
    let found = match printed.as_str() {
        "uint8" => WireType::U8,
        "uint32" => WireType::U32,
        "uint64" => WireType::U64,
        text if words.text_type.iter().any(|word| word == text) => WireType::Text,
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

/// A mark cell: `Y`, `N`, nothing, or a word about a choice; `None` for any other cell.
pub(super) fn mark(words: &Vocabulary, printed: &str) -> Option<String> {
    let parts: Vec<&str> = printed.split_whitespace().collect();
    let mark = parts.join(" ");
    let document = &words.document;
    if is_one_of(&mark, &document.yes) {
        Some("Y".to_owned())
    } else if is_one_of(&mark, &document.no) {
        Some("N".to_owned())
    } else {
        let is_mark = mark.is_empty() || words.remarks.choice_in(&mark).is_some();
        is_mark.then_some(mark)
    }
}

/// `3.4 …`: number and title, in the text, not in the table of contents.
pub(super) fn section_title(line: &str) -> Option<(&str, &str)> {
    let end = line.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, title) = line.split_at(end);
    // `1. …` counts the headings within a section; `3.4. …` and `3.4、…` are sections.
    let bare = number.trim_end_matches('.');
    let marked = number != bare || title.starts_with('、');
    let is_parted = match marked {
        true => bare.contains('.'),
        false => title.starts_with(char::is_whitespace),
    };
    if !is_parted {
        return None;
    }
    let (number, title) = (bare, title.trim_start_matches('、'));
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
pub(super) fn direction(
    words: &DocumentWords,
    line: &str,
    before: MessageKind,
) -> Option<MessageKind> {
    let says = |words: &[String]| words.iter().any(|word| line.contains(word.as_str()));
    // A sentence may speak of parameters; a heading is short.
    if line.chars().count() > 24 {
        None
    } else if says(&words.request) {
        Some(MessageKind::Request)
    } else if says(&words.notification) {
        Some(MessageKind::Notification)
    } else if says(&words.response) {
        Some(match before {
            MessageKind::Notification | MessageKind::Reply => MessageKind::Reply,
            _ => MessageKind::Response,
        })
    } else {
        None
    }
}

/// The structure that a line in front of its table names.
pub(super) fn structure_name<'l>(words: &DocumentWords, line: &'l str) -> Option<&'l str> {
    let (name, rest) = line.split_once(char::is_whitespace)?;
    let is_announced = words
        .structure
        .iter()
        .any(|word| rest.contains(word.as_str()));
    (is_announced && is_name(name)).then_some(name)
}

/// The condition of a line that says when the fields below it come: pairs of field and value; `None` for any other line.
pub(super) fn condition(vocabulary: &Vocabulary, line: &str) -> Option<Vec<(String, String)>> {
    let bare = without_blanks(line);
    let mut starts = vocabulary.document.condition.iter();
    if !starts.any(|start| bare.starts_with(start.as_str())) {
        return None;
    }
    let is = |rest: &str| {
        let signs = vocabulary.remarks.is.iter();
        signs.filter_map(|sign| rest.find(sign.as_str())).min()
    };
    let mut pairs = Vec::new();
    let mut fields: Vec<String> = Vec::new();
    let mut rest = line;
    while let Some(at) = is(rest) {
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

/// An address that opens a line, behind a short word or not: without its query, and whether the query asks for an access token.
pub(super) fn address(line: &str) -> Option<(String, bool)> {
    let start = ["https://", "http://"]
        .iter()
        .find_map(|scheme| line.find(scheme))?;
    let (before, line) = line.split_at(start);
    let is_sentence = before.chars().count() > 12 || before.contains(['。', ',']);
    if is_sentence {
        return None;
    }
    let end = line
        .find(|c: char| c.is_whitespace() || matches!(c, '>' | '`' | ')' | '"'))
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

/// True for a number of a version: `2.4`, `V2.4`.
pub(super) fn is_version(text: &str) -> bool {
    let number = text.trim_start_matches(['V', 'v']);
    let mut parts = number.split('.');
    number.contains('.')
        && parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// True for an error code.
pub(super) fn is_code(text: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !text.is_empty() && text.bytes().all(inside)
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
pub(super) fn is_page_furniture(words: &DocumentWords, line: &str) -> bool {
    let line = without_blanks(line);
    let furniture = |c: char| words.page.iter().any(|word| word.contains(c));
    let inner = line.trim_matches(furniture);
    inner.chars().all(|c| c.is_ascii_digit() || c == '/') && line.chars().count() <= 12
}

/// The text without any blank.
pub(super) fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary;
    use super::*;

    #[test]
    fn a_condition_line_gives_the_fields_and_values_that_must_hold() {
        let vocabulary = vocabulary();
        let pairs = |line| condition(&vocabulary, line).map(|pairs| format!("{pairs:?}"));
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
        let words = vocabulary().document;
        let wire_type = |cell| wire_type(&words, cell);
        assert_eq!(wire_type("String(14)"), Some((WireType::Text, Some(14))));
        assert_eq!(wire_type("string 32"), Some((WireType::Text, Some(32))));
        assert_eq!(wire_type("UInt64"), Some((WireType::U64, None)));
        assert_eq!(wire_type("Stri"), None);
        assert_eq!(wire_type("Decimal"), None);
    }

    #[test]
    fn a_choice_is_found_and_other_words_are_none() {
        let words = vocabulary().remarks;
        assert_eq!(words.choice_in("Y 二选一"), Some(("二选一", 2)));
        assert_eq!(words.choice_in("两选一"), Some(("两选一", 2)));
        assert_eq!(words.choice_in("四选一 优先级"), Some(("四选一", 4)));
        assert_eq!(words.choice_in("多选一"), Some(("多选一", 0)));
        assert_eq!(words.choice_in("任选一"), None);
    }

    #[test]
    fn an_address_is_found_between_backticks_and_behind_a_word() {
        let found = |line| address(line).map(|(address, token)| format!("{address} {token}"));
        let expected = Some("https://a.example/pay true");
        for line in [
            "https://a.example/pay?access_token=T",
            "`https://a.example/pay?access_token=T`",
            "<https://a.example/pay?access_token=T>",
            "POST https://a.example/pay?access_token=T",
            "接口链接:https://a.example/pay?access_token=T",
        ] {
            assert_eq!(found(line).as_deref(), expected, "{line}");
        }
        assert_eq!(
            found("调用平台的 API (即 https://a.example/ 前缀的 API)"),
            None
        );
    }

    #[test]
    fn a_row_whose_cells_are_parted_by_blanks_is_known_for_one() {
        let words = vocabulary().document;
        assert!(row_in_blanks(&words, "visit_no 就诊流水号 String20 Y"));
        assert!(row_in_blanks(&words, "字段名 中文解释 类型 是否必填 备注"));
        assert!(!row_in_blanks(
            &words,
            "openid 和 sub_openid 可以选传其中之一"
        ));
    }

    #[test]
    fn dates_are_written_one_way() {
        assert_eq!(date("2020.2.26"), "2020-02-26");
        assert_eq!(date("2019.11"), "2019-11");
    }
}
