//! A sandbox, and a hospital whose desk places, queries and refunds orders in it.

use std::time::Duration;

use jiff::civil::Date;
use payinsurance::Client;
use payinsurance::enums::PayType;
use payinsurance_orders::store::SqliteStore;
use payinsurance_orders::{Desk, RefundRequest};
use payinsurance_sandbox::{Act, MerchantConfig, Sandbox, samples};
use signed_xml::{BeijingTime, Fen};
use signed_xml_client::ClientBuilder;

use crate::command::Folder;

/// The name under which the desk knows the hospital.
pub(crate) const CLINIC: &str = "clinic";

/// Nothing listens there: the desk learns of payments by asking.
const NOWHERE: &str = "http://127.0.0.1:9/notify";

pub(crate) struct Hospital {
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: Folder,
    /// The day on which its orders are paid.
    pub(crate) day: Date,
    store: SqliteStore,
    desk: Desk,
}

impl Hospital {
    /// A hospital at nine in the morning, with a file of its profile and an empty store.
    pub(crate) async fn start() -> Self {
        let sandbox = Sandbox::builder().seed(1).start().await.unwrap();
        let folder = Folder::new();
        let store = SqliteStore::open(folder.path("orders.db")).await.unwrap();
        let clock = sandbox.clock();
        let desk = Desk::builder(store.clone())
            .merchant(CLINIC, client(&sandbox))
            .clock(move || clock.now())
            .build()
            .unwrap();
        folder.write(
            "payinsurance.toml",
            profile(&sandbox.merchants()[0], sandbox.origin()),
        );
        let mut hospital = Self {
            sandbox,
            folder,
            day: Date::ZERO,
            store,
            desk,
        };
        hospital.sleep_until_morning().await;
        hospital.day = hospital.today();
        hospital
    }

    /// Advances the clock to nine of the next day.
    pub(crate) async fn sleep_until_morning(&self) {
        let now = BeijingTime::at(self.sandbox.now()).to_string();
        let part = |from: usize| now[from..from + 2].parse::<u64>().unwrap();
        let passed = part(11) * 3_600 + part(14) * 60 + part(17);
        let wait = Duration::from_secs(33 * 3_600 - passed);
        self.sandbox.advance(wait).await;
    }

    fn today(&self) -> Date {
        BeijingTime::at(self.sandbox.now()).date().date()
    }

    /// Places an order of these amounts and lets the patient pay it.
    pub(crate) async fn paid(&self, number: &str, cash: u64, insurance: u64) {
        let mut order = samples::order(number);
        order.notify_url = NOWHERE.into();
        order.cash_fee = Fen(cash);
        order.insurance_fee = Fen(insurance);
        order.total_fee = Fen(cash + insurance);
        order.pay_type = match (cash, insurance) {
            (_, 0) => PayType::Cash,
            (0, _) => PayType::Insurance,
            _ => PayType::CashAndInsurance,
        };
        self.desk.place(CLINIC, &order).await.unwrap();
        self.sandbox.pay(number, Act::Pay).unwrap();
        self.desk.refresh(CLINIC, number, "test").await.unwrap();
    }

    /// Gives all of an order back.
    pub(crate) async fn refunded(&self, number: &str) {
        let request = RefundRequest::whole(samples::refund_content());
        self.desk.refund(CLINIC, number, &request).await.unwrap();
    }

    /// Lets the refunds end, and the desk ask for each of these orders.
    pub(crate) async fn settle(&self, numbers: &[String]) {
        self.sandbox.advance(Duration::from_secs(60)).await;
        for number in numbers {
            self.desk.refresh(CLINIC, number, "test").await.unwrap();
        }
    }

    pub(crate) async fn close(&self) {
        self.store.close().await;
    }
}

fn client(sandbox: &Sandbox) -> ClientBuilder<Client> {
    let merchant = conformance::sandbox::merchant(&sandbox.merchants()[0]);
    Client::builder(merchant).origin(sandbox.origin())
}

/// The file of profiles with that hospital.
pub(crate) fn profile(known: &MerchantConfig, origin: &str) -> String {
    let line = |name: &str, value: &Option<String>| match value {
        Some(value) => format!("{name} = {value:?}\n"),
        None => String::new(),
    };
    format!(
        "[{CLINIC}]\nappid = {:?}\nmch_id = {:?}\n{}{}key = {:?}\napp_secret = {:?}\norigin = {origin:?}\n",
        known.appid,
        known.mch_id,
        line("sub_appid", &known.sub_appid),
        line("sub_mch_id", &known.sub_mch_id),
        known.key,
        known.app_secret,
    )
}
