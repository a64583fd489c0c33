//! The one writer of a process, and its group commit.
//!
//! It takes all that waits (`drain`), stores it in one transaction, and answers every caller. If the
//! transaction fails, each work is tried alone, so that one that cannot be stored harms no other.

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use tokio::sync::{mpsc, oneshot};

use super::bodies::Bodies;
use super::checkpoint::{self, Checkpointer};
use super::complete::Count;
use super::drain::drain;
use super::group::{BEGIN, With, store_all};
use super::private::failed;
use super::work::{Reply, Work};
use crate::store::StoreError;
use crate::store::step::Step;

/// Where works are handed in.
pub(super) struct Writer {
    /// `None` if the file was opened for reading only.
    jobs: Option<mpsc::UnboundedSender<Job>>,
}

enum Job {
    Do(Work),
    Stop(oneshot::Sender<()>),
}

/// What the writer works with.
pub(super) struct Bench {
    pub(super) connection: SqliteConnection,
    /// Closed in the end, since nothing can be copied back for good while somebody reads.
    pub(super) readers: SqlitePool,
    pub(super) checkpointer: Checkpointer,
    pub(super) bodies: Bodies,
    pub(super) count: Count,
    /// The newest version of the schema that this program knows.
    pub(super) newest: i64,
    /// Where the parts of the file of bodies begin that were flushed, until a transaction says so.
    pub(super) flushed: Vec<u64>,
}

impl Writer {
    /// Starts the writer; it lives until it is stopped or the last handle is dropped.
    pub(super) fn start(bench: Bench, group_limit: usize) -> Self {
        // Unbounded, since each caller waits for its answer: there are never more works than callers.
        let (jobs, waiting) = mpsc::unbounded_channel();
        tokio::spawn(bench.run(waiting, group_limit));
        Self { jobs: Some(jobs) }
    }

    /// One that refuses all works.
    pub(super) fn none() -> Self {
        Self { jobs: None }
    }

    /// Hands in a work, which is made with the channel for its answer, and waits until it is stored.
    pub(super) async fn ask<T>(
        &self,
        work: impl FnOnce(Reply<T>) -> Work,
    ) -> Result<T, StoreError> {
        let Some(jobs) = &self.jobs else {
            return Err(StoreError::Unavailable {
                doing: "write",
                reason: "the file was opened for reading only".to_owned(),
            });
        };
        let (reply, answered) = Reply::new();
        let closed = || StoreError::Unavailable {
            doing: "write",
            reason: "the store is closed".to_owned(),
        };
        let handed_in = jobs.send(Job::Do(work(reply)));
        handed_in.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    /// Hands in a work whose answer is not needed.
    pub(super) fn send<T>(&self, work: impl FnOnce(Reply<T>) -> Work) {
        let (reply, _) = Reply::new();
        if let Some(jobs) = &self.jobs {
            // A closed store needs no message.
            let _ = jobs.send(Job::Do(work(reply)));
        }
    }

    /// Waits until all works that were handed in are stored, and closes the connection.
    pub(super) async fn stop(&self) {
        let (stopped, waiting) = oneshot::channel();
        let Some(jobs) = &self.jobs else { return };
        if jobs.send(Job::Stop(stopped)).is_ok() {
            // An error means that it has stopped already.
            let _ = waiting.await;
        }
    }
}

impl Bench {
    async fn run(mut self, mut waiting: mpsc::UnboundedReceiver<Job>, group_limit: usize) {
        let mut jobs = Vec::new();
        let mut stopped = Vec::new();
        while stopped.is_empty() && drain(&mut waiting, &mut jobs, group_limit).await > 0 {
            let mut works = Vec::new();
            for job in jobs.drain(..) {
                match job {
                    Job::Do(work) => works.push(work),
                    Job::Stop(caller) => stopped.push(caller),
                }
            }
            let bytes = works.iter().map(Work::bytes).sum();
            let count = works.len();
            self.answer(works).await;
            self.checkpointer
                .after_group(&mut self.connection, count, bytes)
                .await;
        }
        if !self.flushed.is_empty() {
            // What is not said is found out by the next desk.
            let _ = self.store(&mut []).await;
        }
        self.readers.close().await;
        self.checkpointer.stop().await;
        checkpoint::leave_whole(&mut self.connection).await;
        if let Err(error) = self.connection.close().await {
            tracing::warn!(%error, "the database was not closed cleanly; nothing that was stored is lost");
        }
        for caller in stopped {
            let _ = caller.send(());
        }
    }

    async fn answer(&mut self, mut works: Vec<Work>) {
        if works.is_empty() {
            return;
        }
        let outcome = match self.store(&mut works).await {
            Ok(()) => Ok(()),
            Err(CommitFailure::Unsure(error)) => Err(error),
            Err(CommitFailure::NotStored(error)) if works.len() == 1 => Err(error),
            Err(CommitFailure::NotStored(_)) => return self.answer_one_by_one(works).await,
        };
        for work in works {
            work.finish(outcome.clone());
        }
    }

    async fn answer_one_by_one(&mut self, works: Vec<Work>) {
        // A database that does not answer would let each of them wait for as long.
        let mut busy: Option<StoreError> = None;
        for mut work in works {
            let outcome = match &busy {
                Some(error) => Err(error.clone()),
                None => self.store(std::slice::from_mut(&mut work)).await.map_err(
                    |(CommitFailure::NotStored(error) | CommitFailure::Unsure(error))| error,
                ),
            };
            if let Err(error @ StoreError::Unavailable { doing: BEGIN, .. }) = &outcome {
                busy = Some(error.clone());
            }
            work.finish(outcome);
        }
    }

    /// Stores these works in one transaction, or none of them.
    async fn store(&mut self, works: &mut [Work]) -> Result<(), CommitFailure> {
        Step::BeforeBegin.reached();
        let with = With {
            bodies: &self.bodies,
            newest: self.newest,
            flushed: &self.flushed,
        };
        let stored = store_all(&mut self.connection, works, &with).await;
        if stored.is_err() {
            // An error means that SQLite has ended the transaction itself, or that none was begun.
            let _ = sqlx::query("ROLLBACK").execute(&mut self.connection).await;
        }
        let (commits, flushing) = stored?;
        self.flushed.clear();
        self.count.set(commits);
        let flushed = flushing.done().await;
        let flushed = flushed
            .map_err(|error| CommitFailure::Unsure(failed("flush received bodies")(error)))?;
        self.flushed.extend(flushed);
        Step::AfterCommit.reached();
        Ok(())
    }
}

/// Why works cannot be confirmed as stored.
enum CommitFailure {
    /// None of them is.
    NotStored(StoreError),
    /// They are, and the bodies that belong to them may not survive a loss of power.
    Unsure(StoreError),
}

impl From<StoreError> for CommitFailure {
    fn from(error: StoreError) -> Self {
        Self::NotStored(error)
    }
}
