//! What was received may come from anyone. Control characters that a terminal would obey, and
//! characters that hide or turn text, are escaped before they are printed.

use std::fmt::Write;

use serde_json::Value;

/// The text with what does not show written out: `\u{1b}`.
pub(crate) fn text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match shows(c) {
            true => shown.push(c),
            false => shown.extend(c.escape_debug()),
        }
    }
    shown
}

/// The same of text of several lines.
pub(crate) fn lines(words: &str) -> String {
    let lines: Vec<String> = words.lines().map(text).collect();
    lines.join("\n")
}

/// JSON on one line that means the same and holds nothing that does not show: what could stands inside of its strings, where it can be escaped.
pub(crate) fn json(value: &Value) -> String {
    let written = value.to_string();
    let mut shown = String::with_capacity(written.len());
    for c in written.chars() {
        if shows(c) {
            shown.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Invariant: a String takes whatever is written to it.
            let _ = write!(shown, "\\u{unit:04x}");
        }
    }
    shown
}

fn shows(c: char) -> bool {
    matches!(c, '"' | '\'' | '\\') || c.escape_debug().eq([c])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use serde_json::json;

    use super::*;

    const HOSTILE: &str = "a\u{1b}[2J\u{9b}\u{202e}\u{7f}\u{e0001}\n";

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        let shown = text(HOSTILE);
        assert_eq!(shown, "a\\u{1b}[2J\\u{9b}\\u{202e}\\u{7f}\\u{e0001}\\n");
    }

    #[test]
    fn what_shows_stays_as_it_is() {
        for open in ["挂号 \"费\" 'a\\b'", "€ → é", ""] {
            assert_eq!(text(open), open);
        }
    }

    #[test]
    fn json_means_the_same_and_holds_no_control_characters() {
        let value = json!({ "挂号": HOSTILE, "quoted": "\"\\" });
        let shown = json(&value);
        assert!(shown.chars().all(shows), "{shown}");
        assert!(shown.contains("挂号"));
        assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), value);
    }
}
