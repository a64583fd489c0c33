//! A row of a bill, read by header and written by layout.

use signed_xml::bill::{BillReader, BillWriter};
use signed_xml::{BillRow, Fen, Text};

use super::Refund;

/// A row.
#[derive(Clone, PartialEq, Default, BillRow)]
#[non_exhaustive]
pub(super) struct Row {
    /// The amount.
    #[column("总金额", yuan)]
    pub(super) total: Option<Fen>,
    /// The patient.
    #[column("用户标识", personal)]
    pub(super) openid: Option<Text>,
    /// The kind.
    #[column("退款类型")]
    pub(super) kind: Option<Refund>,
    /// The rest.
    #[column(unknown)]
    pub(super) unknown: Vec<(Text, Text)>,
}

#[test]
fn a_row_is_read_by_header_and_written_by_layout() {
    let bill = "退款类型,新列,总金额,用户标识\n`ALL,`x,`0.03,`oUpF8u\n";
    let row = BillReader::<_, Row>::new(bill.as_bytes())
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    assert_eq!(
        (row.total, row.kind.clone()),
        (Some(Fen(3)), Some(Refund::All))
    );
    assert_eq!(row.unknown, [("新列".into(), "x".into())]);
    assert!(!format!("{row:?}").contains("oUpF8u"), "{row:?}");
    let mut out = BillWriter::new(Vec::new(), &["用户标识", "总金额"]).unwrap();
    out.row(&row).unwrap();
    assert_eq!(
        out.into_inner(),
        "用户标识,总金额\n`oUpF8u,`0.03\n".as_bytes()
    );
}
