//! `payinsurance demo`: one hospital's day through the whole document, against a sandbox, over real HTTP.
//!
//! Steps, in order: start the sandbox and a hospital server on free loopback ports; play (`play`); close with a table; stop both.
//! Everything that a step claims is checked where it can be seen: at the hospital, at the platform, in the bill.

mod bill;
mod hospital;
mod orders;
mod play;
mod timeline;

use std::process::ExitCode;
use std::time::Duration;

use payinsurance::Client;
use payinsurance_sandbox::{MerchantConfig, Mode, PatientConfig, Sandbox};
use signed_xml::{BeijingTime, Key};
use signed_xml_client::Merchant;

use hospital::Hospital;
use timeline::Timeline;

/// Arguments of `payinsurance demo`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Prints one JSON object per step instead of the timeline
    #[arg(long)]
    json: bool,
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
#[expect(clippy::print_stderr, reason = "what is no result goes to stderr")]
pub(crate) async fn run(arguments: &Arguments) -> ExitCode {
    let mut timeline = Timeline::new(arguments.json);
    let played = async {
        let world = World::start(arguments.mode).await?;
        let outcome = play::play(&world, &mut timeline).await;
        timeline.close(&world.hospital.orders(), &world.sandbox.orders());
        world.stop().await;
        outcome
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
    sandbox: Sandbox,
    hospital: Hospital,
    client: Client,
    merchant: MerchantConfig,
    patient: PatientConfig,
    mode: AccessMode,
}

impl World {
    async fn start(mode: AccessMode) -> Result<Self, Failure> {
        let sandbox = Sandbox::start().await?;
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
        let client = Client::builder(profile(&merchant)?)
            .origin(sandbox.origin())
            .build()?;
        let hospital = Hospital::start(client.clone()).await?;
        Ok(Self {
            sandbox,
            hospital,
            client,
            merchant,
            patient,
            mode,
        })
    }

    async fn stop(self) {
        self.hospital.stop().await;
        self.sandbox.shutdown().await;
    }
}

/// Lets the sandbox's day begin at nine, so that the demo never runs across midnight.
async fn morning(sandbox: &Sandbox) {
    let now = BeijingTime::at(sandbox.now()).to_string();
    // `yyyy-MM-dd HH:mm:ss`
    let part = |from: usize| {
        now.get(from..from + 2)
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(0_u64)
    };
    let seconds = part(11) * 3600 + part(14) * 60 + part(17);
    sandbox
        .advance(Duration::from_secs((24 + 9) * 3600 - seconds))
        .await;
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
