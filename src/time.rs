//! A point in time, and the two notations in which one arrives: RFC 3339 in policies, ASN.1 in certificates.

use core::fmt;

use crate::der::{Cursor, Malformed, Problem, tag};

/// Milliseconds since 1970-01-01T00:00:00Z. Always an argument: the core has no clock.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Time(i64);

/// Milliseconds in a day.
pub(crate) const DAY: i64 = 24 * 60 * 60 * 1000;

impl Time {
    /// From milliseconds since 1970.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down: the precision of a certificate.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This time plus `millis`, held inside what can be represented.
    pub(crate) const fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Reads RFC 3339 with a zone (`2026-11-01T00:00:00Z`, `…+01:00`), or a bare date, which means 00:00:00 UTC.
    /// `None` for anything else, a leap second included.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let year = digits(text.get(..4)?)?;
        let month = digits(text.get(4..7)?.strip_prefix('-')?)?;
        let day = digits(text.get(7..10)?.strip_prefix('-')?)?;
        let (clock, millis, offset) = match text.get(10..)? {
            "" => ([0; 3], 0, 0),
            clock => parse_clock(clock)?,
        };
        let seconds = seconds_since_1970([year, month, day], clock)? - offset;
        Some(Self(seconds * 1000 + millis))
    }

    /// Reads the Time of an RFC 5280 Validity (section 4.1.2.5): one whole UTCTime or GeneralizedTime, with seconds and `Z`.
    pub(crate) fn parse_der(tlv: &[u8]) -> Result<Self, Malformed> {
        let time = Cursor::new(tlv).any()?;
        let malformed = time.malformed(Problem::Time);
        let text = core::str::from_utf8(time.content).ok().and_then(|text| text.strip_suffix('Z')).ok_or(malformed)?;
        let read = || {
            let (year, rest) = match time.tag {
                tag::GENERALIZED_TIME => (digits(text.get(..4)?)?, text.get(4..)?),
                // RFC 5280 section 4.1.2.5.1: two digits are a year from 1950 to 2049.
                _ => match (digits(text.get(..2)?)?, text.get(2..)?) {
                    (year @ 50.., rest) => (1900 + year, rest),
                    (year, rest) => (2000 + year, rest),
                },
            };
            let field = |at: usize| digits(rest.get(at..at + 2)?);
            let date = [year, field(0)?, field(2)?];
            let clock = [field(4)?, field(6)?, field(8)?];
            (rest.len() == 10).then(|| seconds_since_1970(date, clock)).flatten()
        };
        read().map(|seconds| Self(seconds * 1000)).ok_or(malformed)
    }
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC, whole seconds; times outside the years 0 to 9999 as seconds since 1970.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.as_seconds();
        let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        match date_of(day) {
            (year @ 0..=9999, month, day) => {
                let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
                write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
            }
            _ => write!(f, "{seconds} s"),
        }
    }
}

/// Seconds since 1970 of a date and a time of day that exist.
fn seconds_since_1970([year, month, day]: [i64; 3], [hour, minute, second]: [i64; 3]) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let exists = (1..=days).contains(&day) && hour < 24 && minute < 60 && second < 60;
    exists.then(|| ((day_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
}

/// Days since 1970 of a date of the proleptic Gregorian calendar; `date_of` is its inverse.
/// Years begin in March, so that a leap day is a year's last: Howard Hinnant, "chrono-compatible low-level date algorithms".
fn day_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH
}

fn date_of(day: i64) -> (i64, i64, i64) {
    let day = day + EPOCH;
    let (era, day_of_era) = (day.div_euclid(DAYS_PER_ERA), day.rem_euclid(DAYS_PER_ERA));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = (march_month + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day_of_year - (153 * march_month + 2) / 5 + 1)
}

/// Days in 400 years.
const DAYS_PER_ERA: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

type Clock = ([i64; 3], i64, i64);

/// `T00:00:00.123+01:00` to hour, minute and second; milliseconds; offset in seconds.
fn parse_clock(text: &str) -> Option<Clock> {
    let text = text.strip_prefix(['T', 't'])?;
    let hour = digits(text.get(..2)?)?;
    let minute = digits(text.get(2..5)?.strip_prefix(':')?)?;
    let second = digits(text.get(5..8)?.strip_prefix(':')?)?;
    let mut rest = text.get(8..)?;
    let mut millis = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let end = fraction.find(|c: char| !c.is_ascii_digit())?;
        let (all, zone) = fraction.split_at_checked(end)?;
        if all.is_empty() {
            return None;
        }
        // Digits below the millisecond are cut: a policy's dates need no more.
        for (place, digit) in [100, 10, 1].into_iter().zip(all.bytes()) {
            millis += place * i64::from(digit.wrapping_sub(b'0'));
        }
        rest = zone;
    }
    Some(([hour, minute, second], millis, parse_offset(rest)?))
}

/// `Z`, `+hh:mm` or `-hh:mm`, in seconds east of UTC.
fn parse_offset(text: &str) -> Option<i64> {
    if text == "Z" || text == "z" {
        return Some(0);
    }
    let (sign, rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix('-')?),
    };
    let hours = digits(rest.get(..2)?)?;
    let minutes = digits(rest.get(2..5)?.strip_prefix(':')?)?;
    (rest.len() == 5 && hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// A number written in ASCII digits alone.
fn digits(text: &str) -> Option<i64> {
    text.bytes().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_rfc3339_and_bare_dates() {
        for (text, millis) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01", 0),
            ("1969-12-31T23:59:59Z", -1000),
            ("2000-02-29", 951_782_400_000),
            ("2027-02-01", 1_801_440_000_000),
            ("2027-02-01T00:00:00Z", 1_801_440_000_000),
            ("2027-02-01t01:00:00+01:00", 1_801_440_000_000),
            ("2027-01-31T19:30:00-04:30", 1_801_440_000_000),
            ("2027-02-01T00:00:00.5Z", 1_801_440_000_500),
            ("2027-02-01T00:00:00.123456z", 1_801_440_000_123),
        ] {
            assert_eq!(Time::parse_rfc3339(text), Some(Time(millis)), "{text}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "2027",
            "2027-02",
            "2027-2-1",
            "2027-02-29",
            "2100-02-29",
            "2027-00-01",
            "2027-01-00",
            "2027-04-31",
            "2027-13-01",
            "2027-02-01T00:00:00",
            "2027-02-01 00:00:00Z",
            "2027-02-01T24:00:00Z",
            "2027-02-01T00:60:00Z",
            "2016-12-31T23:59:60Z",
            "2027-02-01T00:00:00+1:00",
            "2027-02-01T00:00:00+0100",
            "2027-02-01T00:00:00+24:00",
            "2027-02-01T00:00:00.Z",
            "2027-02-01T00:00:00.5",
            "2027-02-01T00:00Z",
            "2027-02-01Z",
            " 2027-02-01",
            "2027-02-01T00:00:00Zé",
            "é027-02-01T00:00:00Z",
            "+027-02-01",
        ] {
            assert_eq!(Time::parse_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn shows_what_it_read() {
        for text in [
            "0000-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00Z",
            "2000-02-29T01:02:03Z",
            "9999-12-31T23:59:59Z",
        ] {
            assert_eq!(Time::parse_rfc3339(text).map(|time| time.to_string()).as_deref(), Some(text));
        }
        assert_eq!(Time::from_millis(-1).to_string(), "1969-12-31T23:59:59Z");
        assert_eq!(Time::from_millis(i64::MAX).to_string(), format!("{} s", i64::MAX / 1000));
    }

    #[test]
    fn days_and_dates_are_inverse() {
        for day in -720_000..2_932_897 {
            let (year, month, date) = date_of(day);
            assert_eq!(day_of(year, month, date), day);
        }
        assert_eq!(date_of(0), (1970, 1, 1));
        assert_eq!(date_of(19_782), (2024, 2, 29));
    }

    #[test]
    fn reads_the_times_of_certificates() {
        let read = |tag: u8, text: &str| {
            let tlv = [&[tag, u8::try_from(text.len()).unwrap_or_default()], text.as_bytes()].concat();
            Time::parse_der(&tlv).ok().map(|time| time.to_string())
        };
        for (tag, text, time) in [
            (tag::UTC_TIME, "491231235959Z", "2049-12-31T23:59:59Z"),
            (tag::UTC_TIME, "500101000000Z", "1950-01-01T00:00:00Z"),
            (tag::UTC_TIME, "991231235959Z", "1999-12-31T23:59:59Z"),
            (tag::GENERALIZED_TIME, "20500101000000Z", "2050-01-01T00:00:00Z"),
            (tag::GENERALIZED_TIME, "99991231235959Z", "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(read(tag, text).as_deref(), Some(time), "{text}");
        }
        for (tag, text) in [
            (tag::UTC_TIME, ""),
            (tag::UTC_TIME, "Z"),
            (tag::UTC_TIME, "4912312359Z"),
            (tag::UTC_TIME, "491231235959"),
            (tag::UTC_TIME, "491231235959+0000"),
            (tag::UTC_TIME, "490231000000Z"),
            (tag::UTC_TIME, "49123123595 Z"),
            (tag::UTC_TIME, "20500101000000Z"),
            (tag::GENERALIZED_TIME, "500101000000Z"),
            (tag::GENERALIZED_TIME, "20500101000000.5Z"),
            (tag::GENERALIZED_TIME, "20500101000060Z"),
        ] {
            assert_eq!(read(tag, text), None, "{text}");
        }
    }
}
