//! What the units of a passage mean, as it is stored: of each its vector (`vectors`), how many words it has, and those
//! words (`minilm::words`). What is damaged says nothing; it never stops a search.

use std::iter;

use minilm::words;

use super::vectors;

/// A question as it is compared with passages and their units.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub vector: vectors::Query,
    /// None where an endpoint embeds it.
    pub words: Vec<words::Word>,
}

/// How near a unit is to a question.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnitNear {
    /// As a whole: the cosine of their vectors.
    pub whole: f32,
    /// Word by word, as [`words::held`] tells it: how far the unit has each word of the question in its sense.
    pub by_words: f32,
}

/// The stored form of one unit.
pub(super) fn stored(text: &str) -> Vec<u8> {
    let read = minilm::read(text);
    let words = read.words.chunks(words::STORED_BYTES).take(u8::MAX.into());
    let mut bytes = vectors::quantise(&read.vector);
    bytes.push(words.len() as u8);
    bytes.extend(words.flatten());
    bytes
}

impl Question {
    /// As [`Self::near`], as a whole alone, of the nearest of the units.
    pub fn nearest(&self, stored: &[u8]) -> f32 {
        let near = |(vector, _): (&[u8], &[u8])| self.vector.dot(vector).unwrap_or(0.0);
        units(stored, self.vector.stored_bytes()).map(near).fold(0.0, f32::max)
    }

    /// How near each of a passage's stored units is.
    pub fn near(&self, stored: &[u8]) -> Vec<UnitNear> {
        let near = |(vector, words): (&[u8], &[u8])| UnitNear {
            whole: self.vector.dot(vector).unwrap_or(0.0),
            by_words: words::held(&self.words, words).unwrap_or(0.0),
        };
        units(stored, self.vector.stored_bytes()).map(near).collect()
    }
}

/// The vector and the words of each unit, up to the first that is damaged.
fn units(mut stored: &[u8], vector: usize) -> impl Iterator<Item = (&[u8], &[u8])> {
    iter::from_fn(move || {
        let (vector, rest) = stored.split_at_checked(vector)?;
        let (count, rest) = rest.split_first()?;
        let (words, rest) = rest.split_at_checked(usize::from(*count) * words::STORED_BYTES)?;
        stored = rest;
        Some((vector, words))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(text: &str) -> Question {
        let asked = minilm::ask(text);
        Question { vector: vectors::Query::new(&asked.vector), words: asked.words }
    }

    #[test]
    fn a_unit_is_as_near_as_it_was_before_it_was_stored() {
        let question = question("How much is a bank charge?");
        let texts = ["The bank takes a fee of £5.", "", "They sat on the bank of the river."];
        let bytes: Vec<u8> = texts.iter().flat_map(|text| stored(text)).collect();
        let near = question.near(&bytes);
        let whole = |text: &str| {
            let pairs =
                minilm::embed("How much is a bank charge?").into_iter().zip(minilm::embed(text));
            pairs.map(|(one, other)| one * other).sum::<f32>()
        };
        for (near, text) in near.iter().zip(texts) {
            assert!((near.whole - whole(text)).abs() < 0.01, "{text}: {near:?}");
        }
        let [money, nothing, river] = near.as_slice() else { panic!("{near:?}") };
        assert!(money.by_words > river.by_words, "{near:?}");
        assert!(nothing.by_words.abs() < f32::EPSILON, "{near:?}");
    }

    #[test]
    fn what_is_cut_off_or_damaged_says_nothing() {
        let (question, bytes) =
            (question("How much is a bank charge?"), stored("The bank takes a fee."));
        for length in 0..bytes.len() {
            assert!(question.near(&bytes[..length]).is_empty(), "{length}");
        }
        assert!(
            question
                .near(&[0xff; 5000])
                .iter()
                .all(|near| near.whole.is_finite() && near.by_words.is_finite())
        );
    }
}
