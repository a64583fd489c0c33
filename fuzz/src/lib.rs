//! A spec that is small and made up: the one of the compiler's own goldens.

/// Its files.
pub const FILES: [(&str, &str); 10] = [
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
];
