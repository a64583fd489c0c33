//! JSON lines: `{"difference": …}` each, `{"gone": …}`, `{"unreadable": …}`, `{"total": …}` each, and `{"summary": …}` at the end.
//!
//! Amounts are fen.

use std::io::Write;

use serde_json::json;

use super::{Report, ReportError};

impl Report {
    /// Writes JSON lines.
    ///
    /// # Errors
    ///
    /// [`ReportError::Disk`].
    pub fn json(&mut self, out: &mut impl Write) -> Result<(), ReportError> {
        self.each(|item| {
            let mut value = serde_json::to_value(&item.difference).map_err(std::io::Error::from)?;
            value["class"] = json!(item.difference.class.as_str());
            value["next_step"] = json!(item.difference.next_step());
            value["fingerprint"] = json!(item.fingerprint);
            value["decision"] = json!(item.decision);
            value["new"] = json!(item.is_new);
            writeln!(out, "{}", json!({"difference": value}))?;
            Ok::<_, ReportError>(())
        })?;
        for gone in &self.since.gone {
            let mut value = serde_json::to_value(gone).map_err(std::io::Error::from)?;
            value["class"] = json!(gone.class.as_str());
            value["fingerprint"] = json!(gone.fingerprint());
            writeln!(out, "{}", json!({"gone": value}))?;
        }
        let (unreadable, count) = self.outcome.unreadable();
        for row in unreadable {
            writeln!(out, "{}", json!({"unreadable": row}))?;
        }
        for (bucket, line) in self.outcome.totals().lines() {
            writeln!(
                out,
                "{}",
                json!({"total": {"bucket": bucket, "sums": line}})
            )?;
        }
        let counts = self.outcome.counts().iter();
        let counts: serde_json::Map<_, _> = counts
            .map(|(class, count)| (class.as_str().to_owned(), json!(count)))
            .collect();
        let summary = json!({
            "first": self.outcome.days().first,
            "last": self.outcome.days().last,
            "orders": self.outcome.orders(),
            "rows": self.outcome.rows(),
            "unreadable": count,
            "classes": counts,
            "proved": self.outcome.totals().prove_themselves(),
        });
        let standing = self.standing()?;
        let mut summary = summary;
        summary["open"] = json!(standing.open);
        summary["decided"] = json!(standing.decided);
        writeln!(out, "{}", json!({"summary": summary}))?;
        Ok(())
    }
}
