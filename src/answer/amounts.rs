//! Amounts that a question names, "18 kilos", "my 5 year old", "a week before", and whether the ranges of a row or an item
//! hold them. Of a table by weight, age or time, one row is the answer.

use super::{
    measures::{self, Measure},
    prices,
    quantities::is_in,
    ranges::{self, Range},
    words,
};

/// What stands in a row whose numbers without a unit are ages.
const OF_AGE: &str = "age ages aged child children kid kids junior juniors youth adult adults senior seniors infant infants \
    toddler toddlers baby babies alter kinder kind erwachsene enfant enfants ninos";
/// And one whose numbers without a unit are of people.
const OF_PEOPLE: &str =
    "group groups party parties team teams size gruppe gruppen groupe groupes grupo grupos";
/// Before a number of people in a question.
const GROUPS: &[&str] = &["group of", "party of", "team of", "class of", "table of", "table for"];
/// And before one where nothing else is counted.
const WE_ARE: &[&str] = &["we are", "there are", "there will be"];

/// And before somebody's age, where nothing else is counted: "I'm 68, what do I pay?"
const IS: &str = "am m is s bin ist";

/// The amounts that a question names.
pub struct Amounts(Vec<Amount>);

struct Amount {
    measure: Measure,
    /// In the measure's smallest unit.
    value: f64,
    /// How old somebody is.
    is_age: bool,
}

impl Amounts {
    /// None where it names none. What is asked for as a range, "under 20 kg", is none.
    pub fn of(question: &str) -> Option<Self> {
        let folded = words::fold(question);
        let words = ranges::pieces(&folded);
        let mut amounts = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let (range, end) = Range::at(&words, at);
            let number = ranges::number(&words, at).filter(|_| range.is_none());
            amounts.extend(number.and_then(|number| Amount::at(&words, at, number)));
            at = end.max(at + 1);
        }
        (!amounts.is_empty()).then_some(Self(amounts))
    }

    /// Whether the ranges of a text hold them, of each measure one; None where it has none to compare with. Around it may
    /// stand whose numbers these are.
    pub fn are_in(&self, text: &str, around: &str) -> Option<bool> {
        let (text, around) = (words::fold(text), words::fold(around));
        let (words, around) = (ranges::pieces(&text), ranges::pieces(&around));
        let has = |list: &str| words.iter().any(|word| is_in(word, list));
        let is_around = |list: &str| around.iter().any(|word| is_in(word, list));
        let text = Text {
            is_of_age: has(OF_AGE),
            is_below_age: is_around(OF_AGE),
            is_of_people: has(OF_PEOPLE) || is_around(OF_PEOPLE),
            ranges: Range::all(&words),
        };
        let held: Vec<(Measure, bool)> = self
            .0
            .iter()
            .filter_map(|amount| Some((amount.measure, text.holds(amount)?)))
            .collect();
        let is_held = |(measure, _): &(Measure, bool)| held.contains(&(*measure, true));
        (!held.is_empty()).then(|| held.iter().all(is_held))
    }
}

impl Amount {
    fn at(words: &[&str], at: usize, number: f64) -> Option<Self> {
        let (before, after) = (&words[..at], &words[at + 1..]);
        let of = |measure, value, is_age| Some(Self { measure, value, is_age });
        if before.last().is_some_and(|sign| ranges::is_minus(sign) || *sign == "minus") {
            return None;
        }
        let mut units = after.iter().filter(|word| !matches!(**word, "-" | "°"));
        let first = units.next().copied().unwrap_or_default();
        let is_age = is_in(first, "yo")
            || units.next().is_some_and(|word| is_in(word, ranges::OLD))
            || before.last() == Some(&"de") && is_in(first, "ans anos");
        if before.last().is_some_and(|sign| prices::is_currency(sign)) {
            return of(Measure::Money, number, false);
        }
        if let Some((measure, factor)) = measures::unit(first) {
            return of(measure, number * factor, is_age);
        }
        if prices::is_currency(first) {
            return of(Measure::Money, number, false);
        }
        let is_last = !first.starts_with(char::is_alphabetic);
        let is_somebody = is_last && before.last().is_some_and(|word| is_in(word, IS));
        if is_somebody || before.last().is_some_and(|word| is_in(word, "age aged")) {
            return of(Measure::Time, number * measures::YEAR, true);
        }
        let ends_with = |phrases: &[&str]| phrases.iter().any(|it| ranges::ends_with(before, it));
        let is_alone = is_last || after.starts_with(&["of", "us"]);
        let is_group = ends_with(GROUPS) || is_alone && ends_with(WE_ARE);
        if is_group { of(Measure::People, number, false) } else { None }
    }
}

/// A row or an item.
struct Text {
    is_of_age: bool,
    /// The heading above it says so.
    is_below_age: bool,
    is_of_people: bool,
    ranges: Vec<Range>,
}

impl Text {
    /// None where nothing here is comparable.
    fn holds(&self, amount: &Amount) -> Option<bool> {
        let is_of_mass =
            self.ranges.iter().any(|range| range.unit.is_some_and(|(it, _)| it == Measure::Mass));
        let of_measure = self.ranges.iter().filter_map(|range| {
            let (measure, factor) = range.unit?;
            if is_of_mass && amount.measure == Measure::Pounds && measure != Measure::Mass {
                return None;
            }
            let value = measure.compared(amount.measure, amount.value)?;
            match measure {
                // How long somebody stays, or how long something takes, is not how old somebody is.
                Measure::Time if amount.is_age && factor < measures::WEEK => None,
                Measure::Time if !amount.is_age && self.is_of_age => None,
                _ => Some(range.holds(value)),
            }
        });
        let of_measure: Vec<bool> = of_measure.collect();
        if !of_measure.is_empty() {
            return Some(of_measure.contains(&true));
        }
        let number = match amount.measure {
            Measure::Time if amount.is_age && (self.is_of_age || self.is_below_age) => {
                amount.value / measures::YEAR
            }
            Measure::People if self.is_of_people => amount.value,
            _ => return None,
        };
        let bare = self.ranges.iter().filter(|range| range.unit.is_none());
        bare.map(|range| range.holds(number)).reduce(|one, other| one || other)
    }
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
            ("spay a dog of about 18 kilos", "Dog 10 to 25 kg; Spay: £312", "Dog up to 10 kg"),
            ("labrador 32kg", "25–40 kg", "Over 40 kg"),
            ("a parcel of 900 g", "Up to 1 kg", "1 kg – 5 kg"),
            ("postage for 15 kg", "10–20 kg", "from 500 g to 2 kg"),
            ("a dog of 40 pounds", "26 to 50 lbs, from $45", "up to 25 lbs, from $35"),
            ("a dog of 40 lbs", "26 to 50 pounds", "up to 25 pounds"),
            ("an order of 40 pounds", "over £30", "under 30 pounds"),
            ("ticket for my 5 year old", "Child (3–15)", "Under-3s; children"),
            ("ticket for my 5-year-old", "Children aged 3 to 15 years: £4", "Adults (16 and over)"),
            ("ticket for my 18 month old", "Children under 3", "Adults (16+)"),
            ("I'm 68, what do I pay?", "Senior (65 and over)", "Adult (16 – 64)"),
            ("my son is 17 years old", "Adult (16+)", "Child (5 to 15 years)"),
            ("a girl aged 4", "Under 5s, children: free", "Children 5-15"),
            ("for my 4 and my 10 year old", "Children 5 to 15", "Children under 5"),
            ("a kitten 10 weeks old", "From 8 weeks", "3 months or older"),
            ("I cancel ten days before", "7 to 14 days before", "Less than 7 days before"),
            ("cancel 3 weeks before", "More than 14 days: full refund", "7–14 days: half"),
            ("is £30 an hour enough?", "over £25 a day", "under £25 a day"),
            ("stay 8 nights", "7+ nights", "1–3 nights"),
            ("a hall for eighty guests", "61 to 120 guests", "1 to 60 guests"),
            ("delivery of an order of £60", "Orders over £50: free", "Orders under £50: £4.95"),
            ("order is €25", "20 € bis 50 €: 3 €", "ab 50 €: frei"),
            ("we are 12", "Groups of 10 or more", "Group of 2 to 9"),
            ("a party of 8", "6–10 guests", "11–20 guests"),
            ("there are 30 of us", "Up to 40 people", "More than 40 people"),
            ("open water at 14 degrees", "Below 15 °C: wetsuit", "Below 12 °C: no swimming"),
            ("Hund mit 12 kg", "von 10 bis 25 kg", "unter 10 kg"),
            ("mon fils de 8 ans", "enfant de 5 a 12 ans", "plus de 12 ans"),
        ] {
            assert_eq!(holds(question, inside), Some(true), "{question}: {inside}");
            assert_eq!(holds(question, outside), Some(false), "{question}: {outside}");
        }
        let two = "tickets for my 4 year old and my 10 year old";
        for row in ["Children under 5", "Children 5 to 15"] {
            assert_eq!(holds(two, row), Some(true), "{row}");
        }
    }

    #[test]
    fn what_is_of_something_else_is_not_compared() {
        for (question, text) in [
            ("18 kilos", "Open 10 to 25 October"),
            ("18 kilos", "£10 to £25"),
            ("my 5 year old", "Monday 9–17; price £3"),
            ("my 5 year old", "children, 3–4 October"),
            ("my 8 year old", "The tour takes over 2 hours, children"),
            ("a 1 year adult membership", "Child (under 12)"),
            ("a child for 3 nights", "Child under 3 years"),
            ("how much is it for dogs under 20 kg", "10 to 25 kg"),
            ("between 5 and 10 kg", "10 to 25 kg"),
            ("the price is 20, is it not?", "10 to 25 tickets"),
            ("two hundred guests", "61 to 120 guests"),
            ("a bag for -5 °C", "0 to 15 °C"),
            ("we are 2 adults and 3 children", "up to 2 people"),
            ("one of us uses a wheelchair", "up to 2 people"),
            ("18 kilos", "Dogs; Price: £5"),
            ("when is it open in 2027", "2026–2028"),
            ("how much", "10 to 25 kg"),
            ("", ""),
            ("5 5 - - to kg", "to to 7 - kg – –"),
        ] {
            assert_eq!(holds(question, text), None, "{question}: {text}");
        }
        let row = "Sharks (ages 10–14); Saturday: 9:30–10:15; Gym stars, 4 to 7 years: 8–9";
        assert_eq!(holds("my 5 year old", row), Some(true));
        assert_eq!(holds("my 8 year old", row), Some(false));
    }
}
