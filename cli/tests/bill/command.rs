//! Runs the command in a folder of its own and captures its output.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// What a command can take from the environment.
const VARIABLES: [&str; 16] = [
    "PAYINSURANCE_APPID",
    "PAYINSURANCE_APP_SECRET",
    "PAYINSURANCE_APP_SECRET_FILE",
    "PAYINSURANCE_CONFIG_FILE",
    "PAYINSURANCE_KEY",
    "PAYINSURANCE_KEY_FILE",
    "PAYINSURANCE_LANG",
    "PAYINSURANCE_LEDGER",
    "PAYINSURANCE_MCH_ID",
    "PAYINSURANCE_ORIGIN",
    "PAYINSURANCE_PROFILE",
    "PAYINSURANCE_STORE",
    "PAYINSURANCE_SUB_APPID",
    "PAYINSURANCE_SUB_MCH_ID",
    "LC_ALL",
    "LC_MESSAGES",
];

pub(crate) struct Folder(TempDir);

/// Exit code, stdout and stderr of a command.
pub(crate) struct Output {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), content).unwrap();
        self.set_mode(name, 0o600);
    }

    /// Says who can read a file; nothing where files have no mode.
    pub(crate) fn set_mode(&self, name: &str, mode: u32) {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let rights = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(self.path(name), rights).unwrap();
        }
    }

    pub(crate) fn files(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.0.path()).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// Runs it here; the arguments are divided by blanks.
    pub(crate) fn run(&self, arguments: &str) -> Output {
        self.run_with(&[], arguments)
    }

    /// Runs it with these variables.
    pub(crate) fn run_with(&self, variables: &[(&str, &str)], arguments: &str) -> Output {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        self.run_as(".", variables, &words, "")
    }

    /// Runs it in a folder below.
    pub(crate) fn run_in(&self, below: &str, arguments: &str) -> Output {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        self.run_as(below, &[], &words, "")
    }

    /// Runs it with this on stdin.
    pub(crate) fn run_as(
        &self,
        below: &str,
        variables: &[(&str, &str)],
        words: &[&str],
        stdin: &str,
    ) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_payinsurance"));
        command.args(words).current_dir(self.path(below));
        for name in VARIABLES {
            command.env_remove(name);
        }
        // The user's own file is looked for here, and is not there.
        command.env("XDG_CONFIG_HOME", self.path("home"));
        command.env("LANG", "C").envs(variables.iter().copied());
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that reads nothing may have ended.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        Output {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Output {
    /// Stdout of a command that ended with this exit code.
    pub(crate) fn ended(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        self.out
    }

    /// The JSON objects on stdout of a command that ended with this exit code.
    pub(crate) fn objects(self, code: i32) -> Vec<Value> {
        let out = self.ended(code);
        let lines = out.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().unwrap()
    }

    /// Stderr of a command that ended with this exit code and printed no data.
    pub(crate) fn refused(self, code: i32) -> String {
        let found = (self.code, &*self.out);
        assert_eq!(found, (Some(code), ""), "{}", self.err);
        self.err
    }
}
