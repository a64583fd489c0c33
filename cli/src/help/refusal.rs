//! Wrong arguments, said in the language of the reader.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::language::Language;
use crate::output::{note, styled, styled_note};

use super::framed;

/// Prints what clap says of the arguments: help and version on stdout, all else on stderr. The exit
/// code is clap's.
pub(crate) fn refused(error: &Error, language: Language) -> u8 {
    let code = u8::try_from(error.exit_code()).unwrap_or(2);
    if language == Language::En {
        // A closed pipe says nothing about the arguments.
        drop(error.print());
        return code;
    }
    match chinese(error) {
        Some(words) => note(words),
        None if error.use_stderr() => styled_note(framed(&error.render().ansi().to_string())),
        None => styled(framed(&error.render().ansi().to_string())),
    }
    code
}

/// What is wrong, what is allowed and what to do; `None` for help, the version, and what clap may
/// say beyond the kinds below.
fn chinese(error: &Error) -> Option<String> {
    let text = |kind| error.get(kind).map(shown).filter(|text| !text.is_empty());
    let argument = text(ContextKind::InvalidArg).unwrap_or_default();
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    let what = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("没有命令“{}”", text(ContextKind::InvalidSubcommand)?)
        }
        ErrorKind::UnknownArgument => format!("没有参数“{argument}”"),
        ErrorKind::MissingRequiredArgument => format!("缺少参数：{argument}"),
        ErrorKind::MissingSubcommand => {
            let known = text(ContextKind::ValidSubcommand).unwrap_or_default();
            format!("缺少命令，可用的有：{known}")
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("“{argument}”缺少值"),
        ErrorKind::InvalidValue => format!("“{argument}”的值“{value}”不对"),
        ErrorKind::ValueValidation => {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            let cause = cause.map(|cause| format!("：{cause}")).unwrap_or_default();
            format!("“{argument}”的值“{value}”不对{cause}")
        }
        ErrorKind::ArgumentConflict => {
            let other = text(ContextKind::PriorArg).unwrap_or_default();
            match other == argument {
                true => format!("“{argument}”只能写一次"),
                false => format!("“{argument}”不能和“{other}”一起用"),
            }
        }
        ErrorKind::TooManyValues => format!("“{argument}”多了一个值“{value}”"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("“{argument}”的值的个数不对")
        }
        ErrorKind::NoEquals => format!("“{argument}”要写成“名称=值”"),
        _ => return None,
    };
    let mut words = format!("错误：{what}");
    if let Some(known) = text(ContextKind::ValidValue) {
        words.push_str(&format!("\n可以是：{known}"));
    }
    let near = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    if let Some(near) = near.into_iter().find_map(text) {
        words.push_str(&format!("\n相近的有：{near}"));
    }
    if let Some(usage) = error.get(ContextKind::Usage) {
        let usage = shown(usage);
        let usage = framed(usage.trim_start_matches("Usage:").trim());
        words.push_str(&format!("\n\n用法：{usage}"));
    }
    words.push_str("\n\n加上 --help 查看全部说明。");
    Some(words)
}

fn shown(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join("、"),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::StyledStrs(texts) => {
            let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
            texts.join("、")
        }
        _ => String::new(),
    }
}
