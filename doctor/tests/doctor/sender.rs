//! The senders of the tests: messages, and a signer that is not the crate's.

use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use sha2::Sha256;
use signed_xml_doctor::{Case, Examination, Kind, Show, Table, Verdict};

pub(crate) const KEY: &str = "Q7f3c27e9b4d58606e1d7c9025b8f4x2";
pub(crate) const SECRET: &str = "5f0c9d1e7a3b48266e1f8d0b9c7a2e34";

/// The fields of a message, in the order in which it is sent.
#[derive(Clone)]
pub(crate) struct Sent(pub(crate) Vec<(String, String)>);

impl Sent {
    fn new(fields: &[(&str, &str)]) -> Self {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self(fields.iter().map(own).collect())
    }

    pub(crate) fn value(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(other, _)| other == name);
        found.map_or("", |(_, value)| value)
    }

    /// The fields that are signed, by name.
    pub(crate) fn sorted(&self) -> Vec<(String, String)> {
        let mut pairs: Vec<_> = self
            .0
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .cloned()
            .collect();
        pairs.sort();
        pairs
    }

    pub(crate) fn canonical(&self) -> String {
        joined(&self.sorted())
    }

    pub(crate) fn canonical_with(&self, equals: &str, between: &str) -> String {
        let pairs: Vec<String> = self
            .sorted()
            .iter()
            .map(|(name, value)| format!("{name}{equals}{value}"))
            .collect();
        pairs.join(between)
    }

    /// The canonical string with each value changed.
    pub(crate) fn each(&self, change: impl Fn(&str) -> String) -> String {
        let pairs: Vec<_> = self
            .sorted()
            .into_iter()
            .map(|(name, value)| (name, change(&value)))
            .collect();
        joined(&pairs)
    }

    /// The canonical string with some fields changed, by name.
    pub(crate) fn with(&self, change: impl Fn(&str, &str) -> Option<(String, String)>) -> String {
        let mut pairs: Vec<_> = self
            .sorted()
            .iter()
            .filter_map(|(name, value)| change(name, value))
            .collect();
        pairs.sort();
        joined(&pairs)
    }

    /// The canonical string with fields added.
    pub(crate) fn plus(&self, more: &[(&str, &str)]) -> String {
        let mut pairs = self.sorted();
        pairs.extend(
            more.iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        pairs.sort();
        joined(&pairs)
    }

    pub(crate) fn xml(&self, sign: &str) -> String {
        let mut body = String::from("<xml>");
        for (name, value) in &self.0 {
            body.push_str(&format!("<{name}><![CDATA[{value}]]></{name}>"));
        }
        body + &format!("<sign>{sign}</sign></xml>")
    }

    pub(crate) fn json(&self, sign: &str) -> String {
        let mut object = serde_json::Map::new();
        for (name, value) in &self.0 {
            object.insert(name.clone(), value.as_str().into());
        }
        object.insert("sign".into(), sign.into());
        serde_json::Value::Object(object).to_string()
    }
}

pub(crate) fn joined(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

pub(crate) fn md5(bytes: impl AsRef<[u8]>) -> String {
    hex(&Md5::digest(bytes.as_ref()))
}

pub(crate) fn hmac_sha256(key: &[u8], bytes: impl AsRef<[u8]>) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    hex(&mac.chain_update(bytes.as_ref()).finalize().into_bytes())
}

/// The signature of a string whose sender does the rest right.
pub(crate) fn signed(canonical: &str) -> String {
    md5(format!("{canonical}&key={KEY}"))
}

/// The table that the examiner has of all messages here.
pub(crate) fn table() -> Table {
    Table::new()
        .field("appid", &[], false)
        .field("mch_id", &[], false)
        .field("sub_mch_id", &[], false)
        .field("nonce_str", &[], false)
        .field("title", &["subject"], false)
        .field("attach", &[], false)
        .field("device", &[], false)
        .field("total_fee", &[], false)
        .field("cash_fee", &[], false)
        .field("casha", &[], false)
        .field("cashz", &[], false)
        .field("Self_fee", &["self_fee"], false)
        .field("goods_10", &[], false)
        .field("goods_2", &[], false)
        .field("detail", &[], true)
        .field("patient", &[], true)
        .field("notify_url", &[], false)
        .field("made_at", &[], false)
        .field("remark", &[], true)
        .field("long_no", &[], false)
        .field("paid", &[], false)
        .field("rate", &[], false)
        .field("sign", &[], false)
}

/// Messages of different kinds: Chinese, a JSON payload, numbers, blanks, emoji, few fields.
pub(crate) fn messages() -> Vec<Sent> {
    vec![
        Sent::new(&[
            ("nonce_str", "ibuaiVcKdpRxkhJA"),
            ("appid", "wx8e1c6b4d2f9a7053"),
            ("mch_id", "1900000101"),
            ("sub_mch_id", "1900000102"),
            ("title", "挂号费（门诊）"),
            ("total_fee", "7750"),
            ("cash_fee", "0"),
            ("casha", "c"),
            ("cashz", "d"),
            ("Self_fee", "120"),
            ("goods_10", "b"),
            ("goods_2", "a"),
            ("attach", ""),
            (
                "detail",
                r#"{"z":"血常规 <b>","a":{"price":1.50,"url":"http://h/x?a=1&b=2"}}"#,
            ),
            ("patient", "张三"),
            ("notify_url", "https://hospital.example/notify?id=1&x=(2)*~"),
            ("made_at", "20181204075841"),
            ("remark", " two  words \"quoted\" and it's\ta tab "),
            ("long_no", "4003522001201706135577210346"),
            ("paid", "true"),
            ("rate", "1.50"),
        ]),
        Sent::new(&[
            ("title", "Médecine générale 😀 药"),
            ("appid", "wx1"),
            ("zusatz", "0"),
            ("cash_fee", "0"),
            ("total_fee", "12345678"),
            ("Self_fee", "30"),
            ("attach", ""),
            ("goods_2", "y"),
            ("goods_10", "x"),
            ("patient", "欧阳 娜娜"),
            (
                "detail",
                r#"{"items":[{"n":"CT检查","q":2},{"n":"a/b","q":1}]}"#,
            ),
            ("made_at", "20260102030405"),
            ("paid", "false"),
            ("remark", "\u{FEFF}第一行\r\n第二行 & <三>"),
        ]),
        Sent::new(&[
            ("mch_id", "1900000201"),
            ("appid", "wx61f0a3d9c7e25b84"),
            ("device", "窗口 3"),
            ("total_fee", "30"),
            ("cash_fee", "0"),
            ("nonce_str", "0d9e4b7a61c85f32"),
        ]),
    ]
}

pub(crate) fn case(body: &[u8]) -> Case<'_> {
    Case::new(body, KEY)
        .secret("the app secret", SECRET)
        .known_value("openid", "oPatientOfTheTests")
        .table(table())
        .show(Show::Public)
}

pub(crate) fn examined(body: &[u8]) -> Examination {
    case(body).examine()
}

pub(crate) fn kinds(examination: &Examination) -> Vec<Kind> {
    match &examination.verdict {
        Verdict::Explained { mistakes } => mistakes.iter().map(|mistake| mistake.kind).collect(),
        _ => Vec::new(),
    }
}
