//! Every link of the documents leads somewhere. What leads out of the repository is looked at for
//! its form alone, since no test uses the network.

use crate::guide::all_chapters;
use crate::markdown::{DOCUMENTS, anchors, from_root, links, root};

#[test]
fn every_link_leads_to_a_file_and_to_a_heading_of_it() {
    let mut documents: Vec<String> = DOCUMENTS.map(str::to_owned).into();
    documents.extend(["orders/README.md", "reconcile/README.md"].map(str::to_owned));
    documents.extend(all_chapters());
    let mut inside = 0;
    for document in &documents {
        for link in links(document) {
            match link.split_once("://") {
                Some(("http" | "https", rest)) => assert_address(document, &link, rest),
                Some(_) => panic!("{document}: {link} has an unknown scheme"),
                None => {
                    assert_leads_somewhere(document, &link);
                    inside += 1;
                }
            }
        }
    }
    assert!(inside >= 60, "{inside} links");
}

fn assert_leads_somewhere(document: &str, link: &str) {
    let (path, end) = link.split_once('#').unwrap_or((link, ""));
    let target = match path {
        "" => document.to_owned(),
        path => from_root(document, path),
    };
    assert!(
        root().join(&target).exists(),
        "{document}: {link} leads nowhere"
    );
    let mut parts = document.split('/');
    if parts.next() == Some("guide") {
        let book = format!("guide/{}/src/", parts.next().unwrap_or_default());
        // mdBook turns each link to Markdown into one to a page, whether the book has it or not.
        assert!(
            target.starts_with(&book),
            "{document}: {link} leads out of the book"
        );
    }
    if !end.is_empty() {
        let known = anchors(&target);
        assert!(
            known.iter().any(|anchor| anchor == end),
            "{document}: {link}: {target} has no such heading, it has {known:?}"
        );
    }
}

fn assert_address(document: &str, link: &str, rest: &str) {
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_name = host.contains('.') || host.starts_with("localhost");
    let is_plain = link.chars().all(|c| c.is_ascii_graphic());
    assert!(is_name && is_plain, "{document}: {link} is not an address");
}
