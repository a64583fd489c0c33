//! What users of `payinsurance` can name, as a text: a review sees in its diff what a change of the spec does to them.
//!
//! Steps: rustdoc writes its JSON into a target folder of its own, `public-api` lists the items, the lines are made short, and they are held against
//! `public_api/payinsurance.txt`.
//!
//! A line per item. Left out are what every type has, the bodies of traits, and the states of a builder; of those, `build` says in lines of
//! its own what it needs.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;

use expect_test::expect_file;
use public_api::{Builder, PublicItem};

/// The crate, whose name every line would begin with.
const OWN: &str = "payinsurance::";
/// Says nothing to a user.
const NOISE: &[&str] = &["StructuralPartialEq"];

#[test]
fn the_public_surface_of_payinsurance_is_as_checked_in() {
    let api = Builder::from_rustdoc_json(rustdoc_json())
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()
        .unwrap_or_else(|error| {
            panic!("{error}\n`public-api` in Cargo.toml must read the format of the compiler in rust-toolchain.toml")
        });
    let items: Vec<&PublicItem> = api.items().collect();
    let now = listing(&items).join("\n") + "\n";
    expect_file!["../public_api/payinsurance.txt"].assert_eq(&now);
}

/// Runs rustdoc and gives the file that it wrote.
///
/// JSON is an unstable output, which the stable compiler writes when it is told to take itself for a nightly one. Build scripts look at that too,
/// so the dependencies are built apart from the usual ones.
fn rustdoc_json() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("public_api");
    let output = Command::new(env!("CARGO"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .args([
            "rustdoc",
            "--locked",
            "--lib",
            "--package",
            "payinsurance",
            "--features",
            "client",
        ])
        .arg("--target-dir")
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("RUSTDOCFLAGS")
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    target.join("doc/payinsurance.json")
}

/// The lines, sorted.
fn listing(items: &[&PublicItem]) -> Vec<String> {
    let texts: HashMap<_, String> = items
        .iter()
        .map(|item| (item.id(), item.to_string()))
        .collect();
    let mut lines = BTreeSet::new();
    let mut traits: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for item in items {
        let text = &texts[&item.id()];
        if let Some(header) = text.strip_prefix("impl") {
            if let Some((implemented, of)) = trait_impl(header)
                && !NOISE.contains(&implemented.as_str())
            {
                traits.entry(of).or_default().insert(implemented);
            }
            continue;
        }
        let parent = item.parent_id().and_then(|parent| texts.get(&parent));
        let of_trait = parent
            .and_then(|parent| trait_impl(parent.strip_prefix("impl")?))
            .is_some();
        if !of_trait {
            lines.extend(described(text));
        }
    }
    let implemented = traits.into_iter().map(|(of, traits)| {
        let traits: Vec<String> = traits.into_iter().collect();
        format!("impl {of}: {}", traits.join(" + "))
    });
    let mut lines: Vec<String> = lines.into_iter().chain(implemented).collect();
    lines.sort_by_cached_key(|line| (place(line).to_owned(), line.clone()));
    lines
}

/// The path that a line is about, so that a type and what belongs to it stand together.
fn place(line: &str) -> &str {
    let words = [
        "#[non_exhaustive] ",
        "pub ",
        "impl ",
        "async ",
        "const ",
        "fn ",
        "mod ",
        "struct ",
        "enum ",
        "type ",
        "use ",
    ];
    let mut rest = line;
    while let Some(after) = words.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = after;
    }
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
    rest[..end.unwrap_or(rest.len())].trim_end_matches(':')
}

/// The trait and the type of `…<T> Trait for Type`.
fn trait_impl(header: &str) -> Option<(String, String)> {
    let header = match header.starts_with('<') {
        true => &header[brackets(header)..],
        false => header,
    };
    let (implemented, of) = header.trim().split_once(" for ")?;
    Some((short(implemented), short(of)))
}

/// One line for an item; for a builder's method, what it needs in lines of their own.
fn described(text: &str) -> Vec<String> {
    let (item, bounds) = match text.split_once(" where ") {
        Some((item, bounds)) if bounds.contains("builder_state::") => (item, bounds),
        _ => (text, ""),
    };
    let line = match item.starts_with("pub struct") {
        true => short(item),
        false => short(&without_states(item)),
    };
    let head = line.split('(').next().unwrap_or_default().to_owned();
    let needs = bounds.split(", ").filter_map(|bound| {
        let (_, needed) = bound.rsplit_once("builder_state::")?;
        Some(format!("{head} needs {needed}"))
    });
    std::iter::once(line.clone()).chain(needs).collect()
}

/// A builder of ours has a parameter for each required field, which would stand in each of its lines.
fn without_states(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("Builder<") {
        let (before, after) = rest.split_at(at + "Builder".len());
        out.push_str(before);
        let path = before
            .rsplit([' ', '(', '<', '&'])
            .next()
            .unwrap_or_default();
        rest = match path.starts_with(OWN) {
            true => &after[brackets(after)..],
            false => after,
        };
    }
    out + rest
}

/// How long the `<…>` is that `text` begins with.
fn brackets(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            // Not the arrow of a function.
            '>' if !text[..at].ends_with('-') => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

/// Paths of other crates by their last name, paths of ours without the crate.
fn short(text: &str) -> String {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_path) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_path(c)).unwrap_or(from.len());
        let (path, after) = from.split_at(end);
        out.push_str(before);
        out.push_str(match path.strip_prefix(OWN) {
            Some(own) => own,
            None if path.starts_with(':') => path,
            None => path.rsplit("::").next().unwrap_or(path),
        });
        rest = after;
    }
    out + rest
}

#[test]
fn a_line_is_short_and_says_what_a_builder_needs() {
    let text = "pub fn payinsurance::pay::RequestBuilder<Fee, Payer>::payer(self, impl core::convert::Into<signed_xml::text::Text>) -> \
                payinsurance::pay::RequestBuilder<Fee, signed_xml::builder::Given> where Payer: request_builder_state::VacantPayer";
    assert_eq!(
        described(text),
        [
            "pub fn pay::RequestBuilder::payer(self, impl Into<Text>) -> pay::RequestBuilder",
            "pub fn pay::RequestBuilder::payer needs VacantPayer"
        ]
    );
    assert_eq!(
        trait_impl("<'a> core::convert::From<&'a str> for payinsurance::enums::PayType").unwrap(),
        ("From<&'a str>".to_owned(), "enums::PayType".to_owned())
    );
    assert_eq!(
        short(
            "pub fn payinsurance::client::Client::builder(signed_xml_client::merchant::Merchant) -> signed_xml_client::builder::ClientBuilder<Self>"
        ),
        "pub fn client::Client::builder(Merchant) -> ClientBuilder<Self>"
    );
}
