//! Time as a value: whoever decides something by the time is handed the time, and stores it as milliseconds.

use std::{fmt, ops::Add, time::Duration};

use jiff::{Timestamp, Unit, tz::TimeZone};

/// A moment, in milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    pub fn now() -> Self {
        Self(Timestamp::now().as_millisecond())
    }

    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn millis(self) -> i64 {
        self.0
    }

    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// From a date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
    pub fn of_http_date(text: &str) -> Option<Self> {
        let time = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        Some(Self(time.as_millisecond()))
    }

    /// How long ago `earlier` was; nothing if it is in the future.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }

    /// The first moment of this moment's calendar month, UTC.
    pub fn month_start(self) -> Self {
        self.month(jiff::civil::Date::first_of_month)
    }

    /// The first moment of the calendar month after this moment's, UTC.
    pub fn next_month(self) -> Self {
        self.month(|date| date.last_of_month().tomorrow().unwrap_or(date))
    }

    fn month(self, pick: impl Fn(jiff::civil::Date) -> jiff::civil::Date) -> Self {
        let Ok(time) = Timestamp::from_millisecond(self.0) else {
            return self;
        };
        let date = pick(time.to_zoned(TimeZone::UTC).date());
        date.to_zoned(TimeZone::UTC).map_or(self, |start| Self(start.timestamp().as_millisecond()))
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// RFC 3339, UTC, whole seconds, `Z`: the form of every time on the wire.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = Timestamp::from_second(self.unix_seconds())
            .and_then(|time| time.round(Unit::Second))
            .unwrap_or_default();
        write!(f, "{time}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_whole_seconds() {
        assert_eq!(Moment(1_778_158_800_999).to_string(), "2026-05-07T13:00:00Z");
    }

    #[test]
    fn dates_of_http_are_read() {
        let moment = Moment::of_http_date("Sun, 06 Nov 1994 08:49:37 GMT").expect("a moment");
        assert_eq!(moment.to_string(), "1994-11-06T08:49:37Z");
        assert!(Moment::of_http_date("soon").is_none());
    }

    #[test]
    fn a_month_begins_and_ends_at_midnight_utc() {
        let moment = Moment(1_798_761_599_000); // 2026-12-31T23:59:59Z
        assert_eq!(moment.month_start().to_string(), "2026-12-01T00:00:00Z");
        assert_eq!(moment.next_month().to_string(), "2027-01-01T00:00:00Z");
    }
}
