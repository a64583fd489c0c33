//! Any document: read with the help of a spec, held against it, and written into it, or refused. Text, Markdown and .docx alike.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use signed_xml_spec_tools::import::{self, Scope, report};
use signed_xml_codegen::{Model, Sources, compile};
use signed_xml_fuzz::SMALL_FILES;

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let model = compile(Sources::from_texts("spec", SMALL_FILES)).expect("the spec of the fuzzer compiles");
    // A spec without the words of a document would refuse every input.
    let seed = include_bytes!("../corpus/document/clinic");
    import::read(seed, &model).expect("the spec of the fuzzer reads the document of the corpus");
    model
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = import::read(bytes, &MODEL) else {
        return;
    };
    // An edited spec that does not compile is an error that says so.
    if let Ok(import) = import::import(&MODEL, &document, None, &Scope::default()) {
        let _ = report::human(&import);
        let _ = report::json(&import);
    }
});
