//! Any spec: one file of a good spec is replaced by the input. It compiles, or every problem can be shown at its place; what compiles can be emitted.
//!
//! The first byte chooses the file, and whether Rust is emitted, which takes longer than the rest.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signed_xml_codegen::{Sources, compile, rust};
use signed_xml_fuzz::FILES;

fuzz_target!(|input: &[u8]| {
    let Some((choice, text)) = input.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let replaced = usize::from(*choice & 0x0f) % FILES.len();
    let files = FILES.iter().enumerate().map(|(i, (name, own))| (*name, if i == replaced { text } else { *own }));
    match compile(Sources::from_texts("spec", files)) {
        Ok(model) => {
            let _ = model.warnings.to_string();
            if *choice & 0x80 != 0 {
                assert!(!rust::emit(&model).is_empty());
            }
        }
        Err(diagnostics) => assert!(diagnostics.to_string().contains("error")),
    }
});
