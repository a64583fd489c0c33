//! The known word that an unknown one was probably meant to be.

/// Words that a help names: all keys of a table of a spec.
const MOST_SHOWN: usize = 40;

/// The nearest of `known` to `word`, if at most a third of its letters differ, whatever their case.
///
/// # Examples
///
/// ```
/// use signed_xml_condition::nearest;
///
/// assert_eq!(nearest("requried", ["label", "required"]), Some("required"));
/// assert_eq!(nearest("colour", ["label", "required"]), None);
/// ```
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.is_ascii() && word.len() < 4 {
        // Every version and every id of two letters is near every other.
        return None;
    }
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| {
            let edits = strsim::osa_distance(&lower, &candidate.to_lowercase());
            (edits, candidate)
        })
        .filter(|(edits, candidate)| {
            *edits <= word.chars().count().max(candidate.chars().count()) / 3
        })
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Help that names the nearest of `known`, or all of them when none is near.
///
/// # Examples
///
/// ```
/// use signed_xml_condition::did_you_mean;
///
/// assert_eq!(did_you_mean("fees", ["fee", "count"]), "did you mean `fee`?");
/// assert_eq!(did_you_mean("x", ["fee", "count"]), "known: fee, count");
/// ```
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(word, known.clone()) {
        return format!("did you mean `{near}`?");
    }
    let known: Vec<&str> = known.into_iter().collect();
    match known.len() {
        0 => "none is defined yet".to_owned(),
        1..=MOST_SHOWN => format!("known: {}", known.join(", ")),
        more => format!(
            "known: {}, … ({more} in all)",
            known[..MOST_SHOWN].join(", ")
        ),
    }
}
