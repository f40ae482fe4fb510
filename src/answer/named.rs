//! Whether what would be said names the quantity, or has the name, that is asked for: what names none is no answer, however near it is.

use super::{
    Prompt,
    counted::Counted,
    days, joints, proper,
    quantities::{self, Quantity},
    relevance::Candidate,
    units::Kind,
};
use crate::knowledge::Hit;

/// Who asks for a quantity is told nothing unless a unit that names it is at most this below the best: near what is said
/// of the matter there is often a number of something else. By words alone the order says too little for that.
const APART: f32 = 0.2;

/// Whether one of the chosen units names it, as far as a quantity or a name is asked for. Of 240 questions without an
/// answer on eight texts 4 are so refused besides those that any chosen unit with a number would let pass, of 480 with
/// one none; of 123 on eight others 8 for a weight, a share, how often, what it would cost, which company and the like,
/// of 279 with an answer 1. That another unit has more of the question's words says too little: of 20 questions to the
/// sample shop 3 lost their answer so.
pub fn is_named(prompt: &Prompt, all: &[Candidate], chosen: &[usize]) -> bool {
    if is_of_another_year(prompt, all, chosen) {
        return false;
    }
    let quantity = quantity(prompt);
    let is_name = proper::is_asked(&prompt.question);
    if quantity.is_none() && !is_name {
        return true;
    }
    let counted = quantity.filter(|quantity| *quantity == Quantity::Number);
    let counted = counted.and_then(|_| Counted::of(&prompt.question));
    let best = all.iter().map(|candidate| candidate.score).fold(f32::MIN, f32::max);
    // "It costs 31 dollars" says whose price that is only with the sentence before.
    let is_best =
        |candidate: &Candidate| candidate.near.is_none() || candidate.score >= best - APART;
    let is_near = |index: usize| {
        let before = index.checked_sub(1).map(|before| &all[before]);
        let before = before.filter(|before| before.source == all[index].source);
        is_best(&all[index]) || joints::leans(&all[index].unit.text) && before.is_some_and(is_best)
    };
    chosen.iter().any(|&index| {
        let candidate = &all[index];
        is_near(index)
            && quantity.is_none_or(|quantity| names(quantity, candidate, prompt))
            && (!is_name || has_name(candidate, prompt))
            && counted.as_ref().is_none_or(|counted| says_how_many(counted, candidate, prompt))
    })
}

/// Whether a year is asked for that no source names, and what was chosen first names another one, itself or above it.
fn is_of_another_year(prompt: &Prompt, all: &[Candidate], chosen: &[usize]) -> bool {
    let asked = days::asked_years(&prompt.question);
    let named =
        |texts: &[&str]| texts.iter().flat_map(|text| days::years(text)).collect::<Vec<_>>();
    let is_unnamed = |source: &Hit| {
        let named = named(&[&source.title, &source.heading, &source.text]);
        !named.iter().any(|year| asked.contains(year))
    };
    let is_of_others = |&index: &usize| {
        let Candidate { source, unit, .. } = &all[index];
        let source = &prompt.sources[*source];
        !named(&[&source.title, &source.heading, &unit.heading, &unit.text]).is_empty()
    };
    !asked.is_empty()
        && prompt.sources.iter().all(is_unnamed)
        && chosen.first().is_some_and(is_of_others)
}

/// What quantity is asked for, also with a slip in the words that ask; what was asked before does not count.
fn quantity(prompt: &Prompt) -> Option<Quantity> {
    let respelt = prompt.leans_on.is_empty().then_some(&prompt.asked);
    quantities::asked(&prompt.question).or_else(|| quantities::asked(respelt?))
}

/// Whether a unit names such a quantity, as far as its language is known. What a list below "Prices" names are prices.
fn names(quantity: Quantity, candidate: &Candidate, prompt: &Prompt) -> bool {
    let (source, unit) = (&prompt.sources[candidate.source], &candidate.unit);
    if quantity == Quantity::Price {
        let above = [source.title.as_str(), &source.heading, &unit.heading].join(" ");
        let is_listed = unit.kind != Kind::Sentence;
        return quantity.is_in(&unit.text)
            || is_listed && quantities::is_price_below(&above, &unit.text);
    }
    !is_known(source) || quantity.is_in(&unit.text)
}

/// Whether a unit names somebody or somewhere beside what the question speaks of, and the desk.
fn has_name(candidate: &Candidate, prompt: &Prompt) -> bool {
    let known = [prompt.question.as_str(), &prompt.agent_name];
    !is_known(&prompt.sources[candidate.source]) || proper::is_in_unit(&candidate.unit, &known)
}

fn says_how_many(counted: &Counted, candidate: &Candidate, prompt: &Prompt) -> bool {
    let (source, unit) = (&prompt.sources[candidate.source], &candidate.unit);
    !is_known(source) || counted.is_in(&[&source.heading, &unit.heading], &unit.text)
}

/// Whether what names quantities in the source's language is known.
fn is_known(source: &Hit) -> bool {
    matches!(source.language.get(..2), Some("en" | "un"))
}
