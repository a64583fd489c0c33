//! Replacing an order whose link to pay was lost with the answer of the platform.

use jiff::Timestamp;
use payinsurance::Client;
use url::Url;

use super::apply::{Applied, Stored, decide_and_store, existing};
use super::look::key;
use super::{Desk, DeskError};
use crate::decide::{Context, Step, query, replace};
use crate::store::Store;
use crate::{Order, OrderKey, Policy, ReplaceError, State};

const BY: &str = "caller";
/// So many replacements back it is looked whether one was paid.
const MAX_BACK: usize = 16;

/// What came of replacing an order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Replacement {
    /// The order is closed, and this one was placed instead of it. Look at its state as after [`Desk::place`].
    Placed(Box<Order>),
    /// The order itself is paid, or was: nothing was placed instead of it.
    Paid(Box<Order>),
    /// It is not certain yet that the order is closed and unpaid, so nothing was placed. Ask again; the workers go on closing it, and then place the other
    /// one. Of an order that is `placing` nothing was stored: its outcome is open, and it may yet be placed with its link.
    Open(Box<Order>),
}

impl Desk {
    /// Closes an order that is not paid, and places it again under a number that follows from its own: for an order whose `pay_url` was lost with the
    /// answer of the platform, which offers no way to ask for it.
    ///
    /// The other order is placed only once the platform says, after the closing, that this one is closed. It has the same contents; a `return_url` that
    /// [`Desk::return_url`] made gets the new number. Its number is `T1X2` for `T1`; a number of more than 58 characters is cut, with a digest in place of
    /// the rest. [`Order::replaced_by`] and [`Order::replaces`] lead from one to the other.
    ///
    /// Safe to repeat: the same order has the same replacement, however many callers ask, and however often. Once the wish is stored the workers
    /// carry it out, whatever becomes of the caller; [`Desk::close`] withdraws it.
    ///
    /// A payment of the first order that the platform reports later is recorded: its event has `replaced_by` and says so, and the other order is closed
    /// if it is not paid.
    ///
    /// # Errors
    ///
    /// [`DeskError::Replace`] says why it is not replaced; [`DeskError::NoAnswer`] if the platform could not be asked, in which case nothing was closed;
    /// [`DeskError::Invalid`] or [`DeskError::ReturnUrl`] if the replacement could not be sent, [`DeskError::UnknownMerchant`], [`DeskError::NoOrder`],
    /// [`DeskError::Store`].
    #[tracing::instrument(skip(self))]
    pub async fn replace(
        &self,
        merchant: &str,
        hosp_out_trade_no: &str,
    ) -> Result<Replacement, DeskError> {
        let client = self.client(merchant)?;
        let mut order = self.order(merchant, hosp_out_trade_no).await?;
        if let Some(number) = &order.replaced_by {
            return self.known_replacement(merchant, number).await;
        }
        if !order.state.was_paid() {
            order = Box::pin(self.must_ask(order, Step::Query, BY)).await?;
        }
        if order.state.was_paid() {
            return Ok(Replacement::Paid(Box::new(order)));
        }
        if order.state == State::Placing {
            return Ok(Replacement::Open(Box::new(order)));
        }
        // What cannot be sent is found before anything is closed.
        let number = replace::number(&order)?;
        if let Some(found) = self.find(&key(merchant, &number)).await? {
            return match found.replaces.as_deref() == Some(hosp_out_trade_no) {
                true => self.known_replacement(merchant, &number).await,
                false => Err(ReplaceError::NumberTaken { number }.into()),
            };
        }
        let return_url = self.return_url_of_replacement(&order)?;
        let request = replace::request(&order, &number, return_url.as_deref())?;
        client
            .generic()
            .sign(&request)
            .map_err(DeskError::Invalid)?;
        // Decided once to learn why not, and again for each revision that it is to be stored on.
        replace::wanted(&order, self.context(BY))?;
        let applied = self.apply(order, BY, |order, context| {
            replace::wanted(order, context).ok().flatten()
        });
        let mut order = applied.await?.order;
        let first = match order.state {
            State::Closed => Some(Step::Replace),
            // It was asked for right before.
            State::Placed => Some(Step::Close),
            _ => None,
        };
        if let Some(step) = first {
            order = Box::pin(self.advance(order, step, BY)).await?;
        }
        if matches!(order.state, State::Placed | State::Paying) && first.is_some() {
            // Closing was refused, or its answer was lost: the platform knows.
            order = Box::pin(self.advance(order, Step::Query, BY)).await?;
        }
        if order.state == State::Closed && order.replace_wanted {
            // Another caller has closed it, or the question after the closing was lost.
            order = Box::pin(self.advance(order, Step::Replace, BY)).await?;
        }
        if let Some(number) = &order.replaced_by {
            let placed = self.existing(&key(merchant, number)).await?;
            return Ok(Replacement::Placed(Box::new(placed)));
        }
        Ok(match order.state.was_paid() {
            true => Replacement::Paid(Box::new(order)),
            false => Replacement::Open(Box::new(order)),
        })
    }

    /// A replacement that was stored before. Another caller may be sending it now, or may have died: the platform knows.
    async fn known_replacement(
        &self,
        merchant: &str,
        number: &str,
    ) -> Result<Replacement, DeskError> {
        let mut order = self.existing(&key(merchant, number)).await?;
        if order.state == State::Placing {
            order = Box::pin(self.step(order, Step::Query, BY)).await?.order;
        }
        Ok(Replacement::Placed(Box::new(order)))
    }

    /// Asks once more about an order that was closed to be replaced; if it is closed for certain, stores the other one with it, and sends that.
    pub(crate) async fn confirm_and_replace(
        &self,
        client: &Client,
        order: Order,
        by: &str,
    ) -> Result<Applied, DeskError> {
        let answer = self.ask(client, &order).await?;
        let return_url = self.return_url_of_replacement(&order)?;
        let key = order.key.clone();
        let applied = self
            .apply(order, by, |order, context| {
                let return_url = return_url.as_deref();
                Some(replace::answered(order, &answer, return_url, context))
            })
            .await;
        let mut applied = match applied {
            Err(DeskError::Replace(error)) => {
                let order = self.existing(&key).await?;
                self.apply(order, by, |order, context| {
                    replace::not_possible(order, &error, context)
                })
                .await?;
                return Err(error.into());
            }
            applied => applied?,
        };
        if let Some(replacement) = applied.replacement.take() {
            let sent = Box::pin(self.send(client, replacement, by)).await?;
            if let Some(step) = sent.next {
                Box::pin(self.advance(sent.order, step, by)).await?;
            }
        }
        Ok(applied)
    }

    /// The address to come back to, if the order has one that [`Desk::return_url`] made: with the number and the token of the replacement.
    fn return_url_of_replacement(&self, order: &Order) -> Result<Option<String>, DeskError> {
        let OrderKey {
            merchant,
            hosp_out_trade_no,
        } = &order.key;
        let url = order
            .field("return_url")
            .and_then(|url| Url::parse(url).ok());
        let Some(mut url) = url else { return Ok(None) };
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let own = |name: &str, value: &str| match name {
            "m" => value == merchant,
            "no" => value == hosp_out_trade_no,
            "t" => self.is_return_token(merchant, hosp_out_trade_no, value),
            _ => false,
        };
        let (own, others): (Vec<_>, Vec<_>) = pairs
            .into_iter()
            .partition(|(name, value)| own(name, value));
        if own.len() != 3 {
            return Ok(None);
        }
        url.set_query(None);
        if !others.is_empty() {
            url.query_pairs_mut().extend_pairs(others);
        }
        let number = replace::number(order)?;
        self.return_url(url.as_str(), merchant, &number).map(Some)
    }

    /// Closes the last replacement of an order that is paid after all, at once, since its patient may have a link. The workers do it otherwise.
    pub(crate) async fn close_replacement(&self, paid: &Order, by: &str) -> Result<(), DeskError> {
        let mut number = paid.replaced_by.clone();
        let mut last = None;
        for _ in 0..MAX_BACK {
            let Some(next) = number else { break };
            last = self.find(&key(&paid.key.merchant, &next)).await?;
            number = last.as_ref().and_then(|order| order.replaced_by.clone());
        }
        if let Some(last) = last.filter(|order| !order.state.is_at_rest()) {
            Box::pin(self.advance(last, Step::Query, by)).await?;
        }
        Ok(())
    }

    /// Wants an order closed that was placed instead of one that is paid after all: both could be paid otherwise.
    pub(crate) async fn close_if_replaced_is_paid(
        &self,
        order: Order,
        by: &str,
    ) -> Result<Order, DeskError> {
        if order.state.is_at_rest() || order.state == State::Refunding || order.close_wanted {
            return Ok(order);
        }
        let mut replaces = order.replaces.clone();
        for _ in 0..MAX_BACK {
            let Some(number) = replaces else { break };
            let Some(earlier) = self.find(&key(&order.key.merchant, &number)).await? else {
                break;
            };
            if earlier.state.was_paid() {
                return Ok(self.apply(order, by, query::close_wanted).await?.order);
            }
            replaces = earlier.replaces;
        }
        Ok(order)
    }
}

/// Stores the wish to have an order replaced, for a tool that has the store and no desk: the workers of a desk carry it out. Returns the order and the
/// number of its replacement.
///
/// # Errors
///
/// [`DeskError::Replace`] says why not; [`DeskError::NoOrder`], [`DeskError::Contended`], [`DeskError::Store`].
pub async fn want_replacement(
    store: &dyn Store,
    key: &OrderKey,
    who: &str,
    now: Timestamp,
    policy: &Policy,
) -> Result<(Order, String), DeskError> {
    let by = format!("clerk:{who}");
    let context = Context {
        at: now,
        by: &by,
        policy,
    };
    let order = existing(store, key).await?;
    if let Some(number) = order.replaced_by.clone() {
        return Ok((order, number));
    }
    let number = replace::number(&order)?;
    if replace::wanted(&order, context)?.is_none() {
        return Ok((order, number));
    }
    let other = OrderKey {
        merchant: key.merchant.clone(),
        hosp_out_trade_no: number.clone(),
    };
    if store.order(&other).await?.is_some() {
        return Err(ReplaceError::NumberTaken { number }.into());
    }
    let stored = decide_and_store(store, order, |order| Ok(replace::wanted(order, context)?));
    Ok(match stored.await? {
        Stored::Changed(_, decision) => (decision.change.order, number),
        Stored::Nothing(order) | Stored::Repeated(order) => (order, number),
    })
}
