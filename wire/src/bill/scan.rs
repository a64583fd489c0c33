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

/// Fills `cells` with the cells of the row that starts with the backtick `bytes[0]`. The last one
/// ends where the next row starts, or with the bytes: line ends are still in it.
pub(super) fn row(bytes: &[u8], line_end: u8, cells: &mut Vec<Span>) -> Row {
    cells.clear();
    let (mut start, mut lines, mut at) = (1, 0, 0);
    let next = loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let found = match rest.get(..BLOCK + 1) {
            Some(block) => Masks::of_block(block, line_end),
            None => Masks::of_rest(rest, line_end),
        };
        let before = found.rows.trailing_zeros();
        // All bits below the one of the row's end: all of them where it is not in this block.
        let inside = 1_u64.checked_shl(before).map_or(u64::MAX, |bit| bit - 1);
        let mut separators = found.separators & inside;
        while separators != 0 {
            let comma = at + separators.trailing_zeros() as usize;
            cells.push(unclosed(bytes, start, comma));
            start = comma + 2;
            separators &= separators - 1;
        }
        if found.line_ends != 0 {
            let up_to_end = inside | (inside << 1) | 1;
            lines += u64::from((found.line_ends & up_to_end).count_ones());
        }
        if found.rows != 0 {
            break Some(at + before as usize + 1);
        }
        at += BLOCK;
        if at >= bytes.len() {
            break None;
        }
    };
    cells.push((start as u32, next.unwrap_or(bytes.len()) as u32));
    Row { next, lines }
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
    /// The end of a line with a backtick behind it.
    rows: u64,
    /// The end of a line.
    line_ends: u64,
}

impl Masks {
    /// A block, and the byte behind it.
    fn of_block(block: &[u8], line_end: u8) -> Self {
        let all = u8x16::splat;
        let (tick, comma, feed, carriage) = (all(b'`'), all(b','), all(b'\n'), all(b'\r'));
        let (mut separators, mut rows, mut line_ends) = (0, 0, 0);
        for part in 0..BLOCK / LANES {
            let lanes = |from: usize| {
                let bytes: [u8; LANES] = block[from..from + LANES].try_into().unwrap_or_default();
                u8x16::new(bytes)
            };
            let (here, behind) = (lanes(part * LANES), lanes(part * LANES + 1));
            let tick = behind.simd_eq(tick);
            let (feeds, carriages) = (here.simd_eq(feed), here.simd_eq(carriage));
            let ends = if line_end == b'\r' { carriages } else { feeds };
            let bits = |lanes: u8x16| u64::from(lanes.to_bitmask()) << (part * LANES);
            separators |= bits(tick & here.simd_eq(comma));
            rows |= bits(tick & (feeds | carriages));
            line_ends |= bits(ends);
        }
        Self {
            separators,
            rows,
            line_ends,
        }
    }

    /// The bytes at the end, up to [`BLOCK`] of them.
    fn of_rest(bytes: &[u8], line_end: u8) -> Self {
        let mut masks = Self {
            separators: 0,
            rows: 0,
            line_ends: 0,
        };
        for (i, byte) in bytes.iter().enumerate().take(BLOCK) {
            let bit = 1 << i;
            if *byte == line_end {
                masks.line_ends |= bit;
            }
            if bytes.get(i + 1) == Some(&b'`') {
                match byte {
                    b',' => masks.separators |= bit,
                    b'\n' | b'\r' => masks.rows |= bit,
                    _ => {}
                }
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
            let (fast, slow) = (
                Masks::of_block(&block, b'\n'),
                Masks::of_rest(&block, b'\n'),
            );
            assert_eq!(
                (fast.separators, fast.rows, fast.line_ends),
                (slow.separators, slow.rows, slow.line_ends),
                "{}",
                block.escape_ascii()
            );
        }
    }
}
