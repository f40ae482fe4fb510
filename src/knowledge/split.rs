//! Markdown into passages of a size to search and to quote. A passage never reaches over a heading that begins another
//! subject, lists and tables stay whole where they fit, and a table that does not is cut with its header on every part.

mod cut;
mod pack;
mod sections;

use super::{html::is_price, units::BELOW};
use pack::{Body, pack};
use sections::{Block, Heading, Kind, Section, sections};

/// Bytes that a passage may have.
const MOST: usize = 1200;
/// Bytes below which a section alone says too little.
const LITTLE: usize = 160;

/// Words that say something by themselves, at least.
const SENTENCE: usize = 4;

/// A passage before it is stored.
#[derive(Debug, PartialEq)]
pub(super) struct Piece {
    /// The headings above it, joined with [`BELOW`].
    pub heading: String,
    /// The id of the nearest of them that has one.
    pub anchor: Option<String>,
    /// Markdown.
    pub body: String,
}

/// The passages of a page in their order; `title` is not repeated in their headings. `anchors` are places beside the
/// headings to which a link can lead, each with where in the Markdown it begins, in this order; they are nearer.
pub(super) fn split(markdown: &str, title: &str, anchors: &[(usize, String)]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    // What was too little to stand alone and waits for the section below it.
    let mut lead: Option<Body> = None;
    let sections = sections(markdown);
    for (at, section) in sections.iter().enumerate() {
        let mut bodies = pack(&section.blocks, anchors);
        let level = section.path.last().map_or(0, |heading| heading.level);
        if let Some(before) = lead.take() {
            match bodies.first_mut() {
                Some(first) if before.text.len() + first.text.len() < MOST => {
                    first.text = format!("{}\n\n{}", before.text, first.text);
                    first.at = before.at;
                }
                _ => bodies.insert(0, before),
            }
        }
        let next = sections.get(at + 1).and_then(|next| next.path.last());
        // What leads in to a question is no reply to it.
        let next = next.filter(|heading| !heading.text.ends_with(['?', '？', '؟']));
        if let [only] = bodies.as_slice()
            && only.text.len() < LITTLE
            && !says_something(&section.blocks)
            && next.is_some_and(|heading| heading.level > level)
        {
            lead = Some(only.clone());
            continue;
        }
        let heading = path(&section.path, title);
        let anchor = section.path.iter().rev().find_map(|heading| heading.id.clone());
        pieces.extend(bodies.into_iter().map(|body| Piece {
            heading: heading.clone(),
            anchor: near(anchors, body.at).map(str::to_owned).or_else(|| anchor.clone()),
            body: without_ids(body.text),
        }));
    }
    if pieces.is_empty() {
        pieces.extend(all_headings(&sections));
    }
    pieces
}

/// Whether a short text is one that a heading of its own would stand above: whole sentences, a list, a table.
fn says_something(blocks: &[Block<'_>]) -> bool {
    blocks.iter().any(|block| {
        let text = block.text;
        block.kind != Kind::Text
            || is_price(text)
            || text.ends_with(['.', '!', '?', '\u{3002}'])
                && text.split_whitespace().count() >= SENTENCE
    })
}

/// The last that begins here or before.
fn near(anchors: &[(usize, String)], at: usize) -> Option<&str> {
    let after = anchors.partition_point(|(begins, _)| *begins <= at);
    anchors.get(after.checked_sub(1)?).map(|(_, anchor)| anchor.as_str())
}

/// Fewer are a heading, and no text that was taken for one.
const FEWEST_WORDS: usize = 5;

/// A page of headings alone, as when one was never closed: better found by them than lost.
fn all_headings(sections: &[Section<'_>]) -> Option<Piece> {
    let texts = sections.iter().filter_map(|section| section.path.last());
    let body: Vec<&str> = texts.map(|heading| heading.text.as_str()).collect();
    let body = body.join("\n\n");
    let says_something = body.split_whitespace().count() >= FEWEST_WORDS;
    says_something.then_some(Piece { heading: String::new(), anchor: None, body })
}

fn path(headings: &[Heading], title: &str) -> String {
    let texts: Vec<&str> = headings
        .iter()
        .map(|heading| heading.text.as_str())
        .filter(|text| !text.is_empty() && *text != title)
        .collect();
    texts.join(BELOW)
}

/// The ids of headings that lie inside of lists and quotes: links to them are not made, and nobody wants to read them.
fn without_ids(body: String) -> String {
    if !body.contains(" {#") {
        return body;
    }
    let lines = body.lines().map(|line| match line.rsplit_once(" {#") {
        Some((text, id))
            if id.ends_with('}')
                && text.trim_start_matches([' ', '-', '>', '*']).starts_with('#') =>
        {
            text
        }
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{MOST, split};

    fn bodies(markdown: &str) -> Vec<String> {
        split(markdown, "", &[]).into_iter().map(|piece| piece.body).collect()
    }

    #[test]
    fn headings_that_say_something_and_have_nothing_below_are_kept() {
        let markdown = "# Hotel\n\nA quiet house.\n\n### Phone: +33 4 50 {#p}\n\n### Gallery\n\n## Closed on [all Mondays](/m) of May\n\n\
            ## What do we do?\n\n## Rooms\n\nAll have a balcony.\n\n#### Check-in from 3 pm";
        let pieces = split(markdown, "Hotel", &[]);
        let told: Vec<_> =
            pieces.iter().map(|piece| (piece.heading.as_str(), piece.body.as_str())).collect();
        assert_eq!(
            told,
            [
                ("", "A quiet house."),
                ("", "Phone: +33 4 50"),
                ("", "Closed on [all Mondays](/m) of May"),
                ("Rooms", "All have a balcony."),
                ("Rooms", "Check-in from 3 pm")
            ]
        );
    }

    #[test]
    fn a_price_is_no_heading_of_what_it_is_for() {
        let markdown = "# Plans\n\n#### Basic\n\n# 29 € / mo\n\n- Gym\n\n#### Plus\n\n# $49 a month\n\n- Sauna\n\n\
            #### Gift\n\n##### 10 € card\n\nFor tea.";
        let told: Vec<_> = split(markdown, "Plans", &[])
            .into_iter()
            .map(|piece| (piece.heading, piece.body))
            .collect();
        let card = format!("Gift{}10 € card", super::BELOW);
        let wanted = [
            ("Basic", "29 € / mo\n\n- Gym"),
            ("Plus", "$49 a month\n\n- Sauna"),
            (card.as_str(), "For tea."),
        ];
        assert_eq!(told, wanted.map(|(heading, body)| (heading.to_owned(), body.to_owned())));
    }

    #[test]
    fn tells_where_each_passage_stands() {
        let long = "word ".repeat(60);
        let markdown = format!(
            "# Shop\n\n{long}\n\n## Shipping {{#ship}}\n\n{long}\n\n### Express\n\n{long}\n\n## Returns\n\n{long}"
        );
        let pieces = split(&markdown, "Shop", &[]);
        let places: Vec<_> =
            pieces.iter().map(|piece| (piece.heading.as_str(), piece.anchor.as_deref())).collect();
        assert_eq!(
            places,
            [
                ("", None),
                ("Shipping", Some("ship")),
                ("Shipping \u{203a} Express", Some("ship")),
                ("Returns", None)
            ]
        );
    }

    #[test]
    fn puts_a_short_lead_with_what_it_leads_to() {
        assert_eq!(
            bodies("# FAQ\n\nAll answers.\n\n## Returns\n\nWithin 30 days."),
            ["All answers.\n\nWithin 30 days."]
        );
        assert_eq!(bodies("## A\n\nOne.\n\n## B\n\nTwo."), ["One.", "Two."]);
    }

    #[test]
    fn repeats_the_header_of_a_long_table() {
        let rows: String = (0..80)
            .fold(String::new(), |rows, row| rows + &format!("| item {row} | {row} euro |\n"));
        let parts = bodies(&format!("| Name | Price |\n| --- | --- |\n{rows}"));
        assert!(parts.len() > 1);
        for part in &parts {
            assert!(
                part.starts_with("| Name | Price |\n| --- | --- |\n| item") && part.len() <= MOST,
                "{part}"
            );
        }
    }

    #[test]
    fn cuts_long_text_at_sentences_and_anything_somewhere() {
        let parts = bodies(&"This is one sentence of many words. ".repeat(100));
        assert!(parts.iter().all(|part| part.len() <= MOST && part.ends_with("words.")));
        let parts = bodies(&"x".repeat(10_000));
        assert!(parts.iter().all(|part| part.len() <= MOST));
        assert_eq!(parts.concat().len(), 10_000);
        let parts = bodies(&"\u{8fd4}\u{54c1}".repeat(2000));
        assert!(parts.iter().all(|part| part.len() <= MOST));
        let list: String =
            (0..200).fold(String::new(), |list, item| list + &format!("- item number {item}\n"));
        assert!(bodies(&list).iter().all(|part| part.starts_with("- item")));
    }

    #[test]
    fn a_lead_in_stays_with_what_it_leads_to() {
        let item = "- an item of some length that says what it says\n";
        // Alone the list would fit.
        let list = item.repeat(MOST / item.len());
        let parts = bodies(&format!("You can:\n\n{list}"));
        assert!(parts[0].starts_with("You can:\n\n- an item"), "{}", parts[0]);
        assert!(parts.iter().all(|part| part.len() <= MOST));
        let parts = bodies(&format!("You can:\n\n{}", list.repeat(3)));
        assert!(parts.len() > 3 && parts.iter().all(|part| part.starts_with("You can:\n\n- an")));
        assert!(parts.iter().all(|part| part.len() <= MOST));
        // At the end of what is full already.
        let text = "This is one sentence of many words. ".repeat(25);
        let parts = bodies(&format!("{text}\n\nWe need:\n\n{}", item.repeat(10)));
        assert!(parts[0].ends_with("words."), "{}", parts[0]);
        assert!(parts[1].starts_with("We need:\n\n- an item"), "{}", parts[1]);
    }

    #[test]
    fn long_code_is_code_in_every_part() {
        let code =
            format!("```sh\n{}\n{}\n```", "run it with --all\n".repeat(150), "x".repeat(3000));
        let parts = bodies(&code);
        assert!(parts.len() > 4);
        for part in parts {
            let is_fenced = part.starts_with("```sh\n") && part.ends_with("\n```");
            assert!(is_fenced && part.len() <= MOST, "{part}");
        }
    }

    #[test]
    fn keeps_what_belongs_together() {
        let text =
            "Intro:\n\n- one\n- two\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n```sh\nrun\n\nit\n```";
        assert_eq!(bodies(text), [text]);
        assert!(bodies("").is_empty());
        assert!(bodies("# Only a heading").is_empty());
    }
}
