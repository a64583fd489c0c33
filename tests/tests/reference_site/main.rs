//! The reference site of the spec, as `cargo codegen docs` writes it.
//!
//! Steps: every link and anchor is followed (`links`), every sample is verified and read by the code that the product uses (`samples`), the state
//! diagrams are held against what the sandbox does (`states`), each edition is in its language (`languages`), and the pages are opened in a browser where there is one (`browser`).

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod browser;
mod languages;
mod links;
mod page;
mod samples;
mod states;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use signed_xml_codegen::{Model, load, output};

use signed_xml_spec_tools::site;

/// The compiled spec.
fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec")).unwrap())
}

/// The folder that the site was written to, once for all tests.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reference");
        let _ = std::fs::remove_dir_all(&folder);
        output::write(&folder, &site::emit(model()).unwrap()).unwrap();
        folder
    })
}

/// Every page, relative to the folder.
fn pages() -> Vec<String> {
    let files = site::emit(model()).unwrap();
    let names = files.into_iter().map(|file| file.name);
    names.filter(|name| name.ends_with(".html")).collect()
}

/// The text of a page as it was written.
fn text_of(page: &str) -> String {
    std::fs::read_to_string(folder().join(page)).unwrap()
}

#[test]
fn there_is_a_page_for_every_interface_and_every_subject_in_both_languages() {
    let pages = pages();
    for language in ["en", "zh"] {
        let interfaces = model().interfaces.iter();
        let interfaces = interfaces.map(|interface| format!("interfaces/{}", interface.name));
        let subjects = [
            "index",
            "errors",
            "enums",
            "bills",
            "errata",
            "versions",
            "signature",
        ];
        for name in interfaces.chain(subjects.map(str::to_owned)) {
            let page = format!("{language}/{name}.html");
            assert!(pages.contains(&page), "{page}");
            assert!(folder().join(&page).is_file(), "{page}");
        }
    }
}

#[test]
fn every_field_code_value_column_and_erratum_of_the_spec_is_on_the_site() {
    let all: String = pages().iter().map(|page| text_of(page)).collect();
    let index = text_of("en/search.js");
    let messages = model()
        .interfaces
        .iter()
        .flat_map(|interface| &interface.messages);
    for message in messages {
        for field in message.distinct_fields() {
            let anchor = format!("id=\"{}.{}\"", message.name, field.name);
            assert!(all.contains(&anchor), "{anchor}");
            assert!(index.contains(&format!("[\"field\",\"{}\",", field.name)));
        }
    }
    for code in &model().error_codes {
        assert!(
            all.contains(&format!("id=\"code.{}\"", code.code)),
            "{}",
            code.code
        );
    }
    for found in &model().enums {
        for value in &found.values {
            let anchor = format!("id=\"{}.{}\"", found.name, value.name);
            assert!(all.contains(&anchor), "{anchor}");
        }
    }
    for column in &model().bill_columns {
        assert!(
            all.contains(&format!("id=\"{}\"", column.field)),
            "{}",
            column.field
        );
    }
    for erratum in &model().errata {
        assert!(
            all.contains(&format!("id=\"{}\"", erratum.id)),
            "{}",
            erratum.id
        );
    }
}
