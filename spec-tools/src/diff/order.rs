//! Which items of a list moved: those outside of the longest run that kept its order.

/// The positions in `places` that do not ascend with the others, in order.
///
/// `places` holds, for each item in its new order, where it stood before; all are different.
pub(super) fn moved(places: &[usize]) -> Vec<usize> {
    // For each item, the length of the longest ascending run that ends with it, and the item before it in that run.
    let mut runs: Vec<(usize, Option<usize>)> = Vec::with_capacity(places.len());
    for (at, place) in places.iter().enumerate() {
        let before = (0..at).filter(|earlier| places[*earlier] < *place);
        let best = before.max_by_key(|earlier| runs[*earlier].0);
        runs.push((best.map_or(1, |best| runs[best].0 + 1), best));
    }
    let mut kept = vec![false; places.len()];
    let mut last = (0..places.len()).max_by_key(|at| runs[*at].0);
    while let Some(at) = last {
        kept[at] = true;
        last = runs[at].1;
    }
    (0..places.len()).filter(|at| !kept[*at]).collect()
}

#[cfg(test)]
mod tests {
    use super::moved;

    #[test]
    fn nothing_moves_in_a_list_that_keeps_its_order() {
        assert!(moved(&[0, 2, 5]).is_empty());
        assert!(moved(&[]).is_empty());
    }

    #[test]
    fn one_item_that_jumps_is_the_only_one_that_moved() {
        assert_eq!(moved(&[3, 0, 1, 2]), [0]);
        assert_eq!(moved(&[1, 2, 3, 0]), [3]);
    }

    #[test]
    fn of_two_that_change_places_one_moved() {
        assert_eq!(moved(&[0, 2, 1, 3]).len(), 1);
    }
}
