//! What is odd about a message or its key without explaining the signature.

use std::fmt;

use serde::Serialize;

use crate::mistake::Language;
use crate::read::Message;

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "clue", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Clue {
    /// The signature is not a digest in any known form.
    NotADigest {
        /// Its length.
        characters: usize,
    },
    /// The signature has the length of one by RSA.
    LooksLikeRsa,
    /// Values hold `?` or the replacement character, where other characters may have been lost.
    CharactersLost {
        /// The fields.
        fields: Vec<String>,
    },
    /// The key, as it was given to the doctor, has blanks, line ends or invisible characters.
    KeyNotClean,
    /// The key, as it was given to the doctor, does not have the usual 32 characters.
    KeyLength {
        /// Its length, in bytes.
        bytes: usize,
    },
}

impl Clue {
    /// The sentence in a language.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let english = language == Language::English;
        match self {
            Self::NotADigest { characters } if english => format!(
                "`sign` has {characters} characters and is no digest: MD5 is 32 hexadecimal digits, HMAC-SHA256 is 64"
            ),
            Self::NotADigest { characters } => format!(
                "`sign` 有 {characters} 个字符，不是摘要：MD5 为 32 位、HMAC-SHA256 为 64 位十六进制"
            ),
            Self::LooksLikeRsa if english => {
                "`sign` has the length of an RSA signature, which belongs to another version of the interface".into()
            }
            Self::LooksLikeRsa => "`sign` 的长度像 RSA 签名，属于另一版本的接口".into(),
            Self::CharactersLost { fields } if english => format!(
                "{} holds `?` or U+FFFD: characters may have been lost before the message was sent",
                fields.join(", ")
            ),
            Self::CharactersLost { fields } => format!(
                "{} 中含有 `?` 或 U+FFFD：字符可能在发送前已经丢失",
                fields.join("、")
            ),
            Self::KeyNotClean if english => {
                "the key that was given here has blanks, a line end or invisible characters".into()
            }
            Self::KeyNotClean => "此处提供的密钥含有空白、换行或不可见字符".into(),
            Self::KeyLength { bytes } if english => format!(
                "the key that was given here has {bytes} bytes: keys of the platform have 32"
            ),
            Self::KeyLength { bytes } => {
                format!("此处提供的密钥有 {bytes} 个字节：平台的密钥为 32 个字符")
            }
        }
    }
}

impl fmt::Display for Clue {
    /// In English; with `{:#}` in Chinese.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let language = match f.alternate() {
            true => Language::Chinese,
            false => Language::English,
        };
        f.write_str(&self.sentence(language))
    }
}

/// The clues of a key.
pub(crate) fn of_key(key: &[u8]) -> Vec<Clue> {
    let mut clues = Vec::new();
    if !key.iter().all(u8::is_ascii_graphic) {
        clues.push(Clue::KeyNotClean);
    }
    if key.len() != signed_xml::Key::LENGTH {
        clues.push(Clue::KeyLength { bytes: key.len() });
    }
    clues
}

/// The clues of a message whose signature is not explained.
pub(crate) fn of_message(message: &Message, given: &str, is_digest: bool) -> Vec<Clue> {
    let mut clues = Vec::new();
    let base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_');
    if (340..=344).contains(&given.len()) && given.chars().all(base64) {
        clues.push(Clue::LooksLikeRsa);
    } else if !is_digest {
        clues.push(Clue::NotADigest {
            characters: given.chars().count(),
        });
    }
    let lost = |value: &str| value.contains("??") || value.contains('\u{FFFD}');
    let entries = message.entries.iter().filter(|entry| lost(&entry.value));
    let fields: Vec<String> = entries.map(|entry| entry.name.clone()).collect();
    if !fields.is_empty() {
        clues.push(Clue::CharactersLost { fields });
    }
    clues
}
