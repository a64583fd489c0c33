//! What serialises an order for people, logs or JSON holds nothing personal and no secret.

use payinsurance_orders::{RefundRequest, State};
use payinsurance_sandbox::Act;

use crate::hospital::{HOSPITAL, Hospital};
use payinsurance_sandbox::samples::refund_content;

#[tokio::test]
async fn an_order_as_json_holds_nothing_confidential() {
    let hospital = Hospital::new();
    let placed = hospital.place("T1").await;
    let link = placed.placed.as_ref().unwrap().pay_url.clone().unwrap();
    hospital.patient("T1", Act::Pay);
    hospital.pass(60).await;
    let whole = RefundRequest::whole(refund_content());
    hospital.desk.refund(HOSPITAL, "T1", &whole).await.unwrap();
    let order = hospital.order("T1").await;
    assert_eq!(order.state, State::Refunding);
    let written = [
        serde_json::to_string(&order).unwrap(),
        serde_json::to_string(&order.refund).unwrap(),
        serde_json::to_string(&order.placed).unwrap(),
        format!("{order:?} {:?}", order.refund),
    ];
    let session_id = "2f20f7ae-7bd0-4ea1-9722-89182b1817f8";
    let digest = "09eb26e839ff3a2e3980352ae45ef09e";
    for text in written {
        for secret in [
            session_id,
            digest,
            "张三",
            "oSandboxPatient",
            "系统管理员",
            &link,
        ] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
