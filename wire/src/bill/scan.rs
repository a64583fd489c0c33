//! Finds the cells of a row and its end: the pairs of a comma and a backtick, and the backtick that
//! starts a line.
//!
//! A block of 64 bytes is compared at once, each byte beside the one behind it, so that a backtick
//! inside a value costs nothing.

use wide::u8x16;

/// Where the text of a cell starts and ends in its row.
pub(super) type Span = (u32, u32);

const BLOCK: usize = 64;
const LANES: usize = 16;

/// What a look at the bytes of a row found.
pub(super) struct Row {
    /// Where the next row starts; nothing if these bytes do not hold its start.
    pub(super) next: Option<usize>,
    /// How many line ends stand in front of it.
    pub(super) lines: u64,
}

/// So many cells are written at once, the last ones in vain: a loop of a fixed length is predicted.
const BATCH: usize = 4;

/// Fills `cells` with the cells of the row that starts with the backtick `bytes[0]`. The last one
/// ends where the next row starts, or with the bytes: line ends are still in it.
pub(super) fn row(bytes: &[u8], line_end: u8, cells: &mut Vec<Span>) -> Row {
    cells.clear();
    let (mut start, mut lines, mut at) = (1, 0, 0);
    let next = loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let found = match rest.get(..BLOCK + 1) {
            Some(block) => Masks::of_block(block),
            None => Masks::of_rest(rest),
        };
        let (mut separators, mut ends, mut next) = (found.separators, found.line_ends, None);
        while ends != 0 && next.is_none() {
            let end = ends.trailing_zeros();
            let place = at + end as usize;
            lines += u64::from(bytes[place] == line_end);
            if bytes.get(place + 1) == Some(&b'`') {
                next = Some(place + 1);
                separators &= (1 << end) - 1;
            }
            ends &= ends - 1;
        }
        if separators != 0 {
            split(bytes, at, separators, start, cells);
            start = at + separators.ilog2() as usize + 2;
        }
        if next.is_some() {
            break next;
        }
        at += BLOCK;
        if at >= bytes.len() {
            break None;
        }
    };
    cells.push((start as u32, next.unwrap_or(bytes.len()) as u32));
    Row { next, lines }
}

/// Adds the cells that end at the separators of the block at `at`, the first of which starts at
/// `start`.
#[inline]
fn split(bytes: &[u8], at: usize, mut separators: u64, mut start: usize, cells: &mut Vec<Span>) {
    let count = cells.len() + separators.count_ones() as usize;
    while cells.len() < count {
        let mut batch = [(0, 0); BATCH];
        for cell in &mut batch {
            // Behind the last separator this is the end of the block.
            let comma = at + separators.trailing_zeros() as usize;
            let closed = comma > start && bytes.get(comma - 1) == Some(&b'`');
            *cell = (start as u32, (comma - usize::from(closed)) as u32);
            start = comma + 2;
            separators &= separators.wrapping_sub(1);
        }
        cells.extend_from_slice(&batch);
    }
    cells.truncate(count);
}

/// The cell without the backtick that may close it.
pub(super) fn unclosed(bytes: &[u8], start: usize, end: usize) -> Span {
    let closed = end > start && bytes[end - 1] == b'`';
    (start as u32, (end - usize::from(closed)) as u32)
}

/// A bit for each byte of a block.
struct Masks {
    /// A comma with a backtick behind it.
    separators: u64,
    /// A line feed or a carriage return.
    line_ends: u64,
}

impl Masks {
    /// A block, and the byte behind it.
    #[inline]
    fn of_block(block: &[u8]) -> Self {
        let all = u8x16::splat;
        let (tick, comma, feed, carriage) = (all(b'`'), all(b','), all(b'\n'), all(b'\r'));
        let (mut separators, mut line_ends) = (0, 0);
        for part in 0..BLOCK / LANES {
            let lanes = |from: usize| {
                let bytes: [u8; LANES] = block[from..from + LANES].try_into().unwrap_or_default();
                u8x16::new(bytes)
            };
            let (here, behind) = (lanes(part * LANES), lanes(part * LANES + 1));
            let ends = here.simd_eq(feed) | here.simd_eq(carriage);
            let bits = |lanes: u8x16| u64::from(lanes.to_bitmask()) << (part * LANES);
            separators |= bits(behind.simd_eq(tick) & here.simd_eq(comma));
            line_ends |= bits(ends);
        }
        Self {
            separators,
            line_ends,
        }
    }

    /// The bytes at the end, up to [`BLOCK`] of them.
    fn of_rest(bytes: &[u8]) -> Self {
        let mut masks = Self {
            separators: 0,
            line_ends: 0,
        };
        for (i, byte) in bytes.iter().enumerate().take(BLOCK) {
            let bit = 1 << i;
            match byte {
                b'\n' | b'\r' => masks.line_ends |= bit,
                b',' if bytes.get(i + 1) == Some(&b'`') => masks.separators |= bit,
                _ => {}
            }
        }
        masks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_single_bytes_agree_wherever_the_marks_stand() {
        let marks = [b'`', b',', b'\n', b'\r', b'x'];
        // A short cycle of numbers without a pattern (Knuth's multiplier).
        let mut seed = 1_u32;
        for _ in 0..2_000 {
            let block: Vec<u8> = (0..BLOCK + 1)
                .map(|_| {
                    seed = seed.wrapping_mul(2_891_336_453).wrapping_add(1);
                    marks[(seed >> 16) as usize % marks.len()]
                })
                .collect();
            let (fast, slow) = (Masks::of_block(&block), Masks::of_rest(&block));
            assert_eq!(
                (fast.separators, fast.line_ends),
                (slow.separators, slow.line_ends),
                "{}",
                block.escape_ascii()
            );
        }
    }
}
