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
/// An answer with less room than this is full, in bytes.
const FULL: usize = 575;
/// A unit joins the answer if its score is at most this below the best. With less, fewer answers hold what was asked for
/// (0.6: .764 of 258 questions, at 516 bytes on average; 0.4: .739, 435; 0.3: .694, 370); with more they only get longer.
const WORTH_ADDING: f32 = 0.6;
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
        let all = &self.relevance.candidates;
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by(|&a, &b| all[b].score.total_cmp(&all[a].score));
        let Some(&first) = order.first().filter(|_| self.relevance.answers) else {
            return;
        };
        for index in order {
            if all[index].score < all[first].score - WORTH_ADDING || self.bytes > FULL {
                break;
            }
            if self.has_room(index) && self.may_cite(all[index].source) {
                self.choose(index);
            }
        }
    }

    /// Whether it fits, and was not said.
    fn has_room(&self, index: usize) -> bool {
        let all = &self.relevance.candidates;
        let bytes = all[index].unit.text.len();
        !self.chosen.contains(&index)
            && (self.chosen.is_empty() || self.bytes + bytes <= LONGEST)
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
            && self.stands_out(said, &self.group(said));
        another_row
            || (one.source == other.source
                && heading != answered
                && asks(heading)
                && asks(answered))
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
        if self.has_room(index) {
            self.chosen.push(index);
            self.bytes += self.relevance.candidates[index].unit.text.len();
        }
    }
}

fn is_same(one: &Candidate, other: &Candidate) -> bool {
    let shared = one.terms.iter().filter(|term| other.terms.binary_search(term).is_ok()).count();
    let all = one.terms.len() + other.terms.len() - shared;
    one.unit.text == other.unit.text || all > 0 && shared as f32 / all as f32 >= SAME
}
