//! No mistake is named where there is none, and none that was not made.

use signed_xml_doctor::{Case, Kind, Show, Verdict};

use crate::sender::{KEY, SECRET, Sent, case, hmac_sha256, joined, md5, messages, signed, table};

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // Knuth's MMIX.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.roll(list.len())].clone()
    }

    fn key(&mut self) -> String {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        (0..32).map(|_| char::from(self.pick(LETTERS))).collect()
    }

    fn message(&mut self) -> Sent {
        const NAMES: &[&str] = &[
            "appid",
            "mch_id",
            "nonce_str",
            "title",
            "attach",
            "device",
            "total_fee",
            "cash_fee",
            "Self_fee",
            "goods_2",
            "goods_10",
            "detail",
            "patient",
            "notify_url",
            "remark",
            "neu",
        ];
        const VALUES: &[&str] = &[
            "",
            "0",
            "1",
            "7750",
            "77.50",
            "wx1",
            "挂号费",
            "张三",
            " a b ",
            "{\"a\":1,\"b\":\"二\"}",
            "https://h/x?a=1&b=2",
            "é",
            "😀",
            "20181204075841",
            "true",
            "null",
            "<b>&amp;</b>",
            "%E6%8C%82",
        ];
        let first = self.roll(NAMES.len());
        let count = 1 + self.roll(5);
        let names = NAMES.iter().cycle().skip(first).take(count);
        Sent(
            names
                .map(|name| ((*name).to_owned(), self.pick(VALUES).to_owned()))
                .collect(),
        )
    }
}

/// Whether the message has a field that is signed: without one, a sender signs the key alone.
fn has_fields(sent: &Sent) -> bool {
    !sent.canonical().is_empty()
}

#[test]
fn a_thousand_right_messages_are_right() {
    let mut dice = Dice(1);
    let mut messages = 0;
    while messages < 1_000 {
        let mut sent = dice.message();
        if !has_fields(&sent) {
            continue;
        }
        messages += 1;
        let by_hmac = dice.roll(3) == 0;
        if by_hmac {
            sent.0.push(("sign_type".into(), "HMAC-SHA256".into()));
        }
        let sign = match by_hmac {
            true => hmac_sha256(KEY.as_bytes(), format!("{}&key={KEY}", sent.canonical())),
            false => signed(&sent.canonical()),
        };
        let body = if dice.roll(2) == 0 {
            sent.xml(&sign)
        } else {
            sent.json(&sign)
        };
        let examination = case(body.as_bytes()).examine();
        assert_eq!(examination.verdict, Verdict::Right, "{body}");
        assert!(examination.matches && examination.problem.is_none());
    }
}

#[test]
fn a_thousand_messages_with_another_key_are_not_explained() {
    let run = |seed: u64| {
        let mut dice = Dice(seed);
        let mut messages = 0;
        while messages < 250 {
            let sent = dice.message();
            if !has_fields(&sent) {
                continue;
            }
            messages += 1;
            let key = dice.key();
            let text = format!("{}&key={key}", sent.canonical());
            let sign = match dice.roll(4) {
                0 => hmac_sha256(key.as_bytes(), text),
                1 => md5(text).to_lowercase(),
                _ => md5(text),
            };
            let body = if dice.roll(2) == 0 {
                sent.xml(&sign)
            } else {
                sent.json(&sign)
            };
            let examination = case(body.as_bytes()).examine();
            assert_eq!(examination.verdict, Verdict::NoneOfTheKnown, "{body}");
            assert!(examination.tried.complete && examination.tried.signatures > 100);
        }
    };
    std::thread::scope(|scope| {
        for seed in [11, 12, 13, 14] {
            scope.spawn(move || run(seed));
        }
    });
}

#[test]
fn a_value_that_changed_after_signing_is_not_explained() {
    let sent = &messages()[0];
    let body = sent.xml(&signed(&sent.canonical())).replace("7750", "7751");
    let examination = case(body.as_bytes()).examine();
    assert_eq!(examination.verdict, Verdict::NoneOfTheKnown);
    for kind in [
        Kind::ZeroLeftOut,
        Kind::CharsetSigned,
        Kind::OtherSecret,
        Kind::KeyBlanks,
    ] {
        assert!(examination.tried.mistakes.contains(&kind), "{kind}");
    }
    let page = examination.to_string();
    assert!(
        page.contains("tried: ") && page.contains("zero_left_out"),
        "{page}"
    );
    assert!(format!("{examination:#}").contains("已尝试："));
}

#[test]
fn the_right_signature_is_given_only_to_who_asks() {
    let sent = &messages()[2];
    let right = signed(&sent.canonical());
    let body = sent.xml("0");
    let shown = |case: Case<'_>| serde_json::to_string(&case.examine()).unwrap();
    let asked = case(body.as_bytes()).show(Show::All).with_right_signature();
    assert!(shown(asked).contains(&right));
    for show in [Show::Masked, Show::Public, Show::All] {
        assert!(!shown(case(body.as_bytes()).show(show)).contains(&right));
    }
    // Nor by way of the sender's string: it signed its own signature.
    let twice = sent.plus(&[("sign", &right)]);
    let body = sent.xml(&signed(&twice));
    assert!(!shown(case(body.as_bytes()).show(Show::All)).contains(&right));
}

#[test]
fn one_changed_value_in_a_large_message_is_given_up_in_time() {
    let fields: Vec<(String, String)> = (0..900)
        .map(|i| (format!("field_{i}"), "挂号".repeat(150)))
        .collect();
    let sent = Sent(fields);
    let body = sent.xml(&md5(format!("{}&key={SECRET}x", joined(&sent.sorted()))));
    let examination = Case::new(body.as_bytes(), KEY).table(table()).examine();
    assert_eq!(examination.verdict, Verdict::NoneOfTheKnown);
    assert!(!examination.tried.complete);
    assert!(examination.to_string().contains("not all pairs"));
}
