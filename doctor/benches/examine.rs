//! How long an examination takes: the longest one, of a signature that nothing explains.
//!
//! `cargo bench -p signed-xml-doctor`

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::time::Instant;

use signed_xml_doctor::{Case, Examination, Table};

const KEY: &str = "Q7f3c27e9b4d58606e1d7c9025b8f4x2";

fn main() {
    for (fields, length) in [(6, 8), (30, 20), (46, 40), (300, 100), (900, 900)] {
        let mut body = String::from("<xml><detail>{\"name\":\"血常规\",\"price\":1.50}</detail>");
        let mut table = Table::new().field("absent", &[], false);
        for i in 0..fields {
            let value = match i % 3 {
                0 => "7750".to_owned(),
                1 => "挂号 a/b&amp;".repeat(length / 8),
                _ => "abcdefgh".repeat(length / 8),
            };
            let name = if i % 3 == 0 {
                format!("fee_{i}")
            } else {
                format!("field_{i}")
            };
            body.push_str(&format!("<{name}>{value}</{name}>"));
            table = table.field(&name, &[], false);
        }
        body.push_str("<sign>900150983CD24FB0D6963F7D28E17F72</sign></xml>");
        let case = Case::new(body.as_bytes(), KEY)
            .secret("another", "x".repeat(32))
            .table(table);
        let mut times: Vec<(u128, Examination)> = (0..5)
            .map(|_| {
                let start = Instant::now();
                let examination = case.examine();
                (start.elapsed().as_millis(), examination)
            })
            .collect();
        times.sort_by_key(|(time, _)| *time);
        let (median, examination) = &times[2];
        println!(
            "{:>4} fields, {:>7} bytes: {median:>4} ms, {} signatures, complete: {}",
            fields + 1,
            body.len(),
            examination.tried.signatures,
            examination.tried.complete
        );
    }
}
