//! What the import never decides by itself: semantics of new fields and codes, errata that have lost their reason, answers that were given.

use signed_xml_codegen::model::Model;
use signed_xml_codegen::{Sources, compile};
use signed_xml_spec_tools::import::{Import, Scope, import, read};
use signed_xml_spec_tools::lint;

use super::golden::{GOLDEN, texts_of};
use super::{TEXT, changes, edited, imported, questions};

/// The golden spec with edits.
fn spec(edits: &[(&str, &str, &str)]) -> Model {
    let mut texts = texts_of(GOLDEN);
    for (file, find, replace) in edits {
        let (_, text) = texts.iter_mut().find(|(name, _)| name == file).unwrap();
        assert_eq!(text.matches(find).count(), 1, "`{find}` in {file}");
        *text = text.replace(find, replace);
    }
    compile(Sources::from_texts("spec", texts)).unwrap()
}

fn of(model: &Model, text: &str) -> Import {
    let document = read(text.as_bytes(), model).unwrap();
    import(model, &document, None, &Scope::default()).unwrap()
}

/// The line of the edited spec that holds a text.
fn row(import: &Import, file: &str, text: &str) -> String {
    let mut files = import.proposal.sources.files().iter();
    let file = files.find(|found| found.name == file).unwrap();
    let line = file.text.lines().find(|line| line.contains(text));
    line.unwrap_or_else(|| panic!("no `{text}` in\n{}", file.text))
        .to_owned()
}

/// The spec as it is after `--apply`.
fn applied(import: &Import) -> Vec<(String, String)> {
    let files = import.proposal.sources.files().iter();
    files
        .map(|file| (file.name.clone(), file.text.clone()))
        .collect()
}

/// The edited spec, with another edit of it.
fn decided(import: &Import, find: &str, replace: &str) -> Model {
    let mut texts = applied(import);
    let (_, text) = texts
        .iter_mut()
        .find(|(_, text)| text.contains(find))
        .unwrap_or_else(|| panic!("no `{find}`"));
    *text = text.replacen(find, replace, 1);
    compile(Sources::from_texts("spec", texts)).unwrap()
}

#[test]
fn a_new_field_takes_only_what_all_fields_of_its_name_share() {
    let text = edited(
        "agentappid\t服务商公众账号 ID\tString32\tY\t\n",
        "agentappid\t服务商公众账号 ID\tString32\tY\t\nappid\t公众账号 ID\tString32\tY\t\n",
    );
    let drafted = |model: &Model| {
        row(
            &of(model, &text),
            "interfaces/agenttoken.toml",
            "name = \"appid\"",
        )
    };
    let same = drafted(&super::model());
    assert!(
        same.contains("supplied_by = \"merchant\"") && !same.contains("from"),
        "{same}"
    );
    // In one interface it is the merchant's own, in another that of the hospital.
    let other = "  { name = \"appid\", label = \"公众账号ID\", type = \"string\", max = 32, required = true, supplied_by = \"merchant\", from = \"sub_appid\", personal = true, doc = \"The hospital's.\" },\n";
    let first = "  { name = \"bill_date\"";
    let differing = drafted(&spec(&[(
        "interfaces/getbill.toml",
        first,
        &format!("{other}{first}"),
    )]));
    assert!(
        !differing.contains("supplied_by = ") && !differing.contains("doc = "),
        "{differing}"
    );
    assert!(!differing.contains("personal = true"), "{differing}");
    for asked in [
        "`supplied_by` and `from` differ",
        "`personal` differs",
        "write `doc`",
    ] {
        assert!(differing.contains(asked), "{differing}");
    }
}

#[test]
fn another_meaning_of_an_error_code_leaves_name_effect_and_advice_to_decide() {
    let text = edited("102\t账单不存在", "102\t账单尚未生成");
    let import = imported(&text);
    assert_eq!(
        changes(&import),
        ["error-code-meaning-changed error codes 102: 账单不存在 -> 账单尚未生成"]
    );
    let row = row(&import, "errors.toml", "账单尚未生成");
    assert!(
        row.contains("are name, `effect` and `advice` still right?"),
        "{row}"
    );
}

#[test]
fn a_new_version_asks_what_it_changed_and_lint_refuses_it_until_then() {
    let import = imported(&format!("{TEXT}V1.2\t2022.3.1\n"));
    assert_eq!(
        questions(&import),
        ["version 1.2: a new version: say what it changed, in `changes`"]
    );
    let found: Vec<String> = lint::check(&import.proposal.model)
        .iter()
        .filter(|found| found.code.id() == "L401")
        .map(|found| found.title.clone())
        .collect();
    assert_eq!(
        found,
        ["version 1.2 is undecided: a new version: say what it changed, in `changes`"]
    );
}

#[test]
fn every_undecided_mark_is_refused_by_the_lint_wherever_it_stands() {
    let mark = "undecided = \"made up\"";
    for (file, find, replace) in [
        (
            "spec.toml",
            "signature = { algorithm = \"MD5\" }",
            format!("signature = {{ algorithm = \"MD5\", {mark} }}"),
        ),
        (
            "spec.toml",
            "{ version = \"1.0\", date = \"2020-01\" }",
            format!("{{ version = \"1.0\", date = \"2020-01\", {mark} }}"),
        ),
        (
            "enums.toml",
            "{ value = \"1\", name = \"Cash\"",
            format!("{{ value = \"1\", name = \"Cash\", {mark}"),
        ),
        (
            "errors.toml",
            "{ code = \"102\"",
            format!("{{ code = \"102\", {mark}"),
        ),
        (
            "bills.toml",
            "{ name = \"订单号\"",
            format!("{{ name = \"订单号\", {mark}"),
        ),
        (
            "interfaces/pay.toml",
            "title = \"统一下单\"",
            format!("title = \"统一下单\"\n{mark}"),
        ),
        (
            "interfaces/pay.toml",
            "{ name = \"remark\"",
            format!("{{ name = \"remark\", {mark}"),
        ),
        (
            "interfaces/pay.toml",
            "required = true, demand = false, repeated = true",
            format!("required = true, demand = false, repeated = true, {mark}"),
        ),
    ] {
        let model = spec(&[(file, find, &replace)]);
        let refused = lint::check(&model)
            .iter()
            .filter(|found| found.code.id() == "L401")
            .count();
        assert_eq!(refused, 1, "{replace}");
    }
}

#[test]
fn an_erratum_retires_at_one_place_and_stays_at_the_others() {
    let model = spec(&[
        (
            "errata.toml",
            "section = \"2\"\nprinted = \"`err_msg` in one place",
            "section = \"2, 3\"\nprinted = \"`err_msg` in one place",
        ),
        (
            "interfaces/notice.toml",
            "  { name = \"order_no\"",
            "  { name = \"err_msg\", label = \"错误描述\", type = \"string\", max = 128, required = false, aliases = [\"err_message\"], errata = [\"E2\"] },\n  { name = \"order_no\"",
        ),
    ]);
    let both = TEXT.replace("1. 通知参数\n\n字段名\t中文解释\t类型\t是否必填\t备注\n-----\t------\t----\t------\t----\nreturn_code\t返回状态码\tString16\tY\tSUCCESS/FAIL\n", "1. 通知参数\n\n字段名\t中文解释\t类型\t是否必填\t备注\n-----\t------\t----\t------\t----\nreturn_code\t返回状态码\tString16\tY\tSUCCESS/FAIL\nerr_message\t错误描述\tString128\tN\t\n");
    let retired = |text: &str| {
        let import = of(&model, text);
        let judged = import
            .errata
            .into_iter()
            .find(|judged| judged.id == "E2")
            .unwrap();
        let places: Vec<String> = judged
            .retired
            .iter()
            .map(|(place, _)| place.clone())
            .collect();
        (judged.verdict.as_str(), places)
    };
    assert_eq!(retired(&both), ("applies", Vec::new()));
    let one = both.replacen("err_message\t错误描述", "err_msg\t错误描述", 1);
    assert_eq!(
        retired(&one),
        ("applies", vec!["pay response err_msg".to_owned()])
    );
    let found = signed_xml_spec_tools::import::report::human(&of(&model, &one));
    assert!(
        found.contains("E2: the document prints what is ruled at pay response err_msg"),
        "{found}"
    );
}

#[test]
fn an_answer_stays_until_the_document_prints_something_else() {
    let model = super::model();
    // The type is not in the spec language, so it cannot be written: only a decision answers it.
    let text = edited("count\t件数\tUint32", "count\t件数\tDecimal");
    let asked = of(&model, &text);
    let question = "the document prints the type `Decimal`, which the spec language does not know";
    assert_eq!(
        questions(&asked),
        [format!("pay request count: {question}")]
    );
    let written = row(&asked, "interfaces/pay.toml", "name = \"count\"");
    assert!(
        written.contains("asked = [{ line = ") && written.contains("text = \"type Decimal\" }]"),
        "{written}"
    );
    // While the mark stands, the question does.
    assert_eq!(questions(&of(&asked.proposal.model, &text)).len(), 1);
    let answered = decided(&asked, &format!("undecided = \"{question}\", "), "");
    let again = of(&answered, &text);
    assert!(
        again.is_covered(),
        "{:?} {:?}",
        changes(&again),
        questions(&again)
    );
    let other = text.replace("Decimal", "Double");
    assert_eq!(questions(&of(&answered, &other)).len(), 1);
}

#[test]
fn each_kind_of_question_can_be_answered_with_a_decision() {
    for (what, find, replace) in [
        (
            "a mark",
            "body\t商品描述\tString128\tY",
            "body\t商品描述\tString128\t条件",
        ),
        (
            "a choice in a remark",
            "body\t商品描述\tString128\tY\ta < b",
            "body\t商品描述\tString128\tY\t二选一 a < b",
        ),
        (
            "a unit",
            "总金额\tUint64\tY\t单位为分",
            "总金额\tUint64\tY\t单位为元",
        ),
        (
            "a form",
            "day\t就诊日期\tString8\tN\t格式为 yyyyMMdd",
            "day\t就诊日期\tString8\tN\t格式为 yyyy-MM-dd",
        ),
        (
            "values",
            "body\t商品描述\tString128\tY\t",
            "body\t商品描述\tString128\tY\tAAA=甲 BBB=乙 ",
        ),
        (
            "a second row",
            "body\t商品描述\tString128\tY\ta < b & c\n",
            "body\t商品描述\tString128\tY\ta < b & c\nbody\t商品描述\tString128\tY\t\n",
        ),
        ("a meaning", "102\t账单不存在", "102\t账单尚未生成"),
        ("a row that is gone", "email\t邮箱\tString\tN\t\n", ""),
    ] {
        let text = edited(find, replace);
        let asked = of(&super::model(), &text);
        assert!(!asked.proposal.open.is_empty(), "{what}");
        let texts = applied(&asked).into_iter().map(|(name, text)| {
            let lines = text
                .lines()
                .map(|line| match line.split_once("undecided = \"") {
                    Some((before, rest)) => {
                        let (_, after) = rest.split_once('"').unwrap();
                        format!("{before}{}", after.trim_start_matches(", "))
                    }
                    None => line.to_owned(),
                });
            (name, lines.collect::<Vec<_>>().join("\n") + "\n")
        });
        let model = compile(Sources::from_texts("spec", texts)).unwrap();
        let again = of(&model, &text);
        assert!(
            again.is_covered(),
            "{what}: {:?} {:?}",
            changes(&again),
            questions(&again)
        );
    }
}
