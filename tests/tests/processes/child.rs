//! A hospital process from outside: commands go in, lines come out, and it never outlives the test.
//!
//! Whatever is waited for has a limit; when it is over, the failure says what was awaited and what the process printed last.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// Far longer than anything takes, also on a machine with much else to do.
const LIMIT: Duration = Duration::from_secs(90);
/// How much of what was printed a failure shows.
const LAST_LINES: usize = 12;

/// A running process. Dropping it kills it.
pub(crate) struct HospitalProcess {
    child: Child,
    commands: ChildStdin,
    printed: Arc<Printed>,
    pub(crate) address: String,
}

/// What a process has printed so far.
#[derive(Default)]
struct Printed {
    lines: Mutex<Lines>,
    more: Condvar,
}

#[derive(Default)]
struct Lines {
    out: Vec<String>,
    err: Vec<String>,
    /// How many of the two have ended.
    ends: u8,
}

/// A command whose answer has not been read yet.
#[must_use]
pub(crate) struct Asked {
    command: String,
    /// Lines before this one were printed before it was asked.
    since: usize,
}

/// What came first.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum First {
    /// The answer to a command.
    Answer(String),
    /// The process stands still at this point.
    Reached(String),
}

impl HospitalProcess {
    /// Starts one with these settings, and waits until it listens.
    pub(crate) fn start(settings: &serde_json::Value) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hospital_process"))
            .arg(settings.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let printed = Arc::new(Printed::default());
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        read(out, &printed, |lines| &mut lines.out);
        read(err, &printed, |lines| &mut lines.err);
        let mut process = Self {
            commands: child.stdin.take().unwrap(),
            child,
            printed,
            address: String::new(),
        };
        process.address = process.line(0, "that it listens", |line| {
            line.strip_prefix("listening ").map(str::to_owned)
        });
        process
    }

    /// Gives a command without waiting for its answer.
    pub(crate) fn ask(&mut self, command: &str) -> Asked {
        let since = self.printed.lines.lock().unwrap().out.len();
        // One that is dead already says so when its answer is awaited.
        let _ = writeln!(self.commands, "{command}").and_then(|()| self.commands.flush());
        Asked {
            command: command.to_owned(),
            since,
        }
    }

    /// The answer to a command.
    pub(crate) fn answer(&self, asked: &Asked) -> String {
        let what = format!("the answer to `{}`", asked.command);
        self.line(asked.since, &what, |line| asked.answer_in(line))
    }

    /// The answer to a command, if it has come.
    pub(crate) fn answered(&self, asked: &Asked) -> Option<String> {
        let lines = self.printed.lines.lock().unwrap();
        let mut since = lines.out.iter().skip(asked.since);
        since.find_map(|line| asked.answer_in(line))
    }

    /// Gives a command and waits for its answer.
    pub(crate) fn tell(&mut self, command: &str) -> String {
        let asked = self.ask(command);
        self.answer(&asked)
    }

    /// Waits for the answer to a command, or for the point at which the process stands still.
    pub(crate) fn answer_or_stop(&self, asked: &Asked) -> First {
        let what = format!("the answer to `{}`, or a point", asked.command);
        self.line(asked.since, &what, |line| {
            let answer = asked.answer_in(line).map(First::Answer);
            answer.or_else(|| reached(line).map(First::Reached))
        })
    }

    /// The point at which the process stands still, if it does already.
    pub(crate) fn stopped_at(&self) -> Option<String> {
        let lines = self.printed.lines.lock().unwrap();
        lines.out.iter().find_map(|line| reached(line))
    }

    /// Waits for what the process brings about elsewhere.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let begun = Instant::now();
        while !holds() {
            if begun.elapsed() > LIMIT {
                let last = shown(&self.printed.lines.lock().unwrap());
                panic!("awaited of a hospital process: {what}; it is late. {last}");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Kills it with SIGKILL and waits until it is gone.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // An error means that it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// What `wanted` makes of the first line on stdout, from that one on, which it makes something of.
    fn line<T>(&self, since: usize, what: &str, wanted: impl Fn(&str) -> Option<T>) -> T {
        let begun = Instant::now();
        let mut lines = self.printed.lines.lock().unwrap();
        loop {
            if let Some(found) = lines.out.iter().skip(since).find_map(|line| wanted(line)) {
                return found;
            }
            let left = LIMIT.saturating_sub(begun.elapsed());
            let ended = lines.ends == 2;
            if ended || left.is_zero() {
                let why = if ended { "it ended" } else { "it is late" };
                let last = shown(&lines);
                drop(lines);
                panic!("awaited of a hospital process: {what}; {why}. {last}");
            }
            lines = self.printed.more.wait_timeout(lines, left).unwrap().0;
        }
    }
}

impl Asked {
    pub(crate) fn command(&self) -> &str {
        &self.command
    }

    fn answer_in(&self, line: &str) -> Option<String> {
        let result = line.strip_prefix(&self.command)?.strip_prefix(" = ")?;
        Some(result.to_owned())
    }
}

impl Drop for HospitalProcess {
    fn drop(&mut self) {
        self.end();
    }
}

fn reached(line: &str) -> Option<String> {
    line.strip_prefix("reached ").map(str::to_owned)
}

/// Keeps line after line, there.
fn read(
    from: impl Read + Send + 'static,
    printed: &Arc<Printed>,
    there: fn(&mut Lines) -> &mut Vec<String>,
) {
    let printed = Arc::clone(printed);
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            there(&mut printed.lines.lock().unwrap()).push(line);
            printed.more.notify_all();
        }
        printed.lines.lock().unwrap().ends += 1;
        printed.more.notify_all();
    });
}

fn shown(lines: &Lines) -> String {
    let last = |lines: &[String]| lines[lines.len().saturating_sub(LAST_LINES)..].join("\n  ");
    format!(
        "It printed last:\n  {}\nand on stderr:\n  {}",
        last(&lines.out),
        last(&lines.err)
    )
}

#[test]
#[should_panic(expected = "missing field `store`")]
fn a_process_that_ends_too_soon_is_a_failure_that_shows_what_it_said() {
    let _never = HospitalProcess::start(&serde_json::json!({}));
}
