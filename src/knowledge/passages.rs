//! A document as its passages, with the words by which each is found, and as the hash that tells whether it changed.

use sha2::{Digest, Sha256};

use super::{hex, index::Arrival, pairs, particulars, split, words::Analyser};
use crate::store::passages::{NewPassage, Words};

/// Rises when the same text would become other passages or words: then every page is written anew.
pub(super) const FORMAT: &str = "10";
/// Passages of one page: it is written whole or not at all, and nobody else writes meanwhile.
const MOST: usize = 10_000;

/// Of all that is indexed of it.
pub(super) fn hash(arrival: &Arrival) -> String {
    let document = &arrival.document;
    let mut hash = Sha256::new();
    for part in [
        FORMAT,
        &arrival.url,
        &document.title,
        &document.description,
        &document.language,
        document.question.as_deref().unwrap_or_default(),
        &document.markdown,
    ] {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    for (at, anchor) in &document.anchors {
        hash.update(at.to_le_bytes());
        hash.update(anchor.as_bytes());
    }
    hex(&hash.finalize())
}

/// The first ones, and whether there are more.
pub(super) fn of(arrival: &Arrival) -> (Vec<NewPassage>, bool) {
    let document = &arrival.document;
    let analyser = Analyser::new(&document.language);
    let mut title = analyser.words(&document.title);
    // What a path is called often says what a page is about; a word of the title counts once.
    let path = arrival.path.split('?').next().unwrap_or_default();
    let path = path.rsplit_once('.').map_or(path, |(path, _)| path).replace(['/', '_', '-'], " ");
    for word in analyser.words(&path) {
        if !title.contains(&word) && word != "index" {
            title.push(word);
        }
    }
    let (pieces, is_pair) = match &document.question {
        Some(question) => pairs::pieces(question, &document.markdown),
        None => (split::split(&document.markdown, &document.title, &document.anchors), false),
    };
    let is_cut = pieces.len() > MOST;
    let passages = pieces
        .into_iter()
        .take(MOST)
        .enumerate()
        .map(|(position, piece)| {
            let mut heading = analyser.words(&piece.heading);
            if position == 0 {
                heading.extend(analyser.words(&document.description));
            }
            let mut body = analyser.words(&without_targets(&piece.body));
            body.extend(particulars::words(&piece.body));
            NewPassage {
                position: u32::try_from(position).unwrap_or(u32::MAX),
                words: Words { title: title.clone(), heading, body },
                heading: piece.heading,
                anchor: piece.anchor,
                body: piece.body,
                is_pair,
            }
        })
        .collect();
    (passages, is_cut)
}

/// The text without where its links lead: visitors do not read that.
pub(super) fn without_targets(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once("](") {
        text.push_str(before);
        text.push(' ');
        rest = after.split_once(')').map_or(after, |(_, rest)| rest);
    }
    text.push_str(rest);
    text
}
