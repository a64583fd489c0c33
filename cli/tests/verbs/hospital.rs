//! A sandbox, and a folder whose configuration has its first hospital.

use std::time::Duration;

use payinsurance_sandbox::{Act, Sandbox};

use crate::command::{Folder, Output};

/// The order of these tests, as a file of a hospital: all but its number and its amounts.
const ORDER: &str = "\
order_type = \"RegPay\"
sub_openid = \"oSandboxPatientOfTheProvider\"
pay_type = 3
allow_fee_change = 0
spbill_create_ip = \"10.193.0.1\"
body = \"挂号费\"
user_card_type = 1
user_card_no = \"44030019000101123x\"
user_name = \"张三\"
serial_no = \"S1\"
bill_no = \"B1\"

[request_content]
session_id = \"2f20f7ae-7bd0-4ea1-9722-89182b1817f8\"
aae011 = \"sys\"
bka015 = \"系统管理员\"
bka001 = \"1\"
bka964 = \"广州市天河区\"
";

/// What goes along with a refund.
const REFUND: &str = r#"{ "request_content": {
  "session_id": "2f20f7ae-7bd0-4ea1-9722-89182b1817f8", "aae011": "sys", "bka015": "系统管理员", "bka001": "1", "bka964": "广州市天河区"
} }"#;

/// The amounts of the order.
pub(crate) const AMOUNTS: &str = "total_fee=250 cash_fee=150 insurance_fee=100";

/// What is personal or secret in all of it, and never printed unless it is asked for.
pub(crate) const NEVER: [&str; 6] = [
    "张三",
    "oSandboxPatientOfTheProvider",
    "2f20f7ae",
    "44030019000101123x",
    "a3f1c27e9b4d58606e1d7c9025b8f4a3",
    "5f0c9d1e7a3b48266e1f8d0b9c7a2e34",
];

pub(crate) struct Hospital {
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: Folder,
}

impl Hospital {
    pub(crate) async fn start() -> Self {
        let sandbox = Sandbox::builder().seed(1).start().await.unwrap();
        let folder = Folder::new();
        folder
            .run(&format!("init --sandbox --origin {}", sandbox.origin()))
            .ended(0);
        let path = folder.path("payinsurance.toml");
        let text = std::fs::read_to_string(path).unwrap();
        let addresses = "notify_url = \"http://127.0.0.1:9/notify\"\nreturn_url = \"http://127.0.0.1:9/return\"\n";
        folder.write("payinsurance.toml", format!("{text}{addresses}"));
        folder.write("order.toml", ORDER);
        folder.write("refund.json", REFUND);
        Self { sandbox, folder }
    }

    /// Runs a command; nothing personal is printed by it.
    pub(crate) fn run(&self, arguments: &str) -> Output {
        let output = self.folder.run(arguments);
        for text in [&output.out, &output.err] {
            for never in NEVER {
                assert!(!text.contains(never), "{arguments}: {text}");
            }
        }
        output
    }

    pub(crate) fn place(&self, number: &str) -> Output {
        let place = "order place --from order.toml --json";
        self.run(&format!("{place} {AMOUNTS} hosp_out_trade_no={number}"))
    }

    pub(crate) fn paid(&self, number: &str) {
        self.place(number).ended(0);
        self.sandbox.pay(number, Act::Pay).unwrap();
        self.run(&format!("order query {number}")).ended(0);
    }

    pub(crate) async fn a_minute_later(&self) {
        self.sandbox.advance(Duration::from_secs(60)).await;
    }
}
