//! What changed between two specs, and what that breaks for whom.
//!
//! Steps: [`compare`] pairs the items of both models (by name, then by what else identifies them),
//! each pair is compared by the file of its concept, and every difference has one [`Rule`] of the
//! table. [`History`](signed_xml_codegen::model::History) marks are taken into account: what has
//! ended by the document's version is gone on the wire and still there in Rust. After that:
//! overridden levels and approvals, the advised version ([`Advice`]), the reports ([`report`]). buf
//! and oasdiff are the models.
//!
//! # Examples
//!
//! ```
//! use signed_xml_codegen::{Sources, compile};
//! use signed_xml_spec_tools::diff;
//!
//! let spec = |required: &str| {
//!     let order = format!(
//!         r#"
//!         [interface]
//!         name = "order"
//!         section = "1"
//!         method = "POST"
//!         url = "https://shop.example/order"
//!         [request]
//!         signed = false
//!         fields = [{{ name = "body", label = "描述", type = "string", required = {required} }}]
//!         [response]
//!         signed = false
//!         fields = [{{ name = "order_id", label = "订单号", type = "string", required = true }}]
//!         "#
//!     );
//!     let head = r#"
//!         name = "shop"
//!         title = "A shop"
//!         document = "1"
//!         versions = [{ version = "1", date = "2020" }]
//!         interfaces = ["order"]
//!         "#;
//!     let files = [("spec.toml", head.to_owned()), ("interfaces/order.toml", order)];
//!     compile(Sources::from_texts("spec", files))
//! };
//! let changes = diff::compare(&spec("false")?, &spec("true")?);
//! let rules: Vec<&str> = changes.iter().map(|change| change.rule.id).collect();
//! assert_eq!(rules, ["request-field-became-required"]);
//! assert_eq!(changes.bump(), diff::Bump::Major);
//! # Ok::<(), signed_xml_codegen::Diagnostics>(())
//! ```

use signed_xml_codegen::model::Model;

pub use advice::{Advice, VersionError, crate_version, version};
pub use approvals::Approval;
pub use change::{Change, Changes};
pub use level::{Bump, Direction, Level};
pub use levels::Override;
pub use origin::{Origin, OriginError};
pub use rules::Rule;
pub use settings::SettingsError;

mod advice;
mod approvals;
mod bills;
mod change;
mod conditions;
mod document;
mod enums;
mod errors;
mod explanations;
mod fields;
mod git;
mod interfaces;
mod level;
mod levels;
mod lists;
mod messages;
mod order;
mod origin;
mod pairing;
mod renames;
mod rules;
mod settings;
mod values;
mod views;

pub mod report;

/// What changed from `old` to `new`.
///
/// # Examples
///
/// ```
/// use signed_xml_codegen::load;
/// use signed_xml_spec_tools::diff;
///
/// let model = load("../codegen/tests/goldens/spec".as_ref())?;
/// assert!(diff::compare(&model, &model).is_empty());
/// # Ok::<(), signed_xml_codegen::Error>(())
/// ```
pub fn compare(old: &Model, new: &Model) -> Changes {
    let mut record = change::Record::new(old, new);
    document::compare(&mut record);
    interfaces::compare(&mut record);
    enums::compare(&mut record);
    errors::compare(&mut record);
    bills::compare(&mut record);
    record.finish()
}
