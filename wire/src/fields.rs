//! A message without a table: names and values, each name once.
//!
//! What the CLI, the sandbox and a caller in trouble look at: any flat message can be read, its
//! canonical string shown, its signature checked or made, and a typed message read from it.

use std::borrow::Cow;
use std::fmt;

use crate::indexed::ElementIndex;
use crate::json_object;
use crate::message::Message;
use crate::names::{SIGN, SIGN_TYPE};
use crate::read::{ReadErrors, Slots};
use crate::schema::Field;
use crate::sign::{Key, SignType, Signature, SignatureError, Signer};
use crate::value::{Sink, Value};
use crate::xml::{BodyError, Limits, Scan, is_name, not_a_name, scan, write_fields};

/// A flat message: every name once, values as received.
///
/// # Examples
///
/// ```
/// use signed_xml::{Fields, Key, Limits};
///
/// let body = b"<xml><cash_fee>0</cash_fee><appid><![CDATA[wx1]]></appid><attach></attach></xml>";
/// let fields = Fields::parse(body, &Limits::default())?;
/// assert_eq!(fields.get("cash_fee"), Some("0"));
/// assert_eq!(fields.canonical_string(), "appid=wx1&cash_fee=0");
/// # Ok::<(), signed_xml::BodyError>(())
/// ```
#[derive(Clone)]
pub struct Fields {
    scan: Scan,
    /// Positions of the entries, ordered by name.
    order: Vec<u16>,
}

impl Fields {
    /// Reads flat XML.
    ///
    /// # Errors
    ///
    /// [`BodyError`] if the body is over a limit, not UTF-8, not flat XML, has a DOCTYPE, or a name
    /// twice.
    pub fn parse(body: &[u8], limits: &Limits) -> Result<Self, BodyError> {
        Self::from_xml(scan(body, limits)?)
    }

    /// Reads a flat JSON object. Numbers keep their digits as sent, booleans become their text,
    /// `null` is absent, inner objects and arrays stay JSON text.
    ///
    /// # Errors
    ///
    /// [`BodyError`] if the body is over a limit, not one JSON object and nothing else, or has a
    /// name twice, at any depth.
    pub fn parse_json(body: &[u8], limits: &Limits) -> Result<Self, BodyError> {
        if body.len() > limits.bytes {
            return Err(BodyError::TooLarge {
                max: limits.bytes,
                found: body.len(),
            });
        }
        let pairs = json_object::members(body, limits.fields.min(65_000))?;
        Self::from_scan(Scan::collect(
            pairs
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        ))
    }

    /// Takes names and values, in any order.
    ///
    /// # Errors
    ///
    /// [`BodyError`] if a name stands twice or is not an XML name, or there are more than 65,000.
    pub fn from_pairs<'a>(
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, BodyError> {
        Self::from_xml(Scan::collect(fields))
    }

    /// The fields of a typed message, unknown ones included, without `sign`.
    ///
    /// # Errors
    ///
    /// [`BodyError::Repeated`] if an unknown field has the name of a known one.
    pub fn of<M: Message>(message: &M) -> Result<Self, BodyError> {
        let mut pairs = PairSink(Vec::new());
        message.visit(&mut pairs);
        let known = pairs
            .0
            .iter()
            .map(|(name, value)| (&**name, value.as_str()));
        Self::from_pairs(
            known.chain(
                message
                    .unknown()
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str())),
            ),
        )
    }

    fn from_xml(scan: Scan) -> Result<Self, BodyError> {
        let mut entries = scan.entries.iter();
        match entries.find(|entry| !is_name(scan.bytes(entry.name))) {
            Some(entry) => Err(not_a_name(entry)),
            None => Self::from_scan(scan),
        }
    }

    /// Orders the names, which JSON does not restrict, and refuses one that repeats.
    fn from_scan(scan: Scan) -> Result<Self, BodyError> {
        let count = u16::try_from(scan.entries.len())
            .map_err(|_| BodyError::TooManyFields { max: 65_000 })?;
        let mut order: Vec<u16> = (0..count).collect();
        let name = |position: &u16| scan.name(scan.entries[usize::from(*position)]);
        order.sort_by(|a, b| name(a).as_bytes().cmp(name(b).as_bytes()));
        if let Some(pair) = order
            .windows(2)
            .find(|pair| name(&pair[0]) == name(&pair[1]))
        {
            return Err(BodyError::Repeated {
                name: name(&pair[0]).to_owned(),
            });
        }
        Ok(Self { scan, order })
    }

    /// What a typed reader was given, whose names are known to stand once each.
    pub(crate) fn from_slots(slots: &Slots<'_>) -> Self {
        let scan = slots.scan().clone();
        let mut order: Vec<u16> = (0..scan.entries.len() as u16).collect();
        order.sort_by_key(|position| scan.name(scan.entries[usize::from(*position)]));
        Self { scan, order }
    }

    pub(crate) fn scan(&self) -> &Scan {
        &self.scan
    }

    /// The value of that name, which may be empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let entry = |position: &u16| self.scan.entries[usize::from(*position)];
        let at = self
            .order
            .binary_search_by(|position| self.scan.name(entry(position)).cmp(name))
            .ok()?;
        Some(self.scan.value(entry(&self.order[at])))
    }

    /// Names and values in the order received.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.scan
            .entries
            .iter()
            .map(|entry| (self.scan.name(*entry), self.scan.value(*entry)))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether the message is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// What is signed, before the key: non-empty fields but `sign`, ordered by name as bytes,
    /// `name=value` joined with `&`.
    ///
    /// It holds every value, personal ones too: show it to a developer on request, never log it.
    #[must_use]
    pub fn canonical_string(&self) -> String {
        let mut text = String::new();
        for (name, value) in self.signed() {
            if !text.is_empty() {
                text.push('&');
            }
            text.push_str(name);
            text.push('=');
            text.push_str(value);
        }
        text
    }

    fn signed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.order
            .iter()
            .map(|position| self.scan.entries[usize::from(*position)])
            .map(|entry| (self.scan.name(entry), self.scan.value(entry)))
            .filter(|(name, value)| !value.is_empty() && *name != SIGN)
    }

    /// The signature that these fields should carry.
    #[must_use]
    pub fn signature(&self, key: &Key, sign_type: SignType) -> Signature {
        let mut signer = Signer::new(sign_type, key);
        for (name, value) in self.signed() {
            signer.push(b"&");
            signer.push(name.as_bytes());
            signer.push(b"=");
            signer.push(value.as_bytes());
        }
        signer.finish(key)
    }

    /// Checks the signature, by the algorithm that `sign_type` among the fields names, or MD5.
    ///
    /// # Errors
    ///
    /// [`SignatureError`] if it is missing, wrong, or of an unknown algorithm.
    pub fn verify(&self, key: &Key) -> Result<(), SignatureError> {
        self.verify_by(key, SignType::Md5)
    }

    /// Checks the signature, by the algorithm that `sign_type` among the fields names, or `unnamed`:
    /// of a message whose table is known, [`Schema::sign_type`](crate::Schema::sign_type).
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify).
    pub fn verify_by(&self, key: &Key, unnamed: SignType) -> Result<(), SignatureError> {
        let received = self
            .get(SIGN)
            .filter(|sign| !sign.is_empty())
            .ok_or(SignatureError::Missing)?;
        let sign_type = unnamed.unless_named(self.get(SIGN_TYPE))?;
        if self.signature(key, sign_type).agrees_with(received) {
            Ok(())
        } else {
            Err(SignatureError::Wrong)
        }
    }

    /// The fields as XML, as they are: `sign`, if there is one, is not touched.
    #[must_use]
    pub fn to_xml(&self) -> Vec<u8> {
        write_fields(self.iter())
    }

    /// The fields as XML with a fresh signature.
    #[must_use]
    pub fn to_signed_xml(&self, key: &Key, sign_type: SignType) -> Vec<u8> {
        let sign = self.signature(key, sign_type);
        write_fields(self.signed().chain([(SIGN, sign.as_str())]))
    }

    /// Reads a typed message.
    ///
    /// # Errors
    ///
    /// [`ReadErrors`]: each field that is missing or cannot be what it must.
    pub fn read<M: Message>(&self) -> Result<M, ReadErrors> {
        let mut errors = ReadErrors::of(M::SCHEMA);
        let Ok(slots) = Slots::assign(&self.scan, M::SCHEMA) else {
            // Invariant: a name twice was refused when the fields were made.
            return Err(errors);
        };
        M::read(&slots, &mut errors)
            .filter(|_| errors.is_empty())
            .ok_or(errors)
    }
}

impl fmt::Debug for Fields {
    /// Names only: any value may be personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

impl PartialEq for Fields {
    /// The same names with the same values, in any order.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self
                .iter()
                .all(|(name, value)| other.get(name) == Some(value))
    }
}

struct PairSink(Vec<(Cow<'static, str>, String)>);

impl Sink for PairSink {
    fn field<V: Value>(&mut self, field: &'static Field, value: &V) {
        self.pair(field.name.into(), value);
    }

    fn element<V: Value>(&mut self, field: &'static Field, index: ElementIndex, value: &V) {
        self.pair(field.element_name(index).into(), value);
    }
}

impl PairSink {
    fn pair<V: Value>(&mut self, name: Cow<'static, str>, value: &V) {
        let mut text = Vec::new();
        value.write(&mut text);
        self.0
            .push((name, String::from_utf8_lossy(&text).into_owned()));
    }
}
