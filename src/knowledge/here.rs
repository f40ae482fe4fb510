//! The page where the visitor is, as their browser shows it: a source of its own, searched by words, for pages that
//! nobody indexed (behind a login, made for one visitor) and for questions that say "this". It never outlives its turn.

use std::{collections::HashSet, sync::Arc};

use super::{
    Found, Hit, Passage, Query, confidence, language, markdown, split, urls, words::Analyser,
};

/// Passages of it that may be sources.
const MOST: usize = 2;
/// A passage of which this part of the words is in one that was found is found already.
const SAME: f64 = 0.8;
/// Of the words that were asked, the part that makes the page an answer.
const ENOUGH: f64 = 0.66;
/// What a passage is worth that holds less of the question than the best one found.
const BELOW: f64 = 0.9;

/// What it says.
pub struct Page<'a> {
    pub title: &'a str,
    pub text: &'a str,
    /// Of the agent, where the text does not show its own; BCP 47.
    pub language: &'a str,
}

struct Piece {
    hit: Hit,
    /// Of the question's words, the part that it holds.
    covers: f64,
}

impl Found {
    /// Takes the best passages of the page among the sources. Their id is 0.
    pub fn join(&mut self, query: &Query, page: &Page<'_>) {
        let Some(url) = &query.page_url else { return };
        let url = url.split('#').next().unwrap_or_default();
        let language = language::or(language::of(page.text, None), page.language);
        let analyser = Analyser::new(&language);
        let words = |text: &str| -> HashSet<String> { analyser.words(text).into_iter().collect() };
        let asked = words(&self.asked);
        let covers = |held: &HashSet<String>| {
            asked.intersection(held).count() as f64 / asked.len().max(1) as f64
        };
        let found: Vec<HashSet<String>> = self
            .passages
            .iter()
            .map(|hit| words(&format!("{} {} {}", hit.title, hit.heading, hit.text)))
            .collect();
        // What was found of this very page, all together.
        let indexed: HashSet<String> = self
            .passages
            .iter()
            .zip(&found)
            .filter(|(hit, _)| urls::place(&hit.url) == urls::place(url))
            .flat_map(|(_, words)| words.iter().cloned())
            .collect();
        let (best, covered) =
            (self.passages.first().map_or(1.0, |hit| hit.score), found.first().map_or(0.0, covers));
        let mut pieces: Vec<Piece> = Vec::new();
        for piece in split::split(&markdown::literal(page.text), page.title, &[]) {
            let own = words(&piece.body);
            let is_in = |other: &HashSet<String>| {
                own.intersection(other).count() as f64 >= own.len() as f64 * SAME
            };
            if own.is_empty() || is_in(&indexed) || found.iter().any(is_in) {
                continue;
            }
            let mut held = words(&format!("{} {}", page.title, piece.heading));
            held.extend(own);
            let covers = covers(&held);
            let above = covers > covered && covers >= ENOUGH;
            let hit = Hit {
                passage: Arc::new(Passage {
                    passage_id: 0,
                    path: url.to_owned(),
                    url: url.to_owned(),
                    title: page.title.to_owned(),
                    heading: piece.heading,
                    text: piece.body,
                    language: language.clone(),
                    is_pair: false,
                }),
                score: best * if above { 1.0 + covers / 10.0 } else { covers * BELOW },
                near: None,
                units_near: Arc::default(),
            };
            pieces.push(Piece { hit, covers });
        }
        pieces.sort_by(|a, b| b.covers.total_cmp(&a.covers));
        // One of them says what "this" is, whatever was asked.
        let rest = pieces.iter().skip(1).take_while(|piece| piece.covers > 0.0).count();
        pieces.truncate((1 + rest).min(MOST));
        if let Some(best) = pieces.first().filter(|best| !asked.is_empty() && best.covers >= ENOUGH)
        {
            self.confidence = self.confidence.max(confidence::of_page(best.covers * ENOUGH));
        }
        if pieces.is_empty() {
            return;
        }
        // What the page says was asked of the whole question.
        self.halves.clear();
        self.passages.extend(pieces.into_iter().map(|piece| piece.hit));
        self.passages.sort_by(|a, b| b.score.total_cmp(&a.score));
    }
}
