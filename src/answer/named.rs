//! Whether what would be said names the quantity that is asked for: what names none is no answer, however near it is.

use super::{
    Prompt,
    quantities::{self, Quantity},
    relevance::Candidate,
};

/// Who asks how long is told nothing unless a unit that names a time is at most this below the best: near what is said of
/// the matter there is often a time of something else. Of 335 questions without an answer on the texts of
/// [`super::relevance`] three more are so refused, of 564 with one none.
const APART: f32 = 0.25;

/// Whether one of the chosen units names it, as far as a quantity is asked for.
pub fn is_named(prompt: &Prompt, all: &[Candidate], chosen: &[usize]) -> bool {
    let Some(quantity) = quantity(prompt) else { return true };
    let best = all.iter().map(|candidate| candidate.score).fold(f32::MIN, f32::max);
    let is_near = |index: usize| !quantity.is_time() || all[index].score >= best - APART;
    chosen.iter().any(|&index| is_near(index) && names(quantity, &all[index], prompt))
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
        return quantity.is_in(&unit.text) || quantities::is_price_below(&above, &unit.text);
    }
    let is_known = matches!(source.language.get(..2), Some("en" | "un"));
    !is_known || quantity.is_in(&unit.text)
}
