//! Access tokens (3.2): issued for a merchant, made invalid by the next one after an overlap, at an end after their lifetime.
//!
//! The numbers here are those of the open platform, which the interface document points at and does not list.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use payinsurance::{gettoken, token};
use serde::{Deserialize, Serialize};

use crate::config::{Config, GetTokenForm, Mode};

use super::answer::{Answer, Refusal};
use super::marks::Marks;
use super::random::{Random, word};
use super::{Event, Incoming, Moment, Platform};

/// The only grant there is.
const GRANT: &str = "client_credential";

/// The length of a token that is issued: within the document's 256, and long enough to burst a column of 64.
const LENGTH: usize = 136;

/// A token is recognized by its length and letters.
const PREFIX: &str = "SB_";

/// All tokens that were issued and have not been forgotten.
#[derive(Debug, Clone, Default)]
pub(super) struct Tokens {
    issued: BTreeMap<String, Issued>,
    pub(super) changed: Marks<String>,
}

/// What is known of a token.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issued {
    pub(super) merchant: usize,
    until: Timestamp,
    /// When a newer token ended it.
    superseded: Option<Timestamp>,
    /// It is of `stable_token`: the tokens of the two interfaces do not end each other.
    stable: bool,
}

/// A request of `stable_token`.
#[derive(Deserialize)]
struct Stable {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    appid: String,
    #[serde(default)]
    secret: String,
    #[serde(default)]
    force_refresh: bool,
}

impl Tokens {
    /// Issues a token; the merchant's older ones of that kind live on for the overlap.
    fn issue(
        &mut self,
        merchant: usize,
        stable: bool,
        config: &Config,
        now: Timestamp,
        random: &mut dyn Random,
    ) -> String {
        let later = |time: Duration| now.saturating_add(time).unwrap_or(Timestamp::MAX);
        let changed = &mut self.changed;
        self.issued.retain(|text, token| {
            let stays = now.duration_since(token.until).as_secs() < 86_400;
            if !stays {
                changed.mark(text.clone());
            }
            stays
        });
        for (text, old) in self.issued.iter_mut().filter(|(_, token)| {
            token.merchant == merchant && token.stable == stable && token.superseded.is_none()
        }) {
            old.superseded = Some(later(config.token_overlap));
            self.changed.mark(text.clone());
        }
        let text = format!("{PREFIX}{}", word(random, LENGTH - PREFIX.len()));
        let token = Issued {
            merchant,
            until: later(config.token_lifetime),
            superseded: None,
            stable,
        };
        self.issued.insert(text.clone(), token);
        self.changed.mark(text.clone());
        text
    }

    /// Puts a saved token back, or forgets it.
    pub(super) fn put(&mut self, token: String, issued: Option<Issued>) {
        match issued {
            Some(issued) => self.issued.insert(token, issued),
            None => self.issued.remove(&token),
        };
    }

    pub(super) fn get(&self, token: &str) -> Option<&Issued> {
        self.issued.get(token)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Issued)> {
        let issued = self.issued.iter();
        issued.map(|(token, issued)| (token.as_str(), issued))
    }

    /// The stable token of a merchant and its end, unless that is nearer than the overlap.
    fn stable(&self, merchant: usize, config: &Config, now: Timestamp) -> Option<(&str, Duration)> {
        let left = |token: &Issued| Duration::try_from(token.until.duration_since(now)).ok();
        self.issued
            .iter()
            .filter(|(_, token)| {
                token.merchant == merchant && token.stable && token.superseded.is_none()
            })
            .filter_map(|(text, token)| Some((text.as_str(), left(token)?)))
            .find(|(_, left)| *left > config.token_overlap)
    }

    /// The merchant that a token stands for.
    pub(super) fn owner(&self, token: Option<&str>, now: Timestamp) -> Result<usize, Refusal> {
        let token = token.filter(|token| !token.is_empty());
        let text = token.ok_or_else(|| Refusal::access(41_001, "access_token missing"))?;
        let Some(issued) = self.issued.get(text) else {
            return Err(match text.len() == LENGTH && text.starts_with(PREFIX) {
                true => Refusal::access(
                    40_001,
                    "invalid credential, access_token is invalid or not latest",
                ),
                false => Refusal::access(40_014, "invalid access_token"),
            });
        };
        if issued.superseded.is_some_and(|end| now >= end) {
            return Err(Refusal::access(
                40_001,
                "invalid credential, access_token is not latest",
            ));
        }
        if now >= issued.until {
            return Err(Refusal::access(42_001, "access_token expired"));
        }
        Ok(issued.merchant)
    }
}

impl Platform {
    /// 3.2.1: for a service provider, on behalf of a hospital.
    ///
    /// What is wrong is reported as `err_code` of the reply's own table, with the open platform's numbers, which 3.2.1 points at.
    pub(super) fn gettoken(
        &mut self,
        call: &Incoming<'_>,
        at: &mut Moment<'_>,
    ) -> Result<Answer, Refusal> {
        let query = Query::of(call);
        let merchant = self.merchants.iter().position(|merchant| {
            merchant.config.mode == Mode::ServiceProvider
                && query.get("agentappid") == merchant.config.appid
                && merchant.config.sub_appid.as_deref() == Some(query.get("appid"))
        });
        let token = match self.grant(merchant, &query, "agentsecret", at) {
            Ok(token) => token,
            Err(Refusal::Access { errcode, errmsg })
                if self.config.gettoken_form == GetTokenForm::Xml =>
            {
                return Err(Refusal::Platform {
                    err_code: errcode.to_string(),
                    err_code_des: errmsg,
                });
            }
            Err(refusal) => return Err(refusal),
        };
        let mut reply = gettoken::Response::default();
        reply.access_token = token.into();
        reply.expires_in = self.config.token_lifetime;
        Ok(match self.config.gettoken_form {
            GetTokenForm::Xml => Answer::message(&reply),
            GetTokenForm::Json => Answer::json(&reply),
        })
    }

    /// 3.2.2: for a hospital on its own. Answered in JSON, as the open platform does.
    pub(super) fn token(
        &mut self,
        call: &Incoming<'_>,
        at: &mut Moment<'_>,
    ) -> Result<Answer, Refusal> {
        let query = Query::of(call);
        let merchant = self.merchants.iter().position(|merchant| {
            merchant.config.mode == Mode::Independent && query.get("appid") == merchant.config.appid
        });
        let token = self.grant(merchant, &query, "secret", at)?;
        let mut reply = token::Response::default();
        reply.access_token = token.into();
        reply.expires_in = self.config.token_lifetime;
        Ok(Answer::json(&reply))
    }

    /// The open platform's `stable_token`, for a hospital on its own: the same token until it is
    /// nearly at its end, or a new one if it is asked for by `force_refresh`.
    pub(super) fn stable(&mut self, body: &[u8], at: &mut Moment<'_>) -> Result<Answer, Refusal> {
        let asked: Stable = serde_json::from_slice(body)
            .map_err(|_| Refusal::access(47_001, "data format error: a JSON object is expected"))?;
        let merchant = self.merchants.iter().position(|merchant| {
            merchant.config.mode == Mode::Independent && asked.appid == merchant.config.appid
        });
        let merchant = self.permitted(merchant, &asked.grant_type, &asked.secret)?;
        let standing = self.tokens.stable(merchant, &self.config, at.now);
        let (token, left) = match standing.filter(|_| !asked.force_refresh) {
            Some((token, left)) => (token.to_owned(), left),
            None => {
                let token = self.issue(merchant, true, at);
                (token, self.config.token_lifetime)
            }
        };
        let mut reply = token::Response::default();
        reply.access_token = token.into();
        reply.expires_in = Duration::from_secs(left.as_secs());
        Ok(Answer::json(&reply))
    }

    fn grant(
        &mut self,
        merchant: Option<usize>,
        query: &Query<'_>,
        secret: &str,
        at: &mut Moment<'_>,
    ) -> Result<String, Refusal> {
        let merchant = self.permitted(merchant, query.get("grant_type"), query.get(secret))?;
        Ok(self.issue(merchant, false, at))
    }

    /// The merchant, if the caller may have a token of it.
    fn permitted(
        &self,
        merchant: Option<usize>,
        grant_type: &str,
        secret: &str,
    ) -> Result<usize, Refusal> {
        if grant_type != GRANT {
            return Err(Refusal::access(40_002, "invalid grant_type"));
        }
        let merchant = merchant.ok_or_else(|| Refusal::access(40_013, "invalid appid"))?;
        if secret != self.merchants[merchant].config.app_secret {
            return Err(Refusal::access(40_125, "invalid appsecret"));
        }
        Ok(merchant)
    }

    fn issue(&mut self, merchant: usize, stable: bool, at: &mut Moment<'_>) -> String {
        let appid = self.merchants[merchant].config.appid.clone();
        self.events.push(Event::TokenIssued { appid });
        self.tokens
            .issue(merchant, stable, &self.config, at.now, at.random)
    }
}

struct Query<'a>(&'a [(String, String)]);

impl<'a> Query<'a> {
    fn of(call: &Incoming<'a>) -> Self {
        Self(call.query)
    }

    /// The value of a parameter; empty when it is absent.
    fn get(&self, name: &str) -> &'a str {
        self.0
            .iter()
            .find(|(found, _)| found == name)
            .map_or("", |(_, value)| value)
    }
}
