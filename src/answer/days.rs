//! Days of the week and years that a question names: what is said of Friday alone is no answer for Sunday, and what is
//! said of 2026 none for 2027.

use unicode_segmentation::UnicodeSegmentation;

use super::words;

/// From Monday on, in English, German, French, Spanish, Italian and Dutch.
const DAYS: [&str; 7] = [
    "monday mondays montag montags lundi lunes lunedi maandag",
    "tuesday tuesdays dienstag dienstags mardi martes martedi dinsdag",
    "wednesday wednesdays mittwoch mittwochs mercredi miercoles mercoledi woensdag",
    "thursday thursdays donnerstag donnerstags jeudi jueves giovedi donderdag",
    "friday fridays freitag freitags vendredi viernes venerdi vrijdag",
    "saturday saturdays samstag samstags sonnabend samedi sabado sabato zaterdag",
    "sunday sundays sonntag sonntags dimanche domingo domenica zondag",
];
/// Between two of them, for all from one to the other.
const RANGE: &[&str] =
    &["-", "–", "—", "to", "until", "till", "through", "thru", "bis", "au", "a", "al", "tot"];
/// For several of them, or all but some: "every day but Monday".
const SEVERAL: &str = "daily weekday weekdays weekend weekends except taglich ausser sauf";
const EVERY: &[&str] = &["every day", "each day", "all days", "jeden tag"];
/// Before a number that is asked for as a year.
const BEFORE_YEARS: &str = "in since during of until im seit en depuis desde dal";

/// A set of days, a bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(u8);

impl Days {
    /// Those that a text names; none where it names none, or tells of several at once.
    pub fn of(text: &str) -> Option<Self> {
        let folded = words::fold(text);
        if EVERY.iter().any(|every| folded.contains(every)) {
            return None;
        }
        let mut named = 0;
        let mut ended = None;
        for (at, word) in folded.unicode_word_indices() {
            if words_of(SEVERAL).any(|several| several == word) {
                return None;
            }
            let day = DAYS.iter().position(|names| words_of(names).any(|name| name == word));
            if let Some(day) = day {
                let between = ended.map_or("", |end: usize| folded[end..at].trim());
                if RANGE.contains(&between) {
                    return None;
                }
                named |= 1 << day;
                ended = Some(at + word.len());
            }
        }
        (named > 0).then_some(Self(named))
    }

    pub fn share_one(self, other: Self) -> bool {
        self.0 & other.0 > 0
    }
}

/// The years that a text names.
pub fn years(text: &str) -> Vec<u32> {
    let is_year = |word: &&str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(is_year);
    words.filter_map(|word| word.parse().ok()).filter(|year| (1900..2100).contains(year)).collect()
}

/// Those that a question asks for: "in 2027", "the dates 2027?", but not "2048 bits".
pub fn asked_years(question: &str) -> Vec<u32> {
    let folded = words::fold(question);
    let words: Vec<&str> = folded.split_whitespace().collect();
    let is_year = |&at: &usize| {
        at + 1 == words.len()
            || at > 0 && words_of(BEFORE_YEARS).any(|before| before == words[at - 1])
    };
    (0..words.len()).filter(is_year).flat_map(|at| years(words[at])).collect()
}

fn words_of(list: &str) -> impl Iterator<Item = &str> {
    list.split_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_days_one_by_one() {
        let days = |text| Days::of(text).map(|days| days.0);
        assert_eq!(days("Is there a class on Sunday morning?"), Some(64));
        assert_eq!(days("Masters; Tuesday: 8.00–9.15; Sunday: 8.00–9.30"), Some(2 | 64));
        assert_eq!(days("Mittwochs und samstags"), Some(4 | 32));
        assert_eq!(days("May I come to any class on Sunday?"), Some(64));
        assert_eq!(days("On Sundays the shop is open, but there is no mechanic."), Some(64));
        for text in [
            "Monday to Friday",
            "Monday – Friday",
            "every day but Monday",
            "Each day, Sunday too",
            "We are open.",
            "",
            "月曜日",
        ] {
            assert_eq!(days(text), None, "{text}");
        }
        let sunday = Days::of("sunday").unwrap();
        assert!(sunday.share_one(Days::of("Saturday, Sunday").unwrap()));
        assert!(!sunday.share_one(Days::of("Friday").unwrap()));
    }

    #[test]
    fn years_are_numbers_of_four_digits_in_two_centuries() {
        assert_eq!(years("from 2026/27 to (2027), not 1234 or 20260"), [2026, 2027]);
        for asking in ["When is the race in 2027 held?", "dates 2027", "Since 2027, how many?"] {
            assert_eq!(asked_years(asking), [2027], "{asking}");
        }
        for asking in ["Are keys 2048 bits long?", "a heater of under 2000 watts", "when", ""] {
            assert!(asked_years(asking).is_empty(), "{asking}");
        }
    }
}
