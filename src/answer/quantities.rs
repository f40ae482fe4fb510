//! Questions that ask for a quantity, "how many hours", "what does it cost", and whether a text names one: what names
//! none is no answer to them, however near it is. In English; in other languages for prices alone. Stricter than
//! [`Asks`](super::asks::Asks), which only prefers what holds the kind of thing that is asked for.

use super::{
    measures::{self, Measure},
    numbers, prices, ranges, words,
};

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
}

/// Parts of currencies, and what people call them.
const COINS: &str = "cent cents pence penny bucks";
const COSTS: &str = "cost costs charge charged pay price prices fee fees";
/// What "how much" is told in, by what it is asked of.
const HOW_MUCH: &[(&str, Quantity)] = &[
    ("ram memory disk data bandwidth", Quantity::In(Measure::Data)),
    ("notice warning", Quantity::In(Measure::Time)),
    ("more less extra", Quantity::Price),
];
/// "How big", "how far".
const HOW_GREAT: &str = "heavy tall wide thick loud big large high deep";
/// "What is the maximum …".
const GREATEST: &str = "maximum minimum max min limit";
/// And of these "the highest number of …".
pub const EXTREMES: &str = "maximum minimum max min highest lowest largest smallest total";
/// After "how much is": the thing itself. "How much is covered?" asks for no price.
const THINGS: &str = "the a an one it that this these those your my each shipping delivery postage";
const PRICE_ELSEWHERE: &[&str] = &[
    "was kostet",
    "was kosten",
    "wie viel kostet",
    "wieviel kostet",
    "wie viel kosten",
    "wie teuer",
    "combien coute",
    "quel est le prix",
    "cuanto cuesta",
    "cuanto vale",
    "quanto custa",
    "quanto costa",
    "quanto costano",
    "wat kost",
    "hoeveel kost",
];

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
/// After "what time", for no time of day: "what time of year", "what time zone".
const OTHER_TIMES: &str = "of zone zones frame period span limit";
/// Times of day without a number, and what has all of them.
const TIMES_OF_DAY: &str = "noon midday midnight morning mornings afternoon afternoons evening evenings lunchtime dawn dusk sunrise sunset \
    anytime clock";
/// After an hour.
const HOURS: &str = "am pm h uhr";
const WHILE: &[&str] = &["as", "long", "as"];
const CHARGES: &str = "cost costs costing price prices priced pricing fee fees rate rates charge charges charged tariff pay paid \
    pays deposit";
const NO_PRICES: &str = "free included includes inclusive complimentary gratis quote quotes quotation estimate estimates depends \
    depend nothing request extra kostenlos kostenfrei inklusive anfrage gratuit gratuite offert inclus incluido \
    gratuito gratuita incluso inbegrepen";

/// What quantity a question asks for.
pub fn asked(question: &str) -> Option<Quantity> {
    let folded = words::fold(question);
    if PRICE_ELSEWHERE.iter().any(|cue| folded.contains(cue)) {
        return Some(Quantity::Price);
    }
    let words = pieces(&folded);
    let has = |list| words.iter().any(|word| is_in(word, list));
    let after = |phrase: &[&str]| {
        let begins = words.windows(phrase.len()).position(|window| window == phrase)?;
        // "No matter how long I wait" asks for nothing.
        let is_asked = begins == 0 || words[begins - 1] != "matter";
        is_asked.then(|| &words[begins + phrase.len()..])
    };
    if let Some(rest) = after(&["how", "many"]) {
        let unit = rest.iter().take(3).find_map(|word| unit(word));
        let is_money = rest.first().is_some_and(|word| is_money(word));
        return Some(if is_money { Quantity::Price } else { unit.unwrap_or(Quantity::Number) });
    }
    if let [.., "in", last] = words.as_slice()
        && let Some(unit) = unit(last).filter(|unit| *unit != Quantity::In(Measure::Time))
    {
        return Some(unit);
    }
    if has("percent percentage") || after(&["interest", "rate"]).is_some() {
        return Some(Quantity::Share);
    }
    if after(&["how", "much", "time"]).is_some() {
        return Some(Quantity::In(Measure::Time));
    }
    let of_day = |rest: &[&str]| !rest.first().is_some_and(|word| is_in(word, OTHER_TIMES));
    if after(&["what", "time"]).is_some_and(of_day) {
        return Some(Quantity::Clock);
    }
    if after(&["how", "long"]).is_some_and(|rest| !rest.starts_with(&["ago"])) {
        return Some(Quantity::Span);
    }
    if let Some([verb, rest @ ..]) = after(&["how", "much"]) {
        if let Some((_, of)) = HOW_MUCH.iter().find(|(nouns, _)| is_in(verb, nouns)) {
            return (*of != Quantity::Price || has(COSTS)).then_some(*of);
        }
        let is_of = matches!(*verb, "is" | "are" | "was" | "were" | "for");
        let is_thing = is_of && rest.first().is_some_and(|word| is_in(word, THINGS));
        let asks = is_of
            || matches!(
                *verb,
                "do" | "does" | "did" | "will" | "would" | "should" | "must" | "can"
            );
        return match () {
            () if has("weigh weight") => Some(Quantity::Number),
            () if asks && (is_thing || has(COSTS)) => Some(Quantity::Price),
            () => asks.then_some(Quantity::Number),
        };
    }
    let of_what = after(&["what", "does"]).or_else(|| after(&["what", "do"]));
    let asks_costs =
        of_what.is_some_and(|rest| rest.iter().any(|word| matches!(*word, "cost" | "costs")));
    let is_named = |name: &&str| matches!(*name, "price" | "cost" | "fee");
    let names = words.windows(2).any(|pair| is_named(&pair[0]) && matches!(pair[1], "of" | "for"));
    if asks_costs || names || after(&["how", "expensive"]).is_some() {
        return Some(Quantity::Price);
    }
    let is_great = |pair: &[&str]| pair[0] == "how" && is_in(pair[1], HOW_GREAT);
    let is_greatest = |words: &[&str]| match words {
        ["what", "is" | "are" | "s", "the", extreme, rest @ ..] => {
            is_in(extreme, GREATEST)
                || is_in(extreme, EXTREMES) && rest.starts_with(&["number", "of"])
        }
        _ => false,
    };
    let is_of_greatest = (0..words.len()).any(|at| is_greatest(&words[at..]));
    (words.windows(2).any(is_great) || is_of_greatest).then_some(Quantity::Number)
}

pub fn is_in(word: &str, list: &str) -> bool {
    list.split_ascii_whitespace().any(|one| one == word)
}

fn unit(word: &str) -> Option<Quantity> {
    measures::measured(word).map(Quantity::In)
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
                number() && is_paid() || has_decimals(&folded) || has(NO_PRICES)
            }
            Self::Share => digits && has("%") || has(SHARES),
            Self::Span => digits || has(SPANS) || is_endless() || is_timed(&words),
            Self::Clock => has(TIMES_OF_DAY) || names_an_hour(&folded),
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
    fn what_a_question_wants_to_be_told() {
        for (question, quantity) in [
            ("how many hours does it take?", Some(Quantity::In(Measure::Time))),
            ("After how many idle minutes does it sleep?", Some(Quantity::In(Measure::Time))),
            ("How many GB do I get?", Some(Quantity::In(Measure::Data))),
            ("what is the range in metres?", Some(Quantity::In(Measure::Length))),
            ("How many people can one boat carry?", Some(Quantity::Number)),
            ("How much is a tandem?", Some(Quantity::Price)),
            ("how much do you charge for a wash", Some(Quantity::Price)),
            ("What does a wash cost?", Some(Quantity::Price)),
            ("Was kostet das?", Some(Quantity::Price)),
            ("price of carbon paddle", Some(Quantity::Price)),
            ("How much is covered?", Some(Quantity::Number)),
            ("How much RAM does it need?", Some(Quantity::In(Measure::Data))),
            ("how much notice do i have to give", Some(Quantity::In(Measure::Time))),
            ("How much more does it cost abroad?", Some(Quantity::Price)),
            ("How big may a file be?", Some(Quantity::Number)),
            ("what's the maximum length of a name", Some(Quantity::Number)),
            ("what is the highest number of users", Some(Quantity::Number)),
            ("What is the largest room you have?", None),
            ("How much space does a pitch have?", None),
            ("What happens at the limit?", None),
            ("how much does it weigh", Some(Quantity::Number)),
            ("what percentage do you keep", Some(Quantity::Share)),
            ("How long will it take?", Some(Quantity::Span)),
            ("What time do you open?", Some(Quantity::Clock)),
            ("what time of year is best", None),
            ("No matter how long I wait, it stays dark", None),
            ("Do you sell boats?", None),
            ("What is in the box?", None),
            ("", None),
        ] {
            assert_eq!(asked(question), quantity, "{question}");
        }
    }

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
        ] {
            assert!(quantity.is_in(named), "{quantity:?} {named}");
            assert!(!quantity.is_in(not), "{quantity:?} {not}");
        }
    }
}
