//! Which hospitals a notification may be for, found by the ids that it names (`mch_id`, `sub_mch_id`) without looking at all hospitals.
//!
//! The index is made when the desk is built. Hospitals of one provider are often signed for with one key: they are grouped by it, so that a signature is
//! checked once for each key and not once for each hospital.

use std::collections::{BTreeMap, HashMap};

use payinsurance::Client;
use signed_xml::Fields;

/// What the number that stands for a key is derived for; see `Merchant::derive_key`.
const LABEL: &str = "payinsurance hospitals with one key, version 1";

/// The hospitals of a desk by their ids.
#[derive(Debug, Default)]
pub(crate) struct Addressees {
    by_mch_id: HashMap<String, Vec<Addressee>>,
    by_sub_mch_id: HashMap<(String, String), Vec<Addressee>>,
}

/// A hospital that a notification may be for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addressee {
    /// Its name in the desk.
    pub(crate) name: String,
    /// Equal for hospitals whose notifications are signed with the same key and algorithm.
    pub(crate) key_group: usize,
}

impl Addressees {
    /// The index of these hospitals.
    pub(crate) fn of(merchants: &BTreeMap<String, Client>) -> Self {
        let mut index = Self::default();
        let mut groups = HashMap::new();
        for (name, client) in merchants {
            let merchant = client.generic().merchant();
            let next = groups.len();
            let addressee = Addressee {
                name: name.clone(),
                key_group: *groups
                    .entry((*merchant.derive_key(LABEL), merchant.fixed_sign_type()))
                    .or_insert(next),
            };
            let mch_id = merchant.mch_id().to_string();
            if let Some(sub_mch_id) = merchant.sub_mch_id() {
                index
                    .by_sub_mch_id
                    .entry((mch_id.clone(), sub_mch_id.to_string()))
                    .or_default()
                    .push(addressee.clone());
            }
            index.by_mch_id.entry(mch_id).or_default().push(addressee);
        }
        index
    }

    /// The hospitals with the `mch_id` and, if the notification has one, the `sub_mch_id` of a notification, by name.
    pub(crate) fn named_by(&self, fields: &Fields) -> &[Addressee] {
        let given = |name: &str| fields.get(name).filter(|value| !value.is_empty());
        let Some(mch_id) = given("mch_id") else {
            return &[];
        };
        let found = match given("sub_mch_id") {
            Some(sub_mch_id) => self
                .by_sub_mch_id
                .get(&(mch_id.to_owned(), sub_mch_id.to_owned())),
            None => self.by_mch_id.get(mch_id),
        };
        found.map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use payinsurance::{Key, Merchant};

    use super::*;

    fn client(mch_id: &str, sub_mch_id: Option<&str>, key: &str) -> Client {
        let key = Key::new(key).unwrap();
        let merchant = match sub_mch_id {
            Some(sub) => Merchant::service_provider("wx2d7a0f3c5b8e4a91", mch_id, sub, key),
            None => Merchant::independent("wx2d7a0f3c5b8e4a91", mch_id, key),
        };
        let merchant = merchant
            .unwrap()
            .with_app_secret("5f0c9d1e7a3b48266e1f8d0b9c7a2e34");
        Client::builder(merchant.unwrap()).build().unwrap()
    }

    /// 300 hospitals of one provider, and one that calls for itself.
    fn index() -> Addressees {
        let (shared, own) = (
            "a3f1c27e9b4d58606e1d7c9025b8f4a3",
            "0d9e4b7a61c85f32ab40de7719c3f586",
        );
        let provider = (100..400).map(|number| {
            let sub_mch_id = format!("1900000{number}");
            let client = client("1900000001", Some(&sub_mch_id), shared);
            (format!("hospital {number}"), client)
        });
        let independent = ("own".to_owned(), client("1900000002", None, own));
        Addressees::of(&provider.chain([independent]).collect())
    }

    fn names<'a>(index: &'a Addressees, fields: &[(&str, &str)]) -> Vec<&'a str> {
        let fields = Fields::from_pairs(fields.iter().copied()).unwrap();
        let found = index.named_by(&fields).iter();
        found.map(|addressee| &*addressee.name).collect()
    }

    #[test]
    fn a_notification_that_names_a_hospital_of_a_provider_finds_that_one() {
        let index = index();
        let fields = [("mch_id", "1900000001"), ("sub_mch_id", "1900000123")];
        assert_eq!(names(&index, &fields), ["hospital 123"]);
        assert_eq!(names(&index, &[("mch_id", "1900000002")]), ["own"]);
    }

    #[test]
    fn a_notification_that_names_no_hospital_finds_none() {
        let index = index();
        assert!(names(&index, &[("appid", "wx2d7a0f3c5b8e4a91")]).is_empty());
        assert!(names(&index, &[("mch_id", "1")]).is_empty());
        let other = [("mch_id", "1900000002"), ("sub_mch_id", "1900000123")];
        assert!(names(&index, &other).is_empty());
    }

    #[test]
    fn hospitals_of_one_provider_are_one_group_of_the_key() {
        let index = index();
        let fields = Fields::from_pairs([("mch_id", "1900000001"), ("sub_mch_id", "")]).unwrap();
        let found = index.named_by(&fields);
        assert_eq!(found.len(), 300);
        assert!(found.iter().all(|one| one.key_group == found[0].key_group));
        let own = Fields::from_pairs([("mch_id", "1900000002")]).unwrap();
        assert_ne!(index.named_by(&own)[0].key_group, found[0].key_group);
    }
}
