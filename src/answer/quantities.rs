//! Questions that ask for a quantity, "how many hours", "what does it cost", and whether a text names one: what names
//! none is no answer to them, however near it is. In English; in other languages for prices alone. Stricter than
//! [`Asks`](super::asks::Asks), which only prefers what holds the kind of thing that is asked for.

mod asked;

pub use asked::{EXTREMES, asked};

use super::{
    days::Days,
    measures::{self, Measure},
    numbers, prices, ranges, words,
};
use crate::knowledge::Particular;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    Number,
    Price,
    Share,
    /// How long: a time, or until when.
    Span,
    /// Of the day.
    Clock,
    /// In units of it.
    In(Measure),
    /// How often.
    Often,
    Telephone,
}

/// Parts of currencies, and what people call them.
const COINS: &str = "cent cents pence penny bucks";
/// Amounts without digits, beside the numbers in words, that say how many;
pub const COUNTS: &str = "hundreds thousands million millions billion \
    dozen dozens half both none zero single pair neither unlimited limitless infinite unrestricted";
/// and that say at least how much.
const AMOUNTS: &str = "third double several couple every each all whole full entire limit limits maximum many nobody nothing";
const SHARES: &str = "percent cent half third quarter whole entire full none nothing";
/// Before a unit of time as much as a number: "within a week".
const BEFORE_TIMES: &str = "a an half few several couple same next following first last each every per whole working business";
/// No number of days, and yet an answer to "how many days".
const ENDLESS: &str = "immediate immediately instant instantly instantaneous instantaneously forever permanent permanently \
    indefinite indefinitely lifetime overnight unlimited limit none";
/// And to "how long".
const SPANS: &str = "straight right ever soon until till life never always once today tomorrow daily weekly monthly yearly annual \
    annually hourly promptly";
/// Times of day without a number, and what has all of them.
const TIMES_OF_DAY: &str = "noon midday midnight morning mornings afternoon afternoons evening evenings lunchtime dawn dusk sunrise sunset \
    anytime clock";
/// After an hour.
const HOURS: &str = "am pm h uhr";
/// How often, beside the days of the week.
const OFTEN: &str = "every each once twice times daily weekly fortnightly monthly quarterly yearly annual annually hourly nightly \
    always never whenever unlimited regularly regular constantly continuously automatically per valid lasts expires only after";
const WHILE: &[&str] = &["as", "long", "as"];
const CHARGES: &str = "cost costs costing price prices priced pricing fee fees rate rates charge charges charged tariff pay paid \
    pays deposit";
const NO_PRICES: &str = "free included includes inclusive complimentary gratis quote quotes quotation estimate estimates depends \
    depend nothing request kostenlos kostenfrei inklusive anfrage gratuit gratuite offert inclus incluido \
    gratuito gratuita incluso inbegrepen";

pub fn is_in(word: &str, list: &str) -> bool {
    list.split_ascii_whitespace().any(|one| one == word)
}

impl Quantity {
    /// Whether a text names such a quantity, also as "none" or "as long as you like".
    pub fn is_in(self, text: &str) -> bool {
        let folded = words::fold(text);
        let words = pieces(&folded);
        let has = |list| words.iter().any(|word| is_in(word, list));
        let digits = folded.bytes().any(|byte| byte.is_ascii_digit());
        let number = || digits || words.iter().any(|word| numbers::is_in_words(word));
        let amount = || number() || has(COUNTS) || has(AMOUNTS);
        let is_endless =
            || has(ENDLESS) || words.windows(WHILE.len()).any(|window| window == WHILE);
        match self {
            Self::Number => amount(),
            Self::Price => {
                let is_paid =
                    || words.iter().any(|word| is_money(word)) || has("%") || has(CHARGES);
                number() && is_paid() || has_decimals(&folded) || says_no_price(&words)
            }
            Self::Share => digits && has("%") || has(SHARES),
            Self::Span => digits || has(SPANS) || is_endless() || is_timed(&words),
            Self::Clock => has(TIMES_OF_DAY) || names_an_hour(&folded),
            Self::Often => has(OFTEN) || Days::of(text).is_some(),
            Self::Telephone => Particular::Telephone.is_in(text),
            Self::In(Measure::Time) => is_timed(&words) || is_endless(),
            Self::In(measure) => {
                amount() && words.iter().any(|word| measures::measured(word) == Some(measure))
            }
        }
    }
}

/// Whether a text with a number names a price, as it stands below this.
pub fn is_price_below(above: &str, text: &str) -> bool {
    let above = words::fold(above);
    text.bytes().any(|byte| byte.is_ascii_digit())
        && pieces(&above).iter().any(|word| is_in(word, CHARGES) || is_money(word))
}

pub fn is_money(word: &str) -> bool {
    prices::is_currency(word) || is_in(word, COINS)
}

/// "That's free", but not "non-free software".
fn says_no_price(words: &[&str]) -> bool {
    let is_said = |at: &usize| at.checked_sub(1).is_none_or(|before| words[before] != "non");
    (0..words.len()).filter(|&at| is_in(words[at], NO_PRICES)).any(|at| is_said(&at))
}

/// "3.50", "3,50": a number with two decimals is a price more often than anything else.
fn has_decimals(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).any(|number| {
        let number = number.trim_matches(['.', ',']);
        number.rsplit_once(['.', ',']).is_some_and(|(whole, decimals)| {
            decimals.len() == 2 && whole.bytes().all(|byte| byte.is_ascii_digit())
        })
    })
}

/// "8.30", "14:05", "7 pm", "9–17", "24/7".
fn names_an_hour(folded: &str) -> bool {
    let words = ranges::pieces(folded);
    let is_hour = |word: &str| word.parse::<u8>().is_ok_and(|hour| hour <= 24);
    let is_minute =
        |word: &str| word.len() == 2 && word.parse::<u8>().is_ok_and(|minute| minute < 60);
    let is_price = |at: usize| {
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        beside.filter_map(|at| words.get(at)).any(|word| is_money(word))
    };
    (0..words.len()).filter(|&at| !is_price(at)).any(|at| match &words[at..] {
        [time, ..] if time.contains('.') => {
            time.split_once('.').is_some_and(|(hour, minute)| is_hour(hour) && is_minute(minute))
        }
        [hour, rest @ ..] if is_hour(hour) => match rest {
            [":" | "h", minute, ..] if is_minute(minute) => true,
            ["a" | "p", ".", "m", ..] | ["/", "7", ..] => true,
            ["-" | "–" | "—" | "to" | "until" | "till", last, rest @ ..] => {
                is_hour(last) && rest.first().is_none_or(|word| measures::measured(word).is_none())
            }
            [after, ..] => is_in(after, HOURS),
            [] => false,
        },
        _ => false,
    })
}

/// "3 days", "two weeks", "a month", "2–3 working days".
fn is_timed(words: &[&str]) -> bool {
    let is_amount = |word: &&str| {
        word.starts_with(|first: char| first.is_ascii_digit())
            || numbers::is_in_words(word)
            || is_in(word, COUNTS)
            || is_in(word, AMOUNTS)
            || is_in(word, BEFORE_TIMES)
    };
    let units = words
        .iter()
        .enumerate()
        .filter(|(_, word)| measures::measured(word) == Some(Measure::Time));
    units.into_iter().any(|(at, _)| words[at.saturating_sub(2)..at].iter().any(is_amount))
}

/// Letters, digits and signs of currencies, each run of a kind by itself: "14.6kg" is "14", "6", "kg".
pub fn pieces(folded: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        c if c.is_ascii_digit() => 1,
        c if c.is_alphabetic() => 2,
        '$' | '€' | '£' | '¥' | '₹' | '₺' | '%' => 3,
        _ => 0,
    };
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before = 0;
    for (at, letter) in folded.char_indices() {
        let this = kind(letter);
        if this != before || this == 3 {
            if before > 0 {
                pieces.push(&folded[start..at]);
            }
            (start, before) = (at, this);
        }
    }
    if before > 0 {
        pieces.push(&folded[start..]);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_the_quantity_or_does_not() {
        for (quantity, named, not) in [
            (Quantity::In(Measure::Time), "Within two working days", "All 5 of them"),
            (
                Quantity::In(Measure::Time),
                "It is kept for as long as you like",
                "It depends on the size",
            ),
            (Quantity::In(Measure::Time), "within a week", "in the hours after"),
            (
                Quantity::In(Measure::Time),
                "We keep it indefinitely",
                "Take your time until it is done",
            ),
            (Quantity::In(Measure::Data), "You get 100GB", "You get 100 of them"),
            (Quantity::Number, "Up to two", "It carries people"),
            (Quantity::Number, "as many as you like", "People like it"),
            (Quantity::Price, "£14.50", "14 days"),
            (Quantity::Price, "La livraison coûte cinq euros.", "La livraison prend cinq jours."),
            (Quantity::Price, "That's free", "Buy it here"),
            (Quantity::Price, "On request", "Kostenfrage"),
            (Quantity::Share, "We keep 5 % of it", "We keep 5 of it"),
            (Quantity::Span, "until you cancel", "It can take time"),
            (Quantity::Clock, "Sunday: 8.00–9.30", "three times a week, 100 metres"),
            (Quantity::Clock, "from 7 pm", "for £7.50"),
            (Quantity::Clock, "9 to 5", "9 to 5 metres"),
            (Quantity::Clock, "at 18:00 or 6 a.m.", "5 a day, ratio 4:1"),
            (Quantity::Number, "五 5", "五"),
            (
                Quantity::Often,
                "Sheets are changed twice a week",
                "The bus stops here, ten minutes away",
            ),
            (Quantity::Telephone, "Ring 01632 960148", "Ring the bell at number 12"),
        ] {
            assert!(quantity.is_in(named), "{quantity:?} {named}");
            assert!(!quantity.is_in(not), "{quantity:?} {not}");
        }
    }
}
