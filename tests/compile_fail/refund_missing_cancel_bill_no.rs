//! A refund without `cancel_bill_no`.

use payinsurance::refund::{Request, RequestContent};

fn refund(content: RequestContent) {
    let _ = Request::builder()
        .hosp_out_trade_no("T20161123000001")
        .hosp_out_refund_no("RT20161123000001")
        .cancel_serial_no("HIS0001")
        .request_content(content)
        .build();
}

fn main() {}
