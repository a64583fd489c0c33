//! Edits of interfaces as a whole: heads of files, and new files.

use toml_edit::{DocumentMut, Item, Value};

use signed_xml_codegen::model::MessageKind;

use super::super::compare::kind_name;
use super::super::document::{Section, Table};
use super::super::edit::{Edit, EditKind};
use super::Draft;

impl Draft<'_> {
    /// A key of `[interface]`.
    pub(super) fn head(&mut self, edit: &Edit) -> Option<()> {
        let until = self.model.document.clone();
        let head = self
            .files
            .get_mut(&format!("interfaces/{}.toml", edit.interface))?
            .get_mut("interface")?
            .as_table_mut()?;
        let mut set = |key: &str, value: &str| match head.get_mut(key).and_then(Item::as_value_mut)
        {
            Some(present) => {
                let decor = present.decor().clone();
                *present = Value::from(value);
                *present.decor_mut() = decor;
            }
            None => {
                head.insert(key, toml_edit::value(value));
            }
        };
        match edit.kind {
            EditKind::Section => set("section", &edit.new),
            EditKind::Title => set("title", &edit.new),
            EditKind::Url => set("url", &edit.new),
            _ => set("until", &until),
        }
        if let Some(undecided) = &edit.undecided {
            set("undecided", undecided);
        }
        Some(())
    }

    /// A new file, listed behind the interface of the section before it.
    pub(super) fn add_interface(&mut self, edit: &Edit) -> Option<()> {
        let at = self
            .document
            .sections
            .iter()
            .position(|section| Some(section.line) == edit.line)?;
        let section = self.document.sections.get(at)?;
        let text = self.interface_text(edit, section, at);
        text.parse::<DocumentMut>().ok()?;
        self.new_files
            .insert(format!("interfaces/{}.toml", edit.interface), text);
        let listed: Vec<&str> = self.document.sections[..at]
            .iter()
            .filter_map(|section| section.interface.as_deref())
            .collect();
        let list = self
            .files
            .get_mut("spec.toml")?
            .get_mut("interfaces")?
            .as_array_mut()?;
        let before = listed
            .iter()
            .rev()
            .find_map(|name| list.iter().position(|known| known.as_str() == Some(name)));
        let place = before.map_or(list.len(), |before| before + 1);
        list.insert(place, edit.interface.as_str());
        Some(())
    }

    fn interface_text(&self, edit: &Edit, section: &Section, at: usize) -> String {
        let of_section = |table: &&Table| table.section == at;
        let tables: Vec<&Table> = self.document.tables.iter().filter(of_section).collect();
        let called_back = tables
            .iter()
            .any(|table| table.kind == MessageKind::Notification);
        let quoted = |text: &str| Value::from(text).to_string();
        let mut text = format!("# {} {}\n\n[interface]\n", section.number, section.title);
        let mut line = |key: &str, value: String| text.push_str(&format!("{key} = {value}\n"));
        line("name", quoted(&edit.interface));
        line("section", quoted(&section.number));
        line("title", quoted(&section.title));
        line(
            "method",
            quoted(if called_back { "CALLBACK" } else { "POST" }),
        );
        if let (Some(url), false) = (&section.url, called_back) {
            line("url", quoted(&url.text));
        }
        line(
            "auth",
            quoted(if section.takes_token {
                "access_token"
            } else {
                "none"
            }),
        );
        line("form", quoted("xml"));
        line("since", quoted(&self.version));
        line("line", section.line.to_string());
        line(
            "undecided",
            quoted(edit.undecided.as_deref().unwrap_or_default()),
        );
        let mut names: Vec<String> = Vec::new();
        for table in &tables {
            let name = kind_name(table);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for name in names {
            let same: Vec<&Table> = tables
                .iter()
                .filter(|table| kind_name(table) == name)
                .copied()
                .collect();
            text.push('\n');
            text.push_str(&self.message_text(&same, None));
        }
        text
    }
}
