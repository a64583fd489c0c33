//! One wrong spec per code: a spec with one edit, and the report as checked in.
//!
//! A case is a name, the code, the file, the text to find and what stands there instead. The
//! compiler's codes are shown on the golden spec. The reports stand in `wrong/`, where they can be
//! read as a user would read them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod golden;

use std::collections::BTreeSet;

use golden::wrong::{self, Case};
use golden::{edited, texts};
use signed_xml_codegen::{Code, Diagnostics, Sources, compile};

const PAY: &str = "interfaces/pay.toml";
const NOTICE: &str = "interfaces/notice.toml";

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("a_string_that_is_not_closed", "S001", PAY, "label = \"现金金额\", type", "label = \"现金金额, type"),
    ("a_full_width_equals_sign_in_toml", "S001", PAY, "unit = \"fen\", required = true },\n  { name = \"cash_add_fee\"", "unit ＝ \"fen\", required = true },\n  { name = \"cash_add_fee\""),
    ("a_full_width_comma_in_toml", "S001", PAY, "label = \"种类\", type", "label = \"种类\"，type"),
    ("quotes_of_a_word_processor", "S001", PAY, "name = \"type\", label", "name = “type”, label"),
    ("a_string_that_is_open_at_the_end_of_its_line", "S001", "spec.toml", "title = \"A clinic's payments, made up\"", "title = \"A clinic's payments, made up"),
    ("a_misspelt_section", "S002", PAY, "[interface]", "[interfase]"),
    ("a_misspelt_message", "S002", PAY, "[response]\nsigned", "[respons]\nsigned"),
    ("a_misspelt_needed_key", "S002", PAY, "label = \"件数\", type = \"u32\"", "label = \"件数\", tipe = \"u32\""),
    ("a_list_of_interfaces_that_is_misspelt", "S002", "spec.toml", "interfaces = [", "interfases = ["),
    ("a_language_that_is_none", "S007", "spec.toml", "\"en\", \"zh\"", "\"en\", \"zh\", \"fr\""),
    ("a_dictionary_of_a_language_that_is_not_declared", "S006", "spec.toml", "languages = [\"en\", \"zh\"]\n", ""),
    ("no_room_for_a_value", "S008", PAY, "label = \"订单号\", type = \"string\", max = 64", "label = \"订单号\", type = \"string\", max = 0"),
    ("a_name_in_chinese", "S103", PAY, "name = \"type\", label = \"种类\"", "name = \"种类\", label = \"种类\""),
    ("a_name_in_the_raw_form_of_rust", "S103", PAY, "name = \"type\", label = \"种类\"", "name = \"r#type\", label = \"种类\""),
    ("a_field_called_as_a_method_of_the_builder", "S104", PAY, "name = \"type\", label = \"种类\"", "name = \"build\", label = \"种类\""),
    ("a_field_called_as_the_setter_of_extra_fields", "S104", PAY, "name = \"type\", label = \"种类\"", "name = \"extra_field\", label = \"种类\""),
    ("a_field_called_as_the_second_setter_of_another", "S104", PAY, "name = \"type\", label = \"种类\"", "name = \"maybe_count\", label = \"种类\", rust = \"maybe_extra\""),
    ("fields_that_differ_in_case_only", "S104", PAY, "name = \"type\", label = \"种类\"", "name = \"Cash_fee\", label = \"种类\""),
    ("a_field_renamed_to_the_unknown_ones", "S104", PAY, "name = \"type\", label = \"种类\"", "name = \"type\", rust = \"unknown\", label = \"种类\""),
    ("an_interface_called_as_a_module_of_the_crate", "S104", PAY, "name = \"pay\"\nsection", "name = \"pay\"\nrust = \"enums\"\nsection"),
    ("an_interface_called_as_a_primitive_type", "S104", PAY, "name = \"pay\"\nsection", "name = \"pay\"\nrust = \"str\"\nsection"),
    ("a_structure_called_as_a_type_of_the_prelude", "S104", PAY, "[structure.pay_content]", "[structure.option]\ndoc = \"x\"\nfields = [{ name = \"a\", label = \"甲\", type = \"string\", required = true }]\n\n[structure.pay_content]"),
    ("an_error_code_called_unknown", "S104", "errors.toml", "name = \"NoBill\"", "name = \"Unknown\""),
    ("a_rust_name_that_is_a_keyword", "S107", PAY, "name = \"type\", label = \"种类\"", "name = \"type\", rust = \"gen\", label = \"种类\""),
    ("a_spec_called_as_a_path", "S107", "spec.toml", "name = \"clinic\"", "name = \"../clinic\""),
    ("a_signed_request_without_a_signature", "S111", PAY, "  { name = \"sign\", label = \"签名\", type = \"string\", max = 32, required = true, supplied_by = \"client\" },\n", ""),
    ("a_signature_that_the_caller_gives", "S111", PAY, "  { name = \"sign\", label = \"签名\", type = \"string\", max = 32, required = true, supplied_by = \"client\" },\n", "  { name = \"sign\", label = \"签名\", type = \"string\", max = 32, required = true },\n"),
    ("a_url_with_a_query", "S211", PAY, "url = \"https://clinic.example/pay\"", "url = \"https://clinic.example/pay?a=1\""),
    ("a_url_without_a_scheme", "S211", PAY, "url = \"https://clinic.example/pay\"", "url = \"clinic.example/pay\""),
    ("a_default_on_a_field_that_is_demanded", "S207", PAY, "default = 0, required = false", "default = 0, required = true, demand = true"),
    ("a_stable_token_of_an_interface_without_one", "S207", PAY, "form = \"xml\"", "form = \"xml\"\nstable_url = \"https://clinic.example/stable\""),
    ("a_request_in_json", "S207", PAY, "form = \"xml\"", "form = \"json\""),
    ("an_empty_value", "S710", "enums.toml", "  { value = \"ALL\", name = \"All\", label = \"全部\" },\n  { value = \"CASH_ONLY\"", "  { value = \"\", name = \"All\", label = \"全部\" },\n  { value = \"CASH_ONLY\""),
    ("an_empty_error_code", "S710", "errors.toml", "code = \"102\"", "code = \"\""),
    ("one_equals_sign_in_a_condition", "S306", PAY, "check = \"cash_add_fee <= cash_fee\"", "check = \"cash_add_fee = cash_fee\""),
    ("and_in_a_condition", "S306", PAY, "required_when = \"present(sub_openid)\"", "required_when = \"present(sub_openid) and present(phone)\""),
    ("a_full_width_sign_in_a_condition", "S301", PAY, "check = \"cash_add_fee <= cash_fee\"", "check = \"cash_add_fee ＝＝ cash_fee\""),
    ("full_width_parentheses_in_a_condition", "S301", PAY, "required_when = \"present(sub_openid)\"", "required_when = \"present（sub_openid）\""),
    ("a_condition_that_always_holds", "S307", PAY, "check = \"cash_add_fee <= cash_fee\"", "check = \"cash_add_fee <= cash_fee || cash_add_fee > cash_fee\""),
    ("a_condition_that_never_holds", "S307", PAY, "required_when = \"present(sub_openid)\"", "required_when = \"present(sub_openid) && absent(sub_openid)\""),
    ("a_condition_that_always_holds_in_words", "S306", PAY, "required_when = \"present(sub_openid)\"", "required_when = \"present(sub_openid) or not present(sub_openid)\""),
    ("not_in_front_of_parentheses", "S306", PAY, "required_when = \"present(sub_openid)\"", "required_when = \"NOT (present(sub_openid) OR absent(nowhere))\""),
    ("the_presence_of_a_field_that_is_always_there", "S307", PAY, "required_when = \"present(sub_openid)\"", "required_when = \"present(order_no)\""),
    ("the_absence_of_a_field_that_is_always_there", "S307", PAY, "required_when = \"present(sub_openid)\"", "required_when = \"present(sub_openid) || absent(order_no)\""),
    ("a_condition_that_never_holds_by_a_negation", "S307", PAY, "required_when = \"present(sub_openid)\"", "required_when = \"!(present(sub_openid) || !present(sub_openid))\""),
    ("a_condition_that_always_holds_by_implication", "S307", PAY, "check = \"cash_add_fee <= cash_fee\"", "check = 'implies(pay_type == \"1\", pay_type != \"2\")'"),
    ("a_field_that_requires_itself", "S308", PAY, "required_when = \"present(sub_openid)\"", "required_when = \"present(sub_appid)\""),
    ("a_field_that_forbids_itself", "S308", PAY, "forbidden_when = 'present(refund_part)", "forbidden_when = 'present(refund_fee) && present(refund_part)"),
    ("a_misspelt_key", "S002", PAY, "label = \"订单号\", type = \"string\", max = 64, required", "label = \"订单号\", type = \"string\", max = 64, requried"),
    ("a_field_without_a_type", "S003", PAY, "label = \"件数\", type = \"u32\", ", "label = \"件数\", "),
    ("a_call_without_an_address", "S003", PAY, "url = \"https://clinic.example/pay\"\n", ""),
    ("a_translation_that_is_a_list", "S004", "zh.toml", "\"订单。\"", "[\"订单。\"]"),
    ("a_translation_that_stands_twice", "S001", "zh.toml", "", "\"The order.\" = \"下单。\"\n"),
    ("a_length_that_is_a_string", "S004", PAY, "label = \"订单号\", type = \"string\", max = 64", "label = \"订单号\", type = \"string\", max = \"64\""),
    ("an_interface_without_a_file", "S005", "spec.toml", "\"notice\", ", "\"notices\", "),
    ("a_folder_without_a_spec", "S005", "spec.toml", "", ""),
    ("a_file_that_is_not_listed", "S006", "spec.toml", "\"notice\", ", ""),
    ("a_method_that_is_none", "S007", PAY, "method = \"POST\"", "method = \"PUT\""),
    ("an_algorithm_that_is_none", "S007", "spec.toml", "algorithm = \"MD5\"", "algorithm = \"RSA2\""),
    ("a_negative_length", "S008", PAY, "max = 128, length_unit", "max = -1, length_unit"),
    ("a_field_that_is_named_twice", "S101", PAY, "demand = false, repeated = true }", "demand = false }"),
    ("an_alias_that_shadows_a_field", "S102", PAY, "aliases = [\"err_message\", \"Err_msg\"]", "aliases = [\"err_message\", \"pay_url\"]"),
    ("an_alias_that_stands_twice", "S102", PAY, "aliases = [\"err_message\", \"Err_msg\"]", "aliases = [\"err_message\", \"err_message\"]"),
    ("a_name_with_a_space_in_it", "S103", PAY, "name = \"created\", label = \"下单时间\"", "name = \"crea ted\", label = \"下单时间\""),
    ("two_fields_with_one_rust_name", "S104", PAY, "name = \"type\", label = \"种类\"", "name = \"Order_no\", label = \"种类\""),
    ("a_value_called_unknown", "S104", "enums.toml", "name = \"Refund\"", "name = \"Unknown\""),
    ("an_interface_that_is_listed_twice", "S105", "spec.toml", "\"getbill\"]", "\"getbill\", \"pay\"]"),
    ("a_file_that_is_called_otherwise", "S106", PAY, "name = \"pay\"\nsection", "name = \"order\"\nsection"),
    ("an_enum_in_lower_case", "S107", "enums.toml", "name = \"Refund\"", "name = \"refund\""),
    ("a_callback_without_a_reply", "S108", NOTICE, "[reply]", "[response]"),
    ("an_index_in_the_middle_of_a_name", "S109", PAY, "name = \"item_fee_$n\"", "name = \"item_$n_fee\""),
    ("two_indexes_in_a_name", "S109", PAY, "name = \"item_fee_$n\"", "name = \"item_fee_$n_$n\""),
    ("an_index_behind_a_digit", "S109", PAY, "name = \"item_fee_$n\"", "name = \"item_fee_2$n\""),
    ("a_field_that_an_index_takes_in", "S110", PAY, "name = \"type\", label = \"种类\"", "name = \"item_fee_0\", label = \"种类\""),
    ("a_type_that_is_none", "S201", PAY, "label = \"件数\", type = \"u32\"", "label = \"件数\", type = \"u23\""),
    ("an_enum_that_is_none", "S202", PAY, "enum = \"PayType\"", "enum = \"PayTyp\""),
    ("a_format_that_is_none", "S203", PAY, "format = \"ipv4\"", "format = \"ipv6\""),
    ("a_structure_that_is_none", "S204", PAY, "structure = \"pay_content\"", "structure = \"pay_contents\""),
    ("a_length_on_a_number", "S205", PAY, "label = \"件数\", type = \"u32\"", "label = \"件数\", type = \"u32\", max = 3"),
    ("a_unit_on_a_string", "S206", PAY, "label = \"种类\", type = \"string\"", "label = \"种类\", type = \"string\", unit = \"fen\""),
    ("an_enum_with_a_format", "S207", PAY, "enum = \"RefundPart\"", "format = \"url\", enum = \"RefundPart\""),
    ("a_profile_key_on_a_field_of_the_caller", "S207", PAY, "label = \"种类\", type = \"string\"", "label = \"种类\", type = \"string\", from = \"appid\""),
    ("an_enum_that_nothing_uses", "S208", "enums.toml", "", "\n[Left]\ntype = \"string\"\nvalues = [{ value = \"A\", name = \"A\", label = \"剩下\" }]\n"),
    ("a_structure_that_nothing_uses", "S209", PAY, "structure = \"pay_content\"", "format = \"json\""),
    ("a_default_on_an_index", "S210", PAY, "unit = \"fen\", min = 1, required = false, doc = \"What one item costs.\"", "unit = \"fen\", default = 0, required = false, doc = \"What one item costs.\""),
    ("an_index_that_is_demanded", "S210", PAY, "label = \"单项编号\", type = \"string\", max = 32, required = true, demand = false", "label = \"单项编号\", type = \"string\", max = 32, required = true"),
    ("an_index_in_a_group", "S210", PAY, "members = [\"phone\", \"email\"]", "members = [\"phone\", \"email\", \"item_fee_$n\"]"),
    ("a_condition_that_ends_too_early", "S301", PAY, "check = \"cash_add_fee <= cash_fee\"", "check = \"cash_add_fee <=\""),
    ("a_comparison_of_three", "S301", PAY, "check = \"cash_add_fee <= cash_fee\"", "check = \"0 <= cash_add_fee <= cash_fee\""),
    ("a_condition_nested_too_deeply", "S301", PAY, "check = \"cash_add_fee <= cash_fee\"", "check = \"(((((((((((((((((((((((((((((((((cash_fee > 0)))))))))))))))))))))))))))))))))\""),
    ("a_parenthesis_that_is_not_closed", "S301", PAY, "check = \"cash_add_fee <= cash_fee\"", "check = \"(cash_add_fee <= cash_fee\""),
    ("an_empty_condition", "S301", PAY, "check = \"cash_add_fee <= cash_fee\"", "check = \"\""),
    ("a_condition_on_a_field_that_is_not_there", "S302", PAY, "required_when = \"present(sub_openid)\"", "required_when = \"present(sub_open_id)\""),
    ("a_number_compared_with_a_text", "S303", PAY, "check = \"cash_add_fee <= cash_fee\"", "check = \"cash_add_fee <= body\""),
    ("an_enum_compared_by_order", "S303", PAY, "check = \"cash_add_fee <= cash_fee\"", "check = \"pay_type < 2\""),
    ("a_field_that_is_no_condition", "S303", PAY, "required_when = \"present(sub_openid)\"", "required_when = \"sub_openid\""),
    ("a_value_that_the_enum_has_not", "S304", PAY, "refund_part != \"CASH_ONLY\"", "refund_part != \"CASHONLY\""),
    ("a_value_without_quotes", "S303", PAY, "refund_part != \"CASH_ONLY\"", "refund_part != CASH_ONLY"),
    ("a_number_that_may_be_absent", "S305", PAY, "check = \"cash_add_fee <= cash_fee\"", "check = \"Insurance_self_fee <= cash_fee\""),
    ("a_function_that_is_none", "S306", PAY, "required_when = \"present(sub_openid)\"", "required_when = \"presents(sub_openid)\""),
    ("a_function_with_too_few_arguments", "S306", PAY, "required_when = \"present(sub_openid)\"", "required_when = \"implies(present(sub_openid))\""),
    ("rust_that_is_not_in_the_language", "S306", PAY, "check = \"cash_add_fee <= cash_fee\"", "check = \"cash_fee - cash_add_fee > 0\""),
    ("a_group_of_one", "S401", PAY, "members = [\"phone\", \"email\"]", "members = [\"phone\"]"),
    ("a_member_that_is_no_field", "S402", PAY, "members = [\"phone\", \"email\"]", "members = [\"phone\", \"mail\"]"),
    ("a_member_of_two_groups", "S403", PAY, "members = [\"phone\", \"email\"]", "members = [\"phone\", \"openid\"]"),
    ("a_member_that_is_demanded", "S404", PAY, "label = \"邮箱\", type = \"string\", required = false", "label = \"邮箱\", type = \"string\", required = true, demand = true"),
    ("two_groups_of_one_name", "S405", PAY, "name = \"contact\", kind", "name = \"payer\", kind"),
    ("two_rules_of_one_name", "S405", PAY, "name = \"odd_ones_out\"", "name = \"extra_within_cash\""),
    ("an_erratum_that_is_none", "S501", PAY, "label = \"件数\", type", "label = \"件数\", errata = [\"E7\"], type"),
    ("an_erratum_that_nothing_refers_to", "S502", "errata.toml", "", "\n[[erratum]]\nid = \"E10\"\nprinted = \"甲\"\nruling = \"乙\"\n"),
    ("a_demand_without_an_erratum", "S503", PAY, "label = \"件数\", type = \"u32\"", "label = \"件数\", demand = false, type = \"u32\""),
    ("two_errata_of_one_id", "S504", "errata.toml", "id = \"E3\"", "id = \"E2\""),
    ("a_supplier_in_a_message_that_is_received", "S601", PAY, "label = \"诊疗单id\", type", "label = \"诊疗单id\", supplied_by = \"client\", type"),
    ("a_profile_key_that_is_none", "S602", "interfaces/agenttoken.toml", "from = \"appid\"", "from = \"app_id\""),
    ("a_value_that_stands_twice", "S701", "enums.toml", "value = \"CASH_ONLY\"", "value = \"ALL\""),
    ("a_rust_name_that_stands_twice", "S702", "enums.toml", "name = \"CashOnly\"", "name = \"All\""),
    ("an_error_code_that_stands_twice", "S703", "errors.toml", "code = \"102\"", "code = \"100\""),
    ("an_error_code_of_an_interface_that_is_none", "S704", "errors.toml", "[\"getbill\", \"pay\"]", "[\"getbil\", \"pay\"]"),
    ("a_column_that_is_not_declared", "S705", "bills.toml", "columns = [\"交易时间\", \"订单号\", \"总金额\"]", "columns = [\"交易时间\", \"定单号\", \"总金额\"]"),
    ("a_layout_that_repeats_a_column", "S706", "bills.toml", "columns = [\"交易时间\", \"订单号\", \"总金额\"]", "columns = [\"交易时间\", \"订单号\", \"订单号\"]"),
    ("a_bill_type_that_is_none", "S707", "bills.toml", "bill_type = \"REFUND\"", "bill_type = \"REFUNDS\""),
    ("a_column_that_no_layout_has", "S708", "bills.toml", "\"手续费\", \"费率\"]", "\"手续费\"]"),
    ("a_move_to_a_value_that_is_none", "S709", "enums.toml", "from = \"OPEN\", to = \"PAID\"", "from = \"OPEN\", to = \"PAYED\""),
    ("a_move_that_leads_nowhere", "S709", "enums.toml", "from = \"OPEN\", to = \"SHUT\"", "from = \"OPEN\", to = \"OPEN\""),
    ("a_move_that_stands_twice", "S709", "enums.toml", "from = \"OPEN\", to = \"SHUT\"", "from = \"OPEN\", to = \"PAID\""),
    ("a_version_that_is_none", "S801", PAY, "since = \"1.1\"", "since = \"1.2\""),
    ("versions_that_are_reversed", "S802", PAY, "required = false, until = \"1.1\"", "required = false, since = \"1.1\", until = \"1.0\""),
    ("a_view_of_a_field_that_is_not_there", "S901", PAY, "absent = [\"pay_appid\"]", "absent = [\"pay_app_id\"]"),
    ("a_view_of_an_index", "S902", PAY, "absent = [\"pay_appid\"]", "absent = [\"item_id_$n\"]"),
    ("a_view_without_a_field_that_is_always_there", "S902", PAY, "absent = [\"pay_appid\"]", "absent = [\"trans_id\"]"),
];

fn report(sources: Sources) -> Diagnostics {
    match compile(sources) {
        Ok(model) => model.warnings,
        Err(diagnostics) => diagnostics,
    }
}

fn of_case((_, _, file, find, replace): &Case) -> Diagnostics {
    match (*file, *find, *replace) {
        ("spec.toml", "", "") => {
            let texts = texts();
            let interfaces = texts.into_iter().filter(|(name, _)| name == NOTICE);
            report(Sources::from_texts("spec", interfaces))
        }
        (file, find, replace) => report(edited(file, find, replace)),
    }
}

/// The text under the caret of the first finding of a case.
fn marked(name: &str) -> String {
    let case = CASES.iter().find(|case| case.0 == name).unwrap();
    let report = of_case(case);
    let found = report
        .iter()
        .find(|found| found.code.id() == case.1)
        .unwrap();
    let (span, _) = found.primary.clone().unwrap();
    report.sources().slice(span).to_owned()
}

#[test]
fn every_case_reports_its_code_as_checked_in() {
    wrong::hold(CASES, of_case);
}

#[test]
fn every_code_has_a_case() {
    let cases: BTreeSet<&str> = CASES.iter().map(|case| case.1).collect();
    let codes = Code::ALL.iter().map(|code| code.id());
    assert_eq!(cases, codes.collect());
}

#[test]
fn a_file_of_a_wrong_name_is_reported_with_the_nearest_one_and_nothing_else_is() {
    for (name, wrong) in [
        ("errors.toml", "error.toml"),
        ("enums.toml", "enum.toml"),
        ("spec.toml", "specs.toml"),
    ] {
        let mut texts = texts();
        let file = texts.iter_mut().find(|(file, _)| file == name).unwrap();
        file.0 = wrong.to_owned();
        let report = report(Sources::from_texts("spec", texts));
        let found: Vec<_> = report
            .iter()
            .filter(|found| found.code != Code::MISSING_FILE)
            .collect();
        let help = format!("did you mean `{name}`?");
        assert_eq!(found.len(), 1, "{report}");
        assert_eq!(found[0].help.as_ref(), Some(&help), "{report}");
    }
}

#[test]
fn the_caret_stands_under_the_word_that_is_meant_also_behind_chinese_text() {
    for (name, word) in [
        ("a_misspelt_key", "requried"),
        ("an_enum_that_is_none", "\"PayTyp\""),
        ("a_condition_on_a_field_that_is_not_there", "sub_open_id"),
        ("a_value_that_the_enum_has_not", "\"CASHONLY\""),
        ("a_number_that_may_be_absent", "Insurance_self_fee"),
        ("a_number_compared_with_a_text", "body"),
        ("an_enum_compared_by_order", "<"),
        ("a_column_that_is_not_declared", "\"定单号\""),
        ("an_erratum_that_is_none", "\"E7\""),
    ] {
        assert_eq!(marked(name), word, "{name}");
    }
}

#[test]
fn the_caret_is_drawn_where_a_terminal_shows_the_word_also_behind_chinese_text() {
    let wide = wrong::wide(CASES, of_case);
    assert!(wide >= 25, "{wide} findings stand behind Chinese text");
}

#[test]
fn a_condition_with_chinese_values_is_marked_byte_by_byte() {
    let mut texts = texts();
    for (name, text) in &mut texts {
        *text = match name.as_str() {
            "enums.toml" => text.replace("CASH_ONLY", "仅现金"),
            PAY => text.replace(
                "refund_part != \"CASH_ONLY\"",
                "refund_part != \"仅现金\" && present(不在)",
            ),
            _ => continue,
        };
    }
    let report = report(Sources::from_texts("spec", texts));
    let found = report.iter().next().unwrap();
    assert_eq!(found.code, Code::UNKNOWN_FIELD_IN_CONDITION, "{report}");
    let (span, _) = found.primary.clone().unwrap();
    assert_eq!(report.sources().slice(span), "不在");
}

#[test]
fn nesting_without_end_is_a_finding_at_its_place_and_not_an_overflow() {
    for (open, inner, close, code, word) in [
        ("(", "cash_fee > 0", ")", "S301", "("),
        ("!", "present(body)", "", "S301", "!"),
        (
            "implies(cash_fee > 0, ",
            "cash_fee > 0",
            ")",
            "S301",
            "cash_fee",
        ),
        ("[", "cash_fee", "]", "S301", "["),
        ("cash_fee[", "0", "]", "S301", "cash_fee"),
        ("-", "cash_fee > 0", "", "S306", "-"),
        ("&", "cash_fee > 0", "", "S301", "&"),
        ("|x| ", "cash_fee > 0", "", "S306", "|"),
        ("return ", "cash_fee > 0", "", "S306", "return"),
        ("cash_fee.len().", "len() > 0", "", "S306", "."),
        ("body::<", "u8", ">", "S306", ":"),
        ("cash_fee as ", "u8", "", "S306", "as"),
    ] {
        let deep = format!("{}{inner}{}", open.repeat(2_100), close.repeat(2_100));
        let check = format!("check = '{deep}'");
        let report = report(edited(PAY, "check = \"cash_add_fee <= cash_fee\"", &check));
        let found = report.iter().next().unwrap();
        let (span, _) = found.primary.clone().unwrap();
        let marked = report.sources().slice(span);
        assert_eq!(found.code.id(), code, "{open}: {}", found.title);
        assert!(
            marked.starts_with(word),
            "{open}: {}",
            &marked[..marked.len().min(40)]
        );
    }
}

#[test]
fn all_that_is_wrong_is_told_in_one_run_from_top_to_bottom() {
    let mut texts = texts();
    for (_, file, find, replace) in [
        ("1", "enums.toml", "name = \"CashOnly\"", "name = \"All\""),
        ("2", "errors.toml", "code = \"102\"", "code = \"100\""),
        ("3", PAY, "format = \"ipv4\"", "format = \"ipv6\""),
        (
            "4",
            PAY,
            "check = \"cash_add_fee <= cash_fee\"",
            "check = \"nowhere == 1 && alsonot > 2\"",
        ),
        (
            "5",
            NOTICE,
            "label = \"支付时间\", type",
            "label = \"支付时间\", typ",
        ),
    ] {
        let (_, text) = texts.iter_mut().find(|(name, _)| name == file).unwrap();
        *text = text.replace(find, replace);
    }
    let report = report(Sources::from_texts("spec", texts));
    let codes: Vec<&str> = report.iter().map(|found| found.code.id()).collect();
    assert_eq!(
        codes,
        ["S702", "S703", "S003", "S002", "S203", "S302", "S302"],
        "{report}"
    );
}
