//! Faults on demand: the next call of an interface fails with a code of chapter 5, before or after it took effect.
//!
//! So a hospital can see what its code does with answers that a healthy platform never gives.

use payinsurance::ErrorCode;

use payinsurance::Interface;

use super::Platform;
use super::answer::{Answer, Refusal};

/// A failure that waits for its call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The interface whose next call fails.
    pub interface: Interface,
    /// The code that it is answered with.
    pub code: ErrorCode,
    /// Whether the call takes effect all the same.
    pub takes_effect: bool,
}

impl Platform {
    /// Lets the next admitted call of an interface fail. Faults of one interface are used up in order.
    pub fn fail_next(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// The faults that wait for their call, in order.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    pub(super) fn with_faults(
        &mut self,
        interface: Interface,
        business: impl FnOnce(&mut Self) -> Result<Answer, Refusal>,
    ) -> Result<Answer, Refusal> {
        let Some(place) = self
            .faults
            .iter()
            .position(|fault| fault.interface == interface)
        else {
            return business(self);
        };
        let fault = self.faults.remove(place);
        if fault.takes_effect {
            // What the call would have been answered is lost: that is the fault.
            let _lost = business(self);
        }
        Err(Refusal::business(fault.code, ""))
    }
}
