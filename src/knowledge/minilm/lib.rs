//! The embedding model inside the binary: English text to a direction in 384 dimensions, near to
//! that of texts that mean the same. No call fails, waits or reaches outside; equal texts give
//! equal bits on every processor.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into Isa::run is compiled without its instructions"
)]

mod attention;
mod forward;
mod isa;
mod kernels;
mod model;
pub mod senses;
mod tokenizer;
pub mod words;

#[cfg(target_arch = "x86_64")]
use pulp::x86::{V2, V3};

use isa::Isa;
#[cfg(target_arch = "x86_64")]
use isa::Vnni;

/// Dimensions of an embedding.
#[cfg(test)]
const DIMENSIONS: usize = model::WIDTH;

/// What made a vector, to be stored beside it: the model, and the start of the SHA-256 of its file.
/// Vectors of another name cannot be compared with these. A change to the arithmetic that changes a
/// bit of the result needs another name too.
pub const NAME: &str = "all-minilm-l6-v2/72d88ce1";

/// The same for what [`read`] gives.
pub const READING: &str = "all-minilm-l6-v2/72d88ce1/words-1";

/// A question, as a whole and word by word.
#[derive(Clone, Debug)]
pub struct Asked {
    /// As [`embed`] gives it.
    pub vector: Vec<f32>,
    pub words: Vec<words::Word>,
}

/// A text that is searched, as a whole and word by word.
#[derive(Clone, Debug)]
pub struct Reading {
    /// As [`embed`] gives it.
    pub vector: Vec<f32>,
    /// Those that say something, [`words::STORED_BYTES`] each.
    pub words: Vec<u8>,
}

/// Takes as long as [`embed`].
#[must_use]
pub fn ask(text: &str) -> Asked {
    let (tokens, states) = Engine::new().states(text);
    Asked { vector: forward::mean(&states).to_vec(), words: words::asked(&tokens, &states) }
}

/// Takes as long as [`embed`].
#[must_use]
pub fn read(text: &str) -> Reading {
    let (tokens, states) = Engine::new().states(text);
    Reading { vector: forward::mean(&states).to_vec(), words: words::stored(&tokens, &states) }
}

/// The unit vector of a text. Takes some 3 ms for a question, 50 ms for the longest text that the model
/// reads (256 tokens, some 1,200 characters; the rest has no influence), and a megabyte while it
/// runs: not for a thread that serves others.
#[must_use]
pub fn embed(text: &str) -> Vec<f32> {
    Engine::new().embed(text)
}

/// Of 16-bit numbers and as many of 8 bits, which are signed, too. For vectors from any model: here it is compiled for the
/// processor that runs it.
///
/// The sum must fit: that of 1,024 products of 14 bits and 8 does.
#[must_use]
pub fn sum_of_products(wide: &[i16], narrow: &[u8]) -> i32 {
    Engine::new().run(
        #[inline(always)]
        || {
            let pairs = wide.iter().zip(narrow);
            pairs.map(|(wide, narrow)| i32::from(*wide) * i32::from(narrow.cast_signed())).sum()
        },
    )
}

/// The model on one set of instructions. All give the same bits.
#[derive(Clone, Copy, Debug)]
pub struct Engine {
    isa: Instructions,
}

#[derive(Clone, Copy, Debug)]
enum Instructions {
    #[cfg(target_arch = "x86_64")]
    Vnni(Vnni),
    #[cfg(target_arch = "x86_64")]
    Avx2(V3),
    #[cfg(target_arch = "x86_64")]
    Sse41(V2),
    Portable,
}

impl Engine {
    /// On the fastest instructions that this processor has.
    #[must_use]
    pub fn new() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let wide = || Vnni::try_new().map(Instructions::Vnni);
            let middle = || V3::try_new().map(Instructions::Avx2);
            let narrow = || V2::try_new().map(Instructions::Sse41);
            if let Some(isa) = wide().or_else(middle).or_else(narrow) {
                return Self { isa };
            }
        }
        Self { isa: Instructions::Portable }
    }

    /// As [`embed`].
    #[must_use]
    pub fn embed(self, text: &str) -> Vec<f32> {
        forward::mean(&self.states(text).1).to_vec()
    }

    /// Runs work that is compiled for these instructions, as far as it is inlined.
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        match self.isa {
            #[cfg(target_arch = "x86_64")]
            Instructions::Vnni(isa) => isa.run(work),
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2(isa) => isa.run(work),
            #[cfg(target_arch = "x86_64")]
            Instructions::Sse41(isa) => isa.run(work),
            Instructions::Portable => isa::Portable.run(work),
        }
    }

    /// The tokens of a text, and what each means there.
    fn states(self, text: &str) -> (Vec<u16>, Vec<forward::State>) {
        let tokens = tokenizer::tokenize(&model::MODEL.vocabulary, text);
        let model = &model::MODEL;
        let states = match self.isa {
            #[cfg(target_arch = "x86_64")]
            Instructions::Vnni(isa) => forward::states(isa, model, &tokens),
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2(isa) => forward::states(isa, model, &tokens),
            #[cfg(target_arch = "x86_64")]
            Instructions::Sse41(isa) => forward::states(isa, model, &tokens),
            Instructions::Portable => forward::states(isa::Portable, model, &tokens),
        };
        (tokens, states)
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use sha2::{Digest, Sha256};

    use super::*;

    const EXPECTED: &str = include_str!("../../../tests/model/expected.json");

    fn expected() -> Vec<Value> {
        serde_json::from_str(EXPECTED).unwrap()
    }

    fn text(case: &Value) -> &str {
        case["text"].as_str().unwrap()
    }

    fn cosine(embedding: &[f32], reference: &Value) -> f64 {
        let reference: Vec<f64> =
            reference.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
        assert_eq!(embedding.len(), reference.len());
        let dot: f64 = embedding
            .iter()
            .zip(&reference)
            .map(|(value, reference)| f64::from(*value) * reference)
            .sum();
        let length = |squares: f64| squares.sqrt();
        let own = length(embedding.iter().map(|value| f64::from(*value) * f64::from(*value)).sum());
        dot / own / length(reference.iter().map(|value| value * value).sum())
    }

    fn bits(embedding: &[f32]) -> Vec<u32> {
        embedding.iter().map(|value| value.to_bits()).collect()
    }

    /// Every engine that this processor can run, the portable one last.
    fn engines() -> Vec<Engine> {
        #[cfg(target_arch = "x86_64")]
        let vector = [
            Vnni::try_new().map(Instructions::Vnni),
            V3::try_new().map(Instructions::Avx2),
            V2::try_new().map(Instructions::Sse41),
        ];
        #[cfg(not(target_arch = "x86_64"))]
        let vector = [None];
        vector
            .into_iter()
            .flatten()
            .chain([Instructions::Portable])
            .map(|isa| Engine { isa })
            .collect()
    }

    #[test]
    fn tokens_are_those_that_the_model_was_trained_with() {
        for case in expected() {
            let ids = tokenizer::tokenize(&model::MODEL.vocabulary, text(&case));
            assert_eq!(Some(ids.len() as u64), case["token_count"].as_u64(), "{}", text(&case));
            let tokens = ids
                .into_iter()
                .map(|id| str::from_utf8(model::MODEL.vocabulary.token(usize::from(id))).unwrap());
            let mut tokens: Vec<&str> = tokens.collect();
            if tokens.len() > 24 {
                // of a long text the file has the first 20 and the last 3
                tokens.splice(20..tokens.len() - 3, ["..."]);
            }
            assert_eq!(Value::from(tokens), case["tokens"]);
        }
    }

    #[test]
    fn embeddings_are_those_of_the_reference_and_near_the_unquantised_model() {
        for case in expected() {
            let embedding = embed(text(&case));
            assert_eq!(embedding.len(), DIMENSIONS);
            let (reference, exact) =
                (cosine(&embedding, &case["embedding"]), cosine(&embedding, &case["fp32"]));
            assert!(reference > 0.99999 && exact > 0.99, "{reference} {exact} {}", text(&case));
            let length: f64 = embedding.iter().map(|value| f64::from(*value).powi(2)).sum();
            assert!((length - 1.0).abs() < 1e-6, "{length}");
        }
    }

    #[test]
    fn every_set_of_instructions_gives_the_same_bits() {
        let cases = expected();
        // 2 to 42 tokens: more than one block of the feed-forward step, and all sizes of tiles
        for text in cases.iter().take(4).map(text).chain([
            "a",
            "one two three",
            "one two three four five six seven",
        ]) {
            let embeddings = engines().into_iter().map(|engine| bits(&engine.embed(text)));
            let embeddings: Vec<_> = embeddings.collect();
            assert!(embeddings.iter().all(|one| Some(one) == embeddings.last()), "{text}");
        }
        let long = text(&cases[4]);
        let embeddings: Vec<_> =
            engines().iter().rev().skip(1).map(|engine| bits(&engine.embed(long))).collect();
        assert!(embeddings.iter().all(|one| *one == embeddings[0]), "{long}");
    }

    /// Vectors outlive a release in the database: where they change, so must [`NAME`].
    #[test]
    fn the_bits_of_an_embedding_stay_the_same() {
        let values = expected().iter().flat_map(|case| embed(text(case))).collect::<Vec<f32>>();
        let bytes: Vec<u8> = values.into_iter().flat_map(f32::to_le_bytes).collect();
        assert_eq!(Sha256::digest(bytes)[..4], [0x9e, 0x47, 0x8c, 0x8a]);
    }

    #[test]
    fn any_text_has_an_embedding() {
        let texts = [
            String::new(),
            "👍🏽".repeat(4000),
            "\0\u{fffd}\u{202e}".repeat(9),
            "word ".repeat(200_000),
            "x".repeat(1_000_000),
            "́".repeat(100_000),
        ];
        for text in texts {
            assert!(embed(&text).iter().all(|value| value.is_finite()));
        }
    }
}
