//! How long the signature doctor takes at most: `cargo bench -p conformance --bench doctor -- --json`.
//!
//! A signature that nothing explains makes it try everything. The baseline is one MD5 of the
//! canonical string, so a ratio says how many digests the whole examination is worth.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run must stop")]

use std::time::{Duration, Instant};

use conformance::bench::{Candidate, Rows, race};
use md5::{Digest, Md5};
use signed_xml::{Fields, Limits};
use signed_xml_doctor::{Case, Table};

const KEY: &str = "Q7f3c27e9b4d58606e1d7c9025b8f4x2";

/// Fields and the length of their values: an ordinary message, and ever larger ones.
const SIZES: [(usize, usize); 6] = [
    (6, 8),
    (30, 20),
    (46, 40),
    (60, 130),
    (300, 100),
    (900, 900),
];

/// The fastest of so many counts.
const TURNS: usize = 5;

fn main() {
    let rows = Rows::from_args();
    for (fields, length) in SIZES {
        let (body, table) = message(fields, length);
        let case = Case::new(&body, KEY)
            .secret("another", "x".repeat(32))
            .table(table);
        let mut best = Duration::MAX;
        for _ in 0..TURNS {
            let begun = Instant::now();
            let examination = case.examine();
            best = best.min(begun.elapsed());
            assert!(examination.mistakes().is_empty(), "nothing explains it");
        }
        let canonical = Fields::parse(&body, &Limits::default()).unwrap();
        let canonical = canonical.canonical_string() + "&key=" + KEY;
        let mut digest = Candidate::new(|| Md5::digest(canonical.as_bytes()));
        race(&mut [&mut digest]);
        let bytes = body.len() as f64 / 1e3;
        let name = |what: &str| format!("doctor: {bytes:.1} kB that nothing explains, {what}");
        let (ms, one) = (best.as_secs_f64() * 1e3, digest.nanoseconds() / 1e6);
        rows.row(&name("times one MD5"), ms, "ms", one);
        rows.row(&name("share of a second"), ms, "ms", 1e3);
    }
}

/// A message with texts, amounts, a list of JSON and a signature that no sender made.
fn message(fields: usize, length: usize) -> (Vec<u8>, Table) {
    let mut body = String::from("<xml><detail>{\"name\":\"血常规\",\"price\":1.50}</detail>");
    let mut table = Table::new().field("absent", &[], false);
    for place in 0..fields {
        let (name, value) = match place % 3 {
            0 => (format!("fee_{place}"), "7750".to_owned()),
            1 => (format!("field_{place}"), "挂号 a/b&amp;".repeat(length / 8)),
            _ => (format!("field_{place}"), "abcdefgh".repeat(length / 8)),
        };
        body.push_str(&format!("<{name}>{value}</{name}>"));
        table = table.field(&name, &[], false);
    }
    body.push_str("<sign>900150983CD24FB0D6963F7D28E17F72</sign></xml>");
    (body.into_bytes(), table)
}
