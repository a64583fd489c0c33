//! Any body: the fast reader and the strict one agree, what was read can be written and read again, and nothing panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signed_xml::{BodyError, Fields, Limits, scan_strictly};

fuzz_target!(|body: &[u8]| {
    let limits = Limits::default();
    let strictly = scan_strictly(body, &limits);
    match Fields::parse(body, &limits) {
        Ok(fields) => {
            let read: Vec<(String, String)> = fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            assert_eq!(strictly.as_ref(), Ok(&read));
            let again = Fields::parse(&fields.to_xml(), &limits).expect("what was written can be read");
            assert_eq!(again, fields);
        }
        Err(BodyError::Repeated { .. }) => assert!(strictly.is_ok()),
        Err(_) => assert!(strictly.is_err()),
    }
    let _ = Fields::parse_json(body, &limits);
});
