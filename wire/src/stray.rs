//! Characters that have no place in a key, an id or a secret.
//!
//! All three are visible ASCII: what the platform hands out has no blank, and nothing else.
//! Whatever else stands there came in by copying (a byte order mark, a zero-width or no-break
//! space, a direction mark) or by an input method (full-width letters and digits), and looks right
//! on the screen.

use std::fmt;

/// A character that is not visible ASCII, and its place. The text around it is not stored: it may
/// be a secret.
///
/// # Examples
///
/// ```
/// use signed_xml::StrayCharacter;
///
/// let stray = StrayCharacter::first_in("\u{FEFF}1900000100").ok_or("a byte order mark")?;
/// assert_eq!(stray.to_string(), "character 1 is U+FEFF (a byte order mark)");
/// assert_eq!(StrayCharacter::first_in("1900000100"), None);
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StrayCharacter {
    /// The character.
    pub character: char,
    /// Where, counted in characters from 0.
    pub at: usize,
}

impl StrayCharacter {
    /// The first one in the text.
    #[must_use]
    pub fn first_in(text: &str) -> Option<Self> {
        let mut characters = text.chars().enumerate();
        let (at, character) = characters.find(|(_, character)| !character.is_ascii_graphic())?;
        Some(Self { character, at })
    }

    /// What it is, in words.
    fn kind(self) -> &'static str {
        match self.character {
            ' ' => "a space",
            '\t' => "a tab",
            '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => "a line end",
            '\u{FEFF}' => "a byte order mark",
            '\u{A0}' | '\u{2007}' | '\u{202F}' => "a no-break space",
            '\u{3000}' => "a full-width space",
            '\u{200B}' => "a zero-width space",
            '\u{200C}' | '\u{200D}' | '\u{2060}' => "a zero-width joiner or non-joiner",
            '\u{AD}' => "a soft hyphen",
            '\u{200E}'
            | '\u{200F}'
            | '\u{61C}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}' => "an invisible mark of direction",
            '\u{FE00}'..='\u{FE0F}'
            | '\u{E0000}'..='\u{E01EF}'
            | '\u{180B}'..='\u{180F}'
            | '\u{2061}'..='\u{2064}'
            | '\u{206A}'..='\u{206F}' => "invisible",
            '\u{FF01}'..='\u{FF5E}' => "full-width, not ASCII",
            c if c.is_control() => "a control character",
            c if c.is_whitespace() => "a space other than the usual one",
            _ => "not ASCII",
        }
    }
}

impl fmt::Display for StrayCharacter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { character, at } = self;
        write!(
            f,
            "character {} is U+{:04X} ({})",
            at + 1,
            u32::from(*character),
            self.kind()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_but_visible_ascii_is_found_at_its_place() {
        for character in (0..=0x0010_FFFF).filter_map(char::from_u32) {
            let stray = StrayCharacter::first_in(&format!("a1{character}"));
            match character {
                '!'..='~' => assert_eq!(stray, None),
                _ => assert_eq!(stray, Some(StrayCharacter { character, at: 2 })),
            }
        }
    }

    #[test]
    fn names_the_character_and_counts_from_one() {
        for (text, words) in [
            ("1900\n", "character 5 is U+000A (a line end)"),
            (" 1900", "character 1 is U+0020 (a space)"),
            ("19\u{200B}00", "character 3 is U+200B (a zero-width space)"),
            ("19\u{A0}00", "character 3 is U+00A0 (a no-break space)"),
            (
                "\u{202E}1900",
                "character 1 is U+202E (an invisible mark of direction)",
            ),
            ("190０", "character 4 is U+FF10 (full-width, not ASCII)"),
            ("ｗx1", "character 1 is U+FF57 (full-width, not ASCII)"),
            ("医院", "character 1 is U+533B (not ASCII)"),
            ("1\0", "character 2 is U+0000 (a control character)"),
        ] {
            let stray = StrayCharacter::first_in(text).unwrap();
            assert_eq!(stray.to_string(), words);
        }
    }
}
