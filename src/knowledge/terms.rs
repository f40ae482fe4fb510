//! A question as the words to search for: each in every form in which the index may hold it (joined with its
//! neighbour, taken apart, spelt right), with what it weighs, and nothing that the index does not hold.

use std::borrow::Cow;

use super::{
    codes, dictionary,
    particulars::Particular,
    senses, shorthand, spelling,
    unspaced::{self, is_unspaced},
    words::Analyser,
};
use crate::error::Result;

/// Words of a question whose weight is looked up.
const WEIGHED: usize = 48;
/// Words that are looked for by their likeness.
const MISSPELT: usize = 6;
/// Letters of a word that may begin a compound, and of each part of one.
const COMPOUND: usize = 5;
const PART: usize = 4;
/// Letters of a word that is taken apart, at most: each place where it may part is tried.
const LONGEST_COMPOUND: usize = 60;
/// Languages that write compounds in one word.
const COMPOUNDING: &[&str] = &["da", "de", "fi", "nb", "nl", "nn", "no", "sv"];

/// What the index knows of a word.
pub(super) trait Index {
    /// Passages that hold it; a word that ends in `*` stands for all that begin like it.
    fn holding(&self, word: &str) -> Result<u32>;
    /// Words of the index that begin with this, with their passages.
    fn beginning(&self, with: &str) -> Result<Vec<(String, u32)>>;
}

/// The languages of an agent's pages, and how many passages they have.
pub(super) struct Shape {
    analysers: Vec<Analyser>,
    compounding: bool,
    /// All pages are in English, or some.
    english: bool,
    has_english: bool,
    passages: u32,
}

/// A word of the question.
pub(super) struct Term {
    /// As it was asked, spelt right.
    pub word: String,
    /// All of them are in the index.
    pub forms: Vec<String>,
    /// Passages in which the most frequent of them is, counted up to a limit.
    pub holding: u32,
    /// The rarer the word, the more it says.
    pub weight: f64,
}

/// What a word counts that tells of the visitor.
const SMALLTALK: f64 = 0.3;

/// What a question asks for.
#[derive(Default)]
pub(super) struct Asked {
    /// The rarest first.
    pub terms: Vec<Term>,
    /// Of all its words, in the index or not.
    pub weight: f64,
    /// The words that the index does not hold in any form, spelt right.
    pub unknown: Vec<String>,
    /// It asks for a code that the index lacks, among others like it: "LMP-1134" where there is "LMP-1133".
    pub misses_a_code: bool,
    /// The question with its slips put right and what is short written out; none where it has neither.
    pub respelt: Option<String>,
    /// How many the agent has.
    pub passages: u32,
}

impl Asked {
    /// Searches for what holds one, if anything does.
    fn add_particular(
        &mut self,
        particular: Particular,
        shape: &Shape,
        index: &impl Index,
    ) -> Result<Option<Particular>> {
        let word = particular.word().to_owned();
        let holding = index.holding(&word)?;
        if holding == 0 {
            return Ok(None);
        }
        let weight = shape.weight(holding);
        self.weight += weight;
        self.terms.push(Term { forms: vec![word.clone()], word, holding, weight });
        Ok(Some(particular))
    }
}

impl Shape {
    /// By the agent's languages, the most frequent first.
    pub(super) fn new(languages: &[String], passages: u32) -> Self {
        let mut codes: Vec<&str> = Vec::new();
        for language in languages {
            let code = if language == "und" { "en" } else { language.as_str() };
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        if codes.is_empty() {
            codes.push("en");
        }
        let compounding = codes.iter().any(|code| COMPOUNDING.contains(code));
        Self {
            compounding,
            english: codes == ["en"],
            has_english: codes.contains(&"en"),
            analysers: codes.into_iter().map(Analyser::new).collect(),
            passages,
        }
    }

    /// Small for a word in every passage; for one in none as for one in a single passage.
    fn weight(&self, holding: u32) -> f64 {
        let all = f64::from(self.passages.max(1));
        ((all + 1.0) / (f64::from(holding.max(1)) + 0.5)).ln().max(0.1)
    }

    /// What of a word's weight says what is asked for.
    fn part_that_says(&self, forms: &[String]) -> f64 {
        match forms {
            [pair] if pair.chars().any(is_unspaced) => unspaced::says(pair),
            _ if self.analysers.iter().any(|analyser| analyser.is_smalltalk(forms)) => SMALLTALK,
            _ => 1.0,
        }
    }

    /// Among English pages no English word stands for another.
    fn may_be_misspelt(&self, token: &str) -> bool {
        !(self.english && dictionary::is_word(bare(token)))
    }

    /// Whether a word that the index does not hold may be one that says nothing, misspelt.
    fn is_slip(&self, token: &str) -> bool {
        let word = bare(token);
        // "vat" is no slip for "at".
        !senses::is_word(word) && self.analysers.iter().any(|analyser| analyser.is_slip(word))
    }

    /// The forms of what stands between two spaces; of text without spaces, those of each of its parts.
    fn forms(&self, token: &str) -> Vec<Vec<String>> {
        let mut all: Vec<String> = Vec::new();
        for analyser in &self.analysers {
            let words = analyser.words(token);
            // What says nothing in one of the agent's languages is not searched for in another.
            if words.is_empty() {
                return Vec::new();
            }
            for word in words {
                if !all.contains(&word) {
                    all.push(word);
                }
            }
        }
        if token.chars().any(is_unspaced) {
            all.into_iter().map(|word| vec![word]).collect()
        } else {
            vec![all]
        }
    }
}

/// Reads a question that is in lower case, with single spaces.
pub(super) fn read(shape: &Shape, question: &str, index: &impl Index) -> Result<Asked> {
    let mut asked = Asked { passages: shape.passages, ..Asked::default() };
    let mut seen: Vec<Vec<String>> = Vec::new();
    let mut misspelt = 0;
    let mut slips: Vec<(usize, String)> = Vec::new();
    let written = shorthand::words(question, shape.has_english);
    let is_written = written.iter().any(|word| word.typed.is_some());
    let tokens: Vec<&str> = written.iter().map(|word| &*word.written).collect();
    let mut particulars = Vec::new();
    for particular in Particular::asked(&tokens.join(" ")) {
        particulars.extend(asked.add_particular(particular, shape, index)?);
    }
    for (at, token) in tokens.iter().enumerate() {
        // What holds a telephone number need not speak of "phone" or of "number".
        if particulars.iter().any(|particular| particular.is_named_by(bare(token))) {
            continue;
        }
        asked.misses_a_code |= codes::is_missed(token, index)?;
        for forms in shape.forms(token) {
            if seen.len() >= WEIGHED || seen.contains(&forms) {
                continue;
            }
            let (mut found, mut word) = (Known::default(), (*token).to_owned());
            for form in &forms {
                let exactly = found.try_form(form, index)?;
                if shape.compounding
                    && form.chars().count() >= COMPOUND
                    && form.chars().all(char::is_alphabetic)
                {
                    let beginning = format!("{form}*");
                    if index.holding(&beginning)? > exactly {
                        found.try_form(&beginning, index)?;
                    }
                }
            }
            seen.push(forms);
            // Pages may have it for short, too.
            let typed =
                written[at].typed.into_iter().flat_map(|typed| shape.forms(typed)).flatten();
            for form in typed {
                found.try_form(&form, index)?;
            }
            let mut weight = shape.weight(found.holding);
            joined(shape, &tokens, at, &mut found, index)?;
            if is_word(token) {
                let mut holding = 0;
                for kin in shape.analysers.iter().flat_map(|analyser| analyser.kin(bare(token))) {
                    holding = holding.max(found.try_form(kin, index)?);
                }
                weight = if holding > 0 { shape.weight(found.holding) } else { weight };
            }
            if found.forms.is_empty() && is_word(token) {
                apart(shape, token, &mut found, index)?;
                if found.forms.is_empty() && misspelt < MISSPELT && shape.may_be_misspelt(token) {
                    misspelt += 1;
                    let stems = seen.last().map_or(&[][..], Vec::as_slice);
                    if let Some(meant) = meant(shape, token, stems, &mut found, index)? {
                        slips.push((at, meant.clone()));
                        word = meant;
                    }
                }
                if !found.forms.is_empty() {
                    // Only probably what was meant: what it cannot say counts as asked and not found.
                    weight = shape.weight(found.holding);
                    asked.weight += weight / 2.0;
                }
            }
            // "teh" says as little as "the".
            if found.forms.is_empty() && shape.is_slip(token) {
                continue;
            }
            weight *= shape.part_that_says(seen.last().map_or(&[], Vec::as_slice));
            asked.weight += weight;
            if found.forms.is_empty() {
                asked.unknown.push(word);
            } else {
                let Known { forms, holding } = found;
                asked.terms.push(Term { word, forms, holding, weight });
            }
        }
    }
    asked.terms.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    asked.respelt = (is_written || !slips.is_empty()).then(|| {
        let mut words: Vec<Cow<str>> = tokens.into_iter().map(Cow::from).collect();
        for (at, meant) in slips {
            words[at] = words[at].replace(bare(&words[at]), &meant).into();
        }
        words.join(" ")
    });
    Ok(asked)
}

/// What a word stands for that the index does not hold, with the forms in which the index holds that.
fn meant(
    shape: &Shape,
    token: &str,
    stems: &[String],
    found: &mut Known,
    index: &impl Index,
) -> Result<Option<String>> {
    let word = bare(token);
    let mut english = None;
    if shape.has_english {
        let holding = |word: &str| {
            let forms = shape.forms(word).into_iter().flatten();
            forms.map(|form| index.holding(&form)).try_fold(0, |most, held| Ok(held?.max(most)))
        };
        english = dictionary::meant(word, holding)?;
    }
    if let Some((word, 1..)) = english {
        for form in shape.forms(&word).into_iter().flatten() {
            found.try_form(&form, index)?;
        }
        return Ok(Some(word));
    }
    // A name that only the pages have, or a word that the vocabulary lacks.
    let mut named = None;
    for stem in stems {
        for (near, holding) in spelling::nearest(stem, |with| index.beginning(with))? {
            found.holding = found.holding.max(holding);
            named.get_or_insert_with(|| near.clone());
            found.forms.push(near);
        }
    }
    let Some(stem) = named else {
        return Ok(english.map(|(word, _)| word));
    };
    let has_stem = |word: &str| shape.forms(word).iter().flatten().any(|form| *form == stem);
    let word = if shape.has_english { dictionary::of_stem(&stem, has_stem) } else { None };
    Ok(Some(word.map_or(stem.clone(), str::to_owned)))
}

pub(super) fn bare(token: &str) -> &str {
    token.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The forms that the index holds, and in how many passages the most frequent is.
#[derive(Default)]
struct Known {
    forms: Vec<String>,
    holding: u32,
}

impl Known {
    /// Gives how many passages hold the form.
    fn try_form(&mut self, form: &str, index: &impl Index) -> Result<u32> {
        let holding = index.holding(form)?;
        if holding > 0 && !self.forms.iter().any(|known| known == form) {
            self.holding = self.holding.max(holding);
            self.forms.push(form.to_owned());
        }
        Ok(holding)
    }
}

fn is_word(token: &str) -> bool {
    let word = bare(token);
    !word.is_empty() && word.chars().all(char::is_alphabetic) && !word.chars().any(is_unspaced)
}

/// "check in" may be written "checkin".
fn joined(
    shape: &Shape,
    tokens: &[&str],
    at: usize,
    found: &mut Known,
    index: &impl Index,
) -> Result<()> {
    for left in [at.checked_sub(1), Some(at)].into_iter().flatten() {
        if let (Some(left), Some(right)) = (tokens.get(left), tokens.get(left + 1))
            && left.chars().all(char::is_alphabetic)
            && is_word(right)
        {
            for form in shape.forms(&format!("{left}{right}")).into_iter().flatten() {
                found.try_form(&form, index)?;
            }
        }
    }
    Ok(())
}

/// "checkin" may be written "check in", and a compound by its parts.
fn apart(shape: &Shape, token: &str, found: &mut Known, index: &impl Index) -> Result<()> {
    let word: Vec<char> = token.chars().filter(|c| c.is_alphabetic()).collect();
    if word.len() > LONGEST_COMPOUND {
        return Ok(());
    }
    for at in (PART..word.len().saturating_sub(PART - 1)).rev() {
        let (left, right) = word.split_at(at);
        let (left, right): (String, String) = (left.iter().collect(), right.iter().collect());
        // "Lieferungskosten": an s joins the parts.
        let bare = left.strip_suffix('s').filter(|left| shape.compounding && left.len() >= PART);
        for left in [Some(left.as_str()), bare].into_iter().flatten() {
            let (lefts, rights) = (shape.forms(left), shape.forms(&right));
            let mut parts = Known::default();
            let mut both = !lefts.is_empty() && !rights.is_empty();
            for side in [lefts, rights] {
                let mut any = false;
                for form in side.into_iter().flatten() {
                    any |= parts.try_form(&form, index)? > 0;
                }
                both &= any;
            }
            if both {
                *found = parts;
                return Ok(());
            }
        }
    }
    Ok(())
}
