//! `payinsurance order`, from placing to closing.

use payinsurance::{ErrorCode, Interface};
use payinsurance_sandbox::{Act, Fault};

use crate::command::Folder;
use crate::hospital::{AMOUNTS, Hospital};

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_placed_shown_queried_and_listed() {
    let hospital = Hospital::start().await;
    let placed = hospital.place("T1").objects(0);
    assert_eq!(placed[0]["state"], "placed");
    assert!(placed[0]["pay_url"].as_str().unwrap().contains("http"));
    assert_eq!(placed[0]["total_fee"], 250);
    // The same order again is the same order: nothing is sent.
    let calls = hospital.sandbox.traffic().len();
    assert_eq!(hospital.place("T1").objects(0)[0]["state"], "placed");
    assert_eq!(hospital.sandbox.traffic().len(), calls);

    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    let shown = hospital.run("order show T1 --json").objects(0);
    assert_eq!(shown[0]["state"], "placed", "the store does not know yet");
    let asked = hospital.run("order query T1 --json").objects(0);
    assert_eq!(asked[0]["state"], "paid");
    let shown = hospital.run("order show T1 --lang zh").ended(0);
    assert!(shown.contains("T1") && shown.contains("2.50"), "{shown}");
    let listed = hospital.run("order list --json --state paid").objects(0);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["hosp_out_trade_no"], "T1");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_can_come_as_json_on_stdin() {
    let hospital = Hospital::start().await;
    let text = std::fs::read_to_string(hospital.folder.path("order.toml")).unwrap();
    let mut order: serde_json::Value = toml::from_str(&text).unwrap();
    order["hosp_out_trade_no"] = "T1".into();
    for (name, fee) in [
        ("total_fee", 250),
        ("cash_fee", 150),
        ("insurance_fee", 100),
    ] {
        order[name] = fee.into();
    }
    let words = ["order", "place", "--from", "-", "--json"];
    let placed = hospital.folder.run_as(".", &[], &words, &order.to_string());
    assert_eq!(placed.objects(0)[0]["state"], "placed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_closed_unless_it_is_paid() {
    let hospital = Hospital::start().await;
    hospital.place("T1").ended(0);
    let closed = hospital.run("order close T1 --json").objects(0);
    assert_eq!(closed[0]["state"], "closed");
    hospital.paid("T2");
    let error = hospital.run("order close T2").refused(1);
    assert!(error.contains("what is paid is not closed"), "{error}");
    let error = hospital.run("order close T3").refused(1);
    assert!(error.contains("has no order"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_the_document_is_named_in_both_languages_and_not_sent() {
    let hospital = Hospital::start().await;
    let place = "order place --from order.toml hosp_out_trade_no=T1";
    for (arguments, zh, en) in [
        (
            "total_fee=250 cash_fee=150",
            "缺少 `insurance_fee`",
            "`insurance_fee` (医保支付金额",
        ),
        (
            "totl_fee=1",
            "did you mean `total_fee`",
            "did you mean `total_fee`",
        ),
        ("total_fee", "FIELD=VALUE", "must be FIELD=VALUE"),
        (
            "appid=wx1",
            "is filled in by the configuration",
            "is filled in by the configuration",
        ),
        (
            "sign=1",
            "filled in by the client",
            "filled in by the client",
        ),
        (
            &format!("{AMOUNTS} total_fee=1"),
            "医保金额之和不超过总金额",
            "do not exceed the total",
        ),
        (&format!("{AMOUNTS} total_fee=x"), "应为", "must be"),
    ] {
        let error = hospital.run(&format!("{place} {arguments} --lang zh"));
        let error = error.refused(2);
        assert!(error.starts_with("错误："), "{error}");
        assert!(error.contains(zh), "{arguments}: {error}");
        let error = hospital.run(&format!("{place} {arguments}")).refused(2);
        assert!(error.contains(en), "{arguments}: {error}");
    }
    let error = hospital.run("order place --from absent.toml").refused(2);
    assert!(error.contains("absent.toml cannot be read"), "{error}");
    hospital
        .folder
        .write("broken.toml", "a = 1\nuser_name = 张三\n");
    let error = hospital.run("order place --from broken.toml").refused(2);
    assert!(error.contains("broken.toml, line 2"), "{error}");
    assert!(hospital.sandbox.traffic().is_empty());
    assert!(!hospital.folder.path("orders.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_the_order_without_what_is_personal() {
    let hospital = Hospital::start().await;
    let dry = format!("order place --from order.toml {AMOUNTS} hosp_out_trade_no=T1 --dry-run");
    let shown = hospital.run(&format!("{dry} --json")).objects(0);
    assert_eq!(shown[0]["total_fee"], "250");
    assert_eq!(shown[0]["hospital_name"], "沙箱第一人民医院");
    assert_eq!(shown[0]["user_name"], "[not shown]");
    let table = hospital.run(&dry).ended(0);
    assert!(
        table.contains("总金额") || table.contains("total_fee"),
        "{table}"
    );
    assert!(hospital.sandbox.traffic().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_the_platform_comes_with_the_words_of_the_document() {
    let hospital = Hospital::start().await;
    hospital.folder.write(
        "other.toml",
        std::fs::read_to_string(hospital.folder.path("order.toml"))
            .unwrap()
            .replace("张三", "李四"),
    );
    let place = format!("order place --from other.toml {AMOUNTS} hosp_out_trade_no=T1");
    let output = hospital.run(&format!("{place} --lang zh"));
    assert_eq!(output.code, Some(1), "{}", output.err);
    assert!(
        output.err.contains("534 用户实名信息不符：姓名或证件号码"),
        "{}",
        output.err
    );
    let output = hospital.run(&place.replace("=T1", "=T2"));
    assert!(
        output.err.contains("Have the patient check both"),
        "{}",
        output.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_outcome_ends_with_3_and_says_how_to_go_on() {
    let hospital = Hospital::start().await;
    for interface in [Interface::Unifiedorder, Interface::Queryorder] {
        hospital.sandbox.fail_next(Fault {
            interface,
            code: ErrorCode::SystemError,
            takes_effect: false,
        });
    }
    let output = hospital.place("T1");
    assert_eq!(output.code, Some(3), "{}\n{}", output.out, output.err);
    assert!(
        output.err.contains("payinsurance order query T1"),
        "{}",
        output.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_another_store_is_asked_for_without_being_stored() {
    let hospital = Hospital::start().await;
    hospital.paid("T1");
    let asked = hospital.run("order query T1 --store other.db --json");
    assert!(
        asked.err.contains("the store has no order T1"),
        "{}",
        asked.err
    );
    assert_eq!(asked.objects(0)[0]["total_fee"], "250");
    assert!(
        !hospital.folder.path("other.db").exists(),
        "a question makes no store"
    );
    let error = hospital.run("order query T9 --lang zh").refused(1);
    assert!(error.contains("541 订单信息不存在"), "{error}");
    let error = hospital.run("order show T9").refused(1);
    assert!(error.contains("no order \"T9\""), "{error}");
    let error = hospital.run("order show T1 --store absent.db").refused(1);
    assert!(error.contains("no file"), "{error}");
}

#[test]
fn without_a_store_the_error_says_how_to_name_one() {
    let folder = Folder::new();
    let error = folder.run("order list").refused(2);
    assert!(error.contains("PAYINSURANCE_STORE"), "{error}");
    let error = folder.run("order query T1").refused(2);
    assert!(error.contains("payinsurance init"), "{error}");
}
