//! Beijing time, in the forms of the wire and of bills.

use std::fmt;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

use super::digits::{are_digits, pairs};
use crate::value::{Expected, Raw, Value};

const BEIJING: Offset = Offset::constant(8);

/// A second of Beijing time (UTC+8): `yyyyMMddHHmmss` on the wire, `yyyy-MM-dd HH:mm:ss` in bills
/// and for people.
///
/// # Examples
///
/// ```
/// use signed_xml::BeijingTime;
///
/// let placed: BeijingTime = "20160501163102".parse()?;
/// assert_eq!(placed.to_string(), "2016-05-01 16:31:02");
/// assert_eq!(placed.timestamp().to_string(), "2016-05-01T08:31:02Z");
/// # Ok::<(), signed_xml::TimeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BeijingTime(DateTime);

impl BeijingTime {
    /// That moment in Beijing, to the second.
    #[must_use]
    pub fn at(moment: Timestamp) -> Self {
        let local = BEIJING.to_datetime(moment);
        // Invariant: zero nanoseconds are in range.
        Self(local.with().subsec_nanosecond(0).build().unwrap_or(local))
    }

    /// Reads the form of messages, 14 digits and nothing else: `yyyyMMddHHmmss`.
    ///
    /// # Errors
    ///
    /// [`TimeError`] if the text has another form or is not a time.
    pub fn from_wire(text: &str) -> Result<Self, TimeError> {
        if text.len() != 14 {
            return Err(TimeError::WireTime);
        }
        let part = |from: usize| {
            let digits = text.get(from..from + 2).ok_or(TimeError::WireTime)?;
            Ok(number(digits).ok_or(TimeError::WireTime)? as i8)
        };
        let day = text.get(..8).and_then(date).ok_or(TimeError::WireTime)?;
        jiff::civil::Time::new(part(8)?, part(10)?, part(12)?, 0)
            .map(|time| Self(day.to_datetime(time)))
            .map_err(|_| TimeError::WireTime)
    }

    /// Reads the form of bills.
    pub(crate) fn from_bill(text: &str) -> Option<Self> {
        let &[
            c1,
            c2,
            y1,
            y2,
            b'-',
            m1,
            m2,
            b'-',
            d1,
            d2,
            b' ',
            h1,
            h2,
            b':',
            n1,
            n2,
            b':',
            s1,
            s2,
        ] = text.as_bytes()
        else {
            return None;
        };
        let day = u64::from_le_bytes([c1, c2, y1, y2, m1, m2, d1, d2]);
        let time = u64::from_le_bytes([h1, h2, n1, n2, s1, s2, b'0', b'0']);
        if !(are_digits(day) && are_digits(time)) {
            return None;
        }
        let (day, time) = (pairs(day), pairs(time));
        let part = |pairs: u64, at: u32| (pairs >> (16 * at)) as i8;
        let year = i16::from(part(day, 0)) * 100 + i16::from(part(day, 1));
        let (month, day) = (part(day, 2), part(day, 3));
        let (hour, minute, second) = (part(time, 0), part(time, 1), part(time, 2));
        DateTime::new(year, month, day, hour, minute, second, 0)
            .ok()
            .map(Self)
    }

    /// The moment.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        // Invariant: the years 0 to 9999 at UTC+8 are all but a few hours inside the range of a
        // timestamp.
        self.0
            .to_zoned(TimeZone::fixed(BEIJING))
            .map_or(Timestamp::MIN, |zoned| zoned.timestamp())
    }

    /// The day in Beijing.
    #[must_use]
    pub fn date(self) -> BillDate {
        BillDate(self.0.date())
    }
}

impl From<SystemTime> for BeijingTime {
    /// That moment in Beijing: `SystemTime::now().into()` is the present second.
    fn from(moment: SystemTime) -> Self {
        // Invariant: a clock within the years -9999 to 9999 is in range.
        Self::at(Timestamp::try_from(moment).unwrap_or(Timestamp::UNIX_EPOCH))
    }
}

impl std::str::FromStr for BeijingTime {
    type Err = TimeError;

    /// Reads either form. [`BeijingTime::from_wire`] reads the one of messages alone.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let read = Self::from_bill(text).or_else(|| Self::from_wire(text).ok());
        read.ok_or(TimeError::Time)
    }
}

impl fmt::Display for BeijingTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let t = self.0;
        let (hour, minute, second) = (t.hour(), t.minute(), t.second());
        write!(
            f,
            "{:04}-{:02}-{:02} {hour:02}:{minute:02}:{second:02}",
            t.year(),
            t.month(),
            t.day()
        )
    }
}

impl Value for BeijingTime {
    const PLAIN: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        let t = self.0;
        write_padded(u32::from(t.year().unsigned_abs()), 4, out);
        for part in [t.month(), t.day(), t.hour(), t.minute(), t.second()] {
            write_padded(u32::from(part.unsigned_abs()), 2, out);
        }
    }

    fn read(raw: Raw<'_>) -> Result<Self, Expected> {
        Self::from_wire(raw.as_str())
            .map_err(|_| Expected("a time such as 20160501163102 (yyyyMMddHHmmss, Beijing)"))
    }
}

/// A day of bills: `yyyyMMdd`, in Beijing.
///
/// # Examples
///
/// ```
/// use signed_xml::BillDate;
///
/// let day: BillDate = "20160719".parse()?;
/// assert_eq!(day.to_string(), "2016-07-19");
/// # Ok::<(), signed_xml::TimeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BillDate(Date);

impl BillDate {
    /// That day.
    #[must_use]
    pub const fn new(date: Date) -> Self {
        Self(date)
    }

    /// When the bill of the day is there: at 10:00 of the next day. Source: the platform's pages on
    /// downloading bills, by which it begins to make them at 9:00.
    #[must_use]
    pub fn ready(self) -> BeijingTime {
        // Invariant: only the last day of the year 9999 has no next one.
        let next = self.0.tomorrow().unwrap_or(self.0);
        BeijingTime(next.at(10, 0, 0, 0))
    }

    /// The calendar day.
    #[must_use]
    pub const fn date(self) -> Date {
        self.0
    }
}

impl std::str::FromStr for BillDate {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        Some(text)
            .filter(|text| text.len() == 8)
            .and_then(date)
            .map(Self)
            .ok_or(TimeError::Day)
    }
}

impl fmt::Display for BillDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.0.year(),
            self.0.month(),
            self.0.day()
        )
    }
}

impl Value for BillDate {
    const PLAIN: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        write_padded(u32::from(self.0.year().unsigned_abs()), 4, out);
        write_padded(u32::from(self.0.month().unsigned_abs()), 2, out);
        write_padded(u32::from(self.0.day().unsigned_abs()), 2, out);
    }

    fn read(raw: Raw<'_>) -> Result<Self, Expected> {
        raw.as_str()
            .parse()
            .map_err(|_: TimeError| Expected("a day such as 20160719 (yyyyMMdd)"))
    }
}

fn date(digits: &str) -> Option<Date> {
    let part = |from: usize, to: usize| number(digits.get(from..to)?);
    Date::new(part(0, 4)?, part(4, 6)? as i8, part(6, 8)? as i8).ok()
}

/// At most four ASCII digits.
fn number(digits: &str) -> Option<i16> {
    digits.bytes().try_fold(0_i16, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + i16::from(byte - b'0'))
    })
}

fn write_padded(number: u32, width: u32, out: &mut Vec<u8>) {
    for place in (0..width).rev() {
        out.push(b'0' + (number / 10_u32.pow(place) % 10) as u8);
    }
}

/// A text does not have the form of a time or a day, or there is no such time or day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimeError {
    /// A time in either form was expected.
    #[error("invalid time: expected yyyyMMddHHmmss or yyyy-MM-dd HH:mm:ss, such as 20160501163102")]
    Time,
    /// A time in the form of messages was expected.
    #[error("invalid time: expected 14 digits, such as 20160501163102")]
    WireTime,
    /// A day was expected.
    #[error("invalid day: expected 8 digits without hyphens (yyyyMMdd), such as 20160719")]
    Day,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    #[test]
    fn both_forms_of_a_time_mean_the_same() {
        let wire: BeijingTime = "20181204080234".parse().unwrap();
        assert_eq!("2018-12-04 08:02:34".parse(), Ok(wire));
        let mut text = Vec::new();
        wire.write(&mut text);
        assert_eq!(text, b"20181204080234");
        assert_eq!(BeijingTime::at(wire.timestamp()), wire);
        assert_eq!(BeijingTime::from(SystemTime::from(wire.timestamp())), wire);
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "20181304080234",
            "20181204240000",
            "2018-12-04T08:02:34",
            "2018120408023x",
            "二零一八",
        ] {
            assert_eq!(text.parse::<BeijingTime>(), Err(TimeError::Time), "{text}");
        }
        for text in ["20190230", "2026-11-25", "2026112", ""] {
            assert_eq!(text.parse::<BillDate>(), Err(TimeError::Day), "{text}");
        }
        assert!(!TimeError::Day.to_string().contains("HH"));
    }

    #[test]
    fn a_message_has_14_digits_and_no_other_form() {
        let read = |text: &str| BeijingTime::read(Raw::from(&Text::from(text)));
        assert!(read("20181204075841").is_ok());
        for text in [
            "2018-12-04 07:58:41",
            "2018-12-04T07:58:41",
            "2018120407584",
            " 20181204075841",
            "20181204075841 ",
            "2018120407584１",
            "20181204 75841",
            "+2018120407584",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
