//! The pages of the sandbox in a real browser: paid by mouse, by keyboard and without scripts;
//! followed live; looked at on a phone, in the dark, and by axe-core.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

#[path = "../sandbox/hospital.rs"]
#[expect(dead_code, reason = "the tests over HTTP use all of it")]
mod hospital;
#[path = "../sandbox/receiver.rs"]
#[expect(dead_code, reason = "the tests over HTTP use all of it")]
mod receiver;
#[path = "../sandbox/requests.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the tests over HTTP use all of it"
)]
mod requests;

mod access;
mod console;
mod driver;
mod pay;

use payinsurance_sandbox::Act;

use hospital::Hospital;
use receiver::Receiver;
use requests::order;

/// A hospital with one order, T1, and an address for its notifications.
struct Visit {
    hospital: Hospital,
    receiver: Receiver,
    pay_url: String,
    med_trans_id: String,
}

impl Visit {
    async fn start() -> Self {
        Self::start_with([]).await
    }

    /// The hospital answers its first notifications like this.
    async fn start_with(answers: impl IntoIterator<Item = receiver::Answer>) -> Self {
        let hospital = Hospital::start().await;
        let receiver = Receiver::start(hospital.key(), answers).await;
        let placed = hospital.call(order("T1", &receiver.url)).await.unwrap();
        Self {
            pay_url: format!("{}&lang=en", placed.pay_url),
            med_trans_id: placed.med_trans_id.to_string(),
            hospital,
            receiver,
        }
    }

    /// Several orders in different states, for pages that are looked at.
    async fn busy() -> Self {
        let visit = Self::start().await;
        let sandbox = &visit.hospital.sandbox;
        for (number, act) in [
            ("MZ20261129001", Some(Act::Pay)),
            ("MZ20261129002", Some(Act::CashFails)),
            ("ZY20261129003", None),
            ("MZ20261129004", Some(Act::WalkAway)),
        ] {
            let placed = order(number, &visit.receiver.url);
            visit.hospital.call(placed).await.unwrap();
            if let Some(act) = act {
                sandbox.pay(number, act).unwrap();
            }
        }
        sandbox.pay("T1", Act::Pay).unwrap();
        sandbox.advance(std::time::Duration::ZERO).await;
        visit
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.hospital.sandbox.origin())
    }

    fn state(&self, number: &str) -> String {
        let orders = self.hospital.sandbox.orders();
        let order = orders
            .iter()
            .find(|order| order.hosp_out_trade_no == number);
        order.unwrap().med_trade_state.to_string()
    }
}
