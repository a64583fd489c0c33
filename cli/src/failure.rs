//! Why a command did not do what it was asked, and the exit code that says so.

use std::fmt;
use std::process::ExitCode;

use payinsurance_orders::store::StoreError;

use crate::language::language;
use crate::output::note;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments or the configuration are wrong.
    Arguments(String),
    /// Something is not there, or the platform or the store did not do its part.
    NotDone(String),
    /// The platform may have done it: ask before it is repeated.
    Open(String),
    /// The input is not a message.
    NoMessage(String),
    /// So many rows cannot be read. The others were given.
    Unreadable(usize),
}

impl Failure {
    /// Says it on stderr; the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        note(format_args!(
            "{}{self}",
            language().pick("错误：", "error: ")
        ));
        match self {
            Self::NotDone(_) => ExitCode::FAILURE,
            Self::Arguments(_) => ExitCode::from(2),
            Self::Open(_) | Self::Unreadable(_) => ExitCode::from(3),
            Self::NoMessage(_) => ExitCode::from(4),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::NotDone(error.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arguments(words)
            | Self::NotDone(words)
            | Self::Open(words)
            | Self::NoMessage(words) => f.write_str(words),
            Self::Unreadable(count) => write!(
                f,
                "rows left out, since this version cannot read them: {count}; use the version that wrote them, or restore a backup"
            ),
        }
    }
}
