//! The words of the site itself, in English and Chinese. What the spec says is in both languages
//! there.

use signed_xml_codegen::model::{Message, MessageKind};

/// A language of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Chinese,
}

impl Language {
    pub(super) const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The folder of its pages.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::English => Self::Chinese,
            Self::Chinese => Self::English,
        }
    }

    /// The one of two texts that is in this language.
    pub(super) fn pick(self, english: &'static str, chinese: &'static str) -> &'static str {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }

    pub(super) fn words(self) -> Words {
        Words::of(self)
    }
}

impl Words {
    /// What a message of an interface is called; a structure by its wire name.
    pub(super) fn message<'a>(&self, message: &'a Message) -> &'a str {
        match (self.lang, message.kind) {
            ("en", _) | (_, MessageKind::Structure) => &message.name,
            (_, MessageKind::Request) => self.request,
            (_, MessageKind::Response) => self.response,
            (_, MessageKind::Notification) => self.notification,
            (_, MessageKind::Reply) => self.reply,
        }
    }
}

macro_rules! words {
    ($($name:ident $english:literal $chinese:literal;)*) => {
        /// Every fixed text of the site in one language.
        #[derive(Clone, Copy, Debug)]
        pub(super) struct Words {
            $(pub(super) $name: &'static str,)*
        }

        impl Words {
            fn of(language: Language) -> Self {
                Self { $($name: language.pick($english, $chinese),)* }
            }

            /// Every pair of texts.
            #[cfg(test)]
            const ALL: &'static [(&'static str, &'static str, &'static str)] =
                &[$((stringify!($name), $english, $chinese),)*];
        }
    };
}

words! {
    lang "en" "zh-CN";
    other_lang "zh-CN" "en";
    name "English" "中文";
    other_name "中文" "English";
    comma ", " "、";
    reference "Interface reference" "接口参考";
    skip "Skip to the content" "跳到正文";
    contents "Contents" "目录";
    menu "Menu" "目录";
    to_top "Back to the top" "回到顶部";
    interfaces "Interfaces" "接口";
    catalog "Reference" "参考";
    overview "Overview" "概览";
    errors "Error codes" "错误码";
    enums "Enums and states" "枚举与状态";
    bills "Bills" "对账单";
    errata "Errata" "勘误";
    versions "Versions" "版本历史";
    signing "Signature" "签名";
    search "Search" "搜索";
    search_hint "Field, label, code, value" "字段、名称、错误码、枚举值";
    search_none "Nothing found" "没有结果";
    search_count "results" "条结果";
    theme "Light or dark" "浅色或深色";
    copy "Copy" "复制";
    copied "Copied" "已复制";
    document "Document" "文档";
    section "Section" "章节";
    called_by_platform "The platform calls the address that the request named." "由平台调用请求中给出的地址。";
    auth "Authorization" "鉴权";
    auth_none "none" "无";
    auth_token "access token in the query string" "查询串中的 access_token";
    auth_ip "access token in the query string; the caller's address must be listed" "查询串中的 access_token；调用方 IP 须在白名单内";
    reply_form "Form of the reply" "应答格式";
    form_xml "XML" "XML";
    form_json "JSON" "JSON";
    form_either "XML or JSON" "XML 或 JSON";
    form_text "text; XML when the call fails" "文本；失败时为 XML";
    repeatable "Repetition" "重复调用";
    repeatable_yes "a second call does no more than the first" "重复调用不产生额外影响";
    stable_url "Stable token" "稳定版凭证";
    token_for "Token for" "凭证适用";
    mode_provider "service provider mode" "服务商模式";
    mode_independent "independent mode" "独立模式";
    origin "Not printed in the document" "文档中没有此表";
    notes "Notes" "说明";
    on_this_page "On this page" "本页内容";
    request "Request" "请求";
    response "Response" "应答";
    notification "Notification" "通知";
    reply "Our reply" "商户应答";
    structure "JSON structure" "JSON 结构";
    signed "signed" "签名";
    unsigned "not signed" "不签名";
    rows "fields" "个字段";
    field "Field" "字段";
    kind "Type" "类型";
    meaning "Meaning" "说明";
    required "required" "必填";
    optional "optional" "可选";
    conditional "conditional" "条件必填";
    always "always" "必有";
    maybe "may be absent" "可能没有";
    when_given "when it applies" "按条件出现";
    one_of_group "exactly one" "必选其一";
    some_of_group "at least one" "至少其一";
    one_of "exactly one of" "必选其一：";
    some_of "at least one of" "至少其一：";
    repeated "printed twice" "重复列出";
    printed "Printed" "文档标注";
    printed_empty "no mark" "无标注";
    only_when "When" "条件";
    then_also "these fields are there too" "另有以下字段";
    constant "Always" "固定值";
    by_merchant "Taken from the merchant profile" "取自商户配置";
    by_client "Filled in by the client" "由客户端填写";
    required_when "Required when" "何时必填";
    forbidden_when "Not allowed when" "何时不可传";
    present_when "There when" "何时出现";
    default "When absent" "缺省值";
    least "At least" "最小值";
    values "Values" "取值";
    aliases "Also read from" "兼容字段名";
    group "Group" "分组";
    since "Since" "始于";
    until "Until" "止于";
    undecided "Undecided" "待定";
    personal "personal" "个人信息";
    secret "secret" "机密";
    text "text" "文本";
    number "whole number" "整数";
    fen "amount in fen" "金额，单位分";
    seconds "seconds" "秒";
    ipv4 "IPv4 address" "IPv4 地址";
    time "time, yyyyMMddHHmmss, Beijing time" "时间，yyyyMMddHHmmss，北京时间";
    date "day, yyyyMMdd" "日期，yyyyMMdd";
    id_digest "MD5 of an ID number, lower-case hex" "证件号码的 MD5，小写十六进制";
    url "http or https address" "http 或 https 地址";
    md5 "32 hex digits" "32 位十六进制";
    json "JSON text" "JSON 文本";
    at_most "at most" "最长";
    characters "characters" "个字符";
    bytes "UTF-8 bytes" "个 UTF-8 字节";
    groups "Choices" "字段分组";
    rules "Rules" "规则";
    views "What to make of it" "如何使用";
    is_there "given" "须有";
    is_not_there "absent" "须无";
    sample "Sample" "示例";
    sample_note "Invented values, signed with the sample key" "虚构数据，以示例密钥签名";
    canonical "Canonical string" "待签名串";
    canonical_note "Append &key= and the key, take the MD5, print it in upper case." "末尾拼接 &key= 与密钥，取 MD5，转大写。";
    sample_key "Sample key" "示例密钥";
    code "Code" "错误码";
    effect "Effect of the call" "是否已生效";
    advice "What to do" "处理建议";
    answered_by "Answered by" "返回接口";
    every_interface "every interface" "所有接口";
    refused "none" "未生效";
    refused_note "The call did nothing." "调用未产生任何效果。";
    unknown "unknown: query first" "未知：先查询";
    unknown_note "The call may have taken effect. Query before anything else." "调用可能已生效，先查询再处理。";
    value "Value" "取值";
    open_enum "All enums are open: take a value that is not listed as unknown, never as an error." "所有枚举都是开放的：未列出的值按未知处理，不要当作错误。";
    used_by "Used by" "使用处";
    states "States" "状态流转";
    bill_columns "bill columns" "对账单列";
    bill_note "One table lists every column; the numbers say at which place a layout has it." "下表列出全部列；数字为该列在各类账单中的位置。";
    bill_kinds "Payments and refunds" "支付行与退款行";
    bill_refund "A row of a refund has a value in" "退款行有值的列：";
    bill_twice "An order that was paid and refunded has two rows, and both carry the amounts of the order: add up payments and refunds apart." "先支付后退款的订单有两行，两行都带有订单金额：支付与退款须分开合计。";
    bill_unpaid "Rows with one of these values moved no money and are in no sum:" "下列取值的行没有资金往来，不计入合计：";
    bill_example "Example: one order of 77.50, refunded. Its column of totals adds up to 155.00; by kind, 77.50 was paid, 77.50 went back, and 0.00 is left." "例：一笔 77.50 元的订单已全额退款。总金额列相加为 155.00；分开合计则支付 77.50，退款 77.50，净额 0.00。";
    bill_required "A bill without this column is refused: its rows cannot be matched or summed." "缺少该列的对账单会被拒绝：无法逐行核对或合计。";
    replaced_by "Or instead" "可由此列代替";
    stop "." "。";
    column "Column" "列";
    layouts "Layouts" "账单类型";
    columns "columns" "列";
    yuan "yuan, two decimals" "元，两位小数";
    decimal "decimal number" "小数";
    rate "percentage" "百分比";
    moment "time" "时间";
    ruling "Here" "处理";
    why "Why" "理由";
    concerns "Concerns" "涉及";
    whole_spec "the whole spec" "整个规范";
    errata_note "Where the document is wrong or contradicts itself: what it prints, what is done here, and why." "文档有误或自相矛盾之处：文档怎么写，这里怎么做，为什么。";
    present_version "described here" "本站所述版本";
    no_changes "No change is listed." "未列出变化。";
    came "New here" "新增";
    went "Last here" "最后出现";
    signed_messages "Signed messages" "需要签名的报文";
    unsigned_messages "Messages without a signature" "不签名的报文";
    example "Worked example" "完整示例";
    fields_total "fields" "个字段";
}

/// The steps of signing: title and explanation, in both languages.
pub(super) const STEPS: [[&str; 2]; 6] = [
    [
        "Take every field that is sent or was received, also those that this reference does not know. Leave out `sign` and every field whose value is empty. 0 is a value.",
        "取全部发送或收到的字段，包括本参考未列出的字段；去掉 `sign` 和值为空的字段。0 不是空值。",
    ],
    [
        "Order them by name, byte by byte: capitals come before small letters.",
        "按字段名的字节序（ASCII，区分大小写）升序排列，大写字母在小写字母之前。",
    ],
    [
        "Join `name=value` with `&`. Values stand as they are: nothing is trimmed, escaped or encoded anew. This is the canonical string.",
        "用 `&` 连接各个 `name=value`。值保持原样，不去空格、不转义、不重新编码。得到待签名串。",
    ],
    ["Append `&key=` and the key.", "在末尾拼接 `&key=` 和密钥。"],
    [
        "Take the MD5 of the UTF-8 bytes and print it as 32 hexadecimal digits in upper case. That is `sign`.",
        "对其 UTF-8 字节取 MD5，输出 32 位大写十六进制，即为 `sign`。",
    ],
    [
        "To verify, do the same with the names and bytes that came, and compare. A missing signature is a wrong one wherever a message is signed.",
        "验签时对收到的字段名和原始字节做同样的计算并比较。凡须签名的报文，缺少签名即为验签失败。",
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages() {
        for (name, english, chinese) in Words::ALL {
            assert!(!english.is_empty() && !chinese.is_empty(), "{name}");
        }
    }
}
