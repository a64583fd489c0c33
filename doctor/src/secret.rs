//! Secrets of a configuration. They are wiped when dropped and never shown.

use std::fmt;

use zeroize::Zeroizing;

/// From this length on, in bytes, a secret is searched for in everything that is shown. A shorter
/// one would be found in innocent words.
const SEARCHED_FOR: usize = 8;

/// A secret, as its holder has it: even if it is invalid as a key, which may be the mistake.
#[derive(Clone)]
pub(crate) struct Secret {
    /// What people call it.
    pub(crate) name: String,
    pub(crate) bytes: Zeroizing<Vec<u8>>,
}

impl Secret {
    pub(crate) fn new(name: impl Into<String>, secret: impl AsRef<[u8]>) -> Self {
        Self {
            name: name.into(),
            bytes: Zeroizing::new(secret.as_ref().to_vec()),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({:?}, [redacted])", self.name)
    }
}

/// Takes secrets out of what is shown: a name or a value of a message may hold one.
pub(crate) struct Scrubber {
    secrets: Vec<Zeroizing<String>>,
}

impl Scrubber {
    pub(crate) fn new<'a>(secrets: impl Iterator<Item = &'a Secret>) -> Self {
        let mut texts: Vec<Zeroizing<String>> = secrets
            .filter_map(|secret| std::str::from_utf8(&secret.bytes).ok())
            .map(|text| Zeroizing::new(text.trim().to_owned()))
            .filter(|text| text.len() >= SEARCHED_FOR)
            .collect();
        // A secret that begins with another one is replaced whole.
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self { secrets: texts }
    }

    pub(crate) fn clean(&self, text: String) -> String {
        self.secrets
            .iter()
            .fold(text, |text, secret| match text.contains(secret.as_str()) {
                true => text.replace(secret.as_str(), "[secret]"),
                false => text,
            })
    }
}
