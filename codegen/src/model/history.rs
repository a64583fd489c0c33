//! Which items a version of the document has, and a spec as of an older version.

use super::{Field, History, Interface, Message, Model};

impl Model {
    /// The spec as of a version of its own document: without what came later or had ended, by `since` and `until`.
    ///
    /// Groups of fewer than two members, and views of a field that is not there, are left out. `None` if the document never had this version.
    ///
    /// # Examples
    ///
    /// ```
    /// let model = signed_xml_codegen::load("tests/goldens/spec".as_ref())?;
    /// let first = model.at("1.0").ok_or("no such version")?;
    /// let values = |model: &signed_xml_codegen::Model| -> usize {
    ///     model.enums.iter().map(|item| item.values.len()).sum()
    /// };
    /// assert!(values(&first) < values(&model));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn at(&self, version: &str) -> Option<Self> {
        let index = self.version_index(version)?;
        let mut model = self.clone();
        version.clone_into(&mut model.document);
        model.versions.truncate(index + 1);
        let lives = |history: &History| self.has(history, version);
        model
            .interfaces
            .retain(|interface| lives(&interface.history));
        for interface in &mut model.interfaces {
            retain_messages(interface, lives);
        }
        for item in &mut model.enums {
            item.values.retain(|value| lives(&value.history));
        }
        model.enums.retain(|item| !item.values.is_empty());
        model.error_codes.retain(|code| lives(&code.history));
        model.bill_columns.retain(|column| lives(&column.history));
        for layout in &mut model.bill_layouts {
            let columns = &model.bill_columns;
            layout
                .columns
                .retain(|name| columns.iter().any(|column| column.name == *name));
        }
        Some(model)
    }

    /// True if the version that the spec describes has not ended an item; one that is newer counts too.
    pub fn is_current(&self, history: &History) -> bool {
        let place = |version: &str| self.version_index(version);
        let last = history.until.as_deref().and_then(place);
        last.is_none_or(|last| Some(last) >= place(&self.document))
    }

    /// True if the document that the spec describes has an item of this history.
    pub fn lives(&self, history: &History) -> bool {
        self.has(history, &self.document)
    }

    /// True if a version of the document has an item of this history.
    pub fn has(&self, history: &History, version: &str) -> bool {
        let now = self.version_index(version);
        let index = |mark: &Option<String>| mark.as_ref().and_then(|mark| self.version_index(mark));
        let begun = index(&history.since).is_none_or(|since| now >= Some(since));
        let goes_on = index(&history.until).is_none_or(|until| now <= Some(until));
        begun && goes_on
    }

    fn version_index(&self, version: &str) -> Option<usize> {
        let mut versions = self.versions.iter();
        versions.position(|known| known.version == version)
    }
}

fn retain_messages(interface: &mut Interface, lives: impl Fn(&History) -> bool) {
    for message in &mut interface.messages {
        message.fields.retain(|field| lives(&field.history));
        let Message {
            fields,
            groups,
            views,
            ..
        } = message;
        let there = |fields: &[Field], name: &str| fields.iter().any(|field| field.name == name);
        for group in groups.iter_mut() {
            group.members.retain(|name| there(fields, name));
        }
        groups.retain(|group| group.members.len() > 1);
        for field in fields.iter_mut() {
            if !groups
                .iter()
                .any(|group| group.members.contains(&field.name))
            {
                field.group = None;
            }
        }
        for view in views.iter_mut() {
            view.absent.retain(|name| there(fields, name));
        }
        views.retain(|view| {
            let values = view.values.iter().map(|value| &value.field);
            view.present
                .iter()
                .chain(values)
                .all(|name| there(fields, name))
        });
    }
}
