//! No secret is ever shown, and no value that the caller has not asked for.

use signed_xml_doctor::{Case, Examination, Language, Show};

use crate::sender::{KEY, SECRET, Sent, case, md5, messages, signed, table};

/// All that can be printed of an examination.
fn printed(examination: &Examination) -> String {
    [
        format!("{examination:?}"),
        format!("{examination}"),
        format!("{examination:#}"),
        serde_json::to_string(examination).unwrap(),
        examination.summary(Language::English),
        examination.summary(Language::Chinese),
    ]
    .join("\n")
}

/// Signatures of a message that is signed in many ways, right and wrong.
fn signatures(sent: &Sent) -> Vec<String> {
    let text = sent.canonical();
    let upper = |v: &str| v.to_uppercase();
    vec![
        signed(&text),
        md5(&text),
        md5(format!("{text}&key={SECRET}")),
        md5(format!("{text}&key={KEY}\n")),
        md5(sent.plus(&[("key", KEY)])),
        signed(&sent.each(upper)),
        signed(&sent.each(|v| format!("<![CDATA[{v}]]>"))),
        signed(&sent.with(|n, v| (n != "patient").then(|| (n.into(), v.into())))),
        signed(&sent.with(|n, v| {
            Some((
                n.into(),
                if n == "patient" {
                    "李四".into()
                } else {
                    v.into()
                },
            ))
        })),
        md5("another message"),
        KEY.to_owned(),
        SECRET.to_owned(),
        String::new(),
    ]
}

#[test]
fn no_key_and_no_confidential_value_is_shown() {
    for sent in messages() {
        for sign in signatures(&sent) {
            for body in [sent.xml(&sign), sent.json(&sign)] {
                for show in [Show::Masked, Show::Public] {
                    let case = case(body.as_bytes()).show(show);
                    let text = printed(&case.examine()) + &format!("{case:?}");
                    for secret in [KEY, SECRET] {
                        assert!(!text.contains(secret), "{text}");
                    }
                    for name in ["patient", "detail", "remark", "zusatz"] {
                        let value = sent.value(name);
                        assert!(value.len() < 3 || !text.contains(value), "{name}: {text}");
                        assert!(!text.contains("血常规") && !text.contains("检查"), "{text}");
                    }
                    if show == Show::Masked {
                        for name in ["title", "notify_url", "appid"] {
                            let value = sent.value(name);
                            assert!(value.len() < 4 || !text.contains(value), "{name}: {text}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn without_a_table_every_value_is_confidential() {
    let sent = &messages()[0];
    let body = sent.xml(&signed("another message"));
    let text = printed(&Case::new(body.as_bytes(), KEY).show(Show::Public).examine());
    for (_, value) in sent.0.iter().filter(|(_, value)| value.len() > 4) {
        assert!(!text.contains(value.as_str()), "{value}: {text}");
    }
}

#[test]
fn a_secret_that_stands_in_the_message_is_not_repeated() {
    let mut sent = messages()[2].clone();
    sent.0.push(("attach".into(), format!("my key is {KEY}")));
    sent.0.push((format!("k{KEY}"), SECRET.into()));
    for sign in [
        signed(&sent.canonical()),
        md5("x"),
        KEY.to_owned(),
        format!("{KEY}\n"),
    ] {
        let body = sent.xml(&sign);
        let examination = case(body.as_bytes())
            .table(table())
            .show(Show::All)
            .examine();
        let text = printed(&examination);
        assert!(!text.contains(KEY) && !text.contains(SECRET), "{text}");
        assert!(text.contains("[secret]"));
    }
    for body in [
        format!("<xml><{KEY}>"),
        format!("{{\"{KEY}\":"),
        format!("{KEY}={SECRET}&a=b"),
    ] {
        let text = printed(&case(body.as_bytes()).show(Show::All).examine());
        assert!(!text.contains(KEY) && !text.contains(SECRET), "{text}");
    }
}

#[test]
fn all_values_are_shown_to_who_asks() {
    let sent = &messages()[0];
    let body = sent.xml(&signed("another message"));
    let text = printed(&case(body.as_bytes()).show(Show::All).examine());
    assert!(text.contains("张三") && text.contains("挂号费（门诊）"));
    let text = printed(&case(body.as_bytes()).show(Show::Public).examine());
    assert!(text.contains("挂号费（门诊）") && text.contains("patient=[2 characters, 6 bytes]"));
    let text = printed(&case(body.as_bytes()).show(Show::Masked).examine());
    assert!(text.contains("title=挂…） [7 characters]"), "{text}");
}
