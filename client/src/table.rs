//! Whether a text is a table, as a bill is, or words that say why no table came.
//!
//! A table has a header of two names or more with commas between, and a body: values behind
//! backticks, or a second line of as many cells. A table whose line ends were lost has at least its
//! backticks.

use crate::judge::GZIP;

/// So much of a text is looked at.
pub(crate) const HEAD: usize = 64 * 1024;
/// A header alone counts as a table from so many names on.
const MIN_NAMES: usize = 8;

pub(crate) fn is_table(body: &[u8]) -> bool {
    let start = &body[..body.len().min(HEAD)];
    let mut lines = start
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii().is_empty());
    let cells = |line: &[u8]| line.iter().filter(|byte| **byte == b',').count() + 1;
    let header = lines.next().map_or(0, cells);
    !start.starts_with(&GZIP)
        && header > 1
        && (start.contains(&b'`') || header >= MIN_NAMES || lines.next().map(cells) == Some(header))
}

/// The start of a text that is not a table; of what is not a text, what it seems to be.
pub(crate) fn excerpt(body: &[u8]) -> String {
    const MAX_CHARACTERS: usize = 120;
    if body.starts_with(&GZIP) {
        return "data compressed with gzip that cannot be inflated".to_owned();
    }
    match std::str::from_utf8(body) {
        Ok(text) if text.chars().count() <= MAX_CHARACTERS => text.trim().to_owned(),
        Ok(_) => "a long text, not shown".to_owned(),
        Err(_) => "data that is not UTF-8".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bills_are_tables_and_words_are_not() {
        for table in [
            "交易时间,总金额\n`2020-07-13,`2.50\n",
            "交易时间,总金额\r\n2020-07-13,2.50\r\n",
            "交易时间,总金额`2020-07-13,`2.50",
            "a,b,c,d,e,f,g,h\n",
        ] {
            assert!(is_table(table.as_bytes()), "{table}");
        }
        for words in [
            "",
            "\n",
            "system busy",
            "system busy, please try again later\n",
            "系统繁忙，请稍后再试",
            "error: 500\nrequest id: 1",
            "null",
            "[\"system busy\"]",
        ] {
            assert!(!is_table(words.as_bytes()), "{words}");
        }
        assert!(!is_table(&[0x1f, 0x8b, b',', b'`', b'\n']));
    }
}
