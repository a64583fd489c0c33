//! What must not be shown and is not marked so: L201 and L202.
//!
//! A field is judged by the words of its wire name (`sub_openid`) and by its label. A value of an enum and a number say nothing of a
//! person, and an address that is a URL is no person's.

use signed_xml_codegen::model::{ColumnType, Field, FieldType, Format, Message, Model};
use signed_xml_codegen::{Code, Diagnostic, Findings};

/// Words of a wire name, parted by `_`.
const PERSONAL_NAMES: [&str; 11] = [
    "openid",
    "unionid",
    "phone",
    "mobile",
    "tel",
    "telephone",
    "email",
    "idcard",
    "birthday",
    "passport",
    "ip",
];
/// Wire names, in words, that mean a person as a whole and no one by their parts.
const PERSONAL_WHOLE: [&str; 7] = [
    "user name",
    "real name",
    "patient name",
    "id no",
    "card no",
    "user card no",
    "address",
];
const PERSONAL_LABELS: [&str; 23] = [
    "姓名",
    "实名",
    "证件号",
    "身份证",
    "手机",
    "电话",
    "联系方式",
    "住址",
    "邮箱",
    "生日",
    "出生日期",
    "用户标识",
    "用户子标识",
    "社保卡号",
    "银行卡号",
    "医保卡号",
    "诊疗卡",
    "诊疗证",
    "就诊卡",
    "病历号",
    "操作员",
    "定位",
    "客户端ip",
];
/// An address of a person, unless it is one of the network.
const ADDRESS_LABELS: [&str; 3] = ["地址", "用户端ip", "终端ip"];
const NO_ADDRESS_LABELS: [&str; 8] = [
    "回调", "回跳", "通知", "链接", "网址", "跳转", "url", "下载",
];

/// Endings of a word of a wire name: `agentsecret`, `access_token`.
const SECRET_NAMES: [&str; 6] = ["secret", "token", "password", "passwd", "pwd", "apikey"];
const SECRET_WHOLE: [&str; 5] = [
    "session id",
    "api key",
    "private key",
    "session key",
    "mch key",
];
const SECRET_LABELS: [&str; 4] = ["密钥", "密码", "口令", "私钥"];

pub(super) fn check(model: &Model, findings: &mut Findings) {
    for interface in &model.interfaces {
        for message in &interface.messages {
            for field in message.distinct_fields() {
                let payload = payload(field, &interface.messages);
                judge(field, payload, model, findings);
            }
        }
    }
    for column in &model.bill_columns {
        let text = matches!(column.column_type, ColumnType::Text);
        if text && !column.personal && is_personal(&column.field, &column.name) {
            let title = format!(
                "column `{}` tells of a person and is not marked",
                column.name
            );
            let at = model.span_of_key(column.span, &["name"]);
            findings.push(personal(at, title));
        }
    }
}

fn judge(field: &Field, payload: Option<&Field>, model: &Model, findings: &mut Findings) {
    if field.personal || field.secret {
        return;
    }
    let at = model.span_of_key(field.span, &["name"]);
    if let Some(member) = payload {
        let title = format!(
            "`{}` holds `{}`, which must not be shown, and is not marked",
            field.name, member.name
        );
        findings.push(personal(at, title).also(member.span, "a member of the payload"));
        return;
    }
    if !is_open_text(field) {
        return;
    }
    if is_secret(&field.name, &field.label) {
        let title = format!(
            "`{}` ({}) is a secret by its name and is not marked",
            field.name, field.label
        );
        let found = Diagnostic::new(
            Code::SecretUnmarked,
            at,
            title,
            "would be printed in logs and errors",
        )
        .help("add `secret = true`");
        findings.push(found);
    } else if is_personal(&field.name, &field.label) && field.format != Some(Format::Url) {
        let title = format!(
            "`{}` ({}) tells of a person by its name and is not marked",
            field.name, field.label
        );
        findings.push(personal(at, title));
    }
}

fn personal(at: signed_xml_codegen::Span, title: String) -> Diagnostic {
    Diagnostic::new(
        Code::PersonalUnmarked,
        at,
        title,
        "would be printed in logs and errors",
    )
    .help("add `personal = true`")
}

/// A confidential member of the structure that a field holds.
fn payload<'a>(field: &Field, messages: &'a [Message]) -> Option<&'a Field> {
    let FieldType::Structure(name) = &field.field_type else {
        return None;
    };
    let structure = messages.iter().find(|message| message.name == *name)?;
    let mut members = structure.fields.iter();
    members.find(|member| member.personal || member.secret)
}

/// True if a value can be any text, an address or a digest.
fn is_open_text(field: &Field) -> bool {
    matches!(
        field.field_type,
        FieldType::Text | FieldType::Ipv4 | FieldType::IdDigest
    )
}

fn is_personal(name: &str, label: &str) -> bool {
    let (name, label) = (name.to_lowercase(), label.to_lowercase());
    let has = |words: &[&str]| words.iter().any(|word| label.contains(word));
    PERSONAL_WHOLE.contains(&in_words(&name).as_str())
        || name.split('_').any(|part| PERSONAL_NAMES.contains(&part))
        || has(&PERSONAL_LABELS)
        || (has(&ADDRESS_LABELS) && !has(&NO_ADDRESS_LABELS))
}

fn is_secret(name: &str, label: &str) -> bool {
    let name = name.to_lowercase();
    SECRET_WHOLE.contains(&in_words(&name).as_str())
        || name
            .split('_')
            .any(|part| SECRET_NAMES.iter().any(|word| part.ends_with(word)))
        || SECRET_LABELS.iter().any(|word| label.contains(word))
}

/// A wire name as words.
fn in_words(name: &str) -> String {
    name.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_known_by_the_name_or_by_the_label() {
        for (name, label) in [
            ("sub_openid", "x"),
            ("staff", "操作员姓名"),
            ("spbill_create_ip", "用户端ip"),
            ("contact", "联系电话"),
            ("addr", "收货地址"),
        ] {
            assert!(is_personal(name, label), "{name} {label}");
        }
    }

    #[test]
    fn what_only_looks_like_a_person_is_none() {
        for (name, label) in [
            ("shop_name", "商店名称"),
            ("notify_url", "回调地址"),
            ("trip_id", "行程"),
            ("bank", "付款银行"),
            ("tip", "提示"),
        ] {
            assert!(!is_personal(name, label), "{name} {label}");
        }
    }

    #[test]
    fn a_secret_is_known_by_the_name_or_by_the_label() {
        for (name, label) in [
            ("agentsecret", "x"),
            ("access_token", "x"),
            ("k", "商户密钥"),
        ] {
            assert!(is_secret(name, label), "{name} {label}");
        }
        for (name, label) in [
            ("sign", "签名"),
            ("secretary", "秘书"),
            ("keyword", "关键字"),
        ] {
            assert!(!is_secret(name, label), "{name} {label}");
        }
    }
}
