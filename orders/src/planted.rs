//! Faults on purpose, each of them one that cost money once: the simulation must find every one of them.
//!
//! A decision asks [`fault`] at the place where it once was wrong. Outside of this crate's own unit tests the answer is the constant `false`, so
//! that no build of the library holds a fault. In a unit test the answer follows [`with`], for the thread that runs it.

/// A fault that can be planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// An order is sent before it is stored.
    SendsBeforeItStores,
    /// A reply about the refund of another order is accepted.
    RefundOfAnother,
    /// With `allow_fee_change` 1 no amount is checked.
    AmountsUnchecked,
    /// What ended unpaid is never asked for again, neither by workers nor by the return page.
    NeverAskedAgain,
    /// The return page shows an order that ended unpaid as the store has it.
    ReturnPageAsksNothing,
    /// A signed reply of queryorder pays as a notification, whatever state it names.
    AnyMessagePays,
    /// What went back is not compared with what was asked for.
    RefundedAmountsUnchecked,
    /// Each refusal of a refund makes an event of the same id.
    RefusalsShareAnId,
    /// A reply that contradicts an order that is being placed refuses it finally.
    ContradictionRefuses,
    /// The memory store accepts two orders of the same key.
    TwoOrdersOfOneKey,
    /// Of several hospitals that a notification may be for, only the first one's key is tried.
    FirstCandidateOnly,
    /// A desk claims what is due for hospitals that it does not know.
    UnknownHospitalsClaimed,
    /// A row that cannot be read ends the step of work that found it.
    UnreadableRowStarves,
    /// A closed order is never paid.
    ClosedIsFinal,
    /// A panic of the event sink ends the worker.
    SinkPanicEscapes,
    /// What a clock that was ahead has put off is not looked at before.
    ClockAheadPutsOff,
}

/// Whether this fault is planted.
#[cfg(not(test))]
pub(crate) const fn fault(_: Fault) -> bool {
    false
}

/// Whether this fault is planted in the present thread.
#[cfg(test)]
pub(crate) fn fault(fault: Fault) -> bool {
    PLANTED.get() == Some(fault)
}

/// Runs something with a fault planted.
#[cfg(test)]
pub(crate) fn with<T>(fault: Fault, run: impl FnOnce() -> T) -> T {
    PLANTED.set(Some(fault));
    let result = run();
    PLANTED.set(None);
    result
}

#[cfg(test)]
std::thread_local! {
    static PLANTED: std::cell::Cell<Option<Fault>> = const { std::cell::Cell::new(None) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_planted_only_while_its_test_runs() {
        let during = with(Fault::SendsBeforeItStores, || {
            [Fault::SendsBeforeItStores, Fault::TwoOrdersOfOneKey].map(fault)
        });
        assert_eq!(during, [true, false]);
        assert!(!fault(Fault::SendsBeforeItStores));
    }
}
