//! Text as the reader compares it: full-width letters, digits and punctuation as their plain forms.
//!
//! A character becomes what Unicode's NFKC makes of it, where that is one ASCII character. So a text
//! and its plain form have the same number of characters, and a part of the one is found in the
//! other by counting. What people read (labels, meanings, titles) is taken from the text as printed.

use std::collections::BTreeMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::document::Note;
use super::lines::Line;

/// Numbers in circles and brackets count the items of a list: they are not digits.
const COUNTERS: std::ops::RangeInclusive<char> = '\u{2460}'..='\u{24ff}';

/// The plain form of a text.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(plain_character).collect()
}

/// The part of `printed` that stands where `range` stands in its plain form.
pub(super) fn as_printed<'p>(printed: &'p str, plain: &str, range: Range<usize>) -> &'p str {
    let characters = |end: usize| plain.get(..end).map_or(0, |text| text.chars().count());
    let byte = |count: usize| {
        let found = printed.char_indices().nth(count);
        found.map_or(printed.len(), |(at, _)| at)
    };
    let (start, end) = (characters(range.start), characters(range.end));
    printed.get(byte(start)..byte(end)).unwrap_or_default()
}

fn plain_character(character: char) -> char {
    if character.is_ascii() || COUNTERS.contains(&character) {
        return character;
    }
    let mut forms = std::iter::once(character).nfkc();
    match (forms.next(), forms.next()) {
        (Some(form), None) if form.is_ascii() => form,
        _ => character,
    }
}

/// Characters that were read in their plain form: how often, and on which line first.
#[derive(Default)]
pub(super) struct Replaced {
    characters: BTreeMap<(char, char), (usize, u32)>,
}

impl Replaced {
    /// Counts what differs in these cells of a line.
    pub(super) fn count(&mut self, line: &Line, cells: impl IntoIterator<Item = usize>) {
        for at in cells {
            let (Some(plain), Some(printed)) = (line.cells.get(at), line.printed.get(at)) else {
                continue;
            };
            let pairs = printed.chars().zip(plain.chars());
            for pair in pairs.filter(|(printed, plain)| printed != plain) {
                let counted = self.characters.entry(pair).or_insert((0, line.number));
                counted.0 += 1;
            }
        }
    }

    /// One note per character.
    pub(super) fn notes(&self) -> impl Iterator<Item = Note> {
        let counted = self.characters.iter();
        counted.map(|((printed, plain), (count, line))| {
            let text = format!("`{printed}` was read as `{plain}`, {count} times from here on");
            Note { line: *line, text }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_digits_and_signs_are_plain_and_counters_stay() {
        assert_eq!(plain("Ｓｔｒｉｎｇ（３２）：Ｙ　a"), "String(32):Y a");
        assert_eq!(plain("①甲，㎡…"), "①甲,㎡…");
    }

    #[test]
    fn a_part_of_the_plain_form_is_found_as_printed() {
        let printed = "１：甲（乙）";
        let plain = plain(printed);
        assert_eq!(plain, "1:甲(乙)");
        assert_eq!(as_printed(printed, &plain, 2..plain.len()), "甲（乙）");
    }
}
