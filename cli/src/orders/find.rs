//! Finds the one order that a number means.

use payinsurance_orders::store::{OrderFilter, Store, UnreadableOrder};
use payinsurance_orders::{Order, OrderKey};

use super::Failure;

/// The order that a list is about.
#[derive(clap::Args)]
pub(super) struct OfOrder {
    /// Of the order with this number (hosp_out_trade_no)
    #[arg(long, value_name = "NUMBER")]
    order: Option<String>,
    /// The hospital whose order it is; may be left out if only one has that number
    #[arg(long, requires = "order")]
    merchant: Option<String>,
}

impl OfOrder {
    /// The order, if one is named; it is in the store.
    pub(super) async fn existing(&self, store: &dyn Store) -> Result<Option<OrderKey>, Failure> {
        match &self.order {
            None => Ok(None),
            Some(number) => {
                let order = one(store, number, self.merchant.as_deref()).await?;
                Ok(Some(order.key))
            }
        }
    }

    /// The order, if one is named. With its hospital it need not be in the store: a notification may name an order that was not placed here.
    pub(super) async fn named(&self, store: &dyn Store) -> Result<Option<OrderKey>, Failure> {
        match (&self.merchant, &self.order) {
            (Some(merchant), Some(number)) => Ok(Some(OrderKey {
                merchant: merchant.clone(),
                hosp_out_trade_no: number.clone(),
            })),
            _ => self.existing(store).await,
        }
    }
}

/// The order of that number: of that hospital, or of the only one that has it.
pub(crate) async fn one(
    store: &dyn Store,
    number: &str,
    merchant: Option<&str>,
) -> Result<Order, Failure> {
    let filter = OrderFilter {
        merchant: merchant.map(str::to_owned),
        hosp_out_trade_no: Some(number.to_owned()),
        ..OrderFilter::default()
    };
    let listed = store.orders(&filter).await?;
    if listed.count() > 1 {
        let unreadable = listed.unreadable.iter().map(|order| &order.key);
        let keys = listed.rows.iter().map(|order| &order.key).chain(unreadable);
        let hospitals: Vec<&str> = keys.map(|key| &*key.merchant).collect();
        return Err(Failure::NotDone(format!(
            "the hospitals {hospitals:?} have an order {number:?} each: say which with --merchant"
        )));
    }
    if let Some(UnreadableOrder { key, reason }) = listed.unreadable.first() {
        return Err(Failure::NotDone(format!(
            "this version cannot read the order {:?} of {:?} ({reason}): use the version that wrote it, or restore a backup",
            key.hosp_out_trade_no, key.merchant
        )));
    }
    let mut found = listed.rows;
    found.pop().ok_or_else(|| match merchant {
        Some(merchant) => {
            Failure::NotDone(format!("the hospital {merchant:?} has no order {number:?}"))
        }
        None => Failure::NotDone(format!("there is no order {number:?}")),
    })
}
