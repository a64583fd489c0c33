//! Senders that sign a wrong string, or send another message than they signed.

use signed_xml_doctor::Kind;

use crate::sender::{joined, signed};
use crate::wrong::{NULLS, Row, backslash_x, body, escaped, json, only, percent, rest, unicode};

pub(crate) const ROWS: &[Row] = &[
    (Kind::SignMissing, "no sign", |s| {
        Some(s.xml("").into_bytes())
    }),
    (Kind::SignMisnamed, "Sign", |s| {
        let body = s.xml(&signed(&s.canonical()));
        Some(body.replace("sign>", "Sign>").into_bytes())
    }),
    (Kind::SignMisnamed, "signature", |s| {
        let body = s.xml(&signed(&s.canonical()));
        Some(body.replace("sign>", "signature>").into_bytes())
    }),
    (Kind::ZeroLeftOut, "0 dropped", |s| {
        let zeros = s.sorted().iter().filter(|(_, value)| value == "0").count();
        let canonical = s.with(|n, v| (v != "0").then(|| (n.into(), v.into())));
        (zeros > 1).then(|| body(s, &canonical))?
    }),
    (Kind::FieldLeftOut, "one field", |s| {
        body(s, &rest(s, &["total_fee"]))
    }),
    (Kind::FieldLeftOut, "two fields", |s| {
        body(s, &rest(s, &["total_fee", "appid"]))
    }),
    (Kind::FieldLeftOut, "two others", |s| {
        body(s, &rest(s, &["mch_id", "nonce_str"]))
    }),
    (Kind::UnknownLeftOut, "unknown", |s| {
        body(s, &rest(s, &["zusatz"]))
    }),
    (Kind::FamilyLeftOut, "goods_", |s| {
        (!s.value("goods_2").is_empty()).then(|| body(s, &rest(s, &["goods_2", "goods_10"])))?
    }),
    (Kind::EmptySigned, "attach=", |s| {
        s.0.iter()
            .any(|(name, _)| name == "attach")
            .then(|| body(s, &s.plus(&[("attach", "")])))?
    }),
    (Kind::EmptySigned, "device= of the table", |s| {
        s.value("device")
            .is_empty()
            .then(|| body(s, &s.plus(&[("device", "")])))?
    }),
    (Kind::AbsentSigned, "null for an absent one", |s| {
        s.value("device")
            .is_empty()
            .then(|| body(s, &s.plus(&[("device", NULLS[0])])))?
    }),
    (Kind::AbsentSigned, "None for an absent one", |s| {
        s.value("rate")
            .is_empty()
            .then(|| body(s, &s.plus(&[("rate", NULLS[1])])))?
    }),
    (Kind::AbsentSigned, "undefined for an empty one", |s| {
        let has = s.0.iter().any(|(name, _)| name == "attach");
        has.then(|| body(s, &s.plus(&[("attach", NULLS[2])])))?
    }),
    (Kind::SignSigned, "empty sign", |s| {
        body(s, &s.plus(&[("sign", "")]))
    }),
    (Kind::SignSigned, "signed twice", |s| {
        body(s, &s.plus(&[("sign", &signed(&s.canonical()))]))
    }),
    (Kind::FieldAdded, "sign_type", |s| {
        body(s, &s.plus(&[("sign_type", "MD5")]))
    }),
    (Kind::FieldAdded, "an id of the configuration", |s| {
        body(s, &s.plus(&[("openid", "oPatientOfTheTests")]))
    }),
    (Kind::Renamed, "alias", |s| {
        let rename = |n: &str| {
            if n == "title" {
                "subject".to_owned()
            } else {
                n.to_owned()
            }
        };
        body(s, &s.with(|n, v| Some((rename(n), v.into()))))
    }),
    (Kind::Renamed, "lower case of one", |s| {
        (!s.value("Self_fee").is_empty()).then(|| {
            let names = ["goods_2", "Self_fee"];
            let rename = |n: &str| {
                if names.contains(&n) {
                    n.to_lowercase()
                } else {
                    n.to_owned()
                }
            };
            body(s, &s.with(|n, v| Some((rename(n), v.into()))))
        })?
    }),
    (Kind::NamesRespelled, "camelCase", |s| {
        let camel = |n: &str| {
            let mut parts = n.split('_');
            let first = parts.next().unwrap().to_owned();
            parts.fold(first, |name, part| {
                name + &part[..1].to_uppercase() + &part[1..]
            })
        };
        body(s, &s.with(|n, v| Some((camel(n), v.into()))))
    }),
    (Kind::Flattened, "members as fields", |s| {
        let detail: serde_json::Value = serde_json::from_str(s.value("detail")).ok()?;
        let price = detail.get("a")?.get("price")?;
        assert_eq!(price.to_string(), "1.5");
        let mut pairs = s.sorted();
        pairs.retain(|(n, _)| n != "detail");
        pairs.push(("detail.z".into(), "血常规 <b>".into()));
        pairs.push(("detail.a.price".into(), "1.50".into()));
        pairs.push(("detail.a.url".into(), "http://h/x?a=1&b=2".into()));
        pairs.sort();
        body(s, &joined(&pairs))
    }),
    (Kind::Flattened, "[object Object]", |s| {
        only(s, "detail", |_| "[object Object]".into())
    }),
    (Kind::Repeated, "the last one counts", |s| {
        let mut twice = s.clone();
        twice.0.insert(0, ("total_fee".into(), "1".into()));
        Some(twice.xml(&signed(&s.canonical())).into_bytes())
    }),
    (Kind::CdataSigned, "all", |s| {
        body(s, &s.each(|v| format!("<![CDATA[{v}]]>")))
    }),
    (Kind::CdataSigned, "all but numbers", |s| {
        let number = |v: &str| v.bytes().all(|b| b.is_ascii_digit());
        body(
            s,
            &s.each(|v| {
                if number(v) {
                    v.into()
                } else {
                    format!("<![CDATA[{v}]]>")
                }
            }),
        )
    }),
    (Kind::CdataSigned, "one", |s| {
        only(s, "title", |v| format!("<![CDATA[{v}]]>"))
    }),
    (Kind::EscapesSigned, "& < >", |s| body(s, &s.each(escaped))),
    (Kind::EscapesSigned, "with quotes", |s| {
        body(
            s,
            &s.each(|v| escaped(v).replace('"', "&quot;").replace('\'', "&apos;")),
        )
    }),
    (Kind::EscapesSigned, "references", |s| {
        let one = |c: char| {
            if c.is_ascii() {
                escaped(&c.to_string())
            } else {
                format!("&#{};", u32::from(c))
            }
        };
        body(s, &s.each(|v| v.chars().map(one).collect()))
    }),
    (Kind::EscapesSent, "escaped in CDATA", |s| {
        let sign = signed(&s.canonical());
        let mut sent = s.clone();
        sent.0.iter_mut().for_each(|(_, v)| *v = escaped(v));
        (sent.0 != s.0).then(|| sent.xml(&sign).into_bytes())
    }),
    (Kind::Trimmed, "blanks", |s| {
        body(s, &s.each(|v| v.trim_matches(' ').to_owned()))
    }),
    (Kind::PrettyPrinted, "on lines of their own", |s| {
        let mut text = String::from("<xml>\n");
        for (name, value) in &s.0 {
            if value.trim() != value {
                return None;
            }
            text += &format!("  <{name}>\n    <![CDATA[{value}]]>\n  </{name}>\n");
        }
        Some((text + &format!("<sign>{}</sign></xml>", signed(&s.canonical()))).into_bytes())
    }),
    (Kind::BlanksChanged, "line ends", |s| {
        body(s, &s.each(|v| v.replace("\r\n", "\n")))
    }),
    (Kind::PercentSigned, "RFC 3986", |s| {
        body(s, &s.each(|v| percent(v, "-_.~", false, false)))
    }),
    (Kind::PercentSigned, "form", |s| {
        body(s, &s.each(|v| percent(v, "-_.*", true, false)))
    }),
    (Kind::PercentSigned, "lower case", |s| {
        body(s, &s.each(|v| percent(v, "-_.!*()", true, true)))
    }),
    (Kind::PercentSigned, "one", |s| {
        only(s, "title", |v| percent(v, "-_.~", false, false))
    }),
    (Kind::PercentSent, "sent encoded", |s| {
        let sign = signed(&s.canonical());
        let mut sent = s.clone();
        sent.0
            .iter_mut()
            .for_each(|(_, v)| *v = percent(v, "-_.~", false, false));
        Some(sent.xml(&sign).into_bytes())
    }),
    (Kind::BackslashXSigned, "\\x", |s| {
        body(s, &s.each(backslash_x))
    }),
    (Kind::BackslashXSent, "logged by nginx", |s| {
        let sign = signed(&s.canonical());
        let mut sent = s.clone();
        sent.0
            .iter_mut()
            .for_each(|(_, v)| *v = backslash_x(v).replace('"', "\\x22"));
        Some(sent.xml(&sign).into_bytes())
    }),
    (Kind::BackslashUSigned, "\\u", |s| body(s, &s.each(unicode))),
    (Kind::BackslashUSent, "sent with \\u", |s| {
        let sign = signed(&s.canonical());
        let mut sent = s.clone();
        sent.0.iter_mut().for_each(|(_, v)| *v = unicode(v));
        Some(sent.xml(&sign).into_bytes())
    }),
    (Kind::JsonRewritten, "through floating point", |s| {
        s.value("detail")
            .contains("1.50")
            .then(|| json(s, ToString::to_string))?
    }),
    (Kind::JsonRewritten, "sorted", |s| {
        only(s, "detail", |v| {
            v.replace(
                r#"{"z":"血常规 <b>","a":{"price":1.50,"url":"http://h/x?a=1&b=2"}}"#,
                r#"{"a":{"price":1.50,"url":"http://h/x?a=1&b=2"},"z":"血常规 <b>"}"#,
            )
        })
    }),
    (Kind::JsonRewritten, "slashes", |s| {
        only(s, "detail", |v| unicode(v).replace('/', "\\/"))
    }),
    (Kind::JsonRewritten, "blanks", |s| {
        only(s, "detail", |v| {
            v.replace("\":", "\": ")
                .replace(",\"", ", \"")
                .replace("},{", "}, {")
        })
    }),
    (Kind::QuotesSigned, "in quotes", |s| {
        body(s, &s.each(|v| format!("\"{v}\"")))
    }),
    (Kind::QuotesSigned, "escaped quotes", |s| {
        body(s, &s.each(|v| v.replace('"', "\\\"")))
    }),
    (Kind::NumberReformatted, "77.50", |s| {
        only(s, "total_fee", |v| {
            format!("{:.2}", v.parse::<f64>().unwrap() / 100.0)
        })
    }),
    (Kind::NumberReformatted, "77.50 of all amounts", |s| {
        let amount = |n: &str| n.ends_with("_fee");
        let yuan = |v: &str| format!("{:.2}", v.parse::<f64>().unwrap() / 100.0);
        body(
            s,
            &s.with(|n, v| Some((n.into(), if amount(n) { yuan(v) } else { v.into() }))),
        )
    }),
    (Kind::NumberReformatted, "7750.0", |s| {
        only(s, "total_fee", |v| format!("{v}.0"))
    }),
    (Kind::NumberReformatted, "7.75e3", |s| {
        only(s, "total_fee", |v| {
            let text = format!("{:e}", v.parse::<f64>().unwrap());
            if text.contains('.') {
                text
            } else {
                text.replace('e', ".0e")
            }
        })
    }),
    (Kind::NumberReformatted, "1.5", |s| {
        only(s, "rate", |_| "1.5".into())
    }),
    (Kind::NumberReformatted, "long digits", |s| {
        only(s, "long_no", |_| "4.003522001201706E27".into())
    }),
    (Kind::TimeReformatted, "with dashes", |s| {
        only(s, "made_at", |v| {
            format!(
                "{}-{}-{} {}:{}:{}",
                &v[..4],
                &v[4..6],
                &v[6..8],
                &v[8..10],
                &v[10..12],
                &v[12..]
            )
        })
    }),
    (Kind::BooleanReformatted, "True", |s| {
        only(s, "paid", |v| v[..1].to_uppercase() + &v[1..])
    }),
    (Kind::ValueCase, "upper case", |s| {
        body(s, &s.each(|v| v.to_uppercase()))
    }),
    (Kind::InvisibleDropped, "BOM", |s| {
        body(s, &s.each(|v| v.replace('\u{FEFF}', "")))
    }),
    (Kind::Normalized, "half width", |s| {
        body(s, &s.each(|v| v.replace('（', "(").replace('）', ")")))
    }),
    (Kind::Normalized, "NFD", |s| {
        body(s, &s.each(|v| v.replace('é', "e\u{301}")))
    }),
    (Kind::AstralLost, "emoji", |s| {
        body(s, &s.each(|v| v.replace('😀', "?")))
    }),
    (Kind::MojibakeSigned, "as Latin-1", |s| {
        body(s, &s.each(|v| v.bytes().map(char::from).collect()))
    }),
    (Kind::MojibakeSent, "as Latin-1", |s| {
        let sign = signed(&s.canonical());
        let mut sent = s.clone();
        sent.0
            .iter_mut()
            .for_each(|(_, v)| *v = v.bytes().map(char::from).collect());
        Some(sent.xml(&sign).into_bytes())
    }),
];
