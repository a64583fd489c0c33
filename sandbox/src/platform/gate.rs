//! What every signed call passes before its business begins.
//!
//! Order: access token (and, for refunds, the caller's address), body, signature, fields and rules. The ids and everything that needs
//! the platform's memory come after that, in the interface's own file.

use std::net::IpAddr;

use signed_xml::{Call, Fields, Key, Limits, Message, Problem, Violations, validate_complete};

use crate::diagnosis::{Diagnosis, Suspects};
use payinsurance::Interface;

use super::answer::{Answer, Envelope, Refusal};
use super::{Incoming, Moment, Platform};

/// The query parameter of the access token.
const ACCESS_TOKEN: &str = "access_token";

/// The business of one interface.
type Business<C> = fn(&mut Platform, usize, C, &mut Moment<'_>) -> Result<Answer, Refusal>;

impl Platform {
    /// Takes a call through the checks into its business.
    pub(super) fn admit<C: Call>(
        &mut self,
        call: &Incoming<'_>,
        at: &mut Moment<'_>,
        envelope: &mut Envelope,
        business: Business<C>,
    ) -> Result<Answer, Refusal> {
        let merchant = self.authorized(call, at)?;
        envelope.sealed_with(&self.merchants[merchant].key);
        let fields = Fields::parse(call.body, &Limits::default())
            .map_err(|error| Refusal::Format(error.to_string()))?;
        envelope.echo(&fields);
        let request = self.verified::<C>(merchant, &fields)?;
        self.with_faults(call.interface, |platform| {
            business(platform, merchant, request, at)
        })
    }

    fn authorized(&self, call: &Incoming<'_>, at: &Moment<'_>) -> Result<usize, Refusal> {
        let token = call.query.iter().find(|(name, _)| name == ACCESS_TOKEN);
        let merchant = self
            .tokens
            .owner(token.map(|(_, token)| token.as_str()), at.now)?;
        if call.interface == Interface::Refund {
            self.listed(merchant, call.client_ip)?;
        }
        Ok(merchant)
    }

    /// 3.6: only addresses that were given to the platform may ask for refunds.
    fn listed(&self, merchant: usize, ip: IpAddr) -> Result<(), Refusal> {
        match self.merchants[merchant].lists(ip) {
            true => Ok(()),
            false => Err(Refusal::Access {
                errcode: 61_004,
                errmsg: format!("access clientip is not registered: {ip}"),
            }),
        }
    }

    fn verified<C: Call>(&self, merchant: usize, fields: &Fields) -> Result<C, Refusal> {
        let own = &self.merchants[merchant];
        if C::SCHEMA.signed && fields.verify_by(&own.key, C::SCHEMA.sign_type).is_err() {
            let suspects = self.suspects::<C>(merchant);
            return Err(Refusal::Signature(Box::new(Diagnosis::of(
                fields, &suspects,
            ))));
        }
        let request: C = fields
            .read()
            .map_err(|errors| Refusal::Format(errors.to_string()))?;
        validate_complete(&request).map_err(|violations| Refusal::Format(words(&violations)))?;
        Ok(request)
    }

    /// What explains a wrong signature of a message of that merchant.
    pub(super) fn suspects<M: Message>(&self, merchant: usize) -> Suspects<'_> {
        Suspects {
            schema: M::SCHEMA,
            key: &self.merchants[merchant].key,
            others: self.other_secrets(merchant),
            reveal: self.config.reveal,
        }
    }

    /// What a message may have been signed with by mistake.
    fn other_secrets(&self, merchant: usize) -> Vec<(String, Key)> {
        let mut secrets = Vec::new();
        for (i, known) in self.merchants.iter().enumerate() {
            let whose = match i == merchant {
                true => String::new(),
                false => format!(" of {}", known.config.appid),
            };
            if let Ok(secret) = Key::of_any_length(known.config.app_secret.as_str()) {
                secrets.push((format!("the app secret{whose}"), secret));
            }
            if i != merchant {
                secrets.push((format!("the key{whose}"), known.key.clone()));
            }
        }
        secrets
    }
}

/// The violations in short: a `return_msg` holds 128 characters.
fn words(violations: &Violations) -> String {
    let words: Vec<String> = violations
        .iter()
        .map(|violation| match &violation.problem {
            Problem::Rule { name, check, .. } => format!("rule {name}: {check}"),
            _ => violation.to_string(),
        })
        .collect();
    words.join("; ")
}
