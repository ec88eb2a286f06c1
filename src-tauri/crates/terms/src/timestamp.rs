//! Points in time, always UTC, always given by the caller.

use std::fmt;
use std::str::FromStr;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::ParseError;

/// Whole seconds since 1970-01-01T00:00:00Z, within the years 1970 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(u64);

/// 9999-12-31T23:59:59Z.
const LATEST: u64 = 253_402_300_799;

impl Timestamp {
    /// Takes seconds since the epoch; a time beyond the year 9999 is held at its last second.
    pub const fn from_unix(seconds: u64) -> Self {
        if seconds > LATEST { Self(LATEST) } else { Self(seconds) }
    }

    /// Seconds since the epoch.
    pub const fn unix(self) -> u64 {
        self.0
    }

    /// The date and time with its weekday, as people read it: `Tue 2026-11-24 15:04:05 UTC`.
    pub fn to_words(self) -> String {
        let at = self.date_time();
        let (date, weekday) = (at.date(), at.weekday().to_string());
        let (hour, minute, second) = at.to_hms();
        format!("{} {date} {hour:02}:{minute:02}:{second:02} UTC", &weekday[..3])
    }

    fn date_time(self) -> OffsetDateTime {
        i64::try_from(self.0)
            .ok()
            .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339, for example `2026-11-24T15:04:05Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.date_time().format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Timestamp {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let error = || ParseError::new(text, "a time such as 2026-11-24T15:04:05Z");
        // The parser takes anything for the letter between date and time.
        if text.as_bytes().get(10) != Some(&b'T') {
            return Err(error());
        }
        let at = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| error())?;
        u64::try_from(at.unix_timestamp()).map(Self).map_err(|_| error())
    }
}

impl<C> minicbor::Encode<C> for Timestamp {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u64(self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Timestamp {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let seconds = d.u64()?;
        if seconds > LATEST {
            return Err(minicbor::decode::Error::message("a time beyond the year 9999"));
        }
        Ok(Self(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_capital_t_between_date_and_time_and_nothing_else() {
        let time = "2026-11-24T15:04:05Z";
        assert_eq!(time.parse::<Timestamp>().unwrap().to_string(), time);
        for letter in ["x", "t", " ", "_", "Z", "1"] {
            let other = time.replace('T', letter);
            assert!(other.parse::<Timestamp>().is_err(), "{other}");
        }
    }
}
