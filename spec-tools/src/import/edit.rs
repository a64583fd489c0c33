//! One difference between a document and the spec: what a new version edits.

use std::fmt;

use serde_json::{Value, json};

/// A place where the document prints something else than the spec says, and no erratum explains it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What kind of difference.
    pub kind: EditKind,
    /// The interface; empty if it concerns none.
    pub interface: String,
    /// The message, or the type of a bill; empty if it concerns none.
    pub message: String,
    /// The field, enum value, error code, bill column or version.
    pub item: String,
    /// As the spec has it; empty if it has it not.
    pub old: String,
    /// As the document prints it; empty if it does not.
    pub new: String,
    /// Line of the document, if it prints something.
    pub line: Option<u32>,
    /// Part of the message in the spec that the item stands in, or that it belongs to now if it is new.
    pub part: Option<usize>,
    /// Part that an item was moved to.
    pub(super) target: Option<usize>,
    /// What a person must decide.
    pub undecided: Option<String>,
}

macro_rules! kinds {
    ($($name:ident $word:literal $explanation:literal;)*) => {
        /// What differs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum EditKind {
            $(#[doc = $explanation] $name,)*
        }

        impl EditKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable word: `field-added`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

kinds! {
    Document "document" "The document is of another version.";
    VersionAdded "version-added" "The version history has a new version.";
    VersionDate "version-date" "A version has another date.";
    Signature "signature" "Messages are signed with another algorithm.";
    InterfaceAdded "interface-added" "A section describes a new interface.";
    InterfaceRemoved "interface-removed" "No section describes the interface any more.";
    Section "section" "An interface stands in another section.";
    Title "title" "A section has another title.";
    Url "url" "An interface has another address.";
    MessageAdded "message-added" "An interface has a new message or structure.";
    Condition "condition" "A table stands under another condition.";
    FieldAdded "field-added" "A table has a new row.";
    FieldRemoved "field-removed" "A row is gone.";
    FieldRenamed "field-renamed" "A row is gone and one like it has come: perhaps another name.";
    FieldCase "field-case" "A name is spelled with other capitals.";
    FieldAlias "field-alias" "A row is printed under an alias.";
    FieldMoved "field-moved" "A row stands in a table under another condition.";
    Label "label" "A row has another label.";
    Type "type" "A row has another type.";
    Max "max" "A row has another greatest length.";
    Mark "mark" "A row has another mark.";
    Choice "choice" "A remark tells of a choice that the spec has not, or no longer of one that it has.";
    Unit "unit" "A number has another unit.";
    Form "form" "A time or date has another form.";
    ValueAdded "value-added" "A row lists a value that its enum has not.";
    ValueRemoved "value-removed" "No row lists the value any more.";
    ValueListed "value-listed" "A row lists a value that it did not list.";
    ValueUnlisted "value-unlisted" "A row no longer lists a value that others list.";
    ValueLabel "value-label" "A value has another meaning.";
    ValuesListed "values-listed" "A row without an enum lists values.";
    CodeAdded "code-added" "There is a new error code.";
    CodeRemoved "code-removed" "An error code is gone.";
    CodeMeaning "code-meaning" "An error code has another meaning.";
    CodeInterfaces "code-interfaces" "Other interfaces answer an error code.";
    BillAdded "bill-added" "There is a new kind of bill.";
    BillRemoved "bill-removed" "A kind of bill is gone.";
    ColumnAdded "column-added" "A bill has a new column.";
    ColumnRemoved "column-removed" "A bill lacks a column.";
    ColumnRenamed "column-renamed" "A column is gone and another stands in its place: perhaps another name.";
    ColumnMoved "column-moved" "A column stands elsewhere in a bill.";
}

impl Edit {
    pub(super) fn new(
        kind: EditKind,
        [interface, message, item]: [&str; 3],
        old: impl Into<String>,
        new: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            interface: interface.to_owned(),
            message: message.to_owned(),
            item: item.to_owned(),
            old: old.into(),
            new: new.into(),
            line: None,
            part: None,
            target: None,
            undecided: None,
        }
    }

    pub(super) fn at(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }

    pub(super) fn part(mut self, part: Option<usize>) -> Self {
        self.part = part;
        self
    }

    pub(super) fn decide(mut self, what: impl Into<String>) -> Self {
        self.undecided = Some(what.into());
        self
    }

    /// The edit as one JSON object.
    pub fn json(&self) -> Value {
        json!({
            "type": "edit",
            "kind": self.kind.as_str(),
            "interface": self.interface,
            "message": self.message,
            "item": self.item,
            "old": self.old,
            "new": self.new,
            "line": self.line,
            "undecided": self.undecided,
        })
    }

    /// Where the spec has it: `refund request order_no`.
    pub fn place(&self) -> String {
        let parts = [&self.interface, &self.message, &self.item];
        let parts: Vec<&str> = parts
            .into_iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        parts.join(" ")
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind.as_str())?;
        let place = self.place();
        if !place.is_empty() {
            write!(f, ": {place}")?;
        }
        match (self.old.is_empty(), self.new.is_empty()) {
            (true, true) => {}
            (true, false) => write!(f, ": {}", self.new)?,
            (false, true) => write!(f, ": was {}", self.old)?,
            (false, false) => write!(f, ": {} -> {}", self.old, self.new)?,
        }
        if let Some(line) = self.line {
            write!(f, " (line {line})")?;
        }
        if let Some(undecided) = &self.undecided {
            write!(f, "\n      to decide: {undecided}")?;
        }
        Ok(())
    }
}
