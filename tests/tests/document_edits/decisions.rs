//! What a person decides after the import of the script: marks go, and what only a person can write comes.

use signed_xml_codegen::Sources;

use crate::copy::Copy;

/// Differences that the import can only mark.
pub(crate) const STILL_OPEN: &[&str] = &[
    "? queryorder request med_trans_id",
    "? refund request med_trans_id",
    "? refund response total_fee",
    "? unifiedorder request gmt_out_create",
];

/// A row with a mark, and what a person writes in place of the mark.
struct Decision {
    file: &'static str,
    /// Stands in the line of the mark and in no other line with a mark.
    row: &'static str,
    instead: &'static str,
}

const fn decision(file: &'static str, row: &'static str, instead: &'static str) -> Decision {
    Decision { file, row, instead }
}

#[rustfmt::skip]
const DECISIONS: &[Decision] = &[
    decision("bills.toml", "商户优惠金额", "doc = \"Discount of the merchant.\""),
    decision("enums.toml", "军官证", "doc = \"Card of an officer.\""),
    decision("enums.toml", "SYS_REFUNDING", ""),
    decision("enums.toml", "USERPAYING", "doc = \"The patient is paying: ask again.\""),
    decision("enums.toml", "INSURANCE_ONLY", "doc = \"The insurance part only.\""),
    decision("errors.toml", "code = \"535\"", ""),
    decision("errors.toml", "code = \"542\"", ""),
    decision("errors.toml", "code = \"559\"", "advice = \"Ask for less.\""),
    decision("interfaces/closeorder.toml", "describes it", ""),
    decision("interfaces/getmedinfo.toml", "a new interface", "doc = \"Tells the number of the card that a user has bound.\""),
    decision("interfaces/getmedinfo.toml", "name = \"openid\"", "doc = \"Whose card.\""),
    decision("interfaces/getmedinfo.toml", "name = \"nonce_str\"", "doc = \"Random text.\""),
    decision("interfaces/getmedinfo.toml", "name = \"sign\"", "doc = \"Signature over all other fields.\""),
    decision("interfaces/getmedinfo.toml", "name = \"return_code\"", "doc = \"Whether the call worked.\""),
    decision("interfaces/getmedinfo.toml", "name = \"return_msg\"", "doc = \"The reason in words.\""),
    decision("interfaces/getmedinfo.toml", "medical_card_no", "personal = true, doc = \"Number of the card.\""),
    decision("interfaces/notification.toml", "Insurance_fund_fee", ""),
    decision("interfaces/notification.toml", "pay_channel", "doc = \"How it was paid.\""),
    decision("interfaces/queryorder.toml", "hosp_out_trade_no", ""),
    decision("interfaces/queryorder.toml", "guide_url", "doc = \"Where to send the patient.\""),
    decision("interfaces/queryorder.toml", "name = \"cash_order_id\"", ""),
    decision("interfaces/queryorder.toml", "name = \"wx_order_id\"", ""),
    decision("interfaces/refund.toml", "name = \"med_trans_id\"", ""),
    decision("interfaces/refund.toml", "cancel_serial_no", ""),
    decision("interfaces/refund.toml", "bka101", "doc = \"Terminal of the member of staff.\""),
    decision("interfaces/refund.toml", "total_fee", ""),
    decision("interfaces/unifiedorder.toml", "gmt_out_create", ""),
    decision("interfaces/unifiedorder.toml", "visit_no", "doc = \"Number of the visit.\""),
    decision("interfaces/unifiedorder.toml", "channel_no", ""),
    decision("interfaces/verifyname.toml", "phone", "personal = true, doc = \"Phone of the user.\""),
    decision("spec.toml", "signature = ", ""),
    decision("spec.toml", "2021-03-01", "changes = [\"Made up.\"]"),
];

/// What a person writes beside the marks: a file, what is found, what stands there instead.
#[rustfmt::skip]
const EDITS: &[(&str, &str, &str)] = &[
    // A choice that the document no longer has.
    ("interfaces/queryorder.toml", "groups = [
  { name = \"order\", kind = \"exactly_one\", members = [\"med_trans_id\", \"hosp_out_trade_no\"], errata = [\"E1\"], doc = \"Which order is meant.\" },
]
", ""),
    ("interfaces/refund.toml", "{ name = \"order\", kind = \"exactly_one\", members = [\"med_trans_id\", \"hosp_out_trade_no\"], errata = [\"E2\"], doc = \"Which order is meant.\" }",
        "{ name = \"cancelled\", kind = \"exactly_one\", members = [\"cancel_serial_no\", \"cancel_bill_no\"], doc = \"Which half is cancelled.\" }"),
    // What no table says.
    ("enums.toml", "name = \"InsuranceOnly\", label = \"\"", "name = \"InsuranceOnly\", label = \"只退医保部分\""),
    ("interfaces/getmedinfo.toml", "[request]\nsigned = true\n", "[request]\nsigned = true\ndoc = \"Whose card.\"\n"),
    ("interfaces/getmedinfo.toml", "[response]\nsigned = true\n", "[response]\nsigned = true\ndoc = \"The card.\"\n"),
    // A unit that the spec language does not have: the spec goes on counting in fen.
    ("interfaces/refund.toml", "required = true, demand = false, asked", "required = true, demand = false, unit = \"fen\", asked"),
];

/// Makes all decisions. A mark that is not expected stays, and one that is expected must be there.
pub(crate) fn decide(copy: &Copy) {
    for Decision { file, row, instead } in DECISIONS {
        let path = copy.path("spec").join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let marked = |line: &&str| line.contains(MARK) && line.contains(row);
        let lines: Vec<&str> = text.lines().filter(marked).collect();
        let [line] = lines[..] else {
            panic!("{} lines of {file} have a mark and `{row}`", lines.len());
        };
        std::fs::write(&path, text.replace(line, &without_mark(line, instead))).unwrap();
    }
    for (file, find, replace) in EDITS {
        let path = copy.path("spec").join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(find).count(), 1, "`{find}` in {file}");
        std::fs::write(&path, text.replace(find, replace)).unwrap();
    }
}

/// The lines that still have a mark.
pub(crate) fn undecided(copy: &Copy) -> Vec<String> {
    let sources = Sources::read(&copy.path("spec")).unwrap();
    let lines = sources.files().iter().flat_map(|file| {
        file.text
            .lines()
            .map(|line| format!("{}: {line}", file.name))
    });
    lines.filter(|line| line.contains(MARK)).collect()
}

const MARK: &str = "undecided = \"";

fn without_mark(line: &str, instead: &str) -> String {
    let (before, rest) = line.split_once(MARK).unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    let (before, after) = (
        before.trim_end_matches(", "),
        after.trim_start_matches(", "),
    );
    let whole_line = before.is_empty() && after.is_empty();
    match (whole_line, instead.is_empty()) {
        (true, _) => instead.to_owned(),
        (false, true) if after.starts_with(" }") => format!("{before}{after}"),
        (false, true) => format!("{before}, {after}"),
        (false, false) if after.starts_with(" }") => format!("{before}, {instead}{after}"),
        (false, false) => format!("{before}, {instead}, {after}"),
    }
}
