//! The numbered sections of the document, and which interface of the spec each describes.
//!
//! A section is known by its address, else by its title, else by its number: sections may move, addresses seldom do.

use signed_xml_codegen::model::Interface;

use super::document::{Note, Printed, Section};
use super::known::Known;
use super::lines::Line;
use super::printed::{address, comes_after, is_heading, section_title, without_blanks};

/// Finds the sections; each takes an interface at most once, but a section of a structure may share that of its message.
///
/// An excerpt may begin anywhere, also within a section: that one has no number.
pub(super) fn sections(lines: &[Line], known: Known<'_>) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut with_tables: Vec<bool> = Vec::new();
    for line in lines {
        // Rows whose heading row is not known stand in a section of a table too.
        let filled = line.cells.iter().filter(|cell| !cell.is_empty()).count();
        let is_table = filled > 3 || is_heading(&known.model.vocabulary.document, &line.cells);
        let found = line.prose().and_then(section_title);
        let url = line.prose().and_then(address);
        if let Some((number, title)) = found.filter(|found| opens(*found, &sections, known)) {
            let again = sections.iter().any(|section| section.number == number);
            if again && !with_tables.contains(&true) {
                // What came before was the table of contents.
                sections.clear();
                with_tables.clear();
            }
            sections.push(Section {
                number: number.to_owned(),
                title: title.to_owned(),
                line: line.number,
                ..Section::default()
            });
            with_tables.push(false);
            continue;
        }
        if sections.is_empty() && (is_table || url.is_some()) {
            sections.push(Section::default());
            with_tables.push(false);
        }
        let (Some(section), Some(tables)) = (sections.last_mut(), with_tables.last_mut()) else {
            continue;
        };
        *tables |= is_table;
        if let (Some((url, takes_token)), None, false) = (url, &section.url, *tables) {
            section.takes_token = takes_token;
            section.url = Some(Printed {
                text: url,
                line: line.number,
            });
        }
    }
    assign(&mut sections, &with_tables, known);
    sections
}

/// Whether a line that begins with a number opens a section behind those found: a remark may begin with a number too.
fn opens((number, title): (&str, &str), sections: &[Section], known: Known<'_>) -> bool {
    let in_contents = title.ends_with(|c: char| c.is_ascii_digit()) && title.contains("..");
    if in_contents || title.chars().count() > 40 {
        return false;
    }
    let Some(last) = sections.last() else {
        return true;
    };
    let chapter = |number: &str| -> u32 {
        let first = number.split('.').next().unwrap_or_default();
        first.parse().unwrap_or(0)
    };
    let bare = without_blanks(title);
    let same = |section: &Section| {
        section.number == number && without_blanks(&section.title).starts_with(&bare)
    };
    let again = sections.iter().any(same);
    // An excerpt leaves chapters out.
    let is_known = known.interfaces().any(|interface| {
        let title = without_blanks(&interface.title);
        interface.section == number || (!title.is_empty() && bare.contains(&title))
    });
    let inside = number.contains('.') && chapter(number) == chapter(&last.number);
    let next = (1..=2).contains(&chapter(number).saturating_sub(chapter(&last.number)));
    again || (comes_after(number, &last.number) && (next || inside || is_known))
}

/// Numbers that a whole document leaves out: a heading may be lost.
pub(super) fn gaps(sections: &[Section]) -> Vec<Note> {
    let parts = |section: &Section| -> Vec<u32> {
        let parts = section.number.split('.');
        parts.filter_map(|part| part.parse().ok()).collect()
    };
    let pairs = sections.iter().zip(sections.iter().skip(1));
    let gap = pairs.filter_map(|(before, section)| {
        let (old, new) = (parts(before), parts(section));
        let (last, above) = new.split_last()?;
        let follows = match old.len() >= new.len() {
            true => old.starts_with(above) && old.get(above.len())? + 1 == *last,
            false => old == above && *last == 1,
        };
        (!follows && !old.is_empty()).then(|| Note {
            line: section.line,
            text: format!(
                "section {} comes behind {}: is a heading lost between them?",
                section.number, before.number
            ),
        })
    });
    let first = sections.first().filter(|section| section.number != "1");
    let first = first.map(|section| Note {
        line: section.line,
        text: format!(
            "the document begins with section `{}`: is a heading lost before it?",
            section.number
        ),
    });
    first.into_iter().chain(gap).collect()
}

fn assign(sections: &mut [Section], with_tables: &[bool], known: Known<'_>) {
    type Test = fn(&Section, &Interface) -> bool;
    let tests: [Test; 4] = [
        |section, interface| {
            let url = section.url.as_ref().map(|url| &url.text);
            url.is_some() && url == interface.url.as_ref()
        },
        |section, interface| {
            let title = without_blanks(&interface.title);
            !title.is_empty() && without_blanks(&section.title).contains(&title)
        },
        |section, interface| section.number == interface.section,
        |section, interface| {
            interface
                .structures()
                .any(|found| found.section == section.number)
        },
    ];
    for (at, test) in tests.iter().enumerate() {
        for interface in known.interfaces() {
            let taken = sections
                .iter()
                .any(|section| section.interface.as_ref() == Some(&interface.name));
            // The last test is for sections of structures, which come beside that of the message.
            if taken && at < 3 {
                continue;
            }
            let mut open = sections.iter_mut().zip(with_tables);
            let found = open.find(|(section, tables)| {
                **tables && section.interface.is_none() && test(section, interface)
            });
            if let Some((section, _)) = found {
                section.interface = Some(interface.name.clone());
            }
        }
    }
}
