//! Finds the cells of a row and its end: the pairs of a comma and a backtick, and the backtick that
//! starts a line.
//!
//! A block of 64 bytes is compared at once, which gives a bit a byte; what stands beside a byte is
//! found by a shift, so that a backtick inside a value costs nothing.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x64};

/// Where the text of a cell starts and ends in its row.
pub(super) type Span = (u32, u32);

const BLOCK: usize = 64;

/// What a look at the bytes of a row found.
pub(super) struct Row {
    /// Where the next row starts; nothing if these bytes do not hold its start.
    pub(super) next: Option<usize>,
    /// How many line ends stand in front of it.
    pub(super) lines: u64,
}

/// The cells of a block are written in multiples of so many, the last ones in vain: such a loop ends
/// where the processor predicts.
const BATCH: usize = 4;

/// Fills `cells` with the cells of the row that starts with the backtick `bytes[0]`. The last one
/// ends where the next row starts, or with the bytes: line ends are still in it.
pub(super) fn row(bytes: &[u8], line_end: u8, cells: &mut Vec<Span>) -> Row {
    dispatch!(Level::new(), simd => row_with(simd, bytes, line_end, cells))
}

/// With the instructions that this processor has: this and what it calls is always inlined, so that
/// it is compiled for each set of them.
#[inline(always)]
fn row_with<S: Simd>(simd: S, bytes: &[u8], line_end: u8, cells: &mut Vec<Span>) -> Row {
    // What is written in vain stays in the vector until the row's width is known.
    cells.resize(cells.capacity(), (0, 0));
    let (mut start, mut lines, mut at, mut count) = (1, 0, 0, 0);
    let mut before = Masks::AT_ROW;
    let next = loop {
        let found = match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
            Some(block) => Masks::of(simd, block),
            None => Masks::of(simd, &padded(bytes.get(at..).unwrap_or_default())),
        };
        let (mut separators, mut next) = (found.separators, None);
        if found.line_ends != 0 {
            let mut ends = found.line_ends;
            if found.row_ends != 0 {
                let end = found.row_ends.trailing_zeros();
                let in_front = (1 << end) - 1;
                next = Some(at + end as usize + 1);
                separators &= in_front;
                ends &= in_front | 1 << end;
            }
            while ends != 0 {
                let place = at + ends.trailing_zeros() as usize;
                lines += u64::from(bytes[place] == line_end);
                ends &= ends - 1;
            }
        }
        if separators != 0 {
            let closed = found.closed(&before) & separators;
            let more = separators.count_ones() as usize;
            let end = count + more.next_multiple_of(BATCH);
            if cells.len() < end {
                cells.resize(2 * (count + BLOCK), (0, 0));
            }
            split(at, separators, closed, start, &mut cells[count..end]);
            count += more;
            start = at + separators.ilog2() as usize + 2;
        }
        if next.is_some() {
            break next;
        }
        before = found;
        at += BLOCK;
        if at >= bytes.len() {
            break None;
        }
    };
    cells.truncate(count);
    cells.push((start as u32, next.unwrap_or(bytes.len()) as u32));
    Row { next, lines }
}

/// Writes the cells that end at the separators of the block at `at`, the first of which starts at
/// `start`; those in `closed` have a backtick in front, which is not part of the cell.
#[inline(always)]
fn split(at: usize, mut separators: u64, closed: u64, mut start: usize, cells: &mut [Span]) {
    for cell in cells {
        // Behind the last separator this is the end of the block, or its last byte.
        let comma = separators.trailing_zeros();
        let closing = (closed >> (comma & 63)) as u32 & 1;
        *cell = (start as u32, at as u32 + comma - closing);
        start = at + comma as usize + 2;
        separators &= separators.wrapping_sub(1);
    }
}

/// The bytes at the end as a block.
#[cold]
fn padded(rest: &[u8]) -> [u8; BLOCK + 1] {
    let mut block = [0; BLOCK + 1];
    for (to, byte) in block.iter_mut().zip(rest) {
        *to = *byte;
    }
    block
}

/// The cell without the backtick that may close it.
pub(super) fn unclosed(bytes: &[u8], start: usize, end: usize) -> Span {
    let closed = end > start && bytes[end - 1] == b'`';
    (start as u32, (end - usize::from(closed)) as u32)
}

/// A bit for each byte of a block.
struct Masks {
    ticks: u64,
    /// A comma with a backtick behind it.
    separators: u64,
    /// A line feed or a carriage return.
    line_ends: u64,
    /// One of these with a backtick behind it.
    row_ends: u64,
}

impl Masks {
    /// What stands in front of a row's first block: the backtick in it begins a cell, as one behind
    /// a separator does.
    const AT_ROW: Self = Self {
        ticks: 0,
        separators: 1 << (BLOCK - 1),
        line_ends: 0,
        row_ends: 0,
    };

    /// A block, and the byte behind it.
    #[inline(always)]
    fn of<S: Simd>(simd: S, block: &[u8; BLOCK + 1]) -> Self {
        let bytes = u8x64::from_slice(simd, &block[..BLOCK]);
        let places = |sign: u8| bytes.simd_eq(sign).to_bitmask();
        let (ticks, commas) = (places(b'`'), places(b','));
        let line_ends = (bytes.simd_eq(b'\n') | bytes.simd_eq(b'\r')).to_bitmask();
        let behind = ticks >> 1 | u64::from(block[BLOCK] == b'`') << (BLOCK - 1);
        Self {
            ticks,
            separators: commas & behind,
            line_ends,
            row_ends: line_ends & behind,
        }
    }

    /// The places with a backtick in front that closes a cell: one behind a separator begins one.
    #[inline(always)]
    fn closed(&self, before: &Self) -> u64 {
        let last = BLOCK - 1;
        let ticks = self.ticks << 1 | before.ticks >> last;
        let begun = self.separators << 2 | before.separators >> (last - 1);
        ticks & !begun
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, byte by byte.
    fn slow_row(bytes: &[u8], line_end: u8) -> (Vec<Span>, Option<usize>, u64) {
        let (mut cells, mut start, mut lines) = (Vec::new(), 1, 0);
        for at in 1..bytes.len() {
            let starts = bytes.get(at + 1) == Some(&b'`');
            match bytes[at] {
                b',' if starts => {
                    cells.push(unclosed(bytes, start, at));
                    start = at + 2;
                }
                b'\n' | b'\r' => {
                    lines += u64::from(bytes[at] == line_end);
                    if starts {
                        cells.push((start as u32, at as u32 + 1));
                        return (cells, Some(at + 1), lines);
                    }
                }
                _ => {}
            }
        }
        cells.push((start as u32, bytes.len() as u32));
        (cells, None, lines)
    }

    #[test]
    fn blocks_and_single_bytes_agree_wherever_the_marks_stand() {
        // A short cycle of numbers without a pattern (Knuth's multiplier).
        let mut seed = 1_u32;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(2_891_336_453).wrapping_add(1);
            (seed >> 16) as usize % below
        };
        let mut cells = Vec::new();
        for turn in 0..20_000 {
            // Row ends are rare in some rows, so that they are longer than a few blocks.
            let marks: &[u8] = match turn % 4 {
                0 => b"`,\n\rx",
                1 => b"`,x",
                2 => b"`,xxxxxxxx\n",
                _ => b"`,``,`,,",
            };
            let mut bytes = vec![b'`'];
            bytes.extend((0..next(400)).map(|_| marks[next(marks.len())]));
            let found = row(&bytes, b'\n', &mut cells);
            assert_eq!(
                (cells.clone(), found.next, found.lines),
                slow_row(&bytes, b'\n'),
                "{}",
                bytes.escape_ascii()
            );
        }
    }
}
