//! Headings that are marked as nothing but bold: a line of its own, a question with its answer after it. They become what
//! they are, so that what is said below stays with what it is said of.

use std::{borrow::Cow, ops::Range};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::{callouts, markdown::options};

/// Characters up to which a line is a heading, and not a text in bold.
const LONGEST: usize = 160;
/// Words of a title on a line of its own.
const TITLE: usize = 7;
/// Words of a name that stands before what is said of it.
const NAME: usize = 4;
/// What makes of a line a statement that can be told, and no title: "Closed on Mondays".
const STATING: &[&str] = &[
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "can",
    "may",
    "must",
    "will",
    "do",
    "does",
    "not",
    "no",
    "only",
    "open",
    "closed",
    "free",
    "included",
    "available",
    "sold",
    "ist",
    "sind",
    "hat",
    "haben",
    "kann",
    "können",
    "wird",
    "nicht",
    "kein",
    "nur",
    "frei",
    "geöffnet",
    "geschlossen",
    "kostenlos",
    "inklusive",
    "est",
    "sont",
    "ouvert",
    "fermé",
    "gratuit",
    "inclus",
    "es",
    "son",
    "abierto",
    "cerrado",
    "gratis",
    "incluido",
];
/// And of a name an answer.
const REPLIES: &[&str] = &[
    "yes", "no", "never", "always", "ja", "nein", "oui", "non", "sí", "si", "sì", "sim", "não",
    "nee",
];
/// Paragraphs of a page that begin in bold and are looked at.
const MOST: usize = 10_000;
/// The deepest heading there is.
const DEEPEST: usize = 6;

/// A paragraph that begins in bold.
struct Lead<'a> {
    /// Where the paragraph is.
    range: Range<usize>,
    said: &'a str,
    rest: &'a str,
    /// The heading above it has so many signs.
    above: usize,
    /// Text comes after the paragraph, and no heading.
    is_followed: bool,
}

/// What begins in bold and is a heading as one.
pub(super) fn as_headings(text: &str) -> Cow<'_, str> {
    if !["**", "__"].iter().any(|mark| text.contains(mark)) {
        return text.into();
    }
    let leads = leads(text);
    let is_faq = leads.iter().filter(|lead| asks(lead.said)).nth(1).is_some();
    let mut out = String::with_capacity(text.len() + 64);
    let mut kept = 0;
    for (at, lead) in leads.iter().enumerate() {
        let follows = leads.get(at + 1).is_some_and(|next| {
            next.rest.is_empty() && text[lead.range.end..next.range.start].trim().is_empty()
        });
        let Some(heading) = lead.heading(is_faq).filter(|_| !lead.rest.is_empty() || !follows)
        else {
            continue;
        };
        out.push_str(&text[kept..lead.range.start]);
        let signs = "#".repeat((lead.above + 1).min(DEEPEST));
        let rest = lead.below();
        // What would be another block at the beginning of a line.
        let mark = if rest.starts_with(['#', '>', '-', '+', '|', '~', '=']) { "\\" } else { "" };
        out.push_str(&format!("{signs} {heading}\n\n{mark}{rest}\n"));
        kept = lead.range.end;
    }
    out.push_str(&text[kept..]);
    out.into()
}

/// The name at the beginning of a paragraph, in bold up to `end`, and what is said of it: "Late arrival. Ring us first."
pub(super) fn name(text: &str, end: usize) -> Option<(&str, &str)> {
    let (bold, rest) = text.split_at_checked(end)?;
    let name = bold.trim().strip_suffix('.')?;
    let is_name = name.split_whitespace().count() <= NAME
        && name.contains(char::is_alphabetic)
        && !name.contains(|c: char| c.is_ascii_digit() || c == '\n')
        && !callouts::is_kind(name)
        && !is_one_of(name, REPLIES);
    (is_name && !rest.trim().is_empty()).then_some((name, rest))
}

impl Lead<'_> {
    /// What stands after it.
    fn below(&self) -> &str {
        let rest = self.rest.trim_start();
        // A break that is written so: "**Opening hours**\".
        rest.strip_prefix("\\\n").unwrap_or(rest).trim_start()
    }

    /// In a page of several questions, each is one with its answer beside it.
    fn heading(&self, is_faq: bool) -> Option<&str> {
        let said = self.said.trim();
        let after = self.rest.trim_start_matches([' ', '\t', '\\']);
        let is_line = after.is_empty() || after.starts_with('\n');
        let fits = said.chars().count() <= LONGEST && said.contains(char::is_alphabetic);
        if !fits || said.contains('\n') || self.rest.is_empty() && !self.is_followed {
            return None;
        }
        if asks(said) {
            return (is_line || is_faq || !self.is_followed).then_some(said);
        }
        let name = said.trim_end_matches(['.', ':', '：']).trim_end();
        if callouts::is_kind(name) || said.starts_with('[') && said.ends_with(')') {
            return None;
        }
        // "1. Payment" is a title, "£365 a year" and "Closed on 1 May" say something themselves.
        let numbered = name.split_once(['.', ')']).filter(|(number, _)| is_number(number));
        if numbered
            .map_or(name, |(_, title)| title)
            .contains(|c: char| c.is_ascii_digit() || "@£$€¥".contains(c))
        {
            return None;
        }
        let states = name.split_whitespace().any(|word| is_one_of(word, STATING));
        let is_title = is_line && !states && !said.ends_with(['.', '!', ',', ';', '。', '！']);
        (is_title && name.split_whitespace().count() <= TITLE).then_some(name)
    }
}

fn is_one_of(word: &str, some: &[&str]) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    some.contains(&word.as_str())
}

fn asks(text: &str) -> bool {
    text.trim_end().ends_with(['?', '？', '؟'])
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The paragraphs that stand in nothing else and begin in bold.
fn leads(text: &str) -> Vec<Lead<'_>> {
    let mut leads: Vec<Lead<'_>> = Vec::new();
    let (mut depth, mut above, mut is_asked) = (0_usize, 1, false);
    let mut bold = None;
    // Nothing came after the last one yet.
    let mut is_last = false;
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        if let Event::Start(tag) = &event
            && depth == 0
            && is_block(tag)
            && std::mem::take(&mut is_last)
            && let Some(lead) = leads.last_mut()
        {
            lead.is_followed = !matches!(tag, Tag::Heading { .. });
        }
        if leads.len() >= MOST && !is_last {
            break;
        }
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => above = level as usize,
            Event::End(TagEnd::Heading(_)) if depth == 0 => is_asked = asks(&text[range]),
            Event::Start(tag) if holds_blocks(&tag) => depth += 1,
            Event::End(TagEnd::List(_) | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition) => {
                depth = depth.saturating_sub(1);
            }
            Event::Start(Tag::Paragraph) => bold = None,
            Event::Start(Tag::Strong) if bold.is_none() => bold = Some(range),
            Event::Rule => is_last = false,
            Event::End(TagEnd::Paragraph) if depth == 0 => {
                let Some(bold) = bold.take().filter(|bold| bold.start == range.start) else {
                    continue;
                };
                let said = text.get(bold.start + 2..bold.end - 2).unwrap_or_default();
                let rest = text.get(bold.end..range.end).unwrap_or_default().trim_end();
                // A question stands beside the one above it, and what else is a title below that.
                let above = above - usize::from(is_asked && above > 1 && asks(said));
                leads.push(Lead { range, said, rest, above, is_followed: false });
                is_last = true;
            }
            _ => {}
        }
    }
    leads
}

fn is_block(tag: &Tag<'_>) -> bool {
    holds_blocks(tag)
        || matches!(
            tag,
            Tag::Paragraph
                | Tag::Heading { .. }
                | Tag::Table(_)
                | Tag::CodeBlock(_)
                | Tag::HtmlBlock
        )
}

fn holds_blocks(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::List(_) | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_heading_in_all_but_its_mark_becomes_one() {
        for (text, wanted) in [
            (
                "## Help\n\n**Can I bring my dog?**\n\nOn a lead.\n",
                "## Help\n\n### Can I bring my dog?\n\n\n\nOn a lead.\n",
            ),
            ("**Opening hours**  \nDaily.", "## Opening hours\n\nDaily.\n"),
            ("**Opening hours**\\\nDaily.", "## Opening hours\n\nDaily.\n"),
            ("**Which?** # 4", "## Which?\n\n\\# 4\n"),
            ("## A?\n\nB.\n\n**By post**\n\nC.", "## A?\n\nB.\n\n### By post\n\n\n\nC."),
            ("**Pets?** Cats only.", "## Pets?\n\nCats only.\n"),
            ("**Are you open?**\nNo.\n", "## Are you open?\n\nNo.\n"),
            ("__Opening hours:__\n\n- Monday\n", "## Opening hours\n\n\n\n- Monday\n"),
        ] {
            assert_eq!(as_headings(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_paragraph_may_begin_with_its_name() {
        let text = "Late arrival. Ring us.";
        assert_eq!(name(text, 13), Some(("Late arrival", " Ring us.")));
        assert_eq!(name(text, 4), None, "some of a sentence");
        assert_eq!(name(text, text.len()), None, "nothing after it");
        for text in ["Yes. On a lead.", "Note. Hot.", "In 2024. Yes.", "2. Yes."] {
            assert_eq!(name(text, text.find('.').unwrap() + 1), None, "{text}");
        }
        let sentence = "We never sell your data. Nobody gets it.";
        assert_eq!(name(sentence, 24), None);
    }

    #[test]
    fn other_words_in_bold_stay() {
        for text in [
            "**We** ship fast.",
            "**Warning:** hot.",
            "**Late arrival.** Ring us.",
            "**Team:** $49 / month",
            "**We never sell your data to others.** Nobody gets it.",
            "**Closed.**\n\nSee you in May.",
            "- **Pets?** Cats only.\n",
            "> **Pets?** Cats only.\n",
            "**Hours**\n\n# Next\n\nText",
            "**Hours**",
            "**Smith & Sons**\n\n**12 Mill Lane**\n\n---\n",
            "```\n**Hours**\n\ntext\n```\n",
            "** **",
            "****",
            "**?**",
            "**Closed on Mondays**\n\nSee you soon.",
            "**[Book now](https://a.example)**\n\nCheck-in is from three.",
            "**Any questions?** Ring us.\n\nChildren pay nothing.",
            "**£365 a year**\n\nFor all.",
            "**Closed on 1 May**\n\nOpen again after that.",
            "**Breakfast is included in all of our rates**\n\nIt is served from seven.",
        ] {
            assert_eq!(as_headings(text), text);
        }
    }
}
