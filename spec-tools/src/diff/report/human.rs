//! The changes for people: grouped by interface, the worst first, counts and the advised version
//! step at the end.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::diff::{Change, Changes, Level};

use super::{heading, is_words};

/// The changes as text, with colours for a terminal or without.
///
/// Per change: its level, the message, the sentence; below it the level on each axis, the version
/// step, the rule, the place, the fingerprint.
pub fn human(changes: &Changes, colours: bool) -> String {
    let mut text = String::new();
    for (name, mut group) in groups(changes) {
        group.sort_by_key(|change| std::cmp::Reverse(change.level()));
        line(&mut text, &painted(name, Style::new().bold(), colours));
        for change in group {
            write_change(&mut text, change, colours);
        }
        line(&mut text, "");
    }
    line(&mut text, &counted(changes));
    line(
        &mut text,
        &format!("advised version step: {}", changes.bump()),
    );
    text
}

/// The changes by what they are listed under, the group with the worst change first.
fn groups(changes: &Changes) -> Vec<(&str, Vec<&Change>)> {
    let mut groups: Vec<(&str, Vec<&Change>)> = Vec::new();
    for change in changes.iter() {
        let name = heading(change);
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, group)) => group.push(change),
            None => groups.push((name, vec![change])),
        }
    }
    let worst = |group: &[&Change]| group.iter().map(|change| change.level()).max();
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(worst(group)));
    groups
}

fn write_change(text: &mut String, change: &Change, colours: bool) {
    let level = change.level();
    let word = match level {
        Level::NoEffect => "words",
        other => other.as_str(),
    };
    let word = painted(&format!("{word:<10}"), style(level), colours);
    let message = match (&change.message, &change.interface) {
        (Some(message), Some(_)) => format!("{message}: "),
        _ => String::new(),
    };
    line(text, &format!("  {word} {message}{}", change.text));
    let axes = match is_words(change) {
        true => String::new(),
        false => format!("wire {}, api {}, ", change.wire, change.api),
    };
    let place = match change.place.as_str() {
        "" => String::new(),
        place => format!(" · {place}"),
    };
    let detail = format!(
        "{:13}{axes}{} · {}{place} · {}",
        "", change.bump, change.rule.id, change.fingerprint
    );
    line(text, &painted(&detail, Style::new().dimmed(), colours));
    if let Some(reason) = &change.approved {
        line(text, &format!("{:13}approved: {reason}", ""));
    }
}

fn counted(changes: &Changes) -> String {
    if changes.is_empty() {
        return "no change".to_owned();
    }
    let levels = [
        Level::Breaking,
        Level::Warning,
        Level::Compatible,
        Level::NoEffect,
    ];
    let counts = levels.map(|level| {
        let count = changes
            .iter()
            .filter(|change| change.level() == level)
            .count();
        match level {
            Level::NoEffect => format!("{count} of words only"),
            other => format!("{count} {other}"),
        }
    });
    let noun = if changes.len() == 1 {
        "change"
    } else {
        "changes"
    };
    let approved = changes
        .iter()
        .filter(|change| change.approved.is_some())
        .count();
    let approved = match approved {
        0 => String::new(),
        some => format!("; {some} approved"),
    };
    format!("{} {noun}: {}{approved}", changes.len(), counts.join(", "))
}

fn style(level: Level) -> Style {
    let colour = match level {
        Level::Breaking => AnsiColor::Red,
        Level::Warning => AnsiColor::Yellow,
        Level::Compatible => AnsiColor::Green,
        Level::NoEffect => return Style::new().dimmed(),
    };
    colour.on_default().bold()
}

fn painted(text: &str, style: Style, colours: bool) -> String {
    match colours {
        true => format!("{style}{text}{style:#}"),
        false => text.to_owned(),
    }
}

fn line(text: &mut String, row: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{row}");
}
