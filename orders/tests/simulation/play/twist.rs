//! Genuine messages that are wrong: signed with the hospital's key, and about something else, of other amounts, or without a field that they should have.

use payinsurance_orders::Order;
use signed_xml::{Fields, Key, Limits, SIGN, SignType};

use super::shared::Shared;

/// The fields that an alteration may change to another amount.
const AMOUNTS: [&str; 5] = [
    "total_fee",
    "cash_fee",
    "insurance_fee",
    "cash_refund_fee",
    "insurance_refund_fee",
];

/// What is not a whole number of fen.
const NOT_AMOUNTS: [&str; 8] = [
    "-150",
    "abc",
    "+250",
    "1e3",
    "250.0",
    "2 50",
    "１５０",
    "99999999999999999999",
];

/// What is altered in a message.
#[derive(Clone, Debug)]
pub(crate) enum Alteration {
    /// A field has another value.
    Other(&'static str, String),
    /// These fields are left out.
    Without(Vec<String>),
}

/// The fields of a signed message, if it is one.
pub(crate) fn signed(body: &[u8]) -> Option<Fields> {
    let fields = Fields::parse(body, &Limits::default()).ok()?;
    fields.get(SIGN).is_some().then_some(fields)
}

/// Something that may be wrong with a message of these fields. Amounts only rise: a lower part may be what the bureau settled on.
pub(crate) fn any_alteration(shared: &Shared, fields: &Fields) -> Option<Alteration> {
    if shared.below(3) == 0 {
        let names: Vec<&str> = fields
            .iter()
            .map(|(name, _)| name)
            .filter(|name| *name != SIGN)
            .collect();
        let name = names[shared.below(names.len() as u64) as usize];
        return Some(Alteration::Without(vec![name.to_owned()]));
    }
    let present: Vec<&'static str> = AMOUNTS
        .into_iter()
        .filter(|name| fields.get(name).is_some())
        .collect();
    if present.is_empty() {
        return None;
    }
    let name = present[shared.below(present.len() as u64) as usize];
    let was: u64 = fields.get(name)?.parse().ok()?;
    let value = match shared.below(4) {
        0 => (was + 1).to_string(),
        1 => (was + 700_000).to_string(),
        _ => NOT_AMOUNTS[shared.below(NOT_AMOUNTS.len() as u64) as usize].to_owned(),
    };
    Some(Alteration::Other(name, value))
}

/// The message with the alteration, signed again. `None` if it does not have the field.
pub(crate) fn altered(body: &[u8], key: &Key, alteration: &Alteration) -> Option<Vec<u8>> {
    let fields = signed(body)?;
    let mut xml = String::from("<xml>");
    let mut changed = false;
    for (field, old) in fields.iter().filter(|(field, _)| *field != SIGN) {
        let value = match alteration {
            Alteration::Other(name, value) if *name == field => Some(&**value),
            Alteration::Without(names) if names.iter().any(|name| name == field) => None,
            _ => Some(old),
        };
        changed |= value != Some(old);
        if let Some(value) = value {
            xml += &format!("<{field}><![CDATA[{value}]]></{field}>");
        }
    }
    if !changed {
        return None;
    }
    let unsigned = Fields::parse(format!("{xml}</xml>").as_bytes(), &Limits::default()).ok()?;
    let sign_type = SignType::of(unsigned.get("sign_type")).ok()?;
    let sign = unsigned.signature(key, sign_type);
    Some(format!("{xml}<{SIGN}>{}</{SIGN}></xml>", sign.as_str()).into_bytes())
}

/// Whether a refund was refused by this change of the order.
pub(crate) fn refused_refund(before: &Order, after: &Order) -> bool {
    let failed = |order: &Order| {
        let refund = order.refund.as_ref();
        refund.is_some_and(|refund| refund.state == payinsurance_orders::RefundState::Failed)
    };
    !failed(before) && failed(after)
}
