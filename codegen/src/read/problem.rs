//! What reading can find wrong, one function for each problem: code, words, place and help.

use crate::diagnostic::{Code, Diagnostic, did_you_mean, nearest};
use crate::source::{Span, Spanned};

use super::syntax::Node;

type Text = Spanned<String>;

pub(super) fn not_toml(file: &str, span: Span, message: &str) -> Diagnostic {
    let title = format!("`{file}` is not valid TOML");
    Diagnostic::new(Code::TOML_SYNTAX, span, title, message)
}

pub(super) fn lookalike(file: &str, span: Span, found: char, meant: &str) -> Diagnostic {
    not_toml(file, span, &format!("`{found}` only looks like `{meant}`"))
        .help(format!("write `{meant}`, as a keyboard for English has it"))
}

pub(super) fn not_closed(file: &str, span: Span) -> Diagnostic {
    not_toml(file, span, "this string is not closed").help("add `\"` where it ends")
}

pub(super) fn odd_quotes(file: &str, span: Span, message: &str) -> Diagnostic {
    not_toml(file, span, message)
        .help("a string on this line is not closed: add `\"` where it ends")
}

pub(super) fn wrong_type(what: &str, node: &Node, expected: &str) -> Diagnostic {
    let title = format!("{what} must be {expected}");
    let label = format!("this is {}", node.value.kind());
    Diagnostic::new(Code::WRONG_VALUE_TYPE, node.span, title, label)
}

pub(super) fn missing_key(what: &str, key: &str, span: Span) -> Diagnostic {
    let title = format!("{what} lacks `{key}`");
    Diagnostic::new(
        Code::MISSING_KEY,
        span,
        title,
        format!("`{key}` is missing"),
    )
}

pub(super) fn unknown_key<'a>(
    what: &str,
    key: &str,
    span: Span,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let title = format!("{what} has no key `{key}`");
    Diagnostic::new(Code::UNKNOWN_KEY, span, title, "unknown key").help(did_you_mean(key, known))
}

pub(super) fn out_of_range(what: &str, key: &str, span: Span, most: u64) -> Diagnostic {
    let title = format!("`{key}` of {what} is out of range");
    Diagnostic::new(
        Code::NUMBER_OUT_OF_RANGE,
        span,
        title,
        format!("must be 0 to {most}"),
    )
}

pub(super) fn word_not_allowed(what: &str, key: &str, word: &Text, allowed: &[&str]) -> Diagnostic {
    let title = format!("`{key}` of {what} cannot be `{}`", word.value);
    let label = format!("one of {}", allowed.join(", "));
    let mut found = Diagnostic::new(Code::WORD_NOT_ALLOWED, word.span, title, label);
    let near = nearest(&word.value, allowed.iter().copied());
    found.help = near.map(|near| format!("did you mean `{near}`?"));
    found
}

pub(super) fn no_such_file(file: &str) -> Diagnostic {
    let title = format!("the spec has no `{file}`");
    let help = "is this the folder of a spec? name it with `--spec`";
    Diagnostic::without_place(Code::MISSING_FILE, title).help(help)
}

pub(super) fn unknown_file(shown: &str, file: &str, known: &[&str]) -> Diagnostic {
    let title = format!("`{shown}` is not a file of the spec language");
    let help = match nearest(file, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "an interface stands in `interfaces/`; beside it stand {}",
            known.join(", ")
        ),
    };
    Diagnostic::without_place(Code::UNLISTED_FILE, title).help(help)
}

pub(super) fn no_translations(zh: Span) -> Diagnostic {
    let title = "the spec is declared to be in Chinese too, and has no `zh.toml`";
    Diagnostic::new(Code::MISSING_FILE, zh, title, "no `zh.toml`")
        .help("restore the file, or remove \"zh\" from `languages`")
}

pub(super) fn undeclared_translations(name: Option<&Text>) -> Diagnostic {
    let title = "`zh.toml` is there, and `spec.toml` does not declare its language";
    let found = match name {
        Some(name) => Diagnostic::new(Code::UNLISTED_FILE, name.span, title, "in this file"),
        None => Diagnostic::without_place(Code::UNLISTED_FILE, title),
    };
    found.help("add `languages = [\"en\", \"zh\"]` to `spec.toml`")
}

pub(super) fn interface_without_file<'a>(
    name: &Text,
    files: impl IntoIterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let title = format!("interface `{}` has no file", name.value);
    let label = format!("no `interfaces/{}.toml`", name.value);
    Diagnostic::new(Code::MISSING_FILE, name.span, title, label)
        .help(did_you_mean(&name.value, files))
}

pub(super) fn interface_twice(name: &Text, first: Span) -> Diagnostic {
    let title = format!("interface `{}` is listed twice", name.value);
    Diagnostic::new(Code::INTERFACE_TWICE, name.span, title, "again here")
        .also(first, "listed here")
}

pub(super) fn unlisted_file(file: &str, last: Option<&Text>) -> Diagnostic {
    let title = format!("`interfaces/{file}.toml` is not listed in `spec.toml`");
    let found = match last {
        Some(last) => Diagnostic::new(Code::UNLISTED_FILE, last.span, title, "not in this list"),
        None => Diagnostic::without_place(Code::UNLISTED_FILE, title),
    };
    found.help(format!(
        "add \"{file}\" to `interfaces` of `spec.toml`, at its place in the document"
    ))
}

pub(super) fn interface_name_differs(file: &str, name: &Text) -> Diagnostic {
    let title = format!(
        "`interfaces/{file}.toml` holds an interface called `{}`",
        name.value
    );
    let label = format!("the file says `{file}`");
    Diagnostic::new(Code::INTERFACE_NAME_DIFFERS, name.span, title, label)
}
