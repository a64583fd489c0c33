//! What has changed since it was last saved.

use std::collections::BTreeSet;

/// The keys of entries that changed. Nothing is marked until [`start`](Self::start): a platform that is
/// never saved would only grow by it.
#[derive(Debug, Clone)]
pub(super) struct Marks<K>(Option<BTreeSet<K>>);

impl<K> Default for Marks<K> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: Ord> Marks<K> {
    pub(super) fn start(&mut self) {
        self.0 = Some(BTreeSet::new());
    }

    pub(super) fn mark(&mut self, key: K) {
        if let Some(marked) = &mut self.0 {
            marked.insert(key);
        }
    }

    /// Takes the marks off.
    pub(super) fn take(&mut self) -> BTreeSet<K> {
        self.0.as_mut().map(std::mem::take).unwrap_or_default()
    }
}
