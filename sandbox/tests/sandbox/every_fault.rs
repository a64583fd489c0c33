//! Every fault that `GET /sandbox` lists is noticed by a hospital over HTTP: a day with it differs from
//! a day without.

use std::time::Duration;

use payinsurance_sandbox::Act;
use serde_json::{Value, json};
use signed_xml::{BeijingTime, Call, Fields, Limits, SignType};

use crate::hospital::Hospital;
use crate::receiver::Receiver;
use crate::requests::{bill, order, query, query_refund, refund, signed};

/// What a rule needs beside its name.
fn values(fault: &str) -> Value {
    match fault {
        "err_code" => json!({ "err_code": "514", "interface": "refund" }),
        "errcode" => json!({ "errcode": -1, "interface": "unifiedorder" }),
        "slow" | "sys_refunding" | "notification_late" => json!({ "seconds": 2 }),
        _ => json!({}),
    }
}

/// What the hospital notices.
#[derive(Default)]
struct Day(Vec<String>);

impl Day {
    async fn call<C: Call>(&mut self, hospital: &Hospital, request: C) {
        let url = format!(
            "{}{}?access_token={}",
            hospital.sandbox.origin(),
            C::ENDPOINT.path,
            hospital.token
        );
        let call = hospital.http.post(url).timeout(Duration::from_secs(1));
        let call = call.body(signed(&hospital.merchant, request));
        let seen = match call.send().await {
            Err(error) => format!("no answer, timeout {}", error.is_timeout()),
            Ok(reply) => match (reply.status(), reply.bytes().await) {
                (_, Err(_)) => "cut off".to_owned(),
                (status, Ok(body)) => format!("{status} {}", looked_at(hospital, &body)),
            },
        };
        self.0.push(format!("{}: {seen}", C::ENDPOINT.path));
    }

    fn notified(&mut self, hospital: &Hospital, receiver: &Receiver) {
        let bodies = receiver.bodies();
        let bodies = bodies.iter().map(|body| looked_at(hospital, body));
        self.0
            .push(format!("notified: {:?}", bodies.collect::<Vec<_>>()));
    }
}

/// A message without what differs from run to run.
fn looked_at(hospital: &Hospital, body: &[u8]) -> String {
    let Ok(fields) = Fields::parse(body, &Limits::default()) else {
        let text = String::from_utf8_lossy(body);
        // The cells of a bill hold times; their number does not.
        let first = text.lines().next().unwrap_or_default();
        return format!("{} cells, {first}", text.matches(",`").count());
    };
    let signed = fields.verify_by(&hospital.key(), SignType::Md5).is_ok();
    let known = [
        "return_code",
        "return_msg",
        "result_code",
        "err_code",
        "med_trade_state",
        "med_refund_state",
        "cash_refund_status",
        "total_fee",
        "cash_fee",
    ];
    let names: Vec<&str> = fields.iter().map(|(name, _)| name).collect();
    let known = known.map(|name| fields.get(name).unwrap_or_default());
    format!("{signed} {known:?} {names:?}")
}

/// A day of a hospital, with a rule or without.
async fn day(fault: Option<&str>) -> Day {
    let mut hospital = Hospital::start().await;
    let receiver = Receiver::start(hospital.key(), []).await;
    if let Some(fault) = fault {
        let mut rule = values(fault);
        rule["fault"] = json!(fault);
        let (status, answer) = hospital.control("/sandbox/faults", rule).await;
        assert_eq!(status, 200, "{fault}: {answer}");
    }
    let mut day = Day::default();
    day.call(&hospital, order("T1", &receiver.url)).await;
    day.call(&hospital, query("T1")).await;
    // Without an order or in another state it cannot be paid, which shows below.
    let _refused = hospital.sandbox.pay("T1", Act::Pay);
    hospital.sandbox.advance(Duration::ZERO).await;
    day.notified(&hospital, &receiver);
    day.call(&hospital, query("T1")).await;
    day.call(&hospital, refund("T1")).await;
    hospital.sandbox.advance(Duration::from_secs(60)).await;
    day.notified(&hospital, &receiver);
    day.call(&hospital, query_refund("T1")).await;
    let date = BeijingTime::at(hospital.sandbox.now()).date();
    hospital.sleep_until_morning().await;
    day.call(&hospital, bill(date)).await;
    if let Some(fault) = fault {
        assert_eq!(
            hospital.sandbox.faults()[0].struck,
            1,
            "{fault} never struck"
        );
    }
    day
}

#[tokio::test]
async fn every_fault_of_the_index_is_noticed_by_the_hospital() {
    let plain = day(None).await.0;
    assert_eq!(plain, day(None).await.0, "two days without a fault differ");
    let hospital = Hospital::start().await;
    let index = hospital.look("/sandbox").await;
    let faults = index["paths"]["POST /sandbox/faults"]["fault"].clone();
    for fault in faults.as_str().unwrap().split(" | ") {
        assert_ne!(day(Some(fault)).await.0, plain, "{fault}");
    }
}
