//! Many jobs under way at once in one loop: claim, wait in line, begin, end.
//!
//! A round claims once and ends with its last job. A loop claims again whenever half of a hospital's line is free, so that a call that is slow holds up
//! no other.

use std::future::pending;
use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::line::{Line, Waiting};
use crate::panics::caught;
use crate::planted::{self, Fault};
use crate::policy::later;
use crate::store::Claim;
use crate::{Desk, DeskError};

/// How long a loop waits before it claims again where less was due than it asked for.
const IDLE: Duration = Duration::from_millis(500);
/// How long a loop rests when the store does not answer.
pub(super) const TROUBLED: Duration = Duration::from_secs(5);

/// One kind of jobs.
pub(super) trait Jobs: Send + Sync {
    /// One of them.
    type Job: Send;

    /// Claims some that are due.
    fn claim(
        &self,
        claim: Claim,
    ) -> impl Future<Output = Result<Claimed<Self::Job>, DeskError>> + Send;

    /// Does one of them. Only trouble of the store is an error.
    fn carry_out(&self, job: Self::Job) -> impl Future<Output = Result<(), DeskError>> + Send;
}

/// What a claim brought.
pub(super) struct Claimed<Job> {
    /// Each with its hospital and whether it is urgent.
    pub(super) jobs: Vec<(String, bool, Job)>,
    /// How many rows were claimed, those included that cannot be read.
    pub(super) rows: usize,
}

/// A claim that is under way: for which hospitals, for how many jobs, when its jobs must have begun.
struct Claiming<'a, Job> {
    hospitals: Vec<String>,
    room: u32,
    begins_before: Timestamp,
    claimed: Pin<Box<dyn Future<Output = Result<Claimed<Job>, DeskError>> + Send + 'a>>,
}

/// A job under way, with its hospital.
type Carried<'a> = Pin<Box<dyn Future<Output = (String, Result<(), DeskError>)> + Send + 'a>>;

/// The jobs of one loop or round.
pub(super) struct Flight<'a, J: Jobs> {
    desk: &'a Desk,
    jobs: &'a J,
    line: Line<J::Job>,
    under_way: FuturesUnordered<Carried<'a>>,
    begun: u32,
}

impl<'a, J: Jobs> Flight<'a, J> {
    /// With at most so many jobs under way, and so many of one hospital.
    pub(super) fn new(desk: &'a Desk, jobs: &'a J, places: u32, places_of_one: u32) -> Self {
        let hospitals = desk.inner().merchants.keys().cloned();
        Self {
            desk,
            jobs,
            line: Line::new(places, places_of_one, hospitals),
            under_way: FuturesUnordered::new(),
            begun: 0,
        }
    }

    /// Claims once, and does what was claimed; says how many jobs there were.
    ///
    /// # Errors
    ///
    /// The first trouble with the store. What had begun has ended then; the rest comes up again when its claim ends.
    pub(super) async fn round(mut self, now: Timestamp) -> Result<u32, DeskError> {
        let Some(mut claiming) = self.claim(now) else {
            return Ok(0);
        };
        let claimed = claiming.claimed.as_mut().await?;
        self.add(claimed, claiming.begins_before);
        let mut outcome = Ok(());
        loop {
            if outcome.is_ok() {
                self.begin();
            }
            let Some((hospital, ended)) = self.under_way.next().await else {
                return outcome.map(|()| self.begun);
            };
            self.line.end(&hospital);
            outcome = outcome.and(ended);
        }
    }

    /// Claims and does what is due until it is stopped or its [`Workers`](super::Workers) are dropped; then ends what has begun.
    pub(super) async fn go_on(mut self, stopped: &mut watch::Receiver<bool>) {
        let mut claiming: Option<Claiming<'a, J::Job>> = None;
        // Until then nothing is claimed and nothing begins.
        let mut rests_until = Instant::now();
        let mut stops = *stopped.borrow();
        loop {
            let now = Instant::now();
            if !stops && now >= rests_until {
                if claiming.is_none() {
                    claiming = self.claim(self.desk.now());
                }
                self.begin();
            }
            if stops && claiming.is_none() && self.under_way.is_empty() {
                return;
            }
            let wakes_at = self.line.claims_at().map(|at| at.max(rests_until));
            let wakes_at = wakes_at.or_else(|| (rests_until > now).then_some(rests_until));
            let is_claiming = claiming.is_some();
            let claimed = async {
                match &mut claiming {
                    Some(claiming) => claiming.claimed.as_mut().await,
                    None => pending().await,
                }
            };
            tokio::select! {
                biased;
                changed = stopped.changed(), if !stops => stops = changed.is_err() || *stopped.borrow(),
                Some((hospital, ended)) = self.under_way.next(), if !self.under_way.is_empty() => {
                    self.line.end(&hospital);
                    if let Err(error) = ended {
                        rests_until = rest(&error);
                    }
                }
                claimed = claimed => {
                    let Some(claim) = claiming.take() else { continue };
                    match claimed {
                        Ok(claimed) => {
                            if claimed.rows < claim.room as usize {
                                self.line.exhausted(&claim.hospitals, Instant::now() + IDLE);
                            }
                            self.add(claimed, claim.begins_before);
                        }
                        Err(error) => rests_until = rest(&error),
                    }
                }
                () = sleep_until(wakes_at.unwrap_or(now)), if !stops && !is_claiming && wakes_at.is_some() => {}
            }
        }
    }

    /// Begins to claim, if there is something to claim.
    fn claim(&self, now: Timestamp) -> Option<Claiming<'a, J::Job>> {
        let (hospitals, room) = self.line.room(Instant::now())?;
        let policy = &self.desk.inner().policy;
        let claim = Claim {
            merchants: hospitals.clone(),
            now,
            until: later(now, policy.grace),
            longest_wait: match planted::fault(Fault::ClockAheadPutsOff) {
                true => Duration::MAX,
                false => policy.longest_wait(),
            },
            limit: room,
        };
        let jobs = self.jobs;
        Some(Claiming {
            hospitals,
            room,
            // The other half is for the job itself.
            begins_before: later(now, policy.grace / 2),
            claimed: Box::pin(async move {
                caught(jobs.claim(claim)).await.unwrap_or_else(|panic| {
                    tracing::error!(error = %panic, "a claim of the workers panicked; they claim again");
                    Ok(Claimed {
                        jobs: Vec::new(),
                        rows: 0,
                    })
                })
            }),
        })
    }

    fn add(&mut self, claimed: Claimed<J::Job>, begins_before: Timestamp) {
        for (hospital, urgent, job) in claimed.jobs {
            let waiting = Waiting {
                job,
                urgent,
                begins_before,
            };
            self.line.add(&hospital, waiting);
        }
    }

    /// Begins all for which there are places.
    fn begin(&mut self) {
        let now = self.desk.now();
        while let Some((hospital, job)) = self.line.begin(now) {
            self.begun += 1;
            let jobs = self.jobs;
            self.under_way.push(Box::pin(async move {
                let ended = jobs.carry_out(job).await;
                (hospital, ended)
            }));
        }
    }
}

/// Until when a loop rests after trouble with the store.
fn rest(error: &DeskError) -> Instant {
    tracing::error!(%error, "the workers rest: the store does not do its part");
    Instant::now() + TROUBLED
}
