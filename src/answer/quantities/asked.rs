//! What quantity a question asks for.

use super::{Measure, Quantity, is_in, is_money, pieces};
use crate::answer::{measures, words};

const COSTS: &str = "cost costs charge charged pay price prices fee fees";
/// What "how much" is told in, by what it is asked of.
const HOW_MUCH: &[(&str, Quantity)] = &[
    ("ram memory disk data bandwidth", Quantity::In(Measure::Data)),
    ("notice warning", Quantity::In(Measure::Time)),
    ("more less extra", Quantity::Price),
];
/// "How big", "how loud";
const HOW_GREAT: &str = "loud big large high deep";
/// and what says in which units.
const HOW_MEASURED: &[(&str, Measure)] =
    &[("heavy", Measure::Mass), ("tall wide thick", Measure::Length)];
const FEES: &str = "price prices cost costs fee fees charge charges";
/// Words among which a fee is named, after "what is the".
const NAMED: usize = 4;
/// There the name is over.
const AFTER_NAMED: &str = "of for to in on if per when with at by from as a an i you";
/// After "what", before somebody who pays or something that costs.
const VERBS: &str = "do does did will would could should must might can";
const PAYING: &str = "i we you they one people";
/// After "charge", or last: with what, which is no price.
const MEANS: &str = "with by in via";
/// "What is the maximum …".
const GREATEST: &str = "maximum minimum max min limit";
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

/// And of these "the highest number of …".
pub const EXTREMES: &str = "maximum minimum max min highest lowest largest smallest total";
/// After "what time", for no time of day: "what time of year", "what time zone".
const OTHER_TIMES: &str = "of zone zones frame period span limit";

/// What quantity a question asks for.
pub fn asked(question: &str) -> Option<Quantity> {
    let folded = words::fold(question);
    if PRICE_ELSEWHERE.iter().any(|cue| folded.contains(cue)) {
        return Some(Quantity::Price);
    }
    let words = Words(pieces(&folded));
    words
        .how_many()
        .or_else(|| words.in_units())
        .or_else(|| words.how_long_or_often())
        .or_else(|| words.how_much())
        .or_else(|| words.what_it_costs())
        .or_else(|| words.which_number())
        .or_else(|| words.how_great())
}

/// Those of a question, folded.
struct Words<'a>(Vec<&'a str>);

impl Words<'_> {
    fn has(&self, list: &str) -> bool {
        self.0.iter().any(|word| is_in(word, list))
    }

    fn after(&self, phrase: &[&str]) -> Option<&[&str]> {
        let begins = self.0.windows(phrase.len()).position(|window| window == phrase)?;
        // "No matter how long I wait" asks for nothing.
        let is_asked = begins == 0 || self.0[begins - 1] != "matter";
        is_asked.then(|| &self.0[begins + phrase.len()..])
    }

    fn how_many(&self) -> Option<Quantity> {
        let rest = self.after(&["how", "many"])?;
        let of = rest.first().copied().unwrap_or_default();
        Some(match of {
            "percent" => Quantity::Share,
            _ if is_money(of) => Quantity::Price,
            _ => rest.iter().take(3).find_map(|word| unit(word)).unwrap_or(Quantity::Number),
        })
    }

    fn in_units(&self) -> Option<Quantity> {
        if let [.., "in", last] = self.0.as_slice()
            && let Some(unit) = unit(last).filter(|unit| *unit != Quantity::In(Measure::Time))
        {
            return Some(unit);
        }
        let is_share =
            self.has("percent percentage") || self.after(&["interest", "rate"]).is_some();
        is_share.then_some(Quantity::Share)
    }

    fn how_long_or_often(&self) -> Option<Quantity> {
        if self.after(&["how", "much", "time"]).is_some() {
            return Some(Quantity::In(Measure::Time));
        }
        if self.after(&["how", "often"]).is_some() {
            return Some(Quantity::Often);
        }
        let of_day = |rest: &[&str]| !rest.first().is_some_and(|word| is_in(word, OTHER_TIMES));
        if self.after(&["what", "time"]).is_some_and(of_day) {
            return Some(Quantity::Clock);
        }
        let how_long = self.after(&["how", "long"])?;
        (!how_long.starts_with(&["ago"])).then_some(Quantity::Span)
    }

    fn how_much(&self) -> Option<Quantity> {
        let [verb, rest @ ..] = self.after(&["how", "much"])? else { return None };
        let is_verb =
            |word: &str| is_in(word, "is are was were do does did will would should must can");
        if let Some((_, of)) = HOW_MUCH.iter().find(|(nouns, _)| is_in(verb, nouns)) {
            return (*of != Quantity::Price || self.has(COSTS)).then_some(*of);
        }
        let is_of = is_in(verb, "is are was were for");
        let is_thing = is_of && rest.first().is_some_and(|word| is_in(word, THINGS));
        let asks = is_of || is_verb(verb);
        match () {
            () if self.has("weigh weight") => Some(Quantity::In(Measure::Mass)),
            () if asks && (is_thing || self.has(COSTS)) => Some(Quantity::Price),
            () => asks.then_some(Quantity::Number),
        }
    }

    /// "What would a bridge cost", "what do I pay for one", "what is the entrance fee", "price of a gold crown".
    fn what_it_costs(&self) -> Option<Quantity> {
        let asks = |verb: &str| {
            let Some(rest) = self.after(&["what", verb]) else { return false };
            let is_paid = rest.first().is_some_and(|word| is_in(word, PAYING));
            // "What do I pay if I cancel?" may be nothing at all.
            let pays = rest.windows(2).any(|pair| {
                pair[0] == "pay" && pair[1] == "for"
                    || is_in(pair[0], "charge owe") && !is_in(pair[1], MEANS)
            });
            let pays = pays && !rest.last().is_some_and(|word| is_in(word, MEANS));
            rest.iter().any(|word| is_in(word, "cost costs")) || is_paid && pays
        };
        // "Do you charge for it?" asks for none.
        let is_of = |pair: &[&str]| {
            is_in(pair[0], "price prices cost costs fee fees") && matches!(pair[1], "of" | "for")
        };
        // "What is the charge time" is about a time.
        let is_fee = |words: &[&str]| {
            let named = words.iter().take(NAMED).take_while(|word| !is_in(word, AFTER_NAMED));
            named.last().is_some_and(|last| is_in(last, FEES))
        };
        let is_the = |words: &[&str]| match words {
            ["what", "s" | "is" | "are" | "was", "the" | "your", named @ ..] => is_fee(named),
            _ => false,
        };
        let asks_price = VERBS.split(' ').any(asks)
            || self.0.windows(2).any(is_of)
            || (0..self.0.len()).any(|at| is_the(&self.0[at..]))
            || self.after(&["how", "expensive"]).is_some();
        asks_price.then_some(Quantity::Price)
    }

    /// "What number do I dial", "which is the phone number of the shop in Leeds".
    fn which_number(&self) -> Option<Quantity> {
        let is_asked = |pair: &[&str]| matches!(pair, ["what" | "which", "number"]);
        let is_phone =
            |pair: &[&str]| matches!(pair, ["phone" | "telephone" | "tel" | "mobile", "number"]);
        let dials = self.has("dial call ring phone");
        let asks = self.has("what which whats");
        let is_telephone =
            self.0.windows(2).any(is_asked) && dials || asks && self.0.windows(2).any(is_phone);
        is_telephone.then_some(Quantity::Telephone)
    }

    fn how_great(&self) -> Option<Quantity> {
        // Whether it is that of a weight.
        let greatest = |words: &[&str]| match words {
            ["what", "is" | "are" | "s", "the", extreme, rest @ ..] => {
                let is_number_of = is_in(extreme, EXTREMES) && rest.starts_with(&["number", "of"]);
                let weighs = rest.first().is_some_and(|of| is_in(of, "weight load"));
                (is_in(extreme, GREATEST) || is_number_of).then_some(weighs)
            }
            _ => None,
        };
        match (0..self.0.len()).find_map(|at| greatest(&self.0[at..])) {
            Some(true) => return Some(Quantity::In(Measure::Mass)),
            Some(false) => return Some(Quantity::Number),
            None => {}
        }
        let how = self.0.windows(2).filter(|pair| pair[0] == "how").map(|pair| pair[1]);
        how.into_iter().find_map(|great| {
            let measured = HOW_MEASURED.iter().find(|(words, _)| is_in(great, words));
            let measured = measured.map(|&(_, measure)| Quantity::In(measure));
            measured.or_else(|| is_in(great, HOW_GREAT).then_some(Quantity::Number))
        })
    }
}

fn unit(word: &str) -> Option<Quantity> {
    measures::measured(word).map(Quantity::In)
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
            ("how much does it weigh", Some(Quantity::In(Measure::Mass))),
            ("how heavy is the corner piece", Some(Quantity::In(Measure::Mass))),
            ("What is the maximum weight?", Some(Quantity::In(Measure::Mass))),
            ("By how many percent is it cheaper?", Some(Quantity::Share)),
            ("how often does the bus come", Some(Quantity::Often)),
            ("What would a bridge cost me?", Some(Quantity::Price)),
            ("what do i pay for one of the extra packs", Some(Quantity::Price)),
            ("What's the entrance fee for the caves?", Some(Quantity::Price)),
            ("what's the charge time of the battery", None),
            ("do you charge for parking?", None),
            ("what can I pay with?", None),
            ("what do I pay if I cancel?", None),
            ("What do you charge it with?", None),
            ("We're on enterprise, what number do I dial?", Some(Quantity::Telephone)),
            ("do you need my phone number?", None),
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
}
