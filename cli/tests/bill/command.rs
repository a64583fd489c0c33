//! Runs the command in a folder of its own and captures its output.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// What a command can take from the environment.
const VARIABLES: [&str; 10] = [
    "PAYINSURANCE_APPID",
    "PAYINSURANCE_APP_SECRET",
    "PAYINSURANCE_KEY",
    "PAYINSURANCE_LEDGER",
    "PAYINSURANCE_MCH_ID",
    "PAYINSURANCE_ORIGIN",
    "PAYINSURANCE_PROFILES",
    "PAYINSURANCE_STORE",
    "PAYINSURANCE_SUB_APPID",
    "PAYINSURANCE_SUB_MCH_ID",
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
        std::fs::write(self.path(name), content).unwrap();
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
        let mut command = Command::new(env!("CARGO_BIN_EXE_payinsurance"));
        command
            .args(arguments.split_whitespace())
            .current_dir(self.0.path());
        for name in VARIABLES {
            command.env_remove(name);
        }
        command.envs(variables.iter().copied());
        let output = command.output().unwrap();
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
