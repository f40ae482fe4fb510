//! Which of many questions ask the same: by the words that they share, and by meaning where there is a model. The same
//! questions give the same groups, and the work is bounded however many there are.

use std::collections::{BTreeSet, HashMap};

use futures_util::{StreamExt, stream};

use super::{embed::Embedder, vectors, wording::Reader};

/// Questions that are compared by meaning: the most frequent ones.
const EMBEDDED: usize = 400;
/// Groups that a question is compared with.
const GROUPS: usize = 1000;
/// Of the weight of two questions' words, what they must share.
const WORDS: f64 = 0.6;
/// How near two questions must be in meaning alone,
const MEANING: f64 = 0.82;
/// and how near where they share so much of their words.
const BOTH: (f64, f64) = (0.66, 0.3);

/// Questions of the same words.
struct Topic {
    /// Indices into the texts, in their order.
    members: Vec<usize>,
    words: BTreeSet<String>,
}

/// Gives groups of indices into the texts, the largest first; each in the order of the texts.
pub(super) async fn groups(
    embedder: &Embedder,
    reader: &Reader,
    texts: &[String],
) -> Vec<Vec<usize>> {
    let topics = topics(reader, texts);
    let weights = weights(&topics);
    let weight = |word: &String| weights.get(word).copied().unwrap_or(1.0);
    let totals: Vec<f64> =
        topics.iter().map(|topic| topic.words.iter().map(weight).sum()).collect();
    let meanings = meanings(embedder, texts, &topics).await;
    // Of each group the topics, by the first of which it is compared.
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, topic) in topics.iter().enumerate() {
        let mut nearest: Option<(f64, usize)> = None;
        for (group, leader) in
            groups.iter().enumerate().filter_map(|(at, group)| Some((at, *group.first()?)))
        {
            let Some(other) = topics.get(leader) else { continue };
            let shared: f64 = topic.words.intersection(&other.words).map(weight).sum();
            let total = totals[at] + totals[leader];
            let words = if total > 0.0 { 2.0 * shared / total } else { 0.0 };
            let near = meanings.near(at, leader);
            let alike = words >= WORDS
                || near.is_some_and(|near| near >= MEANING || near >= BOTH.0 && words >= BOTH.1);
            let likeness = words.max(near.unwrap_or(0.0));
            if alike && nearest.is_none_or(|(best, _)| likeness > best) {
                nearest = Some((likeness, group));
            }
        }
        match nearest {
            Some((_, group)) => groups[group].push(at),
            None if groups.len() < GROUPS => groups.push(vec![at]),
            None => {}
        }
    }
    let mut groups: Vec<Vec<usize>> = groups
        .into_iter()
        .map(|group| {
            let mut members: Vec<usize> =
                group.into_iter().flat_map(|topic| topics[topic].members.iter().copied()).collect();
            members.sort_unstable();
            members
        })
        .collect();
    groups.sort_by_key(|members| (std::cmp::Reverse(members.len()), members.first().copied()));
    groups
}

/// The most frequent first.
fn topics(reader: &Reader, texts: &[String]) -> Vec<Topic> {
    let mut topics: Vec<Topic> = Vec::new();
    let mut known: HashMap<BTreeSet<String>, usize> = HashMap::new();
    for (at, text) in texts.iter().enumerate() {
        let words: BTreeSet<String> = reader.keys(text);
        if let Some(topic) = known.get(&words).and_then(|topic| topics.get_mut(*topic)) {
            topic.members.push(at);
        } else {
            known.insert(words.clone(), topics.len());
            topics.push(Topic { members: vec![at], words });
        }
    }
    topics.sort_by_key(|topic| {
        (std::cmp::Reverse(topic.members.len()), topic.members.first().copied())
    });
    topics
}

/// A word in few of the questions says more than one in many.
fn weights(topics: &[Topic]) -> HashMap<String, f64> {
    let mut holding: HashMap<String, u32> = HashMap::new();
    for word in topics.iter().flat_map(|topic| &topic.words) {
        *holding.entry(word.clone()).or_default() += 1;
    }
    let all = topics.len() as f64;
    let weight = |holding: u32| 1.0 + ((all + 1.0) / (f64::from(holding) + 0.5)).ln().max(0.0);
    holding.into_iter().map(|(word, holding)| (word, weight(holding))).collect()
}

/// What the first topics mean, to ask with and to be compared with.
struct Meanings(Vec<(vectors::Query, Vec<u8>)>);

impl Meanings {
    fn near(&self, one: usize, other: usize) -> Option<f64> {
        self.0.get(one)?.0.dot(&self.0.get(other)?.1).map(f64::from)
    }
}

/// None at all where there is no model, or it fails: half of them would make groups by chance.
async fn meanings(embedder: &Embedder, texts: &[String], topics: &[Topic]) -> Meanings {
    let none = Meanings(Vec::new());
    if embedder.name().is_none() {
        return none;
    }
    let first = topics.iter().filter_map(|topic| texts.get(*topic.members.first()?));
    let wanted: Vec<String> = first.take(EMBEDDED).cloned().collect();
    let expected = wanted.len();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let groups: Vec<Vec<String>> =
        wanted.chunks(embedder.at_once()).map(<[String]>::to_vec).collect();
    let found: Vec<_> = stream::iter(groups)
        .map(|group| embedder.compared(group))
        .buffered(cores)
        .collect::<Vec<_>>()
        .await
        .into_iter()
        .map_while(|group| group)
        .flatten()
        .collect();
    if found.len() == expected { Meanings(found) } else { none }
}
