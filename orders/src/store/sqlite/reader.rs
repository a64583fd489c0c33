//! Orders that are read together.
//!
//! Each notification begins with a look at its order. Callers that ask while the reader is busy share the next query: one walk to a connection and
//! one look at the index for many. A query begins after it was asked for, so it sees all that was stored before.

use std::collections::HashMap;

use sqlx::sqlite::SqlitePool;
use tokio::sync::{mpsc, oneshot};

use super::drain::drain;
use crate::OrderKey;
use crate::store::StoreError;
use crate::store::row::{OrderColumns, json};
use crate::store::sql_error::unavailable;

/// Orders that one query reads at most.
const ORDERS: usize = 64;

/// Where orders are asked for.
pub(super) struct Reader {
    questions: mpsc::UnboundedSender<Question>,
}

struct Question {
    key: OrderKey,
    /// Takes what the order is read from.
    caller: oneshot::Sender<Result<Option<OrderColumns<Vec<u8>>>, StoreError>>,
}

impl Reader {
    /// Starts the reader; it lives until the last handle is dropped.
    pub(super) fn start(readers: SqlitePool) -> Self {
        // Unbounded, since each caller waits for its answer: there are never more questions than callers.
        let (questions, asked) = mpsc::unbounded_channel();
        tokio::spawn(run(readers, asked));
        Self { questions }
    }

    /// What an order is read from.
    pub(super) async fn order(
        &self,
        key: &OrderKey,
    ) -> Result<Option<OrderColumns<Vec<u8>>>, StoreError> {
        let (caller, answer) = oneshot::channel();
        let closed = || StoreError::Unavailable {
            doing: DOING,
            reason: "the store is closed".to_owned(),
        };
        let key = key.clone();
        let asked = self.questions.send(Question { key, caller });
        asked.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

const DOING: &str = "read an order";

// CROSS JOIN: the list first, then the index, whatever the planner thinks of the table's size.
const READ: &str = "SELECT o.merchant, o.hosp_out_trade_no, CAST(o.record AS BLOB), CAST(r.request AS BLOB) FROM jsonb_each(?) AS v
    CROSS JOIN orders o ON o.merchant = v.value ->> 0 AND o.hosp_out_trade_no = v.value ->> 1 JOIN requests r ON r.order_id = o.id";

async fn run(readers: SqlitePool, mut asked: mpsc::UnboundedReceiver<Question>) {
    let mut questions = Vec::new();
    while drain(&mut asked, &mut questions, ORDERS).await > 0 {
        let records = read(&readers, &questions).await;
        for Question { key, caller } in questions.drain(..) {
            let answer = match &records {
                Ok(records) => Ok(records.get(&key).cloned()),
                Err(error) => Err(error.clone()),
            };
            // Who has gone needs no answer.
            let _ = caller.send(answer);
        }
    }
}

async fn read(
    readers: &SqlitePool,
    questions: &[Question],
) -> Result<HashMap<OrderKey, OrderColumns<Vec<u8>>>, StoreError> {
    let keys = questions.iter().map(|question| &question.key);
    let keys: Vec<_> = keys
        .map(|key| (&key.merchant, &key.hosp_out_trade_no))
        .collect();
    let rows: Vec<(String, String, Vec<u8>, Vec<u8>)> = sqlx::query_as(READ)
        .bind(json(&keys)?)
        .fetch_all(readers)
        .await
        .map_err(unavailable(DOING))?;
    let records = rows
        .into_iter()
        .map(|(merchant, hosp_out_trade_no, record, request)| {
            let key = OrderKey {
                merchant,
                hosp_out_trade_no,
            };
            (key, (record, request))
        });
    Ok(records.collect())
}
