//! Ranges that a text names: "10 to 25 kg", "under 5s", "7 days or more", "from 14 days before".

use super::{
    measures::{self, Measure, Unit},
    numbers, prices,
    quantities::is_in,
};

/// Before the number that is the least, and whether that one itself is meant.
const FROM: &[(&str, bool)] = &[
    ("more than", false),
    ("older than", false),
    ("larger than", false),
    ("over", false),
    ("above", false),
    ("exceeding", false),
    ("after", false),
    (">", false),
    ("at least", true),
    ("no less than", true),
    ("not less than", true),
    ("from", true),
    ("minimum", true),
    ("min", true),
    ("≥", true),
    ("mehr als", false),
    ("uber", false),
    ("ab", true),
    ("mindestens", true),
    ("plus de", false),
    ("a partir de", true),
    ("mas de", false),
    ("desde", true),
];
/// Before the number that is the most.
const TO: &[(&str, bool)] = &[
    ("less than", false),
    ("fewer than", false),
    ("younger than", false),
    ("under", false),
    ("below", false),
    ("<", false),
    ("up to", true),
    ("until", true),
    ("at most", true),
    ("no more than", true),
    ("not more than", true),
    ("not over", true),
    ("within", true),
    ("maximum", true),
    ("max", true),
    ("≤", true),
    ("unter", false),
    ("weniger als", false),
    ("bis zu", true),
    ("bis", true),
    ("hochstens", true),
    ("moins de", false),
    ("jusqu a", true),
    ("menos de", false),
    ("hasta", true),
];
/// Of these the other end is meant where time is counted back from something: "up to 14 days before arrival" is from 14
/// days on.
const TURNED: &[&str] =
    &["from", "ab", "a partir de", "desde", "up to", "until", "bis zu", "bis", "jusqu a", "hasta"];
/// After such a time.
const BEFORE: &str = "before prior vor avant antes";
/// Between two numbers, for all from the one to the other.
const BETWEEN: &[&str] = &["-", "–", "—", "to", "and", "until", "bis", "a"];
/// After a number and "or", "and": it is the least, or the most.
const OR: &str = "or and oder und ou et o y";
const OR_MORE: &str =
    "more over above older up upwards longer later heavier mehr alter daruber plus mas";
const OR_LESS: &str =
    "less under below younger fewer shorter earlier lighter weniger junger darunter moins menos";
/// So near before a bound, it says for whom something is not.
const NOT: &str = "no not nicht kein keine pas non ni sin";
const NOT_WITHIN: usize = 4;
/// After a unit of time, of somebody's age.
pub const OLD: &str = "old alt";

/// From the one to the other, and whether these themselves are in it.
pub struct Range {
    from: (f64, bool),
    to: (f64, bool),
    /// None where no unit is named.
    pub unit: Option<Unit>,
}

impl Range {
    /// Of a value in the measure's smallest unit, or, where no unit is named, in whatever the number counts.
    pub fn holds(&self, value: f64) -> bool {
        let (from, to) = (self.from, self.to);
        (value > from.0 || from.1 && value >= from.0) && (value < to.0 || to.1 && value <= to.0)
    }

    pub fn all(words: &[&str]) -> Vec<Self> {
        let mut ranges = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let (range, end) = Self::at(words, at);
            ranges.extend(range);
            at = end.max(at + 1);
        }
        ranges
    }

    /// The range whose first number stands there, and where what it is made of ends.
    pub fn at(words: &[&str], at: usize) -> (Option<Self>, usize) {
        let Some(first) = number(words, at) else { return (None, at + 1) };
        let (unit, end) = named(words, at);
        let before = &words[..at];
        let (sign, before) = match before.split_last() {
            Some((sign, before)) if prices::is_currency(sign) || is_minus(sign) => (*sign, before),
            _ => ("", before),
        };
        if is_minus(sign) && unit.is_some_and(|(measure, _)| measure == Measure::Temperature) {
            return (None, end);
        }
        if let Some((last, last_unit, end)) = Self::last(words, end, before) {
            let (unit, last_unit) = (unit.or(last_unit), last_unit.or(unit));
            let (first, last) = (first * factor(unit), last * factor(last_unit));
            // "29–15 days before".
            let (from, to) = ((first.min(last), true), (first.max(last), true));
            return (Some(Self { from, to, unit: last_unit }), end);
        }
        let next = |at: usize| words.get(at).copied().unwrap_or_default();
        // "7+ nights".
        let is_more = next(end) == "+";
        let unit = unit.or_else(|| measures::unit(next(end + 1)).filter(|_| is_more));
        let value = first * factor(unit);
        let from = |itself, end| ((value, itself), (f64::MAX, true), end);
        let to = |itself, end| ((f64::MIN, true), (value, itself), end);
        let is_time = unit.is_some_and(|(measure, _)| measure == Measure::Time);
        let counts_back = is_time && is_in(next(end), BEFORE);
        let range = if let Some(bound) = Bound::of(before) {
            let near = &before[..before.len() - bound.words];
            let near = &near[near.len().saturating_sub(NOT_WITHIN)..];
            if near.iter().any(|word| is_in(word, NOT)) {
                None
            } else if bound.is_least == (counts_back && bound.is_turned) {
                Some(to(bound.itself, end))
            } else {
                Some(from(bound.itself, end))
            }
        } else if is_more {
            Some(from(true, end + 1))
        } else if is_in(next(end), OR) && is_in(next(end + 1), OR_MORE) {
            Some(from(true, end + 2))
        } else if is_in(next(end), OR) && is_in(next(end + 1), OR_LESS) {
            Some(to(true, end + 2))
        } else {
            None
        };
        let Some((from, to, end)) = range else { return (None, end) };
        (Some(Self { from, to, unit }), end)
    }

    /// The last number of "10 to 25 kg", where the first ends there, its unit, and where that ends.
    fn last(words: &[&str], end: usize, before: &[&str]) -> Option<(f64, Option<Unit>, usize)> {
        let between = words.get(end).filter(|between| BETWEEN.contains(between))?;
        if *between == "and" && before.last() != Some(&"between") {
            return None;
        }
        let has_sign = words.get(end + 1).is_some_and(|sign| prices::is_currency(sign));
        let at = end + 1 + usize::from(has_sign);
        let last = number(words, at)?;
        let (unit, end) = named(words, at);
        Some((last, unit, end))
    }
}

/// What says that a number is the least, or the most.
struct Bound {
    /// Of the phrase that says so.
    words: usize,
    is_least: bool,
    itself: bool,
    /// As [`TURNED`] tells.
    is_turned: bool,
}

impl Bound {
    /// By the longest phrase that stands right before: "no more than 5" ends as "more than 5" does.
    fn of(before: &[&str]) -> Option<Self> {
        let all =
            FROM.iter().map(|bound| (bound, true)).chain(TO.iter().map(|bound| (bound, false)));
        let found = all.filter(|((phrase, _), _)| ends_with(before, phrase));
        let bounds = found.map(|((phrase, itself), is_least)| Self {
            words: phrase.split(' ').count(),
            is_least,
            itself: *itself,
            is_turned: TURNED.contains(phrase),
        });
        bounds.max_by_key(|bound| bound.words)
    }
}

fn factor(unit: Option<Unit>) -> f64 {
    unit.map_or(1.0, |(_, factor)| factor)
}

/// The unit of the number there, and where both end. Of money it may stand before.
fn named(words: &[&str], at: usize) -> (Option<Unit>, usize) {
    let end = at + 1;
    let after = words.get(end).copied().unwrap_or_default();
    let sign = at.checked_sub(1).is_some_and(|before| prices::is_currency(words[before]));
    let is_money = sign || prices::is_currency(after);
    let joins = matches!(after, "-" | "°");
    let word = if joins { words.get(end + 1).copied().unwrap_or_default() } else { after };
    // "£10 a head", but "40 pounds" may be of mass.
    if let Some(unit) = measures::unit(word).filter(|_| !sign) {
        let end = end + 1 + usize::from(joins);
        let is_age = words.get(end).is_some_and(|word| is_in(word, OLD));
        return (Some(unit), end + usize::from(is_age));
    }
    if is_money {
        return (Some((Measure::Money, 1.0)), end + usize::from(prices::is_currency(after)));
    }
    // "Under 5s".
    if after == "s" {
        return (None, end + 1);
    }
    let goes_on = joins || is_in(word, OR) || BETWEEN.contains(&word);
    let is_word = !goes_on && word.starts_with(char::is_alphabetic);
    (is_word.then_some((Measure::Other, 1.0)), end)
}

pub fn is_minus(sign: &str) -> bool {
    matches!(sign, "-" | "−")
}

pub fn ends_with(words: &[&str], phrase: &str) -> bool {
    let count = phrase.split(' ').count();
    words.len() >= count && words[words.len() - count..].iter().copied().eq(phrase.split(' '))
}

/// In digits, but not of a clock, or in one word.
pub fn number(words: &[&str], at: usize) -> Option<f64> {
    let word = words.get(at)?;
    let is_digits = |word: Option<&&str>| {
        word.is_some_and(|word| word.starts_with(|first: char| first.is_ascii_digit()))
    };
    if is_digits(Some(word)) {
        let ends_clock = at > 1 && words[at - 1] == ":" && is_digits(words.get(at - 2));
        let begins_clock = words.get(at + 1) == Some(&":") && is_digits(words.get(at + 2));
        return if ends_clock || begins_clock { None } else { numbers::one(word).parse().ok() };
    }
    let number = numbers::in_words(word)?;
    // "A hundred and fifty" is neither of both.
    let joins = |word: &&&str| is_in(word, "and und et y") || **word == "-";
    let is_number = |word: Option<&&str>| word.is_some_and(|word| numbers::is_in_words(word));
    let is_part = is_number(words[..at].iter().rev().find(|word| !joins(word)))
        || is_number(words[at + 1..].iter().find(|word| !joins(word)));
    if is_part { None } else { number.parse().ok() }
}

/// Words, numbers and signs of a folded text: "£4.50–18kg" is "£", "4.50", "–", "18", "kg".
pub fn pieces(folded: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = folded;
    while let Some(first) = rest.chars().next() {
        let is_digit = |letter: char| letter.is_ascii_digit();
        let length = if is_digit(first) {
            let end = rest.find(|letter| !is_digit(letter) && !matches!(letter, '.' | ','));
            rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ',']).len()
        } else if first.is_alphabetic() {
            rest.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (piece, after) = rest.split_at(length);
        if !first.is_whitespace() && first != '\'' {
            pieces.push(piece);
        }
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, value: f64) -> Option<bool> {
        let ranges = Range::all(&pieces(text));
        assert!(ranges.len() < 2, "{text}");
        ranges.first().map(|range| range.holds(value))
    }

    #[test]
    fn a_bound_is_in_or_out_as_it_says() {
        for (text, below, itself, above) in [
            ("10 to 25", true, true, false),
            ("25 or more", false, true, true),
            ("under 25", true, false, false),
            ("over 25", false, false, true),
            ("up to 25", true, true, false),
            ("not over 25", true, true, false),
            ("no less than 25", false, true, true),
            ("25+", false, true, true),
            ("25+ users", false, true, true),
            ("between 25 and 30", false, true, true),
        ] {
            let held = [24.0, 25.0, 26.0].map(|value| holds(text, value));
            assert_eq!(held, [below, itself, above].map(Some), "{text}");
        }
    }

    #[test]
    fn time_that_is_counted_back_is_turned() {
        let day = measures::unit("day").unwrap().1;
        for (text, late, early) in [
            ("up to 14 days before arrival", false, true),
            ("less than 14 days before", true, false),
            ("within 14 days before", true, false),
            ("29–15 days before departure", false, true),
            ("from 14 days before", true, false),
            ("bis 14 tage vor anreise", false, true),
            ("ab 14 tage vor anreise", true, false),
            ("up to 14 days", true, false),
        ] {
            assert_eq!(holds(text, 3.0 * day), Some(late), "{text}");
            assert_eq!(holds(text, 20.0 * day), Some(early), "{text}");
        }
    }

    #[test]
    fn what_is_no_range_is_none() {
        for text in [
            "saturday 9:30–10:15",
            "not suitable for children under 8",
            "a hundred and fifty",
            "below -5 °c",
            "18 kilos",
            "5 5 - - to kg",
            "",
        ] {
            assert_eq!(holds(text, 5.0), None, "{text}");
        }
    }
}
