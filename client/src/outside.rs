//! Time and randomness, which enter from outside so that tests and simulations decide them.

use jiff::Timestamp;

/// Where the time comes from.
///
/// A function without arguments that returns a time is a clock:
///
/// ```
/// use jiff::Timestamp;
/// use signed_xml_client::Clock;
///
/// fn takes(clock: impl Clock) -> Timestamp {
///     clock.now()
/// }
/// assert_eq!(takes(|| Timestamp::UNIX_EPOCH), Timestamp::UNIX_EPOCH);
/// ```
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;
}

impl<F> Clock for F
where
    F: Fn() -> Timestamp + Send + Sync + 'static,
{
    fn now(&self) -> Timestamp {
        self()
    }
}

/// The clock of this machine.
///
/// It may be set back or forth. A token then ends late or early by that much: late is answered by
/// the platform and renewed.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Where random strings come from.
pub trait Nonce: Send + Sync + 'static {
    /// 32 letters and digits that cannot be foreseen, unless the source of randomness fails.
    fn nonce(&self) -> Option<String>;
}

/// Random strings of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomNonce;

/// The length of a `nonce_str` that fills its field.
const LENGTH: usize = 32;

impl Nonce for RandomNonce {
    fn nonce(&self) -> Option<String> {
        const SIGNS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut nonce = String::with_capacity(LENGTH);
        let mut random = [0; 64];
        while nonce.len() < LENGTH {
            getrandom::fill(&mut random).ok()?;
            // 248 = 4 × 62: what is above would make the first signs more likely than the last.
            let even = random
                .iter()
                .filter(|byte| **byte < 248)
                .map(|byte| char::from(SIGNS[usize::from(byte % 62)]));
            nonce.extend(even.take(LENGTH - nonce.len()));
        }
        Some(nonce)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_32_letters_and_digits_and_never_the_same() {
        let nonces: Vec<String> = (0..100).filter_map(|_| RandomNonce.nonce()).collect();
        assert_eq!(nonces.len(), 100);
        assert!(
            nonces
                .iter()
                .all(|nonce| nonce.len() == 32 && nonce.bytes().all(|b| b.is_ascii_alphanumeric()))
        );
        let different: std::collections::HashSet<_> = nonces.iter().collect();
        assert_eq!(different.len(), 100);
    }
}
