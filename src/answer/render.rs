//! The units that were chosen as the text of an answer: in the order in which they are best read, each cited, below the
//! headings without which they would mislead.

use super::{
    Prompt,
    asks::Asks,
    inert, joints, pairs,
    relevance::{Candidate, Relevance},
    units::{BELOW, Kind, Unit},
    words::Language,
};

/// A longer heading is a sentence of its own. In bytes.
const LONGEST_HEADING: usize = 160;
/// A longer title of a page is not put before a heading. In bytes.
const LONGEST_TITLE: usize = 60;
/// A longer heading does not name one of several sections. In bytes.
const LONGEST_NAME: usize = 40;
/// A longer line says something by itself. In bytes.
const LONGEST_FRAGMENT: usize = 60;

/// Source by source in the order of choice, section by section within each, in reading order within those; a citation
/// after each unit.
pub(super) fn render(
    relevance: &Relevance,
    chosen: &[usize],
    prompt: &Prompt,
    numbers: &[usize],
) -> String {
    let all = &relevance.candidates;
    let by_choice = |same: fn(&Candidate, &Candidate) -> bool, index: usize| {
        chosen.iter().position(|&other| same(&all[other], &all[index]))
    };
    let mut chosen_in_order = chosen.to_vec();
    chosen_in_order.sort_by_key(|&index| {
        let source = by_choice(|one, other| one.source == other.source, index);
        (source, by_choice(is_in_section, index), index)
    });
    let mut text = String::with_capacity(1_024);
    let mut before: Option<&Candidate> = None;
    let mut heading_before = None;
    let mut item_above = String::new();
    for (place, &index) in chosen_in_order.iter().enumerate() {
        let candidate = &all[index];
        let Candidate { source, unit, .. } = candidate;
        let beside = before.filter(|before| before.source == *source);
        let same_block = beside.is_some_and(|before| before.unit.block == unit.block);
        text.push_str(match (&unit.kind, beside) {
            _ if text.is_empty() => "",
            (Kind::Code, _) => "\n\n",
            _ if before.is_some_and(|before| before.unit.kind == Kind::Code) => "\n\n",
            (Kind::Sentence, _) if same_block => " ",
            (Kind::Item(_) | Kind::Row, _) if same_block => "\n",
            (Kind::Item(_), Some(before)) if before.unit.text.ends_with([':', '：']) => "\n",
            _ => "\n\n",
        });
        if !before.is_some_and(|before| is_in_section(before, candidate)) {
            let page = &prompt.sources[*source].path;
            let tells_of_several = chosen.iter().map(|&other| &all[other]).any(|other| {
                let there = &prompt.sources[other.source];
                let is_its = there.heading == prompt.sources[*source].heading
                    && other.unit.heading == unit.heading;
                there.path == *page && !is_its
            });
            let is_elsewhere = before.is_some() && beside.is_none();
            let heading = another_heading(candidate, prompt, is_elsewhere, tells_of_several);
            // A section may have become two passages.
            if let Some(heading) = heading.as_ref().filter(|_| heading != heading_before) {
                let (colon, between) = match unit.kind {
                    Kind::Sentence if heading.ends_with(char::is_alphanumeric) => (":", " "),
                    Kind::Sentence => ("", " "),
                    Kind::Item(_) | Kind::Row => ("", "\n"),
                    Kind::Code => ("", "\n\n"),
                };
                text.push_str(&format!("**{heading}{colon}**{between}"));
            }
            heading_before = heading;
        }
        match unit.kind {
            Kind::Item(Some(number)) => text.push_str(&format!("{number}. ")),
            Kind::Item(None) | Kind::Row => text.push_str("- "),
            Kind::Sentence | Kind::Code => {}
        }
        match row(unit) {
            _ if unit.kind == Kind::Code => text.push_str(&fenced(&unit.text)),
            Some((subject, rest)) => text.push_str(&format!("**{subject}** – {rest}")),
            None => text.push_str(below(unit, &item_above)),
        }
        if unit.subject.is_empty() {
            unit.text.trim_end_matches([':', '：']).clone_into(&mut item_above);
        }
        let introduces = unit.text.ends_with([':', '：'])
            && chosen_in_order.get(place + 1).is_some_and(|&next| all[next].source == *source);
        if !introduces {
            let between = if unit.kind == Kind::Code { "\n" } else { " " };
            text.push_str(&format!("{between}[{}]", numbers[*source]));
        }
        if goes_on(all, chosen, index) {
            text.push_str("\n- …");
        }
        before = Some(candidate);
    }
    text
}

/// Rows, or items, from the first on that are told as a list.
const LIST: usize = 3;

/// Whether a list is told from its beginning up to this item, and has more that there was no room for.
fn goes_on(all: &[Candidate], chosen: &[usize], index: usize) -> bool {
    let this = &all[index];
    let is_beside = |other: usize| {
        all.get(other)
            .is_some_and(|it| it.source == this.source && it.unit.block == this.unit.block)
    };
    let is_list = matches!(this.unit.kind, Kind::Row | Kind::Item(None));
    if !is_list || !is_beside(index + 1) || chosen.contains(&(index + 1)) {
        return false;
    }
    let told = (0..=index).rev().take_while(|&at| is_beside(at));
    let (mut count, mut is_whole) = (0, true);
    for at in told {
        count += 1;
        is_whole &= chosen.contains(&at);
    }
    is_whole && count >= LIST
}

/// An item of an item without that one, where it stands right above: "Vacuum the table" and below it "run it by night".
fn below<'a>(unit: &'a Unit, above: &str) -> &'a str {
    let is_its = matches!(unit.kind, Kind::Item(_)) && !above.is_empty() && unit.subject == above;
    let rest = unit.text.strip_prefix(above).filter(|_| is_its);
    rest.and_then(|rest| rest.strip_prefix(": ")).unwrap_or(&unit.text)
}

fn is_in_section(one: &Candidate, other: &Candidate) -> bool {
    one.source == other.source && one.unit.heading == other.unit.heading
}

/// A row's first cell, without the name of its column where it is a name itself, and the others.
fn row(unit: &Unit) -> Option<(&str, &str)> {
    let subject = unit.subject.as_str();
    let is_name = subject.contains(char::is_alphabetic) && !subject.contains(['*', '_']);
    if unit.kind != Kind::Row || !is_name {
        return None;
    }
    let (_, after) = unit.text.split_once(": ")?;
    Some((subject, after.strip_prefix(subject)?.strip_prefix("; ")?))
}

/// The heading that a unit stands under, where it says nothing, or what is wrong, without it: "Yes, for £25." below a
/// question that is not the visitor's, "Gift cards" below "Not returnable". Not where it would leave the rest no room.
/// `is_elsewhere`: another page was told of before it; `is_of_several`: other sections of its page are told of, too.
fn another_heading(
    candidate: &Candidate,
    prompt: &Prompt,
    is_elsewhere: bool,
    is_of_several: bool,
) -> Option<String> {
    let source = prompt.sources.get(candidate.source)?;
    let Candidate { unit, .. } = candidate;
    let heading = match unit.heading.as_str() {
        "" => &source.heading,
        heading => heading,
    };
    let heading = heading.rsplit(BELOW).next()?.trim();
    let language = Language::of(&source.language);
    let title = source.title.as_str();
    let title = Some(title).filter(|title| !title.is_empty() && title.len() <= LONGEST_TITLE);
    let is_part = match unit.kind {
        Kind::Sentence => is_fragment(&unit.text),
        _ => unit.intro.is_none(),
    };
    let is_asking = heading.ends_with(['?', '？', '؟']);
    // "3 products" counts what stands below, and says nothing of it.
    let says = heading.starts_with(char::is_alphabetic);
    let name = match title {
        // "£42 each", after what another page says of another thing.
        Some(title) if heading.is_empty() && is_elsewhere && is_part => title.to_owned(),
        // "How long does it take?" says nothing without its page.
        Some(title) if is_asking && language.topics(heading).len() <= 1 => {
            format!("{title}: {heading}")
        }
        _ if is_asking || joints::denies(heading) || says && is_part => heading.to_owned(),
        // Who it is that "runs the workshop".
        _ if asks_who(prompt) && says && heading.len() <= LONGEST_NAME => heading.to_owned(),
        _ if is_of_several && says && heading.len() <= LONGEST_NAME => heading.to_owned(),
        _ => return None,
    };
    let most = prompt.rules.max_chars;
    let has_room = most == 0 || name.chars().count() <= most / 2;
    let is_another = name.len() <= LONGEST_HEADING
        && has_room
        && !pairs::is_same(&prompt.asked, heading, &language);
    is_another.then(|| inert::marks(&name.replace('*', "")).into_owned())
}

fn asks_who(prompt: &Prompt) -> bool {
    Asks::of(&prompt.question) == Some(Asks::Person)
}

/// "$49 / month", "Open all year": a line without a full stop that its heading makes a sentence.
fn is_fragment(text: &str) -> bool {
    let text = text.trim_end_matches(['"', '”', '’', ')', '»', '*']);
    text.len() <= LONGEST_FRAGMENT
        && !text.ends_with(['.', '!', '?', ':', '…', '。', '！', '？', '：'])
}

/// In a fence that nothing in it ends.
fn fenced(code: &str) -> String {
    let runs = code.split(|letter| letter != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or_default().max(2) + 1);
    format!("{fence}\n{code}\n{fence}")
}
