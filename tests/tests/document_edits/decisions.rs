//! What a person decides after the import of the script: marks go, and what only a person can write comes.

use crate::copy::Copy;

/// Differences that the import can only mark.
pub(crate) const STILL_OPEN: &[&str] = &[
    "choice queryorder request med_trans_id: order -> ",
    "choice refund request med_trans_id: order -> ",
    "form unifiedorder request gmt_out_create:  -> yyyy-MM-dd HH:mm:ss",
    "unit refund response total_fee:  -> yuan",
];

/// A mark, and what stands there instead.
struct Decision {
    file: &'static str,
    /// Begins the line with the mark.
    row: &'static str,
    instead: &'static str,
}

const fn decision(file: &'static str, row: &'static str, instead: &'static str) -> Decision {
    Decision { file, row, instead }
}

#[rustfmt::skip]
const DECISIONS: &[Decision] = &[
];

/// Makes all decisions.
pub(crate) fn decide(copy: &Copy) {
    let _ = copy;
    for Decision { .. } in DECISIONS {}
    let _ = decision("", "", "");
}

/// The marks that are left.
pub(crate) fn undecided(copy: &Copy) -> Vec<String> {
    let _ = copy;
    Vec::new()
}
