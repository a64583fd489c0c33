//! Who a message is for: the merchant numbers in it, held against a profile.
//!
//! A service provider signs for many merchants with one key, so that a genuine message may still be somebody else's.

use signed_xml::{Field, Fields, Message, Sink, Value};

use crate::merchant::Merchant;

/// The first field of a typed message, those that its type does not know included, that names another merchant.
pub(crate) fn another_of<M: Message>(message: &M, merchant: &Merchant) -> Option<&'static str> {
    let mut found = Parties::default();
    message.visit(&mut found);
    for (name, value) in message.unknown().iter() {
        if let Some(place) = PARTIES.iter().position(|party| *party == name.as_str()) {
            found.0[place] = Some(value.to_string());
        }
    }
    found.stranger(merchant)
}

/// The first of bare fields that names another merchant.
pub(crate) fn another_in(fields: &Fields, merchant: &Merchant) -> Option<&'static str> {
    Parties(PARTIES.map(|name| fields.get(name).map(str::to_owned))).stranger(merchant)
}

/// The fields that say who a message is for.
const PARTIES: [&str; 4] = ["appid", "mch_id", "sub_appid", "sub_mch_id"];

#[derive(Default)]
struct Parties([Option<String>; 4]);

impl Parties {
    /// The first field that names somebody else.
    fn stranger(&self, merchant: &Merchant) -> Option<&'static str> {
        let own = [
            Some(merchant.appid()),
            Some(merchant.mch_id()),
            merchant.sub_appid(),
            merchant.sub_mch_id(),
        ];
        self.0
            .iter()
            .zip(own)
            .zip(PARTIES)
            .find_map(|((found, own), name)| {
                let found = found.as_deref().filter(|found| !found.is_empty())?;
                match own {
                    Some(own) => (found != own.as_str()).then_some(name),
                    // A profile may leave its sub_appid out; without a sub_mch_id it is an independent merchant's.
                    None => (name == "sub_mch_id").then_some(name),
                }
            })
    }
}

impl Sink for Parties {
    fn field<V: Value>(&mut self, field: &'static Field, value: &V) {
        if let Some(place) = PARTIES.iter().position(|name| *name == field.name) {
            let mut text = Vec::new();
            value.write(&mut text);
            self.0[place] = Some(String::from_utf8_lossy(&text).into_owned());
        }
    }
}
