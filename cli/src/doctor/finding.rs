//! What was looked at, and how it stands.

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use crate::language::language;
use crate::output::{self, object};

/// How one thing stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Ok,
    Failed,
    /// Nothing is wrong as far as can be seen from here.
    Advice,
    /// It could not be looked at.
    Skipped,
}

/// All that was looked at, in order.
#[derive(Default)]
pub(super) struct Findings(Vec<(&'static str, Standing, String)>);

impl Findings {
    pub(super) fn ok(&mut self, name: &'static str, words: String) {
        self.0.push((name, Standing::Ok, words));
    }

    pub(super) fn fail(&mut self, name: &'static str, words: String) {
        self.0.push((name, Standing::Failed, words));
    }

    pub(super) fn advise(&mut self, name: &'static str, words: String) {
        self.0.push((name, Standing::Advice, words));
    }

    pub(super) fn skip(&mut self, name: &'static str, words: String) {
        self.0.push((name, Standing::Skipped, words));
    }

    /// Whether something failed.
    pub(super) fn failed(&self) -> bool {
        self.0
            .iter()
            .any(|(_, standing, _)| *standing == Standing::Failed)
    }

    pub(super) fn print(&self, json: bool) {
        if json {
            let checks = self.0.iter().map(|(name, standing, words)| {
                json!({ "check": name, "standing": standing.as_str(), "words": words })
            });
            object(&json!({ "ok": !self.failed(), "checks": checks.collect::<Vec<Value>>() }));
            return;
        }
        for (name, standing, words) in &self.0 {
            let style = standing.style();
            let mark = standing.mark();
            output::styled(format_args!(
                "{style}{mark}{style:#} {}{}",
                label(name),
                crate::harmless::lines(words)
            ));
        }
    }
}

impl Standing {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Advice => "advice",
            Self::Skipped => "skipped",
        }
    }

    fn mark(self) -> &'static str {
        match self {
            Self::Ok => language().pick("正常", "ok    "),
            Self::Failed => language().pick("失败", "failed"),
            Self::Advice => language().pick("提示", "note  "),
            Self::Skipped => language().pick("未查", "-     "),
        }
    }

    fn style(self) -> Style {
        match self {
            Self::Ok => AnsiColor::Green.on_default(),
            Self::Failed => AnsiColor::Red.on_default().bold(),
            Self::Advice => AnsiColor::Yellow.on_default(),
            Self::Skipped => Style::new().dimmed(),
        }
    }
}

fn label(name: &str) -> String {
    let words = language();
    let label = match name {
        "configuration" => words.pick("配置", name),
        "key" => words.pick("密钥", name),
        "address" => words.pick("地址", name),
        "token" => words.pick("access_token", name),
        "signature" => words.pick("签名", name),
        "clock" => words.pick("时钟", name),
        "ip" => words.pick("退款 IP 名单", "refund IP list"),
        "store" => words.pick("存储", name),
        other => other,
    };
    words.pick(format!("{label}："), format!("{label}: "))
}
