//! The numbered sections of the document, and which interface of the spec each describes.
//!
//! A section is known by its address, else by its title, else by its number: sections may move, addresses seldom do.

use signed_xml_codegen::model::Interface;

use super::document::{Printed, Section};
use super::known::Known;
use super::lines::Line;
use super::printed::{Columns, address, comes_after, section_title, without_blanks};

/// Finds the sections; each takes an interface at most once, but a section of a structure may share that of its message.
pub(super) fn sections(lines: &[Line], known: Known<'_>) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut with_tables: Vec<bool> = Vec::new();
    for line in lines {
        if Columns::of(&known.model.vocabulary.document, &line.cells).is_some() {
            with_tables
                .last_mut()
                .into_iter()
                .for_each(|found| *found = true);
        }
        let Some(prose) = line.prose() else { continue };
        let current = sections
            .last()
            .map_or("0", |section| section.number.as_str());
        if let Some((number, title)) =
            section_title(prose).filter(|(number, title)| opens(number, title, current))
        {
            sections.push(Section {
                number: number.to_owned(),
                title: title.to_owned(),
                line: line.number,
                url: None,
                takes_token: false,
                interface: None,
            });
            with_tables.push(false);
        } else if let (Some(section), Some(false), Some((url, takes_token))) =
            (sections.last_mut(), with_tables.last(), address(prose))
            && section.url.is_none()
        {
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

/// Whether a line that begins with a number opens a section behind `current`: a remark may begin with a number too.
fn opens(number: &str, title: &str, current: &str) -> bool {
    let in_contents = title.ends_with(|c: char| c.is_ascii_digit()) && title.contains("..");
    let chapter = |number: &str| -> u32 {
        let first = number.split('.').next().unwrap_or_default();
        first.parse().unwrap_or(0)
    };
    let next = chapter(number) == chapter(current) + 1;
    let inside = number.contains('.') && chapter(number) == chapter(current);
    let short = title.chars().count() <= 40;
    !in_contents && short && (next || inside) && comes_after(number, current)
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
