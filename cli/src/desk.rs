//! A desk for one command: over the configured store, for the hospital that is meant.

use payinsurance::{Client, ErrorCode};
use payinsurance_orders::store::Access;
use payinsurance_orders::{Desk, DeskError, Order};

use crate::config::Calling;
use crate::context::Context;
use crate::failure::Failure;
use crate::language::{Language, language};
use crate::orders::{Opened, Place};

/// Which store, and where calls go.
#[derive(clap::Args)]
// Its name would be that of the command's own group.
#[group(skip)]
pub(crate) struct Arguments {
    /// The store of the hospital's desk: the path of a SQLite file, `sqlite:PATH`, or
    /// `postgres://…` [env: PAYINSURANCE_STORE]
    #[arg(long)]
    store: Option<String>,
    #[command(flatten)]
    calling: Calling,
}

/// A desk over a store that is open.
pub(crate) struct OneDesk {
    pub(crate) desk: Desk,
    /// The name under which the desk knows the hospital.
    pub(crate) hospital: String,
    /// Fields that all its refunds have in common.
    pub(crate) of_refund: Vec<(String, String)>,
    opened: Opened,
}

impl Arguments {
    /// The store, if one is named.
    fn place(&self, context: &Context) -> Result<Option<Place>, Failure> {
        match self.store.as_deref() {
            Some(text) => Place::named(Some(text)).map(Some),
            None => context.config()?.store_if_named(),
        }
    }

    /// The store, which must be named.
    pub(crate) fn needed_place(&self, context: &Context) -> Result<Place, Failure> {
        match self.place(context)? {
            Some(place) => Ok(place),
            None => Place::named(None),
        }
    }

    /// Opens a desk. A SQLite file that is not there is made: the command is its first desk.
    pub(crate) async fn open(&self, context: &Context) -> Result<OneDesk, Failure> {
        let config = context.config()?;
        let profile = self.calling.profile(&config)?;
        let Some(hospital) = profile.name else {
            return Err(Failure::Arguments(
                "the hospital has no name: give the one under which its orders are stored as --profile".to_owned(),
            ));
        };
        let place = self.needed_place(context)?;
        let access = match &place {
            Place::Sqlite(path) if !path.exists() => Access::Desk,
            _ => Access::Existing,
        };
        let mut builder = Client::builder(profile.merchant);
        if let Some(origin) = profile.origin {
            builder = builder.origin(origin);
        }
        let known = config.hospital()?;
        let of_refund = known.fields("refund");
        let opened = place.open(access).await?;
        let desk = Desk::over(opened.shared()).merchant(hospital.as_str(), builder);
        let desk = match desk.build() {
            Ok(desk) => desk,
            Err(error) => {
                opened.close().await;
                return Err(Failure::Arguments(error.to_string()));
            }
        };
        Ok(OneDesk {
            desk,
            hospital,
            of_refund,
            opened,
        })
    }

    /// A client of the hospital: that of its desk if there is a store, so that the desk's access
    /// token is used, else one of its own.
    pub(crate) async fn client(&self, context: &Context) -> Result<Calls, Failure> {
        let is_there = match self.place(context)? {
            Some(Place::Sqlite(path)) => path.exists(),
            Some(Place::Postgres(_)) => true,
            None => false,
        };
        if is_there && context.config()?.hospital()?.name().is_some() {
            let one = self.open(context).await?;
            let client = one.client()?.clone();
            return Ok(Calls {
                client,
                desk: Some(one),
            });
        }
        let profile = self.calling.profile(&context.config()?)?;
        let mut builder = Client::builder(profile.merchant);
        if let Some(origin) = profile.origin {
            builder = builder.origin(origin);
        }
        let client = builder.build();
        Ok(Calls {
            client: client.map_err(|error| Failure::Arguments(error.to_string()))?,
            desk: None,
        })
    }
}

/// A client, and the desk that it belongs to if a store is named.
pub(crate) struct Calls {
    pub(crate) client: Client,
    pub(crate) desk: Option<OneDesk>,
}

impl Calls {
    pub(crate) async fn close(&self) {
        if let Some(desk) = &self.desk {
            desk.close().await;
        }
    }
}

impl OneDesk {
    pub(crate) fn client(&self) -> Result<&Client, Failure> {
        self.desk.client(&self.hospital).map_err(of_desk)
    }

    pub(crate) async fn close(&self) {
        self.opened.close().await;
    }

    /// The order of that number; `None` if the store has none.
    pub(crate) async fn find(&self, number: &str) -> Result<Option<Order>, Failure> {
        match self.desk.order(&self.hospital, number).await {
            Ok(order) => Ok(Some(order)),
            Err(DeskError::NoOrder { .. }) => Ok(None),
            Err(error) => Err(of_desk(error)),
        }
    }
}

/// What a desk's error means for a command.
pub(crate) fn of_desk(error: DeskError) -> Failure {
    match error {
        DeskError::Invalid(error) => of_call(&error),
        DeskError::UnknownMerchant { .. } | DeskError::ControlCharacter { .. } => {
            Failure::Arguments(error.to_string())
        }
        DeskError::Contended { .. } => Failure::Open(error.to_string()),
        _ => Failure::NotDone(error.to_string()),
    }
}

/// What a client's error means for a command, with the document's words about its code.
pub(crate) fn of_call(error: &payinsurance::Error) -> Failure {
    if let payinsurance::Error::Invalid(violations) = error {
        return Failure::Arguments(match language() {
            Language::Zh => violations.in_chinese().to_string(),
            Language::En => violations.to_string(),
        });
    }
    let advice = error.err_code().and_then(advice);
    let advice = advice.map(|words| format!("\n{words}")).unwrap_or_default();
    Failure::NotDone(format!("{error}{advice}"))
}

/// What the document says of an error code: meaning, and what to do.
pub(crate) fn advice(code: &str) -> Option<String> {
    let known = ErrorCode::from_wire(code);
    let meaning = known.meaning()?;
    let (zh, en) = (known.advice_zh(), known.advice());
    let advice = language().pick(zh.or(en), en).unwrap_or_default();
    Some(language().pick(
        format!("{code} {meaning}：{advice}"),
        format!("{code} {meaning}: {advice}"),
    ))
}
