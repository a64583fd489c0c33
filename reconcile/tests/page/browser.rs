//! Chromium without a window, for tests that open pages of this machine.
//!
//! It is run once for each look; no crate drives it. `CHROMIUM` names it, otherwise it is looked for on `PATH`; without one, the test says that
//! it is skipped.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output};

const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// A browser that is installed.
pub(crate) struct Browser(PathBuf);

impl Browser {
    /// Looks for one. Without one, says what is skipped.
    #[expect(
        clippy::explicit_write,
        reason = "the test harness keeps `eprintln!` of a passing test to itself"
    )]
    pub(crate) fn find(skipped: &str) -> Option<Self> {
        let named = std::env::var_os("CHROMIUM").filter(|path| !path.is_empty());
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let found = named.map(PathBuf::from).or_else(|| {
            let mut folders = std::env::split_paths(&folders);
            folders.find_map(|folder| {
                let files = NAMES.iter().map(|name| folder.join(name));
                files.into_iter().find(|file| file.is_file())
            })
        });
        if found.is_none() {
            let line =
                format!("skipped: no Chromium on PATH and CHROMIUM names none, so {skipped}");
            writeln!(std::io::stderr(), "{line}").unwrap();
        }
        found.map(Self)
    }

    /// Runs it with these arguments and a profile of its own, until it ends by itself.
    pub(crate) fn run<T: AsRef<std::ffi::OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = T>,
    ) -> Output {
        let profile = tempfile::tempdir().unwrap();
        Command::new(&self.0)
            .args([
                "--headless",
                "--disable-gpu",
                "--no-first-run",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
            ])
            // The sandbox needs rights that a container often lacks; only files of our own are opened.
            .args(["--no-sandbox", "--allow-file-access-from-files"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(["--virtual-time-budget=120000", "--timeout=120000"])
            .args(arguments)
            .output()
            .unwrap()
    }
}

/// What a page wrote into its `<pre id="result">`, of a run with `--dump-dom`.
pub(crate) fn result(output: &Output) -> serde_json::Value {
    let page = String::from_utf8_lossy(&output.stdout);
    let result = page.split("<pre id=\"result\">").nth(1);
    let result = result.and_then(|rest| rest.split("</pre>").next());
    let result = result.unwrap_or_else(|| {
        let log = String::from_utf8_lossy(&output.stderr);
        panic!("the probe did not finish: {}\n{log}", output.status)
    });
    let result = result
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    serde_json::from_str(&result).unwrap()
}
