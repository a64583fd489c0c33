//! Every code of chapter 5 can be had from outside, from every interface that the document gives it to.

use payinsurance::{
    ErrorCode, closeorder, queryorder, queryrefund, refund, unifiedorder, verifyname,
};
use payinsurance_sandbox::{Fault, Interface};
use serde_json::json;
use signed_xml::Call;

use crate::hospital::Hospital;
use crate::requests::{close, order, query, query_refund, refund, verify_name};

const NOWHERE: &str = "http://127.0.0.1:9/notify";

async fn fails<C: Call>(hospital: &Hospital, code: &ErrorCode, request: C) {
    let interface = Interface::named(C::ENDPOINT.name()).unwrap();
    let listed = code.interfaces();
    if !listed.contains(&"*") && !listed.contains(&interface.name()) {
        return;
    }
    hospital.sandbox.fail_next(Fault {
        interface,
        code: code.clone(),
        takes_effect: false,
    });
    assert_eq!(
        hospital.refused(request).await,
        code.as_str(),
        "{}",
        interface.name()
    );
}

#[tokio::test]
async fn every_error_code_comes_on_demand_from_every_interface_that_has_it() {
    let hospital = Hospital::start().await;
    for code in ErrorCode::WIRE_VALUES {
        let code = ErrorCode::from_wire(*code);
        fails::<unifiedorder::Request>(&hospital, &code, order("T1", NOWHERE)).await;
        fails::<queryorder::Request>(&hospital, &code, query("T1")).await;
        fails::<refund::Request>(&hospital, &code, refund("T1")).await;
        fails::<queryrefund::Request>(&hospital, &code, query_refund("T1")).await;
        fails::<verifyname::Request>(&hospital, &code, verify_name()).await;
        fails::<closeorder::Request>(&hospital, &code, close("T1")).await;
    }
    assert!(hospital.sandbox.orders().is_empty());
}

#[tokio::test]
async fn a_failure_after_the_effect_leaves_an_order_behind() {
    let hospital = Hospital::start().await;
    let asked = json!({ "interface": "unifiedorder", "err_code": "514", "takes_effect": true });
    assert_eq!(hospital.control("/sandbox/fail", asked).await.0, 200);
    assert_eq!(hospital.refused(order("T1", NOWHERE)).await, "514");
    hospital.call(query("T1")).await.unwrap();
    assert_eq!(hospital.refused(order("T1", NOWHERE)).await, "530");
}
