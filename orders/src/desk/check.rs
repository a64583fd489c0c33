//! Whether a desk is set up as the platform wants it, before the first order.

use std::fmt;

use jiff::SignedDuration;
use payinsurance::{ErrorCode, queryorder};

use super::{Desk, DeskError};
use crate::LastError;

/// What asking the platform for one hospital showed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// The name under which the desk knows the hospital.
    pub merchant: String,
    /// What is wrong; `None` if an access token was given and both signatures were accepted.
    pub problem: Option<LastError>,
    /// How far the desk's clock is ahead of the platform's, negative if it is behind; `None` if the two differ by no more than [`Check::MAX_DIFFERENCE`],
    /// or no response says what time it is there.
    pub clock_is_ahead: Option<SignedDuration>,
}

impl Check {
    /// So much may the clocks of the desk and of the platform differ: 2 minutes.
    pub const MAX_DIFFERENCE: SignedDuration = SignedDuration::from_mins(2);
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            None => write!(
                f,
                "{}: ok, access token and signatures are accepted",
                self.merchant
            )?,
            Some(problem) => write!(f, "{}: {problem}", self.merchant)?,
        }
        match self.clock_is_ahead {
            Some(ahead) => write!(f, "; {}", clock_words(ahead)),
            None => Ok(()),
        }
    }
}

impl Desk {
    /// Asks the platform about an order that does not exist, once for each hospital: its signed "no such order" proves that it can be reached, that
    /// the app secret gives a token, that it accepts our signature and that we accept its own. Nothing is stored.
    ///
    /// The desk's clock is held against the `Date` of the responses.
    ///
    /// # Errors
    ///
    /// [`DeskError::Invalid`] if the question cannot be made. What the platform answers is in the [`Check`]s.
    pub async fn check(&self) -> Result<Vec<Check>, DeskError> {
        let mut checks = Vec::new();
        for (merchant, client) in &self.inner().merchants {
            let nonce = self.inner().nonce.nonce().unwrap_or_default();
            let chance: String = nonce.chars().take(24).collect();
            let question = queryorder::Request::builder()
                .hosp_out_trade_no(format!("CHECK{chance}"))
                .build()
                .map_err(|violations| DeskError::Invalid(violations.into()))?;
            let begun_at = self.now();
            let answer = client.queryorder(&question).await;
            // A reading of an earlier call says nothing of a clock that was set right since.
            let reading = client.generic().peer_clock();
            let reading = reading.filter(|reading| reading.own >= begun_at);
            let ahead = reading.map(|reading| reading.own_is_ahead());
            let clock_is_ahead = ahead.filter(|ahead| ahead.abs() > Check::MAX_DIFFERENCE);
            if let Some(ahead) = clock_is_ahead {
                tracing::warn!(%merchant, "{}", clock_words(ahead));
            }
            let error = answer
                .err()
                .filter(|error| error.err_code() != Some(ErrorCode::OrderNotFound.as_str()));
            let problem = error.map(|error| LastError {
                at: self.now(),
                interface: "queryorder".to_owned(),
                text: error.to_string(),
                effect: error.effect(),
            });
            if let Some(problem) = &problem {
                tracing::warn!(%merchant, error = %problem.text, "a hospital of the desk cannot ask the platform");
            }
            checks.push(Check {
                merchant: merchant.clone(),
                problem,
                clock_is_ahead,
            });
        }
        Ok(checks)
    }
}

/// What is wrong with a clock, and what to do.
fn clock_words(ahead: SignedDuration) -> String {
    let direction = if ahead.is_negative() {
        "behind"
    } else {
        "ahead of"
    };
    let seconds = ahead.as_secs().unsigned_abs();
    format!(
        "the clock of this machine is {seconds} seconds {direction} that of the platform: set it by NTP; with a wrong clock the desk closes orders and \
         renews access tokens too early or too late, and the times in requests are wrong"
    )
}
