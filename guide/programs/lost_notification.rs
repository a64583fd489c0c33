//! An order whose notification is lost, in a test of the hospital's own: the desk asks, and finds it
//! paid.

use std::error::Error;
use std::time::Duration;

use payinsurance::{Client, Key, Merchant};
use payinsurance_orders::store::MemoryStore;
use payinsurance_orders::{Desk, State};
use payinsurance_sandbox::{Act, FaultKind, FaultRule, Sandbox, samples};

#[tokio::test]
async fn a_payment_is_found_although_its_notification_is_lost() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    sandbox.add_fault(FaultRule::new(FaultKind::NotificationLost));
    let desk = desk(&sandbox)?;

    desk.place("clinic", &samples::order("T1")).await?;
    sandbox.pay("T1", Act::Pay)?;
    assert_eq!(desk.order("clinic", "T1").await?.state, State::Placed);

    sandbox.advance(Duration::from_secs(15)).await;
    // The steps of the workers, without their pauses.
    while desk.work_once(desk.now()).await?.orders > 0 {}
    assert_eq!(desk.order("clinic", "T1").await?.state, State::Paid);
    Ok(())
}

/// A desk whose clock is the sandbox's, so that `advance` moves both.
fn desk(sandbox: &Sandbox) -> Result<Desk, Box<dyn Error>> {
    let hospital = sandbox.merchants()[0].clone();
    let sub_mch_id = hospital.sub_mch_id.unwrap_or_default();
    let merchant = Merchant::service_provider(
        hospital.appid,
        hospital.mch_id,
        sub_mch_id,
        Key::new(hospital.key)?,
    )?
    .with_sub_appid(hospital.sub_appid.unwrap_or_default())?
    .with_app_secret(hospital.app_secret)?;
    let clock = sandbox.clock();
    let desk = Desk::builder(MemoryStore::default())
        .merchant("clinic", Client::builder(merchant).origin(sandbox.origin()))
        .clock(move || clock.now())
        .build()?;
    Ok(desk)
}
