//! Each edition of the site is in one language: no English word is left in the Chinese one, and no
//! Chinese in the English one but what it marks.

use std::collections::BTreeSet;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::{model, pages, text_of};

/// What an attribute says to people.
const SPOKEN: [&str; 6] = [
    "aria-label",
    "title",
    concat!("place", "holder"),
    "data-none",
    "data-count",
    "data-copy",
];

/// Words of the trade, which Chinese engineers write so.
const TRADE: &[&str] = &[
    "AppID",
    "AppSecret",
    "App",
    "ASCII",
    "CDATA",
    "CNY",
    "GB",
    "HIS",
    "HTTP",
    "IP",
    "IPv4",
    "IPv6",
    "JSAPI",
    "JSON",
    "MD5",
    "SDK",
    "String16",
    "String256",
    "URL",
    "UTF",
    "XML",
    "http",
    "https",
    "key",
    "yyyyMMdd",
    "yyyyMMddHHmmss",
    "GET",
    "POST",
];

/// An element that is open, as far as its text is concerned.
#[derive(Clone, Copy)]
struct Inside {
    /// Code, a sample, or a script: no text for people.
    code: bool,
    /// Marked as in the other language.
    foreign: bool,
}

/// The texts of a page that are in its own language.
fn spoken(page: &str, other: &str) -> Vec<String> {
    let text = text_of(page);
    let mut reader = Reader::from_str(&text);
    let mut open = vec![Inside {
        code: false,
        foreign: false,
    }];
    let mut texts = Vec::new();
    loop {
        let here = *open.last().unwrap();
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                let inside = enter(&start, here, other);
                texts.extend(attributes(&start, inside));
                open.push(inside);
            }
            Event::Empty(start) => texts.extend(attributes(&start, enter(&start, here, other))),
            Event::End(_) => {
                open.pop();
            }
            Event::Text(text) if !here.code && !here.foreign => texts.push(text.to_string()),
            Event::Eof => return texts,
            _ => {}
        }
    }
}

fn enter(start: &BytesStart<'_>, around: Inside, other: &str) -> Inside {
    let tag = start.name().as_ref().to_owned();
    let attribute = |name: &str| {
        let found = start.try_get_attribute(name).unwrap();
        found.map(|found| found.value.into_owned())
    };
    // The diagram has its wire values in a class of their own, and lists them once more.
    let is_code = ["code", "pre", "script", "style", "desc"].contains(&tag.as_str())
        || attribute("class").as_deref() == Some("value");
    Inside {
        code: around.code || is_code,
        foreign: match attribute("lang") {
            Some(lang) => lang.starts_with(other),
            None => around.foreign,
        },
    }
}

fn attributes(start: &BytesStart<'_>, inside: Inside) -> Vec<String> {
    let values = SPOKEN
        .iter()
        .filter_map(|name| start.try_get_attribute(name).unwrap());
    match inside.foreign {
        true => Vec::new(),
        false => values.map(|value| value.value.into_owned()).collect(),
    }
}

/// Every name that the spec gives to something: interfaces, fields, values, enums, errata.
fn names() -> BTreeSet<String> {
    let mut names: BTreeSet<String> = BTreeSet::from([model().name.clone()]);
    for interface in &model().interfaces {
        names.insert(interface.name.clone());
        for message in &interface.messages {
            names.insert(message.name.clone());
            names.extend(message.views.iter().map(|view| view.name.clone()));
            for field in &message.fields {
                names.extend(field.slots().map(str::to_owned));
                // Some labels of the document hold names, and one is a name.
                names.extend(words(&field.label).map(str::to_owned));
            }
        }
    }
    for found in &model().enums {
        names.insert(found.name.clone());
        names.extend(found.values.iter().map(|value| value.value.clone()));
    }
    names.extend(model().errata.iter().map(|erratum| erratum.id.clone()));
    for column in &model().bill_columns {
        names.extend(words(&column.name).map(str::to_owned));
    }
    names
}

/// The Latin words of a text, of two letters or more.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.len() > 1 && word.contains(|c: char| c.is_ascii_alphabetic()))
}

/// Without web addresses.
fn without_addresses(text: &str) -> String {
    let parts = text.split_whitespace();
    let parts: Vec<&str> = parts.filter(|part| !part.contains("://")).collect();
    parts.join(" ")
}

#[test]
fn the_chinese_edition_has_no_english_word_left() {
    let names = names();
    let mut left = BTreeSet::new();
    let mut read = 0;
    for page in pages().iter().filter(|page| page.starts_with("zh/")) {
        // The way to the English edition is the only element that is in English.
        let foreign = text_of(page).matches("lang=\"en\"").count();
        assert_eq!(foreign, 3, "{page}: texts in English");
        for text in spoken(page, "en") {
            read += 1;
            let text = without_addresses(&text);
            let unknown = words(&text).filter(|word| {
                // `V2.4` and the date of a version hold digits.
                let version =
                    word.starts_with('V') && word[1..].bytes().all(|b| b.is_ascii_digit());
                !version && !TRADE.contains(word) && !names.contains(*word)
            });
            left.extend(unknown.map(|word| format!("{page}: {word}: {text}")));
        }
    }
    assert!(read > 5_000, "{read} texts: were they found?");
    let left: Vec<String> = left.into_iter().collect();
    assert!(left.is_empty(), "{}", left.join("\n"));
}

#[test]
fn the_english_edition_has_no_chinese_but_what_it_marks() {
    let mut left = BTreeSet::new();
    for page in pages().iter().filter(|page| page.starts_with("en/")) {
        let texts = spoken(page, "zh").into_iter();
        let chinese =
            texts.filter(|text| text.contains(|c| ('\u{3400}'..='\u{9fff}').contains(&c)));
        left.extend(chinese.map(|text| format!("{page}: {text}")));
    }
    let left: Vec<String> = left.into_iter().collect();
    assert!(left.is_empty(), "{}", left.join("\n"));
}

#[test]
fn every_row_of_the_chinese_search_explains_itself_in_chinese() {
    let index = text_of("zh/search.js");
    for erratum in &model().errata {
        let chinese = model().chinese(&erratum.ruling);
        let chinese = chinese.unwrap_or(&erratum.ruling).replace('`', "");
        assert!(index.contains(&chinese), "{chinese}");
    }
    for found in &model().enums {
        let chinese = model().chinese(&found.doc).unwrap().replace('`', "");
        assert!(index.contains(&chinese), "{}", found.name);
    }
}
