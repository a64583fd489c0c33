//! What the derives of a renamed dependency made works.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use renamed_dependency::{Order, Purse, Reply, Row};
use wire::bill::BillReader;
use wire::{Call, Fen, Fields, Key, Message, SignType, encode};

#[test]
fn a_message_is_built_signed_and_read() {
    let order = Order::builder()
        .openid("o1")
        .total(Fen(5))
        .purse(Purse::Cash)
        .item_n(0, Fen(2))
        .item_n_m((0, 1), Fen(3))
        .extra_field("note", "n")
        .build()
        .unwrap();
    let fields = Fields::of(&order).unwrap();
    assert_eq!(fields.get("item_0_1"), Some("3"));
    assert_eq!(Order::SCHEMA.sign_type, SignType::HmacSha256);
    assert_eq!(Order::ENDPOINT.path, "/order");
    let key = Key::new("192006250b4c09247ec02edce69f6a2d").unwrap();
    let sent = Fields::parse(&encode(&order, &key).unwrap(), &Default::default()).unwrap();
    assert_eq!(sent.get("sign").map(str::len), Some(64));
    assert!(!format!("{order:?}").contains("o1"), "{order:?}");
    let _: <Order as Call>::Reply = Reply::default();
}

#[test]
fn a_bill_is_read() {
    let bill = "订单号,总金额,新列\n`1,`-0.03,`x\n";
    let mut rows = BillReader::<_, Row<'_>>::new(bill.as_bytes()).unwrap();
    let row = rows.next_row().unwrap().unwrap();
    assert_eq!(row.total, Some(Fen(3)));
    assert_eq!(row.unknown, [("新列".into(), "x".into())]);
}
