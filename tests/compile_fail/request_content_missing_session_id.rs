//! The payload for the bureau without `session_id`.

use payinsurance::unifiedorder::RequestContent;

fn main() {
    let _ = RequestContent::builder()
        .aae011("sys")
        .bka015("系统管理员")
        .bka001("1")
        .bka964("广州市")
        .build();
}
