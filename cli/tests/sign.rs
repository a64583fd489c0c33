//! `payinsurance sign`, as a user calls it.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use assert_cmd::Command;
use signed_xml::{Fields, Key, Limits, SignType};

const KEY: &str = "a3f1c27e9b4d58606e1d7c9025b8f4a3";
const SECRET: &str = "5f0c9d1e7a3b48266e1f8d0b9c7a2e34";

fn payinsurance(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payinsurance"));
    command
        .env_remove("PAYINSURANCE_KEY")
        .env_remove("PAYINSURANCE_APP_SECRET")
        .env_remove("PAYINSURANCE_CONFIG_FILE")
        .env_remove("PAYINSURANCE_LANG")
        .env("XDG_CONFIG_HOME", "/nowhere")
        .env("LC_ALL", "C")
        .args(arguments);
    command
}

/// Exit code, stdout and stderr.
fn ran(command: &mut Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn order() -> Fields {
    Fields::from_pairs([
        ("appid", "wx2d7a0f3c5b8e4a91"),
        ("mch_id", "1900000101"),
        ("hosp_out_trade_no", "YD20181204075841"),
        ("user_name", "张三"),
        ("total_fee", "7750"),
        ("cash_fee", "0"),
    ])
    .unwrap()
}

fn signed(key: &str) -> Vec<u8> {
    order().to_signed_xml(&Key::new(key).unwrap(), SignType::Md5)
}

#[test]
fn a_right_signature_ends_with_0() {
    let mut command = payinsurance(&["sign", "explain"]);
    let (code, out, _) = ran(command
        .env("PAYINSURANCE_KEY", KEY)
        .write_stdin(signed(KEY)));
    assert_eq!(code, 0, "{out}");
    assert!(out.starts_with("verdict: the signature is right"), "{out}");
}

#[test]
fn a_mistake_is_named_as_json_and_ends_with_1() {
    let mut command = payinsurance(&["sign", "explain", "-", "--json"]);
    command
        .env("PAYINSURANCE_KEY", KEY)
        .env("PAYINSURANCE_APP_SECRET", SECRET);
    let (code, out, _) = ran(command.write_stdin(signed(SECRET)));
    assert_eq!(code, 1);
    let object: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(object["verdict"], "explained");
    assert_eq!(object["mistakes"][0]["mistake"], "other_secret");
    assert_eq!(object["mistakes"][0]["detail"], "the app secret");
    for secret in [KEY, SECRET, "张三", "YD20181204075841"] {
        assert!(!out.contains(secret), "{out}");
    }
}

#[test]
fn the_key_comes_from_a_configuration_too() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("merchants.json");
    let merchants = serde_json::json!({ "merchants": [{
        "name": "first", "mode": "independent", "appid": "wx2d7a0f3c5b8e4a91", "mch_id": "1900000101",
        "app_secret": SECRET, "key": KEY,
    }]});
    std::fs::write(&config, merchants.to_string()).unwrap();
    let message = folder.path().join("message.xml");
    let whole = Fields::parse(&signed(KEY), &Limits::default()).unwrap();
    let sent = whole.iter().filter(|(name, _)| *name != "cash_fee");
    std::fs::write(&message, Fields::from_pairs(sent).unwrap().to_xml()).unwrap();
    let arguments = [
        "sign",
        "explain",
        "--lang",
        "zh",
        "--config",
        config.to_str().unwrap(),
        message.to_str().unwrap(),
    ];
    let (code, out, err) = ran(&mut payinsurance(&arguments));
    // A zero that was signed and not sent: the table names the field.
    assert_eq!(code, 1, "{out}{err}");
    assert!(
        out.contains("结论：`cash_fee` 没有值，却以 `0` 参与了签名"),
        "{out}"
    );
    assert!(!out.contains(KEY) && !out.contains(SECRET));
}

#[test]
fn what_nothing_explains_ends_with_3_and_says_what_was_tried() {
    let mut command = payinsurance(&["sign", "explain"]);
    let other = signed("0d9e4b7a61c85f32ab40de7719c3f586");
    let (code, out, _) = ran(command.env("PAYINSURANCE_KEY", KEY).write_stdin(other));
    assert_eq!(code, 3);
    assert!(
        out.contains("none of the known mistakes") && out.contains("tried: "),
        "{out}"
    );
}

#[test]
fn no_message_ends_with_4_and_no_key_with_2() {
    let mut command = payinsurance(&["sign", "explain"]);
    assert_eq!(
        ran(command.env("PAYINSURANCE_KEY", KEY).write_stdin("hello")).0,
        4
    );
    let mut command = payinsurance(&["sign", "verify"]);
    assert_eq!(
        ran(command.env("PAYINSURANCE_KEY", KEY).write_stdin("hello")).0,
        4
    );
    for arguments in [["sign", "explain"], ["sign", "verify"], ["sign", "make"]] {
        let (code, _, err) = ran(payinsurance(&arguments).write_stdin(signed(KEY)));
        assert_eq!(code, 2);
        assert!(err.contains("PAYINSURANCE_KEY"), "{err}");
    }
    let mut command = payinsurance(&["sign", "explain", "--interface", "nothing"]);
    let (code, _, err) = ran(command
        .env("PAYINSURANCE_KEY", KEY)
        .write_stdin(signed(KEY)));
    assert_eq!(code, 2);
    assert!(err.contains("unifiedorder request"), "{err}");
}

#[test]
fn there_is_no_flag_for_the_key() {
    let (code, _, _) = ran(&mut payinsurance(&["sign", "explain", "--key", KEY]));
    assert_eq!(code, 2);
}

#[test]
fn a_signature_is_made_and_verified() {
    let mut make = payinsurance(&["sign", "make"]);
    let (code, made, _) = ran(make
        .env("PAYINSURANCE_KEY", KEY)
        .write_stdin(order().to_xml()));
    assert_eq!(code, 0);
    assert_eq!(made.trim_end().as_bytes(), signed(KEY));
    let mut verify = payinsurance(&["sign", "verify"]);
    let (code, _, _) = ran(verify.env("PAYINSURANCE_KEY", KEY).write_stdin(made));
    assert_eq!(code, 0);
    let mut verify = payinsurance(&["sign", "verify"]);
    let (code, out, _) = ran(verify
        .env("PAYINSURANCE_KEY", KEY)
        .write_stdin(signed(SECRET)));
    assert_eq!(code, 1);
    assert!(out.contains("sign explain"), "{out}");
}
