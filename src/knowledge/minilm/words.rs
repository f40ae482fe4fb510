//! What the words of a text mean where they stand: the model's last state of each token that says something, turned into
//! the 64 directions in which such states differ most, and kept in 4 bits a direction. Two texts can so be compared word
//! by word, without the model ("late interaction", Khattab and Zaharia, 2020, <https://arxiv.org/abs/2004.12832>): a
//! sentence that holds every word of a question in the same sense is told from one that is near as a whole.

use super::{
    Engine,
    model::{MODEL, WIDTH},
    senses,
};

/// Directions of a word.
const DIRECTIONS: usize = 64;
/// Of a word as it is stored: two directions in a byte.
pub const STORED_BYTES: usize = DIRECTIONS / 2;
/// A stored code is from -7 to 7, and 8 is added to it.
const LARGEST: f32 = 7.0;
/// A word of a question as a code, so that 64 products with stored codes stay far below 2³¹.
const LARGEST_ASKED: f32 = 1023.0;

/// For each direction a scale and what is taken off (f32, little endian), then for each direction 384 × i8: the principal
/// components of 84,000 tokens' states in eight texts, and their mean.
static FILE: &[u8; DIRECTIONS * (8 + WIDTH)] = include_bytes!("../../../static/model/words.bin");

/// Tokens that say nothing by themselves.
const SILENT: &str = "a an the of to in on at for from by with and or but is are was were be been do does did i you we they it he she \
    my your our their its me us them him her this that these those there here what which who whom whose when where why \
    how can could will would shall should may might must have has had not no yes if so as than then too very just about \
    also any some all s t m re ve ll d got get need want like please hi hello";

/// A word of a question.
#[derive(Clone, Debug)]
pub struct Word {
    codes: [i16; DIRECTIONS],
    /// The root of the sum of the codes' squares.
    length: f32,
    /// The rarer the word is in English, the more it counts.
    pub weight: f32,
}

/// Those of the tokens that say something, each with its place.
fn saying(tokens: &[u16]) -> impl Iterator<Item = (usize, u16)> {
    let says = |token: u16| {
        let text = MODEL.vocabulary.token(usize::from(token));
        senses::says_something(token)
            && ![MODEL.vocabulary.cls, MODEL.vocabulary.sep].contains(&token)
            && !SILENT.split_ascii_whitespace().any(|silent| silent.as_bytes() == text)
    };
    tokens.iter().copied().enumerate().filter(move |(_, token)| says(*token))
}

/// Of a question, by its tokens and their states.
pub fn asked(tokens: &[u16], states: &[[f32; WIDTH]]) -> Vec<Word> {
    let known = saying(tokens).filter_map(|(at, token)| Some((states.get(at)?, token)));
    let engine = Engine::new();
    let words = known.map(|(state, token)| {
        let codes = scaled(&turned(engine, state), LARGEST_ASKED).map(|code| code as i16);
        let length = codes.iter().map(|&code| f32::from(code).powi(2)).sum::<f32>().sqrt();
        Word { codes, length, weight: senses::length(token) }
    });
    words.collect()
}

/// Of a text as they are stored, one after the other.
pub fn stored(tokens: &[u16], states: &[[f32; WIDTH]]) -> Vec<u8> {
    let known = saying(tokens).filter_map(|(at, _)| states.get(at));
    let engine = Engine::new();
    let words = known.flat_map(|state| {
        let codes =
            scaled(&turned(engine, state), LARGEST).map(|code| (code + LARGEST + 1.0) as u8);
        let (low, high) = codes.split_at(STORED_BYTES);
        let bytes: Vec<u8> = low.iter().zip(high).map(|(low, high)| low | high << 4).collect();
        bytes
    });
    words.collect()
}

/// How far a text holds each of a question's words, −1 to 1: the cosine to the nearest of the text's. None where the text
/// has no words.
#[must_use]
pub fn held(asked: &[Word], stored: &[u8]) -> Option<Vec<f32>> {
    let nearest = Engine::new().run(
        #[inline(always)]
        || nearest(asked, stored),
    );
    (stored.len() >= STORED_BYTES).then_some(nearest)
}

/// For each word of a question the cosine to the nearest of the stored ones.
#[inline(always)]
fn nearest(asked: &[Word], stored: &[u8]) -> Vec<f32> {
    let mut nearest = vec![f32::MIN; asked.len()];
    for bytes in stored.as_chunks::<STORED_BYTES>().0 {
        let mut codes = [0_i16; DIRECTIONS];
        let (low, high) = codes.split_at_mut(STORED_BYTES);
        for ((low, high), byte) in low.iter_mut().zip(high).zip(bytes) {
            *low = i16::from(byte & 15) - 8;
            *high = i16::from(byte >> 4) - 8;
        }
        // Of nothing but zeros, which only a damaged file has, all products are 0.
        let shorter = 1.0 / product(&codes, &codes).max(1.0).sqrt();
        for (nearest, word) in nearest.iter_mut().zip(asked) {
            *nearest = nearest.max(product(&word.codes, &codes) * shorter);
        }
    }
    nearest.iter_mut().zip(asked).for_each(|(nearest, word)| *nearest /= word.length.max(1.0));
    nearest
}

#[inline(always)]
fn product(one: &[i16; DIRECTIONS], other: &[i16; DIRECTIONS]) -> f32 {
    let pairs = one.iter().zip(other);
    pairs.map(|(one, other)| i32::from(*one) * i32::from(*other)).sum::<i32>() as f32
}

/// A state in the directions of the file.
fn turned(engine: Engine, state: &[f32; WIDTH]) -> [f32; DIRECTIONS] {
    engine.run(
        #[inline(always)]
        || turned_here(state),
    )
}

#[inline(always)]
fn turned_here(state: &[f32; WIDTH]) -> [f32; DIRECTIONS] {
    let (numbers, rows) = FILE.split_at(8 * DIRECTIONS);
    let (numbers, rows) = (numbers.as_chunks::<4>().0, rows.as_chunks::<WIDTH>().0);
    let mut turned = [0.0; DIRECTIONS];
    for (direction, (value, row)) in turned.iter_mut().zip(rows).enumerate() {
        let scale = f32::from_le_bytes(numbers[direction]);
        let offset = f32::from_le_bytes(numbers[DIRECTIONS + direction]);
        // In eight sums beside each other, which a processor adds up at once.
        let mut sums = [0.0_f32; 8];
        for (state, row) in state.as_chunks::<8>().0.iter().zip(row.as_chunks::<8>().0) {
            for ((sum, state), code) in sums.iter_mut().zip(state).zip(row) {
                *sum += state * f32::from(code.cast_signed());
            }
        }
        *value = sums.iter().sum::<f32>() * scale - offset;
    }
    turned
}

/// With the greatest value at `largest`, rounded.
fn scaled(values: &[f32; DIRECTIONS], largest: f32) -> [f32; DIRECTIONS] {
    let greatest =
        values.iter().fold(f32::MIN_POSITIVE, |greatest, value| greatest.max(value.abs()));
    values.map(|value| (value / greatest * largest).round())
}

#[cfg(test)]
mod tests {
    use super::{super::*, *};

    #[test]
    fn a_text_holds_the_words_of_a_question_in_their_sense() {
        let of = |question: &str, text: &str| held(&ask(question).words, &read(text).words);
        let question = "How much is a bank charge?";
        let (money, river) = ("The bank takes a fee of £5.", "They sat on the bank of the river.");
        let sum = |text| of(question, text).unwrap().iter().sum::<f32>();
        assert!(sum(money) > sum(river));
        let itself = of(question, question).unwrap();
        assert!(itself.len() > 1 && itself.iter().all(|&held| held > 0.95), "{itself:?}");
        for asked in ["", "what is it?"] {
            assert_eq!(of(asked, money), Some(Vec::new()));
        }
        for text in ["", "It is."] {
            assert_eq!(of(question, text), None, "{text}");
        }
    }

    #[test]
    fn damaged_words_are_no_harm() {
        let asked = ask("How much is a bank charge?").words;
        for bytes in [vec![0x88; STORED_BYTES], vec![0; STORED_BYTES * 3 + 1], vec![0xff; 100]] {
            assert!(held(&asked, &bytes).unwrap().iter().all(|held| held.is_finite()));
        }
        assert_eq!(held(&asked, &[1; STORED_BYTES - 1]), None);
    }
}
