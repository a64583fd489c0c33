//! Any bill: rows or errors, never a panic, never an endless loop.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signed_xml::bill::BillReader;
use signed_xml::{BeijingTime, BillRow, Decimal, Fen, Rate, Text};

#[derive(Clone, Default, PartialEq, BillRow)]
struct Row {
    #[column("交易时间")]
    time: Option<BeijingTime>,
    #[column("总金额")]
    total: Option<Fen>,
    #[column("手续费")]
    fee: Option<Decimal>,
    #[column("费率")]
    rate: Option<Rate>,
    #[column("用户标识", personal)]
    openid: Option<Text>,
    #[column(unknown)]
    unknown: Vec<(Text, Text)>,
}

fuzz_target!(|bill: &[u8]| {
    // A header in front reaches the rows.
    let whole = ["交易时间,总金额,手续费,费率,用户标识,新列\n".as_bytes(), bill].concat();
    for text in [bill, &whole] {
        if let Ok(rows) = BillReader::<_, Row>::new(text) {
            assert!(rows.count() <= text.len());
        }
    }
});
