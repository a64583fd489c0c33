//! The messages of the spec, all of them, held to what every message promises.
//!
//! Steps: arbitrary messages of every table (`by_schema`), valid requests as a caller builds them (`valid`), then one file for each promise:
//! signed and read back, any change noticed, violations reported at once, confidential values never printed, valid by its JSON Schema.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod by_schema;
mod confidential;
mod round_trip;
mod schemas;
mod tampering;
mod valid;
mod violations;

use std::collections::BTreeSet;
use std::path::Path;

use signed_xml::{Key, Message};

pub(crate) use conformance::for_every_message;

/// The key of these tests.
pub(crate) fn key() -> Key {
    Key::new("192006250b4c09247ec02edce69f6a2d").unwrap()
}

#[test]
fn the_list_of_messages_here_is_that_of_the_spec() {
    fn name_of<M: Message>() -> String {
        M::SCHEMA.message.to_owned()
    }
    let here = BTreeSet::from(for_every_message!(name_of));
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let model = signed_xml_codegen::load(&spec).unwrap();
    let of_spec: BTreeSet<String> = model
        .interfaces
        .iter()
        .flat_map(|interface| {
            interface
                .messages
                .iter()
                .map(|message| format!("{} {}", interface.name, message.name))
        })
        .collect();
    assert_eq!(here, of_spec);
}
