//! A provider with many hospitals: notifications that do not say for which of them.

use payinsurance::{Client, Key, Merchant};
use payinsurance_orders::store::MemoryStore;
use payinsurance_orders::{Desk, Outcome, State};
use payinsurance_sandbox::{Act, Config};
use signed_xml::{Fields, Limits, SIGN, SignType};

use crate::hospital::{HOSPITAL, Hospital};
use crate::world::{Trouble, order, profile};

const KEY: &str = "a3f1c27e9b4d58606e1d7c9025b8f4a3";
const OTHER_KEY: &str = "0d9e4b7a61c85f32ab40de7719c3f586";

fn desk() -> Desk {
    let hospitals = (100..400).fold(Desk::builder(MemoryStore::default()), |desk, number| {
        let merchant = Merchant::service_provider(
            "wx2d7a0f3c5b8e4a91",
            "1900000001",
            format!("1900000{number}"),
            // Every hundredth has its key.
            Key::new(if number % 100 == 99 { OTHER_KEY } else { KEY }).unwrap(),
        );
        let merchant = merchant.unwrap().with_app_secret(KEY).unwrap();
        desk.merchant(format!("hospital {number}"), Client::builder(merchant))
    });
    hospitals.build().unwrap()
}

#[tokio::test]
async fn the_key_of_each_hospital_is_tried_on_a_notification_without_sub_ids() {
    let desk = desk();
    let signed = |key: &str| {
        let pairs = [
            ("return_code", "SUCCESS"),
            ("result_code", "SUCCESS"),
            ("appid", "wx2d7a0f3c5b8e4a91"),
            ("mch_id", "1900000001"),
            ("hosp_out_trade_no", "T1"),
            ("total_fee", "1"),
        ];
        let fields = Fields::from_pairs(pairs).unwrap();
        fields.to_signed_xml(&Key::new(key).unwrap(), SignType::Md5)
    };
    for (key, is_genuine) in [
        (KEY, true),
        (OTHER_KEY, true),
        ("00000000000000000000000000000000", false),
    ] {
        let outcome = desk.notify(&signed(key)).await.unwrap().outcome;
        let refused = matches!(outcome, Outcome::Refused { .. });
        assert_eq!(refused, !is_genuine, "{outcome:?}");
    }
}

#[tokio::test]
async fn a_notification_without_sub_ids_pays_no_order_of_another_hospital_with_the_same_number() {
    // A second hospital of the provider with the same key, which this desk does not know.
    let mut config = Config::default();
    let mut second = config.merchants[0].clone();
    second.sub_appid = Some("wx7d0b5a3c1e8f6942".to_owned());
    second.sub_mch_id = Some("1900000103".to_owned());
    config.merchants.push(second.clone());
    let hospital = Hospital::with(config, |desk| desk);
    let second = Client::builder(profile(&second))
        .transport(hospital.outside.clone())
        .clock(hospital.outside.clone())
        .build()
        .unwrap();
    let theirs = second.unifiedorder(&order("T1")).await.unwrap();
    // The order of the first hospital has not arrived.
    hospital
        .outside
        .trouble("unifiedorder", Trouble::RequestLost);
    hospital.outside.trouble("queryorder", Trouble::RequestLost);
    assert_eq!(hospital.place("T1").await.state, State::Placing);
    hospital.patient(&theirs.med_trans_id, Act::Pay);

    let delivery = hospital.outside.due().remove(0);
    let fields = Fields::parse(&delivery.body, &Limits::default()).unwrap();
    let left_out = ["sub_appid", "sub_mch_id", SIGN];
    let pairs = fields.iter().filter(|(name, _)| !left_out.contains(name));
    let nameless = Fields::from_pairs(pairs).unwrap();
    let body = nameless.to_signed_xml(&Key::new(KEY).unwrap(), SignType::Md5);
    let outcome = hospital.desk.notify(&body).await.unwrap().outcome;
    assert!(
        matches!(outcome, Outcome::Contradicts { .. }),
        "{outcome:?}"
    );
    let order = hospital.desk.order(HOSPITAL, "T1").await.unwrap();
    assert_eq!((order.state, order.contradiction), (State::Placing, None));
}
