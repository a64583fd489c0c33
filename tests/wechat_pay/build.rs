//! Compiles the spec of this folder into one file that `src/lib.rs` includes.

use std::env;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = env::var("OUT_DIR")?;
    signed_xml_codegen::build(Path::new("spec"), Path::new(&out))?;
    Ok(())
}
