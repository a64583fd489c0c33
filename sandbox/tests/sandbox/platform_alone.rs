//! The state machine without a server: time and randomness are the test's own.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use payinsurance::enums::MedTradeState;
use payinsurance::gettoken;
use payinsurance_sandbox::{
    Act, Config, ConfigError, Delivery, Event, Incoming, Interface, Mode, Moment, Outgoing,
    Platform, Refused, SeededRandom,
};
use signed_xml::{Call, Key, Limits, Method, read_reply};

use crate::requests::{close, order, query, refund, signed};

const NOWHERE: &str = "http://127.0.0.1:9/notify";

/// A platform and the world around it.
struct World {
    platform: Platform,
    random: SeededRandom,
    now: Timestamp,
    token: String,
}

impl World {
    fn new(config: Config) -> Self {
        let platform = Platform::new(config, "http://sandbox").unwrap();
        let now = "2026-05-01T16:31:02+08:00".parse().unwrap();
        let mut world = Self {
            platform,
            random: SeededRandom::new(1),
            now,
            token: String::new(),
        };
        let merchant = world.platform.config().merchants[0].clone();
        let query = [
            ("grant_type", "client_credential"),
            ("agentappid", &merchant.appid),
            ("agentsecret", &merchant.app_secret),
            ("appid", merchant.sub_appid.as_deref().unwrap()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let reply = world.handle(Interface::Gettoken, Method::Get, &query, &[]);
        let key = Key::new(merchant.key).unwrap();
        let token: gettoken::Response = read_reply(&reply.body, &key, &Limits::default()).unwrap();
        world.token = token.access_token.to_string();
        world
    }

    fn handle(
        &mut self,
        interface: Interface,
        method: Method,
        query: &[(String, String)],
        body: &[u8],
    ) -> Outgoing {
        let client_ip = [127, 0, 0, 1].into();
        let call = Incoming {
            interface,
            method,
            query,
            client_ip,
            body,
            exchange: 1,
        };
        self.platform.handle(
            &call,
            &mut Moment {
                now: self.now,
                random: &mut self.random,
            },
        )
    }

    fn call<C: Call>(&mut self, request: C) -> Outgoing {
        let merchant = self.platform.config().merchants[0].clone();
        let query = [("access_token".to_owned(), self.token.clone())];
        let interface = Interface::named(C::ENDPOINT.name()).unwrap();
        self.handle(interface, Method::Post, &query, &signed(&merchant, request))
    }

    fn pay(&mut self, number: &str, act: Act) {
        self.platform
            .patient(
                number,
                act,
                &mut Moment {
                    now: self.now,
                    random: &mut self.random,
                },
            )
            .unwrap();
    }

    fn due(&mut self) -> Vec<Delivery> {
        self.platform.due(&mut Moment {
            now: self.now,
            random: &mut self.random,
        })
    }

    fn fails(&mut self, notification: u64) {
        let at = Moment {
            now: self.now,
            random: &mut self.random,
        };
        let refused = self
            .platform
            .delivered(notification, Err("connection refused".into()), &at)
            .unwrap_err();
        assert_eq!(
            refused,
            Refused::NoAnswer {
                reason: "connection refused".into()
            }
        );
    }

    fn wait(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    fn state(&self) -> String {
        self.platform.orders()[0].med_trade_state.to_string()
    }
}

#[test]
fn the_same_arguments_give_the_same_run() {
    let run = || {
        let mut world = World::new(Config::default());
        let mut bodies = vec![world.call(order("T1", NOWHERE)).body];
        world.pay("T1", Act::Pay);
        bodies.extend(world.due().into_iter().map(|delivery| delivery.body));
        bodies.push(world.call(refund("T1")).body);
        world.wait(60);
        bodies.push(world.call(query("T1")).body);
        bodies
    };
    assert_eq!(run(), run());
}

#[test]
fn every_move_of_an_order_is_one_that_the_spec_states_and_each_of_those_is_made() {
    let mut made = BTreeSet::new();
    for card_bound in [true, false] {
        for end in [
            None,
            Some(Act::Pay),
            Some(Act::InsuranceFails),
            Some(Act::CashFails),
        ] {
            let mut config = Config::default();
            for patient in &mut config.patients {
                patient.card_bound = card_bound;
            }
            let mut world = World::new(config);
            world.call(order("T1", NOWHERE));
            let mut states = vec![world.state()];
            let mut events = match end {
                Some(act) => {
                    world.pay("T1", act);
                    Vec::new()
                }
                None => world.call(close("T1")).events,
            };
            world.wait(600);
            world.due();
            events.extend(world.platform.take_events());
            events.extend(world.call(refund("T1")).events);
            states.extend(events.into_iter().filter_map(|event| match event {
                Event::OrderMoved { state, .. } => Some(state),
                _ => None,
            }));
            let moves = states.windows(2);
            made.extend(moves.map(|states| (states[0].clone(), states[1].clone())));
        }
    }
    let stated = MedTradeState::MOVES.iter();
    let stated: BTreeSet<(String, String)> = stated
        .map(|(from, to)| (from.to_string(), to.to_string()))
        .collect();
    assert_eq!(made, stated);
}

#[test]
fn a_payment_takes_its_time_and_ends_at_the_time_it_was_due() {
    let mut config = Config::default();
    config.payment_time = Duration::from_secs(10);
    let mut world = World::new(config);
    world.call(order("T1", NOWHERE));
    world.pay("T1", Act::Pay);
    assert_eq!(world.state(), "PAYING");
    let refused = world.call(close("T1")).trouble.unwrap();
    assert!(refused.detail.contains("PAYING"), "{}", refused.detail);
    world.wait(3_600);
    let outgoing = world.call(query("T1"));
    assert!(outgoing.events.contains(&Event::OrderMoved {
        hosp_out_trade_no: "T1".into(),
        state: "SUCCESS".into()
    }));
    let paid = world.platform.orders()[0].time_end.unwrap();
    assert_eq!(paid.to_string(), "2026-05-01 16:31:12");
}

#[test]
fn failed_deliveries_follow_the_schedule_from_the_time_of_the_failure() {
    let mut world = World::new(Config::default());
    world.call(order("T1", NOWHERE));
    world.pay("T1", Act::Pay);
    for wait in [
        15, 15, 30, 180, 600, 1_200, 1_800, 1_800, 1_800, 3_600, 10_800, 10_800, 10_800, 21_600,
        21_600,
    ] {
        let [delivery] = world.due().try_into().unwrap();
        assert!(world.due().is_empty(), "taken once");
        world.wait(5);
        world.fails(delivery.notification);
        assert_eq!(
            world.platform.next_due(),
            Some(world.now + Duration::from_secs(wait))
        );
        world.wait(wait - 1);
        assert!(world.due().is_empty());
        world.wait(1);
    }
    let [last] = world.due().try_into().unwrap();
    assert_eq!(last.attempt, 16);
    world.fails(last.notification);
    assert_eq!(world.platform.next_due(), None);
}

#[test]
fn numbers_have_the_form_of_the_documents_samples() {
    let mut world = World::new(Config::default());
    world.call(order("T1", NOWHERE));
    let order = &world.platform.orders()[0];
    assert_eq!(order.med_trans_id, "M26050100000000001");
    assert_eq!(order.med_trans_id.len(), "M17091140641875036".len());
    assert_eq!(order.pay_key.len(), 64);
}

#[test]
fn an_id_or_secret_with_an_invisible_or_full_width_character_is_refused_and_the_character_named() {
    for mode in [Mode::ServiceProvider, Mode::Independent] {
        for (stray, code) in [
            ('\u{FEFF}', "U+FEFF (a byte order mark)"),
            ('\u{200B}', "U+200B (a zero-width space)"),
            ('１', "U+FF11 (full-width, not ASCII)"),
            ('\n', "U+000A (a line end)"),
        ] {
            for field in [
                "appid",
                "mch_id",
                "sub_appid",
                "sub_mch_id",
                "app_secret",
                "pay_appid",
                "key",
            ] {
                let mut config = Config::default();
                let Some(merchant) = config
                    .merchants
                    .iter_mut()
                    .find(|merchant| merchant.mode == mode)
                else {
                    panic!("the defaults have both ways of access");
                };
                merchant.pay_appid = Some("wx5".to_owned());
                let value = match field {
                    "appid" => &mut merchant.appid,
                    "mch_id" => &mut merchant.mch_id,
                    "sub_appid" => merchant.sub_appid.get_or_insert_default(),
                    "sub_mch_id" => merchant.sub_mch_id.get_or_insert_default(),
                    "app_secret" => &mut merchant.app_secret,
                    "pay_appid" => merchant.pay_appid.get_or_insert_default(),
                    _ => &mut merchant.key,
                };
                if value.is_empty() {
                    // An independent hospital has no such field.
                    continue;
                }
                let secret = value.clone();
                value.push(stray);
                let error = Platform::new(config, "http://sandbox")
                    .unwrap_err()
                    .to_string();
                assert!(error.contains(code), "{field}: {error}");
                assert!(
                    error.contains(field) || field == "key" && error.contains("signing key"),
                    "{error}"
                );
                assert!(field == "appid" || !error.contains(stray), "{error}");
                assert!(
                    !["key", "app_secret"].contains(&field) || !error.contains(&secret),
                    "{error}"
                );
            }
        }
    }
    let mut config = Config::default();
    config.merchants[0].mch_id = String::new();
    let error = Platform::new(config, "http://sandbox").unwrap_err();
    assert!(
        matches!(
            error,
            ConfigError::Empty {
                field: "mch_id",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn the_greatest_amounts_are_paid_refunded_and_billed_without_a_panic() {
    let mut config = Config::default();
    config.token_lifetime = Duration::from_secs(1_000_000);
    let mut world = World::new(config);
    let mut huge = order("T1", NOWHERE);
    huge.cash_fee = signed_xml::Fen(1 << 63);
    huge.insurance_fee = signed_xml::Fen((1 << 63) - 1);
    huge.total_fee = signed_xml::Fen(u64::MAX);
    world.call(huge);
    world.pay("T1", Act::Pay);
    world.call(refund("T1"));
    let today = signed_xml::BeijingTime::at(world.now).date();
    world.wait(86_400);
    let bill = String::from_utf8(world.call(crate::requests::bill(today)).body).unwrap();
    assert_eq!(bill.lines().count(), 3, "{bill}");
    assert!(bill.contains("`184467440737095516.15,"), "{bill}");
}

#[test]
fn the_platform_answers_every_interface_of_the_spec() {
    let mut world = World::new(Config::default());
    for interface in Interface::ALL {
        let reply = world.handle(*interface, interface.endpoint().method, &[], b"<xml></xml>");
        let text = String::from_utf8(reply.body).unwrap();
        assert!(!text.contains("does not answer"), "{interface:?}: {text}");
    }
}

#[test]
fn a_payment_that_was_under_way_at_the_close_settles_after_it_and_is_notified() {
    let mut world = World::new(Config::default());
    world.call(order("T1", NOWHERE));
    let late = |world: &mut World| {
        let at = &mut Moment {
            now: world.now,
            random: &mut world.random,
        };
        world.platform.settle_after_close("T1", at)
    };
    let open = late(&mut world).unwrap_err();
    assert_eq!(
        open.to_string(),
        "the order is NOTPAY, and only a closed one is paid after its close"
    );
    world.call(close("T1"));
    late(&mut world).unwrap();
    assert_eq!(world.state(), "SUCCESS");
    let view = &world.platform.orders()[0];
    assert!(view.time_end.is_some());
    let [delivery] = world.due().try_into().unwrap();
    assert_eq!(
        (&*delivery.hosp_out_trade_no, &delivery.med_trans_id),
        ("T1", &world.platform.orders()[0].med_trans_id)
    );
    assert_eq!(world.call(refund("T1")).trouble, None);
}

#[test]
fn an_order_shows_the_ids_of_its_hospital() {
    let mut world = World::new(Config::default());
    world.call(order("T1", NOWHERE));
    let merchant = &world.platform.config().merchants[0];
    let view = &world.platform.orders()[0];
    assert_eq!(view.mch_id, merchant.mch_id);
    assert_eq!(view.sub_appid, merchant.sub_appid);
    assert_eq!(view.sub_mch_id, merchant.sub_mch_id);
}
