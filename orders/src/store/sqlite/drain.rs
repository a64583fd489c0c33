//! What a group consists of: all that waits, and what is about to be handed in.

use tokio::sync::mpsc::UnboundedReceiver;

/// Waits until something is handed in, and takes as much as there is up to the limit. How much it took: 0 if no work can be handed in any more.
///
/// Callers are woken together by the answers to the group before, and hand in what is next one after the other. So those that are ready to run go
/// first, twice, since many of them hand in only after one more step: what would else miss this group waits for a whole flush of the disk. If no one
/// is ready to run this takes no time.
pub(super) async fn drain<T>(
    waiting: &mut UnboundedReceiver<T>,
    into: &mut Vec<T>,
    limit: usize,
) -> usize {
    let mut taken = waiting.recv_many(into, limit).await;
    if taken == 0 {
        return 0;
    }
    for _ in 0..2 {
        tokio::task::yield_now().await;
    }
    while taken < limit
        && let Ok(next) = waiting.try_recv()
    {
        into.push(next);
        taken += 1;
    }
    taken
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use tokio::sync::mpsc::unbounded_channel;

    use super::*;

    #[tokio::test]
    async fn what_others_hand_in_meanwhile_belongs_to_the_same_group() {
        let (sender, mut waiting) = unbounded_channel();
        sender.send(0).unwrap();
        for number in 1..4 {
            let sender = sender.clone();
            tokio::spawn(async move {
                tokio::task::yield_now().await;
                sender.send(number).unwrap();
            });
        }
        let mut group = Vec::new();
        assert_eq!(drain(&mut waiting, &mut group, 9).await, 4);
        group.sort_unstable();
        assert_eq!(group, [0, 1, 2, 3]);
    }

    #[tokio::test]
    async fn a_group_is_at_most_as_large_as_its_limit_and_nothing_is_left_behind() {
        let (sender, mut waiting) = unbounded_channel();
        (0..5).for_each(|number| sender.send(number).unwrap());
        drop(sender);
        let mut group = Vec::new();
        for taken in [2, 2, 1, 0] {
            group.clear();
            assert_eq!(drain(&mut waiting, &mut group, 2).await, taken);
            assert_eq!(group.len(), taken);
        }
    }
}
