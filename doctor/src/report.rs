//! An examination as a page for people, in English or Chinese.

use std::fmt::{self, Write as _};

use crate::examination::{Examination, FieldNote, Verdict, Why};
use crate::mistake::Language;

impl Examination {
    /// The answer in one line.
    #[must_use]
    pub fn summary(&self, language: Language) -> String {
        let english = language == Language::English;
        match &self.verdict {
            Verdict::Right if english => "the signature is right".into(),
            Verdict::Right => "签名正确".into(),
            Verdict::Explained { mistakes } => {
                let sentences = mistakes.iter().map(|mistake| mistake.sentence(language));
                let sentences: Vec<String> = sentences.collect();
                sentences.join(if english { "; " } else { "；" })
            }
            Verdict::NoneOfTheKnown if english => {
                "none of the known mistakes explains the signature: the sender used another key, or a value changed after signing".into()
            }
            Verdict::NoneOfTheKnown => {
                "已知的错误都不能解释该签名：发送方用了别的密钥，或签名后值被改动".into()
            }
            Verdict::Unreadable { reason } if english => format!("this is not a message: {reason}"),
            Verdict::Unreadable { reason } => format!("无法读取报文：{reason}"),
        }
    }

    /// The whole of it in lines.
    #[must_use]
    pub fn report(&self, language: Language) -> String {
        let english = language == Language::English;
        let word = |en: &'static str, zh: &'static str| if english { en } else { zh };
        let mut page = String::new();
        let mut line = |label: &str, text: &str| {
            let _ = writeln!(page, "{label}{}{text}", word(": ", "："));
        };
        line(word("verdict", "结论"), &self.summary(language));
        if let Some(problem) = &self.problem {
            line(word("refused as well", "另外，报文本身不合规"), problem);
        }
        line(word("algorithm", "算法"), &self.algorithm.name());
        if let Some(canonical) = &self.canonical {
            line(word("to sign", "应签名"), canonical);
        }
        if let Some(sender) = &self.sender {
            line(word("was signed", "实际签名"), sender);
        }
        if let Some(difference) = &self.difference {
            let nothing = word("(nothing)", "（无）");
            let shown = |text: &str| {
                if text.is_empty() {
                    nothing.to_owned()
                } else {
                    text.to_owned()
                }
            };
            let (right, sender) = (shown(&difference.right), shown(&difference.sender));
            let text = match english {
                true => format!("{right}, was signed as {sender}"),
                false => format!("应为 {right}，实际为 {sender}"),
            };
            line(word("first difference", "首处差异"), &text);
        }
        if let Some(given) = &self.given {
            line(word("signature", "报文中的签名"), given);
        }
        if let Some(right) = &self.right {
            line(word("right signature", "正确的签名"), right);
        }
        for field in self.fields.iter().filter(|field| !field.signed) {
            line(word("not signed", "不参与签名"), &unsigned(field, language));
        }
        for clue in &self.clues {
            line(word("look at", "请留意"), &clue.sentence(language));
        }
        if self.verdict == Verdict::NoneOfTheKnown {
            let mut names: Vec<&str> = self.tried.mistakes.iter().map(|kind| kind.code()).collect();
            names.dedup();
            let count = self.tried.signatures;
            let text = match (english, self.tried.complete) {
                (true, true) => format!(
                    "{count} signatures, alone and in pairs: {}",
                    names.join(", ")
                ),
                (true, false) => format!(
                    "{count} signatures, not all pairs, since the message is very large: {}",
                    names.join(", ")
                ),
                (false, true) => {
                    format!("{count} 个签名（单个错误及两两组合）：{}", names.join("、"))
                }
                (false, false) => {
                    format!(
                        "{count} 个签名（报文过大，未试完全部组合）：{}",
                        names.join("、")
                    )
                }
            };
            line(word("tried", "已尝试"), &text);
        }
        page
    }
}

fn unsigned(field: &FieldNote, language: Language) -> String {
    let (en, zh) = match field.why {
        Some(Why::Empty) => ("its value is empty", "值为空"),
        Some(Why::Null) => ("its value is null", "值为 null"),
        Some(Why::Repeated) => ("the name came before", "字段名重复"),
        Some(Why::Signature) | None => ("it is the signature", "签名字段本身"),
    };
    match language {
        Language::English => format!("`{}`, {en}", field.name),
        Language::Chinese => format!("`{}`，{zh}", field.name),
    }
}

impl fmt::Display for Examination {
    /// [`Examination::report`] in English; with `{:#}` in Chinese.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let language = match f.alternate() {
            true => Language::Chinese,
            false => Language::English,
        };
        f.write_str(&self.report(language))
    }
}
