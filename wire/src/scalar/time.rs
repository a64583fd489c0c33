//! Beijing time, in the forms of the wire and of bills.

use std::fmt;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

use crate::value::{Expected, Raw, Value};

const BEIJING: Offset = Offset::constant(8);

/// A second of Beijing time (UTC+8): `yyyyMMddHHmmss` on the wire, `yyyy-MM-dd HH:mm:ss` in bills and for people.
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

    /// The moment.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        // Invariant: the years 0 to 9999 at UTC+8 are all but a few hours inside the range of a timestamp.
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

    /// Reads either form.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let digits = match text.len() {
            14 => text.to_owned(),
            19 if separators(text) => text.chars().filter(char::is_ascii_digit).collect(),
            _ => return Err(TimeError),
        };
        let date = date(digits.get(..8).ok_or(TimeError)?)?;
        let mut clock = [0_i8; 3];
        for (i, part) in clock.iter_mut().enumerate() {
            *part = number(digits.get(8 + 2 * i..10 + 2 * i).ok_or(TimeError)?)? as i8;
        }
        let time =
            jiff::civil::Time::new(clock[0], clock[1], clock[2], 0).map_err(|_| TimeError)?;
        Ok(Self(date.to_datetime(time)))
    }
}

fn separators(text: &str) -> bool {
    let b = text.as_bytes();
    b[4] == b'-' && b[7] == b'-' && b[10] == b' ' && b[13] == b':' && b[16] == b':'
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
        raw.as_str().parse().map_err(|TimeError| {
            Expected("a time such as 20160501163102 (yyyyMMddHHmmss, Beijing)")
        })
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

    /// The calendar day.
    #[must_use]
    pub const fn date(self) -> Date {
        self.0
    }
}

impl std::str::FromStr for BillDate {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        if text.len() == 8 {
            date(text).map(Self)
        } else {
            Err(TimeError)
        }
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
            .map_err(|TimeError| Expected("a day such as 20160719 (yyyyMMdd)"))
    }
}

fn date(digits: &str) -> Result<Date, TimeError> {
    let part = |from: usize, to: usize| number(digits.get(from..to).ok_or(TimeError)?);
    Date::new(part(0, 4)?, part(4, 6)? as i8, part(6, 8)? as i8).map_err(|_| TimeError)
}

/// At most four ASCII digits.
fn number(digits: &str) -> Result<i16, TimeError> {
    digits.bytes().try_fold(0_i16, |number, byte| {
        if byte.is_ascii_digit() {
            Ok(number * 10 + i16::from(byte - b'0'))
        } else {
            Err(TimeError)
        }
    })
}

fn write_padded(number: u32, width: u32, out: &mut Vec<u8>) {
    for place in (0..width).rev() {
        out.push(b'0' + (number / 10_u32.pow(place) % 10) as u8);
    }
}

/// A text is no time or day of the expected form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeError;

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "expected a time as yyyyMMddHHmmss or yyyy-MM-dd HH:mm:ss, or a day as yyyyMMdd",
        )
    }
}

impl std::error::Error for TimeError {}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(text.parse::<BeijingTime>(), Err(TimeError), "{text}");
        }
        assert_eq!("20190230".parse::<BillDate>(), Err(TimeError));
    }
}
