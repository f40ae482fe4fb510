//! What an English word means by itself: the vector that the embedding model begins with, before the words around it
//! change it. Words that mean nearly the same lie near each other ("phone" and "telephone" at 0.7, "erase" and "wipe"
//! at 0.5), others below 0.3. A look-up of a microsecond: nothing of the model runs.

use super::{
    Engine,
    model::{MODEL, WIDTH},
    tokenizer,
};

/// Every how many-th word of the vocabulary makes the mean: 257 of them.
const SAMPLED: usize = 115;

/// What all words have in common says nothing of any: it is taken off each. Worked out at compile time, as its words lie
/// all over the file, and would all be read in for the first question.
static MEAN: [f32; WIDTH] = mean();

const fn mean() -> [f32; WIDTH] {
    let count = MODEL.vocabulary.len().div_ceil(SAMPLED) as f32;
    let mut mean = [0.0; WIDTH];
    let mut token = 0;
    while token < MODEL.vocabulary.len() {
        let mut dimension = 0;
        while dimension < WIDTH {
            mean[dimension] += MODEL.word_in(token, dimension) / count;
            dimension += 1;
        }
        token += SAMPLED;
    }
    mean
}

/// Whether the model knows the word as one.
#[must_use]
pub fn is_word(word: &str) -> bool {
    // Between the two marks around the text.
    tokenizer::tokenize(&MODEL.vocabulary, word).len() == 3
}

/// The words of the vocabulary that begin with this letter, lower case.
pub fn words_beginning(letter: u8) -> impl Iterator<Item = &'static str> {
    let tokens = MODEL.vocabulary.beginning(letter);
    let words = tokens.filter_map(|token| str::from_utf8(MODEL.vocabulary.token(token)).ok());
    words.filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// A vector, and how long it is: the rarer a word is in English, the longer.
#[derive(Clone)]
pub struct Sense {
    vector: [f32; WIDTH],
    pub length: f32,
}

impl Sense {
    /// Of one word; a word that the model does not know is the sum of its pieces. None where there is no such piece.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let tokens = tokenizer::tokenize(&MODEL.vocabulary, word);
        // Without the marks around the text.
        let pieces = tokens.get(1..tokens.len() - 1)?;
        let mut pieces = pieces.iter().copied().filter(|&piece| says_something(piece));
        Engine::new().run(
            #[inline(always)]
            || {
                let mut sum = Blend(MODEL.word(pieces.next()?));
                let mut count = 1.0;
                for piece in pieces {
                    sum.add_all(&MODEL.word(piece), 1.0);
                    count += 1.0;
                }
                sum.add_all(&MEAN, -count);
                sum.sense()
            },
        )
    }

    /// −1 to 1; 1 is the same word.
    #[must_use]
    pub fn nearness(&self, other: &Self) -> f32 {
        dot(&self.vector, &other.vector) / (self.length * other.length)
    }
}

/// The senses of several words, added up.
pub struct Blend([f32; WIDTH]);

impl Default for Blend {
    fn default() -> Self {
        Self([0.0; WIDTH])
    }
}

impl Blend {
    /// A word counts as much as its weight, however rare it is in English.
    pub fn add(&mut self, sense: &Sense, weight: f32) {
        self.add_all(&sense.vector, weight / sense.length);
    }

    /// None where nothing was added.
    #[inline(always)]
    #[must_use]
    pub fn sense(self) -> Option<Sense> {
        let length = dot(&self.0, &self.0).sqrt();
        (length > f32::EPSILON).then_some(Sense { vector: self.0, length })
    }

    #[inline(always)]
    fn add_all(&mut self, values: &[f32; WIDTH], weight: f32) {
        for (sum, value) in self.0.iter_mut().zip(values) {
            *sum += value * weight;
        }
    }
}

/// How long the vector of one token is, as in [`Sense::length`].
pub(crate) fn length(token: u16) -> f32 {
    let mut blend = Blend(MODEL.word(token));
    blend.add_all(&MEAN, -1.0);
    dot(&blend.0, &blend.0).sqrt()
}

/// Not punctuation, and not the token for what is unknown.
pub(crate) fn says_something(piece: u16) -> bool {
    let text = MODEL.vocabulary.token(usize::from(piece));
    piece != MODEL.vocabulary.unknown
        && text.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}

/// In eight sums beside each other, which a processor adds up at once.
#[inline(always)]
fn dot(one: &[f32; WIDTH], other: &[f32; WIDTH]) -> f32 {
    let mut sums = [0.0_f32; 8];
    for (one, other) in one.as_chunks::<8>().0.iter().zip(other.as_chunks::<8>().0) {
        for ((sum, one), other) in sums.iter_mut().zip(one).zip(other) {
            *sum += one * other;
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearness(one: &str, other: &str) -> f32 {
        Sense::of(one).unwrap().nearness(&Sense::of(other).unwrap())
    }

    #[test]
    fn words_that_mean_nearly_the_same_are_near() {
        for (one, other) in
            [("phone", "telephone"), ("price", "cost"), ("lawsuit", "sued"), ("kid", "child")]
        {
            assert!(nearness(one, other) > nearness(one, "garden") + 0.2, "{one} {other}");
        }
        assert!((nearness("Delivery", "delivery") - 1.0).abs() < 1e-5);
    }

    #[test]
    fn what_is_no_word_means_nothing() {
        for text in ["", " ", "\u{fffd}", &"x".repeat(200)] {
            assert!(Sense::of(text).is_none(), "{text:?}");
        }
        assert!(Blend::default().sense().is_none());
    }
}
