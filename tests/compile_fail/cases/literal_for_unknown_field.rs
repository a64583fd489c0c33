//! A literal for a field that the message does not have.

use payinsurance::unifiedorder::Request;
use signed_xml::literal;

fn main() {
    let _ = literal!(Request, serial_number, "HIS1");
}
