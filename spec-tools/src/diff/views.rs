//! Compares the views of a message: the functions that give a caller a typed subset.

use signed_xml_codegen::model::{Message, View};

use super::change::{Finding, Record, Spot};
use super::pairing::Pairs;
use super::rules::whole as rules;

pub(super) fn compare(record: &mut Record<'_>, spot: Spot<'_>, old: &Message, new: &Message) {
    let pairs = Pairs::new(&old.views, &new.views, |a, b| a.name == b.name);
    for view in &pairs.gone {
        let text = format!("the view `{}` is gone", view.name);
        let finding = Finding::new(&rules::INTERFACE_VIEW_REMOVED, text);
        record.add(spot, finding.old(&view.name).was_at(view.span));
    }
    for (old, new) in &pairs.both {
        pair(record, spot, old, new);
    }
    for view in &pairs.come {
        let text = format!("the view `{}` is new", view.name);
        let finding = Finding::new(&rules::INTERFACE_VIEW_ADDED, text);
        record.add(spot, finding.new_value(&view.name).at(view.span));
    }
}

fn pair(record: &mut Record<'_>, spot: Spot<'_>, old: &View, new: &View) {
    let pairs = Pairs::new(&old.values, &new.values, |a, b| a.name == b.name);
    for value in &pairs.gone {
        let text = format!("the view `{}` has no `{}` any more", new.name, value.name);
        let finding = Finding::new(&rules::INTERFACE_VIEW_VALUE_REMOVED, text);
        let name = format!("{}.{}", new.name, value.name);
        record.add(spot, finding.old(name).was_at(old.span));
    }
    for value in &pairs.come {
        let text = format!("the view `{}` has a `{}` now", new.name, value.name);
        let finding = Finding::new(&rules::INTERFACE_VIEW_VALUE_ADDED, text);
        let name = format!("{}.{}", new.name, value.name);
        record.add(spot, finding.new_value(name).at(new.span));
    }
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
