//! What a developer copies to call the sandbox: in Rust, curl, Python, Java and Node.
//!
//! Each fetches a token, places an order of 77.50 yuan as the hospital that is shown, and prints
//! where the patient pays. A test runs those in languages that the machine has.

use crate::config::{MerchantConfig, Mode};

/// A program to copy.
pub(super) struct Snippet {
    pub(super) language: &'static str,
    pub(super) text: String,
}

/// All languages, for one hospital.
pub(super) fn all(origin: &str, hospital: &MerchantConfig) -> Vec<Snippet> {
    let snippet = |language, template: &str| Snippet {
        language,
        text: filled(template, origin, hospital),
    };
    vec![
        snippet("Rust", RUST),
        snippet("curl", include_str!("../../../templates/snippets/order.sh")),
        snippet(
            "Python",
            include_str!("../../../templates/snippets/order.py"),
        ),
        snippet(
            "Java",
            include_str!("../../../templates/snippets/Order.java"),
        ),
        snippet(
            "Node",
            include_str!("../../../templates/snippets/order.mjs"),
        ),
    ]
}

/// The call that a newcomer makes first: the access token.
pub(super) fn first_call(origin: &str, hospital: &MerchantConfig) -> String {
    let text = include_str!("../../../templates/snippets/order.sh");
    let lines = text.lines().filter(|line| line.starts_with("TOKEN="));
    filled(&lines.collect::<Vec<_>>().join("\n"), origin, hospital) + "\necho $TOKEN"
}

const RUST: &str = include_str!("../../../templates/snippets/order.rs.txt");

/// Fills in what a template names between `@`.
fn filled(template: &str, origin: &str, hospital: &MerchantConfig) -> String {
    let provider = hospital.mode == Mode::ServiceProvider;
    // A line that ends in `@provider` or `@independent` stands for that kind of access alone.
    let lines = template.lines().filter_map(|line| {
        let kept = |mark: &str, wanted: bool| {
            line.strip_suffix(mark)
                .map(|line| (wanted, line.trim_end()))
        };
        match kept("@provider", provider).or_else(|| kept("@independent", !provider)) {
            Some((true, line)) => Some(line),
            Some((false, _)) => None,
            None => Some(line),
        }
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let optional = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        ("@origin@", origin.to_owned()),
        ("@appid@", hospital.appid.clone()),
        ("@mch_id@", hospital.mch_id.clone()),
        ("@sub_appid@", optional(&hospital.sub_appid)),
        ("@sub_mch_id@", optional(&hospital.sub_mch_id)),
        ("@app_secret@", hospital.app_secret.clone()),
        ("@key@", hospital.key.clone()),
        ("@name@", hospital.name.clone()),
    ]
    .into_iter()
    .fold(text, |text, (mark, value)| text.replace(mark, &value))
}
