//! Plays seeds of the simulation: `cargo run --release -p payinsurance-orders --example simulate -- --seeds 10000`.
//!
//! `--from N` begins at another seed; `--seed N` plays one and tells its story. It ends with 1 if something did not hold.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

#[path = "../tests/simulation/play/mod.rs"]
mod play;

use play::{Summary, play};

fn main() -> ExitCode {
    let mut seeds = (0, 1_000);
    let mut one = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let number = arguments.next().and_then(|number| number.parse().ok());
        match (name.as_str(), number) {
            ("--seeds", Some(number)) => seeds.1 = number,
            ("--from", Some(number)) => seeds.0 = number,
            ("--seed", Some(number)) => one = Some(number),
            _ => {
                eprintln!("usage: simulate [--seeds COUNT] [--from SEED] [--seed SEED]");
                return ExitCode::from(2);
            }
        }
    }
    match one {
        Some(seed) => tell(seed),
        None => all(seeds.0, seeds.1),
    }
}

/// Plays one seed and tells what happened.
fn tell(seed: u64) -> ExitCode {
    match play(seed) {
        Ok(summary) => {
            println!("seed {seed}: all holds, {summary:?}");
            ExitCode::SUCCESS
        }
        Err(violation) => {
            println!("{}", violation.story.join("\n"));
            println!("seed {seed}: {:#?}", violation.what);
            ExitCode::FAILURE
        }
    }
}

/// Plays many, on all cores: runs share nothing, so that each is what it would be alone.
fn all(from: u64, count: u64) -> ExitCode {
    let begun = Instant::now();
    let next = AtomicU64::new(from);
    let (sum, wrong) = (Mutex::new(Summary::default()), Mutex::new(Vec::new()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from.saturating_add(count) {
                        return;
                    }
                    match play(seed) {
                        Ok(summary) => sum
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .add(&summary),
                        Err(violation) => {
                            let mut wrong = wrong.lock().unwrap_or_else(PoisonError::into_inner);
                            wrong.push((violation.seed, violation.what));
                        }
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    for (seed, what) in wrong.iter().take(10) {
        println!("seed {seed}: {}", what.join("; "));
    }
    let summary = sum.into_inner().unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    println!("{count} seeds in {seconds:.1} s: {} violated", wrong.len());
    println!("{summary:?}");
    match wrong.first() {
        None => ExitCode::SUCCESS,
        Some((seed, _)) => {
            println!("replay the first with --seed {seed}");
            ExitCode::FAILURE
        }
    }
}
