//! Chromium, driven as a person uses it, through ChromeDriver.
//!
//! `CHROMEDRIVER` names the driver, otherwise it is looked for on `PATH`; without one, a test says
//! that it is skipped. What a page looked like is written to the folder of the test's own files.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::prelude::*;
use tokio::sync::{Mutex, MutexGuard};

/// How a page is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// Of a phone, in CSS pixels; otherwise a desk's window.
    pub(crate) phone: Option<u32>,
    pub(crate) dark: bool,
    pub(crate) scripts: bool,
}

impl Look {
    pub(crate) const DESK: Self = Self {
        phone: None,
        dark: false,
        scripts: true,
    };
    pub(crate) const PHONE: Self = Self {
        phone: Some(390),
        ..Self::DESK
    };
    pub(crate) const NARROW: Self = Self {
        phone: Some(320),
        ..Self::DESK
    };
    pub(crate) const DARK: Self = Self {
        dark: true,
        ..Self::DESK
    };
}

/// One browser at a time: several starve each other, and a page that waits for them looks broken.
static ALONE: Mutex<()> = Mutex::const_new(());

/// An open browser, closed when it is dropped.
pub(crate) struct Browser {
    pub(crate) driver: WebDriver,
    server: Child,
    /// Of the driver.
    port: u16,
    _alone: MutexGuard<'static, ()>,
}

impl Browser {
    /// Opens one; nothing where none is installed.
    pub(crate) async fn open(look: Look) -> Option<Self> {
        let Some(program) = find() else {
            let line = "skipped: no chromedriver on PATH and CHROMEDRIVER names none, so the pages of the sandbox were not opened in a browser";
            #[expect(
                clippy::explicit_write,
                reason = "the test harness captures `eprintln!` of a passing test"
            )]
            writeln!(std::io::stderr(), "{line}").unwrap();
            return None;
        };
        let alone = ALONE.lock().await;
        let mut server = Command::new(program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let port = lines
            .map(Result::unwrap)
            .find_map(|line| {
                let port = line.split("successfully on port ").nth(1)?;
                port.trim_end_matches('.').parse::<u16>().ok()
            })
            .unwrap();
        let address = format!("http://127.0.0.1:{port}");
        // The driver's client must be given TLS, which it never uses.
        let _again = rustls::crypto::ring::default_provider().install_default();
        let driver = WebDriver::new(&address, capabilities(look)).await.unwrap();
        Some(Self {
            driver,
            server,
            port,
            _alone: alone,
        })
    }

    pub(crate) async fn goto(&self, address: &str) {
        self.driver.goto(address).await.unwrap();
    }

    pub(crate) async fn find(&self, css: &str) -> WebElement {
        let wait = Duration::from_secs(10);
        let query = self.driver.query(By::Css(css));
        query
            .wait(wait, Duration::from_millis(50))
            .first()
            .await
            .unwrap()
    }

    pub(crate) async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap();
    }

    /// Chooses an option of a `select`, as a person does, so that the page gets its events.
    pub(crate) async fn choose(&self, css: &str, value: &str) {
        let option = format!("{css} option[value=\"{value}\"]");
        self.click(&option).await;
    }

    pub(crate) async fn write(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Presses a key, wherever the focus is.
    pub(crate) async fn press(&self, key: impl Into<char>) {
        let keys = self.driver.action_chain().send_keys(key.into().to_string());
        keys.perform().await.unwrap();
    }

    /// Presses Tab until the focus is on what `css` names.
    pub(crate) async fn tab_to(&self, css: &str) {
        for _ in 0..60 {
            let on_it = format!("return document.activeElement.matches({})", json!(css));
            if self.run(&on_it).await == json!(true) {
                return;
            }
            self.press(Key::Tab).await;
        }
        panic!("Tab never comes to {css}");
    }

    pub(crate) async fn run(&self, script: &str) -> Value {
        let result = self.driver.execute(script, Vec::new()).await.unwrap();
        result.json().clone()
    }

    /// The text that a person reads.
    pub(crate) async fn text(&self) -> String {
        self.find("body").await.text().await.unwrap()
    }

    /// Waits until the page shows these words.
    pub(crate) async fn wait_for(&self, words: &str) {
        for _ in 0..200 {
            // A page that is just loaded anew has no body for a moment.
            let text = self
                .run("return document.body ? document.body.innerText : ''")
                .await;
            if text.as_str().unwrap_or_default().contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("never shows {words:?}: {}", self.text().await);
    }

    /// Writes down what the page looks like.
    pub(crate) async fn picture(&self, name: &str) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{name}.png"));
        self.driver.screenshot(&file).await.unwrap();
    }

    /// Makes the picture of the READMEs and of the guide anew, if it is asked for.
    pub(crate) async fn picture_of_readme(&self, name: &str) {
        if std::env::var_os("UPDATE_PICTURES").is_some() {
            let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
            let file = root.join(format!("docs/{name}.png"));
            self.driver.screenshot(&file).await.unwrap();
            // mdBook takes pictures from the folder of its chapters only.
            for language in ["en", "zh"] {
                let copy = root.join(format!("guide/{language}/src/{name}.png"));
                std::fs::copy(&file, copy).unwrap();
            }
        }
    }

    /// By how many CSS pixels the page is wider than the window.
    pub(crate) async fn overflow(&self) -> i64 {
        let script =
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        self.run(script).await.as_i64().unwrap()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The end of the session ends the browser, the end of the driver does not. The library would
        // ask for it by the runtime that is blocked here.
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let session = self.driver.session_id();
            let _ = write!(
                stream,
                "DELETE /session/{session} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\n\r\n",
                self.port
            );
            let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
            let _ = stream.read(&mut [0; 64]);
        }
        let _ = self.driver.clone().leak();
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn find() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMEDRIVER").filter(|path| !path.is_empty());
    let folders = std::env::var_os("PATH").unwrap_or_default();
    named.map(PathBuf::from).or_else(|| {
        let mut files = std::env::split_paths(&folders).map(|folder| folder.join("chromedriver"));
        files.find(|file| file.is_file())
    })
}

fn capabilities(look: Look) -> Capabilities {
    let mut arguments = vec![
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--force-prefers-reduced-motion",
        "--window-size=1280,900",
        "--lang=en",
    ];
    if look.dark {
        arguments.push("--force-dark-mode");
    }
    let mut options = json!({ "args": arguments, "prefs": { "intl.accept_languages": "en" } });
    if let Some(width) = look.phone {
        let metrics = json!({ "width": width, "height": 800, "pixelRatio": 2.0, "touch": true });
        options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
    }
    if !look.scripts {
        options["prefs"]["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    let mut capabilities = Capabilities::new();
    capabilities.set("browserName", "chrome").unwrap();
    capabilities.set("goog:chromeOptions", options).unwrap();
    if !look.scripts {
        // The driver asks a script whether a page is loaded.
        capabilities.set("pageLoadStrategy", "none").unwrap();
    }
    capabilities
}
