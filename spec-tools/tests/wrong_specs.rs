//! One wrong spec per code of the lint: the clean spec with one edit, and the report as checked in.
//!
//! The reports stand in `wrong/`, where they can be read as a user would read them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../codegen/tests/golden/mod.rs"]
mod golden;

use std::collections::BTreeSet;

use golden::wrong::{self, Case};
use golden::{edited_in, linted};
use signed_xml_codegen::{Diagnostics, compile};
use signed_xml_spec_tools::lint::{self, Tests};

const ORDER: &str = "interfaces/order.toml";

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("a_value_without_a_label", "L101", "enums.toml", "label = \"刷卡\"", "label = \"\""),
    ("a_doc_that_repeats_the_label", "L102", ORDER, "doc = \"What one piece costs.\"", "doc = \"单价。\""),
    ("a_remark_that_lists_values", "L103", ORDER, "label = \"优惠券号\"", "label = \"优惠券：A=满减，B=折扣\""),
    ("a_label_that_a_page_broke", "L104", ORDER, "label = \"优惠金额\"", "label = \"优惠 金额\""),
    ("a_condition_in_words", "L105", ORDER, "required = false, required_when = \"present(coupon_fee)\"", "required = false, mark = \"有优惠时必填\""),
    ("a_person_who_is_not_marked", "L201", ORDER, "mark = \"二选一\", personal = true,", "mark = \"二选一\","),
    ("a_password_that_is_not_marked", "L202", ORDER, "required = true, secret = true,", "required = true,"),
    ("an_amount_without_a_unit", "L301", ORDER, "label = \"总金额\", type = \"u64\", required = true, unit = \"fen\"", "label = \"总金额\", type = \"u64\", required = true"),
    ("a_signature_that_nobody_asks_for", "L302", ORDER, "signed = true\ndoc = \"The order as taken.\"", "signed = false\ndoc = \"The order as taken.\""),
    ("a_row_that_waits_for_a_decision", "L401", ORDER, "label = \"单价\",", "label = \"单价\", line = 215, undecided = \"required when `pay_type` is 2?\","),
    ("a_field_of_a_later_version", "L402", ORDER, "since = \"1.1\"", "since = \"1.2\""),
    ("an_erratum_that_says_no_reason", "L501", "errata.toml", "why = \"One order has one buyer, and a field that is always there is no choice.\"\n", ""),
    ("an_erratum_of_no_section", "L502", "errata.toml", "section = \"2\"\n", ""),
    ("an_error_code_that_leaves_one_alone", "L601", "errors.toml", ", advice = \"Correct the request.\"", ""),
    ("an_error_code_of_no_interface", "L602", "errors.toml", "interfaces = [\"*\"]", "interfaces = []"),
    ("a_member_that_no_test_names", "L701", ORDER, "members = [\"openid\", \"phone\"]", "members = [\"openid\", \"phone\", \"coupon_no\"]"),
    ("a_text_that_was_reworded", "L801", ORDER, "doc = \"The order as taken.\"", "doc = \"The order as \\\"taken\\\".\""),
    ("a_translation_of_a_text_that_is_gone", "L802", ORDER, "doc = \"The order.\"\n", ""),
    ("a_translation_that_leaves_a_name_out", "L803", "zh.toml", "已减去 `coupon_fee` 的", "已减去 `coupon_fees` 的"),
];

/// A test of the clean spec.
const TEST: &str = "order::Request::builder().openid(1); order::Request::builder().phone(2);";

fn of_case((_, code, file, find, replace): &Case) -> Diagnostics {
    let model = compile(edited_in(linted(code), file, find, replace)).unwrap();
    lint::report(&model, Some(&Tests::from_texts([TEST])))
}

#[test]
fn every_case_reports_its_code_as_checked_in() {
    wrong::hold(CASES, of_case);
}

#[test]
fn every_code_has_a_case() {
    let cases: BTreeSet<&str> = CASES.iter().map(|case| case.1).collect();
    let codes = lint::codes::ALL.iter().map(|code| code.id());
    assert_eq!(cases, codes.collect());
}

#[test]
fn the_caret_is_drawn_where_a_terminal_shows_the_word_also_behind_chinese_text() {
    let wide = wrong::wide(CASES, of_case);
    assert!(wide >= 5, "{wide} findings stand behind Chinese text");
}
