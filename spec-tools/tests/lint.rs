//! The lint: each rule in the shapes that it must find and must let pass, its formats, its exit codes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../codegen/tests/golden/mod.rs"]
mod golden;

use std::path::Path;
use std::process::{Command, Output};

use golden::{BILINGUAL, CLEAN, edited_in, folder, linted, texts_of};
use serde_json::Value;
use signed_xml_codegen::{Sources, compile, load};
use signed_xml_spec_tools::lint::{self, Tests};

const ORDER: &str = "interfaces/order.toml";

/// Code, file, the text to find, what stands there instead. Beside the cases of `wrong_specs.rs`.
#[rustfmt::skip]
const FOUND: &[(&str, &str, &str, &str)] = &[
    ("L101", ORDER, "label = \"单价\"", "label = \" \""),
    ("L101", ORDER, "title = \"下单\"\n", ""),
    ("L101", "errors.toml", "meaning = \"系统错误\"", "meaning = \"\""),
    ("L101", "bills.toml", "title = \"当日所有订单\"\n", ""),
    ("L102", ORDER, ", doc = \"What one piece costs.\"", ""),
    ("L102", ORDER, "doc = \"Places an order.\"\n", ""),
    ("L102", ORDER, "doc = \"The order as taken.\"\n", ""),
    ("L102", ORDER, "doc = \"Where the goods go.\"\n", ""),
    ("L102", ORDER, ", doc = \"Who buys.\"", ""),
    ("L102", "enums.toml", "doc = \"How an order is paid.\"\n", ""),
    ("L102", "enums.toml", "doc = \"It did.\"", "doc = \"成功\""),
    ("L102", "bills.toml", ", doc = \"Who paid.\"", ""),
    ("L103", ORDER, "doc = \"What was wrong.\"", "doc = \"1—参数错误 2—系统错误\""),
    ("L103", ORDER, "doc = \"What was wrong.\"", "doc = \"0: 免费 1: 收费\""),
    ("L103", "bills.toml", "openid\", type = \"text\", personal = true, doc = \"Who paid.\"", "openid\", type = \"text\", personal = true, doc = \"A：本人；B：家人\""),
    ("L104", ORDER, "label = \"单价\"", "label = \"单价 \""),
    ("L104", "enums.toml", "label = \"刷卡\"", "label = \"刷　卡\""),
    ("L105", ORDER, "label = \"返回信息\"", "label = \"返回信息，失败时必填\""),
    ("L201", ORDER, "required = true, personal = true, doc = \"Street, number and town.\"", "required = true, doc = \"Street, number and town.\""),
    ("L201", ORDER, "structure = \"content\", personal = true", "structure = \"content\""),
    ("L201", ORDER, "{ name = \"return_msg\", label = \"返回信息\"", "{ name = \"return_msg\", label = \"收货人姓名\""),
    ("L201", "bills.toml", "type = \"text\", personal = true", "type = \"text\""),
    ("L202", ORDER, "{ name = \"return_msg\", label = \"返回信息\"", "{ name = \"access_token\", label = \"返回信息\""),
    ("L301", ORDER, "label = \"单价\", type = \"u64\", required = false, unit = \"fen\"", "label = \"单价\", type = \"u64\", required = false"),
    ("L301", ORDER, "label = \"返回信息\", type = \"string\", max = 128", "label = \"有效时间\", type = \"u32\""),
    ("L301", "bills.toml", "type = \"yuan\"", "type = \"text\""),
    ("L401", "enums.toml", "label = \"刷卡\"", "label = \"刷卡\", undecided = \"debit only?\""),
    ("L401", "errors.toml", "code = \"100\",", "code = \"100\", undecided = \"refused or unknown?\","),
    ("L401", "bills.toml", "field = \"total\",", "field = \"total\", undecided = \"in yuan?\","),
    ("L401", ORDER, "section = \"2\"\n", "section = \"2\"\nundecided = \"renamed?\"\n"),
    ("L402", "errors.toml", "code = \"100\",", "code = \"100\", since = \"1.2\","),
    ("L501", "errata.toml", "why = \"One order has one buyer, and a field that is always there is no choice.\"", "why = \" \""),
    ("L801", "zh.toml", "\"订单。\"", "\"\""),
    ("L801", "zh.toml", "\"订单。\"", "\"The order.\""),
    ("L801", "zh.toml", "\"Places an order.\" = \"下单。\"\n", ""),
    ("L801", "zh.toml", "\"First published version.\" = \"首个公开版本。\"\n", ""),
    ("L801", "spec.toml", "notes = [\"Amounts are fen.\"]", "notes = [\"Amounts are fen.\", \"Times are UTC.\"]"),
    ("L801", "errata.toml", "section = \"1.2\"", "section = \"1.2 and elsewhere\""),
    ("L802", "zh.toml", "", "\"The Order.\" = \"订单。\"\n"),
    ("L802", "spec.toml", ", changes = [\"First published version.\"]", ""),
    ("L803", "zh.toml", "\"订单编号。\"", "\"`order_id` 的编号。\""),
    ("S208", "enums.toml", "", "\n[Left]\ntype = \"string\"\ndoc = \"Made up.\"\nvalues = []\n"),
];

/// Edits that no rule has anything to say of.
#[rustfmt::skip]
const LET_PASS: &[(&str, &str, &str)] = &[
    (ORDER, "label = \"返回信息\"", "label = \"App ID\""),
    (ORDER, "label = \"返回信息\"", "label = \"医院名称\""),
    (ORDER, "label = \"返回信息\"", "label = \"回调地址\""),
    (ORDER, "doc = \"What was wrong.\"", "doc = \"What was wrong: a text such as `a=b` of https://shop.example/x=y.\""),
    (ORDER, "label = \"返回信息\", type = \"string\", max = 128", "label = \"件数\", type = \"u32\""),
    (ORDER, "since = \"1.1\"", "line = 12"),
    (ORDER, "required_when = \"present(coupon_fee)\"", "mark = \"条件\", required_when = \"present(coupon_fee)\""),
];

fn findings(sources: Sources) -> Vec<&'static str> {
    let model = compile(sources).unwrap();
    let report = lint::report(&model, None);
    report.iter().map(|found| found.code.id()).collect()
}

#[test]
fn each_rule_finds_what_it_must_and_nothing_else() {
    for (code, file, find, replace) in FOUND {
        let found = findings(edited_in(linted(code), file, find, replace));
        assert_eq!(found, [*code], "{file}: {find} -> {replace}");
    }
}

#[test]
fn what_only_looks_wrong_is_let_pass() {
    for (file, find, replace) in LET_PASS {
        let found = findings(edited_in(CLEAN, file, find, replace));
        assert!(found.is_empty(), "{found:?}: {find} -> {replace}");
    }
}

#[test]
fn a_text_without_words_needs_no_chinese_and_neither_does_a_spec_in_one_language() {
    for section in ["1.2, 3.4", "`all` of 1"] {
        let replace = format!("section = \"{section}\"");
        let sources = edited_in(BILINGUAL, "errata.toml", "section = \"1.2\"", &replace);
        let found = findings(sources);
        assert_eq!(
            found.is_empty(),
            !section.contains("of"),
            "{section}: {found:?}"
        );
    }
    let texts = texts_of(BILINGUAL).into_iter();
    let english = texts.filter(|(name, _)| name != "zh.toml");
    let english = english.map(|(name, text)| (name, text.replace(DECLARED, "")));
    assert_eq!(findings(Sources::from_texts("spec", english)), [""; 0]);
}

const DECLARED: &str = "languages = [\"en\", \"zh\"]\n";

#[test]
fn a_lost_dictionary_does_not_make_a_spec_one_in_english() {
    let texts = texts_of(BILINGUAL).into_iter();
    let lost = texts.filter(|(name, _)| name != "zh.toml");
    let report = compile(Sources::from_texts("spec", lost)).unwrap_err();
    let found: Vec<&str> = report.iter().map(|found| found.title.as_str()).collect();
    let title = "the spec is declared to be in Chinese too, and has no `zh.toml`";
    assert_eq!(found, [title]);
    let sources = edited_in(BILINGUAL, "spec.toml", DECLARED, "");
    let report = compile(sources).unwrap_err();
    let help = report.iter().next().and_then(|found| found.help.as_deref());
    let expected = "add `languages = [\"en\", \"zh\"]` to `spec.toml`";
    assert_eq!((report.len(), help), (1, Some(expected)), "{report}");
}

#[test]
fn the_clean_spec_is_clean_also_with_its_tests() {
    let model = load(&folder(CLEAN)).unwrap();
    let tests = Tests::from_texts(["fn order() { openid() }", "order phone"]);
    let report = lint::report(&model, Some(&tests));
    assert!(report.is_empty(), "{report}");
}

#[test]
fn a_member_is_exercised_only_where_its_interface_is_named_too() {
    let model = load(&folder(CLEAN)).unwrap();
    for (texts, found) in [
        (vec!["order openid", "phone"], 1),
        (vec!["orders openid phone"], 1),
        (vec!["order openids phone"], 1),
        (vec!["order openid", "order.phone(x)"], 0),
        (vec![], 1),
    ] {
        let report = lint::report(&model, Some(&Tests::from_texts(texts.clone())));
        assert_eq!(report.len(), found, "{texts:?}");
    }
}

/// A folder that holds the clean spec with an edit, and tests.
fn workspace(file: &str, find: &str, replace: &str, test: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let mut files = texts_of(CLEAN);
    let (_, text) = files.iter_mut().find(|(name, _)| name == file).unwrap();
    assert_eq!(text.matches(find).count(), 1);
    *text = text.replace(find, replace);
    for (name, text) in files {
        let path = root.path().join("spec").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let below = root.path().join("tests/orders");
    std::fs::create_dir_all(&below).unwrap();
    std::fs::write(below.join("buyer.rs"), test).unwrap();
    root
}

fn lint(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_codegen"));
    command
        .current_dir(folder)
        .arg("lint")
        .args(arguments)
        .output()
        .unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

const BOTH: &str = "order openid phone";

#[test]
fn a_clean_spec_prints_nothing_and_exits_with_0() {
    let root = workspace(ORDER, "label = \"单价\"", "label = \"单价\"", BOTH);
    for format in ["human", "json", "github"] {
        let output = lint(root.path(), &["--format", format]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(
            output.stdout.is_empty() && output.stderr.is_empty(),
            "{output:?}"
        );
    }
}

#[test]
fn a_finding_exits_with_1_and_is_an_object_with_every_key() {
    let root = workspace(
        ORDER,
        "label = \"单价\",",
        "label = \"单价\", line = 7, undecided = \"100%, or not: why?\",",
        BOTH,
    );
    let output = lint(root.path(), &["--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let object: serde_json::Map<String, Value> =
        serde_json::from_str(printed(&output).trim()).unwrap();
    let keys: Vec<&str> = object.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "code", "level", "title", "file", "line", "column", "label", "help"
        ]
    );
    assert_eq!(object["code"], "L401");
    assert_eq!(object["level"], "error");
    assert_eq!(object["file"], "spec/interfaces/order.toml");
    assert!(
        object["help"].as_str().unwrap().contains("line 7"),
        "{object:?}"
    );
    // The same place as in the report for people.
    let human = printed(&lint(root.path(), &[]));
    let place = format!(
        "{}:{}:{}",
        object["file"].as_str().unwrap(),
        object["line"],
        object["column"]
    );
    assert!(
        human.contains(&format!("--> {place}\n")),
        "{place} in {human}"
    );
}

#[test]
fn annotations_of_github_are_one_escaped_line_each() {
    let root = workspace(
        ORDER,
        "label = \"单价\",",
        "label = \"单价\", undecided = \"100%, or not: why?\",",
        BOTH,
    );
    let output = lint(root.path(), &["--format", "github"]);
    assert_eq!(output.status.code(), Some(1));
    let text = printed(&output);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(
        text.starts_with("::error file=spec/interfaces/order.toml,line=17,col=52,title=L401::"),
        "{text}"
    );
    assert!(text.contains("100%25, or not: why?%0A"), "{text}");
}

#[test]
fn a_spec_that_does_not_compile_is_told_in_the_same_formats_with_exit_code_2() {
    let root = workspace(ORDER, "enum = \"PayType\"", "enum = \"PayTyp\"", BOTH);
    let json = lint(root.path(), &["--format", "json"]);
    assert_eq!(json.status.code(), Some(2));
    let first = printed(&json);
    let object: Value = serde_json::from_str(first.lines().last().unwrap()).unwrap();
    assert_eq!(object["code"], "S202");
    let github = lint(root.path(), &["--format", "github"]);
    assert!(printed(&github).contains("title=S202::"), "{github:?}");
    let human = lint(root.path(), &[]);
    assert!(printed(&human).contains("error[S202]"), "{human:?}");
}

#[test]
fn tests_are_found_beside_the_spec_or_where_they_are_named() {
    let root = workspace(
        ORDER,
        "label = \"单价\"",
        "label = \"单价\"",
        "order openid",
    );
    let output = lint(root.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(printed(&output).contains("warning[L701]"), "{output:?}");
    std::fs::create_dir(root.path().join("more")).unwrap();
    std::fs::write(root.path().join("more/phones.rs"), "order phone").unwrap();
    let named = lint(root.path(), &["--tests", "tests", "--tests", "more"]);
    assert_eq!(named.status.code(), Some(0), "{named:?}");
    let absent = lint(root.path(), &["--tests", "nowhere"]);
    assert_eq!(absent.status.code(), Some(2), "{absent:?}");
    std::fs::remove_dir_all(root.path().join("tests")).unwrap();
    let without = lint(root.path(), &[]);
    assert_eq!(without.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&without.stderr).contains("L701 was not checked"));
}
