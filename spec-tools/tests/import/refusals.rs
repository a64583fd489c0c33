//! Files that are no document, and what is said of them.

use std::process::Command;

use signed_xml_spec_tools::import::{MOST_BYTES, ReadError, read, spec_of};

use super::invented::{archive, word};
use super::{
    golden::{GOLDEN, folder},
    model,
};

fn refused(bytes: &[u8]) -> ReadError {
    read(bytes, &model()).unwrap_err()
}

#[test]
fn a_file_that_is_no_document_is_refused_with_what_to_do() {
    let text = refused("只有一行".as_bytes());
    assert!(matches!(text, ReadError::NoTable { lines: 1 }), "{text}");
    let binary = refused(b"%PDF-1.7\xff\xfe");
    assert!(matches!(binary, ReadError::NotUtf8 { at: 8 }), "{binary}");
    assert!(binary.to_string().contains("extract the text"), "{binary}");
    let zip = refused(&archive(&[("a.txt", "a")]));
    assert!(
        zip.to_string().contains("has no `word/document.xml`"),
        "{zip}"
    );
    let cut = refused(b"PK\x03\x04");
    assert!(matches!(cut, ReadError::NotWord { .. }), "{cut}");
    let broken = refused(&archive(&[(
        "word/document.xml",
        "<w:document><w:p></w:document>",
    )]));
    assert!(matches!(broken, ReadError::NotWord { .. }), "{broken}");
    let empty = refused(&word("", None));
    assert!(matches!(empty, ReadError::NoTable { .. }), "{empty}");
}

#[test]
fn a_document_type_is_refused_before_any_entity_is_looked_at() {
    let text = "<!DOCTYPE x [<!ENTITY a \"b\">]><w:document/>";
    let error = refused(&archive(&[("word/document.xml", text)]));
    assert!(error.to_string().contains("document type"), "{error}");
}

#[test]
fn what_is_too_large_is_refused_also_unpacked() {
    let large = vec![b' '; MOST_BYTES + 1];
    assert!(matches!(refused(&large), ReadError::TooLarge { .. }));
    let text = String::from_utf8(large).unwrap();
    let error = refused(&archive(&[("word/document.xml", &text)]));
    assert!(matches!(error, ReadError::TooLarge { .. }), "{error}");
}

#[test]
fn the_commands_exit_with_what_they_found() {
    let root = tempfile::tempdir().unwrap();
    let document = root.path().join("clinic.txt");
    let run = |text: &[u8], command: &str| {
        std::fs::write(&document, text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_codegen"))
            .arg(command)
            .arg(&document)
            .arg("--spec")
            .arg(folder(GOLDEN))
            .output()
            .unwrap();
        let [out, err] =
            [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
        (output.status.code(), format!("{out}{err}"))
    };
    let whole = super::TEXT;
    assert_eq!(run(whole.as_bytes(), "coverage").0, Some(0));
    assert_eq!(run(whole.as_bytes(), "import").0, Some(0));
    let edited = super::edited("order_no\t订单号\tString64", "order_no\t订单号\tString32");
    let (code, output) = run(edited.as_bytes(), "coverage");
    assert_eq!(code, Some(1), "{output}");
    assert!(
        output.contains("request-max-length-lowered") && output.contains(" of the document"),
        "{output}"
    );
    assert_eq!(run(edited.as_bytes(), "import").0, Some(0));
    let (code, output) = run(b"\xff", "coverage");
    assert_eq!(code, Some(2), "{output}");
    assert!(
        output.starts_with("error: ") && output.contains("is not UTF-8"),
        "{output}"
    );
}

#[test]
fn whatever_is_cut_out_of_the_document_is_read_and_proposed_without_a_panic() {
    let model = model();
    let lines: Vec<&str> = super::TEXT.lines().collect();
    for at in 0..lines.len() {
        let line = lines[at];
        let middle = line.char_indices().nth(line.chars().count() / 2);
        let (head, tail) = line.split_at(middle.map_or(0, |(at, _)| at));
        for instead in [
            String::new(),
            head.to_owned(),
            format!("{head}\n{tail}"),
            format!("{line}\n\n7\n\n{line}"),
        ] {
            let mut cut: Vec<&str> = lines.clone();
            cut[at] = &instead;
            let Ok(proposal) = spec_of(cut.join("\n").as_bytes(), &model, Some("1.1")) else {
                panic!("line {} as `{instead}` gives no spec that compiles", at + 1);
            };
            assert_eq!(proposal.model.name, "clinic");
        }
    }
}
