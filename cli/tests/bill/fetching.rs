//! `payinsurance bill fetch` against a sandbox.

use jiff::ToSpan;
use payinsurance_sandbox::Sandbox;
use serde_json::json;
use signed_xml::BeijingTime;

use crate::command::Folder;
use crate::hospital::{Hospital, profile};

#[tokio::test(flavor = "multi_thread")]
async fn each_day_of_a_range_goes_to_a_file_of_its_own_and_is_fetched_once() {
    let hospital = Hospital::start().await;
    hospital.paid("T1", 150, 100).await;
    hospital.sleep_until_morning().await;
    let (folder, day) = (&hospital.folder, hospital.day);
    let before = day.yesterday().unwrap();
    let command = format!("bill fetch --profile clinic --since {before} --until {day}");
    let fetched = folder.run(&format!("{command} --json")).objects(0);
    let path = |day| format!("./clinic-{day}.txt");
    let size = |day| std::fs::metadata(folder.path(&path(day))).unwrap().len();
    assert_eq!(
        fetched,
        [before, day].map(|day| json!({
            "day": day, "type": "ALL", "path": path(day), "bytes": size(day),
        }))
    );
    let shown = folder
        .run(&format!("bill show clinic-{day}.txt --json"))
        .objects(0);
    assert_eq!(shown[0]["row"]["hosp_out_trade_no"], "T1");

    let again = folder.run(&command);
    assert!(again.err.contains("is there and is kept"), "{}", again.err);
    assert_eq!(again.ended(0), "");
    let again = folder.run(&format!("{command} --again")).ended(0);
    assert_eq!(again.lines().count(), 2);

    let refunds = format!("bill fetch --since {day} --type refund --dir .");
    folder.run(&refunds).ended(0);
    assert!(folder.files().contains(&format!("clinic-{day}-refund.txt")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_access_token_of_the_desk_is_used_if_its_store_is_named() {
    let hospital = Hospital::start().await;
    hospital.paid("T1", 150, 100).await;
    let day = hospital.day.yesterday().unwrap();
    let command = format!("bill fetch --since {day} --again");
    let tokens = || {
        let traffic = hospital.sandbox.traffic();
        let calls = traffic.iter().filter(|call| call.interface == "gettoken");
        calls.count()
    };
    assert_eq!(tokens(), 1);
    let folder = &hospital.folder;
    folder.run(&format!("{command} --store orders.db")).ended(0);
    assert_eq!(tokens(), 1, "no new token");
    folder.run(&command).ended(0);
    assert_eq!(tokens(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_profile_can_stand_in_the_environment() {
    let sandbox = Sandbox::start().await.unwrap();
    let known = &sandbox.merchants()[1];
    let variables = [
        ("PAYINSURANCE_APPID", known.appid.as_str()),
        ("PAYINSURANCE_MCH_ID", &known.mch_id),
        ("PAYINSURANCE_KEY", &known.key),
        ("PAYINSURANCE_APP_SECRET", &known.app_secret),
        ("PAYINSURANCE_ORIGIN", sandbox.origin()),
    ];
    let folder = Folder::new();
    let told = folder.run_with(&variables, "bill fetch --since 2020-01-01 --file one.txt");
    assert!(told.ended(0).contains("one.txt"));
    assert_eq!(folder.files(), ["one.txt"]);
    let error = folder
        .run_with(&variables[..2], "bill fetch --since 2020-01-01")
        .refused(2);
    assert!(
        error.contains("set PAYINSURANCE_KEY, PAYINSURANCE_APP_SECRET"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_is_not_made_yet_is_refused_by_the_sandbox_and_leaves_no_file() {
    let hospital = Hospital::start().await;
    let command = format!("bill fetch --since {}", hospital.day);
    let error = hospital.folder.run(&command).refused(1);
    assert!(error.contains("该日期订单未生成"), "{error}");
    assert!(
        !hospital
            .folder
            .files()
            .iter()
            .any(|name| name.ends_with(".txt"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_explained_and_not_shown() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut known = sandbox.merchants()[0].clone();
    known.key = "00000000000000000000000000000000".into();
    let folder = Folder::new();
    folder.write("p.toml", profile(&known, sandbox.origin()));
    let error = folder
        .run("bill fetch --config-file p.toml --since 2020-01-01")
        .refused(1);
    assert!(
        error.contains("签名失败") && error.contains("check that the merchant profile"),
        "{error}"
    );
    assert!(!error.contains(&known.key), "{error}");
}

#[test]
fn a_day_whose_bill_the_platform_has_not_made_is_not_asked_for() {
    let folder = Folder::new();
    let profile = "[clinic]\nappid = \"wx1\"\nmch_id = \"1\"\nkey = \"00000000000000000000000000000000\"\napp_secret = \"s\"\n";
    folder.write("p.toml", profile);
    let today = BeijingTime::at(jiff::Timestamp::now()).date().date();
    for day in [today, today.saturating_add(7.days())] {
        let error = folder
            .run(&format!("bill fetch --config-file p.toml --since {day}"))
            .refused(2);
        assert!(
            error.contains("is there from") && error.contains("10:00:00"),
            "{error}"
        );
    }
}

#[test]
fn what_is_wrong_with_the_arguments_is_said_before_anything_is_asked_for() {
    let folder = Folder::new();
    let good = "[clinic]\nappid = \"wx1\"\nmch_id = \"1\"\nkey = \"00000000000000000000000000000000\"\napp_secret = \"hunter2\"\n";
    folder.write("one.toml", good);
    folder.write(
        "two.toml",
        format!("{good}{}", good.replace("clinic", "branch")),
    );
    folder.write("lacks.toml", good.replace("mch_id = \"1\"\n", ""));
    folder.write("more.toml", format!("{good}hunter2 = 1\n"));
    folder.write("broken.toml", format!("{good}key = \"hunter2\n"));
    folder.write("number.toml", good.replace("\"hunter2\"", "1"));
    folder.write("blank.toml", good.replace("hunter2", "hunter 2"));
    for (arguments, words) in [
        ("", "payinsurance init"),
        (
            "--config-file one.toml --profile branch",
            "no table [branch]: there is \"clinic\"",
        ),
        (
            "--config-file two.toml",
            "has the hospitals \"branch\", \"clinic\": give one of them as --profile",
        ),
        (
            "--config-file lacks.toml",
            "has no mch_id: add it to [clinic] of lacks.toml, or set PAYINSURANCE_MCH_ID",
        ),
        (
            "--config-file more.toml",
            "more.toml, line 6: unknown name in [clinic]",
        ),
        ("--config-file broken.toml", "broken.toml, line 6"),
        (
            "--config-file number.toml",
            "number.toml, line 5: app_secret must be text",
        ),
        ("--config-file blank.toml", "app_secret"),
        (
            "--config-file one.toml --until 2019-12-31",
            "not before --since",
        ),
        (
            "--config-file one.toml --until 2022-12-31",
            "at most 366 days",
        ),
        (
            "--config-file one.toml --until 2020-01-02 --file x.txt",
            "--file takes one day",
        ),
        ("--config-file one.toml --origin nowhere", "the origin"),
    ] {
        let error = folder
            .run(&format!("bill fetch --since 2020-01-01 {arguments}"))
            .refused(2);
        assert!(error.contains(words), "{arguments}: {error}");
        assert!(!error.contains("hunter"), "{error}");
    }
    let error = folder
        .run("bill fetch --since 2020-01-01 --config-file absent.toml")
        .refused(1);
    assert!(error.contains("absent.toml cannot be read"), "{error}");
    let error = folder.run("bill fetch --since 2020-01-01 --config-file one.toml --key x");
    assert_eq!(error.code, Some(2), "a secret is no argument");
}

#[cfg(unix)]
#[test]
fn a_file_of_secrets_that_others_can_read_is_refused() {
    let folder = Folder::new();
    folder.write("p.toml", "[clinic]\nkey = \"hunter2\"\n");
    for (mode, is_refused) in [(0o644, true), (0o600, false)] {
        folder.set_mode("p.toml", mode);
        let error = folder
            .run("bill fetch --since 2020-01-01 --config-file p.toml")
            .refused(2);
        assert_eq!(error.contains("chmod 600"), is_refused, "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}
