//! Times as people in China write them, and as they are shown to them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use signed_xml::BeijingTime;

/// A day or a time of day in Beijing, or a time with an offset.
pub(super) fn parse(text: &str) -> Result<Timestamp, String> {
    if let Ok(at) = text.parse() {
        return Ok(at);
    }
    let civil = text.parse::<DateTime>().ok();
    let beijing = TimeZone::fixed(Offset::constant(8));
    let at = civil.and_then(|civil| civil.to_zoned(beijing).ok());
    at.map(|at| at.timestamp()).ok_or_else(|| {
        "expected a day or time in Beijing, 2026-05-01 or \"2026-05-01 16:31:02\", or a time with its offset, 2026-05-01T08:31:02Z".to_owned()
    })
}

/// As a clock in Beijing shows it.
pub(crate) fn beijing(at: Timestamp) -> String {
    BeijingTime::at(at).to_string()
}

/// The same, or nothing.
pub(super) fn beijing_if(at: Option<Timestamp>) -> String {
    at.map(beijing).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_beijing() {
        for (text, expected) in [
            ("2026-05-01", "2026-04-30T16:00:00Z"),
            ("2026-05-01 16:31:02", "2026-05-01T08:31:02Z"),
            ("2026-05-01T16:31", "2026-05-01T08:31:00Z"),
            ("2026-05-01T16:31:02+09:00", "2026-05-01T07:31:02Z"),
            ("2026-05-01T16:31:02Z", "2026-05-01T16:31:02Z"),
        ] {
            assert_eq!(parse(text).unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn an_invalid_time_is_refused_with_an_example() {
        for text in ["yesterday", "2026-13-01", "", "20:00"] {
            assert!(parse(text).unwrap_err().contains("2026-05-01"), "{text}");
        }
    }

    #[test]
    fn times_are_shown_as_in_beijing() {
        let at = parse("2026-04-30T16:00:00Z").unwrap();
        assert_eq!(beijing(at), "2026-05-01 00:00:00");
    }
}
