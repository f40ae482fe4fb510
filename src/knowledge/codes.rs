//! Codes and numbers of a question, and names: meaning knows little of them (to it "LMP-1133" and "LMP-1196" are the same),
//! and to who asks they are what matters most.

use super::{
    dictionary, particulars,
    terms::{Asked, Index, Term, bare},
};
use crate::error::Result;

/// A number of so many digits is one of a model more often than one of things.
const CODE_DIGITS: usize = 3;

/// Letters, and digits, of a code at least.
const CODE_PART: usize = 2;

/// A name is in at most one of so many passages.
const NAMED_AT_MOST: u32 = 50;

impl Asked {
    /// The numbers of the terms, and of their forms, that are codes or numbers ("lmp1000", "210") or a particular.
    pub fn codes(&self) -> Vec<(usize, usize)> {
        let longest = |term: &Term| {
            let forms = term
                .forms
                .iter()
                .enumerate()
                .filter(|(_, form)| is_code(form) || particulars::is_word(form));
            Some(forms.max_by_key(|(_, form)| form.len())?.0)
        };
        let terms = self.terms.iter().enumerate();
        terms.filter_map(|(at, term)| Some((at, longest(term)?))).collect()
    }

    /// The same of words that English has not and few passages hold: "Acomb", "grow-along", "retry_max".
    pub fn names(&self) -> Vec<(usize, usize)> {
        let is_name = |term: &Term| {
            let word = bare(&term.word);
            let most = (self.passages / NAMED_AT_MOST).max(1);
            term.holding <= most
                && word.is_ascii()
                && !word.is_empty()
                && !dictionary::is_word(word)
        };
        // Of what is written with a hyphen all of it; words of like meaning are no names.
        let longest = |term: &Term| {
            let own = |form: &str| bare(&term.word).replace('-', "").starts_with(form);
            let forms = term.forms.iter().enumerate().filter(|(_, form)| own(form));
            Some(forms.max_by_key(|(_, form)| form.len())?.0)
        };
        let terms = self.terms.iter().enumerate().filter(|(_, term)| is_name(term));
        terms.filter_map(|(at, term)| Some((at, longest(term)?))).collect()
    }
}

/// Digits, and letters or at least three digits.
pub fn is_code(form: &str) -> bool {
    let digits = form.bytes().filter(u8::is_ascii_digit).count();
    digits >= CODE_DIGITS || digits > 0 && form.chars().any(char::is_alphabetic)
}

/// Whether a token is a code, letters and then digits, that the index does not hold while it holds others that begin
/// like it.
pub(super) fn is_missed(token: &str, index: &impl Index) -> Result<bool> {
    let code: String = token.chars().filter(|c| c.is_alphanumeric()).collect();
    let digits = code.trim_start_matches(char::is_alphabetic);
    let letters = &code[..code.len() - digits.len()];
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if letters.len() < CODE_PART || digits.len() < CODE_PART || !is_number(digits) {
        return Ok(false);
    }
    if index.holding(&code)? > 0 {
        return Ok(false);
    }
    let alike = index.beginning(letters)?;
    let mut alike = alike.iter().filter_map(|(word, _)| word.strip_prefix(letters));
    Ok(alike.any(|rest| rest.len() >= CODE_PART && is_number(rest)))
}
