//! Every verb that prints labels speaks the language of the locale, of the configuration or of
//! `--lang`.

use crate::command::Folder;
use crate::hospital::Hospital;

const CHINESE: [(&str, &str); 4] = [
    ("LANG", "zh_CN.UTF-8"),
    ("LC_ALL", "zh_CN.UTF-8"),
    ("LC_MESSAGES", "zh_CN.UTF-8"),
    ("PAYINSURANCE_LANG", "zh"),
];

fn has_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_and_states_are_in_the_language_of_the_locale() {
    let hospital = Hospital::start().await;
    hospital.paid("T1");
    for command in [
        "order show T1",
        "order list",
        "order query T1",
        "orders --store orders.db list",
        "orders --store orders.db show T1",
        "orders --store orders.db events",
        "orders --store orders.db replay --order T1 --dry-run",
        "token show",
        "config show --origin",
        "doctor",
        "spec show 541",
        "spec show refund",
    ] {
        for variable in &CHINESE {
            let output = hospital.folder.run_with(&[*variable], command);
            let text = output.ended(0);
            assert!(has_chinese(&text), "{variable:?} {command}: {text}");
        }
        let english = [("LANG", "zh_CN.UTF-8")];
        let output = hospital
            .folder
            .run_with(&english, &format!("{command} --lang en"));
        let text = output.ended(0);
        // The document's own words stay: names of hospitals, labels, meanings of codes.
        let own =
            command.starts_with("spec") || command.contains("show T1") || command.contains("query");
        assert!(own || !has_chinese(&text), "{command}: {text}");
    }
    let shown = hospital.run("order show T1 --lang zh").ended(0);
    assert!(shown.contains("已支付（paid）"), "{shown}");
    let shown = hospital.run("order show T1 --lang en").ended(0);
    assert!(
        shown.contains("state") && !shown.contains("已支付"),
        "{shown}"
    );
}

#[test]
fn json_is_the_same_in_both_languages() {
    let folder = Folder::new();
    for command in [
        "spec show 541 --json",
        "spec show refund --json --message request",
    ] {
        let zh = folder.run(&format!("{command} --lang zh")).ended(0);
        let en = folder.run(&format!("{command} --lang en")).ended(0);
        assert_eq!(zh, en, "{command}");
    }
}

#[test]
fn an_invalid_language_is_refused_with_those_that_there_are() {
    let folder = Folder::new();
    let error = folder.run("spec show --lang fr").refused(2);
    assert!(error.contains("zh, en"), "{error}");
    folder.write("payinsurance.toml", "lang = \"fr\"\n");
    let error = folder.run("config show").refused(2);
    assert!(error.contains("zh or en"), "{error}");
}

#[test]
fn help_is_in_the_language_of_the_reader_and_names_are_the_same() {
    let folder = Folder::new();
    folder.write("payinsurance.toml", "lang = \"zh\"\n");
    let chinese_by = [
        folder.run_with(&[("LANG", "zh_CN.UTF-8")], "refund place --help"),
        folder.run("refund place --help --lang zh"),
        folder.run("refund place --help"),
    ];
    for output in chinese_by {
        let help = output.ended(0);
        for part in [
            "用法： payinsurance refund place [选项]",
            "--yes",
            "不询问，直接退款",
            "显示说明",
        ] {
            assert!(help.contains(part), "{part} in {help}");
        }
        for english in ["Usage", "Options", "Arguments", "Print help", "Exit status"] {
            assert!(!help.contains(english), "{english} in {help}");
        }
    }
    let help = folder.run("refund place --help --lang en").ended(0);
    assert!(
        help.contains("Usage: payinsurance refund place") && !has_chinese(&help),
        "{help}"
    );
}

#[test]
fn wrong_arguments_are_refused_in_the_language_of_the_reader() {
    let folder = Folder::new();
    for (line, parts) in [
        (
            "ordr list",
            &["没有命令“ordr”", "相近的有：order", "用法："][..],
        ),
        ("order lsit", &["没有命令“lsit”", "list"]),
        (
            "order",
            &[
                "下单（unifiedorder）",
                "用法： payinsurance order [选项] <命令>",
            ],
        ),
        ("order list --limmit 3", &["没有参数“--limmit”", "--limit"]),
        (
            "order list --limit many",
            &["“--limit <LIMIT>”的值“many”不对"],
        ),
        ("order list --limit", &["“--limit <LIMIT>”缺少值"]),
        (
            "order list --state unpaid",
            &["“unpaid”不对", "可以是：placing"],
        ),
        (
            "order show",
            &[
                "缺少参数：<HOSP_OUT_TRADE_NO>",
                "用法：payinsurance order show",
            ],
        ),
        ("order show T1 T2", &["没有参数“T2”"]),
        (
            "order list --limit 1 --limit 2",
            &["“--limit <LIMIT>”只能写一次"],
        ),
        ("order list --lang fr", &["“fr”不对", "可以是：zh、en"]),
    ] {
        let error = folder.run_with(&[("LANG", "zh_CN.UTF-8")], line).refused(2);
        for part in parts {
            assert!(error.contains(part), "{line}: {part} in {error}");
        }
        assert!(
            !error.contains("error:") && !error.contains("Usage:"),
            "{line}: {error}"
        );
        let english = folder.run(line).refused(2);
        assert!(!has_chinese(&english), "{line}: {english}");
    }
}
