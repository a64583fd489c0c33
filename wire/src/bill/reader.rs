//! The reader: one row at a time, whatever the bill's length.

use std::io::Read;

use rust_decimal::Decimal;

use super::error::start_of;
use super::header::{Header, encoding, names, not_a_bill};
use super::input::{Input, MAX_ROW};
use super::scan::{self, Span, unclosed};
use super::{BillError, BillRow, Totals};

/// The sign that the names of a summary start with (总, total).
const TOTAL: &str = "总";

/// Reads a bill row by row, in constant memory, from a file, a socket or memory.
///
/// [`BillReader::next_row`] lends each row, whose text stays in the reader's buffer; as an iterator
/// it gives owned rows. A bad row is one error: the next call goes on behind it. What is read and
/// what is refused is listed in the [module's documentation](super).
///
/// # Examples
///
/// ```
/// use std::borrow::Cow;
///
/// use signed_xml::bill::BillReader;
/// use signed_xml::{BillRow, Fen};
///
/// #[derive(Clone, Default, PartialEq, BillRow)]
/// pub struct Row<'a> {
///     #[column("商户订单号", required)]
///     pub trade_no: Option<Cow<'a, str>>,
///     #[column("总金额", required, yuan)]
///     pub total: Option<Fen>,
/// }
///
/// let bill = "总金额,新列,商户订单号\n`33.33,`x,`118120498560684285\n";
/// let mut rows = BillReader::<_, Row>::new(bill.as_bytes())?;
/// let row = rows.next_row().transpose()?.ok_or("one row")?;
/// assert_eq!(row.total, Some(Fen(3333)));
/// assert_eq!(row.trade_no.as_deref(), Some("118120498560684285"));
/// assert!(rows.next_row().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct BillReader<I, R: BillRow> {
    input: Input<I>,
    header: Header,
    /// What a line ends with, to count lines by: a bill has one kind.
    line_end: u8,
    /// The number of the line at the front of the input, from 1.
    line: u64,
    /// The number of the first line of the row that was given last, 0 before the first one.
    row_line: u64,
    /// The cells of the row that was read last.
    cells: Vec<Span>,
    /// So many bytes of the input are the row that was lent last.
    lent: usize,
    /// The front of the input is behind the start of a line that is too long.
    inside_line: bool,
    totals: R::Totals,
    refused: bool,
    summary: Vec<(String, String)>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Rows, and lines that are not rows.
    Rows,
    /// All is read; the summary is not compared yet.
    Compare,
    Ended,
}

/// What the reader has come to.
enum Step {
    /// A row of that many bytes, the cells of which are found.
    Row {
        line: u64,
        length: usize,
    },
    Error(BillError),
    End,
}

impl<I: Read, R: BillRow> BillReader<I, R> {
    /// The greatest size of a bill in bytes, inflated, unless another is set: 4 GiB.
    pub const MAX_BYTES: u64 = 4 << 30;

    /// Reads the header.
    ///
    /// # Errors
    ///
    /// Each error of the header: see [`BillError`].
    pub fn new(input: I) -> Result<Self, BillError> {
        Self::with_limit(input, Self::MAX_BYTES)
    }

    /// The same with another limit of the bill's size in bytes, inflated.
    ///
    /// # Errors
    ///
    /// As [`BillReader::new`].
    pub fn with_limit(input: I, max_bytes: u64) -> Result<Self, BillError> {
        let mut input = Input::new(input, max_bytes)?;
        input.fill()?;
        let mark = input.bytes().starts_with("\u{FEFF}".as_bytes());
        input.consume(if mark { "\u{FEFF}".len() } else { 0 });
        let blank = input.bytes().len() - input.bytes().trim_ascii_start().len();
        let skipped = memchr::memchr_iter(b'\n', &input.bytes()[..blank]).count() as u64;
        input.consume(blank);
        let (header, line_end, length) = first_line::<R>(input.bytes())?;
        input.consume(length);
        Ok(Self {
            input,
            header,
            line_end,
            line: 2 + skipped,
            row_line: 0,
            cells: Vec::new(),
            lent: 0,
            inside_line: false,
            totals: R::Totals::default(),
            refused: false,
            summary: Vec::new(),
            state: State::Rows,
        })
    }

    /// The names of the bill's columns, blanks dropped, in its order.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        self.header.names()
    }

    /// The summary at the end, name and value, once all rows are read; empty if the bill has none.
    #[must_use]
    pub fn summary(&self) -> &[(String, String)] {
        &self.summary
    }

    /// The number of the line at which the row starts that was given last, from 1; 0 before the first row.
    #[must_use]
    pub fn row_line(&self) -> u64 {
        self.row_line
    }

    /// The totals of the rows that were given until now; refused rows are not among them.
    #[must_use]
    pub fn totals(&self) -> &R::Totals {
        &self.totals
    }

    /// Reads all rows that are left and gives the totals, without holding rows.
    ///
    /// # Errors
    ///
    /// The first error: totals without a row that was refused would not be those of the bill.
    pub fn into_totals(mut self) -> Result<R::Totals, BillError> {
        while let Some(row) = self.next_row() {
            row?;
        }
        Ok(self.totals)
    }

    /// The next row, which borrows its text from the reader until the next call; nothing at the end
    /// of the bill.
    ///
    /// # Errors
    ///
    /// One of a row or a line, behind which the next call goes on, or a final one, after which
    /// nothing comes: see [`BillError::is_final`].
    #[inline]
    pub fn next_row(&mut self) -> Option<Result<R::In<'_>, BillError>> {
        let (line, length) = match self.advance() {
            Step::Row { line, length } => {
                self.row_line = line;
                (line, length)
            }
            Step::Error(error) => return Some(Err(self.refuse(error))),
            Step::End => return None,
        };
        let bytes = &self.input.bytes()[..length];
        let Ok(text) = simdutf8::basic::from_utf8(bytes) else {
            self.refused = true;
            let encoding = encoding(bytes);
            return Some(Err(BillError::NotUtf8 { line, encoding }));
        };
        // Returned as it is: each other form would move the row once more.
        let mut given = Some(Ok(R::empty()));
        if let Some(Ok(row)) = &mut given {
            if let Err(error) = self.header.fill::<R>(row, line, text, &self.cells) {
                self.refused = true;
                return Some(Err(error));
            }
            R::add(row, &mut self.totals);
        }
        given
    }

    #[cold]
    fn refuse(&mut self, error: BillError) -> BillError {
        self.refused = true;
        if error.is_final() {
            self.state = State::Ended;
        }
        error
    }

    /// Goes to the next row and finds its cells.
    fn advance(&mut self) -> Step {
        self.input.consume(std::mem::take(&mut self.lent));
        while self.state == State::Rows {
            let step = match self.input.bytes().first() {
                Some(b'`') if !self.inside_line => self.find_row(),
                Some(_) => self.read_line(),
                None if self.input.at_end() => {
                    self.state = State::Compare;
                    Ok(None)
                }
                None => self.input.fill().map(|()| None),
            };
            match step {
                Ok(None) => {}
                Ok(Some(step)) => return step,
                Err(error) => return Step::Error(error),
            }
        }
        self.compare()
    }

    /// Finds the cells of the row at the front, with what stands behind it up to the next row.
    fn find_row(&mut self) -> Result<Option<Step>, BillError> {
        let (
            line,
            Region {
                length,
                lines,
                whole,
            },
        ) = (self.line, self.scan_row()?);
        if length > MAX_ROW {
            return Ok(Some(self.skip_long(length, whole)));
        }
        let bytes = &self.input.bytes()[..length];
        let (width, (start, end)) = (self.header.names().len(), last(&self.cells));
        let end = start + without_line_ends(&bytes[start..end]).len();
        if self.cells.len() == width && memchr::memchr2(b'\n', b'\r', &bytes[start..end]).is_none()
        {
            self.close_row(end);
            self.line += lines;
            self.lent = length;
            return Ok(Some(Step::Row { line, length: end }));
        }
        self.find_odd_row(line, length)
    }

    /// The same where the row is ragged, or lines stand behind it that are not rows.
    #[cold]
    fn find_odd_row(&mut self, line: u64, length: usize) -> Result<Option<Step>, BillError> {
        let bytes = &self.input.bytes()[..length];
        let width = self.header.names().len();
        if self.cells.len() != width && bytes[1..].starts_with(TOTAL.as_bytes()) {
            let end = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(length);
            let names = String::from_utf8_lossy(&bytes[..end]).into_owned();
            self.drop_front(end);
            return self.read_summary(&names).map(Some);
        }
        // The cell in which the row ends, and the line end that ends it there.
        let at = self.cells.len().min(width) - 1;
        let (start, end) = (self.cells[at].0 as usize, self.cells[at].1 as usize);
        let is_last = at + 1 == self.cells.len();
        let cell = match is_last {
            true => without_line_ends(&bytes[start..end]),
            false => &bytes[start..end],
        };
        let ends = memchr::memchr2(b'\n', b'\r', cell).filter(|end| {
            let (before, behind) = cell.split_at(*end);
            // A value with line ends is closed behind them.
            !is_last || before.ends_with(b"`") || !behind.ends_with(b"`")
        });
        let text = match ends {
            Some(end) => {
                self.cells.truncate(at + 1);
                start + end
            }
            None if is_last => start + cell.len(),
            None => {
                start_of_last(&self.cells)
                    + without_line_ends(&bytes[start_of_last(&self.cells)..]).len()
            }
        };
        // What stands behind the row is read as lines, blank ones too.
        self.close_row(text);
        self.line += self.line_ends(text);
        self.lent = text;
        Ok(Some(Step::Row { line, length: text }))
    }

    /// Scans the row at the front, the buffer filled up if it ends too soon.
    fn scan_row(&mut self) -> Result<Region, BillError> {
        loop {
            let bytes = self.input.bytes();
            let found = scan::row(bytes, self.line_end, &mut self.cells);
            if found.next.is_some() || self.input.at_end() || bytes.len() > MAX_ROW {
                return Ok(Region {
                    length: found.next.unwrap_or(bytes.len()),
                    lines: found.lines,
                    whole: found.next.is_some() || self.input.at_end(),
                });
            }
            self.input.fill()?;
        }
    }

    /// Ends the last cell, without the backtick that may close it.
    fn close_row(&mut self, end: usize) {
        if let Some(cell) = self.cells.last_mut() {
            *cell = unclosed(self.input.bytes(), cell.0 as usize, end);
        }
    }

    /// Reads the line at the front, which is not a row.
    #[cold]
    fn read_line(&mut self) -> Result<Option<Step>, BillError> {
        let bytes = self.input.bytes();
        let end = match memchr::memchr2(b'\n', b'\r', bytes) {
            Some(end) => end,
            None if self.input.at_end() => bytes.len(),
            None if bytes.len() < MAX_ROW => return self.input.fill().map(|()| None),
            None => {
                let (all, reported) = (bytes.len(), self.inside_line);
                let step = self.skip_long(all, false);
                return Ok((!reported).then_some(step));
            }
        };
        let (line, inside) = (self.line, std::mem::take(&mut self.inside_line));
        let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
        self.drop_front((end + 1).min(bytes.len()));
        Ok(match text.trim() {
            _ if inside => None,
            "" => None,
            names if names.starts_with(TOTAL) => Some(self.read_summary(names)?),
            _ => Some(Step::Error(BillError::NotARow { line })),
        })
    }

    /// Drops a row or line that is too long; if that is not the whole of it, the rest of its line
    /// goes with it.
    fn skip_long(&mut self, length: usize, whole: bool) -> Step {
        let line = self.line;
        self.inside_line = !whole;
        self.drop_front(length);
        Step::Error(BillError::LongRow { line, max: MAX_ROW })
    }

    /// Reads the values of a summary, whose names are read, and what may stand behind them.
    fn read_summary(&mut self, header: &str) -> Result<Step, BillError> {
        let names = names(header)?;
        self.skip_blanks()?;
        let (line, mut values) = (self.line, Vec::new());
        if self.input.bytes().first() == Some(&b'`') {
            let Region { length, .. } = self.scan_row()?;
            let bytes = &self.input.bytes()[..length];
            let end = start_of_last(&self.cells);
            let end = end + without_line_ends(&bytes[end..]).len();
            self.close_row(end);
            let bytes = &self.input.bytes()[..length];
            let value = |(start, end): &Span| {
                String::from_utf8_lossy(&bytes[*start as usize..*end as usize]).into_owned()
            };
            values.extend(self.cells.iter().map(value));
            self.drop_front(length);
        }
        self.state = State::Compare;
        if names.len() != values.len() {
            return Ok(Step::Error(BillError::Width {
                line,
                expected: names.len(),
                found: values.len(),
            }));
        }
        self.summary = names.into_iter().zip(values).collect();
        self.skip_blanks()?;
        Ok(match self.input.bytes() {
            [] => self.compare(),
            _ => Step::Error(BillError::NotARow { line: self.line }),
        })
    }

    /// Ends the bill, the summary compared with the rows. Without all rows there is nothing to
    /// compare it with.
    fn compare(&mut self) -> Step {
        if std::mem::replace(&mut self.state, State::Ended) == State::Ended || self.refused {
            return Step::End;
        }
        for (name, found) in &self.summary {
            if let Some(expected) = self.totals.of_summary(name)
                && Decimal::from_str_exact(found.trim()) != Ok(expected)
            {
                return Step::Error(BillError::Summary {
                    name: name.clone(),
                    found: start_of(found),
                    expected: expected.to_string(),
                });
            }
        }
        Step::End
    }

    fn skip_blanks(&mut self) -> Result<(), BillError> {
        loop {
            let bytes = self.input.bytes();
            let blank = bytes.len() - bytes.trim_ascii_start().len();
            let is_rest = blank == bytes.len() && !self.input.at_end();
            self.drop_front(blank);
            if !is_rest {
                return Ok(());
            }
            self.input.fill()?;
        }
    }

    fn drop_front(&mut self, length: usize) {
        self.line += self.line_ends(length);
        self.input.consume(length);
    }

    /// The number of line ends in so many bytes at the front.
    fn line_ends(&self, length: usize) -> u64 {
        memchr::memchr_iter(self.line_end, &self.input.bytes()[..length]).count() as u64
    }
}

impl<I: Read, R: BillRow> Iterator for BillReader<I, R> {
    type Item = Result<R::In<'static>, BillError>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.next_row()?.map(R::into_owned))
    }
}

/// A row with all that stands behind it up to the next one.
struct Region {
    /// In bytes.
    length: usize,
    /// Line ends in it.
    lines: u64,
    /// The start of the next row, or the end of the bill, is behind it.
    whole: bool,
}

fn last(cells: &[Span]) -> (usize, usize) {
    // Invariant: a row has at least one cell.
    let (start, end) = cells.last().copied().unwrap_or_default();
    (start as usize, end as usize)
}

fn start_of_last(cells: &[Span]) -> usize {
    last(cells).0
}

fn without_line_ends(bytes: &[u8]) -> &[u8] {
    let end = bytes
        .iter()
        .rposition(|byte| !matches!(byte, b'\n' | b'\r'));
    &bytes[..end.map_or(0, |end| end + 1)]
}

/// Reads the header: the columns, the sign that lines end with, and the length with that sign.
fn first_line<R: BillRow>(bytes: &[u8]) -> Result<(Header, u8, usize), BillError> {
    if bytes.is_empty() {
        return Err(BillError::Empty);
    }
    let end = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
    let (line_end, behind) = match bytes.get(end..end + 2) {
        Some(b"\r\n") => (b'\n', 2),
        Some([b'\r', _]) => (b'\r', 1),
        _ => (b'\n', 1),
    };
    // A whole bill without line ends may be cut inside a character.
    let line = match simdutf8::compat::from_utf8(&bytes[..end.min(MAX_ROW)]) {
        Ok(line) => line.to_owned(),
        Err(error) if error.error_len().is_none() && end > MAX_ROW => {
            String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned()
        }
        Err(_) => {
            let encoding = encoding(&bytes[..end]);
            return Err(BillError::NotUtf8 { line: 1, encoding });
        }
    };
    if let Some(error) = not_a_bill(&line) {
        return Err(error);
    }
    let header = Header::new::<R>(names(&line)?).map_err(|error| match error {
        BillError::NotABill { .. } => BillError::NotABill {
            found: (!line.contains('`')).then(|| start_of(&line)),
        },
        error => error,
    })?;
    Ok((header, line_end, (end + behind).min(bytes.len())))
}
