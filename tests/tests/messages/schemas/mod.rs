//! The JSON Schemas that `cargo codegen schema` makes of the spec, under a validator that is not ours.
//!
//! Here: the schemas themselves. Beside it: what we send, what we receive, and what a client and the sandbox really say to each other.

mod in_use;
mod received;
mod sent;

use std::collections::BTreeMap;
use std::path::Path;

use jsonschema::{Registry, Validator};
use serde_json::{Map, Value};
use signed_xml::Fields;
use signed_xml_codegen::model::Model;

/// An address under which the schemas find each other; nothing is fetched from it.
const BASE: &str = "https://schemas.example/";

/// The validators of all messages, by interface and message: `unifiedorder request`.
struct Schemas(BTreeMap<String, Validator>);

impl Schemas {
    fn of_the_spec() -> Self {
        let schemas = schemas();
        let mut registry = Registry::new();
        for (name, schema) in &schemas {
            registry = registry
                .add(format!("{BASE}{name}"), schema.clone())
                .unwrap();
        }
        let registry = registry.prepare().unwrap();
        let mut validators = BTreeMap::new();
        for (name, schema) in &schemas {
            let validator = jsonschema::options()
                .offline()
                .with_base_uri(BASE)
                .with_registry(&registry)
                .build(schema)
                .unwrap();
            let message = name.strip_suffix(".schema.json").unwrap().replace('.', " ");
            validators.insert(message, validator);
        }
        Self(validators)
    }

    /// What is wrong with a message; nothing if it is valid.
    fn problems(&self, message: &str, instance: &Map<String, Value>) -> Vec<String> {
        let instance = Value::Object(instance.clone());
        let errors = self.0[message].iter_errors(&instance);
        errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }
}

fn model() -> Model {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    signed_xml_codegen::load(&spec).unwrap()
}

/// File names and schemas.
fn schemas() -> Vec<(String, Value)> {
    let files = signed_xml_spec_tools::schema::emit(&model());
    files
        .into_iter()
        .map(|file| (file.name, serde_json::from_str(&file.text).unwrap()))
        .collect()
}

/// A message as the object that a schema speaks of.
fn object(fields: &Fields) -> Map<String, Value> {
    fields
        .iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}

#[test]
fn every_message_has_a_schema_that_the_meta_schema_of_2020_12_accepts() {
    let schemas = schemas();
    let messages: usize = model()
        .interfaces
        .iter()
        .map(|found| found.messages.len())
        .sum();
    assert_eq!(schemas.len(), messages);
    for (name, schema) in &schemas {
        assert_eq!(
            schema["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
        assert_eq!(schema["$id"], name.as_str());
        if let Err(error) = jsonschema::draft202012::meta::validate(schema) {
            panic!("{name}: {error}");
        }
    }
}

#[test]
fn every_reference_is_to_a_schema_of_the_folder() {
    let schemas = schemas();
    let names: Vec<&str> = schemas.iter().map(|(name, _)| name.as_str()).collect();
    let mut references = 0;
    for (name, schema) in &schemas {
        for property in schema["properties"].as_object().unwrap().values() {
            if let Some(reference) = property["contentSchema"]["$ref"].as_str() {
                assert!(names.contains(&reference), "{name}: {reference}");
                references += 1;
            }
        }
    }
    assert_eq!(references, 2, "an order and a refund carry a payload");
}
