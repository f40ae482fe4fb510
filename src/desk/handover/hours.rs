//! When people are at the desk, as its owner says: on some days of the week, from a time to a time.

use jiff::{
    Timestamp, ToSpan, Zoned,
    civil::{Date, Time},
    tz::TimeZone,
};

use crate::{
    clock::Moment,
    store::agents::{Handover, Hours},
};

/// Entries of a week.
const ENTRIES: usize = 50;
/// A week later everything has opened that ever opens.
const DAYS: i32 = 8;

/// When somebody will be there; none if somebody is now, as always where no hours are set.
pub fn opens_at(handover: &Handover, now: Moment) -> Option<Moment> {
    if handover.hours.is_empty() {
        return None;
    }
    let now = Timestamp::from_millisecond(now.millis()).ok()?;
    let today = now.to_zoned(zone(handover)?).date();
    let mut next: Option<Timestamp> = None;
    // What began yesterday may go on past midnight.
    for day in -1..=DAYS {
        let date = today.checked_add(day.days()).ok()?;
        for (from, to) in handover.hours.iter().filter_map(|hours| on(hours, date)) {
            let (from, to) = (moment(from, handover)?, moment(to, handover)?);
            if (from..to).contains(&now) {
                return None;
            }
            if from > now {
                next = Some(next.map_or(from, |next| next.min(from)));
            }
        }
    }
    next.map(|next| Moment::from_millis(next.as_millisecond()))
}

/// A moment as the clocks of those hours show it: `2026-05-08 09:00 Europe/Berlin`.
pub fn local(handover: &Handover, moment: Moment) -> String {
    let time = Timestamp::from_millisecond(moment.millis()).ok().zip(zone(handover));
    time.map_or_else(
        || moment.to_string(),
        |(time, zone)| {
            let name = Some(handover.timezone.as_str()).filter(|name| !name.is_empty());
            format!("{} {}", time.to_zoned(zone).strftime("%Y-%m-%d %H:%M"), name.unwrap_or("UTC"))
        },
    )
}

/// What is wrong with the settings, by field.
pub fn problems(handover: &Handover) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    if handover.hours.len() > ENTRIES {
        wrong.push(("handover.hours", format!("must have at most {ENTRIES} entries")));
    }
    for hours in &handover.hours {
        if hours.days.is_empty() || hours.days.iter().any(|day| !(1..=7).contains(day)) {
            wrong.push((
                "handover.hours",
                "days must be numbers from 1, Monday, to 7, Sunday".into(),
            ));
        }
        for text in [&hours.from, &hours.to] {
            if time(text).is_none() {
                wrong.push(("handover.hours", format!("{text:?} must be a time such as 09:00")));
            }
        }
    }
    if zone(handover).is_none() {
        let problem = format!(
            "{:?} is no time zone that this machine knows; write a name such as Europe/Berlin (without names, install tzdata)",
            handover.timezone
        );
        wrong.push(("handover.timezone", problem));
    }
    wrong
}

/// The time from opening to closing that begins on this date, if one does.
fn on(hours: &Hours, date: Date) -> Option<((Date, Time), (Date, Time))> {
    let (from, to) = (time(&hours.from)?, time(&hours.to)?);
    let opens = hours.days.contains(&date.weekday().to_monday_one_offset());
    let last = if to > from { date } else { date.tomorrow().ok()? };
    opens.then_some(((date, from), (last, to)))
}

fn moment((date, time): (Date, Time), handover: &Handover) -> Option<Timestamp> {
    date.to_datetime(time).to_zoned(zone(handover)?).ok().as_ref().map(Zoned::timestamp)
}

fn zone(handover: &Handover) -> Option<TimeZone> {
    match handover.timezone.as_str() {
        "" => Some(TimeZone::UTC),
        name => TimeZone::get(name).ok(),
    }
}

/// `HH:MM`.
fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| (text.len() == 2).then(|| text.parse::<i8>().ok()).flatten();
    Time::new(number(hour)?, number(minute)?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::from_millis(text.parse::<Timestamp>().expect("a moment").as_millisecond())
    }

    fn desk(days: &[i8], from: &str, to: &str, timezone: &str) -> Handover {
        let hours = Hours { days: days.to_vec(), from: from.into(), to: to.into() };
        Handover { hours: vec![hours], timezone: timezone.into() }
    }

    fn opens(handover: &Handover, now: &str) -> Option<String> {
        opens_at(handover, at(now)).map(|moment| moment.to_string())
    }

    #[test]
    fn a_moment_is_written_as_their_clocks_show_it() {
        let berlin = desk(&[1], "09:00", "17:30", "Europe/Berlin");
        let summer = at("2026-05-08T07:00:00Z");
        assert_eq!(local(&berlin, summer), "2026-05-08 09:00 Europe/Berlin");
        assert_eq!(local(&Handover::default(), summer), "2026-05-08 07:00 UTC");
    }

    #[test]
    fn somebody_is_there_within_the_hours_and_at_all_of_them_where_none_are_set() {
        assert_eq!(opens(&Handover::default(), "2026-05-07T03:00:00Z"), None);
        let office = desk(&[1, 2, 3, 4, 5], "09:00", "17:30", "");
        // A Thursday.
        assert_eq!(opens(&office, "2026-05-07T09:00:00Z"), None);
        assert_eq!(opens(&office, "2026-05-07T17:29:59Z"), None);
        assert_eq!(opens(&office, "2026-05-07T08:59:59Z").unwrap(), "2026-05-07T09:00:00Z");
        assert_eq!(opens(&office, "2026-05-07T17:30:00Z").unwrap(), "2026-05-08T09:00:00Z");
        assert_eq!(opens(&office, "2026-05-08T18:00:00Z").unwrap(), "2026-05-11T09:00:00Z");
        let seldom = desk(&[4], "09:00", "10:00", "");
        assert_eq!(opens(&seldom, "2026-05-07T10:00:00Z").unwrap(), "2026-05-14T09:00:00Z");
    }

    #[test]
    fn a_night_goes_on_past_midnight() {
        let night = desk(&[5], "22:00", "02:00", "");
        assert_eq!(opens(&night, "2026-05-08T23:00:00Z"), None);
        assert_eq!(opens(&night, "2026-05-09T01:59:00Z"), None);
        assert_eq!(opens(&night, "2026-05-09T02:00:00Z").unwrap(), "2026-05-15T22:00:00Z");
        let whole_day = desk(&[4], "00:00", "00:00", "");
        assert_eq!(opens(&whole_day, "2026-05-07T23:59:59Z"), None);
    }

    #[test]
    fn what_fits_no_week_is_named() {
        for (handover, word) in [
            (desk(&[0], "09:00", "17:00", ""), "days"),
            (desk(&[], "09:00", "17:00", ""), "days"),
            (desk(&[1], "9:00", "17:00", ""), "9:00"),
            (desk(&[1], "09:00", "24:00", ""), "24:00"),
            (desk(&[1], "09:00", "17:00", "Mars/Olympus"), "Mars/Olympus"),
        ] {
            let wrong = problems(&handover);
            assert!(wrong.len() == 1 && wrong[0].1.contains(word), "{wrong:?}");
        }
        assert_eq!(problems(&desk(&[1, 7], "09:00", "17:00", "UTC")), []);
    }
}
