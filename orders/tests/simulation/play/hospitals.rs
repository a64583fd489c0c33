//! The hospitals of a run and their orders: two under one provider, whose order numbers may be equal, and one that calls for itself.

use payinsurance::enums::{AllowFeeChange, PayType};
use payinsurance::{Key, unifiedorder};
use payinsurance_orders::OrderKey;
use payinsurance_sandbox::{Config, MerchantConfig, OrderView};
use signed_xml::{Fen, Fields};

use super::world::{Outside, order};

/// The names under which the desk knows the hospitals, in the order of the sandbox's merchants.
pub(crate) const NAMES: [&str; 3] = ["north", "south", "own"];
/// The hospital on its own.
const INDEPENDENT: &str = NAMES[2];

/// The orders of a run: `T1` belongs to each hospital.
const ORDERS: [(&str, &str); 5] = [
    (NAMES[0], "T1"),
    (NAMES[0], "T2"),
    (NAMES[1], "T1"),
    (NAMES[1], "T3"),
    (INDEPENDENT, "T1"),
];

/// The orders that callers place.
pub(crate) fn orders() -> Vec<OrderKey> {
    ORDERS.map(|(name, number)| key(name, number)).to_vec()
}

pub(crate) fn key(merchant: &str, number: &str) -> OrderKey {
    OrderKey {
        merchant: merchant.to_owned(),
        hosp_out_trade_no: number.to_owned(),
    }
}

/// `north/T1`.
pub(crate) fn shown(key: &OrderKey) -> String {
    format!("{}/{}", key.merchant, key.hosp_out_trade_no)
}

/// The sandbox's hospitals: its two, and a second one under the provider, which has the first one's key or another one.
pub(crate) fn add_hospitals(config: &mut Config, one_key: bool) {
    let mut south = config.merchants[0].clone();
    south.name = "沙箱第二人民医院".to_owned();
    south.sub_appid = Some("wx7d0b5a3c1e8f6942".to_owned());
    south.sub_mch_id = Some("1900000103".to_owned());
    if !one_key {
        south.key = "b4e2d38f0a5c69717f2e8d0136c905b4".to_owned();
    }
    config.merchants.insert(1, south);
}

pub(crate) fn config_of(outside: &Outside, merchant: &str) -> MerchantConfig {
    let place = NAMES.iter().position(|name| *name == merchant).unwrap();
    outside.parts().platform.config().merchants[place].clone()
}

pub(crate) fn key_of(outside: &Outside, merchant: &str) -> Key {
    Key::new(config_of(outside, merchant).key.as_str()).unwrap()
}

/// The hospital whose ids a message carries.
pub(crate) fn named_in(outside: &Outside, fields: &Fields) -> Option<&'static str> {
    let parts = outside.parts();
    let merchants = &parts.platform.config().merchants;
    let place = merchants.iter().position(|known| {
        fields.get("mch_id") == Some(&*known.mch_id)
            && fields.get("sub_mch_id") == known.sub_mch_id.as_deref()
    });
    place.map(|place| NAMES[place])
}

/// Whose order it is at the platform.
pub(crate) fn owner(outside: &Outside, view: &OrderView) -> OrderKey {
    let parts = outside.parts();
    let merchants = &parts.platform.config().merchants;
    let place = merchants
        .iter()
        .position(|known| known.mch_id == view.mch_id && known.sub_mch_id == view.sub_mch_id);
    key(NAMES[place.unwrap()], &view.hosp_out_trade_no)
}

/// The platform's orders with their keys.
pub(crate) fn at_platform(outside: &Outside) -> Vec<(OrderKey, OrderView)> {
    let views = outside.parts().platform.orders();
    let keyed = views.into_iter().map(|view| (owner(outside, &view), view));
    keyed.collect()
}

/// The platform's order of that key.
pub(crate) fn view_of(outside: &Outside, key: &OrderKey) -> Option<OrderView> {
    let mut views = at_platform(outside).into_iter();
    views.find(|(of, _)| of == key).map(|(_, view)| view)
}

/// Orders of different parts: mixed, in cash alone, by insurance alone; some let the bureau change the parts.
pub(crate) fn request(seed: u64, key: &OrderKey) -> unifiedorder::Request {
    let place = orders().iter().position(|known| known == key);
    let kind = seed.wrapping_add(place.unwrap_or_default() as u64);
    let mut request = order(&key.hosp_out_trade_no);
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
    if key.merchant == INDEPENDENT {
        request.sub_openid = None;
        request.openid = Some("oSandboxPatientOfTheHospital".into());
    }
    request
}
