//! How often a source is refreshed by itself, as people say it: `6h`, `day`, `never`.

use std::{fmt, str::FromStr, time::Duration};

use crate::error::{Error, Result};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// The name of a unit, its sign behind a number, and its seconds. A month is thirty days.
const UNITS: &[(&str, &str, u64)] = &[
    ("month", "mo", 30 * DAY),
    ("week", "w", 7 * DAY),
    ("day", "d", DAY),
    ("hour", "h", HOUR),
    ("minute", "m", MINUTE),
];
/// More often, and a site is disturbed for nothing.
const SHORTEST: u64 = 10 * MINUTE;
const LONGEST: u64 = 366 * DAY;

/// None: never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Every(pub Option<Duration>);

impl FromStr for Every {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = |problem: &str| {
            let right = "it must be hour, day, week, month, never, or such as 30m, 6h, 2d, 2w";
            Error::invalid("every", format!("is {text:?}{problem}; {right}"))
        };
        let said = text.trim().to_ascii_lowercase();
        if said == "never" {
            return Ok(Self(None));
        }
        let digits = said.len() - said.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = said.split_at(digits);
        let number: u64 =
            if number.is_empty() { 1 } else { number.parse().map_err(|_| wrong(""))? };
        let unit = unit.trim();
        let (_, _, seconds) = UNITS
            .iter()
            .find(|(name, sign, _)| {
                unit == *name
                    || unit.strip_suffix('s') == Some(name)
                    || (digits > 0 && unit == *sign)
            })
            .ok_or_else(|| wrong(""))?;
        match number.checked_mul(*seconds) {
            Some(seconds @ SHORTEST..=LONGEST) => Ok(Self(Some(Duration::from_secs(seconds)))),
            Some(..SHORTEST) => Err(wrong(", which is more often than every 10 minutes")),
            _ => Err(wrong(", which is more than a year")),
        }
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(every) = self.0 else { return f.write_str("never") };
        let seconds = every.as_secs();
        let unit = UNITS.iter().find(|(_, _, unit)| seconds.is_multiple_of(*unit));
        match unit {
            Some((name, _, unit)) if seconds == *unit => f.write_str(name),
            Some((_, sign, unit)) => write!(f, "{}{sign}", seconds / unit),
            None => write!(f, "{}m", seconds / MINUTE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Every;

    #[test]
    fn is_read_and_written() {
        for (said, shown) in [
            ("hour", "hour"),
            ("1h", "hour"),
            (" 6H ", "6h"),
            ("24 hours", "day"),
            ("days", "day"),
            ("7d", "week"),
            ("2 weeks", "2w"),
            ("month", "month"),
            ("60d", "2mo"),
            ("90m", "90m"),
            ("10 minutes", "10m"),
            ("never", "never"),
        ] {
            let every: Every = said.parse().expect(said);
            assert_eq!(every.to_string(), shown, "{said}");
            assert_eq!(shown.parse::<Every>().expect(shown), every);
        }
    }

    #[test]
    fn nonsense_is_refused_with_what_would_be_right() {
        for wrong in
            ["", "h", "often", "0h", "1m", "minute", "9999999999999999999999d", "2y", "-1h"]
        {
            let error = wrong.parse::<Every>().expect_err(wrong);
            assert!(error.message().contains("6h"), "{error}");
        }
    }
}
