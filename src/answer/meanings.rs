//! How near what a text says is to what was asked, by the senses of the words on both sides: "my phone broke" is near
//! "faulty telephones" though they share no word. A look-up for each word, no model runs.

use rustc_hash::FxHashMap;

use super::words::Language;
use crate::knowledge::senses::{Blend, Sense};

/// For each text, −1 to 1; 0 where it says nothing, and everywhere for a language whose words have no senses here.
pub fn nearness<'a>(
    question: &str,
    texts: impl Iterator<Item = &'a str>,
    language: &Language,
) -> Vec<f32> {
    if !language.has_senses {
        return texts.map(|_| 0.0).collect();
    }
    let mut words = Words::default();
    let texts: Vec<Vec<usize>> = texts.map(|text| words.read(text, language)).collect();
    for &word in texts.iter().flatten() {
        words.holding[word] += 1.0;
    }
    let asked = words.read(question, language);
    let weights = words.weights(texts.len() as f32);
    let blend = |text: &[usize]| {
        let mut blend = Blend::default();
        for &word in text {
            if let Some(sense) = &words.senses[word] {
                blend.add(sense, weights[word]);
            }
        }
        blend.sense()
    };
    let asked = blend(&asked);
    let near = |text: &Vec<usize>| Some(asked.as_ref()?.nearness(&blend(text)?));
    texts.iter().map(|text| near(text).unwrap_or(0.0)).collect()
}

/// Each word once, by a number.
#[derive(Default)]
struct Words {
    numbers: FxHashMap<String, usize>,
    senses: Vec<Option<Sense>>,
    /// How many texts have it.
    holding: Vec<f32>,
}

impl Words {
    fn read(&mut self, text: &str, language: &Language) -> Vec<usize> {
        let mut read = Vec::new();
        for word in language.topics(text) {
            let number = if let Some(number) = self.numbers.get(&word) {
                *number
            } else {
                self.senses.push(Sense::of(&word));
                self.holding.push(0.0);
                self.numbers.insert(word, self.senses.len() - 1);
                self.senses.len() - 1
            };
            read.push(number);
        }
        read
    }

    /// The rarer a word among the texts, the more it says.
    fn weights(&self, texts: f32) -> Vec<f32> {
        let weight = |holding: &f32| (1.0 + (texts - holding + 0.5) / (holding + 0.5)).ln();
        self.holding.iter().map(weight).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_the_same_in_other_words_is_near() {
        let texts = ["The telephone number is on the card.", "The garden has roses.", ""];
        let near =
            |language| nearness("How can I phone you?", texts.into_iter(), &Language::of(language));
        let english = near("en");
        assert!(english[0] > english[1] + 0.1 && english[2] == 0.0, "{english:?}");
        assert_eq!(near("de"), [0.0; 3]);
    }
}
