//! Help and wrong arguments in the language of the reader.
//!
//! The words stand in English where the arguments are declared. `zh.toml` beside this file has the
//! Chinese of each text, by the English; a test finds what lacks and what is left over. What a
//! person types (names of commands and options) is the same in every language.

mod refusal;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::LazyLock;

use clap::builder::StyledStr;
use clap::{Arg, Command};

use crate::language::Language;

pub(crate) use refusal::refused;

/// Chinese by English, lines joined.
static CHINESE: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    // Invariant: the tests read the same file.
    toml::from_str(include_str!("zh.toml")).unwrap_or_default()
});

/// What clap itself writes into a help, and its Chinese.
const FRAME: [(&str, &str); 9] = [
    ("Usage:", "用法："),
    ("Commands:", "命令："),
    ("Arguments:", "参数："),
    ("Options:", "选项："),
    ("Possible values:", "可选值："),
    ("[possible values: ", "[可选值："),
    ("[default: ", "[默认值："),
    ("[env: ", "[环境变量："),
    ("[OPTIONS]", "[选项]"),
];

/// The value of an option that is needed before the arguments are parsed.
pub(crate) fn early(name: &str, arguments: &[OsString]) -> Option<String> {
    let mut texts = arguments.iter().skip(1).map(|text| text.to_string_lossy());
    while let Some(text) = texts.next() {
        if text == "--" {
            return None;
        }
        if let Some(rest) = text
            .strip_prefix("--")
            .and_then(|text| text.strip_prefix(name))
        {
            match rest.strip_prefix('=') {
                Some(value) => return Some(value.to_owned()),
                None if rest.is_empty() => return texts.next().map(|text| text.into_owned()),
                None => {}
            }
        }
    }
    None
}

/// The command with its help in that language.
pub(crate) fn localized(mut command: Command, language: Language) -> Command {
    if language == Language::En {
        return command;
    }
    command.build();
    chinese(command)
}

fn chinese(command: Command) -> Command {
    let (about, long_about) = (
        command.get_about().cloned(),
        command.get_long_about().cloned(),
    );
    let after = command.get_after_help().cloned();
    let names: Vec<String> = command
        .get_subcommands()
        .map(|inner| inner.get_name().to_owned())
        .collect();
    let mut command = command.subcommand_value_name("命令").mut_args(argument);
    if let Some(text) = about {
        command = command.about(translated(&text));
    }
    if let Some(text) = long_about {
        command = command.long_about(translated(&text));
    }
    if let Some(text) = after {
        command = command.after_help(translated(&text));
    }
    for name in names {
        command = command.mut_subcommand(name, chinese);
    }
    command
}

fn argument(argument: Arg) -> Arg {
    let (help, long) = (
        argument.get_help().cloned(),
        argument.get_long_help().cloned(),
    );
    let heading = argument.get_help_heading();
    let heading = heading.map(|heading| translated(&StyledStr::from(heading.to_owned())));
    let mut argument = argument;
    if let Some(heading) = heading {
        // A heading of clap lives as long as the program, which builds its commands once.
        let heading: &'static str = heading.leak();
        argument = argument.help_heading(heading);
    }
    if let Some(text) = help {
        argument = argument.help(translated(&text));
    }
    if let Some(text) = long {
        argument = argument.long_help(translated(&text));
    }
    argument
}

fn translated(text: &StyledStr) -> String {
    let english = text.to_string();
    match CHINESE.get(&key(&english)) {
        Some(chinese) => chinese.clone(),
        None => english,
    }
}

/// A help of clap with its frame in Chinese.
pub(crate) fn framed(help: &str) -> String {
    FRAME
        .iter()
        .fold(help.to_owned(), |help, (english, chinese)| {
            help.replace(english, chinese)
        })
}

/// A text without its line breaks.
fn key(english: &str) -> String {
    english.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::*;

    fn texts(command: &Command, found: &mut BTreeSet<String>) {
        let mut take = |text: Option<&StyledStr>| {
            found.extend(
                text.map(|text| key(&text.to_string()))
                    .filter(|text| !text.is_empty()),
            );
        };
        take(command.get_about());
        take(command.get_long_about());
        take(command.get_after_help());
        for argument in command.get_arguments() {
            take(argument.get_help());
            take(argument.get_long_help());
            take(
                argument
                    .get_help_heading()
                    .map(|text| StyledStr::from(text.to_owned()))
                    .as_ref(),
            );
        }
        for inner in command.get_subcommands() {
            // The commands below `help` repeat the others.
            match inner.get_name() {
                "help" => found.extend(inner.get_about().map(|text| key(&text.to_string()))),
                _ => texts(inner, found),
            }
        }
    }

    #[test]
    fn every_text_of_the_help_has_its_chinese_and_nothing_is_left_over() {
        let table: BTreeMap<String, String> = toml::from_str(include_str!("zh.toml")).unwrap();
        let mut command = crate::Arguments::command();
        command.build();
        let mut english = BTreeSet::new();
        texts(&command, &mut english);
        let lacking: Vec<&String> = english
            .iter()
            .filter(|text| !table.contains_key(*text))
            .collect();
        assert!(
            lacking.is_empty(),
            "without Chinese in zh.toml: {lacking:#?}"
        );
        let unused: Vec<&String> = table
            .keys()
            .filter(|text| !english.contains(*text))
            .collect();
        assert!(unused.is_empty(), "left over in zh.toml: {unused:#?}");
    }

    #[test]
    fn an_option_is_found_before_the_arguments_are_parsed() {
        for (line, expected) in [
            (&["payinsurance", "--lang", "zh", "order"][..], Some("zh")),
            (&["payinsurance", "order", "--lang=en"], Some("en")),
            (&["payinsurance", "--language", "zh"], None),
            (
                &["payinsurance", "spec", "show", "--", "--lang", "zh"],
                None,
            ),
            (&["payinsurance", "--lang"], None),
            (&["payinsurance"], None),
        ] {
            let line: Vec<OsString> = line.iter().map(OsString::from).collect();
            assert_eq!(early("lang", &line).as_deref(), expected, "{line:?}");
        }
    }
}
