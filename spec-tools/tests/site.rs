//! The reference site of the golden spec: pages as checked in, well formed, whole, readable.
//!
//! The pages of the real spec are opened in a browser by a test that stands beside the other crates.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../codegen/tests/golden/mod.rs"]
mod golden;

use std::collections::BTreeSet;

use expect_test::expect_file;
use golden::{GOLDEN, folder, texts};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use signed_xml_codegen::rust::GeneratedFile;
use signed_xml_codegen::{Sources, compile, load};
use signed_xml_spec_tools::site;

/// Pages that are compared whole; the others differ from them in little.
const CHECKED_IN: [&str; 4] = [
    "en/interfaces/pay.html",
    "zh/enums.html",
    "zh/errors.html",
    "zh/search.js",
];

fn files() -> Vec<GeneratedFile> {
    site::emit(&load(&folder(GOLDEN)).unwrap()).unwrap()
}

fn pages() -> impl Iterator<Item = GeneratedFile> {
    files()
        .into_iter()
        .filter(|file| file.name.ends_with(".html"))
}

fn text_of(name: &str) -> String {
    let file = files().into_iter().find(|file| file.name == name);
    file.unwrap_or_else(|| panic!("no {name}")).text
}

#[test]
fn the_pages_of_the_golden_spec_are_as_checked_in() {
    for name in CHECKED_IN {
        expect_file![folder("goldens/site").join(name)].assert_eq(&text_of(name));
    }
}

#[test]
fn two_runs_give_the_same_bytes_for_any_order_of_the_files() {
    let forward = compile(Sources::from_texts("spec", texts())).unwrap();
    let backward = compile(Sources::from_texts("spec", texts().into_iter().rev())).unwrap();
    assert_eq!(
        site::emit(&forward).unwrap(),
        site::emit(&backward).unwrap()
    );
}

#[test]
fn both_languages_have_the_same_pages() {
    let of = |language: &str| -> BTreeSet<String> {
        let names = pages().map(|file| file.name);
        names
            .filter_map(|name| Some(name.strip_prefix(language)?.to_owned()))
            .collect()
    };
    assert_eq!(of("en/"), of("zh/"));
    assert_eq!(of("en/").len(), 5 + 7, "five interfaces, seven other pages");
}

#[test]
fn every_page_is_well_formed_and_its_parts_are_named() {
    for page in pages() {
        let (name, starts) = (&page.name, starts(&page));
        let count = |tag: &str| {
            starts
                .iter()
                .filter(|start| start.name().as_ref() == tag)
                .count()
        };
        for tag in ["h1", "main"] {
            assert_eq!(count(tag), 1, "{name}");
        }
        assert!(
            attribute(&starts[0], "lang").is_some(),
            "{name}: no language"
        );
        let mut ids = BTreeSet::new();
        for start in &starts {
            if let Some(id) = attribute(start, "id") {
                assert!(!id.contains(char::is_whitespace), "{name}: id {id}");
                assert!(
                    ids.insert(id.clone()),
                    "{name}: two elements are called {id}"
                );
            }
        }
        for start in &starts {
            let labels = ["aria-labelledby", "aria-controls", "for"];
            let refers = labels.iter().filter_map(|label| attribute(start, label));
            for id in refers.flat_map(|ids| ids.split(' ').map(str::to_owned).collect::<Vec<_>>()) {
                assert!(ids.contains(&id), "{name}: nothing is called {id}");
            }
        }
    }
}

#[test]
fn headings_never_leave_a_level_out() {
    for page in pages() {
        let mut last = 0;
        for start in starts(&page) {
            let name = start.name();
            let digits = name.as_ref().strip_prefix('h');
            let Some(level) = digits.and_then(|digits| digits.parse::<u8>().ok()) else {
                continue;
            };
            assert!(level <= last + 1, "{}: h{level} after h{last}", page.name);
            last = level;
        }
    }
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    for page in pages() {
        for start in starts(&page) {
            let tag = start.name().as_ref().to_owned();
            let loaded = match tag.as_str() {
                "a" => None,
                "link" if attribute(&start, "rel").as_deref() == Some("alternate") => None,
                "link" => attribute(&start, "href"),
                _ => attribute(&start, "src"),
            };
            let far = loaded.filter(|address| address.contains("//"));
            assert_eq!(far, None, "{}", page.name);
        }
    }
    let (style, script) = (text_of("reference.css"), text_of("reference.js"));
    assert!(!style.contains("url(") && !style.contains("@import"));
    assert!(!script.contains("fetch(") && !script.contains("http"));
}

#[test]
fn text_of_the_spec_is_never_markup() {
    let page = text_of("en/interfaces/pay.html");
    assert!(
        page.contains("Not <code>a&lt;b&gt;</code>, but a &lt;b&gt;."),
        "escaped"
    );
    assert!(
        page.contains("<a href=\"https://clinic.example/docs\">"),
        "linked"
    );
}

#[test]
fn a_field_shows_what_it_depends_on() {
    let page = text_of("en/interfaces/pay.html");
    let row = page.split("<tr id=\"request.sub_appid\"").nth(1).unwrap();
    let row = row.split("</tr>").next().unwrap();
    for shown in [
        "子公众账号ID",
        "String32",
        "Taken from the merchant profile",
        "Required when</span> <a href=\"#request.sub_openid\"><code>sub_openid</code></a> is given",
    ] {
        assert!(row.contains(shown), "{shown} in {row}");
    }
}

#[test]
fn every_text_can_be_read_on_its_ground_in_the_light_and_in_the_dark() {
    let style = text_of("reference.css");
    let palettes: Vec<&str> = style.split("--paper: ").skip(1).take(3).collect();
    let dark = |at: usize| {
        palettes[at]
            .split("color-scheme")
            .next()
            .unwrap()
            .split_whitespace()
    };
    assert!(
        dark(1).eq(dark(2)),
        "dark by the system and dark by hand are one"
    );
    let pairs = [
        ("ink", "paper"),
        ("ink", "raised"),
        ("ink", "tint"),
        ("soft", "paper"),
        ("soft", "raised"),
        ("soft", "tint"),
        ("accent", "paper"),
        ("accent", "raised"),
        ("accent", "tint"),
        ("must", "must-tint"),
        ("some", "some-tint"),
        ("alarm", "alarm-tint"),
        ("personal", "personal-tint"),
    ];
    for palette in &palettes[..2] {
        let palette = format!("--paper: {palette}");
        for (text, ground) in pairs {
            let (text_light, ground_light) =
                (luminance(&palette, text), luminance(&palette, ground));
            let (high, low) = (text_light.max(ground_light), text_light.min(ground_light));
            let contrast = (high + 0.05) / (low + 0.05);
            assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.2}");
        }
    }
}

/// Relative luminance of a colour of the palette, as WCAG defines it.
fn luminance(palette: &str, name: &str) -> f64 {
    let value = palette.split(&format!("--{name}: #")).nth(1).unwrap();
    let channel = |at: usize| {
        let byte = u8::from_str_radix(&value[at..at + 2], 16).unwrap();
        let part = f64::from(byte) / 255.0;
        match part <= 0.04045 {
            true => part / 12.92,
            false => ((part + 0.055) / 1.055).powf(2.4),
        }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

/// Every start tag of a page, which must be well formed.
fn starts(page: &GeneratedFile) -> Vec<BytesStart<'static>> {
    let mut reader = Reader::from_str(&page.text);
    reader.config_mut().check_end_names = true;
    let mut found = Vec::new();
    let mut depth = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                depth += 1;
                found.push(start.into_owned());
            }
            Ok(Event::Empty(start)) => found.push(start.into_owned()),
            Ok(Event::End(_)) => depth -= 1,
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => panic!("{} at {}: {error}", page.name, reader.error_position()),
        }
    }
    assert_eq!(depth, 0, "{}: an element is not closed", page.name);
    for start in &found {
        for attribute in start.attributes() {
            attribute.unwrap_or_else(|error| panic!("{}: {error}", page.name));
        }
    }
    found
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.try_get_attribute(name).unwrap()?;
    Some(found.value.into_owned())
}
