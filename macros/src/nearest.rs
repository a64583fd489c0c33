//! The known word that an unknown one was probably meant to be.

/// `: did you mean …?` for a misspelt word, or nothing when no known word is near.
pub(crate) fn did_you_mean<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(found, known)
        .map(|word| format!(": did you mean `{word}`?"))
        .unwrap_or_default()
}

/// The known word with the fewest edits to `found`, if it takes at most a third of its letters.
fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|word| (distance(found, word), word))
        .filter(|(edits, word)| *edits <= (word.chars().count().max(3)) / 3)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, word)| word)
}

/// The edits (insert, delete, replace, swap of neighbours) that turn one word into the other.
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    let mut rows = vec![(0..=to.len()).collect::<Vec<_>>()];
    for i in 1..=from.len() {
        let mut row = vec![i];
        for j in 1..=to.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(from[i - 1] != to[j - 1]);
            let mut edits = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                edits = edits.min(rows[i - 2][j - 2] + 1);
            }
            row.push(edits);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_word_with_a_letter_missing_or_swapped() {
        assert_eq!(nearest("lable", ["label", "max"]), Some("label"));
        assert_eq!(nearest("mx", ["label", "max"]), Some("max"));
        assert_eq!(
            nearest("shop_trade_n", ["shop_trade_no"]),
            Some("shop_trade_no")
        );
    }

    #[test]
    fn stays_silent_when_no_word_is_near() {
        assert_eq!(nearest("colour", ["label", "max"]), None);
        assert_eq!(did_you_mean("colour", ["label"]), "");
    }
}
