//! Chooses what the built-in answer says: the best units, the conditions that belong to them, lists whole; nothing twice,
//! and little from elsewhere.

use unicode_segmentation::UnicodeSegmentation;

use super::{
    joints,
    quantities::is_in,
    relevance::{Candidate, Relevance},
    units::Kind,
    words,
};

/// Longest answer, in characters of the pages' text; about four sentences.
pub const LONGEST: usize = 600;
/// Longest list or table that is told whole, in characters.
const LONGEST_LIST: usize = 420;
/// An answer with less room than this is full, in characters.
const FULL: usize = 25;
/// A unit joins the answer if its score is at most this below the best. Of the questions of [`super::relevance`] .795 get
/// an answer that holds what was asked for, at 471 characters on average; with 0.52 .789, at 441; with 0.75 .796, at 521.
const WORTH_ADDING: f32 = 0.6;
/// What a unit that was embedded loses of a passage that nothing was said of yet, beside others: answers are 18 characters shorter so, and of
/// 599 questions on ten texts 1 more lacks what was asked for.
const ELSEWHERE: f32 = 0.1;
/// What a sentence gains between two that were chosen: what is said should have no holes. Of 164 questions on three texts
/// (a desktop's help, a system's FAQ, the sample shop) .836 get an answer that holds what was asked for, without it .829;
/// with 0.1 as many, with 0.3 no more than without.
const BETWEEN: f32 = 0.2;
/// Rows of a table are told together if the cosine of each to the question is at most this below that of the best one.
/// With 0.1 or more no answer to the 245 questions loses what was asked for, and from 0.15 down conditions of others go.
const ROWS_APART: f32 = 0.2;
/// Two sentences that share this part of their words say the same.
const SAME: f32 = 0.6;
/// "Stop all workers first.": what stands above steps and belongs to them has at most so many characters.
const WARNING: usize = 120;
/// Sentences before one in which a "No" or a "Yes" decides it.
const DECIDED: usize = 3;
/// From how many sources one answer is made at most.
const MOST_SOURCES: usize = 3;

/// In a question that compares two things, in English, German, French, Spanish, Italian and Dutch.
const COMPARING: &str = "than or versus vs compare compared comparing comparison difference differences differ between both als oder \
    unterschied zwischen ou entre o oppure diferencia differenza verschil";

/// Indices of the candidates that make an answer of so many characters at most, in the order of choice. Empty when none
/// shares a word with the question.
pub fn pick(relevance: &Relevance, question: &str, longest: usize) -> Vec<usize> {
    let compares = compares(question);
    let mut picker = Picker { relevance, compares, longest, chosen: Vec::new(), chars: 0 };
    picker.pick();
    picker.chosen
}

struct Picker<'a> {
    relevance: &'a Relevance,
    /// The question compares things.
    compares: bool,
    /// In characters.
    longest: usize,
    /// Indices of candidates, in the order of choice.
    chosen: Vec<usize>,
    chars: usize,
}

impl Picker<'_> {
    fn pick(&mut self) {
        let all = &self.relevance.candidates;
        let Some(best) = all.iter().map(|unit| unit.score).reduce(f32::max) else { return };
        if !self.relevance.answers {
            return;
        }
        let mut left: Vec<usize> = (0..all.len()).collect();
        while self.chars + FULL <= self.longest {
            let worth = |&at: &usize| all[left[at]].score + self.by_place(left[at]);
            // Of several the first.
            let next = (0..left.len()).rev().max_by(|a, b| worth(a).total_cmp(&worth(b)));
            let Some(next) = next.filter(|next| worth(next) >= best - WORTH_ADDING) else {
                break;
            };
            let index = left.remove(next);
            if self.is_new(index) && self.may_cite(all[index].source) {
                self.add(self.whole(index));
            }
        }
    }

    /// What a unit gains or loses by where it stands.
    fn by_place(&self, index: usize) -> f32 {
        let all = &self.relevance.candidates;
        if all[index].near.is_some()
            && !self.chosen.is_empty()
            && !self.chosen.iter().any(|&said| all[said].source == all[index].source)
        {
            return -ELSEWHERE;
        }
        let is_said = |other: usize| self.chosen.contains(&other) && self.is_beside(other, index);
        let is_sentence = all[index].unit.kind == Kind::Sentence;
        let before = index.checked_sub(1).is_some_and(is_said);
        if is_sentence && before && is_said(index + 1) { BETWEEN } else { 0.0 }
    }

    /// Whether it says something that was not said.
    fn is_new(&self, index: usize) -> bool {
        let all = &self.relevance.candidates;
        !self.chosen.contains(&index)
            && !self.chosen.iter().any(|&said| is_same(&all[index], &all[said]))
            && !self.chosen.iter().any(|&said| self.is_about_another(index, said))
    }

    /// A row beside the one that was asked for, or the answer to another of the page's questions.
    fn is_about_another(&self, index: usize, said: usize) -> bool {
        let all = &self.relevance.candidates;
        let (one, other) = (&all[index], &all[said]);
        let asks = |heading: &str| heading.trim_end().ends_with(['?', '？']);
        let (heading, answered) = (&one.unit.heading, &other.unit.heading);
        let another_row = matches!((&one.unit.kind, &other.unit.kind), (Kind::Row, Kind::Row))
            && self.is_beside(index, said)
            && !self.is_also_named(index)
            && (self.stands_out(said, &self.group(said)) || !self.may_join(index, said));
        another_row
            || (one.source == other.source
                && heading != answered
                && asks(heading)
                && asks(answered))
    }

    /// "Is the blue one cheaper than the red one?" names two rows: one by a word that no row has that was chosen.
    fn is_also_named(&self, index: usize) -> bool {
        if !self.compares {
            return false;
        }
        let all = &self.relevance.candidates;
        let chosen = self.chosen.iter().filter(|&&said| self.is_beside(said, index));
        let known: Vec<usize> = chosen.flat_map(|&said| all[said].named_by()).collect();
        all[index].named_by().any(|word| !known.contains(&word))
    }

    /// Whether a row is told with another of its table. Lists stay whole, but for items of another day or amount.
    fn may_join(&self, other: usize, best: usize) -> bool {
        let all = &self.relevance.candidates;
        let is_row = all[best].unit.kind == Kind::Row;
        if self.compares && is_row && all[best].is_named() && !all[other].is_named() {
            return false;
        }
        if all[best].applies == Some(true) {
            let is_item = all[other].unit.kind != Kind::Row;
            return all[other].applies.unwrap_or(is_item);
        }
        match (all[other].near, all[best].near) {
            (Some(other), Some(near)) if is_row => other.whole >= near.whole - ROWS_APART,
            _ => true,
        }
    }

    fn may_cite(&self, source: usize) -> bool {
        let mut cited: Vec<usize> =
            self.chosen.iter().map(|&said| self.relevance.candidates[said].source).collect();
        cited.push(source);
        cited.sort_unstable();
        cited.dedup();
        cited.len() <= MOST_SOURCES
    }

    /// A unit with what belongs to it, the unit first. Empty for what says nothing alone and has nothing beside it.
    fn whole(&self, index: usize) -> Vec<usize> {
        let all = &self.relevance.candidates;
        match all[index].unit.kind {
            Kind::Sentence if is_intro(&all[index]) => {
                let items: Vec<usize> = (index + 1..all.len())
                    .take_while(|&next| self.is_introduced_by(next, index))
                    .collect();
                if items.is_empty() { items } else { [vec![index], self.short(&items)].concat() }
            }
            Kind::Sentence => self.with_neighbours(index),
            Kind::Code => [Some(index), self.said_before(index)].into_iter().flatten().collect(),
            Kind::Item(_) | Kind::Row => {
                let mut whole = vec![index];
                let group = self.group(index);
                let is_step = matches!(all[index].unit.kind, Kind::Item(Some(_)));
                if is_step || !self.stands_out(index, &group) {
                    let asked: Vec<usize> =
                        group.into_iter().filter(|&other| self.may_join(other, index)).collect();
                    whole.extend(self.short(&asked));
                }
                whole.extend(self.intro(index));
                if is_step && self.intro(index).is_none() {
                    let first = self.group(index).first().copied().unwrap_or(index);
                    let warning = self.said_before(first).filter(|&it| all[it].chars <= WARNING);
                    whole.extend(warning);
                }
                whole
            }
        }
    }

    /// The sentence before if this one leans on it; the one after if it limits this one.
    fn with_neighbours(&self, index: usize) -> Vec<usize> {
        let all = &self.relevance.candidates;
        let mut whole = vec![index];
        for _ in 0..2 {
            let at = whole[whole.len() - 1];
            match at.checked_sub(1).filter(|&before| self.is_beside(before, at)) {
                Some(before) if joints::leans(&all[at].unit.text) => whole.push(before),
                _ => break,
            }
        }
        // A bare "No." decides what comes after it.
        let decides = |&before: &usize| {
            self.is_beside(before, index) && joints::decides(&all[before].unit.text)
        };
        let decided = (index.saturating_sub(DECIDED)..index).rev().find(decides);
        whole.extend(decided.filter(|decided| !whole.contains(decided)));
        let after = index + 1;
        if self.is_beside(after, index) && joints::limits(&all[after].unit.text) {
            whole.push(after);
        }
        whole
    }

    /// What says what code, or steps, are for: the sentence right above.
    fn said_before(&self, first: usize) -> Option<usize> {
        let all = &self.relevance.candidates;
        let before = first.checked_sub(1)?;
        let (one, other) = (&all[before], &all[first]);
        let is_its = one.source == other.source && one.unit.heading == other.unit.heading;
        (is_its && matches!(one.unit.kind, Kind::Sentence)).then_some(before)
    }

    fn is_beside(&self, one: usize, other: usize) -> bool {
        let all = &self.relevance.candidates;
        match (all.get(one), all.get(other)) {
            (Some(one), Some(other)) => {
                one.source == other.source && one.unit.block == other.unit.block
            }
            _ => false,
        }
    }

    fn intro(&self, index: usize) -> Option<usize> {
        let all = &self.relevance.candidates;
        let intro = all[index].unit.intro?;
        let first = all.iter().position(|candidate| candidate.source == all[index].source)?;
        Some(first + intro)
    }

    fn is_introduced_by(&self, index: usize, intro: usize) -> bool {
        self.relevance.candidates[index].source == self.relevance.candidates[intro].source
            && self.intro(index) == Some(intro)
    }

    /// The other items of its list, the other rows of its table.
    fn group(&self, index: usize) -> Vec<usize> {
        let all = &self.relevance.candidates;
        let begin = (0..index)
            .rev()
            .take_while(|&before| self.is_beside(before, index))
            .last()
            .unwrap_or(index);
        (begin..all.len()).take_while(|&next| self.is_beside(next, index)).collect()
    }

    /// Whether the question means this item and not the list: it holds words of it that most others lack. Those that
    /// hold no more of it than the day that is asked for are all meant.
    fn stands_out(&self, index: usize, group: &[usize]) -> bool {
        let all = &self.relevance.candidates;
        let weight = |index: &usize| self.relevance.own_weight(&all[*index]);
        let is_as_much =
            |&other: &usize| all[other].applies == Some(true) && weight(&other) >= weight(&index);
        let applies = all[index].applies == Some(true);
        if applies && group.iter().filter(|&&other| other != index).any(is_as_much) {
            return false;
        }
        let others: Vec<f32> = group.iter().filter(|&&other| other != index).map(weight).collect();
        let average = others.iter().sum::<f32>() / others.len().max(1) as f32;
        weight(&index) > average * 1.5 + 0.3
    }

    /// As much of a list or table as is told whole.
    fn short(&self, group: &[usize]) -> Vec<usize> {
        let all: usize = group.iter().map(|&at| self.relevance.candidates[at].chars).sum();
        if all <= self.longest {
            return group.to_vec();
        }
        let mut chars = 0;
        let fits = |index: &&usize| {
            chars += self.relevance.candidates[**index].chars;
            chars <= LONGEST_LIST.min(self.longest)
        };
        group.iter().take_while(fits).copied().collect()
    }

    /// Adds what belongs together, or where that has no room nothing; of the first as much as fits.
    fn add(&mut self, whole: Vec<usize>) {
        let all = &self.relevance.candidates;
        let mut new: Vec<usize> = Vec::new();
        for index in whole {
            if !new.contains(&index) && self.is_new(index) {
                new.push(index);
            }
        }
        let chars = |some: &[usize]| some.iter().map(|&index| all[index].chars).sum::<usize>();
        if self.chosen.is_empty() {
            while new.len() > 1 && chars(&new) > self.longest {
                new.pop();
            }
        } else if self.chars + chars(&new) > self.longest {
            return;
        }
        self.chars += chars(&new);
        self.chosen.extend(new);
    }
}

fn compares(question: &str) -> bool {
    let folded = words::fold(question);
    folded.unicode_words().any(|word| is_in(word, COMPARING))
}

fn is_intro(candidate: &Candidate) -> bool {
    candidate.unit.text.ends_with([':', '：'])
}

fn is_same(one: &Candidate, other: &Candidate) -> bool {
    let shared = one.terms.iter().filter(|term| other.terms.binary_search(term).is_ok()).count();
    let all = one.terms.len() + other.terms.len() - shared;
    one.unit.text == other.unit.text || all > 0 && shared as f32 / all as f32 >= SAME
}
