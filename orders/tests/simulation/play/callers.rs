//! Callers of the desk: the hospital's own programs, which place, close, refund, and look; and its workers.

use payinsurance::enums::{AllowFeeChange, PayType};
use payinsurance::unifiedorder;
use payinsurance_orders::{DeskError, RefundRequest};
use payinsurance_sandbox::samples::refund_content;
use signed_xml::Fen;

use super::actors::Actors;
use super::process::HOSPITAL;
use super::world::order;

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
        let (process, number) = (self.any_process(), self.any_number());
        let desk = self.desks[process].clone();
        let shared = self.shared.clone();
        let linked = self.shared.inner().model.linked.contains(&number);
        match self.shared.below(20) {
            0..=9 => self.caller_places(process, &number),
            10 => self.caller_places_another(process, number),
            11..=12 => {
                let name = format!("returns {number}");
                self.begin(process, name, async move {
                    let _ = desk.returned(HOSPITAL, &number).await;
                });
            }
            13 => {
                let name = format!("refreshes {number}");
                self.begin(process, name, async move {
                    let _ = desk.refresh(HOSPITAL, &number, "li").await;
                });
            }
            14 => {
                let name = format!("closes {number}");
                self.begin(process, name, async move {
                    if let Ok(order) = desk.close(HOSPITAL, &number).await {
                        shared.tell(format!(
                            "{number} closed for a caller: {}",
                            order.state.word()
                        ));
                    }
                });
            }
            15..=17 if linked => self.caller_refunds(process, number),
            _ => {}
        }
    }

    pub(super) fn caller_places(&mut self, process: usize, number: &str) {
        let desk = self.desks[process].clone();
        let (shared, number) = (self.shared.clone(), number.to_owned());
        let request = self.request(&number);
        let name = format!("places {number}");
        self.begin(process, name, async move {
            match desk.place(HOSPITAL, &request).await {
                Ok(order) => {
                    let mut inner = shared.inner();
                    inner.model.promised.insert(number.clone());
                    if order.placed.is_some_and(|placed| placed.pay_url.is_some()) {
                        inner.model.linked.insert(number);
                    }
                }
                Err(DeskError::Store(_) | DeskError::Contended { .. }) => {}
                Err(error) => shared.violated(format!("{number} could not be placed: {error}")),
            }
        });
    }

    pub(super) fn caller_places_another(&mut self, process: usize, number: String) {
        if self.stored(&number).is_none() {
            return;
        }
        let desk = self.desks[process].clone();
        let shared = self.shared.clone();
        let mut other = self.request(&number);
        other.body = "另一笔".into();
        self.begin(process, format!("places another {number}"), async move {
            if desk.place(HOSPITAL, &other).await.is_ok() {
                shared.violated(format!("another order was placed as {number}"));
            }
        });
    }

    pub(super) fn caller_refunds(&mut self, process: usize, number: String) {
        let desk = self.desks[process].clone();
        let request = match self.shared.below(4) {
            0 => RefundRequest::cash(Fen(1 + self.shared.below(150)), refund_content()),
            1 => RefundRequest::whole(refund_content()).numbered("MINE"),
            _ => RefundRequest::whole(refund_content()),
        };
        // A number of one's own must not be that of another order.
        let request = match request.hosp_out_refund_no.is_some() {
            true => request.numbered(format!("MINE{number}")),
            false => request,
        };
        self.begin(process, format!("refunds {number}"), async move {
            let _ = desk.refund(HOSPITAL, &number, &request).await;
        });
    }

    /// Orders of different parts: mixed, in cash alone, by insurance alone; some let the bureau change the parts.
    pub(super) fn request(&self, number: &str) -> unifiedorder::Request {
        let place = self.numbers.iter().position(|known| known == number);
        let kind = self.seed.wrapping_add(place.unwrap_or_default() as u64);
        let mut request = order(number);
        if kind % 2 == 1 {
            request.allow_fee_change = AllowFeeChange::Allow;
        }
        let (pay_type, cash, insurance) = match kind % 5 {
            0 => (PayType::Cash, 120, 0),
            1 => (PayType::Insurance, 0, 300),
            _ => (PayType::CashAndInsurance, 150, 100),
        };
        request.pay_type = pay_type;
        request.total_fee = Fen(cash + insurance);
        request.cash_fee = Fen(cash);
        request.insurance_fee = Fen(insurance);
        request
    }
}
