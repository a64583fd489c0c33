//! The spec that a document asks for: every patch written into the TOML, comments and order as they are, what a person must decide marked.
//!
//! Steps: one patch after the other; compile; if that fails, again one by one, and what the spec cannot carry becomes a question on its row.
//! `diff` of the two models is the list of changes. Nothing is written to disk here.

use signed_xml_codegen::model::Model;
use signed_xml_codegen::{Diagnostics, Sources};
use toml_edit::Value;

use crate::diff::{self, Changes};

use super::draft::Draft;
use super::patch::{Item, Patch, Place, Question};

/// The spec with what a document says.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// All files of the spec, edited.
    pub sources: Sources,
    /// The compiled spec.
    pub model: Model,
    /// Files whose text is another, in their order.
    pub changed: Vec<String>,
    /// What changed, each with the line of the document where it prints one.
    pub changes: Changes,
    /// What a person must decide.
    pub open: Vec<OpenQuestion>,
}

/// A question and where it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenQuestion {
    /// Interface, message and field, or what stands beside them.
    pub place: String,
    /// Line of the document; `None` for what it does not print.
    pub line: Option<u32>,
    /// In one sentence.
    pub text: String,
    /// False if no file has a row for it: a person edits the spec.
    pub written: bool,
}

/// Writes patches into the spec that `model` was read from.
///
/// # Errors
///
/// The findings, if the spec does not compile even with every patch left out: it is wrong as it is.
pub(super) fn propose(model: &Model, patches: &[Patch]) -> Result<Proposal, Diagnostics> {
    if patches.is_empty() {
        return Ok(Proposal {
            sources: model.sources.clone(),
            model: model.clone(),
            changed: Vec::new(),
            changes: Changes::default(),
            open: Vec::new(),
        });
    }
    let start = Draft::new(&model.sources);
    let mut patches = patches.to_vec();
    patches.sort_by_key(rank);
    let mut draft = start.clone();
    for patch in &patches {
        draft.apply(patch);
    }
    if let Ok(proposed) = signed_xml_codegen::compile(draft.sources(model)) {
        return Ok(finished(model, draft, proposed, &patches));
    }
    // Which patch is it that the spec cannot carry?
    let mut draft = start;
    for patch in &mut patches {
        let mut next = draft.clone();
        next.apply(patch);
        if signed_xml_codegen::compile(next.sources(model)).is_ok() {
            draft = next;
            continue;
        }
        match &patch.item {
            // The question stands in the head of the interface.
            Item::NewMessage { interface, .. } => patch.item = Item::Interface(interface.clone()),
            _ => patch.questions.push(cannot_carry(patch)),
        }
        patch.keys.clear();
        patch.place = Place::Stays;
        let mut asked = draft.clone();
        asked.apply(patch);
        match signed_xml_codegen::compile(asked.sources(model)) {
            Ok(_) => draft = asked,
            Err(_) => draft.unwritten.push(patch.item.clone()),
        }
    }
    let proposed = signed_xml_codegen::compile(draft.sources(model))?;
    Ok(finished(model, draft, proposed, &patches))
}

/// New rows before what speaks of them: versions and values first, lists of values last.
fn rank(patch: &Patch) -> u8 {
    let lists = patch.keys.iter().any(|(key, _)| *key == "listed");
    match (&patch.item, &patch.place) {
        (Item::Version(_), _) => 0,
        (Item::Document, _) => 1,
        (Item::Column(_), Place::New { .. }) => 2,
        (Item::Field { .. }, Place::New { .. }) => 4,
        (Item::Field { .. }, Place::Moves { .. }) => 5,
        (Item::Field { .. }, Place::Renamed { .. }) => 7,
        (Item::Field { .. }, _) if lists => 6,
        _ => 3,
    }
}

/// The question that is left of a patch with which the spec does not compile.
fn cannot_carry(patch: &Patch) -> Question {
    let shown = |(key, value): &(&str, Option<Value>)| match value {
        Some(value) => format!("{key} = {}", value.to_string().trim()),
        None => format!("no {key}"),
    };
    let printed: Vec<String> = patch.keys.iter().map(shown).collect();
    let mut printed = printed.join(", ");
    if let Place::Moves { .. } = patch.place {
        printed = "another table".to_owned();
    }
    if printed.is_empty() {
        printed = "an item more".to_owned();
    }
    Question {
        text: format!("the document prints {printed}; the spec does not compile with it as it is"),
        printed,
    }
}

/// The questions on the rows of an interface or a message that is new: they stand in its text.
fn of_rows(proposed: &Model, patch: &Patch) -> Vec<OpenQuestion> {
    let (new, of_message) = match &patch.item {
        Item::NewInterface { name, .. } => (name, None),
        Item::NewMessage {
            interface, message, ..
        } => (interface, Some(message)),
        _ => return Vec::new(),
    };
    let mut interfaces = proposed.interfaces.iter();
    let messages = interfaces
        .find(|interface| interface.name == *new)
        .map_or(&[][..], |interface| &interface.messages);
    let messages = messages
        .iter()
        .filter(|message| of_message.is_none_or(|name| message.name == *name));
    let rows =
        messages.flat_map(|message| message.fields.iter().map(move |field| (message, field)));
    // The first row of a new message repeats what is asked of the message.
    let asked = |text: &String| {
        patch
            .questions
            .iter()
            .any(|question| question.text == *text)
    };
    rows.filter_map(|(message, field)| {
        let text = field
            .history
            .undecided
            .clone()
            .filter(|text| !asked(text))?;
        Some(OpenQuestion {
            place: format!("{new} {} {}", message.name, field.name),
            line: field.history.line,
            text,
            written: true,
        })
    })
    .collect()
}

fn finished(model: &Model, draft: Draft, proposed: Model, patches: &[Patch]) -> Proposal {
    let sources = draft.sources(model);
    let before = |name: &str| model.sources.files().iter().find(|file| file.name == name);
    let changed = sources.files().iter().filter(|file| {
        let old = before(&file.name);
        old.is_none_or(|old| old.text != file.text)
    });
    let changed = changed.map(|file| file.name.clone()).collect();
    let mut changes = diff::compare(model, &proposed);
    changes.locate(|address| {
        let of_item = |depth: usize| {
            let mut patches = patches.iter();
            patches.find_map(|patch| {
                let mut own = patch.item.address();
                if let Place::Renamed { to } = &patch.place
                    && address.last() == Some(&Some(to.as_str()))
                {
                    own = [own[0], own[1], Some(to)];
                }
                let same = own.iter().take(depth).eq(address.iter().take(depth));
                patch
                    .line
                    .filter(|_| same && address.iter().take(depth).any(Option::is_some))
            })
        };
        of_item(3).or_else(|| of_item(2))
    });
    let mut open: Vec<OpenQuestion> = Vec::new();
    for patch in patches {
        let written = !draft.unwritten.contains(&patch.item);
        open.extend(patch.questions.iter().map(|question| OpenQuestion {
            place: patch.item.to_string(),
            line: patch.line,
            text: question.text.clone(),
            written,
        }));
        open.extend(of_rows(&proposed, patch));
    }
    open.sort_by_key(|question| question.line);
    Proposal {
        sources,
        model: proposed,
        changed,
        changes,
        open,
    }
}
