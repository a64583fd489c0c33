//! Records of both sides on disk: sorted by order, or in the order in which they were written.
//!
//! Memory holds one run of records. What is beyond it is in temporary files without a name, which end with the process: each holds a sorted run, and
//! the runs are merged while they are read.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::record::{Key, Ours, Theirs};

/// How many records are sorted in memory: about 20 MB.
const RUN: usize = 50_000;

/// So many files are open at most: then they are merged into one.
const MAX_RUNS: usize = 100;

/// A longer record is not one that was written here.
const LONGEST: u32 = 1 << 20;

/// A record of either side.
#[derive(Serialize, Deserialize)]
pub(crate) enum Record {
    Ours(Ours),
    Theirs(Theirs),
}

impl Record {
    pub(crate) fn key(&self) -> &Key {
        match self {
            Self::Ours(ours) => &ours.key,
            Self::Theirs(row) => &row.key,
        }
    }
}

/// Takes records in any order and gives them back by order.
pub(crate) struct Sorter {
    run: Vec<Record>,
    longest_run: usize,
    runs: Vec<Spool<Record>>,
}

impl Sorter {
    pub(crate) fn new() -> Self {
        Self::with_runs_of(RUN)
    }

    fn with_runs_of(longest_run: usize) -> Self {
        Self {
            run: Vec::new(),
            longest_run,
            runs: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, record: Record) -> io::Result<()> {
        self.run.push(record);
        match self.run.len() < self.longest_run {
            true => Ok(()),
            false => self.spill(),
        }
    }

    pub(crate) fn sorted(mut self) -> io::Result<Merge> {
        self.spill()?;
        Merge::of(self.runs)
    }

    fn spill(&mut self) -> io::Result<()> {
        self.run.sort_by(|a, b| a.key().cmp(b.key()));
        let mut run = Spool::new()?;
        for record in self.run.drain(..) {
            run.push(&record)?;
        }
        self.runs.push(run);
        if self.runs.len() == MAX_RUNS {
            let mut whole = Spool::new()?;
            for record in Merge::of(std::mem::take(&mut self.runs))? {
                whole.push(&record?)?;
            }
            self.runs.push(whole);
        }
        Ok(())
    }
}

/// The records of all runs, by order.
pub(crate) struct Merge {
    runs: Vec<BufReader<File>>,
    heads: BinaryHeap<Head>,
}

/// The next record of a run.
struct Head {
    record: Record,
    run: usize,
}

impl Merge {
    fn of(spools: Vec<Spool<Record>>) -> io::Result<Self> {
        let mut merge = Self {
            runs: Vec::new(),
            heads: BinaryHeap::new(),
        };
        for (run, spool) in spools.into_iter().enumerate() {
            let mut file = spool.file.into_inner().map_err(io::Error::from)?;
            file.seek(SeekFrom::Start(0))?;
            merge.runs.push(BufReader::new(file));
            merge.advance(run)?;
        }
        Ok(merge)
    }

    fn advance(&mut self, run: usize) -> io::Result<()> {
        if let Some(record) = read_next(&mut self.runs[run]).transpose()? {
            self.heads.push(Head { record, run });
        }
        Ok(())
    }
}

impl Iterator for Merge {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        let Head { record, run } = self.heads.pop()?;
        Some(self.advance(run).map(|()| record))
    }
}

impl Ord for Head {
    /// The least key is the greatest head: a heap gives its greatest first.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_key = other.record.key().cmp(self.record.key());
        by_key.then(other.run.cmp(&self.run))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Head {}

/// A list that is written once and read as often as needed.
pub(crate) struct Spool<T> {
    file: BufWriter<File>,
    records: PhantomData<fn(T) -> T>,
}

impl<T: Serialize + DeserializeOwned> Spool<T> {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::new(tempfile::tempfile()?),
            records: PhantomData,
        })
    }

    pub(crate) fn push(&mut self, record: &T) -> io::Result<()> {
        let bytes = postcard::to_allocvec(record).map_err(io::Error::other)?;
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        self.file.write_all(&length.to_le_bytes())?;
        self.file.write_all(&bytes)
    }

    /// All records, from the first one on. Needs `&mut`: the place in the file is shared.
    pub(crate) fn read(&mut self) -> io::Result<impl Iterator<Item = io::Result<T>> + '_> {
        self.file.flush()?;
        let mut file = self.file.get_ref();
        file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::new(file);
        Ok(std::iter::from_fn(move || read_next(&mut reader)))
    }
}

/// The next record; `None` at the end of the file.
fn read_next<T: DeserializeOwned>(reader: &mut impl Read) -> Option<io::Result<T>> {
    let mut length = [0; 4];
    match reader.read_exact(&mut length) {
        Ok(()) => Some(read_record(reader, u32::from_le_bytes(length))),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => None,
        Err(error) => Some(Err(error)),
    }
}

fn read_record<T: DeserializeOwned>(reader: &mut impl Read, length: u32) -> io::Result<T> {
    if length > LONGEST {
        return Err(io::Error::other("a record on disk is damaged"));
    }
    let mut bytes = vec![0; length as usize];
    reader.read_exact(&mut bytes)?;
    postcard::from_bytes(&bytes).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use jiff::civil::date;
    use payinsurance::bill::Row;

    use super::*;

    #[test]
    fn records_beyond_one_run_and_beyond_the_most_files_come_back_by_order() {
        let mut sorter = Sorter::with_runs_of(3);
        let count = 3 * MAX_RUNS * 2 + 2;
        for at in 0..count {
            let mut row = Row::default();
            row.hosp_out_trade_no = Some(format!("{:05}", at * 11 % count).into());
            let row = Theirs::new("clinic", date(2018, 12, 4), &row, 0);
            sorter.push(Record::Theirs(row)).unwrap();
        }
        assert!(sorter.runs.len() <= MAX_RUNS);
        let sorted = sorter.sorted().unwrap();
        let numbers: Vec<String> = sorted
            .map(|record| record.unwrap().key().hosp_out_trade_no.clone())
            .collect();
        let all: Vec<String> = (0..count).map(|at| format!("{at:05}")).collect();
        assert_eq!(numbers, all);
    }
}
