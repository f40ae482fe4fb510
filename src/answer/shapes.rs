//! What the shape of a unit says of what it is worth as an answer, whatever was asked.

use super::{
    days::years,
    units::{Kind, Unit},
    words::is_dense,
};

/// From this length on, a unit counts less: in a long one more words agree by chance. In bytes.
const COMFORTABLE: usize = 200;
/// And half as much when it is longer by this. In bytes.
const HALVED_AFTER: f32 = 500.0;

/// Words of a line that says who wrote what when, at most.
const BYLINE: usize = 10;

/// What is made of a unit's words.
pub fn factor(unit: &Unit) -> f32 {
    let text = unit.text.as_str();
    let length = 1.0 / (1.0 + text.len().saturating_sub(COMFORTABLE) as f32 / HALVED_AFTER);
    let said = if text.ends_with(['?', '？']) {
        0.5
    } else if is_stub(unit)
        || text.get(..12).is_some_and(|start| start.eq_ignore_ascii_case("last updated"))
    {
        0.3
    } else {
        1.0
    };
    length * said
}

/// "Address", "How they work": the name of what stands below it.
pub fn is_label(unit: &Unit) -> bool {
    let text = unit.text.as_str();
    unit.kind == Kind::Sentence
        && text.ends_with(char::is_alphabetic)
        && text.split_whitespace().count() <= 4
        && !text.chars().any(|c| c.is_numeric() || c == '@' || is_dense(c))
}

/// "9 September 2025 by Dan Hughes": who wrote what stands around it, and when.
pub fn is_byline(text: &str) -> bool {
    const BY: &[&str] = &["by", "von", "par", "por", "di", "door"];
    const BEGINNINGS: &[&str] =
        &["posted", "published", "written", "updated", "veröffentlicht", "publié", "publicado"];
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let Some(first) = words.first().map(String::as_str) else { return false };
    let begins = first.starts_with(|letter: char| letter.is_ascii_digit())
        || BEGINNINGS.contains(&first.trim_end_matches(':'))
        || BY.contains(&first)
        || words.get(1).is_some_and(|second| second.starts_with(|c: char| c.is_ascii_digit()));
    words.len() <= BYLINE
        && begins
        && words.iter().any(|word| BY.contains(&word.as_str()))
        && !text.ends_with(['.', '!', '?', ':', ';'])
        && !years(text).is_empty()
}

/// "Read more", "£365", "Contact us today": a line of its own without much in it says nothing without its page.
fn is_stub(unit: &Unit) -> bool {
    let text = unit.text.as_str();
    if unit.kind != Kind::Sentence || !text.is_ascii() {
        return false;
    }
    let words = text.split_whitespace().count();
    let is_whole = text.ends_with(['.', '!', ':', ';', '"', ')'])
        || text.bytes().any(|byte| byte.is_ascii_digit());
    words <= 2 || words <= 4 && !is_whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_wrote_what_when_is_no_statement() {
        for text in [
            "9 September 2025 by Dan Hughes",
            "By Dan Hughes, 9 September 2025",
            "Posted on 9.9.2025 by Dan",
            "September 9, 2025 by Dan Hughes",
        ] {
            assert!(is_byline(text), "{text}");
        }
        for text in [
            "9 September 2025",
            "Built in 1889 by Henry Wood.",
            "Pay by 1 May 2026",
            "We were founded in 2019 by two sisters who love bread",
            "",
        ] {
            assert!(!is_byline(text), "{text}");
        }
    }
}
