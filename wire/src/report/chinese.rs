//! What is wrong with a message that is to be sent, in Chinese.
//!
//! Names, labels, values and conditions are those of the document, as in English. A form that a
//! value must have is known by its English words.

use std::fmt;

use super::{Problem, Violation};
use crate::schema::{Length, Supplied};

/// The violations of one message.
pub(super) struct Violations<'a>(pub(super) &'a super::Violations);

impl fmt::Display for Violations<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "不能发送 {}：", self.0.message)?;
        for (i, violation) in self.0.found.iter().enumerate() {
            if i > 0 {
                f.write_str("；")?;
            }
            write(violation, f)?;
        }
        Ok(())
    }
}

fn write(violation: &Violation, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(field) = violation.field {
        let name = field.shown_name(violation.index);
        let (label, section) = (field.label, field.section);
        write!(f, "`{name}`（{label}，章节 {section}）")?;
    }
    let supplied = violation.field.map(|field| field.supplied);
    match &violation.problem {
        Problem::Missing => f.write_str("必填，未设置"),
        Problem::Empty => f.write_str("必填，值为空"),
        Problem::TooLong { max, length, found } => {
            let unit = match length {
                Length::Chars => "个字符",
                Length::Bytes => "个字节",
            };
            write!(f, "最多 {max} {unit}，实际为 {found}")
        }
        Problem::TooSmall { min, found } => write!(f, "不得小于 {min}，实际为 {found}"),
        Problem::Character {
            position,
            character,
        } => {
            let code = *character as u32;
            write!(f, "第 {position} 个字符 U+{code:04X} 不能用于 XML，请删除")
        }
        Problem::Form { expected } => write!(f, "必须是{}", form(expected)),
        Problem::RequiredWhen { condition } => {
            write!(f, "在 {condition} 时必填")?;
            match supplied {
                Some(Supplied::Merchant(key)) => profile(key, f),
                _ => Ok(()),
            }
        }
        Problem::ForbiddenWhen { condition } => write!(f, "在 {condition} 时不得填写"),
        Problem::NotSupplied => match supplied {
            Some(Supplied::Merchant(key)) => {
                write!(f, "取自商户配置，其中 `{key}` 未设置")?;
                profile(key, f)
            }
            _ => f.write_str("由客户端提供，客户端没有提供"),
        },
        Problem::Group {
            exactly,
            names,
            given,
            ..
        } => {
            let wanted = if *exactly {
                "有且只有一个"
            } else {
                "至少有一个"
            };
            let names = names.join("`、`");
            write!(f, "`{names}` 中必须{wanted}，实际有 {given} 个")
        }
        Problem::Rule {
            name,
            doc,
            doc_zh,
            check,
        } => {
            let text = if doc_zh.is_empty() { doc } else { doc_zh };
            let text = text.trim_end_matches(['。', '.']);
            write!(f, "{text}（规则 {name}：{check}）")
        }
        Problem::Extra { name, problem } => {
            write!(f, "附加字段 `{name}` {}", of_extra(problem))
        }
    }
}

/// How the merchant profile gets what it lacks.
fn profile(key: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match key {
        "sub_appid" | "app_secret" | "sign_type" => {
            write!(f, "，请用 `Merchant::with_{key}` 设置")
        }
        "sub_mch_id" => f.write_str("，请用 `Merchant::service_provider` 创建配置"),
        _ => Ok(()),
    }
}

/// A form that a value must have; one of a type that a user wrote stays as it is.
fn form(expected: &str) -> &str {
    match expected {
        "an absolute address that starts with http:// or https://" => {
            "以 http:// 或 https:// 开头的完整地址"
        }
        "32 hexadecimal digits" => " 32 位十六进制数字",
        other => other,
    }
}

fn of_extra(problem: &str) -> &str {
    match problem {
        "is not an XML name of letters, digits, `_`, `-` and `.`" => {
            "不是 XML 名称，只能用字母、数字、`_`、`-` 和 `.`"
        }
        "is a field of this message: set it through the builder" => {
            "是本报文的字段，请通过 builder 设置"
        }
        "is given twice" => "重复出现",
        "holds a character that XML cannot carry" => "含有不能用于 XML 的字符",
        other => other,
    }
}
