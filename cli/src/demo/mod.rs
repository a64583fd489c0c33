//! `payinsurance demo`: one hospital's day through the whole document, against a sandbox, over real HTTP.
//!
//! Steps, in order: start the sandbox and a hospital with an order desk on free loopback ports; play (`play`); close with a table; stop both.
//! Everything that a step claims is checked where it can be seen: at the hospital, at the platform, in the bill. Nothing waits: the hospital
//! lives in the sandbox's time, which is advanced.

mod bill;
mod hospital;
mod orders;
mod paying;
mod placing;
mod play;
mod refunding;
mod timeline;

use std::process::ExitCode;
use std::sync::Arc;

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use payinsurance::Client;
use payinsurance_orders::Order;
use payinsurance_sandbox::{MerchantConfig, Mode, OrderView, PatientConfig, Sandbox};
use signed_xml::Key;
use signed_xml_client::{Clock, Merchant};

use crate::context::Context;
use hospital::{Hospital, MERCHANT};
use orders::Claim;
use timeline::Timeline;

/// Arguments of `payinsurance demo`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The access mode (chapter 2 of the document)
    #[arg(long, value_enum, default_value_t = AccessMode::ServiceProvider)]
    mode: AccessMode,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum AccessMode {
    ServiceProvider,
    Independent,
}

/// Why a step did not hold, in words.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Plays the demo; success only if every step held.
#[expect(clippy::print_stderr, reason = "what is not a result goes to stderr")]
pub(crate) async fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    let mut timeline = Timeline::new(context.json);
    let played = async {
        let world = World::start(arguments.mode).await?;
        let outcome = play::play(&world, &mut timeline).await;
        let closed = world.hospital.orders().await;
        let closed = closed.map(|orders| timeline.close(&orders, &world.sandbox.orders()));
        // The sandbox stops when it is dropped.
        let stopped = world.hospital.stop().await;
        outcome.and(closed).and(stopped)
    };
    match played.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: the demo did not hold: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Both parties, and what the hospital was given to connect with.
struct World {
    sandbox: Arc<Sandbox>,
    hospital: Hospital,
    merchant: MerchantConfig,
    patient: PatientConfig,
    mode: AccessMode,
}

impl World {
    async fn start(mode: AccessMode) -> Result<Self, Failure> {
        let sandbox = Arc::new(Sandbox::start().await?);
        morning(&sandbox).await;
        let wanted = match mode {
            AccessMode::ServiceProvider => Mode::ServiceProvider,
            AccessMode::Independent => Mode::Independent,
        };
        let merchant = sandbox
            .merchants()
            .iter()
            .find(|merchant| merchant.mode == wanted)
            .cloned();
        let merchant = merchant.ok_or("the sandbox has no hospital of that access mode")?;
        let patient = sandbox
            .patients()
            .first()
            .cloned()
            .ok_or("the sandbox has no patient")?;
        let client = Client::builder(profile(&merchant)?).origin(sandbox.origin());
        let hospital = Hospital::start(client, SandboxTime(Arc::clone(&sandbox))).await?;
        Ok(Self {
            sandbox,
            hospital,
            merchant,
            patient,
            mode,
        })
    }

    /// An order as the hospital has it.
    async fn at_hospital(&self, claim: &Claim) -> Result<Order, Failure> {
        let desk = &self.hospital.desk;
        Ok(desk.order(MERCHANT, &claim.hosp_out_trade_no).await?)
    }

    /// An order as the platform has it.
    fn at_platform(&self, claim: &Claim) -> Result<OrderView, Failure> {
        let mut orders = self.sandbox.orders().into_iter();
        let found = orders.find(|order| order.hosp_out_trade_no == claim.hosp_out_trade_no);
        found.ok_or_else(|| "the platform does not have the order".into())
    }

    /// How often an interface was called.
    fn calls(&self, interface: &str) -> usize {
        let traffic = self.sandbox.traffic();
        traffic
            .iter()
            .filter(|exchange| exchange.interface == interface)
            .count()
    }
}

/// An error that says what was expected, unless it holds.
fn ensure(holds: bool, expected: &str) -> Result<(), Failure> {
    if holds {
        Ok(())
    } else {
        Err(format!("expected: {expected}").into())
    }
}

/// The hospital's clock shows the sandbox's time, so that both parties live through the same day.
struct SandboxTime(Arc<Sandbox>);

impl Clock for SandboxTime {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// Lets the sandbox's day begin at nine sharp: the demo never runs across midnight, and tells the same time at each run.
async fn morning(sandbox: &Sandbox) {
    // Beijing time has no summer time.
    let now = Offset::constant(8).to_datetime(sandbox.now());
    let tomorrow_at_nine = SignedDuration::from_hours(24 + 9);
    let wait = tomorrow_at_nine - now.duration_since(now.start_of_day());
    sandbox.advance(wait.unsigned_abs()).await;
}

/// What the platform gave the hospital, as the client wants it.
fn profile(merchant: &MerchantConfig) -> Result<Merchant, Failure> {
    let key = Key::new(merchant.key.as_str())?;
    let profile = match (&merchant.sub_appid, &merchant.sub_mch_id) {
        (Some(sub_appid), Some(sub_mch_id)) => Merchant::service_provider(
            merchant.appid.as_str(),
            merchant.mch_id.as_str(),
            sub_mch_id.as_str(),
            key,
        )?
        .with_sub_appid(sub_appid.as_str())?,
        _ => Merchant::independent(merchant.appid.as_str(), merchant.mch_id.as_str(), key)?,
    };
    Ok(profile.with_app_secret(merchant.app_secret.as_str())?)
}
