//! The bytes of a bill: inflated if they are compressed, counted, in a buffer of fixed size.

use std::fmt;
use std::io::{self, Chain, Cursor, Read};

use flate2::read::MultiGzDecoder;

use super::BillError;

/// The size of the buffer. A row that does not fit into a quarter of it is refused.
const BUFFER: usize = 256 * 1024;
/// A longer row is not a row of a bill, in bytes.
pub(super) const MAX_ROW: usize = BUFFER / 4;

/// The first bytes of what gzip has compressed.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A bill's bytes, of which a part is in memory.
pub(super) struct Input<I> {
    source: Source<I>,
    buffer: Box<[u8]>,
    /// What is filled and not yet consumed.
    start: usize,
    end: usize,
    at_end: bool,
    /// How many more bytes may come.
    left: u64,
    max: u64,
}

/// Either the bytes as they come, behind those that were looked at, or inflated.
enum Source<I> {
    Plain(Chain<Cursor<Vec<u8>>, I>),
    Gzip(Box<MultiGzDecoder<Chain<Cursor<Vec<u8>>, I>>>),
}

impl<I: Read> Input<I> {
    /// Looks at the first bytes.
    pub(super) fn new(mut input: I, max: u64) -> Result<Self, BillError> {
        let mut first = Vec::new();
        input
            .by_ref()
            .take(GZIP.len() as u64)
            .read_to_end(&mut first)
            .map_err(failed)?;
        let is_gzip = first == GZIP;
        let whole = Cursor::new(first).chain(input);
        let source = match is_gzip {
            true => Source::Gzip(Box::new(MultiGzDecoder::new(whole))),
            false => Source::Plain(whole),
        };
        Ok(Self {
            source,
            buffer: vec![0; BUFFER].into_boxed_slice(),
            start: 0,
            end: 0,
            at_end: false,
            left: max,
            max,
        })
    }

    /// What is in memory and not yet consumed.
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Whether [`Input::bytes`] are the last ones.
    pub(super) fn at_end(&self) -> bool {
        self.at_end
    }

    #[inline]
    pub(super) fn consume(&mut self, count: usize) {
        self.start += count;
    }

    /// Moves what is left to the front and fills the buffer up.
    pub(super) fn fill(&mut self) -> Result<(), BillError> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        while self.end < self.buffer.len() && !self.at_end {
            let room = &mut self.buffer[self.end..];
            let read = match &mut self.source {
                Source::Plain(source) => source.read(room),
                Source::Gzip(source) => source.read(room),
            };
            match read {
                Ok(0) => self.at_end = true,
                Ok(count) => {
                    self.end += count;
                    let Some(left) = self.left.checked_sub(count as u64) else {
                        return Err(BillError::TooLarge { max: self.max });
                    };
                    self.left = left;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(())
    }
}

fn failed(error: io::Error) -> BillError {
    BillError::Io(error.kind())
}

impl<I> fmt::Debug for Input<I> {
    /// Counts: a bill is full of personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input")
            .field("in_memory", &(self.end - self.start))
            .field("at_end", &self.at_end)
            .finish_non_exhaustive()
    }
}
