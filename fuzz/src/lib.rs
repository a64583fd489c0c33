//! The specs that the targets work with, both made up.

/// The spec of the compiler's own goldens, which uses every word of the spec language.
pub const FILES: [(&str, &str); 11] = [
    ("spec.toml", include_str!("../../codegen/tests/goldens/spec/spec.toml")),
    ("enums.toml", include_str!("../../codegen/tests/goldens/spec/enums.toml")),
    ("bills.toml", include_str!("../../codegen/tests/goldens/spec/bills.toml")),
    ("errata.toml", include_str!("../../codegen/tests/goldens/spec/errata.toml")),
    ("errors.toml", include_str!("../../codegen/tests/goldens/spec/errors.toml")),
    ("interfaces/pay.toml", include_str!("../../codegen/tests/goldens/spec/interfaces/pay.toml")),
    ("interfaces/token.toml", include_str!("../../codegen/tests/goldens/spec/interfaces/token.toml")),
    ("interfaces/agenttoken.toml", include_str!("../../codegen/tests/goldens/spec/interfaces/agenttoken.toml")),
    ("interfaces/notice.toml", include_str!("../../codegen/tests/goldens/spec/interfaces/notice.toml")),
    ("interfaces/getbill.toml", include_str!("../../codegen/tests/goldens/spec/interfaces/getbill.toml")),
    ("vocabulary.toml", include_str!("../../codegen/tests/goldens/spec/vocabulary.toml")),
];

/// A spec as small as one can be that has one of each thing that a document prints.
///
/// An edited spec is compiled for each document, and again for each edit if that fails: with this spec five times as many documents are read as with
/// the one above.
pub const SMALL_FILES: [(&str, &str); 7] = [
    ("spec.toml", include_str!("../small_spec/spec.toml")),
    ("enums.toml", include_str!("../small_spec/enums.toml")),
    ("bills.toml", include_str!("../small_spec/bills.toml")),
    ("errata.toml", include_str!("../small_spec/errata.toml")),
    ("errors.toml", include_str!("../small_spec/errors.toml")),
    ("interfaces/pay.toml", include_str!("../small_spec/interfaces/pay.toml")),
    ("vocabulary.toml", include_str!("../../codegen/tests/goldens/spec/vocabulary.toml")),
];
