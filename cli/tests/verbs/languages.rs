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
