//! Holds an answer to the length that its owner wants, at the ends of sentences. A model is told the bound and mostly
//! keeps it, so a little more is let through whole: what would be cut is often the condition that belongs to the rest.

/// An answer may be longer than its bound by this part of it before it loses its last sentences.
const TOLERATED: usize = 4;
/// A sentence may go on beyond the bound for this long before it is cut, in characters.
const ENDLESS: usize = 240;

/// Reads an answer as it is made.
pub struct Bound {
    /// In characters; 0: none.
    most: usize,
    /// All that was let through.
    shown: String,
    characters: usize,
    /// What follows the sentence in which the bound lies: said if the answer soon ends.
    held: String,
    held_characters: usize,
    is_reached: bool,
}

impl Bound {
    pub fn new(most: usize) -> Self {
        let (shown, held) = (String::new(), String::new());
        Self { most, shown, characters: 0, held, held_characters: 0, is_reached: false }
    }

    /// Nothing that comes now is said.
    pub fn is_reached(&self) -> bool {
        self.is_reached
    }

    /// Takes the next piece and returns what may be said now.
    pub fn push(&mut self, text: &str) -> String {
        if self.most == 0 {
            return text.to_owned();
        }
        if self.is_reached {
            return String::new();
        }
        let from = self.shown.len();
        for letter in text.chars() {
            self.read(letter);
            if self.is_reached {
                break;
            }
        }
        self.shown.get(from..).unwrap_or_default().to_owned()
    }

    /// What was held back and may be said after all, as the answer is over.
    pub fn finish(&mut self) -> String {
        if self.is_reached { String::new() } else { std::mem::take(&mut self.held) }
    }

    fn read(&mut self, letter: char) {
        let count = self.characters + self.held_characters + 1;
        if self.held.is_empty() {
            let goes_on = count <= self.most || !begins_anew(&self.shown, letter);
            if goes_on && count > self.most + ENDLESS && letter.is_whitespace() {
                self.shown.push('…');
                self.is_reached = true;
                return;
            }
            if goes_on {
                self.shown.push(letter);
                self.characters = count;
                return;
            }
        }
        self.held.push(letter);
        self.held_characters += 1;
        self.is_reached = count > self.most + self.most / TOLERATED;
    }
}

/// Whether a sentence, an item or a row has ended, with its citations, and this letter begins the next.
fn begins_anew(before: &str, letter: char) -> bool {
    if letter.is_whitespace() || matches!(letter, '[' | '【' | '*' | '_' | ')' | '"' | '”' | '»')
    {
        return false;
    }
    let trimmed = before.trim_end();
    if before[trimmed.len()..].contains('\n') {
        return true;
    }
    let mut said = trimmed;
    while let Some(open) = said.strip_suffix(']').and_then(|inside| inside.rfind('[')) {
        said = said[..open].trim_end();
    }
    let said = said.trim_end_matches(['*', '_', '"', '”', '»', ')']);
    if said.ends_with(['。', '！', '？']) {
        return true;
    }
    let is_apart = said.len() < before.len() && before.ends_with([' ', ']']);
    // "2." at the beginning of a line is the number of an item.
    let word = said.rsplit(char::is_whitespace).next().unwrap_or_default();
    let line = said[..said.len() - word.len()].trim_end_matches(' ');
    let is_number = (line.is_empty() || line.ends_with('\n'))
        && word.trim_end_matches('.').bytes().all(|byte| byte.is_ascii_digit());
    is_apart && !is_number && said.ends_with(['.', '!', '?', '…'])
}

#[cfg(test)]
mod tests {
    use super::Bound;

    fn said(most: usize, answer: &str) -> (String, bool) {
        let whole = {
            let mut bound = Bound::new(most);
            let begun = bound.push(answer);
            (begun + &bound.finish(), bound.is_reached())
        };
        let mut bound = Bound::new(most);
        let mut pieces = String::new();
        for letter in answer.chars() {
            pieces += &bound.push(&letter.to_string());
        }
        pieces += &bound.finish();
        assert_eq!(pieces, whole.0, "the same, however it is cut into pieces");
        whole
    }

    #[test]
    fn an_answer_within_its_bound_or_a_little_longer_is_whole() {
        let answer = "You have thirty days. [1] Bulbs stay with you. [2]";
        for most in [0, 50, 45, 41] {
            assert_eq!(said(most, answer), (answer.to_owned(), false), "{most}");
        }
    }

    #[test]
    fn one_that_is_far_longer_ends_with_the_sentence_in_which_the_bound_lies() {
        let answer = "You have thirty days. [1] Bulbs stay with you. [2] We also have a garden.";
        for most in [10, 20, 24] {
            assert_eq!(
                said(most, answer),
                ("You have thirty days. [1] ".to_owned(), true),
                "{most}"
            );
        }
        assert_eq!(said(35, answer).0, "You have thirty days. [1] Bulbs stay with you. [2] ");
        assert_eq!(said(4, "三十日間です。電球は対象外です。").0, "三十日間です。");
    }

    #[test]
    fn lists_end_between_their_items() {
        let answer = "You can pay:\n1. in cash\n2. by card\n3. with a voucher\n4. with shells";
        assert_eq!(said(30, answer).0, "You can pay:\n1. in cash\n2. by card\n");
    }

    #[test]
    fn a_sentence_without_end_is_cut_between_words() {
        let (said, reached) = said(20, &"and on ".repeat(90));
        assert!(reached && said.ends_with("and…") && said.chars().count() < 270, "{said}");
    }
}
