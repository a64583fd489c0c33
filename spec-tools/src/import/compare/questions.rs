//! What a new row leaves for a person to decide.

use signed_xml_codegen::model::{MessageKind, Model, WireType};

use super::super::document::Row;
use super::super::printed::choice;
use super::super::propose::of_same_name;
use super::super::remark::{Lookup, unit, values};

/// Words of a label that tell of a person.
const OF_A_PERSON: &[&str] = &[
    "姓名",
    "实名",
    "身份证",
    "证件",
    "手机",
    "电话",
    "地址",
    "住址",
    "邮箱",
    "生日",
    "性别",
    "用户标识",
    "卡号",
    "定位",
];
/// Words of a label that tell of a secret.
const OF_A_SECRET: &[&str] = &["密钥", "密码", "凭证", "secret", "token"];
/// Words of a label that tell of money.
const OF_MONEY: &[&str] = &["金额", "费用", "款额", "资金", "fee"];
/// Words of a remark that tell of a condition.
const OF_A_CONDITION: &[&str] = &[
    "当",
    "如果",
    "若",
    "则",
    "仅",
    "必传",
    "必填",
    "时有",
    "时返回",
    "时生效",
];

/// The questions, as one sentence; `None` if the spec knows a field of the same name and the row leaves nothing open.
pub(in super::super) fn of_new_row(model: &Model, kind: MessageKind, row: &Row) -> Option<String> {
    let wire_type = row.wire_type.unwrap_or(WireType::Text);
    let twin = of_same_name(model, kind, row, wire_type);
    let mut open: Vec<String> = Vec::new();
    let mut ask = |asked: bool, what: &str| {
        if asked {
            open.push(what.to_owned());
        }
    };
    let has =
        |text: &str, words: &[&str]| words.iter().any(|word| text.to_lowercase().contains(word));
    ask(twin.is_none_or(|twin| twin.doc.is_empty()), "write `doc`");
    ask(row.wire_type.is_none(), "the type is not known");
    ask(row.demand().1.is_some(), "the mark is neither Y nor N");
    ask(
        choice(&row.remark).is_some(),
        "its remark tells of a choice: add a group",
    );
    ask(
        has(&row.remark, OF_A_CONDITION),
        "its remark tells of a condition",
    );
    if twin.is_none() {
        let lookup = Lookup {
            name: &row.name,
            numeric: wire_type != WireType::Text,
            known: &[],
        };
        ask(
            !values(&row.remark, &lookup).is_empty(),
            "its remark lists values: add an enum",
        );
        let money =
            wire_type != WireType::Text && has(&format!("{}{}", row.label, row.name), OF_MONEY);
        ask(money && unit(&row.remark).is_none(), "money in which unit?");
        ask(
            has(&row.label, OF_A_PERSON),
            "does it tell of a person? then `personal = true`",
        );
        ask(
            has(&row.label, OF_A_SECRET),
            "is it secret? then `secret = true`",
        );
        ask(
            !kind.is_sent() && row.demand().0,
            "may a reply lack it? then `demand = false` and an erratum",
        );
    }
    (!open.is_empty()).then(|| format!("new row: {}", open.join("; ")))
}
