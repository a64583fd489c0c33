//! One configuration: which value counts, where it stands, and what is never shown.

use serde_json::Value;

use crate::command::Folder;

const KEY: &str = "a3f1c27e9b4d58606e1d7c9025b8f4a3";
const OTHER_KEY: &str = "b3f1c27e9b4d58606e1d7c9025b8f4a3";

/// A project with two hospitals, in a folder `project`, and a file of the user.
fn layered() -> Folder {
    let folder = Folder::new();
    folder.write(
        "payinsurance.toml",
        "store = \"orders.db\"\nprofile = \"clinic\"\n[clinic]\nappid = \"wx1\"\nmch_id = \"1\"\n[branch]\nappid = \"wx2\"\nmch_id = \"2\"\nkey_file = \"branch.key\"\n",
    );
    folder.write("branch.key", format!("{OTHER_KEY}\n"));
    let user = format!(
        "lang = \"zh\"\n[clinic]\nappid = \"wx9\"\nkey = \"{KEY}\"\napp_secret = \"hunter2\"\norigin = \"http://127.0.0.1:1\"\n"
    );
    folder.write("home/payinsurance/config.toml", user);
    folder
}

fn settings(shown: &Value) -> Vec<(String, Option<String>, String)> {
    let rows = shown["settings"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    rows.map(|row| {
        let kind = text(&row["origin"]["kind"]).unwrap_or_default();
        let place = match &*kind {
            "file" => {
                let path = text(&row["origin"]["path"]).unwrap();
                let name = path.rsplit('/').next().unwrap();
                format!("{name}:{}", row["origin"]["line"])
            }
            "flag" | "environment" => text(&row["origin"]["name"]).unwrap(),
            other => other.to_owned(),
        };
        (text(&row["name"]).unwrap(), text(&row["value"]), place)
    })
    .collect()
}

#[test]
fn an_option_counts_before_the_environment_the_project_and_the_user() {
    let folder = layered();
    let variables = [("PAYINSURANCE_MCH_ID", "3"), ("PAYINSURANCE_ORIGIN", "x")];
    let shown = folder
        .run_with(&variables, "config show --json --lang en")
        .objects(0);
    let expect = |rows: &[(&str, Option<&str>, &str)]| {
        let found = settings(&shown[0]);
        for (name, value, place) in rows {
            let row = found.iter().find(|(known, _, _)| known == name).unwrap();
            assert_eq!((row.1.as_deref(), &*row.2), (*value, *place), "{name}");
        }
    };
    let store = folder.path("orders.db").display().to_string();
    expect(&[
        ("profile", Some("clinic"), "payinsurance.toml:2"),
        ("lang", Some("en"), "--lang"),
        ("store", Some(&store), "payinsurance.toml:1"),
        ("appid", Some("wx1"), "payinsurance.toml:4"),
        ("mch_id", Some("3"), "PAYINSURANCE_MCH_ID"),
        ("sub_mch_id", None, ""),
        ("origin", Some("x"), "PAYINSURANCE_ORIGIN"),
        ("key", Some("set"), "config.toml:4"),
        ("app_secret", Some("set"), "config.toml:5"),
    ]);
}

#[test]
fn secrets_are_never_shown_wherever_they_stand() {
    let folder = layered();
    for arguments in [
        "config show",
        "config show --origin",
        "config show --origin --json",
        "config show --profile branch --json",
    ] {
        let output = folder.run_with(&[("PAYINSURANCE_APP_SECRET", "hunter2")], arguments);
        let text = format!("{}{}", output.out, output.err);
        output.ended(0);
        for secret in [KEY, OTHER_KEY, "hunter2"] {
            assert!(!text.contains(secret), "{arguments}: {text}");
        }
    }
    let branch = folder.run("config show --profile branch --json --lang en");
    let rows = settings(&branch.objects(0)[0]);
    let key = rows.iter().find(|(name, _, _)| name == "key").unwrap();
    assert_eq!((key.1.as_deref(), &*key.2), (Some("set"), "branch.key:1"));
}

#[test]
fn people_read_where_a_value_stands_in_their_language() {
    let folder = layered();
    let out = folder.run("config show --origin").ended(0);
    assert!(out.contains("已设置"), "{out}");
    assert!(out.contains("config.toml 第 4 行"), "{out}");
    let out = folder.run("config show --origin --lang en").ended(0);
    assert!(out.contains("config.toml, line 4"), "{out}");
    folder.write("home/payinsurance/config.toml", "");
    let locale = [("LANG", "zh_CN.UTF-8")];
    let out = folder.run_with(&locale, "config show --origin").ended(0);
    assert!(out.contains("（未设置）"), "{out}");
}

#[test]
fn a_project_file_counts_in_the_folders_below_it() {
    let folder = layered();
    std::fs::create_dir(folder.path("below")).unwrap();
    let shown = folder.run_in("below", "config show --json").objects(0);
    let rows = settings(&shown[0]);
    let store = folder.path("orders.db").display().to_string();
    assert_eq!(rows[2].1.as_deref(), Some(&*store), "beside its file");
}

#[test]
fn a_mistake_is_shown_with_its_line_and_without_its_value() {
    let folder = layered();
    for (text, words) in [
        (
            "stroe = \"hunter2\"",
            "line 1: unknown setting: expected one of profile",
        ),
        (
            "[clinic]\nmch_id = 1900000101",
            "line 2: mch_id must be text",
        ),
        (
            "[clinic]\nsecret = \"hunter2\"",
            "line 2: unknown name in [clinic]",
        ),
        ("[clinic]\nkey = \"hunter2", "line 2: not TOML"),
        (
            "[clinic]\nkey = \"a\"\nkey = \"hunter2\"",
            "a name stands twice",
        ),
    ] {
        folder.write("wrong.toml", text);
        let error = folder.run("config show --config-file wrong.toml --lang en");
        let error = error.refused(2);
        assert!(error.contains(words), "{text}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    let error = folder.run("config show --profile nowhere").refused(2);
    assert!(
        error.contains("--profile names the hospital \"nowhere\""),
        "{error}"
    );
    assert!(
        error.contains("there are \"branch\", \"clinic\""),
        "{error}"
    );
    assert!(error.starts_with("错误："), "{error}");
}

#[cfg(unix)]
#[test]
fn a_file_with_a_key_must_be_readable_by_its_owner_alone() {
    let folder = layered();
    folder.set_mode("branch.key", 0o640);
    let error = folder
        .run("config show --profile branch --lang en")
        .refused(2);
    assert!(error.contains("mode 0640, expected 0600"), "{error}");
    folder.run("config show --profile clinic").ended(0);
    folder.set_mode("home/payinsurance/config.toml", 0o604);
    let error = folder.run("config show").refused(2);
    assert!(error.contains("chmod 600"), "{error}");
    // Without a secret in it, others may read the file of a project.
    let folder = Folder::new();
    folder.write("payinsurance.toml", "[clinic]\nappid = \"wx1\"\n");
    folder.set_mode("payinsurance.toml", 0o644);
    folder.run("config show").ended(0);
}

#[test]
fn init_writes_a_form_once_and_leaves_what_is_there() {
    let folder = Folder::new();
    let output = folder.run("init");
    assert!(output.err.contains("payinsurance doctor"), "{}", output.err);
    assert_eq!(output.ended(0), "payinsurance.toml\n");
    let form = std::fs::read_to_string(folder.path("payinsurance.toml")).unwrap();
    assert!(
        form.contains("# appid = \"wx…\"") && form.contains("[clinic]"),
        "{form}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let meta = std::fs::metadata(folder.path("payinsurance.toml")).unwrap();
        assert_eq!(meta.permissions().mode() & 0o777, 0o600);
    }
    let error = folder.run("init").refused(1);
    assert!(error.contains("exists and is left as it is"), "{error}");
    let again = std::fs::read_to_string(folder.path("payinsurance.toml")).unwrap();
    assert_eq!(form, again);
    folder.run("config show").ended(0);
    let output = folder.run("init zh.toml --lang zh --json");
    assert!(output.err.contains("已写入模板"), "{}", output.err);
    assert_eq!(output.objects(0)[0]["filled"], false);
    let form = std::fs::read_to_string(folder.path("zh.toml")).unwrap();
    assert!(form.contains("# 商户号"), "{form}");
    folder.run("init --user").ended(0);
    folder
        .run("config show --config-file home/payinsurance/config.toml")
        .ended(0);
}

#[test]
fn init_for_the_sandbox_is_complete() {
    let folder = Folder::new();
    folder.run("init --sandbox").ended(0);
    let shown = folder.run("config show --json").objects(0);
    let rows = settings(&shown[0]);
    let value = |name: &str| {
        let row = rows.iter().find(|(known, _, _)| known == name).unwrap();
        row.1.clone().unwrap_or_default()
    };
    assert_eq!(value("profile"), "sandbox");
    assert_eq!(value("origin"), "http://127.0.0.1:8080");
    for name in ["appid", "mch_id", "sub_appid", "sub_mch_id"] {
        assert!(!value(name).is_empty(), "{name}");
    }
    assert_eq!(
        (value("key"), value("app_secret")),
        ("set".into(), "set".into())
    );
}
