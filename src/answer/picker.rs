//! Chooses what the built-in answer says: the best units, the conditions that belong to them, lists whole; nothing twice,
//! and little from elsewhere.

use super::{
    joints,
    relevance::{Candidate, Relevance},
    units::Kind,
};

/// Longest answer, in bytes of the pages' text; about four sentences.
const LONGEST: usize = 600;
/// Longest list or table that is told whole, in bytes.
const LONGEST_LIST: usize = 420;
/// The paragraph of the first sentence is told on up to this length, in bytes.
const COMFORTABLE: usize = 360;
/// Another sentence joins the answer if it scores at least this part of the first.
const WORTH_ADDING: f32 = 0.4;
/// What a sentence of another passage is worth beside one of the same.
const ELSEWHERE: f32 = 0.9;
/// What a word of the question is still worth once the answer holds it.
const SAID: f32 = 0.9;
/// Two sentences that share this part of their words say the same.
const SAME: f32 = 0.6;
/// From how many sources one answer is made at most.
const MOST_SOURCES: usize = 3;
/// Indices of the candidates that make the answer, in the order of choice. Empty when none shares a word with the question.
pub fn pick(relevance: &Relevance) -> Vec<usize> {
    let mut picker = Picker { relevance, chosen: Vec::new(), bytes: 0 };
    picker.pick();
    picker.chosen
}

struct Picker<'a> {
    relevance: &'a Relevance,
    /// Indices of candidates, in the order of choice.
    chosen: Vec<usize>,
    bytes: usize,
}

impl Picker<'_> {
    fn pick(&mut self) {
        let mut open = vec![1.0; self.relevance.weights.len()];
        let mut first = 0.0;
        while let Some((index, score)) = self.best(&open) {
            if score <= 0.0 || score < first * WORTH_ADDING {
                break;
            }
            let before = self.chosen.len();
            self.choose(index);
            if self.chosen.len() == before {
                break;
            }
            if before == 0 {
                first = score;
                self.go_on(index);
            }
            for &added in &self.chosen[before..] {
                for (open, own) in open.iter_mut().zip(&self.relevance.candidates[added].own) {
                    *open = open.min(1.0 - (1.0 - SAID) * own);
                }
            }
        }
    }

    /// The first sentence's paragraph goes on as long as its sentences lean on what was said, or hold more of what was
    /// asked for.
    fn go_on(&mut self, index: usize) {
        let all = &self.relevance.candidates;
        for (next, candidate) in all.iter().enumerate().skip(index + 1) {
            let text = candidate.unit.text.as_str();
            let belongs = candidate.unit.kind == Kind::Sentence
                && self.is_beside(next, index)
                && (candidate.fits
                    || candidate.holds_a_word()
                    || joints::leans(text)
                    || joints::limits(text));
            if !belongs || self.bytes + text.len() > COMFORTABLE {
                break;
            }
            self.add(next);
        }
    }

    /// The best that is left, fits, and says something new.
    fn best(&self, open: &[f32]) -> Option<(usize, f32)> {
        let candidates = self.relevance.candidates.iter().enumerate();
        let left = candidates.filter(|&(index, candidate)| {
            !self.chosen.contains(&index)
                && (self.chosen.is_empty() || self.bytes + candidate.unit.text.len() <= LONGEST)
                && self.may_cite(candidate.source)
                && !self
                    .chosen
                    .iter()
                    .any(|&said| is_same(candidate, &self.relevance.candidates[said]))
        });
        let scored = left.map(|(index, candidate)| {
            let nearness = match self.chosen.first().map(|&first| &self.relevance.candidates[first])
            {
                Some(first) if first.source != candidate.source => ELSEWHERE,
                _ => 1.0,
            };
            (index, self.relevance.score(candidate, open) * nearness)
        });
        scored.reduce(|best, next| if next.1 > best.1 { next } else { best })
    }

    fn may_cite(&self, source: usize) -> bool {
        let mut cited: Vec<usize> =
            self.chosen.iter().map(|&said| self.relevance.candidates[said].source).collect();
        cited.push(source);
        cited.sort_unstable();
        cited.dedup();
        cited.len() <= MOST_SOURCES
    }

    /// Adds a unit with what belongs to it.
    fn choose(&mut self, index: usize) {
        self.add(index);
        let all = &self.relevance.candidates;
        match all[index].unit.kind {
            Kind::Sentence if all[index].unit.text.ends_with([':', '：']) => {
                let items: Vec<usize> = (index + 1..all.len())
                    .take_while(|&next| self.is_introduced_by(next, index))
                    .collect();
                self.add_while_short(&items);
            }
            Kind::Sentence => self.add_neighbours(index),
            Kind::Item(_) | Kind::Row => {
                let group = self.group(index);
                let is_step = matches!(all[index].unit.kind, Kind::Item(Some(_)));
                if is_step || !self.stands_out(index, &group) {
                    self.add_while_short(&group);
                }
                if let Some(intro) = self.intro(index) {
                    self.add(intro);
                }
            }
        }
    }

    /// The sentence before if this one leans on it; the one after if it limits this one.
    fn add_neighbours(&mut self, index: usize) {
        let mut at = index;
        for _ in 0..2 {
            let Some(before) = at.checked_sub(1).filter(|&before| self.is_beside(before, at))
            else {
                break;
            };
            if !joints::leans(&self.relevance.candidates[at].unit.text) {
                break;
            }
            self.add(before);
            at = before;
        }
        let after = index + 1;
        if self.is_beside(after, index)
            && joints::limits(&self.relevance.candidates[after].unit.text)
        {
            self.add(after);
        }
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

    /// Whether the question means this item and not the list: it holds words of it that most others lack.
    fn stands_out(&self, index: usize, group: &[usize]) -> bool {
        let weight = |index: &usize| self.relevance.own_weight(&self.relevance.candidates[*index]);
        let others: Vec<f32> = group.iter().filter(|&&other| other != index).map(weight).collect();
        let average = others.iter().sum::<f32>() / others.len().max(1) as f32;
        weight(&index) > average * 1.5 + 0.3
    }

    fn add_while_short(&mut self, group: &[usize]) {
        let mut bytes = 0;
        for &index in group {
            bytes += self.relevance.candidates[index].unit.text.len();
            if bytes > LONGEST_LIST {
                break;
            }
            self.add(index);
        }
    }

    fn add(&mut self, index: usize) {
        let all = &self.relevance.candidates;
        let bytes = all[index].unit.text.len();
        if self.chosen.iter().any(|&said| is_same(&all[index], &all[said])) {
            return;
        }
        if !self.chosen.contains(&index)
            && (self.chosen.is_empty() || self.bytes + bytes <= LONGEST)
        {
            self.chosen.push(index);
            self.bytes += bytes;
        }
    }
}

fn is_same(one: &Candidate, other: &Candidate) -> bool {
    let shared = one.terms.iter().filter(|term| other.terms.binary_search(term).is_ok()).count();
    let all = one.terms.len() + other.terms.len() - shared;
    one.unit.text == other.unit.text || all > 0 && shared as f32 / all as f32 >= SAME
}
