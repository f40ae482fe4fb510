//! The words of a source that support a claim, found by the words and numbers that both share.

use super::{units, words::Language};
use crate::knowledge::Hit;

/// Longest quote, in characters.
const LONGEST: usize = 240;
/// A number says more than a word.
const NUMBER: f32 = 2.0;

/// The sentence of the source that shares most with the claim, with the next one if that supports it too.
pub fn quote(claim: &str, source: &Hit) -> String {
    let language = Language::of(&source.language);
    let mut wanted = language.stems(claim);
    wanted.sort();
    wanted.dedup();
    let units = units::units(&source.text);
    let shared: Vec<Vec<&String>> = units
        .iter()
        .map(|unit| {
            let stems = language.stems(&unit.text);
            wanted.iter().filter(|stem| stems.contains(stem)).collect()
        })
        .collect();
    let weigh = |stems: &[&String]| -> f32 {
        stems
            .iter()
            .map(|stem| if stem.starts_with(|c: char| c.is_ascii_digit()) { NUMBER } else { 1.0 })
            .sum()
    };
    let score =
        |index: usize| weigh(&shared[index]) / (1.0 + units[index].text.len() as f32 / 600.0);
    let Some(best) = (0..units.len()).rev().max_by(|&a, &b| score(a).total_cmp(&score(b))) else {
        return cut(&source.title);
    };
    let mut quote = units[best].text.clone();
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
            break;
        }
    }
    cut(&quote)
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
