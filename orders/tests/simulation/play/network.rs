//! The way from a process to the platform, on which everything can happen to a call; and what must hold where it arrives.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use payinsurance::signed_xml_client::{
    BoxFuture, HttpRequest, HttpResponse, Transport, TransportError,
};
use payinsurance_orders::store::{MemoryStore, OrderFilter, Store};
use payinsurance_orders::{Order, OrderKey};
use payinsurance_sandbox::Interface;
use signed_xml::{Fields, Limits};

use super::executor::{at_once, until};
use super::hospitals::{key, key_of, named_in, shown, view_of};
use super::shared::Shared;
use super::twist;
use super::world::{Outside, Trouble, arrive};

/// A signed reply.
#[derive(Clone)]
pub(crate) struct Spoken {
    pub(crate) interface: Interface,
    /// The order that was asked about.
    pub(crate) about: OrderKey,
    pub(crate) body: Vec<u8>,
}

/// The network of all processes.
#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) outside: Outside,
    pub(crate) shared: Shared,
    pub(crate) store: MemoryStore,
    /// What arrives after its sender has given up.
    late: Arc<Mutex<Vec<(Timestamp, Interface, HttpRequest)>>>,
    /// Signed replies so far.
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

    /// Which order a call is about, as the desk has it.
    fn asked_about(&self, request: &HttpRequest) -> Option<OrderKey> {
        let fields = Fields::parse(&request.body, &Limits::default()).ok()?;
        let hospital = named_in(&self.outside, &fields)?;
        if let Some(number) = fields.get("hosp_out_trade_no") {
            return Some(key(hospital, number));
        }
        let filter = OrderFilter {
            merchant: Some(hospital.to_owned()),
            ..OrderFilter::default()
        };
        let orders = at_once(self.store.orders(&filter)).unwrap().rows;
        let id = fields.get("med_refund_id");
        let number = fields.get("hosp_out_refund_no");
        let is_meant = |order: &&Order| {
            order.refund.as_ref().is_some_and(|refund| match id {
                Some(_) => refund.med_refund_id.as_deref() == id,
                None => Some(&*refund.hosp_out_refund_no) == number,
            })
        };
        orders.iter().find(is_meant).map(|order| order.key.clone())
    }

    /// The call arrives. What it asks for must stand in the store by now.
    fn arrives(
        &self,
        interface: Interface,
        request: &HttpRequest,
    ) -> Result<HttpResponse, TransportError> {
        self.check(interface, request);
        let about = self.asked_about(request);
        let before = about.as_ref().and_then(|key| view_of(&self.outside, key));
        let answer = arrive(&self.outside, interface, request, None)?;
        let (Some(about), Some(fields)) = (about, twist::signed(&answer.body)) else {
            return Ok(answer);
        };
        if fields.get("result_code") == Some("FAIL") {
            if interface == Interface::Unifiedorder {
                self.shared.inner().model.refused.insert(about.clone());
            }
            if before != view_of(&self.outside, &about) {
                self.shared.lied(
                    &about,
                    format!("{} failed and took effect", interface.name()),
                );
            }
        }
        self.spoken.lock().unwrap().push(Spoken {
            interface,
            about,
            body: answer.body.to_vec(),
        });
        Ok(answer)
    }

    /// A genuine reply may be the reply to another question, name other amounts, or lack a field.
    fn twisted(
        &self,
        interface: Interface,
        request: &HttpRequest,
        answer: HttpResponse,
    ) -> HttpResponse {
        let rate = self.shared.inner().twist;
        let Some(about) = self.asked_about(request) else {
            return answer;
        };
        if !self.shared.trouble(rate) {
            return answer;
        }
        let twisted = match self.shared.below(2) {
            0 => twist::signed(&answer.body).and_then(|fields| {
                let alteration = twist::any_alteration(&self.shared, &fields)?;
                let key = key_of(&self.outside, &about.merchant);
                let body = twist::altered(&answer.body, &key, &alteration)?;
                Some((body, format!("{alteration:?}")))
            }),
            _ => self.another_reply(interface, &about),
        };
        let Some((body, how)) = twisted else {
            return answer;
        };
        self.shared.lied(
            &about,
            format!("the reply of {} is wrong: {how}", interface.name()),
        );
        HttpResponse::new(200, body)
    }

    /// The reply to another question: of the same interface about another order, or of any other interface.
    fn another_reply(&self, interface: Interface, about: &OrderKey) -> Option<(Vec<u8>, String)> {
        let any_interface = self.shared.below(3) == 0;
        let spoken = self.spoken.lock().unwrap();
        let others: Vec<&Spoken> = spoken
            .iter()
            .rev()
            .filter(|other| match any_interface {
                true => other.interface != interface,
                false => other.interface == interface && other.about != *about,
            })
            // Under another key it would not be genuine.
            .filter(|other| other.about.merchant == about.merchant || self.shared.below(4) == 0)
            .take(6)
            .collect();
        if others.is_empty() {
            return None;
        }
        let other = others[self.shared.below(others.len() as u64) as usize];
        let how = format!("{} about {}", other.interface.name(), shown(&other.about));
        Some((other.body.clone(), how))
    }

    fn check(&self, interface: Interface, request: &HttpRequest) {
        let Ok(fields) = Fields::parse(&request.body, &Limits::default()) else {
            return;
        };
        let Some(hospital) = named_in(&self.outside, &fields) else {
            return;
        };
        let key = key(
            hospital,
            fields.get("hosp_out_trade_no").unwrap_or_default(),
        );
        let stored = at_once(self.store.order(&key)).unwrap();
        match interface {
            Interface::Unifiedorder if stored.is_none() => {
                self.shared
                    .violated(format!("{} was sent before it was stored", shown(&key)));
            }
            Interface::Closeorder => {
                let wanted = stored.is_some_and(|order| {
                    order.close_wanted || order.state.is_at_rest() || order.state.was_paid()
                });
                if !wanted {
                    self.shared
                        .violated(format!("{} was closed before that was stored", shown(&key)));
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
                let numbers = inner.model.refund_numbers.entry(key).or_default();
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
                return answer.map(|answer| self.twisted(interface, &request, answer));
            }
            self.shared.inner().summary.calls_lost += 1;
            let fate = self.shared.below(8);
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
                    self.arrives_again(interface, request);
                    self.times_out().await
                }
                4 => Ok(HttpResponse::new(502, "<html>bad gateway</html>")),
                // Anybody in between can say so: it is not signed.
                5 => {
                    let fail = "<xml><return_code>FAIL</return_code><return_msg>参数格式校验错误</return_msg></xml>";
                    Ok(HttpResponse::new(200, fail))
                }
                // A machine in between repeats it.
                6 => {
                    let answer = self.arrives(interface, &request);
                    self.arrives_again(interface, request);
                    answer
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

impl Network {
    /// It arrives some time later, whatever became of it before.
    fn arrives_again(&self, interface: Interface, request: HttpRequest) {
        let seconds = self.shared.below(90);
        let due = self.outside.parts().now + Duration::from_secs(seconds);
        self.late.lock().unwrap().push((due, interface, request));
    }
}
