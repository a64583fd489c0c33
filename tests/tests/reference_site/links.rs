//! Every `href` and `src` of the site leads to a file that is there, and to an anchor that is in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::page::elements;
use crate::{folder, pages, text_of};

#[test]
fn every_link_leads_to_a_file_and_an_anchor_that_are_there() {
    let anchors: BTreeMap<String, BTreeSet<String>> = pages()
        .into_iter()
        .map(|page| {
            let ids = elements(&text_of(&page)).into_iter();
            let ids = ids.filter_map(|element| element.attribute("id").map(str::to_owned));
            let ids = ids.collect();
            (page, ids)
        })
        .collect();
    let (mut followed, mut broken) = (0, Vec::new());
    for page in pages() {
        for element in elements(&text_of(&page)) {
            let links = ["href", "src"]
                .into_iter()
                .filter_map(|name| element.attribute(name));
            for link in links.filter(|link| is_ours(link)) {
                followed += 1;
                if !leads_somewhere(&page, link, &anchors) {
                    broken.push(format!("{page}: {link}"));
                }
            }
        }
    }
    assert!(
        broken.is_empty(),
        "{} broken links:\n{}",
        broken.len(),
        broken.join("\n")
    );
    assert!(followed > 3_000, "{followed} links: were they found?");
}

#[test]
fn every_row_of_the_search_leads_to_an_anchor_in_both_languages() {
    for language in ["en", "zh"] {
        let index = text_of(&format!("{language}/search.js"));
        let rows = index.trim().strip_prefix("window.REFERENCE = ").unwrap();
        let rows: Vec<[String; 5]> = serde_json::from_str(rows.trim_end_matches(';')).unwrap();
        assert!(rows.len() > 400, "{}", rows.len());
        let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for [_, name, _, _, address] in &rows {
            let (page, anchor) = address.split_once('#').unwrap_or((address, ""));
            let ids = known.entry(page.to_owned()).or_insert_with(|| {
                let ids = elements(&text_of(&format!("{language}/{page}"))).into_iter();
                ids.filter_map(|element| element.attribute("id").map(str::to_owned))
                    .collect()
            });
            assert!(
                anchor.is_empty() || ids.contains(anchor),
                "{name}: {address}"
            );
        }
    }
}

/// The addresses of the interfaces and the empty icon are not followed.
fn is_ours(link: &str) -> bool {
    !["https://", "http://", "data:"]
        .iter()
        .any(|scheme| link.starts_with(scheme))
}

fn leads_somewhere(page: &str, link: &str, anchors: &BTreeMap<String, BTreeSet<String>>) -> bool {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match file {
        "" => page.to_owned(),
        file => match resolved(page, file) {
            Some(target) => target,
            None => return false,
        },
    };
    match anchors.get(&target) {
        Some(ids) => anchor.is_empty() || ids.contains(anchor),
        None => anchor.is_empty() && folder().join(&target).is_file(),
    }
}

/// A relative path, seen from a page; `None` if it leaves the site.
fn resolved(page: &str, file: &str) -> Option<String> {
    let mut path = PathBuf::from(page);
    path.pop();
    for part in Path::new(file).components() {
        match part {
            Component::ParentDir => path.pop().then_some(())?,
            Component::Normal(name) => path.push(name),
            _ => return None,
        }
    }
    Some(path.to_str()?.to_owned())
}
