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
/// Words for several of them, or for none in particular: "Monday to Friday", "every day but Monday".
const SEVERAL: &str = "to until till through thru bis au al tot except but daily every each any weekday weekdays weekend weekends \
    other taglich ausser sauf week";

/// A set of days, a bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(u8);

impl Days {
    /// Those that a text names; none where it names none, or tells of several at once.
    pub fn of(text: &str) -> Option<Self> {
        let folded = words::fold(text);
        let mut named = 0;
        // Where a day ended, and nothing but a dash follows, another one makes a range.
        let mut ended = None;
        for (at, word) in folded.unicode_word_indices() {
            if words_of(SEVERAL).any(|several| several == word) {
                return None;
            }
            let day = DAYS.iter().position(|names| words_of(names).any(|name| name == word));
            if let Some(day) = day {
                let between = ended.map_or("", |end: usize| folded[end..at].trim());
                if matches!(between, "-" | "–" | "—") {
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
        for text in [
            "Monday to Friday",
            "Monday – Friday",
            "every day but Monday",
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
    }
}
