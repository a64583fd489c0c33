//! Which mistake gives another digest of an ID number.
//!
//! `user_card_no` and `idcard_md5` are the MD5 of the number with 18 characters, its letter in upper
//! case. The usual mistakes are few, so each is tried.

use md5::{Digest as _, Md5};

/// The mistake that the form of a wrong digest shows, such as an ID number in its place. `None` if
/// the form shows none.
pub(super) fn mistaken_form(sent: &str) -> Option<&'static str> {
    let is_number = |text: &str| {
        let (digits, last) = text.split_at(text.len() - 1);
        digits.bytes().all(|byte| byte.is_ascii_digit())
            && last
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'X' | b'x'))
    };
    let is_hex = sent.bytes().all(|byte| byte.is_ascii_hexdigit());
    match sent.len() {
        15 | 18 if sent.is_ascii() && is_number(sent) => {
            Some("it is the ID number itself: send the MD5 of it")
        }
        16 if is_hex => Some("it is half of an MD5: send all 32 digits"),
        32 if is_hex => Some("its hexadecimal digits are in upper case: send them in lower case"),
        40 | 64 if is_hex => Some("it is a longer digest, such as SHA-1 or SHA-256: send the MD5"),
        24 if sent.ends_with("==") => {
            Some("it is in base64: send the MD5 as 32 hexadecimal digits")
        }
        _ => None,
    }
}

/// The mistake that makes this digest of that number; nothing if no usual one does.
pub(super) fn mistaken_digest(sent: &str, number: &str) -> Option<&'static str> {
    let number = number.to_ascii_uppercase();
    // Of 18 characters the old form lacks the century and the check character.
    let old = match (number.get(..6), number.get(8..17)) {
        (Some(area), Some(rest)) => format!("{area}{rest}"),
        _ => String::new(),
    };
    let mistakes = [
        (
            old,
            "it is the MD5 of the number with 15 digits: turn it into 18 characters first",
        ),
        (
            number.to_ascii_lowercase(),
            "it is the MD5 of the number with a small x: use a capital X",
        ),
        (
            format!("{number}\n"),
            "it is the MD5 of the number with a line end behind it",
        ),
        (
            format!("{number} "),
            "it is the MD5 of the number with a blank behind it",
        ),
        (
            hex(&number),
            "it is the MD5 of the MD5: the number is digested once",
        ),
    ];
    let found = mistakes.into_iter().find(|(text, _)| hex(text) == sent);
    found.map(|(_, words)| words)
}

fn hex(text: &str) -> String {
    let digest = Md5::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A made-up number of Beijing.
    const NUMBER: &str = "11010519491231002X";

    #[test]
    fn each_usual_mistake_is_named_and_the_right_digest_is_none() {
        let right = signed_xml::IdDigest::of(NUMBER).unwrap();
        assert_eq!(right.as_str(), hex(NUMBER));
        assert_eq!(mistaken_digest(right.as_str(), NUMBER), None);
        for (text, words) in [
            ("110105491231002", "15 digits"),
            ("11010519491231002x", "small x"),
            ("11010519491231002X\n", "line end"),
            ("11010519491231002X ", "blank"),
            (hex(NUMBER).as_str(), "MD5 of the MD5"),
        ] {
            let found = mistaken_digest(&hex(text), NUMBER).unwrap();
            assert!(found.contains(words), "{text}: {found}");
        }
        assert_eq!(mistaken_digest(&hex("another"), NUMBER), None);
        for (sent, words) in [
            (NUMBER, "itself"),
            ("110105491231002", "itself"),
            (&hex(NUMBER).to_uppercase(), "upper case"),
            (&hex(NUMBER)[8..24], "half"),
            ("T0Jy3vK8nH2m5c1dL9yXgA==", "base64"),
            (&"a1".repeat(20), "SHA-1"),
        ] {
            let found = mistaken_form(sent).unwrap();
            assert!(found.contains(words), "{sent}: {found}");
        }
        assert_eq!(mistaken_form("张三"), None);
        assert_eq!(mistaken_form(""), None);
    }
}
