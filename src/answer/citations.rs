//! `[n]` in an answer: shown only when there is such a source, whole even when it came in pieces, and resolved to the
//! source with the words that support it.

use super::{
    markers::{LONGEST_MARKER, Marker, marker},
    places, quotes,
};
use crate::{knowledge::Hit, store::messages::Citation};

/// Of the text before a marker, this much may be what it supports. In bytes.
const LONGEST_CLAIM: usize = 500;

/// Reads an answer as it is made. Accepts what models write (`[1, 2]`, `[1][2]`, `【1】`, `[^1]`, `[source 1]`), shows `[1][2]`.
pub struct Resolver<'a> {
    sources: &'a [Hit],
    held: String,
    /// All that was let through.
    shown: String,
    /// Sources in order of first use, each with the place in `shown` where its marker stands.
    uses: Vec<(u32, usize)>,
    /// How many backticks opened the code in which we are; numbers in brackets are no citations there.
    code: usize,
}

impl<'a> Resolver<'a> {
    pub fn new(sources: &'a [Hit]) -> Self {
        Self { sources, held: String::new(), shown: String::new(), uses: Vec::new(), code: 0 }
    }

    /// Takes the next piece and returns what may be shown now.
    pub fn push(&mut self, text: &str) -> String {
        if self.held.is_empty()
            && self.code == 0
            && !text.contains(['[', '【', '`'])
            && !text.ends_with(' ')
        {
            self.shown.push_str(text);
            return text.to_owned();
        }
        self.held.push_str(text);
        let from = self.shown.len();
        self.read(false);
        self.shown[from..].to_owned()
    }

    /// The rest of the text, and the citations in order of first use.
    pub fn finish(mut self) -> (String, Vec<Citation>) {
        let from = self.shown.len();
        self.read(true);
        let citations = self.uses.iter().filter_map(|&(id, at)| {
            let source = self.sources.get(usize::try_from(id).ok()?.checked_sub(1)?)?;
            let quote = quotes::quote(claim(&self.shown[..at]), source);
            Some(Citation {
                id,
                url: places::link(&source.url, quote.verbatim.as_deref().unwrap_or_default()),
                title: source.title.clone(),
                quote: quote.text,
            })
        });
        let citations = citations.collect();
        (self.shown[from..].to_owned(), citations)
    }

    /// Moves what is decided from `held` to `shown`.
    fn read(&mut self, at_end: bool) {
        let held = std::mem::take(&mut self.held);
        let mut rest = held.as_str();
        while let Some(letter) = rest.chars().next() {
            if letter == '`' {
                let run = rest.len() - rest.trim_start_matches('`').len();
                if run == rest.len() && !at_end && run < 3 {
                    break;
                }
                if self.code == 0 {
                    self.code = run;
                } else if run == self.code {
                    self.code = 0;
                }
                self.shown.push_str(&rest[..run]);
                rest = &rest[run..];
                continue;
            }
            if letter == '\n' && self.code < 3 {
                self.code = 0;
            }
            // Spaces wait: a marker that is dropped takes them along.
            let spaces = rest.len() - rest.trim_start_matches(' ').len();
            let after = &rest[spaces..];
            if after.is_empty() && spaces < LONGEST_MARKER && !at_end {
                break;
            }
            if self.code == 0 && after.starts_with(['[', '【']) {
                match marker(after) {
                    Marker::Whole(numbers, length) => {
                        self.cite(&numbers, &rest[..spaces]);
                        rest = &after[length..];
                        continue;
                    }
                    Marker::Begun if !at_end => break,
                    _ => {}
                }
            }
            let length = spaces
                + after
                    .chars()
                    .next()
                    .filter(|&next| spaces == 0 || next != '`')
                    .map_or(0, char::len_utf8);
            self.shown.push_str(&rest[..length]);
            rest = &rest[length..];
        }
        rest.clone_into(&mut self.held);
    }

    fn cite(&mut self, numbers: &[u32], spaces: &str) {
        let mut first = true;
        for &number in
            numbers.iter().filter(|&&number| number > 0 && number as usize <= self.sources.len())
        {
            let text = format!("[{number}]");
            if self.shown.ends_with(&text) {
                continue;
            }
            if first {
                self.shown.push_str(spaces);
                first = false;
            }
            if !self.uses.iter().any(|&(used, _)| used == number) {
                self.uses.push((number, self.shown.len()));
            }
            self.shown.push_str(&text);
        }
    }
}

/// The text without any marker.
pub fn without(text: &str) -> String {
    let mut resolver = Resolver::new(&[]);
    resolver.held.push_str(text);
    resolver.read(true);
    resolver.shown
}

/// The last sentence before a marker: what the marker is there for.
fn claim(before: &str) -> &str {
    let mut end = before.trim_end();
    while let Some(open) = end.strip_suffix(']').and_then(|inside| inside.rfind('[')) {
        end = end[..open].trim_end();
    }
    // After code it is there for the code.
    if let Some(code) = end.strip_suffix("```") {
        let code = code.trim_end_matches('`');
        let begin = code.rfind("```").map_or(0, |at| at + 3);
        let from = code.floor_char_boundary(code.len().saturating_sub(LONGEST_CLAIM));
        return &code[begin.max(from)..];
    }
    let body = end.trim_end_matches(['.', '!', '?', '。', '！', '？', ' ', '*', '_', ')']);
    let mut from = body.len().saturating_sub(LONGEST_CLAIM);
    while !body.is_char_boundary(from) {
        from += 1;
    }
    let ends = ["\n", "] ", ". ", "! ", "? ", "。", "！", "？"];
    let start = ends
        .iter()
        .filter_map(|mark| body[from..].rfind(mark).map(|at| from + at + mark.len()))
        .max();
    &end[start.unwrap_or(from)..]
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::knowledge::Passage;

    fn sources(texts: &[&str]) -> Vec<Hit> {
        let hit = |(index, text): (usize, &&str)| Hit {
            passage: Arc::new(Passage {
                passage_id: 1,
                path: format!("p{index}"),
                url: format!("https://shop.example/p{index}"),
                title: format!("Page {index}"),
                heading: String::new(),
                text: (*text).to_owned(),
                language: "en".to_owned(),
                is_pair: false,
            }),
            score: 1.0,
            near: None,
            units_near: Arc::default(),
        };
        texts.iter().enumerate().map(hit).collect()
    }

    fn shown(answer: &str, size: usize) -> (String, Vec<u32>) {
        let sources = sources(&["a", "b", "c"]);
        let mut resolver = Resolver::new(&sources);
        let letters: Vec<char> = answer.chars().collect();
        let mut shown = String::new();
        for part in letters.chunks(size) {
            shown.push_str(&resolver.push(&part.iter().collect::<String>()));
            assert!(resolver.held.len() <= 2 * LONGEST_MARKER);
        }
        let (rest, citations) = resolver.finish();
        (shown + &rest, citations.into_iter().map(|citation| citation.id).collect())
    }

    #[test]
    fn markers_are_whole_and_real_however_they_are_cut() {
        for (answer, expected, ids) in [
            ("Yes [2]. No [1].", "Yes [2]. No [1].", vec![2, 1]),
            ("Yes [1, 2]; no [1][2].", "Yes [1][2]; no [1][2].", vec![1, 2]),
            ("Yes 【3】, 【1†source】.", "Yes [3], [1].", vec![3, 1]),
            ("Yes [^1]. [source 2] [Sources 1-3]", "Yes [1]. [2] [1][2][3]", vec![1, 2, 3]),
            ("Yes [9]. No [0] at [4, 2].", "Yes. No at [2].", vec![2]),
            (
                "An [x], a [link](u), [2024], [ ], [1a] and [",
                "An [x], a [link](u), [2024], [ ], [1a] and [",
                vec![],
            ),
            (
                "`a[1]` is code [1], ```\nb[2]\n``` too",
                "`a[1]` is code [1], ```\nb[2]\n``` too",
                vec![1],
            ),
            ("Twice [1] [1]. ", "Twice [1]. ", vec![1]),
            ("[1", "[1", vec![]),
        ] {
            for size in 1..answer.len() {
                assert_eq!(
                    shown(answer, size),
                    (expected.to_owned(), ids.clone()),
                    "{answer:?} in parts of {size}"
                );
            }
        }
    }

    #[test]
    fn a_bracket_that_never_closes_does_not_hold_the_text_back() {
        let sources = sources(&["a"]);
        let mut resolver = Resolver::new(&sources);
        let open = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16";
        assert_eq!(resolver.push(open), open);
    }

    #[test]
    fn a_citation_quotes_what_supports_it() {
        let sources = sources(&[
            "We open at nine. Returns are free within 30 days. Ask us anything.",
            "Shipping costs £4.90.",
        ]);
        let mut resolver = Resolver::new(&sources);
        resolver.push("Shipping is £4.90 [2]. You can return it free of charge for 30 days. [1]");
        let (_, citations) = resolver.finish();
        assert_eq!(citations[0].quote, "Shipping costs £4.90.");
        assert_eq!(citations[1].quote, "Returns are free within 30 days.");
        assert_eq!(
            citations[1].url,
            "https://shop.example/p0#:~:text=Returns%20are%20free%20within%2030%20days."
        );
    }
}
