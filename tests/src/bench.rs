//! The frame of every benchmark: candidates take turns in one run, and what is reported is a ratio between them.
//!
//! Steps, in order: find a batch size that takes about a millisecond; let all candidates run their batches in turns, so that
//! a machine that slows down slows all of them; take the fastest batch of each, which is the one least disturbed.

use std::hint::black_box;
use std::time::{Duration, Instant};

const TURNS: usize = 400;
const BATCH: Duration = Duration::from_millis(1);

/// Something to be timed.
pub struct Candidate<'a> {
    run: Box<dyn FnMut() + 'a>,
    batch: u32,
    best: Duration,
}

impl<'a> Candidate<'a> {
    /// Times `work`, whose result is kept from being optimized away.
    pub fn new<T>(mut work: impl FnMut() -> T + 'a) -> Self {
        Self {
            run: Box::new(move || drop(black_box(work()))),
            batch: 1,
            best: Duration::MAX,
        }
    }

    /// Nanoseconds of one run in the fastest batch.
    #[must_use]
    pub fn nanoseconds(&self) -> f64 {
        self.best.as_secs_f64() * 1e9 / f64::from(self.batch)
    }

    fn time(&mut self) -> Duration {
        let start = Instant::now();
        for _ in 0..self.batch {
            (self.run)();
        }
        start.elapsed()
    }
}

/// Runs the candidates in turns.
pub fn race(candidates: &mut [&mut Candidate<'_>]) {
    for candidate in candidates.iter_mut() {
        while candidate.time() < BATCH {
            candidate.batch *= 2;
        }
    }
    for _ in 0..TURNS {
        for candidate in candidates.iter_mut() {
            candidate.best = candidate.best.min(candidate.time());
        }
    }
}

/// Allocations of one run of `work`, which is run once before to warm up.
pub fn allocations<T>(mut work: impl FnMut() -> T) -> u64 {
    drop(black_box(work()));
    allocation_counter::measure(|| drop(black_box(work()))).count_total
}

/// The time that this thread has had a processor for: on a machine with other work to do, the wall clock measures that work as well. Without Linux it
/// is the wall clock.
///
/// Source: `schedstat` of Linux, `Documentation/scheduler/sched-stats`: the first number, in nanoseconds.
#[must_use]
pub fn processor_time(begun: Instant) -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = stat.and_then(|stat| stat.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| begun.elapsed(), Duration::from_nanos)
}

/// Prints rows as a table, or as JSON with `--json`.
pub struct Rows {
    json: bool,
}

impl Rows {
    /// Reads `--json` from the command line.
    #[must_use]
    pub fn from_args() -> Self {
        Self {
            json: std::env::args().any(|argument| argument == "--json"),
        }
    }

    /// Prints one row. The meaning of the ratio belongs into the name.
    #[expect(clippy::print_stdout, reason = "a benchmark's result is its output")]
    pub fn row(&self, name: &str, value: f64, unit: &str, baseline: f64) {
        let ratio = value / baseline;
        if self.json {
            let round = |number: f64| (number * 1000.0).round() / 1000.0;
            let row = serde_json::json!({
                "name": name, "value": round(value), "unit": unit, "baseline": round(baseline), "ratio": round(ratio),
            });
            println!("{row}");
        } else {
            println!(
                "{name:<72} {value:>10.1} {unit:<12} against {baseline:>10.1}  ratio {ratio:.2}"
            );
        }
    }
}
