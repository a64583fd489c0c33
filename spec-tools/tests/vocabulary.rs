//! The words of `vocabulary.toml`: what they say of fields, and a spec that has none.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

#[path = "../../codegen/tests/golden/mod.rs"]
mod golden;

use golden::{CLEAN, GOLDEN, folder, texts_of};
use signed_xml_codegen::model::{FieldWords, Vocabulary};
use signed_xml_codegen::{Code, Model, Sources, compile, load};
use signed_xml_spec_tools::{import, lint, site};

fn words() -> FieldWords {
    load(&folder(CLEAN)).unwrap().vocabulary.fields
}

/// A spec whose vocabulary is this text, or that has none.
fn with(spec: &str, vocabulary: Option<&str>) -> Model {
    let mut texts = texts_of(spec);
    texts.retain(|(name, _)| name != "vocabulary.toml");
    texts.extend(vocabulary.map(|text| ("vocabulary.toml".to_owned(), text.to_owned())));
    compile(Sources::from_texts("spec", texts)).unwrap()
}

#[test]
fn a_person_is_known_by_the_name_or_by_the_label() {
    for (name, label) in [
        ("sub_openid", "x"),
        ("staff", "操作员姓名"),
        ("spbill_create_ip", "用户端ip"),
        ("contact", "联系电话"),
        ("addr", "收货地址"),
    ] {
        assert!(words().personal.fit(name, label), "{name} {label}");
    }
}

#[test]
fn a_name_or_label_that_only_looks_like_that_of_a_person_is_not_one() {
    for (name, label) in [
        ("shop_name", "商店名称"),
        ("notify_url", "回调地址"),
        ("trip_id", "行程"),
        ("bank", "付款银行"),
        ("tip", "提示"),
    ] {
        assert!(!words().personal.fit(name, label), "{name} {label}");
    }
}

#[test]
fn a_secret_is_known_by_the_name_or_by_the_label() {
    for (name, label) in [
        ("agentsecret", "x"),
        ("access_token", "x"),
        ("k", "商户密钥"),
    ] {
        assert!(words().secret.fit(name, label), "{name} {label}");
    }
    for (name, label) in [
        ("sign", "签名"),
        ("secretary", "秘书"),
        ("keyword", "关键字"),
    ] {
        assert!(!words().secret.fit(name, label), "{name} {label}");
    }
}

#[test]
fn money_is_known_by_the_last_word_of_a_name() {
    assert!(words().money.fit("total_fee", "x"));
    assert!(!words().money.fit("fee_type", "x"));
    assert!(words().money.fit("x", "医保账户余额"));
}

#[test]
fn a_spec_without_a_vocabulary_compiles_and_has_a_site_and_its_lint_judges_no_words() {
    let model = with(GOLDEN, None);
    assert!(site::emit(&model).is_ok());
    let codes = lint::check(&with(CLEAN, None));
    let of_words = [
        lint::codes::PERSONAL_UNMARKED,
        lint::codes::SECRET_UNMARKED,
        lint::codes::UNIT_MISSING,
    ];
    assert!(codes.iter().all(|found| !of_words.contains(&found.code)));
}

#[test]
fn without_a_vocabulary_no_table_is_found_and_the_error_says_what_is_missing() {
    let text = include_str!("import/clinic.txt");
    let error = import::read(text.as_bytes(), &with(GOLDEN, None)).unwrap_err();
    assert!(error.to_string().contains("vocabulary.toml"), "{error}");
}

#[test]
fn a_vocabulary_in_another_language_is_enough_for_the_lint() {
    let other = "[fields.personal]\nlabels = [\"单价\"]\n";
    let model = with(CLEAN, Some(other));
    assert_eq!(model.vocabulary.fields.personal.labels, ["单价"]);
    assert!(model.vocabulary.fields.personal.fit("x", "单价"));
    assert!(!Vocabulary::default().fields.personal.fit("x", "单价"));
}

#[test]
fn a_misspelt_key_of_the_vocabulary_is_reported_with_its_place() {
    let mut texts = texts_of(CLEAN);
    let (_, text) = texts
        .iter_mut()
        .find(|(name, _)| name == "vocabulary.toml")
        .unwrap();
    *text = text.replace("[fields.personal]\nnames", "[fields.personal]\nname");
    let report = compile(Sources::from_texts("spec", texts)).unwrap_err();
    let found = report.iter().next().unwrap();
    assert_eq!(found.code, Code::UNKNOWN_KEY);
    assert_eq!(
        report.sources().slice(found.primary.clone().unwrap().0),
        "name"
    );
}
