//! Characters that an input method for Chinese, or a word processor, puts in place of Rust's.

/// What a character is probably meant to be, if it only looks like one of Rust's or TOML's.
///
/// # Examples
///
/// ```
/// use signed_xml_condition::looks_like;
///
/// assert_eq!(looks_like('＝'), Some("="));
/// assert_eq!(looks_like('='), None);
/// ```
pub fn looks_like(found: char) -> Option<&'static str> {
    const OTHERS: &[(char, &str)] = &[
        ('“', "\""),
        ('”', "\""),
        ('„', "\""),
        ('「', "\""),
        ('」', "\""),
        ('‘', "'"),
        ('’', "'"),
        ('、', ","),
        ('。', "."),
        ('【', "["),
        ('】', "]"),
        ('≤', "<="),
        ('≥', ">="),
        ('≠', "!="),
        ('–', "-"),
        ('—', "-"),
        ('\u{a0}', " "),
        ('\u{3000}', " "),
    ];
    const ASCII: &str = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`\
                         abcdefghijklmnopqrstuvwxyz{|}~";
    // The full-width forms stand in the order of ASCII from U+FF01 on.
    if let Some(at) = u32::from(found).checked_sub(0xFF01) {
        return ASCII.get(at as usize..=at as usize);
    }
    let other = OTHERS.iter().find(|(other, _)| *other == found);
    other.map(|(_, meant)| *meant)
}

/// The first such character outside of quotes, where it stands, and what it is meant to be.
pub(crate) fn first_in(text: &str) -> Option<(usize, char, &'static str)> {
    let mut quoted = false;
    let mut chars = text.char_indices();
    chars.find_map(|(at, c)| {
        quoted ^= c == '"';
        let meant =
            looks_like(c).filter(|meant| !quoted && !meant.starts_with(char::is_alphanumeric));
        Some((at, c, meant?))
    })
}
