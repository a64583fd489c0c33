//! The way from a process to the platform, on which everything can happen to a call; and what must hold where it arrives.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use payinsurance::signed_xml_client::{
    BoxFuture, HttpRequest, HttpResponse, Transport, TransportError,
};
use payinsurance_orders::OrderKey;
use payinsurance_orders::store::{MemoryStore, Store};
use payinsurance_sandbox::Interface;
use signed_xml::{Fields, Limits};

use super::executor::{at_once, until};
use super::process::HOSPITAL;
use super::shared::Shared;
use super::twist;
use super::world::{Outside, Trouble, arrive};

/// A signed reply: the interface, the order, the body.
type Spoken = (Interface, String, Vec<u8>);

/// The network of all processes.
#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) outside: Outside,
    pub(crate) shared: Shared,
    pub(crate) store: MemoryStore,
    /// What arrives after its sender has given up.
    late: Arc<Mutex<Vec<(Timestamp, Interface, HttpRequest)>>>,
    /// Signed replies so far that name an order.
    pub(crate) spoken: Arc<Mutex<Vec<Spoken>>>,
}

impl Network {
    pub(crate) fn new(outside: Outside, shared: Shared, store: MemoryStore) -> Self {
        let late = Arc::default();
        Self {
            outside,
            shared,
            store,
            late,
            spoken: Arc::default(),
        }
    }

    /// Lets arrive what is late and due by now; true if something was.
    pub(crate) fn late_arrivals(&self) -> bool {
        let now = self.outside.parts().now;
        let mut late = self.late.lock().unwrap();
        let Some(place) = late.iter().position(|(due, _, _)| *due <= now) else {
            return false;
        };
        let (_, interface, request) = late.remove(place);
        drop(late);
        self.shared
            .tell(format!("{} arrives late", interface.name()));
        let _nobody_waits = self.arrives(interface, &request);
        true
    }

    pub(crate) fn has_late(&self) -> bool {
        !self.late.lock().unwrap().is_empty()
    }

    async fn takes(&self, most_seconds: u64) {
        let seconds = self.shared.below(most_seconds + 1);
        let due = self.outside.parts().now + Duration::from_secs(seconds);
        until(|| self.outside.parts().now >= due).await;
    }

    async fn times_out(&self) -> Result<HttpResponse, TransportError> {
        let after = Duration::from_secs(20);
        let due = self.outside.parts().now + after;
        until(|| self.outside.parts().now >= due || self.shared.inner().calm).await;
        Err(TransportError::Timeout { after })
    }

    /// The call arrives. What it asks for must stand in the store by now.
    fn arrives(
        &self,
        interface: Interface,
        request: &HttpRequest,
    ) -> Result<HttpResponse, TransportError> {
        self.check(interface, request);
        let answer = arrive(&self.outside, interface, request, None)?;
        let asked = Fields::parse(&request.body, &Limits::default()).ok();
        let asked = asked
            .as_ref()
            .and_then(|fields| fields.get("hosp_out_trade_no"));
        if let Some(fields) = twist::signed(&answer.body) {
            if interface == Interface::Unifiedorder && fields.get("result_code") == Some("FAIL") {
                let number = asked.unwrap_or_default().to_owned();
                self.shared.inner().model.refused.insert(number);
            }
            if let Some(number) = fields.get("hosp_out_trade_no") {
                let mut spoken = self.spoken.lock().unwrap();
                spoken.push((interface, number.to_owned(), answer.body.to_vec()));
            }
        }
        Ok(answer)
    }

    /// A genuine reply may be the reply to another question, or name other amounts.
    fn twisted(&self, interface: Interface, answer: HttpResponse) -> HttpResponse {
        let rate = self.shared.inner().twist;
        let follows = [
            Interface::Queryorder,
            Interface::Queryrefund,
            Interface::Refund,
        ];
        if !follows.contains(&interface) || !self.shared.trouble(rate) {
            return answer;
        }
        let which = self.shared.below(10);
        let body = match which {
            0..=4 => twist::twisted(&answer.body, &twist::key_of(&self.outside), which),
            _ => twist::signed(&answer.body).and_then(|fields| {
                let spoken = self.spoken.lock().unwrap();
                let number = fields.get("hosp_out_trade_no")?.to_owned();
                let mut others = spoken.iter().rev();
                others
                    .find(|(of, other, _)| *of == interface && *other != number)
                    .map(|(_, _, body)| body.clone())
            }),
        };
        let Some(body) = body else { return answer };
        self.shared.inner().summary.twists += 1;
        self.shared.tell(format!(
            "a reply of {} is wrong ({which})",
            interface.name()
        ));
        HttpResponse::new(200, body)
    }

    fn check(&self, interface: Interface, request: &HttpRequest) {
        let Ok(fields) = Fields::parse(&request.body, &Limits::default()) else {
            return;
        };
        let number = fields.get("hosp_out_trade_no").unwrap_or_default();
        let key = OrderKey {
            merchant: HOSPITAL.to_owned(),
            hosp_out_trade_no: number.to_owned(),
        };
        let stored = at_once(self.store.order(&key)).unwrap();
        match interface {
            Interface::Unifiedorder if stored.is_none() => {
                self.shared
                    .violated(format!("{number} was sent before it was stored"));
            }
            Interface::Closeorder => {
                let wanted = stored.is_some_and(|order| {
                    order.close_wanted || order.state.is_at_rest() || order.state.was_paid()
                });
                if !wanted {
                    self.shared
                        .violated(format!("{number} was closed before that was stored"));
                }
            }
            Interface::Refund => {
                let refund_no = fields.get("hosp_out_refund_no").unwrap_or_default();
                let refund = stored.and_then(|order| order.refund);
                if refund.is_none_or(|refund| refund.hosp_out_refund_no != refund_no) {
                    self.shared
                        .violated(format!("refund {refund_no} was sent before it was stored"));
                }
                let mut inner = self.shared.inner();
                let numbers = inner
                    .model
                    .refund_numbers
                    .entry(number.to_owned())
                    .or_default();
                numbers.insert(refund_no.to_owned());
            }
            _ => {}
        }
    }
}

impl Transport for Network {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let name = request.url.path().rsplit('/').next().unwrap_or_default();
            let interface = Interface::named(name).unwrap();
            self.takes(2).await;
            let network = self.shared.inner().network;
            if !self.shared.trouble(network) {
                let answer = self.arrives(interface, &request);
                self.takes(2).await;
                return answer.map(|answer| self.twisted(interface, answer));
            }
            self.shared.inner().summary.calls_lost += 1;
            let fate = self.shared.below(7);
            self.shared
                .tell(format!("{} meets fate {fate}", interface.name()));
            match fate {
                0 => arrive(&self.outside, interface, &request, Some(Trouble::NotSent)),
                1 => self.times_out().await,
                2 => {
                    let _lost = self.arrives(interface, &request);
                    self.times_out().await
                }
                3 => {
                    let seconds = self.shared.below(90);
                    let due = self.outside.parts().now + Duration::from_secs(seconds);
                    self.late.lock().unwrap().push((due, interface, request));
                    self.times_out().await
                }
                4 => Ok(HttpResponse::new(502, "<html>bad gateway</html>")),
                // Anybody in between can say so: it is not signed.
                5 => {
                    let fail = "<xml><return_code>FAIL</return_code><return_msg>参数格式校验错误</return_msg></xml>";
                    Ok(HttpResponse::new(200, fail))
                }
                _ => {
                    let _lost = self.arrives(interface, &request);
                    Ok(HttpResponse::new(
                        200,
                        r#"{"errcode":-1,"errmsg":"system busy"}"#,
                    ))
                }
            }
        })
    }
}
