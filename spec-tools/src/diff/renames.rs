//! An old message in the names of the new one, so that a renamed field makes no other condition differ.

use std::borrow::Cow;
use std::collections::BTreeMap;

use signed_xml_codegen::model::{Condition, Message};

use super::fields::FieldPairs;

/// Old names and what they are now.
type Names<'a> = BTreeMap<&'a str, &'a str>;

/// The message with every renamed field called as in the new one, also where conditions, groups and views speak of it.
pub(super) fn renamed<'a>(old: &'a Message, fields: &FieldPairs<'_>) -> Cow<'a, Message> {
    let differing = fields.iter().filter(|(old, new)| old.name != new.name);
    let names: Names<'_> = differing
        .map(|(old, new)| (old.name.as_str(), new.name.as_str()))
        .collect();
    if names.is_empty() {
        return Cow::Borrowed(old);
    }
    let mut message = old.clone();
    for field in &mut message.fields {
        replace(&mut field.name, &names);
        let conditions = [
            &mut field.required_when,
            &mut field.forbidden_when,
            &mut field.present_when,
        ];
        for when in conditions.into_iter().flatten() {
            in_condition(when, &names);
        }
    }
    for when in message
        .parts
        .iter_mut()
        .filter_map(|part| part.when.as_mut())
    {
        in_condition(when, &names);
    }
    for rule in &mut message.rules {
        in_condition(&mut rule.check, &names);
    }
    for member in message
        .groups
        .iter_mut()
        .flat_map(|group| &mut group.members)
    {
        replace(member, &names);
    }
    for view in &mut message.views {
        let values = view.values.iter_mut().map(|value| &mut value.field);
        for name in view
            .present
            .iter_mut()
            .chain(&mut view.absent)
            .chain(values)
        {
            replace(name, &names);
        }
    }
    Cow::Owned(message)
}

fn in_condition(condition: &mut Condition, names: &Names<'_>) {
    *condition = condition.map(&mut |name: &String| {
        let mut name = name.clone();
        replace(&mut name, names);
        name
    });
}

fn replace(name: &mut String, names: &Names<'_>) {
    if let Some(new) = names.get(name.as_str()) {
        (*new).clone_into(name);
    }
}
