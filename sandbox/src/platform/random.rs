//! Randomness, which the platform is handed and never makes.

use serde::{Deserialize, Serialize};

use super::saved;

/// Where random numbers come from.
pub trait Random {
    /// The next number.
    fn next_number(&mut self) -> u64;
}

/// Numbers that follow from a seed: the same ones in every run.
///
/// Good for nonces and test tokens, not for secrets (SplitMix64).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SeededRandom {
    #[serde(with = "saved::hex")]
    state: u64,
}

impl SeededRandom {
    /// Starts at a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }
}

impl Random for SeededRandom {
    fn next_number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// A `nonce_str`: 32 lower-case hexadecimal digits.
pub(super) fn nonce(random: &mut dyn Random) -> String {
    format!("{:016x}{:016x}", random.next_number(), random.next_number())
}

/// That many letters, digits, `-` and `_`.
pub(super) fn word(random: &mut dyn Random, length: usize) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let letter = |_| char::from(LETTERS[(random.next_number() >> 58) as usize]);
    (0..length).map(letter).collect()
}
