//! The one writer of a process, and its group commit.
//!
//! It takes all that waits (`drain`), keeps it in one transaction, and answers everybody. If the transaction fails, each work is tried alone, so that one
//! that cannot be stored harms no other.

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use tokio::sync::{mpsc, oneshot};

use super::bodies::Bodies;
use super::checkpoint::{self, Checkpointer};
use super::complete::Count;
use super::drain::drain;
use super::group::{BEGIN, With, keep_all};
use super::private::failed;
use super::work::{Answer, Work};
use crate::store::StoreError;
use crate::store::step::Step;

/// Where works are handed in.
pub(super) struct Writer {
    /// `None` if the file was opened for reading only.
    jobs: Option<mpsc::UnboundedSender<Job>>,
}

enum Job {
    Do(Work, oneshot::Sender<Result<Answer, StoreError>>),
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

    /// Hands in a work and waits until it is kept.
    pub(super) async fn ask(&self, work: Work) -> Result<Answer, StoreError> {
        let Some(jobs) = &self.jobs else {
            return Err(StoreError::Unavailable {
                doing: "write",
                reason: "the file was opened for reading only".to_owned(),
            });
        };
        let (answer, answered) = oneshot::channel();
        let closed = || StoreError::Unavailable {
            doing: "write",
            reason: "the store is closed".to_owned(),
        };
        let handed_in = jobs.send(Job::Do(work, answer));
        handed_in.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    /// Hands in a work whose answer is not needed.
    pub(super) fn tell(&self, work: Work) {
        let (answer, _) = oneshot::channel();
        if let Some(jobs) = &self.jobs {
            // A closed store needs no message.
            let _ = jobs.send(Job::Do(work, answer));
        }
    }

    /// Waits until all works that were handed in are kept, and closes the connection.
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
            let mut callers = Vec::new();
            for job in jobs.drain(..) {
                match job {
                    Job::Do(work, caller) => {
                        works.push(work);
                        callers.push(caller);
                    }
                    Job::Stop(caller) => stopped.push(caller),
                }
            }
            let bytes = works.iter().map(Work::bytes).sum();
            let answers = self.answer(&works).await;
            for (caller, answer) in callers.into_iter().zip(answers) {
                // A caller that has gone gets no answer; the work is stored all the same.
                let _ = caller.send(answer);
            }
            self.checkpointer
                .after_group(&mut self.connection, works.len(), bytes)
                .await;
        }
        if !self.flushed.is_empty() {
            // What is not said is found out by the next desk.
            let _ = self.keep(&[]).await;
        }
        self.readers.close().await;
        self.checkpointer.stop().await;
        checkpoint::leave_whole(&mut self.connection).await;
        if let Err(error) = self.connection.close().await {
            tracing::warn!(%error, "the database was not closed cleanly; nothing that was kept is lost");
        }
        for caller in stopped {
            let _ = caller.send(());
        }
    }

    async fn answer(&mut self, works: &[Work]) -> Vec<Result<Answer, StoreError>> {
        if works.is_empty() {
            return Vec::new();
        }
        let error = match self.keep(works).await {
            Ok(answers) => return answers.into_iter().map(Ok).collect(),
            Err(CommitFailure::Unsure(error)) => {
                return works.iter().map(|_| Err(error.clone())).collect();
            }
            Err(CommitFailure::NotKept(error)) => error,
        };
        if works.len() == 1 {
            return vec![Err(error)];
        }
        let mut answers: Vec<Result<Answer, StoreError>> = Vec::with_capacity(works.len());
        for work in works {
            // A database that does not answer would let each of them wait for as long.
            let answer = match answers.last() {
                Some(Err(error @ StoreError::Unavailable { doing: BEGIN, .. })) => {
                    Err(error.clone())
                }
                _ => match self.keep(std::slice::from_ref(work)).await {
                    Ok(answers) => only(answers),
                    Err(CommitFailure::NotKept(error) | CommitFailure::Unsure(error)) => Err(error),
                },
            };
            answers.push(answer);
        }
        answers
    }

    /// Keeps these works in one transaction, or none of them.
    async fn keep(&mut self, works: &[Work]) -> Result<Vec<Answer>, CommitFailure> {
        Step::BeforeBegin.reached();
        let with = With {
            bodies: &self.bodies,
            newest: self.newest,
            flushed: &self.flushed,
        };
        let kept = keep_all(&mut self.connection, works, &with).await;
        if kept.is_err() {
            // An error means that SQLite has ended the transaction itself, or that none was begun.
            let _ = sqlx::query("ROLLBACK").execute(&mut self.connection).await;
        }
        let (answers, commits, flushing) = kept?;
        self.flushed.clear();
        self.count.set(commits);
        let flushed = flushing.done().await;
        let flushed = flushed
            .map_err(|error| CommitFailure::Unsure(failed("flush received bodies")(error)))?;
        self.flushed.extend(flushed);
        Step::AfterCommit.reached();
        Ok(answers)
    }
}

/// Why works cannot be confirmed as stored.
enum CommitFailure {
    /// None of them is.
    NotKept(StoreError),
    /// They are, and the bodies that belong to them may not survive a loss of power.
    Unsure(StoreError),
}

impl From<StoreError> for CommitFailure {
    fn from(error: StoreError) -> Self {
        Self::NotKept(error)
    }
}

fn only(answers: Vec<Answer>) -> Result<Answer, StoreError> {
    let answer = answers.into_iter().next();
    answer.ok_or_else(|| StoreError::Unavailable {
        doing: "write",
        reason: "there is no answer".to_owned(),
    })
}
