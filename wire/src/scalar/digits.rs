//! Eight decimal digits in one word, the first one in its lowest byte.

/// Eight times the digit 0.
pub(super) const ZEROS: u64 = 0x3030_3030_3030_3030;

/// Whether each byte is an ASCII digit.
#[inline]
pub(super) const fn are_digits(text: u64) -> bool {
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    // A low half over 9 and six more of it carries into the high half, and no further.
    let carried = text.wrapping_add(0x0606_0606_0606_0606);
    (text & HIGH) == ZEROS && (carried & HIGH) == ZEROS
}

/// Their pairs as numbers, each in 16 bits, the first one in the lowest.
#[inline]
pub(super) const fn pairs(digits: u64) -> u64 {
    let digits = digits ^ ZEROS;
    (digits.wrapping_mul(10).wrapping_add(digits >> 8)) & 0x00ff_00ff_00ff_00ff
}

/// Their number.
#[inline]
pub(super) const fn eight_digits(digits: u64) -> u64 {
    let pairs = pairs(digits);
    let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (fours & 0xffff).wrapping_mul(10_000) + (fours >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_looked_at() {
        for place in 0..8 {
            for byte in 0..=u8::MAX {
                let mut text = *b"12345678";
                text[place] = byte;
                let word = u64::from_le_bytes(text);
                assert_eq!(are_digits(word), byte.is_ascii_digit(), "{text:?}");
                if byte.is_ascii_digit() {
                    let number = String::from_utf8(text.into()).unwrap();
                    assert_eq!(
                        eight_digits(word),
                        number.parse::<u64>().unwrap(),
                        "{number}"
                    );
                }
            }
        }
    }
}
