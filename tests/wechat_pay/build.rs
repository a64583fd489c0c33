//! Compiles the specs of this folder, each into one file that `src/lib.rs` includes.

use std::env;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = env::var("OUT_DIR")?;
    for spec in ["spec", "names"] {
        signed_xml_codegen::build(Path::new(spec), Path::new(&out))?;
    }
    Ok(())
}
