//! What the hospital asks of the platform: a mixed payment of 250 fen, 150 cash and 100 insurance.

use payinsurance::unifiedorder;
use payinsurance_sandbox::samples;

/// An order of that number. The same number gives the same order, in whatever process.
pub(crate) fn order(number: &str, front: &str) -> unifiedorder::Request {
    let mut order = samples::order(number);
    order.notify_url = format!("{front}/notify").into();
    order.return_url = format!("{front}/return").into();
    order
}
