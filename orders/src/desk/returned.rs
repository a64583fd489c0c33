//! The return page (1.4): the store, one question to the platform if the order may have been paid meanwhile, then the store.
//!
//! Anybody who has the link can load the page as often as they like. So each process asks once for all who wait for the same order, at most once in a
//! few seconds for each order, and only so often in a minute for all orders.

use std::collections::HashMap;
use std::sync::PoisonError;

use jiff::Timestamp;
use tokio::sync::watch;

use super::budget::MinuteBudget;
use super::{Desk, DeskError};
use crate::decide::{query, returned};
use crate::planted::{self, Fault};
use crate::policy::later;
use crate::{Order, OrderKey, Policy};

const BY: &str = "return page";

/// What the return page asked the platform lately.
#[derive(Debug, Default)]
pub(crate) struct ReturnQuestions {
    orders: HashMap<OrderKey, Question>,
    budget: MinuteBudget,
}

#[derive(Debug)]
struct Question {
    asked_at: Timestamp,
    /// Its sender lives as long as the question is under way.
    answered: watch::Receiver<()>,
}

/// Whether the return page may ask the platform for an order.
enum Turn {
    /// It asks, and drops the sender when it has the answer.
    Ask(watch::Sender<()>),
    /// The same question is under way: it waits for the answer.
    Wait(watch::Receiver<()>),
    /// The answer is a few seconds old.
    Recent,
    /// Too much was asked in this minute.
    PutOff,
}

impl Desk {
    /// For the return page (1.4): the store, then one question to the platform unless the order is known to be paid, then the store.
    ///
    /// The patient comes back whether the payment worked or not, so coming back proves nothing. An order that is closed, failed or refused is asked for
    /// too: it may have been paid at the last moment. How often the platform is asked is limited by [`Policy::return_interval`] and
    /// [`Policy::return_questions_per_minute`]; beyond that the order is given as the store has it, and the workers ask.
    ///
    /// # Errors
    ///
    /// [`DeskError::NoOrder`], [`DeskError::UnknownMerchant`], [`DeskError::Store`].
    #[tracing::instrument(skip(self))]
    pub async fn returned(
        &self,
        merchant: &str,
        hosp_out_trade_no: &str,
    ) -> Result<Order, DeskError> {
        let client = self.client(merchant)?;
        let order = self.order(merchant, hosp_out_trade_no).await?;
        let asks_nothing =
            planted::fault(Fault::NeverAskedAgain) || planted::fault(Fault::ReturnPageAsksNothing);
        if order.state.was_paid() || (order.state.is_at_rest() && asks_nothing) {
            return Ok(order);
        }
        match self.turn(&order.key) {
            Turn::Ask(under_way) => {
                let asked_in = order.state;
                let answer = self.ask(client, &order).await?;
                let applied = self.apply(order, BY, |order, context| {
                    let is_current = query::is_current(&answer, asked_in, order);
                    is_current.then(|| returned::answered(order, &answer, context))
                });
                let applied = applied.await?;
                drop(under_way);
                Ok(applied.order)
            }
            Turn::Wait(mut answered) => {
                // Nothing is ever sent: this is an error once the question is answered or given up.
                let _ = answered.changed().await;
                self.existing(&order.key).await
            }
            Turn::Recent => Ok(order),
            Turn::PutOff => Ok(self.apply(order, BY, returned::put_off).await?.order),
        }
    }

    fn turn(&self, key: &OrderKey) -> Turn {
        let now = self.now();
        // Invariant: the lock is held for plain assignments only.
        let mut questions = self
            .inner()
            .return_questions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (turn, put_off) = questions.turn(key, now, &self.inner().policy);
        drop(questions);
        if put_off > 0 {
            tracing::warn!(
                count = put_off,
                "questions of the return page were left to the workers in the last minute: see `return_questions_per_minute`"
            );
        }
        turn
    }
}

impl ReturnQuestions {
    /// Whose turn it is, and how many questions were put off in the last minute.
    fn turn(&mut self, key: &OrderKey, now: Timestamp, policy: &Policy) -> (Turn, u64) {
        let is_recent = |question: &Question| {
            question.asked_at <= now && now < later(question.asked_at, policy.return_interval)
        };
        let is_under_way = |question: &Question| question.answered.has_changed().is_ok();
        self.orders
            .retain(|_, question| is_recent(question) || is_under_way(question));
        match self.orders.get(key) {
            Some(question) if is_under_way(question) => {
                return (Turn::Wait(question.answered.clone()), 0);
            }
            Some(_) => return (Turn::Recent, 0),
            None => {}
        }
        let most = u64::from(policy.return_questions_per_minute);
        let spending = self.budget.spend(1, most, now);
        if !spending.allowed {
            return (Turn::PutOff, spending.refused_before);
        }
        let (under_way, answered) = watch::channel(());
        let question = Question {
            asked_at: now,
            answered,
        };
        self.orders.insert(key.clone(), question);
        (Turn::Ask(under_way), spending.refused_before)
    }
}
