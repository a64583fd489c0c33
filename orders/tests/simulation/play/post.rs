//! The post that carries notifications: it loses, repeats, delays and alters them, and carries forgeries and replies that do not belong there.

use payinsurance_orders::store::Store;
use payinsurance_sandbox::{Delivery, Forgery};

use super::actors::{Actors, MOST_TASKS};
use super::executor::at_once;
use super::process::HOSPITAL;
use super::twist::{key_of, twisted};

impl Actors {
    pub(super) fn the_post_moves(&mut self) {
        self.collect_post();
        if self.post.is_empty() || self.shared.below(2) == 0 {
            return;
        }
        let place = self.shared.below(self.post.len() as u64) as usize;
        let delivery = self.post.swap_remove(place);
        let process = self.any_process();
        if self.shared.below(2) == 0 {
            self.shared.inner().summary.repeats += 1;
            let mut copy = delivery.clone();
            copy.notification = 0;
            self.post.push(copy);
        }
        self.deliver(process, delivery);
    }

    pub(super) fn collect_post(&mut self) {
        for delivery in self.outside.due() {
            let lost = self.shared.inner().chance.per_mille(self.loss);
            if !lost {
                let rate = self.shared.inner().twist;
                let which = self.shared.below(3);
                if self.shared.trouble(rate * 2)
                    && let Some(body) = twisted(&delivery.body, &key_of(&self.outside), which)
                {
                    self.shared.inner().summary.twists += 1;
                    let mut copy = delivery.clone();
                    copy.notification = 0;
                    copy.body = body;
                    self.post.push(copy);
                }
                self.post.push(delivery);
                continue;
            }
            self.shared.inner().summary.notifications_lost += 1;
            self.answered(&delivery, Err("lost".to_owned()));
        }
    }

    pub(super) fn answered(&self, delivery: &Delivery, answer: Result<(u16, &[u8]), String>) {
        let number = delivery.notification;
        let _verdict = self
            .outside
            .on_platform(|platform, moment| platform.delivered(number, answer, moment));
    }

    pub(super) fn deliver(&mut self, process: usize, delivery: Delivery) {
        let (desk, shared) = (self.desks[process].clone(), self.shared.clone());
        let (outside, store) = (self.outside.clone(), self.store.clone());
        if self.tasks.len() >= MOST_TASKS && !self.shared.inner().calm {
            self.answered(&delivery, Err("nobody answers".to_owned()));
            return;
        }
        let number = delivery.hosp_out_trade_no.clone();
        self.begin(process, format!("hears of {number}"), async move {
            let heard = desk.notify(&delivery.body).await;
            let answer = match &heard {
                Ok(reply) => Ok((200, &reply.body[..])),
                Err(_) => Err("503".to_owned()),
            };
            let said = heard.as_ref().is_ok_and(|reply| reply.outcome.is_success());
            let understood = outside
                .on_platform(|platform, _| platform.judge_answer(&number, answer.clone()).is_ok());
            if said != understood {
                shared.violated(format!("{number}: the platform took the reply otherwise"));
            }
            let success = String::from_utf8_lossy(&delivery.body)
                .contains("<result_code><![CDATA[SUCCESS]]></result_code>");
            if said && success {
                let key = payinsurance_orders::OrderKey {
                    merchant: HOSPITAL.to_owned(),
                    hosp_out_trade_no: number.clone(),
                };
                let order = at_once(store.order(&key)).unwrap();
                if !order.is_some_and(|order| order.state.was_paid()) {
                    shared.violated(format!("{number}: acknowledged before it was kept"));
                }
                shared.inner().model.acknowledged.insert(number.clone());
            }
            let notification = delivery.notification;
            let _verdict = outside
                .on_platform(|platform, moment| platform.delivered(notification, answer, moment));
        });
    }

    /// A signed reply of the platform is posted to the address of notifications.
    pub(super) fn a_reply_goes_astray(&mut self) {
        let replies = self.network.spoken.lock().unwrap();
        if replies.is_empty() {
            return;
        }
        let place = replies.len() - 1 - self.shared.below(replies.len().min(8) as u64) as usize;
        let (_, number, body) = replies[place].clone();
        drop(replies);
        self.shared.inner().summary.twists += 1;
        let process = self.any_process();
        let desk = self.desks[process].clone();
        self.begin(
            process,
            format!("hears a reply about {number}"),
            async move {
                let _ = desk.notify(&body).await;
            },
        );
    }

    /// Anybody can call the address of notifications; nothing of it may be believed.
    pub(super) fn somebody_forges(&mut self) {
        let number = self.any_number();
        let forgery = match self.shared.below(3) {
            0 => Forgery::WrongKey,
            1 => Forgery::Unsigned,
            _ => Forgery::AlteredAmount,
        };
        let forged = self
            .outside
            .on_platform(|platform, moment| platform.forge(&number, forgery, moment));
        let Ok(forged) = forged else { return };
        let process = self.any_process();
        let (desk, shared) = (self.desks[process].clone(), self.shared.clone());
        self.shared.inner().summary.forgeries += 1;
        self.begin(
            process,
            format!("hears a forgery of {number}"),
            async move {
                if let Ok(reply) = desk.notify(&forged.body).await
                    && reply.outcome.is_success()
                {
                    shared.violated(format!("{number}: a forgery was believed"));
                }
            },
        );
    }
}
