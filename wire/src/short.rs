//! Comparing and copying short runs of bytes without a call.
//!
//! Names and values are mostly 4 to 32 bytes long, where the call to `memcmp` or `memcpy` costs
//! more than the work. Two overlapping loads of a fixed size do both.

/// Whether two runs are equal.
#[inline]
pub(crate) fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    match a.len() {
        8..=16 => a.first_chunk::<8>() == b.first_chunk() && a.last_chunk::<8>() == b.last_chunk(),
        17..=32 => {
            a.first_chunk::<16>() == b.first_chunk() && a.last_chunk::<16>() == b.last_chunk()
        }
        4..8 => a.first_chunk::<4>() == b.first_chunk() && a.last_chunk::<4>() == b.last_chunk(),
        _ => a == b,
    }
}

/// Copies `from` to the start of `to`, which must be at least as long.
#[inline]
pub(crate) fn copy(from: &[u8], to: &mut [u8]) {
    let to = &mut to[..from.len()];
    match from.len() {
        8..=16 => copy_twice::<8>(from, to),
        17..=32 => copy_twice::<16>(from, to),
        4..8 => copy_twice::<4>(from, to),
        33..=64 => copy_twice::<32>(from, to),
        _ => to.copy_from_slice(from),
    }
}

/// Appends `from` to `to`: a block of a fixed size, cut to length afterwards.
#[inline]
pub(crate) fn append(from: &[u8], to: &mut Vec<u8>) {
    let end = to.len() + from.len();
    match from.len() {
        0 => {}
        1..=16 => append_block::<16>(from, to),
        17..=32 => append_block::<32>(from, to),
        _ => to.extend_from_slice(from),
    }
    to.truncate(end);
}

#[inline]
fn append_block<const N: usize>(from: &[u8], to: &mut Vec<u8>) {
    let mut block = [0; N];
    copy(from, &mut block);
    to.extend_from_slice(&block);
}

#[inline]
fn copy_twice<const N: usize>(from: &[u8], to: &mut [u8]) {
    if let (Some(head), Some(tail)) = (from.first_chunk::<N>(), from.last_chunk::<N>()) {
        if let Some(start) = to.first_chunk_mut() {
            *start = *head;
        }
        if let Some(end) = to.last_chunk_mut() {
            *end = *tail;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_every_length_are_copied_whole_and_compare_by_every_byte() {
        for length in 0..100 {
            let from: Vec<u8> = (0..length).map(|byte| byte as u8 + 1).collect();
            let mut to = vec![0; length + 3];
            copy(&from, &mut to);
            assert_eq!((&to[..length], &to[length..]), (&from[..], &[0, 0, 0][..]));
            let mut appended = vec![7];
            append(&from, &mut appended);
            assert_eq!(appended[1..], from);
            assert!(equal(&from, &to[..length]));
            for changed in 0..length {
                let mut other = from.clone();
                other[changed] = 0;
                assert!(!equal(&from, &other), "{changed} of {length}");
            }
            assert!(!equal(&from, &to));
        }
    }
}
