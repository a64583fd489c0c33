//! The payload for the bureau without all that it needs.

use payinsurance::unifiedorder::RequestContent;

fn main() {
    let _ = RequestContent::builder().build();
}
