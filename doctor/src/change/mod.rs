//! What a sender may have done to the string: each change makes another draft of one.
//!
//! The list is ordered, the more usual changes first: where two of them give one string, the first
//! one is named, and pairs of changes are tried in that order. A change that would change nothing
//! is left out.

mod escapes;
mod fields;
mod json;
mod numbers;
pub(crate) mod percent;
mod strings;
mod values;

use std::cell::RefCell;
use std::collections::HashMap;

use crate::draft::{Draft, Pair, Text};
use crate::mistake::Mistake;
use crate::read::Message;
use crate::table::Table;
use crate::words::Kind;

/// When a change happens: a sender chooses fields, forms values, sorts, joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Fields,
    Numbers,
    Blanks,
    Json,
    Undo,
    Escapes,
    Percent,
    Marks,
    Garbling,
    Order,
    Join,
    Whole,
}

/// One change.
pub(crate) struct Change {
    pub(crate) mistake: Mistake,
    pub(crate) stage: Stage,
    /// Two changes of one family are not tried together.
    pub(crate) family: Option<(Stage, String)>,
    /// Whether it is tried together with others at all.
    pub(crate) paired: bool,
    act: Act,
}

/// What a change does to a draft: nothing, or another draft.
type Act = Box<dyn Fn(&Draft) -> Option<Draft>>;

/// Another form of a value; `None` if the change does not apply to it.
type ValueForm = Box<dyn Fn(&str) -> Option<String>>;

/// What the changes are made of.
pub(crate) struct Context<'a> {
    pub(crate) message: &'a Message,
    pub(crate) table: &'a Table,
    /// Values of the configuration that may have been signed without being sent.
    pub(crate) known: &'a [(String, String)],
    /// The key, if it is text.
    pub(crate) key: Option<&'a str>,
    /// The right signature, which a sender may have signed once more.
    pub(crate) right: &'a str,
}

impl Change {
    fn new(
        mistake: Mistake,
        stage: Stage,
        act: impl Fn(&Draft) -> Option<Draft> + 'static,
    ) -> Self {
        Self {
            mistake,
            stage,
            family: None,
            paired: true,
            act: Box::new(act),
        }
    }

    /// A change of values: `form` gives the new text of a value, or nothing to leave it. A value
    /// that becomes empty is not signed.
    fn of_values(
        mistake: Mistake,
        stage: Stage,
        form: impl Fn(&str) -> Option<String> + 'static,
    ) -> Self {
        Self::of_some_values(mistake, stage, |_| true, form)
    }

    /// The same for fields that are `chosen` by name.
    fn of_some_values(
        mistake: Mistake,
        stage: Stage,
        chosen: impl Fn(&str) -> bool + 'static,
        form: impl Fn(&str) -> Option<String> + 'static,
    ) -> Self {
        let formed: RefCell<HashMap<Text, Option<Text>>> = RefCell::default();
        let act = move |draft: &Draft| {
            let mut pairs: Option<Vec<Pair>> = None;
            for (at, pair) in draft.pairs.iter().enumerate() {
                let new = match chosen(&pair.field) {
                    true => cached(&formed, &pair.value, &form),
                    false => None,
                };
                match (new, &mut pairs) {
                    (None, None) => {}
                    (None, Some(pairs)) => pairs.push(pair.clone()),
                    (Some(value), pairs) => {
                        let pairs = pairs.get_or_insert_with(|| draft.pairs[..at].to_vec());
                        if !value.is_empty() {
                            pairs.push(Pair {
                                value,
                                ..pair.clone()
                            });
                        }
                    }
                }
            }
            Some(Draft {
                pairs: pairs?,
                ..draft.without_pairs()
            })
        };
        Self::new(mistake, stage, act)
    }

    fn in_family(mut self, name: impl Into<String>) -> Self {
        self.family = Some((self.stage, name.into()));
        self
    }

    /// Not tried together with others.
    fn alone(mut self) -> Self {
        self.paired = false;
        self
    }

    /// The draft that it makes of one, if that is another one.
    pub(crate) fn apply(&self, draft: &Draft) -> Option<Draft> {
        (self.act)(draft)
    }

    pub(crate) fn goes_with(&self, other: &Self) -> bool {
        self.paired && other.paired && (self.family.is_none() || self.family != other.family)
    }

    /// Names the fields that it changes, unless it is about some already.
    pub(crate) fn name_fields(&mut self, before: &Draft, after: &Draft) {
        if !self.mistake.fields.is_empty() || !self.mistake.kind.english().contains("{fields}") {
            return;
        }
        let changed = |pair: &&Pair| {
            let same = after.pairs.iter().any(|other| {
                other.received == pair.received
                    && other.name == pair.name
                    && other.value == pair.value
            });
            !same
        };
        let added = after
            .pairs
            .iter()
            .filter(|pair| before.pairs.iter().all(|other| other.field != pair.field));
        let fields = before.pairs.iter().filter(changed).chain(added);
        let mut names: Vec<String> = fields.map(|pair| pair.field.to_string()).collect();
        names.dedup();
        self.mistake.fields = names;
    }
}

/// The new text of a value, if it changes: formed once for each value.
fn cached(
    formed: &RefCell<HashMap<Text, Option<Text>>>,
    value: &Text,
    form: impl Fn(&str) -> Option<String>,
) -> Option<Text> {
    let mut formed = formed.borrow_mut();
    if let Some(new) = formed.get(value) {
        return new.clone();
    }
    let new = form(value).filter(|new| **new != **value).map(Text::from);
    formed.insert(value.clone(), new.clone());
    new
}

/// All changes, the more usual ones first.
pub(crate) fn all(context: &Context<'_>) -> Vec<Change> {
    let mut list = Vec::new();
    fields::usual(context, &mut list);
    values::usual(context, &mut list);
    strings::orders(context, &mut list);
    percent::all(&mut list);
    escapes::all(&mut list);
    json::all(&mut list);
    numbers::all(&mut list);
    fields::each(context, &mut list);
    strings::joins(context, &mut list);
    values::others(&mut list);
    numbers::each(context, &mut list);
    fields::absent(context, &mut list);
    each_value(context, &mut list);
    list
}

/// The changes of one field's value alone, where the same change of all values changes more.
fn each_value(context: &Context<'_>, list: &mut Vec<Change>) {
    let names: Vec<&str> = context
        .message
        .entries
        .iter()
        .filter(|entry| !entry.is_empty())
        .map(|entry| entry.name.as_str())
        .collect();
    for name in names {
        let about = |kind, detail: &str| Mistake::of(kind, detail).about(name);
        let mut add = |mistake, stage, form: ValueForm| {
            let own = name.to_owned();
            list.push(
                Change::of_some_values(mistake, stage, move |field| field == own, form).alone(),
            );
        };
        add(
            about(Kind::CdataSigned, ""),
            Stage::Marks,
            Box::new(|value| Some(values::in_cdata(value))),
        );
        for style in &percent::STYLES[..6] {
            add(
                about(Kind::PercentSigned, style.detail),
                Stage::Percent,
                Box::new(move |value| Some(percent::encoded(value, style))),
            );
        }
        for style in &escapes::XML[..2] {
            add(
                about(Kind::EscapesSigned, style.detail),
                Stage::Escapes,
                Box::new(move |value| Some(escapes::for_xml(value, style))),
            );
        }
        add(
            about(Kind::BackslashUSigned, "beyond ASCII"),
            Stage::Escapes,
            Box::new(|value| Some(escapes::backslash_u(value, false))),
        );
        add(
            about(Kind::Trimmed, ""),
            Stage::Blanks,
            Box::new(|value| Some(value.trim().to_owned())),
        );
    }
}
