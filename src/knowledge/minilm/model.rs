//! The layout of `minilm.bin`: where each table of the model lies in the file that is part of this
//! program. Everything here is a view, worked out at compile time: nothing is copied, and a file of
//! another shape does not compile.

use std::ops::Range;

/// Dimensions of a token's state, and of an embedding.
pub const WIDTH: usize = 384;
/// Dimensions between the two matrices of a feed-forward step.
pub const INNER: usize = 1536;
/// The model was trained for texts up to this many tokens, `[CLS]` and `[SEP]` included.
pub const MAX_TOKENS: usize = 256;
const LAYERS: usize = 6;

/// Outputs of a matrix that lie, and are computed, together.
pub const LANES: usize = 16;
/// A matrix is read two inputs at a step: the steps of a matrix with `WIDTH` inputs, and of one
/// with `INNER`.
pub const WIDTH_STEPS: usize = WIDTH / 2;
pub const INNER_STEPS: usize = INNER / 2;

/// Dimensions of a word's vector that share a multiplier.
const GROUP: usize = 32;
const GROUPS: usize = WIDTH / GROUP;
/// f32 row scale, an i8 multiplier for each group, 4 bits for each dimension.
const WORD_BYTES: usize = 4 + GROUPS + WIDTH / 2;
/// f32 row scale, an i8 for each dimension.
const POSITION_BYTES: usize = 4 + WIDTH;
/// Sections of the file start at multiples of this.
const ALIGNMENT: usize = 64;

/// Little-endian f32 as they lie in the file, which promises no alignment.
type Floats = &'static [[u8; 4]];

static FILE: &[u8] = include_bytes!("../../../static/model/minilm.bin");
pub static MODEL: Model = Model::of(FILE);

pub struct Model {
    pub vocabulary: Vocabulary,
    words: &'static [[u8; WORD_BYTES]],
    positions: &'static [[u8; POSITION_BYTES]],
    pub norm: Norm,
    pub layers: [Layer; LAYERS],
}

pub struct Layer {
    /// Queries, keys and values: `WIDTH` outputs each, a head's 32 side by side.
    pub attention: Matrix<WIDTH_STEPS>,
    pub attention_output: Matrix<WIDTH_STEPS>,
    pub attention_norm: Norm,
    pub up: Matrix<WIDTH_STEPS>,
    pub down: Matrix<INNER_STEPS>,
    pub norm: Norm,
}

/// 8-bit weights in panels of `LANES` outputs. A step is two inputs of each: `[output 0 input 0,
/// output 0 input 1, output 1 input 0, …]`.
pub struct Matrix<const STEPS: usize> {
    panels: &'static [[Step; STEPS]],
    scales: &'static [[[u8; 4]; LANES]],
    biases: &'static [[[u8; 4]; LANES]],
}

/// A panel's weights, and what becomes of its sums.
pub struct Panel<const STEPS: usize> {
    pub index: usize,
    pub steps: &'static [Step; STEPS],
    pub scales: [f32; LANES],
    pub biases: [f32; LANES],
}

pub type Step = [u8; 2 * LANES];

/// Gain and bias of a layer norm.
pub struct Norm {
    gains: Floats,
    biases: Floats,
}

/// The tokens, sorted by their bytes. A token's id is its rank.
pub struct Vocabulary {
    offsets: &'static [[u8; 4]],
    text: &'static [u8],
    /// For each byte, the first token that begins with it or a greater one, and in the end how many there are.
    starts: [u16; 257],
    pub cls: u16,
    pub sep: u16,
    pub unknown: u16,
}

impl Model {
    const fn of(file: &'static [u8]) -> Self {
        let mut sections = Sections { file, at: 0 };
        let header = numbers(sections.next(64));
        assert!(
            u32_at(header, 0) == u32::from_le_bytes(*b"Mini")
                && u32_at(header, 1) == u32::from_le_bytes(*b"LMq1")
        );
        let tokens = u32_at(header, 2) as usize;
        assert!(tokens <= u16::MAX as usize);
        assert!(u32_at(header, 4) as usize == MAX_TOKENS && u32_at(header, 5) as usize == LAYERS);
        let offsets = numbers(sections.next(4 * (tokens + 1)));
        let text = sections.next(u32_at(header, 3) as usize);
        let model = Self {
            vocabulary: Vocabulary {
                offsets,
                text,
                starts: starts(offsets, text),
                cls: token_at(header, 6),
                sep: token_at(header, 7),
                unknown: token_at(header, 8),
            },
            words: sections.next(tokens * WORD_BYTES).as_chunks().0,
            positions: sections.next(MAX_TOKENS * POSITION_BYTES).as_chunks().0,
            norm: Norm::next(&mut sections),
            layers: [
                Layer::next(&mut sections),
                Layer::next(&mut sections),
                Layer::next(&mut sections),
                Layer::next(&mut sections),
                Layer::next(&mut sections),
                Layer::next(&mut sections),
            ],
        };
        assert!(sections.at == file.len());
        model
    }

    /// What a token starts as: its word's vector and its position's, added.
    pub fn start(&self, token: u16, position: usize) -> [f32; WIDTH] {
        let place = &self.positions[position];
        let place_scale = float([place[0], place[1], place[2], place[3]]);
        let mut state = self.word(token);
        for (value, code) in state.iter_mut().zip(&place[4..]) {
            *value += place_scale * f32::from(code.cast_signed());
        }
        state
    }

    /// A word's vector, wherever the word stands.
    #[inline(always)]
    pub fn word(&self, token: u16) -> [f32; WIDTH] {
        let word = &self.words[usize::from(token)];
        let (head, codes) = word.split_at(4 + GROUPS);
        let scale = float([head[0], head[1], head[2], head[3]]);
        let mut state = [0.0; WIDTH];
        let groups = state.as_chunks_mut::<GROUP>().0.iter_mut();
        for ((group, codes), multiplier) in
            groups.zip(codes.as_chunks::<{ GROUP / 2 }>().0).zip(&head[4..])
        {
            let unit = scale * f32::from(multiplier.cast_signed());
            let (low, high) = group.split_at_mut(GROUP / 2);
            for ((low, high), code) in low.iter_mut().zip(high).zip(codes) {
                *low = unit * (f32::from(code & 15) - 8.0);
                *high = unit * (f32::from(code >> 4) - 8.0);
            }
        }
        state
    }

    /// One dimension of a word's vector.
    pub const fn word_in(&self, token: usize, dimension: usize) -> f32 {
        let word = &self.words[token];
        let (group, place) = (dimension / GROUP, dimension % GROUP);
        let code = word[4 + GROUPS + group * (GROUP / 2) + place % (GROUP / 2)];
        let code = if place < GROUP / 2 { code & 15 } else { code >> 4 };
        let scale = float([word[0], word[1], word[2], word[3]]);
        scale * word[4 + group].cast_signed() as f32 * (code as f32 - 8.0)
    }
}

impl Layer {
    const fn next(sections: &mut Sections) -> Self {
        Self {
            attention: Matrix::next(sections, 3 * WIDTH),
            attention_output: Matrix::next(sections, WIDTH),
            attention_norm: Norm::next(sections),
            up: Matrix::next(sections, INNER),
            down: Matrix::next(sections, WIDTH),
            norm: Norm::next(sections),
        }
    }
}

impl<const STEPS: usize> Matrix<STEPS> {
    const fn next(sections: &mut Sections, outputs: usize) -> Self {
        Self {
            scales: numbers(sections.next(4 * outputs)).as_chunks().0,
            biases: numbers(sections.next(4 * outputs)).as_chunks().0,
            panels: sections.next(outputs * STEPS * 2).as_chunks().0.as_chunks().0,
        }
    }

    #[inline(always)]
    pub fn panel(&self, index: usize) -> Panel<STEPS> {
        Panel {
            index,
            steps: &self.panels[index],
            scales: floats(&self.scales[index]),
            biases: floats(&self.biases[index]),
        }
    }
}

impl Norm {
    const fn next(sections: &mut Sections) -> Self {
        Self { gains: numbers(sections.next(4 * WIDTH)), biases: numbers(sections.next(4 * WIDTH)) }
    }

    /// Gain and bias of each dimension.
    #[inline(always)]
    pub fn values(&self) -> impl Iterator<Item = (f32, f32)> {
        self.gains.iter().zip(self.biases).map(|(gain, bias)| (float(*gain), float(*bias)))
    }
}

impl Vocabulary {
    pub const fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The bytes of a token; empty for an id that is none.
    pub fn token(&self, id: usize) -> &'static [u8] {
        let offset = |id: usize| Some(u32::from_le_bytes(*self.offsets.get(id)?) as usize);
        let bytes = || self.text.get(offset(id)?..offset(id + 1)?);
        bytes().unwrap_or_default()
    }

    /// The tokens that begin with this byte.
    pub fn beginning(&self, byte: u8) -> Range<usize> {
        let start = |byte: usize| usize::from(self.starts[byte]);
        start(usize::from(byte))..start(usize::from(byte) + 1)
    }
}

/// As [`Vocabulary::starts`]. The empty token, if there is one, counts as beginning with 0.
const fn starts(offsets: &[[u8; 4]], text: &[u8]) -> [u16; 257] {
    let mut starts = [0; 257];
    let (mut byte, mut token) = (0, 0);
    while byte < starts.len() {
        while token + 1 < offsets.len() && begins_before(offsets, text, token, byte) {
            token += 1;
        }
        starts[byte] = token as u16;
        byte += 1;
    }
    starts
}

const fn begins_before(offsets: &[[u8; 4]], text: &[u8], token: usize, byte: usize) -> bool {
    let (start, end) = (u32_at(offsets, token) as usize, u32_at(offsets, token + 1) as usize);
    start < end && (text[start] as usize) < byte
}

struct Sections {
    file: &'static [u8],
    at: usize,
}

impl Sections {
    /// The next section, of this many bytes. Only called at compile time, where running over the
    /// end is an error of the compiler.
    const fn next(&mut self, bytes: usize) -> &'static [u8] {
        let section = self.file.split_at(self.at).1.split_at(bytes).0;
        self.at = (self.at + bytes).next_multiple_of(ALIGNMENT);
        section
    }
}

const fn numbers(section: &'static [u8]) -> &'static [[u8; 4]] {
    section.as_chunks().0
}

const fn u32_at(numbers: &[[u8; 4]], index: usize) -> u32 {
    u32::from_le_bytes(numbers[index])
}

const fn token_at(numbers: &[[u8; 4]], index: usize) -> u16 {
    let token = u32_at(numbers, index);
    assert!(token < u32_at(numbers, 2));
    token as u16
}

#[inline(always)]
fn floats(bytes: &[[u8; 4]; LANES]) -> [f32; LANES] {
    let mut floats = [0.0; LANES];
    for (value, bytes) in floats.iter_mut().zip(bytes) {
        *value = float(*bytes);
    }
    floats
}

#[inline(always)]
const fn float(bytes: [u8; 4]) -> f32 {
    f32::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::{super::NAME, *};

    #[test]
    fn the_name_of_the_engine_carries_the_hash_of_its_file() {
        let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(FILE).into();
        assert!(NAME.ends_with(&format!("/{a:02x}{b:02x}{c:02x}{d:02x}")));
    }

    #[test]
    fn a_words_dimensions_are_those_of_its_vector() {
        for token in [0, 100, 2_000, MODEL.vocabulary.len() - 1] {
            let one_by_one = (0..WIDTH).map(|dimension| MODEL.word_in(token, dimension).to_bits());
            assert!(one_by_one.eq(MODEL.word(token as u16).map(f32::to_bits)), "{token}");
        }
    }

    #[test]
    fn tokens_are_sorted_and_none_is_empty() {
        let vocabulary = &MODEL.vocabulary;
        let tokens: Vec<&[u8]> = (0..vocabulary.len()).map(|id| vocabulary.token(id)).collect();
        assert!(tokens.is_sorted_by(|one, next| one < next));
        assert!(tokens.iter().all(|token| !token.is_empty()));
        assert_eq!(tokens[usize::from(vocabulary.cls)], b"[CLS]");
        assert_eq!(tokens[usize::from(vocabulary.sep)], b"[SEP]");
        assert_eq!(tokens[usize::from(vocabulary.unknown)], b"[UNK]");
        assert!(vocabulary.token(vocabulary.len()).is_empty());
    }
}
