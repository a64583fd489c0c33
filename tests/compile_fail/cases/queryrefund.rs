//! A query for a refund needs at least one of four numbers.

use payinsurance::queryrefund::Request;

fn main() {
    let _ = Request::builder().build();
}
