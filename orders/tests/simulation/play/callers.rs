//! Callers of the desk: the hospital's own programs, which place, close, refund, and look; and its workers.

use payinsurance_orders::{DeskError, OrderKey, RefundRequest};
use payinsurance_sandbox::samples::refund_content;
use signed_xml::Fen;

use super::actors::Actors;
use super::hospitals::{request, shown};

impl Actors {
    pub(super) fn somebody_works(&mut self) {
        let process = self.any_process();
        let busy = self
            .tasks
            .iter()
            .any(|task| task.process == process && task.name == "works");
        if busy {
            return;
        }
        let desk = self.desks[process].clone();
        let work = async move {
            // What the store did not do comes up again by itself.
            let _ = desk.work_once(desk.now()).await;
        };
        self.begin(process, "works".to_owned(), work);
    }

    pub(super) fn a_caller_acts(&mut self) {
        let (process, key) = (self.any_process(), self.any_key());
        let desk = self.desks[process].clone();
        let shared = self.shared.clone();
        let linked = self.shared.inner().model.linked.contains(&key);
        let name = shown(&key);
        match self.shared.below(20) {
            0..=9 => self.caller_places(process, &key),
            10 => self.caller_places_another(process, key),
            11..=12 => {
                self.begin(process, format!("returns {name}"), async move {
                    let _ = desk.returned(&key.merchant, &key.hosp_out_trade_no).await;
                });
            }
            13 => {
                self.begin(process, format!("refreshes {name}"), async move {
                    let refreshed = desk.refresh(&key.merchant, &key.hosp_out_trade_no, "li");
                    let _ = refreshed.await;
                });
            }
            14 => {
                self.begin(process, format!("closes {name}"), async move {
                    let closed = desk.close(&key.merchant, &key.hosp_out_trade_no).await;
                    if let Ok(order) = closed {
                        let state = order.state.as_str();
                        shared.tell(format!("{name} closed for a caller: {state}"));
                    }
                });
            }
            15..=17 if linked => self.caller_refunds(process, key),
            _ => {}
        }
    }

    pub(super) fn caller_places(&mut self, process: usize, key: &OrderKey) {
        let desk = self.desks[process].clone();
        let (shared, key) = (self.shared.clone(), key.clone());
        let request = request(self.seed, &key);
        let knows = self.knows(process, &key);
        let name = format!("places {}", shown(&key));
        self.begin(process, name, async move {
            match desk.place(&key.merchant, &request).await {
                Ok(order) => {
                    let mut inner = shared.inner();
                    inner.model.promised.insert(key.clone());
                    if order.placed.is_some_and(|placed| placed.pay_url.is_some()) {
                        inner.model.linked.insert(key);
                    }
                }
                Err(DeskError::Store(_) | DeskError::Contended { .. }) => {}
                Err(DeskError::UnknownMerchant { .. }) if !knows => {}
                Err(error) => {
                    let key = shown(&key);
                    shared.violated(format!("{key} could not be placed: {error}"));
                }
            }
        });
    }

    fn caller_places_another(&mut self, process: usize, key: OrderKey) {
        if self.stored(&key).is_none() {
            return;
        }
        let desk = self.desks[process].clone();
        let shared = self.shared.clone();
        let mut other = request(self.seed, &key);
        other.body = "另一笔".into();
        let name = format!("places another {}", shown(&key));
        self.begin(process, name, async move {
            if desk.place(&key.merchant, &other).await.is_ok() {
                shared.violated(format!("another order was placed as {}", shown(&key)));
            }
        });
    }

    /// All of it or a part of the cash, under the default number, one of the caller's own, or one that belongs to another order.
    fn caller_refunds(&mut self, process: usize, key: OrderKey) {
        let desk = self.desks[process].clone();
        let request = match self.shared.below(5) {
            0 => RefundRequest::cash(Fen(1 + self.shared.below(150)), refund_content()),
            1 => {
                let number = format!("MINE{}", key.hosp_out_trade_no);
                RefundRequest::whole(refund_content()).numbered(number)
            }
            2 => RefundRequest::whole(refund_content()).numbered("SHARED"),
            _ => RefundRequest::whole(refund_content()),
        };
        self.begin(process, format!("refunds {}", shown(&key)), async move {
            let asked = desk.refund(&key.merchant, &key.hosp_out_trade_no, &request);
            let _ = asked.await;
        });
    }
}
