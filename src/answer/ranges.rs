//! Amounts that a question names, "18 kilos", "my 5 year old", "a week before", and the ranges of rows and items that
//! hold them: "10 to 25 kg", "under 5s", "7 days or more". Of a table by weight, age or time, one row is the answer.

use super::{
    measures::{self, Measure, Unit},
    numbers, prices,
    quantities::is_in,
    words,
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
/// Between two numbers, for all from the one to the other.
const BETWEEN: &[&str] = &["-", "–", "—", "to", "and", "until", "bis", "a"];
/// After a number and "or", "and": it is the least, or the most.
const OR: &str = "or and oder und ou et o y";
const OR_MORE: &str =
    "more over above older up upwards longer later heavier mehr alter daruber plus mas";
const OR_LESS: &str =
    "less under below younger fewer shorter earlier lighter weniger junger darunter moins menos";

/// After a unit of time, of somebody's age.
const OLD: &str = "old alt";
/// What stands in a row whose numbers without a unit are ages.
const OF_AGE: &str = "age ages aged child children kid kids junior juniors youth adult adults senior seniors infant infants \
    toddler toddlers baby babies alter kinder kind erwachsene enfant enfants ninos";
/// And one whose numbers without a unit are of people.
const OF_PEOPLE: &str =
    "group groups party parties team teams size gruppe gruppen groupe groupes grupo grupos";
/// Before a number of people in a question.
const GROUPS: &[&str] =
    &["group of", "party of", "team of", "we are", "there are", "there will be", "class of"];

/// From the one to the other, and whether these themselves are in it.
struct Range {
    from: (f64, bool),
    to: (f64, bool),
    /// None where no unit is named.
    measure: Option<Measure>,
}

/// The amounts that a question names.
pub struct Amounts(Vec<Amount>);

struct Amount {
    measure: Measure,
    /// In the measure's smallest unit.
    value: f64,
    /// As the question has it.
    number: f64,
    /// It may be how old somebody is.
    is_age: bool,
}

impl Amounts {
    /// None where it names none. What is asked for as a range, "under 20 kg", is none.
    pub fn of(question: &str) -> Option<Self> {
        let folded = words::fold(question);
        let words = pieces(&folded);
        let mut amounts = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let (range, end) = Range::at(&words, at);
            let number = number(&words, at).filter(|_| range.is_none());
            if let Some(amount) = number.and_then(|number| Amount::at(&words, at, number)) {
                amounts.push(amount);
            }
            at = end.max(at + 1);
        }
        (!amounts.is_empty()).then_some(Self(amounts))
    }

    /// Whether the ranges of a text hold them all; None where it has none to compare with. `around` it may stand whose
    /// numbers these are.
    pub fn are_in(&self, text: &str, around: &str) -> Option<bool> {
        let folded = words::fold(text);
        let words = pieces(&folded);
        let around = words::fold(around);
        let around = pieces(&around);
        let has = |list: &str| words.iter().chain(&around).any(|word| is_in(word, list));
        let ranges = Range::all(&words);
        let mut is_held = None;
        for amount in &self.0 {
            let bare = match amount.measure {
                Measure::Time => amount.is_age && has(OF_AGE),
                Measure::People => has(OF_PEOPLE),
                _ => false,
            };
            let mut of_this = ranges.iter().filter_map(|range| match range.measure {
                Some(measure) => (measure == amount.measure).then(|| range.holds(amount.value)),
                None => bare.then(|| range.holds(amount.number)),
            });
            match of_this.next() {
                Some(first) if first || of_this.any(|holds| holds) => is_held = Some(true),
                Some(_) => return Some(false),
                None => {}
            }
        }
        is_held
    }
}

impl Amount {
    fn at(words: &[&str], at: usize, number: f64) -> Option<Self> {
        let (before, after) = (&words[..at], &words[at + 1..]);
        let of = |measure, value, is_age| Some(Self { measure, value, number, is_age });
        if is_money(before, after) {
            return of(Measure::Money, number, false);
        }
        let mut after = after.iter().filter(|word| !matches!(**word, "-" | "°"));
        let first = after.next().copied().unwrap_or_default();
        let is_old = after.next().is_some_and(|word| is_in(word, OLD));
        if let Some((measure, factor)) = measures::unit(first) {
            return of(measure, number * factor, is_old || factor >= measures::YEAR);
        }
        if before.last().is_some_and(|word| is_in(word, "age aged")) {
            return of(Measure::Time, number * measures::YEAR, true);
        }
        let is_group = GROUPS.iter().any(|group| ends_with(before, group))
            || first == "of" && words.get(at + 2) == Some(&"us");
        if is_group { of(Measure::People, number, false) } else { None }
    }
}

impl Range {
    fn holds(&self, value: f64) -> bool {
        let (from, to) = (self.from, self.to);
        (value > from.0 || from.1 && value >= from.0) && (value < to.0 || to.1 && value <= to.0)
    }

    fn all(words: &[&str]) -> Vec<Self> {
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
    fn at(words: &[&str], at: usize) -> (Option<Self>, usize) {
        let Some(first) = number(words, at) else { return (None, at + 1) };
        let (unit, end) = named(words, at);
        let before = &words[..at];
        let before = match before.split_last() {
            Some((sign, before)) if prices::is_currency(sign) || *sign == "-" => before,
            _ => before,
        };
        if let Some((last, last_unit, end)) = Self::last(words, end, before)
            && last > first
        {
            let (unit, last_unit) = (unit.or(last_unit), last_unit.or(unit));
            let from = (first * factor(unit), true);
            let to = (last * factor(last_unit), true);
            return (Some(Self { from, to, measure: last_unit.map(|(measure, _)| measure) }), end);
        }
        let value = first * factor(unit);
        let from = |itself, end| ((value, itself), (f64::MAX, true), end);
        let to = |itself, end| ((f64::MIN, true), (value, itself), end);
        let next = |at: usize| words.get(at).copied().unwrap_or_default();
        let range = match (bound(before, FROM), bound(before, TO)) {
            // "No more than 5" ends as "more than 5" does.
            (Some((length, itself)), most) if most.is_none_or(|(most, _)| most < length) => {
                Some(from(itself, end))
            }
            (_, Some((_, itself))) => Some(to(itself, end)),
            _ if next(end) == "+" => Some(from(true, end + 1)),
            _ if !is_in(next(end), OR) => None,
            _ if is_in(next(end + 1), OR_MORE) => Some(from(true, end + 2)),
            _ if is_in(next(end + 1), OR_LESS) => Some(to(true, end + 2)),
            _ => None,
        };
        let Some((from, to, end)) = range else { return (None, end) };
        (Some(Self { from, to, measure: unit.map(|(measure, _)| measure) }), end)
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

fn factor(unit: Option<Unit>) -> f64 {
    unit.map_or(1.0, |(_, factor)| factor)
}

/// Of the longest phrase that stands right before how many words it has, and whether the number itself is meant.
fn bound(before: &[&str], bounds: &[(&str, bool)]) -> Option<(usize, bool)> {
    let found = bounds.iter().filter(|(bound, _)| ends_with(before, bound));
    found.map(|(bound, itself)| (bound.split(' ').count(), *itself)).max()
}

/// The unit of the number there, and where both end. Of money it may stand before.
fn named(words: &[&str], at: usize) -> (Option<Unit>, usize) {
    let end = at + 1;
    let after = words.get(end).copied().unwrap_or_default();
    if is_money(&words[..at], &words[end..]) {
        return (Some((Measure::Money, 1.0)), end + usize::from(prices::is_currency(after)));
    }
    let joins = matches!(after, "-" | "°");
    let word = if joins { words.get(end + 1).copied().unwrap_or_default() } else { after };
    if let Some(unit) = measures::unit(word) {
        let end = end + 1 + usize::from(joins);
        let is_age = words.get(end).is_some_and(|word| is_in(word, OLD));
        return (Some(unit), end + usize::from(is_age));
    }
    // "Under 5s".
    if after == "s" {
        return (None, end + 1);
    }
    let goes_on = joins || is_in(word, OR) || BETWEEN.contains(&word);
    let is_word = !goes_on && word.starts_with(char::is_alphabetic);
    (is_word.then_some((Measure::Other, 1.0)), end)
}

fn is_money(before: &[&str], after: &[&str]) -> bool {
    [before.last(), after.first()].into_iter().flatten().any(|word| prices::is_currency(word))
}

fn ends_with(words: &[&str], phrase: &str) -> bool {
    let count = phrase.split(' ').count();
    words.len() >= count && words[words.len() - count..].iter().copied().eq(phrase.split(' '))
}

fn number(words: &[&str], at: usize) -> Option<f64> {
    let word = words.get(at)?;
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        return numbers::one(word).parse().ok();
    }
    numbers::in_words(word)?.parse().ok()
}

/// Words, numbers and signs of a folded text: "£4.50–18kg" is "£", "4.50", "–", "18", "kg".
fn pieces(folded: &str) -> Vec<&str> {
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

    fn holds(question: &str, text: &str) -> Option<bool> {
        Amounts::of(question)?.are_in(text, "")
    }

    #[test]
    fn an_amount_is_in_a_range_of_its_measure() {
        for (question, inside, outside) in [
            (
                "spay a dog that weighs about 18 kilos",
                "Dog 10 to 25 kg; Spay: £312",
                "Dog up to 10 kg",
            ),
            ("labrador 32kg", "25–40 kg", "Over 40 kg"),
            ("a parcel of 900 g", "Up to 1 kg", "1 kg – 5 kg"),
            ("ticket for my 5 year old", "Child (3–15)", "Under-3s; children"),
            ("ticket for my 5-year-old", "Children aged 3 to 15 years: £4", "Adults (16 and over)"),
            ("my son is 17 years old", "Adult (16+)", "Child (5 to 15 years)"),
            ("a girl aged 4", "Under 5s, children: free", "Children 5-15"),
            ("a kitten 10 weeks old", "From 8 weeks", "3 months or older"),
            (
                "I cancel a booking ten days before",
                "7 to 14 days before",
                "Less than 7 days before",
            ),
            ("cancel 3 weeks before", "More than 14 days: full refund", "7–14 days: half"),
            ("stay 8 nights", "7 nights or more", "1–3 nights"),
            ("delivery of an order of £60", "Orders over £50: free", "Orders under £50: £4.95"),
            ("order is €25", "20 € bis 50 €: 3 €", "ab 50 €: frei"),
            ("we are 12", "Groups of 10 or more", "Group of 2 to 9"),
            ("a party of 8", "6–10 guests", "11–20 guests"),
            ("there are 30 of us", "Up to 40 people", "More than 40 people"),
            ("open water at 14 degrees", "Below 15 °C: wetsuit", "Below 12 °C: no swimming"),
            ("Hund mit 12 kg", "von 10 bis 25 kg", "unter 10 kg"),
            ("mon fils de 8 ans", "de 5 a 12 ans", "plus de 12 ans"),
        ] {
            assert_eq!(holds(question, inside), Some(true), "{question}: {inside}");
            assert_eq!(holds(question, outside), Some(false), "{question}: {outside}");
        }
    }

    #[test]
    fn a_bound_is_in_or_out_as_it_says() {
        for (question, text, held) in [
            ("25 kg", "10 to 25 kg", true),
            ("25 kg", "25 kg or more", true),
            ("25 kg", "under 25 kg", false),
            ("25 kg", "over 25 kg", false),
            ("25 kg", "up to 25 kg", true),
            ("25 kg", "not over 25 kg", true),
        ] {
            assert_eq!(holds(question, text), Some(held), "{text}");
        }
    }

    #[test]
    fn what_is_of_something_else_is_not_compared() {
        for (question, text) in [
            ("18 kilos", "Open 10 to 25 October"),
            ("18 kilos", "£10 to £25"),
            ("my 5 year old", "Monday 9–17; price £3"),
            ("my 5 year old", "children, 3–4 October"),
            ("how much is it for dogs under 20 kg", "10 to 25 kg"),
            ("between 5 and 10 kg", "10 to 25 kg"),
            ("18 kilos", "Dogs; Price: £5"),
            ("when is it open in 2027", "2026–2028"),
            ("how much", "10 to 25 kg"),
            ("", ""),
            ("5 5 - - to kg", "to to 7 - kg – –"),
        ] {
            assert_eq!(holds(question, text), None, "{question}: {text}");
        }
    }
}
