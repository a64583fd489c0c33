//! Which items of a list moved: those outside of the longest run that stayed in its order.

/// An item that moved.
#[derive(Debug, PartialEq)]
pub(super) struct Moved<'a> {
    pub(super) name: &'a str,
    /// Where it stood: "behind `a`".
    pub(super) from: String,
    /// Where it stands.
    pub(super) to: String,
}

/// What moved between two lists of names, in the new order. What stands in one list only has not
/// moved.
pub(super) fn moved<'a>(before: &[&str], after: &[&'a str]) -> Vec<Moved<'a>> {
    let place = |list: &[&str], name: &str| list.iter().position(|other| *other == name);
    let both = after
        .iter()
        .filter_map(|name| Some((*name, place(before, name)?)));
    let both: Vec<(&str, usize)> = both.collect();
    // For each item, the length of the longest ascending run that ends with it, and the item before
    // it in that run.
    let mut runs: Vec<(usize, Option<usize>)> = Vec::with_capacity(both.len());
    for (at, (_, place)) in both.iter().enumerate() {
        let smaller = (0..at).filter(|earlier| both[*earlier].1 < *place);
        let best = smaller.max_by_key(|earlier| runs[*earlier].0);
        runs.push((best.map_or(1, |best| runs[best].0 + 1), best));
    }
    let mut stays = vec![false; both.len()];
    let mut last = (0..both.len()).max_by_key(|at| runs[*at].0);
    while let Some(at) = last {
        stays[at] = true;
        last = runs[at].1;
    }
    let behind = |list: &[&str], name: &str| match place(list, name) {
        None | Some(0) => "first".to_owned(),
        Some(at) => format!("behind `{}`", list[at - 1]),
    };
    let moved = both.iter().zip(stays).filter(|(_, stays)| !stays);
    let moved = moved.map(|((name, _), _)| Moved {
        name,
        from: behind(before, name),
        to: behind(after, name),
    });
    moved.collect()
}

#[cfg(test)]
mod tests {
    use super::moved;

    fn names<'a>(before: &[&str], after: &[&'a str]) -> Vec<&'a str> {
        moved(before, after).iter().map(|item| item.name).collect()
    }

    #[test]
    fn nothing_moves_in_a_list_that_stays_in_its_order() {
        assert!(names(&["a", "b", "c"], &["a", "new", "c"]).is_empty());
        assert!(names(&[], &[]).is_empty());
    }

    #[test]
    fn one_item_that_jumps_is_the_only_one_that_moved() {
        assert_eq!(names(&["a", "b", "c", "d"], &["d", "a", "b", "c"]), ["d"]);
        let moved = moved(&["a", "b", "c", "d"], &["b", "c", "d", "a"]);
        let [item] = moved.as_slice() else {
            panic!("{moved:?}");
        };
        assert_eq!(
            (item.from.as_str(), item.to.as_str()),
            ("first", "behind `d`")
        );
    }

    #[test]
    fn of_two_that_change_places_one_moved() {
        assert_eq!(names(&["a", "b", "c"], &["a", "c", "b"]).len(), 1);
    }
}
