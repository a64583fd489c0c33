//! A perfect hash over the names of a message, found at compile time.
//!
//! A received name is looked up by its length, first and last eight bytes and one multiplication,
//! and then compared once. Names that these cannot tell apart fall back to binary search, so that a
//! spec can never be one that does not compile.

use crate::short;

const BITS: u32 = 10;
const SIZE: usize = 1 << BITS;
const VACANT: u8 = u8::MAX;
const TRIES: u64 = 400;

/// A name by which a field goes on the wire.
#[derive(Debug)]
pub struct Name {
    /// The name, exact in case.
    pub text: &'static str,
    /// The field it means, by its place among the fields of the table.
    pub field: u16,
    /// `&name=`, as it stands in the canonical string.
    pub pair: &'static str,
}

/// Where each name of a message stands among its sorted names.
pub struct NameIndex {
    /// Zero means that no seed separates the names: search them instead.
    seed: u64,
    table: [u8; SIZE],
}

impl NameIndex {
    /// Builds the index of `names`, which must be sorted by bytes.
    #[must_use]
    pub const fn new(names: &[Name]) -> Self {
        let none = Self {
            seed: 0,
            table: [VACANT; SIZE],
        };
        if names.len() >= VACANT as usize {
            return none;
        }
        let mut attempt = 0;
        // Invariant: an odd multiplier, so that no bit of the digest is lost.
        let mut seed: u64 = 0x9E37_79B9_7F4A_7C15;
        while attempt < TRIES {
            let mut table = [VACANT; SIZE];
            let mut i = 0;
            while i < names.len() {
                let place = place(names[i].text.as_bytes(), seed);
                if table[place] != VACANT {
                    break;
                }
                table[place] = i as u8;
                i += 1;
            }
            if i == names.len() {
                return Self { seed, table };
            }
            seed = seed
                .wrapping_mul(0x5851_F42D_4C95_7F2D)
                .wrapping_add(0x1405_7B7E_F767_814E)
                | 1;
            attempt += 1;
        }
        none
    }

    /// The position of `name` in `names`, the slice that the index was built from.
    #[inline]
    #[must_use]
    pub fn find(&self, names: &[Name], name: &[u8]) -> Option<usize> {
        if self.seed == 0 {
            return names
                .binary_search_by(|known| known.text.as_bytes().cmp(name))
                .ok();
        }
        let slot = usize::from(self.table[place(name, self.seed)]);
        short::equal(names.get(slot)?.text.as_bytes(), name).then_some(slot)
    }
}

impl std::fmt::Debug for NameIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NameIndex").finish_non_exhaustive()
    }
}

#[inline]
const fn place(name: &[u8], seed: u64) -> usize {
    let (head, tail) = match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
        (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
        _ => {
            let mut packed = 0;
            let mut i = 0;
            while i < name.len() {
                packed = packed << 8 | name[i] as u64;
                i += 1;
            }
            (packed, 0)
        }
    };
    let mixed = (head ^ tail.rotate_left(23) ^ (name.len() as u64) << 56).wrapping_mul(seed);
    (mixed >> (64 - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn name(text: &'static str) -> Name {
        Name {
            text,
            field: 0,
            pair: "",
        }
    }

    #[test]
    fn finds_every_name_and_nothing_else() {
        const NAMES: &[Name] = &[
            name("Item_self_fee"),
            name("a"),
            name("appid"),
            name("cash_fee"),
            name("item_fee"),
            name("item_fund_fee"),
            name("item_other_fee"),
            name("nonce_str"),
            name("sign"),
        ];
        const INDEX: NameIndex = NameIndex::new(NAMES);
        assert_ne!(INDEX.seed, 0);
        for (i, known) in NAMES.iter().enumerate() {
            assert_eq!(INDEX.find(NAMES, known.text.as_bytes()), Some(i));
        }
        for other in ["", "Appid", "item_self_fee", "cash_fees", "b"] {
            assert_eq!(INDEX.find(NAMES, other.as_bytes()), None);
        }
    }

    #[test]
    fn names_that_the_hash_cannot_tell_apart_are_still_found() {
        let names = [name("aaaaaaaa-1-bbbbbbbb"), name("aaaaaaaa-2-bbbbbbbb")];
        let index = NameIndex::new(&names);
        assert_eq!(index.seed, 0);
        assert_eq!(index.find(&names, b"aaaaaaaa-2-bbbbbbbb"), Some(1));
        assert_eq!(index.find(&names, b"aaaaaaaa-3-bbbbbbbb"), None);
    }
}
