//! Compares the views of a message: the functions that give a caller a typed subset.

use signed_xml_codegen::model::{Message, View, ViewValue};

use super::change::{Finding, Record, Spot};
use super::lists::{self, Item};
use super::pairing::Pairs;
use super::rules::whole as rules;

pub(super) fn compare<'a>(
    record: &mut Record<'_>,
    spot: Spot<'a>,
    old: &'a Message,
    new: &'a Message,
) {
    let pairs = Pairs::new(&old.views, &new.views, |a, b| a.name == b.name);
    let item = |view: &'a View| Item {
        spot,
        span: view.span,
        what: format!("the view `{}`", view.name),
        more: String::new(),
        value: view.name.clone(),
        history: None,
        removed: &rules::INTERFACE_VIEW_REMOVED,
        added: &rules::INTERFACE_VIEW_ADDED,
    };
    lists::compare(record, pairs, item, |record, old, new| {
        pair(record, spot, old, new)
    });
}

fn pair<'a>(record: &mut Record<'_>, spot: Spot<'a>, old: &'a View, new: &'a View) {
    let paired = || Pairs::new(&old.values, &new.values, |a, b| a.name == b.name);
    let item = |value: &'a ViewValue| Item {
        spot,
        span: new.span,
        what: format!("`{}` of the view `{}`", value.name, new.name),
        more: String::new(),
        value: format!("{}.{}", new.name, value.name),
        history: None,
        removed: &rules::INTERFACE_VIEW_VALUE_REMOVED,
        added: &rules::INTERFACE_VIEW_VALUE_ADDED,
    };
    lists::compare(record, paired(), item, |_, _, _| {});
    let pairs = paired();
    let sources = pairs.both.iter().filter(|(a, b)| a.field != b.field);
    let moved: Vec<String> = sources.map(|(_, b)| format!("`{}`", b.name)).collect();
    let (before, after) = (case(old), case(new));
    let text = match (before == after, moved.is_empty()) {
        (true, true) => return,
        (true, false) => format!(
            "the view `{}` takes {} from elsewhere",
            new.name,
            moved.join(", ")
        ),
        (false, _) => format!("the view `{}` is given for {after}", new.name),
    };
    let finding = Finding::new(&rules::INTERFACE_VIEW_CHANGED, text);
    let values = [old, new].map(|view| format!("{}; {}", case(view), values(view)));
    let [before, after] = values;
    record.add(spot, finding.values(before, after).at(new.span));
}

/// In which messages a view is given.
fn case(view: &View) -> String {
    let mut names: Vec<String> = view
        .present
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    names.sort();
    let mut absent: Vec<String> = view
        .absent
        .iter()
        .map(|name| format!("no `{name}`"))
        .collect();
    absent.sort();
    names.extend(absent);
    match names.is_empty() {
        true => "every message".to_owned(),
        false => names.join(" and "),
    }
}

fn values(view: &View) -> String {
    let values = view.values.iter();
    let pairs: Vec<String> = values
        .map(|value| format!("{} = {}", value.name, value.field))
        .collect();
    pairs.join(", ")
}
