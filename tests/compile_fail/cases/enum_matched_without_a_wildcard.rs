//! Enums are open: a match needs an arm for values of later versions.

use payinsurance::enums::PayType;

fn name(pay_type: &PayType) -> &'static str {
    match pay_type {
        PayType::Cash => "cash",
        PayType::Insurance => "insurance",
        PayType::CashAndInsurance => "both",
        PayType::Unknown(_) => "unknown",
    }
}

fn main() {
    let _ = name(&PayType::Cash);
}
