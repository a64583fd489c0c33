//! The commands of the guide, run as a reader runs them: chapter by chapter in one folder, beside a
//! running sandbox, once in each language.
//!
//! A block of TOML, JSON or XML becomes the file that the paragraph above it names. What a block of
//! `console` shows must be printed, in that order. The guide writes the day of the sandbox as
//! 2018-12-04; times and long numbers are compared by their form.

use std::path::PathBuf;
use std::process::{Command, Output};

use payinsurance::BeijingTime;
use payinsurance_sandbox::Sandbox;

use crate::examples::started_by;
use crate::guide::{LANGUAGES, chapters, named};
use crate::markdown::{Block, blocks, root};

/// The day of the sandbox, as the guide writes it.
const DAY: &str = "2018-12-04";
/// Runs until it is interrupted. Its place is taken by a sandbox of the test.
const SERVER: &str = "payinsurance sandbox";
/// Commands that are to end with another code than 0.
const CODES: [(&str, i32); 2] = [
    (
        "payinsurance reconcile --merchant sandbox --since 2018-12-04 --bill 2018-12-04=planted.txt",
        4,
    ),
    ("payinsurance sign explain request.xml", 1),
];

/// Whether a command is run here, or starts an example, which `programs` runs.
pub(crate) fn runs_it(command: &str) -> bool {
    command.starts_with("payinsurance ") || started_by(command).is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_the_guide_do_what_it_says() {
    let program = built();
    for language in LANGUAGES {
        let sandbox = Sandbox::builder().seed(1).start().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let day = BeijingTime::at(sandbox.now()).to_string();
        let reader = Reader {
            program: program.clone(),
            folder: folder.path().to_owned(),
            language,
            origin: sandbox.origin().to_owned(),
            day: day.split(' ').next().unwrap().to_owned(),
        };
        let chapters = chapters(language);
        let run = tokio::task::spawn_blocking(move || {
            let commands = chapters.iter().map(|chapter| reader.follow(chapter));
            commands.sum::<usize>()
        });
        let commands = run.await.unwrap();
        assert!(commands >= 40, "{commands} commands");
    }
}

/// The `payinsurance` command, built as the demo of the READMEs is.
fn built() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |target| root().join(target));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--locked", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    target.join("debug/payinsurance")
}

/// A reader who follows the guide in a folder.
struct Reader {
    program: PathBuf,
    folder: PathBuf,
    language: &'static str,
    origin: String,
    /// The sandbox's day.
    day: String,
}

impl Reader {
    /// Makes the files of a chapter and runs its commands; how many there were.
    fn follow(&self, chapter: &str) -> usize {
        let mut count = 0;
        for block in blocks(chapter) {
            let is_file = ["json", "toml", "xml"].contains(&block.language.as_str());
            if let Some(name) = named(&block).filter(|name| is_file && name != "Cargo.toml") {
                std::fs::write(self.folder.join(name), &block.text).unwrap();
            }
            for command in block.commands() {
                if command == SERVER || !command.starts_with("payinsurance ") {
                    continue;
                }
                let printed = self.run(&block, &command);
                if block.language == "console" {
                    assert_prints(&block, &printed);
                }
                count += 1;
            }
        }
        count
    }

    fn run(&self, block: &Block, command: &str) -> String {
        let (words, file) = match command.split_once(" > ") {
            Some((words, file)) => (words, Some(file)),
            None => (command, None),
        };
        let arguments = arguments(&words.replace(DAY, &self.day));
        let output = Command::new(&self.program)
            .args(&arguments[1..])
            .current_dir(&self.folder)
            .env_clear()
            .env("HOME", &self.folder)
            .env("PAYINSURANCE_LANG", self.language)
            .env("PAYINSURANCE_ORIGIN", &self.origin)
            .env("PAYINSURANCE_SANDBOX_URL", &self.origin)
            .output()
            .unwrap();
        let Output {
            status,
            stdout,
            stderr,
        } = output;
        let printed = String::from_utf8(stdout).unwrap();
        let said = String::from_utf8_lossy(&stderr);
        let code = CODES
            .iter()
            .find(|row| row.0 == command)
            .map_or(0, |row| row.1);
        assert_eq!(
            status.code(),
            Some(code),
            "{}: `{command}` ends otherwise:\n{printed}{said}",
            block.place()
        );
        if let Some(file) = file {
            std::fs::write(self.folder.join(file), &printed).unwrap();
        }
        format!("{printed}{said}").replace(&self.day, DAY)
    }
}

/// The words of a command; what stands between double quotes is one word.
fn arguments(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in command.split('"').enumerate() {
        match number % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// Every line that a block shows is printed, in the order shown.
pub(crate) fn assert_prints(block: &Block, printed: &str) {
    let mut lines = printed.lines();
    for shown in block.output() {
        assert!(
            lines.any(|line| is_shown_as(line, shown)),
            "{}: not printed at that place: {shown}\nIt prints:\n{printed}",
            block.place()
        );
    }
}

/// Whether a line is what is shown, where `…` stands for anything.
fn is_shown_as(line: &str, shown: &str) -> bool {
    let (line, shown) = (by_form(line), by_form(shown));
    match shown.split_once('…') {
        Some((start, end)) => {
            line.starts_with(start) && line.ends_with(end) && line.len() + 3 >= shown.len()
        }
        None => line.trim_end() == shown.trim_end(),
    }
}

/// A line whose times (`20:18:39`) and numbers of 15 digits or more are zeros.
fn by_form(line: &str) -> String {
    let mut form = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let is_time = rest.get(..8).is_some_and(|text| {
            let mut parts = text.split(':');
            let two = |part: Option<&str>| {
                part.is_some_and(|part| part.len() == 2 && part.parse::<u8>().is_ok())
            };
            two(parts.next()) && two(parts.next()) && two(parts.next())
        });
        let length = match (is_time, digits.len()) {
            (true, _) => 8,
            (false, 0) => c.len_utf8(),
            (false, digits) => digits,
        };
        let (taken, left) = rest.split_at(length);
        match is_time || digits.len() >= 15 {
            true => form.extend(
                taken
                    .chars()
                    .map(|c| if c.is_ascii_digit() { '0' } else { c }),
            ),
            false => form.push_str(taken),
        }
        rest = left;
    }
    form
}

#[test]
fn a_line_is_compared_by_its_form_and_not_by_its_numbers() {
    let shown = "refund  RYD20181204075841 (MR20181204000000003): 20:18:39, 0.50 yuan";
    let printed = "refund  RYD20181204075841 (MR26112900000000001): 07:00:00, 0.50 yuan";
    assert!(is_shown_as(printed, shown));
    assert!(!is_shown_as(&printed.replace("0.50", "0.51"), shown));
    assert!(is_shown_as(
        "ok     configuration: a",
        "ok     configuration: …"
    ));
    assert!(!is_shown_as(
        "failed configuration: a",
        "ok     configuration: …"
    ));
}
