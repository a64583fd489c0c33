//! A made-up document for the golden spec, in three forms: text with tabs, Markdown, .docx.
//!
//! One list of lines is written in each form, so that the line numbers agree too: a row of dashes stands under each heading, as Markdown needs it.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The document as text with tabs.
pub(crate) const TEXT: &str = include_str!("clinic.txt");

/// The document as Markdown: rows between bars, sections as headings.
pub(crate) fn markdown(text: &str) -> String {
    let lines = text.lines().map(|line| match line.contains('\t') {
        true => {
            let cells: Vec<String> = line
                .split('\t')
                .map(|cell| cell.replace('_', "\\_"))
                .collect();
            format!("| {} |\n", cells.join(" | "))
        }
        false if line.starts_with(|c: char| c.is_ascii_digit()) && !line.contains(". ") => {
            format!("## {line}\n")
        }
        false => format!("{line}\n"),
    });
    lines.collect()
}

/// The document as a .docx: a paragraph per line, a table per run of rows.
pub(crate) fn docx(text: &str) -> Vec<u8> {
    let mut body = String::new();
    let mut in_table = false;
    for line in text.lines() {
        let is_row = line.contains('\t');
        if is_row != in_table {
            body.push_str(if is_row { "<w:tbl>" } else { "</w:tbl>" });
            in_table = is_row;
        }
        let cells = line.split('\t').map(paragraph);
        match is_row {
            true => {
                let cells = cells.map(|cell| format!("<w:tc><w:tcPr/>{cell}</w:tc>"));
                body.push_str(&format!("<w:tr>{}</w:tr>", cells.collect::<String>()));
            }
            false => body.extend(cells),
        }
    }
    if in_table {
        body.push_str("</w:tbl>");
    }
    word(&body, None)
}

/// A .docx with this body and style sheet.
pub(crate) fn word(body: &str, styles: Option<&str>) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"urn:w\"><w:body>{body}</w:body></w:document>"
    );
    let mut files = vec![("word/document.xml", document.as_str())];
    files.extend(styles.map(|styles| ("word/styles.xml", styles)));
    archive(&files)
}

/// A zip archive of these files.
pub(crate) fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A paragraph whose text is cut into runs, as Word does.
pub(crate) fn paragraph(text: &str) -> String {
    let escaped = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    let middle = text.chars().count() / 2;
    let (first, second): (String, String) = (
        text.chars().take(middle).collect(),
        text.chars().skip(middle).collect(),
    );
    let run = |text: &str| {
        format!(
            "<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>",
            escaped(text)
        )
    };
    format!("<w:p><w:pPr/>{}{}</w:p>", run(&first), run(&second))
}
