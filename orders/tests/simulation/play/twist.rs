//! Genuine messages that are wrong: signed with the hospital's key, and about something else or of other amounts than are true.

use payinsurance_orders::Order;
use payinsurance_sandbox::Mode;
use signed_xml::{Fields, Key, Limits, SIGN, SignType};

use super::world::Outside;

/// The fields of a signed message, if it is one.
pub(crate) fn signed(body: &[u8]) -> Option<Fields> {
    let fields = Fields::parse(body, &Limits::default()).ok()?;
    fields.get(SIGN).is_some().then_some(fields)
}

/// Another amount in one field, or something that is no amount; signed again. `None` if the message has no such field.
pub(crate) fn twisted(body: &[u8], key: &Key, which: u64) -> Option<Vec<u8>> {
    let fields = signed(body)?;
    let (name, by) = match which % 5 {
        0 => ("total_fee", Some(1)),
        1 => ("cash_fee", Some(700_000)),
        2 => ("total_fee", None),
        3 => ("cash_refund_fee", Some(1)),
        _ => ("insurance_refund_fee", Some(1)),
    };
    let was: u64 = fields.get(name)?.parse().ok()?;
    let value = by.map_or_else(|| format!("+{was}"), |by| (was + by).to_string());
    let mut xml = String::from("<xml>");
    for (field, old) in fields.iter().filter(|(field, _)| *field != SIGN) {
        let new = if field == name { &value } else { old };
        xml += &format!("<{field}><![CDATA[{new}]]></{field}>");
    }
    let unsigned = Fields::parse(format!("{xml}</xml>").as_bytes(), &Limits::default()).ok()?;
    let sign_type = SignType::of(unsigned.get("sign_type")).ok()?;
    let sign = unsigned.signature(key, sign_type);
    Some(format!("{xml}<{SIGN}>{}</{SIGN}></xml>", sign.as_str()).into_bytes())
}

/// The key of the hospital in the provider's mode.
pub(crate) fn key_of(outside: &Outside) -> Key {
    let parts = outside.parts();
    let config = parts.platform.config().merchant(Mode::ServiceProvider);
    Key::new(config.unwrap().key.as_str()).unwrap()
}

/// Whether a refund was refused by this change of the order.
pub(crate) fn refused_refund(before: &Order, after: &Order) -> bool {
    let failed = |order: &Order| {
        let refund = order.refund.as_ref();
        refund.is_some_and(|refund| refund.state == payinsurance_orders::RefundState::Failed)
    };
    !failed(before) && failed(after)
}
