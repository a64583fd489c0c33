//! A refund without `request_content`.

use payinsurance::refund::Request;

fn refund() {
    let _ = Request::builder()
        .hosp_out_trade_no("T20161123000001")
        .hosp_out_refund_no("RT20161123000001")
        .cancel_serial_no("HIS0001")
        .cancel_bill_no("B0001")
        .build();
}

fn main() {}
