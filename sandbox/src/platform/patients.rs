//! The WeChat users and their bound cards (3.9).

use payinsurance::{ErrorCode, unifiedorder, verifyname};
use signed_xml::{IdDigest, Raw, Text, Value};

use crate::config::{Config, ConfigError, PatientConfig};

use super::answer::{Answer, Refusal};
use super::gate::Sent;
use super::id_number::mistaken_digest;
use super::{Moment, Platform};

/// A user that the platform knows by name.
#[derive(Debug, Clone)]
pub(super) struct Patient {
    openids: Vec<String>,
    name: Name,
    id_digest: IdDigest,
    id_number: Name,
    pub(super) card_bound: bool,
    pub(super) medical_card_id: Option<String>,
    /// The card was bound here, so that it does not stand in the configuration.
    pub(super) bound_here: bool,
}

/// A real name or an ID number, which no log shows.
#[derive(Clone, PartialEq)]
struct Name(Text);

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Name([redacted])")
    }
}

impl Patient {
    /// Checks the patients of a configuration.
    pub(super) fn all(config: &Config) -> Result<Vec<Self>, ConfigError> {
        let checked = config.patients.iter().enumerate().map(|(patient, known)| {
            let digest = Text::from(&known.id_digest);
            Ok(Self {
                openids: known.openids.clone(),
                name: Name(Text::from(&known.name)),
                id_number: Name(known.id_number.as_deref().unwrap_or_default().into()),
                id_digest: IdDigest::read(Raw::from(&digest))
                    .map_err(|_| ConfigError::IdDigest { patient })?,
                card_bound: known.card_bound,
                medical_card_id: known.medical_card_id.clone(),
                bound_here: false,
            })
        });
        checked.collect()
    }

    /// As a saved state has it.
    pub(super) fn saved(&self) -> PatientConfig {
        PatientConfig {
            openids: self.openids.clone(),
            name: self.name.0.to_string(),
            id_digest: self.id_digest.as_str().to_owned(),
            id_number: None,
            card_bound: self.card_bound,
            medical_card_id: self.medical_card_id.clone(),
        }
    }

    /// Of a saved state; nothing if its digest cannot be.
    pub(super) fn bound(saved: &PatientConfig) -> Option<Self> {
        Some(Self {
            openids: saved.openids.clone(),
            name: Name(Text::from(&saved.name)),
            id_digest: IdDigest::read(Raw::from(&Text::from(&saved.id_digest))).ok()?,
            id_number: Name(Text::default()),
            card_bound: saved.card_bound,
            medical_card_id: saved.medical_card_id.clone(),
            bound_here: true,
        })
    }

    /// Which mistake makes this digest of the patient's number, if the configuration has it.
    fn mistake(&self, id_digest: &IdDigest) -> &'static str {
        let number = &self.id_number.0;
        let found = (self.id_digest != *id_digest && !number.is_empty())
            .then(|| mistaken_digest(id_digest.as_str(), number));
        found.flatten().unwrap_or_default()
    }

    /// The name and the number must be those of the bound card.
    fn agrees(&self, name: &Text, id_digest: &IdDigest) -> Result<(), ErrorCode> {
        if self.name.0 != *name {
            return Err(ErrorCode::RealNameMismatch);
        }
        if self.id_digest != *id_digest {
            return Err(ErrorCode::IdNumberMismatch);
        }
        Ok(())
    }
}

impl Platform {
    /// 3.9.
    pub(super) fn verifyname(
        &mut self,
        _: Sent<'_>,
        request: verifyname::Request,
        _at: &mut Moment<'_>,
    ) -> Result<Answer, Refusal> {
        let bound = self
            .patient_of(&request.openid)
            .filter(|patient| patient.card_bound);
        let patient = bound.ok_or_else(|| Refusal::business(ErrorCode::CardNotBound, ""))?;
        let agreed = patient.agrees(&request.name, &request.idcard_md5);
        agreed.map_err(|code| Refusal::business(code, patient.mistake(&request.idcard_md5)))?;
        Ok(Answer::message(&verifyname::Response::default()))
    }

    /// The patient of that openid, under whichever account.
    pub(super) fn patient_of(&self, openid: &str) -> Option<&Patient> {
        self.patients
            .iter()
            .find(|patient| patient.openids.iter().any(|known| known == openid))
    }

    /// An order must name its payer as the bound card does: a name, a number or an openid that is not the patient's is refused. A payer without a card has
    /// nothing to compare with.
    pub(super) fn identify(&self, request: &unifiedorder::Request) -> Result<(), Refusal> {
        let known = payer(request).and_then(|openid| self.patient_of(openid));
        let numbered = |patient: &&Patient| patient.id_digest == request.user_card_no;
        if known.is_none() && self.patients.iter().any(|known| numbered(&known)) {
            let detail = "the openid is not that of the patient with this user_card_no";
            return Err(Refusal::business(ErrorCode::IdentityMismatch, detail));
        }
        match known.filter(|patient| patient.card_bound) {
            Some(patient) => patient
                .agrees(&request.user_name, &request.user_card_no)
                .map_err(|_| {
                    let detail = match patient.mistake(&request.user_card_no) {
                        "" => "user_name or user_card_no is not that of the bound card".to_owned(),
                        mistake => format!("wrong user_card_no: {mistake}"),
                    };
                    Refusal::business(ErrorCode::IdentityMismatch, detail)
                }),
            None => Ok(()),
        }
    }

    /// Binds the card of a patient who is about to pay, as the payment page makes them.
    pub(super) fn bind_card(&mut self, request: &unifiedorder::Request) {
        let Some(openid) = payer(request) else { return };
        let patient = Patient {
            openids: vec![openid.to_string()],
            name: Name(request.user_name.clone()),
            id_number: Name(Text::default()),
            id_digest: request.user_card_no.clone(),
            card_bound: true,
            medical_card_id: None,
            bound_here: true,
        };
        self.bind(patient);
    }

    /// Takes a patient with a bound card for the one of the same openid, if that is known.
    pub(super) fn bind(&mut self, patient: Patient) {
        let same = |known: &Patient| {
            let mut openids = known.openids.iter();
            openids.any(|openid| patient.openids.contains(openid))
        };
        let place = self.patients.iter().position(same);
        let place = match place {
            Some(place) => {
                let known = &mut self.patients[place];
                let openids = std::mem::take(&mut known.openids);
                *known = Patient {
                    openids,
                    medical_card_id: known.medical_card_id.take(),
                    ..patient
                };
                place
            }
            None => {
                self.patients.push(patient);
                self.patients.len() - 1
            }
        };
        self.bound.mark(place);
    }
}

/// The person who pays an order.
pub(super) fn payer(request: &unifiedorder::Request) -> Option<&Text> {
    request.openid.as_ref().or(request.sub_openid.as_ref())
}
