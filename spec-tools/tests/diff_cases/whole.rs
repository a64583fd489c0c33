//! The cases of what stands around and beside the messages.

use super::{Case, names, owned};

/// Rules, rules of the way back, edits before, edits after.
type Row = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str, &'static str)],
    &'static [(&'static str, &'static str, &'static str)],
);

const PAY: &str = "interfaces/pay.toml";
const SPEC: &str = "spec.toml";
const ENUMS: &str = "enums.toml";
const ERRORS: &str = "errors.toml";
const BILLS: &str = "bills.toml";

const SHOP: &str = "[interface]\nname = \"shop\"\nsection = \"5\"\ntitle = \"门店\"\nmethod = \"POST\"\nurl = \"https://clinic.example/shop\"\n\n\
    [request]\nsigned = false\nfields = [{ name = \"id\", label = \"编号\", type = \"string\", required = true }]\n\n\
    [response]\nsigned = false\nfields = [{ name = \"name\", label = \"名称\", type = \"string\", required = true }]\n";
const STORE: &str = "[interface]\nname = \"store\"\nsection = \"5\"\ntitle = \"门店\"\nmethod = \"POST\"\nurl = \"https://clinic.example/shop\"\n\n\
    [request]\nsigned = false\nfields = [{ name = \"id\", label = \"编号\", type = \"string\", required = true }]\n\n\
    [response]\nsigned = false\nfields = [{ name = \"name\", label = \"名称\", type = \"string\", required = true }]\n";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("interface-added", "interface-removed",
        &[],
        &[(SPEC, "\"getbill\"]", "\"getbill\", \"shop\"]"), ("interfaces/shop.toml", "", SHOP)]),
    ("interface-renamed", "interface-renamed",
        &[(SPEC, "\"getbill\"]", "\"getbill\", \"shop\"]"), ("interfaces/shop.toml", "", SHOP)],
        &[(SPEC, "\"getbill\"]", "\"getbill\", \"store\"]"), ("interfaces/store.toml", "", STORE)]),
    ("interface-url-changed", "interface-url-changed", &[], &[(PAY, "https://clinic.example/pay\"", "https://clinic.example/v2/pay\"")]),
    ("interface-method-changed", "interface-method-changed", &[], &[("interfaces/agenttoken.toml", "method = \"GET\"", "method = \"POST\"")]),
    ("interface-auth-changed", "interface-auth-changed", &[], &[(PAY, "auth = \"ip_list\"", "auth = \"access_token\"")]),
    ("interface-reply-form-changed", "interface-reply-form-changed", &[], &[("interfaces/agenttoken.toml", "form = \"xml_or_json\"", "form = \"json\"")]),
    ("interface-reply-type-changed", "interface-reply-type-changed", &[], &[("interfaces/getbill.toml", "form = \"text\"", "form = \"xml\"")]),
    ("interface-token-mode-changed", "interface-token-mode-changed", &[], &[("interfaces/token.toml", "token_for = \"independent\"\n", "")]),
    ("interface-stable-url-changed", "interface-stable-url-changed", &[], &[("interfaces/token.toml", "token_for = \"independent\"\n", "token_for = \"independent\"\nstable_url = \"https://clinic.example/stable\"\n")]),
    ("interface-repeatable-changed", "interface-repeatable-changed", &[], &[("interfaces/agenttoken.toml", "method = \"GET\"", "method = \"GET\"\nrepeatable = true")]),
    ("interface-message-added", "interface-message-removed", &[],
        &[(PAY, "", "\n[structure.shop_content]\nfields = [{ name = \"id\", label = \"编号\", type = \"string\", required = true }]\n")]),
    ("interface-view-added", "interface-view-removed", &[],
        &[(PAY, "", "\n[[response.view]]\nname = \"receipt\"\ndoc = \"What to keep.\"\nvalues = { id = \"trans_id\" }\n")]),
    ("interface-view-changed", "interface-view-changed", &[], &[(PAY, "absent = [\"pay_appid\"]", "absent = [\"err_msg\"]")]),
    ("interface-view-value-added", "interface-view-value-removed", &[],
        &[(PAY, "values = { url = \"pay_url\" }", "values = { url = \"pay_url\", id = \"trans_id\" }")]),
    ("interface-doc-changed", "interface-doc-changed", &[], &[(PAY, "title = \"统一下单\"", "title = \"下单\"")]),

    ("enum-added", "enum-removed", &[],
        &[(ENUMS, "", "\n[Colour]\ntype = \"string\"\nvalues = [{ value = \"RED\", name = \"Red\", label = \"红\" }]\n")]),
    ("enum-renamed", "enum-renamed", &[],
        &[(ENUMS, "[RefundPart]", "[RefundScope]"), (PAY, "enum = \"RefundPart\"", "enum = \"RefundScope\"")]),
    ("enum-type-changed", "enum-type-changed", &[], &[(ENUMS, "[PayType]\ntype = \"u8\"", "[PayType]\ntype = \"string\"")]),
    ("enum-value-changed", "enum-value-changed", &[],
        &[(ENUMS, "\"What is refunded.\"\nvalues = [\n  { value = \"ALL\"", "\"What is refunded.\"\nvalues = [\n  { value = \"WHOLE\"")]),
    ("enum-value-renamed", "enum-value-renamed", &[], &[(ENUMS, "name = \"Insurance\"", "name = \"Insured\"")]),
    ("enum-value-label-changed", "enum-value-label-changed", &[], &[(ENUMS, "label = \"医保\"", "label = \"医疗保险\"")]),
    ("enum-move-added", "enum-move-removed", &[],
        &[(ENUMS, "  { from = \"OPEN\", to = \"SHUT\" },\n", "  { from = \"OPEN\", to = \"SHUT\" },\n  { from = \"PAID\", to = \"SHUT\" },\n")]),
    ("enum-moves-added", "enum-moves-removed", &[],
        &[(ENUMS, "  { value = \"REFUND\", name = \"Refund\" },\n]\n", "  { value = \"REFUND\", name = \"Refund\" },\n]\nmoves = [{ from = \"ALL\", to = \"REFUND\" }]\n")]),
    ("enum-doc-changed", "enum-doc-changed", &[], &[(ENUMS, "Cash alone.", "Cash and nothing else.")]),

    ("error-code-added", "error-code-removed", &[],
        &[(ERRORS, "{ code = \"102\"", "{ code = \"103\", name = \"NoOrder\", meaning = \"订单不存在\", interfaces = [\"pay\"], effect = \"refused\" },\n  { code = \"102\"")]),
    ("error-code-renamed", "error-code-renamed", &[], &[(ERRORS, "name = \"NoBill\"", "name = \"BillMissing\"")]),
    ("error-code-meaning-changed", "error-code-meaning-changed", &[], &[(ERRORS, "meaning = \"账单不存在\"", "meaning = \"账单未生成\"")]),
    ("error-code-effect-changed", "error-code-effect-changed", &[],
        &[(ERRORS, "interfaces = [\"getbill\", \"pay\"], effect = \"refused\"", "interfaces = [\"getbill\", \"pay\"], effect = \"unknown\"")]),
    ("error-code-interfaces-changed", "error-code-interfaces-changed", &[], &[(ERRORS, "[\"getbill\", \"pay\"]", "[\"getbill\"]")]),
    ("error-code-doc-changed", "error-code-doc-changed", &[], &[(ERRORS, "advice = \"Query first.\"", "advice = \"Query, then repeat.\"")]),

    ("bill-layout-added", "bill-layout-removed",
        &[(BILLS, "\n[[layout]]\nbill_type = \"REFUND\"\ntitle = \"退款订单\"\ncolumns = [\"交易时间\", \"订单号\", \"总金额\"]\n", "")], &[]),
    ("bill-column-added", "bill-column-removed", &[],
        &[(BILLS, "  { name = \"手续费\"", "  { name = \"备注\", field = \"remark\", type = \"text\" },\n  { name = \"手续费\""),
          (BILLS, "columns = [\"交易时间\", \"订单号\", \"总金额\"]", "columns = [\"交易时间\", \"订单号\", \"总金额\", \"备注\"]")]),
    ("bill-column-moved", "bill-column-moved", &[],
        &[(BILLS, "columns = [\"交易时间\", \"订单号\", \"总金额\"]", "columns = [\"总金额\", \"交易时间\", \"订单号\"]")]),
    ("bill-column-renamed", "bill-column-renamed", &[],
        &[(BILLS, "{ name = \"手续费\"", "{ name = \"服务费\""), (BILLS, "\"总金额\", \"手续费\", \"费率\"]", "\"总金额\", \"服务费\", \"费率\"]")]),
    ("bill-column-type-changed", "bill-column-type-changed", &[], &[(BILLS, "type = \"decimal\"", "type = \"yuan\"")]),
    ("bill-column-reading-changed", "bill-column-reading-changed", &[], &[(BILLS, "aliases = [\"应付金额\"], ", "")]),
    ("bill-part-added", "bill-part-removed", &[(BILLS, "  { name = \"share\", paid = \"总金额\", share_of = \"whole\" },\n", "")], &[]),
    ("bill-sums-changed", "bill-sums-changed", &[], &[(BILLS, "refund = \"用户标识\"", "refund = \"订单号\"")]),
    ("bill-redaction-added", "bill-redaction-removed", &[], &[(BILLS, "field = \"fee\", type = \"decimal\"", "field = \"fee\", type = \"decimal\", personal = true")]),
    ("bill-doc-changed", "bill-doc-changed", &[], &[(BILLS, "title = \"退款订单\"", "title = \"退款\"")]),

    // What ended with version 1.1 is gone on the wire from 1.2 on.
    ("document-version-changed request-field-removed-optional request-enum-value-removed",
        "document-version-changed request-field-added-optional request-enum-value-added",
        &[],
        &[(SPEC, "document = \"1.1\"", "document = \"1.2\""), (SPEC, "\"Bills came.\"] },\n", "\"Bills came.\"] },\n  { version = \"1.2\", date = \"2022\" },\n")]),
    // A spec that names no algorithm is signed with MD5.
    ("document-signature-changed document-doc-changed", "document-signature-changed document-doc-changed", &[(SPEC, "signature = { algorithm = \"MD5\" }", "")], &[(SPEC, "signature = { algorithm = \"MD5\" }", "signature = { algorithm = \"HMAC-SHA256\" }")]),
    ("document-name-changed", "document-name-changed", &[], &[(SPEC, "name = \"clinic\"", "name = \"surgery\"")]),
    ("document-doc-changed", "document-doc-changed", &[], &[(SPEC, "title = \"A clinic's payments, made up\"", "title = \"A clinic's payments\"")]),
    ("document-erratum-added document-doc-changed", "document-erratum-removed document-doc-changed", &[],
        &[(SPEC, "errata = [\"E9\"]", "errata = [\"E9\", \"E10\"]"), ("errata.toml", "", "\n[[erratum]]\nid = \"E10\"\nprinted = \"甲\"\nruling = \"乙\"\n")]),
    ("document-erratum-changed", "document-erratum-changed", &[], &[("errata.toml", "ruling = \"`sign`\"", "ruling = \"`sign`, always\"")]),
];

pub(super) fn cases() -> Vec<Case> {
    let cases = ROWS.iter().map(|(rules, inverse, before, after)| Case {
        rules: names(rules),
        inverse: names(inverse),
        before: before.iter().map(|edit| owned(*edit)).collect(),
        after: after.iter().map(|edit| owned(*edit)).collect(),
    });
    cases.collect()
}
