//! A program that places an order, compiled against a crate regenerated from an edited spec.
//!
//! A workspace of two packages, the regenerated crate and the program, stands in cargo's folder for tests; the other crates are those of this
//! workspace. It stays there, so that a second run compiles the two packages alone. Nothing is fetched.

use std::path::PathBuf;

use crate::copy::Copy;
use crate::packages::{check, manifest, read, write};

const MANIFEST: &str = r#"[package]
name = "program"
edition = "2024"

[dependencies]
payinsurance.workspace = true
signed-xml.workspace = true
"#;

const SOURCE: &str = r#"//! Places an order.

use std::net::Ipv4Addr;

use payinsurance::enums::{AllowFeeChange, OrderType, PayType, UserCardType};
use payinsurance::unifiedorder::{Request, RequestContent};
use signed_xml::{BeijingTime, Fen, IdDigest};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let content = RequestContent::builder()
        .session_id("2f20f7ae")
        .aae011("sys")
        .bka015("系统管理员")
        .bka001("1")
        .bka964("广州市")
        .build()?;
    let order = Request::builder()
        .order_type(OrderType::RegPay)
        .openid("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
        .hosp_out_trade_no("YD20181204075841")
        .hospital_name("某市第一人民医院")
        .total_fee(Fen(7750))
        .cash_fee(Fen(3333))
        .allow_fee_change(AllowFeeChange::Refuse)
        .spbill_create_ip(Ipv4Addr::new(10, 193, 0, 1))
        .notify_url("https://hospital.example/notify")
        .body("挂号费")
        .return_url("https://hospital.example/return")
        .pay_type(PayType::CashAndInsurance)
        .insurance_fee(Fen(4417))
        .user_card_type(UserCardType::IdCard)
        .user_card_no(IdDigest::of("44030019000101123x")?)
        .user_name("张三")
        .serial_no("YD20181204075841")
        .org_no("440100001")
        .gmt_out_create("20181204080117".parse::<BeijingTime>()?)
        .request_content(content)
        .bill_no("201812040805480193")
        .build()?;
    assert_eq!(order.total_fee, Fen(7750));
    Ok(())
}
"#;

/// A required field of the order that no version of the document has.
const NEW_FIELD: &str = "  { name = \"visit_no\", label = \"就诊流水号\", type = \"string\", max = 20, required = true, doc = \"Number of the visit.\" },\n";
/// In front of this row.
const ROW: &str = "  { name = \"hosp_out_trade_no\", label = \"第三方服务商订单号\"";

/// The edit that a later version of the document would ask for.
fn add_a_required_field(copy: &Copy) {
    copy.edit(
        "spec/interfaces/unifiedorder.toml",
        ROW,
        &format!("{NEW_FIELD}{ROW}"),
    );
}

/// What the compiler says of a program that does not know the field.
fn assert_names_the_field(code: Option<i32>, output: &str) {
    assert_eq!(code, Some(101), "{output}");
    for part in [
        "error[E0277]: `visit_no` (就诊流水号, section 3.3) is required and not set",
        "call `.visit_no(…)` before `.build()`",
    ] {
        assert!(output.contains(part), "{part} in {output}");
    }
    assert_eq!(output.matches("error[").count(), 1, "{output}");
}

#[test]
fn a_new_required_field_stops_a_program_that_does_not_give_it_and_names_field_and_label() {
    let copy = Copy::lasting(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("spec_edits"));
    write(&copy, "Cargo.toml", &manifest(&["generated", "program"]));
    write(&copy, "Cargo.lock", &read("Cargo.lock"));
    write(&copy, "program/Cargo.toml", MANIFEST);
    write(&copy, "program/src/main.rs", SOURCE);
    let (code, output) = check(&copy, "program");
    assert_eq!(code, Some(0), "{output}");

    add_a_required_field(&copy);
    assert_eq!(
        copy.differences(),
        [
            "stale: generated/src/lib.rs",
            "stale: generated/src/unifiedorder.rs"
        ]
    );
    copy.regenerate();
    let (code, output) = check(&copy, "program");
    assert_names_the_field(code, &output);

    let given = SOURCE.replace(
        "        .build()?;\n    assert_eq!",
        "        .visit_no(\"1\")\n        .build()?;\n    assert_eq!",
    );
    write(&copy, "program/src/main.rs", &given);
    let (code, output) = check(&copy, "program");
    assert_eq!(code, Some(0), "{output}");
}

#[test]
#[ignore = "compiles the command with all its dependencies: minutes; run with --ignored"]
fn a_new_required_field_stops_the_demo() {
    let copy = Copy::lasting(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("spec_edits_demo"));
    // What imports the generated crate comes along, so that there is one of it.
    let importers = ["cli", "orders", "reconcile", "sandbox", "tests"];
    for folder in importers {
        copy.take(folder);
    }
    let members: Vec<&str> = importers.into_iter().chain(["generated"]).collect();
    write(&copy, "Cargo.toml", &manifest(&members));
    write(&copy, "Cargo.lock", &read("Cargo.lock"));
    add_a_required_field(&copy);
    copy.regenerate();
    // The sample order of the sandbox stops first.
    let (code, output) = check(&copy, "payinsurance-cli");
    assert_names_the_field(code, &output);
    assert!(output.contains("sandbox/src/samples.rs"), "{output}");

    let samples = read("sandbox/src/samples.rs");
    let given = samples.replacen(
        ".bill_no(\"B1\")",
        ".bill_no(\"B1\")\n        .visit_no(\"1\")",
        1,
    );
    write(&copy, "sandbox/src/samples.rs", &given);
    let (code, output) = check(&copy, "payinsurance-cli");
    assert_names_the_field(code, &output);
    assert!(output.contains("cli/src/demo/"), "{output}");
}
