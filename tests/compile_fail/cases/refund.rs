//! The mistakes in a refund: without all that it needs, and for two orders.

use payinsurance::refund::Request;

/// Every required field is named, and the order.
fn everything_missing() {
    let _ = Request::builder().build();
}

/// `med_trans_id` and `hosp_out_trade_no` exclude each other.
fn order_twice() {
    let _ = Request::builder()
        .hosp_out_trade_no("T20161123000001")
        .med_trans_id("M1");
}

fn main() {}
