//! The payload of an unknown value cannot be matched: a later version may know it by name.

use payinsurance::enums::PayType;
use signed_xml::UnknownValue;

fn name(pay_type: &PayType) -> &str {
    match pay_type {
        PayType::Unknown(UnknownValue("4")) => "four",
        _ => "other",
    }
}

fn main() {
    let _ = name(&PayType::Cash);
}
