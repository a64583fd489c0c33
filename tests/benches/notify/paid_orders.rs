//! Orders that a desk placed at the sandbox's platform and that are paid there, with notifications
//! that are not yet delivered.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use payinsurance_orders::store::{Line, MemoryStore, Store};
use payinsurance_orders::{Desk, Order};
use payinsurance_sandbox::{Act, Mode};
use signed_xml::Key;

use crate::world::{Outside, order};

pub(crate) const HOSPITAL: &str = "first";

/// Orders that are placed, and the body of a notification for each.
pub(crate) struct PaidOrders {
    pub(crate) orders: Vec<Order>,
    pub(crate) bodies: Vec<Arc<[u8]>>,
    pub(crate) key: Key,
}

/// Places and pays `count` orders.
pub(crate) async fn pay(outside: &Outside, count: usize) -> PaidOrders {
    let store = MemoryStore::default();
    let desk = Desk::builder(store.clone())
        .merchant(HOSPITAL, outside.client(Mode::ServiceProvider))
        .clock(outside.clone())
        .build()
        .unwrap();
    let mut orders = Vec::with_capacity(count);
    let mut bodies = Vec::with_capacity(count);
    for number in 0..count {
        let number = format!("B{number:06}");
        orders.push(desk.place(HOSPITAL, &order(&number)).await.unwrap());
        outside
            .on_platform(|platform, moment| platform.patient(&number, Act::Pay, moment))
            .unwrap();
        let due = outside.due();
        assert_eq!(due.len(), 1, "one notification of a payment");
        bodies.push(due[0].body.as_slice().into());
    }
    let merchant = outside
        .parts()
        .platform
        .config()
        .merchant(Mode::ServiceProvider)
        .unwrap()
        .clone();
    PaidOrders {
        orders,
        bodies,
        key: Key::new(merchant.key.as_str()).unwrap(),
    }
}

impl PaidOrders {
    /// Brings all orders into a store.
    pub(crate) async fn place_in(&self, store: &dyn Store, at_once: usize) {
        let placed = stream::iter(&self.orders).map(|order| async move {
            let line = Line {
                at: order.times.created_at,
                by: "caller".to_owned(),
                what: "placed".to_owned(),
                evidence: String::new(),
                from: None,
                to: order.state,
            };
            assert!(store.insert(order, &line).await.unwrap().is_none());
        });
        placed.buffer_unordered(at_once).count().await;
    }
}
