//! How the patient gets to the payment page: `cargo run -p payinsurance --example launch_values`.
//!
//! One hospital orders from its mini program, the other one from an official account or an app
//! (1.5.1 to 1.5.3).

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::error::Error;

use payinsurance::unifiedorder::Response;
use payinsurance::{Client, Key, Merchant, Text};
use payinsurance_sandbox::{Config, Sandbox, samples};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut config = Config::default();
    config.merchants[0].pay_appid = Some("wxf0a80d0ac2e82aa7".to_owned());
    let sandbox = Sandbox::builder().config(config).start().await?;

    // Under a service provider, in a mini program.
    let [first, second] = sandbox.merchants() else {
        return Err("the sandbox has two test hospitals".into());
    };
    let sub_mch_id = first.sub_mch_id.as_deref().unwrap_or_default();
    let merchant = Merchant::service_provider(
        &*first.appid,
        &*first.mch_id,
        sub_mch_id,
        Key::new(&*first.key)?,
    )?
    .with_sub_appid(first.sub_appid.as_deref().unwrap_or_default())?
    .with_app_secret(&*first.app_secret)?;
    let client = Client::builder(merchant).origin(sandbox.origin()).build()?;
    let placed = client.unifiedorder(&samples::order("T1")).await?;
    assert!(placed.mini_program().is_some());
    launch(&placed);

    // Independent, in an official account or an app.
    let merchant = Merchant::independent(&*second.appid, &*second.mch_id, Key::new(&*second.key)?)?
        .with_app_secret(&*second.app_secret)?;
    let client = Client::builder(merchant).origin(sandbox.origin()).build()?;
    let mut order = samples::order("T1");
    order.sub_openid = None;
    order.openid = Some(Text::from("oSandboxPatientOfTheHospital"));
    let placed = client.unifiedorder(&order).await?;
    assert!(placed.mini_program().is_none());
    launch(&placed);
    Ok(())
}

// ANCHOR: launch
/// What the front end of the hospital receives.
fn launch(placed: &Response) {
    if let Some(values) = placed.mini_program() {
        println!(
            "wx.navigateToMiniProgram: appId {}, path {}",
            values.appid, values.path
        );
    }
    if let Some(values) = placed.official_account() {
        println!("official account: open {}", values.url);
    }
    if let Some(values) = placed.app() {
        println!("app: hand {} to the WeChat SDK", values.url);
    }
}
// ANCHOR_END: launch
