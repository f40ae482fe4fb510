//! Text to tokens, as the model was trained: lower case without accents, words and punctuation
//! apart, words in known pieces. Any text is fine: the work is bounded, however long the text or
//! hostile its words.

use std::{borrow::Cow, ops::Range};

use unicode_general_category::{GeneralCategory as Category, get_general_category};
use unicode_normalization::UnicodeNormalization;

use super::model::{MAX_TOKENS, Vocabulary};

/// A text is cut here before anything else. 254 tokens are some 1,200 characters of prose: this
/// only meets text that is mostly white space or characters without a token.
const MAX_BYTES: usize = 64 * 1024;
/// A longer word is one unknown token.
const MAX_WORD_CHARS: usize = 100;
/// Marks a piece that goes on inside a word.
const INSIDE: &[u8] = b"##";

/// The tokens of a text between `[CLS]` and `[SEP]`, at most [`MAX_TOKENS`]: what does not fit is
/// left out.
pub fn tokenize(vocabulary: &Vocabulary, text: &str) -> Vec<u16> {
    let text = &text[..text.floor_char_boundary(MAX_BYTES)];
    if text.is_ascii() {
        // As below, without looking for what only others have: most words are so.
        let kept = text.chars().filter(|char| !is_dropped(*char));
        return split(vocabulary, kept.map(|char| char.to_ascii_lowercase()));
    }
    split(vocabulary, normalised(text))
}

fn split(vocabulary: &Vocabulary, text: impl Iterator<Item = char>) -> Vec<u16> {
    let mut tokens = vec![vocabulary.cls];
    let mut word = Word::default();
    for char in text {
        let alone = is_punctuation(char);
        if alone || char.is_whitespace() {
            word.finish(vocabulary, &mut tokens);
        }
        if alone {
            word.push(char);
            word.finish(vocabulary, &mut tokens);
        } else if !char.is_whitespace() {
            word.push(char);
        }
        if tokens.len() >= MAX_TOKENS {
            break;
        }
    }
    word.finish(vocabulary, &mut tokens);
    tokens.truncate(MAX_TOKENS - 1);
    tokens.push(vocabulary.sep);
    tokens
}

#[derive(Default)]
struct Word {
    text: String,
    chars: usize,
}

impl Word {
    fn push(&mut self, char: char) {
        self.chars += 1;
        if self.chars <= MAX_WORD_CHARS {
            self.text.push(char);
        }
    }

    /// Ends the word: its pieces, each the longest that fits, or one unknown token if a part of it
    /// has none.
    fn finish(&mut self, vocabulary: &Vocabulary, tokens: &mut Vec<u16>) {
        let first = tokens.len();
        let mut rest = self.text.as_bytes();
        let mut prefix: &[u8] = &[];
        let mut known = self.chars <= MAX_WORD_CHARS;
        while known && !rest.is_empty() {
            if let Some((token, bytes)) = longest_piece(vocabulary, prefix, rest) {
                tokens.push(token);
                rest = &rest[bytes..];
                prefix = INSIDE;
            } else {
                known = false;
            }
        }
        if !known {
            tokens.truncate(first);
            tokens.push(vocabulary.unknown);
        }
        self.text.clear();
        self.chars = 0;
    }
}

/// The longest token that is `prefix` and a start of `text`, with the bytes of `text` that it
/// takes.
///
/// Tokens are sorted, so it is the last one that does not come after the text; where that one goes on
/// in another way, it is sought again for what the two have in common.
fn longest_piece(vocabulary: &Vocabulary, prefix: &[u8], text: &[u8]) -> Option<(u16, usize)> {
    let whole: Cow<[u8]> =
        if prefix.is_empty() { text.into() } else { [prefix, text].concat().into() };
    let Range { start, mut end } = vocabulary.beginning(*whole.first()?);
    let mut wanted = &whole[..];
    while wanted.len() > prefix.len() {
        end = first(start, end, |id| vocabulary.token(id) > wanted);
        let token = vocabulary.token(end.checked_sub(1)?);
        let common = token.iter().zip(wanted).take_while(|(one, other)| one == other).count();
        if common == token.len() && common > prefix.len() {
            return Some((u16::try_from(end - 1).ok()?, common - prefix.len()));
        }
        wanted = &wanted[..common];
    }
    None
}

/// The first number from `start` to `end` for which a predicate holds that stays true once it is;
/// else `end`.
fn first(mut start: usize, mut end: usize, holds: impl Fn(usize) -> bool) -> usize {
    while start < end {
        let middle = usize::midpoint(start, end);
        if holds(middle) {
            end = middle;
        } else {
            start = middle + 1;
        }
    }
    start
}

/// Without control characters and accents, in lower case, each CJK character a word of its own.
fn normalised(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .filter(|char| !is_dropped(*char))
        .flat_map(|char| {
            let space = is_cjk(char).then_some(' ');
            [space, Some(char), space].into_iter().flatten()
        })
        .nfd()
        .filter(|char| char.is_ascii() || get_general_category(*char) != Category::NonspacingMark)
        .flat_map(char::to_lowercase)
}

fn is_dropped(char: char) -> bool {
    match char {
        '\t' | '\n' | '\r' | ' '..='~' => false,
        '\0' | '\u{fffd}' => true,
        _ => matches!(
            get_general_category(char),
            Category::Control | Category::Format | Category::PrivateUse
        ),
    }
}

fn is_punctuation(char: char) -> bool {
    if char.is_ascii() {
        return char.is_ascii_punctuation();
    }
    matches!(
        get_general_category(char),
        Category::ConnectorPunctuation
            | Category::DashPunctuation
            | Category::OpenPunctuation
            | Category::ClosePunctuation
            | Category::InitialPunctuation
            | Category::FinalPunctuation
            | Category::OtherPunctuation
    )
}

/// The ideographs that the model's own tokenizer sets apart; later extensions of Unicode are not
/// among them.
fn is_cjk(char: char) -> bool {
    matches!(
        char,
        '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{2a6df}'
            | '\u{2a700}'..='\u{2b81f}'
            | '\u{2b920}'..='\u{2ceaf}'
            | '\u{2f800}'..='\u{2fa1f}'
    )
}

#[cfg(test)]
mod tests {
    use super::super::model::MODEL;
    use super::*;

    fn tokens(text: &str) -> Vec<&'static str> {
        let ids = tokenize(&MODEL.vocabulary, text);
        ids.into_iter()
            .map(|id| str::from_utf8(MODEL.vocabulary.token(usize::from(id))).unwrap())
            .collect()
    }

    /// The tokens between `[CLS]` and `[SEP]`, as one string.
    fn inner(text: &str) -> String {
        let tokens = tokens(text);
        tokens[1..tokens.len() - 1].join(" ")
    }

    #[test]
    fn words_split_into_the_longest_pieces() {
        assert_eq!(inner("unaffable embeddings"), "una ##ffa ##ble em ##bed ##ding ##s");
        assert_eq!(inner("don't [SEP] x@y.z"), "don ' t [ sep ] x @ y . z");
    }

    #[test]
    fn accents_case_and_invisible_characters_do_not_matter() {
        assert_eq!(inner("CAFÉ\u{200b} na\u{0308}ive\u{fffd}"), inner("cafe naive"));
        assert_eq!(inner("one\u{00a0}two\u{2028}three\tfour\r\nfive"), "one two three four five");
        assert_eq!(inner("人中国"), "人 中 国");
    }

    #[test]
    fn a_word_without_pieces_or_without_end_is_unknown() {
        assert_eq!(inner("a 👍 b"), "a [UNK] b");
        assert_eq!(inner(&format!("a {} b", "x".repeat(101))), "a [UNK] b");
        assert_ne!(inner(&format!("a {} b", "x".repeat(100))), "a [UNK] b");
        assert_eq!(inner(&"x".repeat(3_000_000)), "[UNK]");
    }

    #[test]
    fn a_long_text_is_cut_and_keeps_its_end_mark() {
        for text in [
            "a ".repeat(254),
            "a ".repeat(255),
            "a,".repeat(100_000),
            "word".repeat(20) + &" x".repeat(900),
        ] {
            let tokens = tokens(&text);
            assert_eq!((tokens.len(), tokens[255]), (MAX_TOKENS, "[SEP]"));
        }
        assert_eq!(tokens(&"a ".repeat(253)).len(), 255);
        assert_eq!(tokens(&" ".repeat(1_000_000)), ["[CLS]", "[SEP]"]);
        assert_eq!(tokens(&"é".repeat(1_000_000)).len(), 3);
    }
}
