//! `payinsurance spec`, `completions` and `man`: what the command says of the document and of
//! itself.

use crate::command::Folder;

#[test]
fn an_interface_is_shown_in_both_languages_with_its_tables_and_codes() {
    let folder = Folder::new();
    let en = folder.run("spec show unifiedorder").ended(0);
    for words in [
        "unifiedorder (3.3) 挂号/诊间支付统一下单",
        "Places an order",
        "request (3.3), signed",
        "hosp_out_trade_no",
        "String64",
        "exactly one of openid, sub_openid",
        "534",
    ] {
        assert!(en.contains(words), "{words}: {en}");
    }
    let zh = folder.run("spec show unifiedorder --lang zh").ended(0);
    assert!(zh.contains("必填") && zh.contains("必选其一"), "{zh}");
    assert!(!zh.contains("Places an order"), "{zh}");
    let one = folder.run("spec show refund --message request_content --json");
    let one = one.objects(0);
    assert_eq!(one[0]["messages"].as_array().unwrap().len(), 1);
    assert_eq!(one[0]["messages"][0]["fields"][0]["field"], "session_id");
}

#[test]
fn a_field_is_shown_wherever_it_stands() {
    let folder = Folder::new();
    let rows = folder.run("spec show hosp_out_trade_no --json").objects(0);
    assert!(rows.len() > 1, "{rows:?}");
    assert!(rows.iter().all(|row| row["field"] == "hosp_out_trade_no"));
    let zh = folder.run("spec show total_fee --lang zh").ended(0);
    assert!(zh.contains("总金额") && zh.contains("说明"), "{zh}");
    let zh = folder.run("spec show med_trade_state --lang zh").ended(0);
    assert!(zh.contains("SYS_REFUNDING 支付失败"), "{zh}");
    // An alias finds its field.
    let rows = folder.run("spec show err_code_descs --json").objects(0);
    assert_eq!(rows[0]["field"], "err_code_des");
}

#[test]
fn a_code_is_shown_with_what_to_do() {
    let folder = Folder::new();
    let code = folder.run("spec show 541 --json").objects(0);
    assert_eq!(code[0]["name"], "OrderNotFound");
    assert_eq!(code[0]["effect"], "refused");
    let zh = folder.run("spec show 541 --lang zh").ended(0);
    assert!(zh.contains("该商户没有此订单"), "{zh}");
    let all = folder.run("spec show").ended(0);
    assert!(all.contains("closeorder") && all.contains("80005"), "{all}");
}

#[test]
fn a_name_that_there_is_not_is_answered_with_the_nearest() {
    let folder = Folder::new();
    let error = folder.run("spec show totl_fee").refused(1);
    assert!(error.contains("did you mean `total_fee`"), "{error}");
    let error = folder.run("spec show nothing_like_it --lang zh").refused(1);
    assert!(error.contains("文档中没有"), "{error}");
    let error = folder.run("spec show refund --message nothing").refused(2);
    assert!(
        error.contains("expected one of request, response"),
        "{error}"
    );
    let error = folder.run("spec show 541 --message request").refused(2);
    assert!(error.contains("--message is for an interface"), "{error}");
}

#[test]
fn completions_and_pages_name_every_command() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = folder.run(&format!("completions {shell}")).ended(0);
        assert!(script.contains("verify-name"), "{shell}");
    }
    let error = folder.run("completions tcsh").refused(2);
    assert!(error.contains("bash"), "{error}");
    let page = folder.run("man").ended(0);
    assert!(
        page.contains(".TH payinsurance") && page.contains("doctor"),
        "{page}"
    );
    folder.run("man --dir pages").ended(0);
    for page in [
        "payinsurance.1",
        "payinsurance-order.1",
        "payinsurance-order-place.1",
    ] {
        assert!(folder.path("pages").join(page).exists(), "{page}");
    }
    let object = folder.run("man --json").objects(0);
    assert!(object[0]["page"].as_str().unwrap().contains("payinsurance"));
}
