//! The guide: both languages are complete and equal in structure, and mdBook makes a book of each.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use crate::markdown::{Block, blocks, links, paths, prose, read, root};

pub(crate) const LANGUAGES: [&str; 2] = ["en", "zh"];

/// The chapters of a language in the order of its summary, by their paths from the root.
pub(crate) fn chapters(language: &str) -> Vec<String> {
    let folder = format!("guide/{language}/src");
    let listed = links(&format!("{folder}/SUMMARY.md"));
    let chapters: Vec<String> = listed
        .iter()
        .map(|chapter| format!("{folder}/{chapter}"))
        .collect();
    assert!(chapters.len() >= 15, "{chapters:?}");
    chapters
}

pub(crate) fn all_chapters() -> Vec<String> {
    LANGUAGES.iter().flat_map(|it| chapters(it)).collect()
}

/// The file that a block is: the last one that the paragraph above names.
pub(crate) fn named(block: &Block) -> Option<String> {
    let text = read(&block.document);
    let above: Vec<&str> = text.lines().take(block.line - 1).collect();
    let paragraph = above.iter().rev().skip_while(|line| line.is_empty());
    let paragraph: Vec<&str> = paragraph
        .take_while(|line| !line.is_empty())
        .copied()
        .collect();
    let lines = paragraph.into_iter().rev();
    let spans = lines.flat_map(|line| line.split('`').skip(1).step_by(2));
    let ends = [".json", ".rs", ".toml", ".xml"];
    spans
        .filter(|span| ends.iter().any(|end| span.ends_with(end)))
        .last()
        .map(str::to_owned)
}

#[test]
fn every_file_is_a_chapter_of_the_summary() {
    for language in LANGUAGES {
        let listed: BTreeSet<String> = chapters(language).into_iter().collect();
        let folder = format!("guide/{language}/src");
        let found: BTreeSet<String> = std::fs::read_dir(root().join(&folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".md") && name != "SUMMARY.md")
            .map(|name| format!("{folder}/{name}"))
            .collect();
        assert_eq!(listed, found);
    }
}

#[test]
fn both_languages_have_the_same_chapters_headings_and_rows() {
    let files = |language| -> Vec<String> {
        let chapters = chapters(language).into_iter();
        chapters
            .map(|path| path.replace(&format!("/{language}/"), "/"))
            .collect()
    };
    assert_eq!(files("en"), files("zh"));
    for (english, chinese) in chapters("en").iter().zip(&chapters("zh")) {
        assert_eq!(shape(english), shape(chinese), "{english} and {chinese}");
    }
}

/// The levels of the headings, with the numbers of rows, of list items and of pictures below each.
fn shape(document: &str) -> Vec<(usize, [usize; 3])> {
    let mut shape = Vec::new();
    for line in prose(document).lines() {
        if line.starts_with('#') {
            let level = line.chars().take_while(|c| *c == '#').count();
            shape.push((level, [0; 3]));
        }
        let Some((_, counts)) = shape.last_mut() else {
            continue;
        };
        let is_item = line.starts_with("- ")
            || line
                .split_once(". ")
                .is_some_and(|(number, _)| number.parse::<u8>().is_ok());
        counts[0] += usize::from(line.starts_with('|'));
        counts[1] += usize::from(is_item);
        counts[2] += usize::from(line.starts_with("!["));
    }
    shape
}

#[test]
fn both_languages_hold_the_same_blocks() {
    for (english, chinese) in chapters("en").iter().zip(&chapters("zh")) {
        let (english_blocks, chinese_blocks) = (blocks(english), blocks(chinese));
        assert_eq!(
            english_blocks.len(),
            chinese_blocks.len(),
            "{english} and {chinese}"
        );
        for (english, chinese) in english_blocks.iter().zip(&chinese_blocks) {
            let places = format!("{} and {}", english.place(), chinese.place());
            assert_eq!(english.language, chinese.language, "{places}");
            assert_eq!(named(english), named(chinese), "{places}");
            match english.language.as_str() {
                // The command speaks the reader's language; `guide_commands` holds what it says.
                "console" => {
                    assert_eq!(english.commands(), chinese.commands(), "{places}");
                    let (mine, other) = (english.output(), chinese.output());
                    assert_eq!(mine.len(), other.len(), "{places}");
                }
                _ => assert_eq!(english.text, chinese.text, "{places}"),
            }
        }
    }
}

#[test]
fn every_block_of_the_guide_says_its_language() {
    let known = ["console", "json", "rust", "sh", "text", "toml", "xml"];
    for block in all_chapters().iter().flat_map(|chapter| blocks(chapter)) {
        assert!(
            known.contains(&block.language.as_str()),
            "{}: `{}` is not one of {known:?}",
            block.place(),
            block.language
        );
    }
}

#[test]
fn every_path_in_the_guide_exists() {
    // What the reader makes while going through the chapters.
    let made: BTreeSet<String> = all_chapters()
        .iter()
        .flat_map(|chapter| blocks(chapter))
        .filter_map(|block| named(&block))
        .collect();
    for chapter in all_chapters() {
        for path in paths(&chapter) {
            let beside = Path::new(&chapter).parent().unwrap().join(&path);
            let exists = root().join(&path).exists() || root().join(beside).exists();
            assert!(
                exists || made.contains(&path),
                "{chapter} names `{path}`, which does not exist: correct the name, or the chapter"
            );
        }
    }
}

#[test]
fn the_pictures_of_the_guide_are_those_that_the_tests_make() {
    let mut pictures = 0;
    for chapter in all_chapters() {
        for link in links(&chapter).iter().filter(|link| link.ends_with(".png")) {
            let folder = root().join(&chapter);
            let shown = std::fs::read(folder.with_file_name(link)).unwrap();
            let made = std::fs::read(root().join("docs").join(link)).unwrap();
            assert!(
                shown == made,
                "{chapter}: {link} is not docs/{link}: copy it, or make all anew with UPDATE_PICTURES=1"
            );
            pictures += 1;
        }
    }
    assert!(pictures >= 2, "{pictures}");
}

#[test]
fn mdbook_makes_a_book_of_each_language() {
    let program = std::env::var_os("MDBOOK").unwrap_or_else(|| "mdbook".into());
    if Command::new(&program).arg("--version").output().is_err() {
        let line = "skipped: mdbook does not run here (`cargo install mdbook --locked`, or MDBOOK names it), so the guide was not built";
        // Past the capture of the test's output.
        writeln!(std::io::stderr(), "{line}").unwrap();
        return;
    }
    for language in LANGUAGES {
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new(&program)
            .args(["build", "--dest-dir"])
            .arg(folder.path())
            .arg(root().join("guide").join(language))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        // An include that leads nowhere is a line of the log, and the build goes on.
        assert!(!said.contains("ERROR") && !said.contains("WARN"), "{said}");
        for chapter in chapters(language) {
            let name = Path::new(&chapter).file_stem().unwrap().to_str().unwrap();
            let page = std::fs::read_to_string(folder.path().join(format!("{name}.html"))).unwrap();
            assert!(
                !page.contains("{{#"),
                "{chapter}: an include was left as it is"
            );
        }
    }
}
