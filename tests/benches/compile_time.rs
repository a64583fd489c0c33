//! What the derives cost a user who builds the generated crate: `cargo bench -p conformance --bench compile_time -- --json`.
//!
//! Steps, in order: copy the generated crate; make a second copy without our derives and attributes (`plain`), std derives kept; compile what both
//! depend on; then touch and `cargo check` the two in turns, in one run, and report medians. Both copies go without the feature `client`, whose
//! methods mean nothing without the derives.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run must stop")]

mod plain;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use conformance::bench::Rows;

const TURNS: usize = 7;

const MANIFEST: &str = r#"[package]
name = "NAME"
edition = "2024"

[features]
client = []

[dependencies]
signed-xml = { path = WIRE }
"#;

fn main() {
    let bench = Bench::prepare();
    let rows = Rows::from_args();
    let fresh = median((0..TURNS).map(|_| bench.check("derived", true)).collect());
    for (incremental, name) in [
        (
            true,
            "generated crate: cargo check after touching it, times the same without derives",
        ),
        (false, "generated crate: the same, not incremental"),
    ] {
        let (derived, plain) = bench.race(incremental);
        rows.row(name, milliseconds(derived), "ms", milliseconds(plain));
        let name = "generated crate: the same, less what cargo takes with nothing to do";
        if incremental {
            let less = |time: Duration| milliseconds(time.saturating_sub(fresh));
            rows.row(name, less(derived), "ms", less(plain));
        }
    }
}

/// A workspace of the two copies.
struct Bench {
    folder: PathBuf,
}

impl Bench {
    fn prepare() -> Self {
        let workspace = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .canonicalize()
            .unwrap();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_time");
        let wire = format!("{:?}", workspace.join("wire"));
        for name in ["derived", "plain"] {
            let source = folder.join(name).join("src");
            std::fs::create_dir_all(&source).unwrap();
            let manifest = MANIFEST.replace("NAME", name).replace("WIRE", &wire);
            std::fs::write(folder.join(name).join("Cargo.toml"), manifest).unwrap();
            for entry in std::fs::read_dir(workspace.join("generated/src")).unwrap() {
                let entry = entry.unwrap();
                let text = std::fs::read_to_string(entry.path()).unwrap();
                let text = match name {
                    "plain" => plain::without_derives(&text),
                    _ => text,
                };
                std::fs::write(source.join(entry.file_name()), text).unwrap();
            }
        }
        let members = "[workspace]\nresolver = \"3\"\nmembers = [\"derived\", \"plain\"]\n";
        std::fs::write(folder.join("Cargo.toml"), members).unwrap();
        std::fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        Self { folder }
    }

    /// The medians of the copy with derives and of the one without.
    fn race(&self, incremental: bool) -> (Duration, Duration) {
        let (mut derived, mut plain) = (Vec::new(), Vec::new());
        // The first turn compiles what both depend on, and is not counted.
        for turn in 0..=TURNS {
            for (name, times) in [("derived", &mut derived), ("plain", &mut plain)] {
                self.touch(name);
                let time = self.check(name, incremental);
                if turn > 0 {
                    times.push(time);
                }
            }
        }
        (median(derived), median(plain))
    }

    fn touch(&self, name: &str) {
        let file = File::options()
            .append(true)
            .open(self.folder.join(name).join("src/lib.rs"))
            .unwrap();
        file.set_modified(SystemTime::now()).unwrap();
    }

    fn check(&self, name: &str, incremental: bool) -> Duration {
        let start = Instant::now();
        let output = Command::new(env!("CARGO"))
            .args(["check", "--offline", "--quiet", "--package", name])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_INCREMENTAL", if incremental { "1" } else { "0" })
            .output()
            .unwrap();
        let time = start.elapsed();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        time
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
