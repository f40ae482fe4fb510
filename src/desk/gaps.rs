//! Gaps: what visitors asked and did not get answered well, the same questions together. Found anew in the messages
//! each time, so that an erased visitor's questions are gone; an owner's answer to a gap is a curated answer.

mod wording;

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use super::{
    Desk,
    curated::{self, Asked},
    handover,
};
use crate::{
    answer::courtesies,
    clock::Moment,
    error::{Error, Result},
    id::{CuratedId, MessageId},
    knowledge::wording::Reader,
    store::{
        agents::Agent,
        curated::{Content, CuratedAnswer, Pattern},
        gaps::{self as rows, Doubted},
    },
};

/// Questions that are looked at: the latest ones.
const QUESTIONS: u32 = 2000;
/// Questions shown of a gap.
const EXAMPLES: usize = 5;

/// The same question, asked in one way or another.
#[derive(Debug)]
pub struct Gap {
    /// Of its first question; every other one's names it as well.
    pub id: MessageId,
    /// The latest first.
    pub questions: Vec<Doubted>,
    /// The curated answer that fits them by now.
    pub solved_by: Option<CuratedId>,
}

impl Gap {
    /// As it was asked most often, the latest of those.
    pub fn title(&self) -> &str {
        let mut asked: BTreeMap<&str, usize> = BTreeMap::new();
        for question in &self.questions {
            *asked.entry(&question.question).or_default() += 1;
        }
        let often = |question: &Doubted| asked.get(question.question.as_str()).copied();
        // Of equals the last one is taken, and the latest question stands first.
        let most = self.questions.iter().rev().max_by_key(|question| often(question));
        most.map_or("", |question| &question.question)
    }

    pub fn visitors(&self) -> usize {
        self.questions.iter().map(|question| &question.visitor).collect::<HashSet<_>>().len()
    }

    pub fn count(&self, why: impl Fn(&Doubted) -> bool) -> usize {
        self.questions.iter().filter(|question| why(question)).count()
    }

    /// Different ones, the latest first.
    pub fn examples(&self) -> Vec<&Doubted> {
        let mut seen = HashSet::new();
        self.questions
            .iter()
            .filter(|question| seen.insert(question.question.as_str()))
            .take(EXAMPLES)
            .collect()
    }
}

/// What the owner says to a gap.
pub struct Answer {
    pub content: Content,
    /// False: the patterns are made from the gap's questions.
    pub has_patterns: bool,
}

/// A gap's answer, and how many of its questions it fits.
pub struct Closed {
    pub curated: CuratedAnswer,
    pub questions: usize,
    pub answered: usize,
}

impl Desk {
    /// The agent's gaps since some days ago, the most frequent first; with those that a curated answer fits by now, or
    /// without.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn gaps(&self, agent: &Agent, days: u32, solved: bool) -> Result<Vec<Gap>> {
        let since = since(days);
        let id = agent.id;
        let mut doubted = self.store.read(move |db| rows::list(db, id, since, QUESTIONS)).await?;
        // Nothing is found for "hello", and nothing is missing.
        let usual = &agent.profile.language_default;
        doubted
            .retain(|it| it.disliked || it.left || courtesies::of(&it.question, usual).is_none());
        // Nor for "a person, please".
        doubted.retain(|it| !handover::wish::is_in(&it.question));
        let answers = curated::list(&self.store, id).await?;
        let mut open = Vec::new();
        let mut closed: BTreeMap<CuratedId, Vec<Doubted>> = BTreeMap::new();
        for question in doubted {
            let asked = asked(agent, &question);
            let fitting = self.curated.fitting(agent, &asked).await?.into_iter().next();
            // An answer that a visitor disliked is no solution until it was changed.
            let changed = |id: CuratedId| {
                let at = answers.iter().find(|answer| answer.id == id).map(|it| it.updated_at);
                at.is_some_and(|at| at > question.asked_at)
            };
            match fitting {
                Some(given)
                    if question.model.as_deref() != Some(curated::NAME) || changed(given.id) =>
                {
                    closed.entry(given.id).or_default().push(question);
                }
                _ => open.push(question),
            }
        }
        if !solved {
            return self.grouped(agent, open).await;
        }
        let gaps = closed.into_iter().filter_map(|(id, questions)| {
            Some(Gap { id: first(&questions)?, questions, solved_by: Some(id) })
        });
        let mut gaps: Vec<Gap> = gaps.collect();
        gaps.sort_by_key(|gap| (std::cmp::Reverse(gap.questions.len()), gap.id));
        Ok(gaps)
    }

    async fn grouped(&self, agent: &Agent, questions: Vec<Doubted>) -> Result<Vec<Gap>> {
        let reader = self.reader(agent).await?;
        let texts: Vec<String> =
            questions.iter().map(|question| question.question.clone()).collect();
        let groups = self.knowledge.alike(&reader, &texts).await;
        let mut questions: Vec<Option<Doubted>> = questions.into_iter().map(Some).collect();
        let gaps = groups.into_iter().filter_map(|members| {
            let questions: Vec<Doubted> =
                members.into_iter().filter_map(|at| questions.get_mut(at)?.take()).collect();
            Some(Gap { id: first(&questions)?, questions, solved_by: None })
        });
        Ok(gaps.collect())
    }

    /// Turns a gap, named by the id of any of its questions, into a curated answer.
    ///
    /// # Errors
    /// `gap_not_found`; names what is wrong with the answer; `gap_has_no_words` when no pattern can be made of its
    /// questions.
    pub async fn close_gap(
        &self,
        agent: &Agent,
        wanted: &str,
        days: u32,
        answer: Answer,
        now: Moment,
    ) -> Result<Closed> {
        let id = wanted.parse::<MessageId>().ok();
        let gaps = self.gaps(agent, days, false).await?;
        let names = |question: &Doubted| Some(question.id) == id;
        let gap = gaps.into_iter().find(|gap| gap.questions.iter().any(names)).ok_or_else(|| {
            Error::not_found(
                "gap_not_found",
                format!("There is no open gap {wanted:?} of the last {days} days; `frontdesk gaps` shows those there are"),
            )
        })?;
        let mut content = answer.content;
        if !answer.has_patterns {
            content.patterns = self.patterns(agent, &gap).await?;
        }
        let curated = curated::add(&self.store, agent, content, now).await?;
        let mut answered = 0;
        for question in &gap.questions {
            let alone = [curated.clone()];
            answered +=
                usize::from(self.curated.would_fit(agent, &alone, &asked(agent, question)).await?);
        }
        Ok(Closed { curated, questions: gap.questions.len(), answered })
    }

    async fn patterns(&self, agent: &Agent, gap: &Gap) -> Result<Vec<Pattern>> {
        let reader = self.reader(agent).await?;
        let texts: Vec<&str> = gap.questions.iter().map(|it| it.question.as_str()).collect();
        let patterns = wording::patterns(&reader, &texts, curated::PATTERNS);
        if patterns.is_empty() {
            return Err(Error::conflict(
                "gap_has_no_words",
                "These questions hold no words to know them by; say which with --words, --phrase or --regex",
            ));
        }
        Ok(patterns)
    }

    /// As curated answers of this agent are read.
    async fn reader(&self, agent: &Agent) -> Result<Reader> {
        self.curated.reader(agent).await
    }
}

fn asked<'a>(agent: &'a Agent, question: &'a Doubted) -> Asked<'a> {
    Asked {
        question: &question.question,
        page_url: &question.page_url,
        locale: question.locale.clone(),
        default_language: &agent.profile.language_default,
    }
}

fn first(questions: &[Doubted]) -> Option<MessageId> {
    questions.iter().map(|question| question.id).min()
}

fn since(days: u32) -> Moment {
    let span = Duration::from_hours(24 * u64::from(days)).as_millis() as i64;
    Moment::from_millis(Moment::now().millis().saturating_sub(span))
}
