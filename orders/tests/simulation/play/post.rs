//! The post that carries notifications: it loses, repeats, delays and alters them, and carries forgeries and replies that do not belong there.

use payinsurance_orders::store::Store;
use payinsurance_orders::{OrderKey, Outcome};
use payinsurance_sandbox::{Delivery, Forgery};
use signed_xml::Fields;

use super::actors::{Actors, MAX_TASKS};
use super::executor::at_once;
use super::hospitals::{at_platform, key_of, shown, view_of};
use super::twist::{Alteration, altered, any_alteration, signed};

/// A notification on its way.
#[derive(Clone)]
pub(super) struct Letter {
    /// Its number at the platform is 0 for copies, which are not answered for.
    delivery: Delivery,
    /// The order that it is about in truth.
    about: OrderKey,
    /// What is not true in it, and of which orders.
    lies: Vec<(OrderKey, String)>,
}

impl Actors {
    pub(super) fn the_post_moves(&mut self) {
        self.collect_post();
        if self.post.is_empty() || self.shared.below(2) == 0 {
            return;
        }
        let place = self.shared.below(self.post.len() as u64) as usize;
        let letter = self.post.swap_remove(place);
        let process = self.any_process();
        if self.shared.below(2) == 0 {
            self.shared.inner().summary.repeats += 1;
            let mut copy = letter.clone();
            copy.delivery.notification = 0;
            self.post.push(copy);
        }
        self.deliver(process, letter);
    }

    pub(super) fn collect_post(&mut self) {
        for delivery in self.outside.due() {
            let known = at_platform(&self.outside).into_iter();
            let about = known
                .filter(|(_, view)| view.med_trans_id == delivery.med_trans_id)
                .map(|(key, _)| key)
                .next();
            let letter = Letter {
                delivery,
                about: about.unwrap(),
                lies: Vec::new(),
            };
            if self.shared.inner().chance.per_mille(self.loss) {
                self.shared.inner().summary.notifications_lost += 1;
                self.answered(&letter.delivery, Err("lost".to_owned()));
                continue;
            }
            let rate = self.shared.inner().twist;
            if self.shared.trouble(rate * 2) {
                self.post.extend(self.altered_copy(&letter));
            }
            self.post.push(letter);
        }
    }

    /// A copy that says something else, or that does not name the hospital, as a provider's notification may.
    fn altered_copy(&self, letter: &Letter) -> Option<Letter> {
        let about = &letter.about;
        let fields = signed(&letter.delivery.body)?;
        let other = self.any_key();
        let (alteration, lie_about) = match self.shared.below(8) {
            0 | 1 => (any_alteration(&self.shared, &fields)?, about),
            2 if other.merchant == about.merchant => {
                let number = other.hosp_out_trade_no.clone();
                (Alteration::Other("hosp_out_trade_no", number), &other)
            }
            3 => {
                let id = view_of(&self.outside, &other)?.med_trans_id;
                (Alteration::Other("med_trans_id", id), about)
            }
            _ => return self.nameless_copy(letter, &fields),
        };
        let key = key_of(&self.outside, &about.merchant);
        let mut copy = letter.clone();
        copy.delivery.notification = 0;
        copy.delivery.body = altered(&letter.delivery.body, &key, &alteration)?;
        let lie = format!(
            "the notification of {} is wrong: {alteration:?}",
            shown(about)
        );
        copy.lies.push((lie_about.clone(), lie));
        Some(copy)
    }

    /// It may be about any order of its number under the provider: it is true of one of them.
    fn nameless_copy(&self, letter: &Letter, fields: &Fields) -> Option<Letter> {
        fields.get("sub_mch_id")?;
        let without = ["sub_appid", "sub_mch_id"].map(str::to_owned).to_vec();
        let key_of_hospital = key_of(&self.outside, &letter.about.merchant);
        let mut copy = letter.clone();
        copy.delivery.notification = 0;
        let alteration = Alteration::Without(without);
        copy.delivery.body = altered(&letter.delivery.body, &key_of_hospital, &alteration)?;
        self.shared.inner().summary.nameless += 1;
        Some(copy)
    }

    pub(super) fn answered(&self, delivery: &Delivery, answer: Result<(u16, &[u8]), String>) {
        let number = delivery.notification;
        let _verdict = self
            .outside
            .on_platform(|platform, moment| platform.delivered(number, answer, moment));
    }

    pub(super) fn deliver(&mut self, process: usize, letter: Letter) {
        let Letter {
            delivery,
            about,
            lies,
        } = letter;
        let (desk, shared) = (self.desks[process].clone(), self.shared.clone());
        let (outside, store) = (self.outside.clone(), self.store.clone());
        if self.tasks.len() >= MAX_TASKS && !self.shared.inner().calm {
            self.answered(&delivery, Err("no process answers".to_owned()));
            return;
        }
        let is_true = lies.is_empty();
        for (key, lie) in lies {
            self.shared.inner().summary.twists += 1;
            self.shared.lied(&key, lie);
        }
        let knows = self.knows(process, &about);
        let name = shown(&about);
        self.begin(process, format!("hears of {name}"), async move {
            let reply = desk.notify(&delivery.body).await;
            let answer = match &reply {
                Ok(reply) => Ok((200, &reply.body[..])),
                Err(_) => Err("503".to_owned()),
            };
            let said = reply.as_ref().is_ok_and(|reply| reply.outcome.is_success());
            let understood = outside.on_platform(|platform, _| {
                let judged = platform.judge_answer(&delivery.med_trans_id, answer.clone());
                judged.is_ok()
            });
            if said != understood {
                shared.violated(format!("{name}: the platform took the reply otherwise"));
            }
            if let Ok(reply) = &reply
                && let Outcome::Refused { reason } = &reply.outcome
                && knows
                && is_true
            {
                shared.violated(format!(
                    "{name}: a genuine notification was refused: {reason}"
                ));
            }
            let success = String::from_utf8_lossy(&delivery.body)
                .contains("<result_code><![CDATA[SUCCESS]]></result_code>");
            if said && success && is_true {
                let order = at_once(store.order(&about)).unwrap();
                if !order.is_some_and(|order| order.state.was_paid()) {
                    shared.violated(format!("{name}: acknowledged before it was stored"));
                }
                shared.inner().model.acknowledged.insert(about);
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
        let reply = replies[place].clone();
        drop(replies);
        let (interface, name) = (reply.interface.name(), shown(&reply.about));
        let process = self.any_process();
        let desk = self.desks[process].clone();
        if self.tasks.len() >= MAX_TASKS {
            return;
        }
        self.shared.inner().summary.twists += 1;
        let lie = format!("a reply of {interface} is posted as a notification");
        self.shared.lied(&reply.about, lie);
        self.begin(process, format!("hears a reply about {name}"), async move {
            let _ = desk.notify(&reply.body).await;
        });
    }

    /// Anybody can call the address of notifications; nothing of it may be accepted.
    pub(super) fn somebody_forges(&mut self) {
        let key = self.any_key();
        let forgery = match self.shared.below(3) {
            0 => Forgery::WrongKey,
            1 => Forgery::Unsigned,
            _ => Forgery::AlteredAmount,
        };
        let Some(view) = view_of(&self.outside, &key) else {
            return;
        };
        let forged = self.outside.on_platform(|platform, moment| {
            platform.forge(&view.med_trans_id, forgery, moment).unwrap()
        });
        let process = self.any_process();
        let (desk, shared) = (self.desks[process].clone(), self.shared.clone());
        self.shared.inner().summary.forgeries += 1;
        let name = shown(&key);
        self.begin(process, format!("hears a forgery of {name}"), async move {
            if let Ok(reply) = desk.notify(&forged.body).await
                && reply.outcome.is_success()
            {
                shared.violated(format!("{name}: a forgery was accepted"));
            }
        });
    }
}
