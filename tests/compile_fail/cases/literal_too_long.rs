//! A literal that is longer than `serial_no` holds.

use payinsurance::unifiedorder::Request;
use signed_xml::literal;

fn main() {
    let _ = literal!(Request, serial_no, "HIS-2016-11-23-0000001");
}
