//! What every signed call passes before its business begins.
//!
//! Order: access token (and, for refunds, the caller's address), body, signature, lengths, fields, rules. The ids and everything that needs
//! the platform's memory come after that, in the interface's own file.

use std::net::IpAddr;

use payinsurance::Interface;
use signed_xml::{
    BodyError, Call, Fields, Length, Limits, Message, Problem, ReadError, SIGN, Violation,
    validate_complete,
};
use signed_xml_doctor::{Examination, Language, Table};

use super::answer::{Answer, Envelope, Faulty, Refusal};
use super::examine::examine;
use super::id_number::mistaken_form;
use super::{Incoming, Moment, Platform};

/// The query parameter of the access token.
const ACCESS_TOKEN: &str = "access_token";

/// The fields that carry the digest of an ID number (3.3, 3.9).
const ID_DIGESTS: [&str; 2] = ["user_card_no", "idcard_md5"];

/// The business of one interface.
type Business<C> = fn(&mut Platform, Sent<'_>, C, &mut Moment<'_>) -> Result<Answer, Refusal>;

/// Who sent a call that passed all checks, and what it holds as it was sent.
#[derive(Clone, Copy)]
pub(super) struct Sent<'a> {
    pub(super) merchant: usize,
    pub(super) fields: &'a Fields,
}

impl Platform {
    /// Takes a call through the checks into its business.
    pub(super) fn admit<C: Call>(
        &mut self,
        call: &Incoming<'_>,
        names: &[String],
        at: &mut Moment<'_>,
        envelope: &mut Envelope,
        business: Business<C>,
    ) -> Result<Answer, Refusal> {
        let merchant = self.authorized(call, at)?;
        envelope.sealed_with(&self.merchants[merchant].key);
        let fields = Fields::parse(call.body, &Limits::default())
            .map_err(|error| Refusal::format(self.why_unreadable::<C>(merchant, call, &error)))?;
        envelope.echo(&fields);
        let request = self.verified::<C>(merchant, call, &fields)?;
        let sent = Sent {
            merchant,
            fields: &fields,
        };
        self.with_faults(call.interface, names, |platform| {
            business(platform, sent, request, at)
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

    fn verified<C: Call>(
        &self,
        merchant: usize,
        call: &Incoming<'_>,
        fields: &Fields,
    ) -> Result<C, Refusal> {
        let own = &self.merchants[merchant];
        if C::SCHEMA.signed && fields.verify_by(&own.key, C::SCHEMA.sign_type).is_err() {
            let examination = self.examined::<C>(merchant, call.body);
            return Err(Refusal::Signature(Box::new(examination)));
        }
        let mut faulty = too_long::<C>(fields);
        let request = match fields.read::<C>() {
            Ok(request) => request,
            Err(errors) => {
                let is_new = |field: &str| !faulty.iter().any(|(known, _)| *known == field);
                let found: Vec<_> = (errors.iter())
                    .filter(|error| is_new(error.field.name))
                    .map(|error| (error.field.name, unread(error, fields)))
                    .collect();
                faulty.extend(found);
                return Err(refused(faulty));
            }
        };
        if let Err(violations) = validate_complete(&request) {
            let is_new = |violation: &&Violation| {
                let field = violation.field.map(|field| field.name);
                !faulty.iter().any(|(known, _)| Some(*known) == field)
            };
            let broken: Vec<_> = violations.iter().filter(is_new).map(words).collect();
            faulty.extend(broken);
        }
        match faulty.is_empty() {
            true => Ok(request),
            false => Err(refused(faulty)),
        }
    }

    /// A body that cannot be read, with the charset that it was sent in if the signature proves it.
    fn why_unreadable<C: Call>(
        &self,
        merchant: usize,
        call: &Incoming<'_>,
        error: &BodyError,
    ) -> String {
        let mut words = error.to_string();
        if matches!(error, BodyError::NotUtf8 { .. }) {
            let examination = self.examined::<C>(merchant, call.body);
            if !examination.mistakes().is_empty() {
                words = format!("{words}: {}", examination.summary(Language::English));
            }
        }
        words
    }

    /// What the doctor says of the signature of a message from that merchant.
    pub(super) fn examined<M: Message>(&self, merchant: usize, body: &[u8]) -> Examination {
        let table = Table::of(M::SCHEMA);
        examine(&self.config, merchant, table, M::SCHEMA.sign_type, body)
    }
}

/// The values that are longer than their fields may be, by the field. Lengths come before values: a time in another form than the document's is too long,
/// and not a time that somebody might guess.
fn too_long<C: Call>(fields: &Fields) -> Vec<(&'static str, String)> {
    let over = |(name, value): (&str, &str)| {
        let field = C::SCHEMA.field(name)?;
        let max = field.max? as usize;
        let (found, unit) = match field.length {
            Length::Chars => (value.chars().count(), "characters"),
            Length::Bytes => (value.len(), "bytes"),
        };
        let (label, section) = (field.label, field.section);
        (found > max).then(|| {
            let words = format!(
                "`{name}` ({label}, section {section}) holds at most {max} {unit}, found {found}"
            );
            (field.name, words)
        })
    };
    // The signature was compared as a whole.
    let values = fields.iter().filter(|(name, _)| *name != SIGN);
    values.filter_map(over).collect()
}

/// What is wrong with a value that cannot be read; of the digest of an ID number also which mistake
/// its form shows.
fn unread(error: &ReadError, fields: &Fields) -> String {
    let name = error.field.name;
    let sent = fields.get(name).unwrap_or_default();
    let mistake = match ID_DIGESTS.contains(&name) {
        true => mistaken_form(sent),
        false => None,
    };
    match mistake {
        Some(mistake) => format!("{error}: {mistake}"),
        None => error.to_string(),
    }
}

fn refused(faulty: Vec<(&'static str, String)>) -> Refusal {
    let words = faulty.into_iter().map(|(_, words)| words);
    Refusal::Format(Faulty(words.collect()))
}

/// The field of a violation, and what is wrong. A rule is given in words, followed by its condition.
fn words(violation: &Violation) -> (&'static str, String) {
    let field = violation.field.map_or("", |field| field.name);
    let words = match &violation.problem {
        Problem::Rule {
            name, doc, check, ..
        } => format!("rule {name}: {doc} ({check})"),
        _ => violation.to_string(),
    };
    (field, words)
}
