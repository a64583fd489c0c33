//! Fills the store and writes the bill.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use futures_util::{StreamExt, stream};
use payinsurance::bill::ALL_COLUMNS;
use payinsurance_orders::store::{SqliteStore, Store};
use signed_xml::bill::BillWriter;

use crate::books::{EACH, billed, stored, template};

/// So many orders are handed to the store at once; those that wait share a transaction.
const AT_ONCE: usize = 4_096;
/// The bill goes through the numbers in such steps, so that it is in another order than the store. A prime: every number comes once.
const STEP: usize = 999_983;

/// Makes `orders.db` and `bill.csv` in the folder.
pub(crate) async fn fill(folder: &Path, orders: usize) {
    assert!(
        orders.is_multiple_of(EACH) && !orders.is_multiple_of(STEP),
        "--orders takes a multiple of {EACH}"
    );
    write_bill(&folder.join("bill.csv"), orders);
    let store = SqliteStore::open(folder.join("orders.db")).await.unwrap();
    let (store, template) = (&store, &template());
    let insert = stream::iter(0..orders).map(|number| async move {
        if let Some((order, line)) = stored(template, number, orders) {
            assert!(store.insert(&order, &line).await.unwrap().is_none());
        }
    });
    insert.buffer_unordered(AT_ONCE).count().await;
    store.close().await;
}

fn write_bill(path: &Path, orders: usize) {
    let file = BufWriter::new(File::create(path).unwrap());
    let mut bill = BillWriter::new(file, ALL_COLUMNS).unwrap();
    for at in 0..orders {
        for row in billed(at * STEP % orders, orders) {
            bill.row(&row).unwrap();
        }
    }
    bill.into_inner().flush().unwrap();
}
