//! What the bill proves and the desk does not know.

use payinsurance_orders::{BillEvidence, State};
use signed_xml::Fen;

use crate::class::Class;
use crate::difference::Difference;
use crate::money::Part;
use crate::record::Movement;

impl Difference {
    /// The row as evidence of a payment, for [`Desk::take_bill`](payinsurance_orders::Desk::take_bill): the bill shows as paid what our books show
    /// as unpaid. `None` for every other difference.
    #[must_use]
    pub fn evidence(&self, who: &str, why: &str) -> Option<BillEvidence> {
        let (ours, theirs) = (self.ours.as_ref()?, self.theirs.as_ref()?);
        let is_paid = ours.state.parse::<State>().is_ok_and(State::was_paid);
        let proves = self.class == Class::State && self.movement == Movement::Payment && !is_paid;
        if !proves || theirs.fault.is_some() {
            return None;
        }
        let part = |part| theirs.amounts.get(part).unwrap_or(Fen::ZERO);
        Some(BillEvidence {
            day: theirs.day?,
            med_trans_id: theirs.med_trans_id.clone(),
            total_fee: theirs.amounts.get(Part::Total)?,
            cash_fee: part(Part::Cash),
            insurance_fee: part(Part::Insurance),
            paid_at: theirs.time,
            who: who.to_owned(),
            why: why.to_owned(),
        })
    }
}
