//! A message to examine, and what is known about it.

use std::fmt;

use signed_xml::{Fields, Limits, SIGN, SIGN_TYPE, SignType};

use crate::change::Context;
use crate::charset::{Reading, readings};
use crate::clue;
use crate::digest::Algorithm;
use crate::draft::{Draft, Pair};
use crate::examination::{Difference, Examination, FieldNote, Tried, Verdict, Why};
use crate::mistake::Mistake;
use crate::read::{self, Entry, Format, Message};
use crate::search::{self, Found, Search};
use crate::secret::{Scrubber, Secret};
use crate::show::{Show, Shower};
use crate::sign::{targets, written};
use crate::table::Table;
use crate::tail::Tails;
use crate::words::Kind;

/// The most that one examination digests, in bytes. A message of 1 KB is tried out completely.
const EFFORT: usize = 96 << 20;

/// A message to examine.
///
/// # Examples
///
/// ```
/// use signed_xml_doctor::{Case, Kind, Show, Table};
///
/// let table = Table::new().field("appid", &[], false).field("patient", &[], true);
/// let body = "appid=wx1&patient=张三&sign=54DB81AB0B2BC0D6C4A1A8BBA6B7BE6A";
/// let examination = Case::new(body.as_bytes(), "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk")
///     .secret("the app secret", "5f0c9d1e7a3b48266e1f8d0b9c7a2e34")
///     .table(table)
///     .show(Show::Public)
///     .examine();
/// assert_eq!(
///     examination.canonical.as_deref(),
///     Some("appid=wx1&patient=[2 characters, 6 bytes]&key=[key]")
/// );
/// ```
#[derive(Clone)]
pub struct Case<'a> {
    body: &'a [u8],
    key: Secret,
    secrets: Vec<Secret>,
    format: Option<Format>,
    unnamed: SignType,
    table: Table,
    known: Vec<(String, String)>,
    show: Show,
    with_right: bool,
    limits: Limits,
}

impl<'a> Case<'a> {
    /// A message, and the key that it should have been signed with: as its holder has it, even if
    /// it would be refused as a key.
    #[must_use]
    pub fn new(body: &'a [u8], key: impl AsRef<[u8]>) -> Self {
        Self {
            body,
            key: Secret::new("the key", key),
            secrets: Vec::new(),
            format: None,
            unnamed: SignType::Md5,
            table: Table::new(),
            known: Vec::new(),
            show: Show::default(),
            with_right: false,
            limits: Limits::default(),
        }
    }

    /// The form of the message; without it, the form is told by how the message begins.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// The algorithm of a message that has no `sign_type`; without it, MD5.
    #[must_use]
    pub fn sign_type(mut self, unnamed: SignType) -> Self {
        self.unnamed = unnamed;
        self
    }

    /// Another secret that the message may have been signed with, and what people call it.
    #[must_use]
    pub fn secret(mut self, name: impl Into<String>, secret: impl AsRef<[u8]>) -> Self {
        let secret = Secret::new(name, secret);
        if !secret.bytes.is_empty() {
            self.secrets.push(secret);
        }
        self
    }

    /// The table of the message: which fields there are, and which of them are confidential.
    #[must_use]
    pub fn table(mut self, table: Table) -> Self {
        self.table = table;
        self
    }

    /// A value of the sender's configuration, such as an id: it may have been signed without being
    /// sent.
    #[must_use]
    pub fn known_value(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.known.push((name.into(), value.into()));
        self
    }

    /// How much of the values is shown.
    #[must_use]
    pub fn show(mut self, show: Show) -> Self {
        self.show = show;
        self
    }

    /// Puts the right signature into the examination.
    ///
    /// Left out otherwise: a reader of the examination could send a message that somebody else made
    /// up with a valid signature. Ask for it where the reader owns both the message and the key.
    #[must_use]
    pub fn with_right_signature(mut self) -> Self {
        self.with_right = true;
        self
    }

    /// Looks at the message. The same case gives the same examination.
    #[must_use]
    pub fn examine(&self) -> Examination {
        let known = self.secrets.iter().chain([&self.key]);
        let scrubber = Scrubber::new(known);
        if self.body.len() > self.limits.bytes {
            let reason = format!(
                "the body has {} bytes, at most {} are allowed",
                self.body.len(),
                self.limits.bytes
            );
            return self.unreadable(reason);
        }
        let mut first = None;
        let ways = readings(self.body);
        let share = EFFORT / ways.len().max(1);
        for reading in &ways {
            let examination = self.read(reading, share, &scrubber);
            if matches!(
                examination.verdict,
                Verdict::Explained { .. } | Verdict::Right
            ) {
                return examination;
            }
            first.get_or_insert(examination);
        }
        first.unwrap_or_else(|| self.unreadable("the body is empty".to_owned()))
    }

    fn unreadable(&self, reason: String) -> Examination {
        Examination {
            verdict: Verdict::Unreadable { reason },
            matches: false,
            format: None,
            canonical: None,
            sender: None,
            difference: None,
            fields: Vec::new(),
            given: None,
            algorithm: self.unnamed.into(),
            right: None,
            problem: None,
            clues: clue::of_key(&self.key.bytes),
            tried: Tried::default(),
        }
    }

    fn read(&self, reading: &Reading, effort: usize, scrubber: &Scrubber) -> Examination {
        let format = self.format.unwrap_or_else(|| read::detected(&reading.text));
        let mut message = match read::message(&reading.text, format, self.limits.fields) {
            Ok(message) => message,
            Err(error) => return self.unreadable(scrubber.clean(error.to_string())),
        };
        if let Some(charset) = reading.sent_in {
            message
                .mistakes
                .insert(0, Mistake::of(Kind::CharsetSent, charset));
        }
        self.judge(&message, effort, scrubber)
    }

    fn judge(&self, message: &Message, effort: usize, scrubber: &Scrubber) -> Examination {
        let shower = Shower {
            show: self.show,
            table: &self.table,
            scrubber,
        };
        let algorithm = self.expected(message);
        let roots = roots(message);
        let right = Draft::right(&roots[0].1, &self.table);
        let base = right.text();
        let whole = Tails::new(&self.key, &self.secrets, algorithm, &base, |_| true);
        let signature = written(whole.digest(&base, false, &whole.right).bytes());
        let mut tried = search::Tried::default();
        let mut examination = Examination {
            format: Some(message.format),
            canonical: Some(whole.right.around(&shower.text(&right), false)),
            fields: notes(message, &shower),
            given: message.given.clone().map(|given| scrubber.clean(given)),
            algorithm,
            right: self.with_right.then(|| signature.clone()),
            problem: self
                .problem(message.format)
                .map(|problem| scrubber.clean(problem)),
            ..self.unreadable(String::new())
        };
        let Some(given) = &message.given else {
            let mistakes = vec![Mistake::new(Kind::SignMissing)];
            examination.verdict = Verdict::Explained { mistakes };
            return examination;
        };
        let targets = targets(given);
        let tails = Tails::new(&self.key, &self.secrets, algorithm, &base, |size| {
            targets.iter().any(|target| target.fits(size))
        });
        let found = roots.iter().find_map(|(repeated, entries)| {
            let right = Draft::right(entries, &self.table);
            let context = Context {
                message,
                table: &self.table,
                known: &self.known,
                key: std::str::from_utf8(&self.key.bytes)
                    .ok()
                    .filter(|key| !key.is_empty()),
                right: &signature,
            };
            let mut search = Search {
                tails: &tails,
                targets: &targets,
                limit: effort,
                tried: &mut tried,
            };
            let mut found = search.run(&right, &context)?;
            found.mistakes.splice(0..0, repeated.iter().cloned());
            Some(found)
        });
        examination.tried = Tried {
            signatures: tried.count,
            mistakes: tried.kinds,
            complete: !tried.cut_short,
        };
        match found {
            Some(found) => {
                self.explain(&mut examination, found, message, &right, &shower);
            }
            None => {
                examination.verdict = Verdict::NoneOfTheKnown;
                let of_message = clue::of_message(message, given, !targets.is_empty());
                examination.clues.extend(of_message);
            }
        }
        for field in examination.clues.iter_mut().filter_map(|clue| match clue {
            clue::Clue::CharactersLost { fields } => Some(fields),
            _ => None,
        }) {
            field.iter_mut().for_each(|name| *name = shower.name(name));
        }
        examination
    }

    fn explain(
        &self,
        examination: &mut Examination,
        found: Found,
        message: &Message,
        right: &Draft,
        shower: &Shower<'_>,
    ) {
        examination.matches = found.mistakes.is_empty();
        let mut mistakes = message.mistakes.clone();
        mistakes.extend(found.mistakes);
        for mistake in &mut mistakes {
            for name in &mut mistake.fields {
                *name = shower.name(name);
            }
            mistake.detail = shower.name(&mistake.detail);
        }
        if mistakes.is_empty() {
            examination.verdict = Verdict::Right;
            return;
        }
        if !examination.matches {
            let sender = found
                .way
                .around(&shower.text(&found.draft), found.draft.has_key);
            examination.sender = Some(sender);
            examination.difference = difference(right, &found.draft, shower);
        }
        examination.verdict = Verdict::Explained { mistakes };
    }

    /// The algorithm that the message names, or the one of messages that name none.
    fn expected(&self, message: &Message) -> Algorithm {
        let named = message.entries.iter().find(|entry| entry.name == SIGN_TYPE);
        let named = named
            .map(|entry| entry.value.as_str())
            .filter(|value| !value.is_empty());
        match named {
            None => self.unnamed.into(),
            named => SignType::of(named).unwrap_or(self.unnamed).into(),
        }
    }

    /// What a strict reader says.
    fn problem(&self, format: Format) -> Option<String> {
        let read = match format {
            Format::Xml => Fields::parse(self.body, &self.limits),
            Format::Json => Fields::parse_json(self.body, &self.limits),
            Format::Query | Format::Form => return None,
        };
        read.err().map(|error| error.to_string())
    }
}

impl fmt::Debug for Case<'_> {
    /// Without the body and the secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case")
            .field("bytes", &self.body.len())
            .field("format", &self.format)
            .field("show", &self.show)
            .finish_non_exhaustive()
    }
}

/// The fields of which the right string may be made. If a name stands there twice, a sender may
/// have signed any of them.
fn roots(message: &Message) -> Vec<(Option<Mistake>, Vec<Entry>)> {
    if message.repeated.is_empty() {
        return vec![(None, message.entries.clone())];
    }
    let once = |last: bool| {
        let mut kept: Vec<Entry> = Vec::new();
        for entry in &message.entries {
            match kept.iter_mut().find(|other| other.name == entry.name) {
                Some(other) if last => other.clone_from(entry),
                Some(_) => {}
                None => kept.push(entry.clone()),
            }
        }
        kept
    };
    let mistake = |detail: &str| {
        let mut mistake = Mistake::of(Kind::Repeated, detail);
        mistake.fields.clone_from(&message.repeated);
        Some(mistake)
    };
    vec![
        (mistake("the first one"), once(false)),
        (mistake("the last one"), once(true)),
        (mistake("each of them"), message.entries.clone()),
    ]
}

fn notes(message: &Message, shower: &Shower<'_>) -> Vec<FieldNote> {
    let mut notes: Vec<FieldNote> = Vec::new();
    for (at, entry) in message.entries.iter().enumerate() {
        let before = &message.entries[..at];
        let why = match entry {
            entry if entry.null => Some(Why::Null),
            entry if entry.is_empty() => Some(Why::Empty),
            entry if before.iter().any(|other| other.name == entry.name) => Some(Why::Repeated),
            _ => None,
        };
        notes.push(FieldNote {
            name: shower.name(&entry.name),
            value: shower.value(&entry.name, &entry.value),
            signed: why.is_none(),
            why,
            known: shower.table.knows(&entry.name),
        });
    }
    if let Some(given) = &message.given {
        notes.push(FieldNote {
            name: SIGN.to_owned(),
            value: shower.name(given),
            signed: false,
            why: Some(Why::Signature),
            known: shower.table.knows(SIGN),
        });
    }
    notes
}

fn difference(right: &Draft, sender: &Draft, shower: &Shower<'_>) -> Option<Difference> {
    if sender.instead.is_some() {
        return None;
    }
    let (ours, theirs) = (right.ordered(), sender.ordered());
    let same = |a: &Pair, b: &Pair| a.name == b.name && a.value == b.value;
    let at = ours
        .iter()
        .zip(&theirs)
        .take_while(|(a, b)| same(a, b))
        .count();
    let (own, their) = (ours.get(at), theirs.get(at));
    let field = own.or(their)?;
    let shown = |pair: Option<&&Pair>| pair.map(|pair| shower.pair(pair)).unwrap_or_default();
    Some(Difference {
        field: Some(shower.name(&field.name)),
        right: shown(own),
        sender: shown(their),
    })
}
