//! The words of a source that support a claim, found by the words and numbers that both share.

use std::collections::HashMap;

use super::{
    numbers,
    units::{self, Kind, Unit},
    words::{self, Language},
};
use crate::knowledge::Hit;

/// Longest quote, in characters.
const LONGEST: usize = 240;
/// A number says more than words: what else would the claim have it from.
const NUMBER: f32 = 3.0;

/// What supports a claim.
pub struct Quote {
    /// At most [`LONGEST`] characters.
    pub text: String,
    /// The page's own words that it begins and ends with; none where the quote says them in another way, as it does
    /// with the rows of a table.
    pub verbatim: Option<String>,
}

/// The sentence of the source that shares most with the claim, with the next one if that supports it too.
pub fn quote(claim: &str, source: &Hit) -> Quote {
    let language = Language::of(&source.language);
    let mut wanted = language.stems(claim);
    wanted.retain(|stem| !is_number(stem));
    wanted.extend(numbers::in_answer(claim));
    wanted.sort();
    wanted.dedup();
    let units = units::units(&source.text);
    // Most words of a page come again and again: each is stemmed once.
    let mut known: HashMap<String, Option<usize>> = HashMap::new();
    let place = |stem: &String| wanted.binary_search(stem).ok();
    let has_numbers = wanted.iter().any(|stem| is_number(stem));
    let shared: Vec<Vec<&String>> = units
        .iter()
        .map(|unit| {
            let mut there = vec![false; wanted.len()];
            words::tokens(&unit.text, |token| {
                let at = known.get(token).copied().unwrap_or_else(|| {
                    let at = language.topic(token).and_then(|stem| place(&stem));
                    known.insert(token.to_owned(), at);
                    at
                });
                if let Some(at) = at {
                    there[at] = true;
                }
            });
            if has_numbers {
                let numbers = numbers::of(&unit.text);
                numbers.iter().filter_map(place).for_each(|at| there[at] = true);
            }
            wanted.iter().zip(there).filter(|(_, there)| *there).map(|(stem, _)| stem).collect()
        })
        .collect();
    let weigh = |stems: &[&String]| -> f32 {
        stems.iter().map(|stem| if is_number(stem) { NUMBER } else { 1.0 }).sum()
    };
    let score =
        |index: usize| weigh(&shared[index]) / (1.0 + units[index].text.len() as f32 / 600.0);
    let Some(best) = (0..units.len()).rev().max_by(|&a, &b| score(a).total_cmp(&score(b))) else {
        return Quote { text: cut(&source.title), verbatim: None };
    };
    let mut quote = units[best].text.clone();
    let mut is_verbatim = is_of_the_page(&units[best], source);
    for (next, before) in [(best + 1, false), (best.wrapping_sub(1), true)] {
        let Some(neighbour) = units.get(next).filter(|unit| unit.block == units[best].block) else {
            continue;
        };
        let new: Vec<&String> =
            shared[next].iter().filter(|stem| !shared[best].contains(stem)).copied().collect();
        let fits = quote.chars().count() + neighbour.text.chars().count() < LONGEST;
        if fits && weigh(&new) >= 2.0 {
            quote = if before {
                format!("{} {quote}", neighbour.text)
            } else {
                format!("{quote} {}", neighbour.text)
            };
            // Items stand apart on the page: only running text goes on from one to the next.
            is_verbatim &= neighbour.kind == Kind::Sentence && is_of_the_page(neighbour, source);
            break;
        }
    }
    Quote { text: cut(&quote), verbatim: is_verbatim.then_some(quote) }
}

fn is_number(stem: &str) -> bool {
    stem.starts_with(|letter: char| letter.is_ascii_digit())
}

/// Whether a reader of the page sees just these words in a row: not those of a row, nor of an item with what it belongs
/// to, nor where an address was named that a link hides, nor where marks were defused or lines were joined.
fn is_of_the_page(unit: &Unit, source: &Hit) -> bool {
    let names_address = unit.text.contains('(')
        && (source.text.contains("](mailto:") || source.text.contains("](tel:"));
    let is_defused = unit.text.contains(['‹', '¦']) || unit.text.contains("] (");
    let breaks = || source.text.contains("\\\n") || source.text.contains("  \n");
    let is_joined = unit.text.contains(", ") && !source.text.contains(&unit.text) && breaks();
    unit.kind != Kind::Row && unit.subject.is_empty() && !names_address && !is_defused && !is_joined
}

/// At most [`LONGEST`] characters, ending between words.
fn cut(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(LONGEST) else {
        return text.to_owned();
    };
    let (last, _) = text.char_indices().nth(LONGEST - 1).unwrap_or((end, ' '));
    let whole = text[..last].rfind(' ').filter(|&space| space > last / 2).unwrap_or(last);
    format!("{}…", text[..whole].trim_end_matches([' ', ',', ';', ':', '–', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_quote_is_cut_between_words() {
        let quote = cut(&"words and ".repeat(40));
        assert!(quote.chars().count() <= LONGEST && quote.ends_with('…') && !quote.contains(" …"));
        assert_eq!(cut("short"), "short");
        assert!(cut(&"語".repeat(300)).chars().count() <= LONGEST);
    }
}
