//! Runs the command and captures its output.

use std::process::Command;

use serde_json::Value;

/// Exit code, stdout and stderr of a command.
pub(crate) struct Output {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs `payinsurance orders` over that store; the arguments are divided by blanks.
pub(crate) fn orders(store: &str, arguments: &str) -> Output {
    run(&["--store", store], arguments)
}

/// Runs it with these arguments and then those that are divided by blanks.
pub(crate) fn run(first: &[&str], arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payinsurance"));
    without_configuration(&mut command);
    command.env_remove("PAYINSURANCE_STORE").arg("orders");
    command.args(first).args(arguments.split_whitespace());
    output(command)
}

/// Runs it with the store named by the environment.
pub(crate) fn with_environment(store: &str, arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payinsurance"));
    without_configuration(&mut command);
    command.env("PAYINSURANCE_STORE", store).arg("orders");
    command.args(arguments.split_whitespace());
    output(command)
}

/// No file of the user is read, and the language is English.
fn without_configuration(command: &mut Command) {
    command
        .env("XDG_CONFIG_HOME", "/nowhere")
        .env("LC_ALL", "C")
        .env_remove("PAYINSURANCE_LANG")
        .env_remove("PAYINSURANCE_CONFIG_FILE");
}

fn output(mut command: Command) -> Output {
    let output = command.output().unwrap();
    Output {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Output {
    /// Stdout of a command that succeeded.
    pub(crate) fn done(self) -> String {
        assert_eq!(self.code, 0, "{}", self.err);
        self.out
    }

    /// The JSON objects on stdout of a command that succeeded, one in each line.
    pub(crate) fn rows(self) -> Vec<Value> {
        let out = self.done();
        let rows = out.lines().map(serde_json::from_str);
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// The one JSON object on stdout of a command that succeeded.
    pub(crate) fn object(self) -> Value {
        let mut rows = self.rows();
        assert_eq!(rows.len(), 1);
        rows.remove(0)
    }

    /// Stderr of a command that ended with this exit code and an empty stdout.
    pub(crate) fn refused(self, code: i32) -> String {
        assert_eq!((self.code, &*self.out), (code, ""), "{}", self.err);
        self.err
    }

    /// One name's values of the rows.
    pub(crate) fn column(self, name: &str) -> Vec<String> {
        let rows = self.rows();
        let values = rows
            .iter()
            .map(|row| row[name].as_str().unwrap().to_owned());
        values.collect()
    }
}
