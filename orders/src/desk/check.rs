//! Whether a desk is set up as the platform wants it, before the first order.

use std::fmt;

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
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            None => write!(
                f,
                "{}: ok, access token and signatures are accepted",
                self.merchant
            ),
            Some(problem) => write!(f, "{}: {problem}", self.merchant),
        }
    }
}

impl Desk {
    /// Asks the platform about an order that does not exist, once for each hospital: its signed "no such order" proves that it can be reached, that
    /// the app secret gives a token, that it accepts our signature and that we accept its own. Nothing is stored.
    ///
    /// The clock is not checked: a wrong one shows as calls that come too early or too late.
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
            let answer = client.queryorder(&question).await;
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
            });
        }
        Ok(checks)
    }
}
