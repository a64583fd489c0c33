//! What a remark or a label says that the spec holds: values of an enum, the unit of a number, the form of a time, a choice.
//!
//! Everything else in a remark is prose and for people. Values are recognised in the forms that such documents use: `A=甲 B=乙`, `A—甲`, `1: 甲`,
//! `name=1 甲`, `1 甲 2 乙`, `A/B`, and a word in capitals within a sentence.

use signed_xml_codegen::model::{EnumValue, RemarkWords};

use super::plain::{as_printed, plain};
use super::printed::without_blanks;

/// Between a value and its meaning.
const SEPARATORS: &[&str] = &["=", "——", "—", "–", "--", "-", ":", "："];
/// A value that a row lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) value: String,
    /// Its meaning, where the form of the list says where that ends.
    pub(super) label: Option<Label>,
}

/// A printed meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    text: String,
    /// No sign parts it from the prose behind it.
    open: bool,
}

/// What is looked for: the field's own name, whether values are numbers, the values that are known.
pub(super) struct Lookup<'a> {
    pub(super) name: &'a str,
    pub(super) numeric: bool,
    pub(super) known: &'a [EnumValue],
    pub(super) words: &'a RemarkWords,
}

/// A word of ASCII letters, digits and `_`, with what stands around it.
struct Word<'t> {
    text: &'t str,
    start: usize,
    /// Where its meaning begins, if it is listed with one.
    meaning: Option<usize>,
}

/// The values that a text lists, in its order, each once; their meanings as printed.
pub(super) fn values(text: &str, lookup: &Lookup<'_>) -> Vec<Listed> {
    let read = plain(text);
    let mut found = defined(&read, text, lookup);
    let alone = found.len() >= 2 || (lookup.numeric && !found.is_empty());
    if !alone && lookup.numeric {
        found = leading_run(&read, text);
    } else if !alone {
        for word in words(&read) {
            let is_known = lookup.known.iter().any(|known| known.value == word.text);
            let is_value = is_capitals(word.text)
                && !lookup
                    .words
                    .not_values
                    .iter()
                    .any(|other| other == word.text);
            if is_known || is_value {
                found.push(Listed {
                    value: word.text.to_owned(),
                    label: None,
                });
            }
        }
    }
    let mut listed: Vec<Listed> = Vec::new();
    for value in found {
        if listed.iter().all(|before| before.value != value.value) {
            listed.push(value);
        }
    }
    listed
}

/// The meaning that is printed, if it is not the known one.
pub(super) fn other_label(label: &Label, known: &str) -> Option<String> {
    let mut printed = label.text.chars().filter(|c| !c.is_whitespace());
    let same = known
        .chars()
        .filter(|c| !c.is_whitespace())
        .all(|c| printed.next().map(plain_mark) == Some(plain_mark(c)));
    if same && (printed.next().is_none() || (label.open && ends_after(&label.text, known))) {
        return None;
    }
    Some(label.settled())
}

impl Label {
    /// The meaning as a label of the spec: without blanks, up to where prose may begin.
    pub(super) fn settled(&self) -> String {
        let end = |c: char| c.is_whitespace() || matches!(c, '。' | '；' | ';' | '，' | ',');
        let text = match self.open {
            true => self
                .text
                .split(end)
                .find(|part| !part.is_empty())
                .unwrap_or_default(),
            false => &self.text,
        };
        without_blanks(text)
    }
}

/// The unit that a text names: `fen`, `yuan`, `seconds`.
pub(super) fn unit<'w>(words: &'w RemarkWords, text: &str) -> Option<&'w str> {
    words.unit_in(&without_blanks(&plain(text)))
}

/// The pattern of a time that a text prints: `yyyyMMddHHmmss`.
pub(super) fn form(text: &str) -> Option<String> {
    let text = plain(text);
    let start = text.find("yyyy")?;
    let rest = text.get(start..)?;
    let inside = |c: char| "yMdHhmsST-:/. ".contains(c);
    let end = rest.find(|c| !inside(c)).unwrap_or(rest.len());
    let pattern = rest.get(..end)?.trim_end_matches(['-', ':', '/', '.', ' ']);
    Some(pattern.to_owned())
}

/// Values that stand with their meaning behind a sign.
fn defined(text: &str, printed: &str, lookup: &Lookup<'_>) -> Vec<Listed> {
    let mut words: Vec<Word<'_>> = words(text).collect();
    for at in 0..words.len() {
        let own_name = at.checked_sub(1).is_some_and(|before| {
            let before = &words[before];
            let between = text.get(before.start + before.text.len()..words[at].start);
            before.text == lookup.name
                && between.is_some_and(|sign| lookup.words.is.iter().any(|is| is == sign.trim()))
        });
        let word = &words[at];
        let end = word.start + word.text.len();
        let digits = word.text.bytes().all(|byte| byte.is_ascii_digit());
        let fits = digits == lookup.numeric || own_name;
        let meaning = match own_name {
            true => Some(end),
            false => text.get(end..).and_then(|rest| Some(end + meaning(rest)?)),
        };
        if fits && word.text != lookup.name {
            words[at].meaning = meaning;
        }
    }
    let listed: Vec<(usize, usize, &str)> = words
        .iter()
        .filter_map(|word| Some((word.start, word.meaning?, word.text)))
        .collect();
    let own = format!("{}=", lookup.name);
    let mut found = Vec::new();
    for (at, (_, meaning, value)) in listed.iter().enumerate() {
        let next = listed.get(at + 1).map(|(start, ..)| *start);
        let range = *meaning..next.unwrap_or(text.len());
        let label = as_printed(printed, text, range);
        let label = label.trim().trim_end_matches(own.as_str()).trim();
        let label = label
            .trim_start_matches(['：', ':', ' '])
            .trim_end_matches(['；', ';', '，', ',', '、', '。', ' ', '/']);
        found.push(Listed {
            value: (*value).to_owned(),
            label: Some(Label {
                text: label.to_owned(),
                open: next.is_none(),
            }),
        });
    }
    found
}

/// Where the meaning begins in what follows a value: behind a sign, and not with another ASCII word.
fn meaning(rest: &str) -> Option<usize> {
    let trimmed = rest.trim_start();
    let sign = SEPARATORS.iter().find(|sign| trimmed.starts_with(**sign))?;
    let behind = trimmed.get(sign.len()..)?;
    let first = behind.trim_start().chars().next()?;
    let is_meaning = !first.is_ascii() || (first.is_ascii_alphabetic() && behind.starts_with(' '));
    is_meaning.then_some(rest.len() - behind.len())
}

/// `1 甲 2 乙`, from the beginning of the text.
fn leading_run(text: &str, printed: &str) -> Vec<Listed> {
    let mut found: Vec<Listed> = Vec::new();
    let mut meaning = String::new();
    let finish = |found: &mut Vec<Listed>, meaning: &mut String, open: bool| {
        let text = std::mem::take(meaning);
        if let Some(last) = found.last_mut() {
            last.label = Some(Label { text, open });
        }
    };
    let tokens = text.split_whitespace().zip(printed.split_whitespace());
    for (token, as_printed) in tokens {
        if token.bytes().all(|byte| byte.is_ascii_digit()) {
            finish(&mut found, &mut meaning, false);
            found.push(Listed {
                value: token.to_owned(),
                label: None,
            });
        } else if found.is_empty() || token.starts_with(|c: char| c.is_ascii()) {
            break;
        } else {
            if !meaning.is_empty() {
                meaning.push(' ');
            }
            meaning.push_str(as_printed);
        }
    }
    finish(&mut found, &mut meaning, true);
    found.retain(|listed| {
        listed
            .label
            .as_ref()
            .is_some_and(|label| !label.text.is_empty())
    });
    found
}

fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text.get(rest..)?.find(inside)?;
        let word = text.get(start..)?;
        let length = word.find(|c| !inside(c)).unwrap_or(word.len());
        rest = start + length;
        Some(Word {
            text: text.get(start..rest)?,
            start,
            meaning: None,
        })
    })
}

fn is_capitals(word: &str) -> bool {
    let capitals = word.bytes().filter(u8::is_ascii_uppercase).count();
    capitals >= 3
        && word
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether nothing of a word follows the known meaning in a text that begins with it.
fn ends_after(text: &str, known: &str) -> bool {
    let mut left = known.chars().filter(|c| !c.is_whitespace()).count();
    let mut rest = text.chars().skip_while(|c| {
        let inside = left > 0;
        left -= usize::from(inside && !c.is_whitespace());
        inside
    });
    rest.next().is_none_or(|next| !next.is_alphanumeric())
}

fn plain_mark(c: char) -> char {
    match c {
        ',' => '，',
        ';' => '；',
        '(' => '（',
        ')' => '）',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary;
    use super::*;

    fn listed(text: &str, name: &str, numeric: bool) -> Vec<String> {
        let words = vocabulary().remarks;
        let lookup = Lookup {
            name,
            numeric,
            known: &[],
            words: &words,
        };
        let values = values(text, &lookup).into_iter();
        values
            .map(|listed| match listed.label {
                Some(label) => format!("{}={}", listed.value, label.settled()),
                None => listed.value,
            })
            .collect()
    }

    #[test]
    fn values_are_found_in_every_form_of_a_list() {
        assert_eq!(
            listed("RegPay=挂号 StayPay=住院", "type", false),
            ["RegPay=挂号", "StayPay=住院"]
        );
        assert_eq!(
            listed("OK—好，真好 NO—不 好", "state", false),
            ["OK=好，真好", "NO=不"]
        );
        assert_eq!(
            listed("1: 现金 2：医保 说明： 见 4 章", "pay", true),
            ["1=现金", "2=医保"]
        );
        assert_eq!(
            listed("no_credit--不能用信用卡 other--别的", "limit", false),
            ["no_credit=不能用信用卡", "other=别的"]
        );
        assert_eq!(
            listed("1 身份证 9 户口 本 8 护照", "card", true),
            ["1=身份证", "9=户口本", "8=护照"]
        );
        assert_eq!(
            listed(
                "dept 不传, 本地； dept=1 社保卡； dept=4 凭证",
                "dept",
                false
            ),
            ["1=社保卡", "4=凭证"]
        );
        assert_eq!(
            listed("SUCCESS/FAIL SUCCESS 已收到", "code", false),
            ["SUCCESS", "FAIL"]
        );
    }

    #[test]
    fn prose_lists_nothing() {
        assert_eq!(
            listed("单位为分>=0, 费用=200 见 1.5 APP", "fee", true),
            Vec::<String>::new()
        );
        assert_eq!(
            listed("证件的 MD5，参考 URL", "no", false),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_meaning_is_the_known_one_in_spite_of_blanks_and_of_prose_behind_it() {
        let label = |text: &str, open| Label {
            text: text.to_owned(),
            open,
        };
        assert_eq!(other_label(&label("支付成 功", false), "支付成功"), None);
        assert_eq!(
            other_label(&label("转入代发，退款到银行", true), "转入代发"),
            None
        );
        assert_eq!(other_label(&label("允许 当不一致时", true), "允许"), None);
        assert_eq!(
            other_label(&label("支付成功了", false), "支付成功").as_deref(),
            Some("支付成功了")
        );
        assert_eq!(
            other_label(&label("支付成功了", true), "支付成功").as_deref(),
            Some("支付成功了")
        );
        assert_eq!(
            other_label(&label("支付", true), "支付成功").as_deref(),
            Some("支付")
        );
    }

    #[test]
    fn units_and_forms_are_found() {
        let words = vocabulary().remarks;
        let unit = |text| unit(&words, text);
        assert_eq!(unit("单位为分>=0"), Some("fen"));
        assert_eq!(unit("以元为单位"), Some("yuan"));
        assert_eq!(unit("单位：秒"), Some("seconds"));
        assert_eq!(unit("部分地区返回"), None);
        assert_eq!(
            form("格式为 yyyyMMddHHmmss 如 2016").as_deref(),
            Some("yyyyMMddHHmmss")
        );
        assert_eq!(
            form("yyyy-MM-dd HH:mm:ss，例").as_deref(),
            Some("yyyy-MM-dd HH:mm:ss")
        );
        assert_eq!(form("如 20160719"), None);
    }
}
