//! The canonical string and its MD5, for samples.
//!
//! The compiler imports no crate of the workspace, so the few lines stand here again; a conformance
//! test verifies every sample with the reader that the product uses.

use std::fmt::Write;

use md5::{Digest, Md5};

use super::{Pairs, Signature};

/// The key that every sample is signed with.
pub(crate) const KEY: &str = "SAMPLE0KEY0OF0THIS0REFERENCE0123";

/// The field that carries a signature.
const SIGN: &str = "sign";

/// Signs `pairs` in place: `sign` gets the signature over all other fields that are not empty.
pub(super) fn sign(pairs: &mut Pairs) -> Signature {
    pairs.retain(|(name, _)| name != SIGN);
    let mut sorted: Vec<&(String, String)> = pairs.iter().collect();
    sorted.retain(|(_, value)| !value.is_empty());
    sorted.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
    let parts: Vec<String> = sorted
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let canonical = parts.join("&");
    let sign = hex(format!("{canonical}&key={KEY}").as_bytes()).to_uppercase();
    pairs.push((SIGN.to_owned(), sign.clone()));
    Signature { canonical, sign }
}

/// MD5 in 32 lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(32);
    for byte in Md5::digest(bytes) {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ordered_as_bytes_and_what_is_empty_is_left_out() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut pairs = vec![
            pair("b", "2"),
            pair("a", ""),
            pair("Z", "0"),
            pair("sign", "old"),
        ];
        let signature = sign(&mut pairs);
        assert_eq!(signature.canonical, "Z=0&b=2");
        assert_eq!(pairs.last(), Some(&pair("sign", &signature.sign)));
    }

    #[test]
    fn the_digest_is_md5() {
        assert_eq!(hex(b""), "d41d8cd98f00b204e9800998ecf8427e");
    }
}
