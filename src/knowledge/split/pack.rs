//! Blocks into passages: as many together as fit, and those that do not fit taken apart.

use unicode_segmentation::UnicodeSegmentation;

use super::{
    Block, Kind, LITTLE, MOST,
    cut::{code, fit, table},
    near,
};

/// The text of a passage.
#[derive(Clone)]
pub(super) struct Body {
    pub text: String,
    /// Where its first block begins in the Markdown.
    pub at: usize,
}

/// A block, or where that is too long a piece of one.
struct Part<'a> {
    text: String,
    /// What joins it to the one before.
    between: &'a str,
    at: usize,
    /// What leads in to the list that it is of; may be empty.
    lead: &'a str,
}

/// "We need:" says nothing without what comes next.
fn leads_in(text: &str) -> bool {
    text.ends_with([':', '\u{ff1a}']) && text.len() < LITTLE
}

fn parts<'a>(blocks: &[Block<'a>]) -> Vec<Part<'a>> {
    let mut parts: Vec<Part> = Vec::new();
    let mut before = "";
    for block in blocks {
        let lead = if leads_in(before) { before } else { "" };
        before = block.text;
        if block.text.len() + lead.len() + 2 <= MOST {
            let text = block.text.to_owned();
            parts.push(Part { text, between: "\n\n", at: block.at, lead: "" });
            continue;
        }
        for (piece, (text, between)) in cut(block).into_iter().enumerate() {
            let (between, lead) = match (piece, block.kind) {
                (0, _) => ("\n\n", ""),
                (_, Kind::List) => (between, lead),
                _ => (between, ""),
            };
            parts.push(Part { text, between, at: block.at, lead });
        }
    }
    parts
}

/// Puts blocks together as long as they fit; the parts of a section come out about equally long.
pub(super) fn pack(blocks: &[Block<'_>], anchors: &[(usize, String)]) -> Vec<Body> {
    let parts = parts(blocks);
    let total: usize = parts.iter().map(|part| part.text.len() + 2).sum();
    let aim = total.div_ceil(total.div_ceil(MOST).max(1));
    let mut bodies: Vec<Body> = Vec::new();
    let mut body = String::new();
    let mut begins = 0;
    // Where in the body its last part begins, and in the Markdown.
    let mut last = (0, 0);
    for Part { text, mut between, at, lead: of_list } in parts {
        let joined = body.len() + between.len() + text.len();
        let lead = body.get(last.0..).map(str::trim_start).filter(|lead| leads_in(lead));
        let full =
            joined > MOST || (joined > aim + LITTLE && body.len() > aim / 2 && lead.is_none());
        // On another page: a link leads to where the passage begins, or to where most of it stands.
        let elsewhere = !body.is_empty() && near(anchors, at) != near(anchors, begins);
        if !body.is_empty() && (full || elsewhere && body.len() >= LITTLE) {
            // A lead-in goes with what it leads to.
            let lead = lead.filter(|lead| last.0 > 0 && lead.len() + 2 + text.len() <= MOST);
            let lead = lead.map(str::to_owned).unwrap_or_default();
            if !lead.is_empty() {
                body.truncate(last.0);
            }
            bodies.push(Body { text: std::mem::replace(&mut body, lead), at: begins });
            begins = if body.is_empty() { at } else { last.1 };
        } else if body.is_empty() || elsewhere {
            begins = at;
        }
        // As a table's header, it stands on every part.
        if body.is_empty() && !of_list.is_empty() && of_list.len() + 2 + text.len() <= MOST {
            body.push_str(of_list);
            between = "\n\n";
        }
        last = (body.len(), at);
        if !body.is_empty() {
            body.push_str(between);
        }
        body.push_str(&text);
    }
    if !body.is_empty() {
        bodies.push(Body { text: body, at: begins });
    }
    bodies
}

/// A block that is too long, in pieces that are not, each with what joins it to the one before.
fn cut(block: &Block<'_>) -> Vec<(String, &'static str)> {
    match block.kind {
        Kind::Table => table(block.text).into_iter().map(|part| (part, "\n\n")).collect(),
        Kind::List => {
            let ends = block.items.iter().skip(1).copied().chain([block.text.len()]);
            let items =
                block.items.iter().zip(ends).filter_map(|(start, end)| block.text.get(*start..end));
            items.flat_map(|item| fit(item.trim_end(), "\n")).collect()
        }
        Kind::Lines if block.text.starts_with("```") => {
            code(block.text).into_iter().map(|part| (part, "\n\n")).collect()
        }
        Kind::Lines => block.text.lines().flat_map(|line| fit(line, "\n")).collect(),
        Kind::Text => block
            .text
            .split_sentence_bounds()
            .flat_map(|sentence| fit(sentence.trim_end(), " "))
            .collect(),
    }
}
