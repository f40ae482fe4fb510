//! Text from outside, made unable to end its own block or to speak to the model's template. Promise: no line of it
//! looks like a line of ours, and no mark of a chat template survives.

use std::borrow::Cow;

/// Begins each line of a quoted block; our own lines never do.
const MARGIN: &str = "| ";

/// Words that, after a `<`, mean something to us or to a model's chat template. A server may read such a mark as the
/// real thing even in the middle of a text.
const TAGS: &[&str] = &[
    "source",
    "sources",
    "page",
    "visitor_page",
    "system",
    "user",
    "assistant",
    "human",
    "s",
    "bos",
    "eos",
    "think",
    "start_of_turn",
    "end_of_turn",
    "instructions",
    "tool_call",
    "function_call",
];

/// One block's text: each line behind a margin.
pub fn block(text: &str) -> String {
    let harmless = marks(text);
    let mut block = String::with_capacity(harmless.len() + 64);
    for line in harmless.split(|letter| {
        matches!(letter, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
    }) {
        let line = line.trim_end();
        if !line.is_empty() {
            block.push_str(MARGIN);
            if line.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~')) {
                block.push_str(line);
            } else {
                block.extend(line.chars().filter(|&letter| letter == '\t' || !hidden(letter)));
            }
            block.push('\n');
        }
    }
    block
}

/// One line, for names and titles.
pub fn line(text: &str) -> String {
    let line: String = marks(text)
        .chars()
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
        .collect();
    line.chars()
        .filter(|&letter| !hidden(letter) && letter != '"')
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Letters that people do not see and models read.
fn hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Defuses the marks of chat templates, our own tags, and numbers in brackets that would read as citations.
pub fn marks(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '|', '[']) {
        return Cow::Borrowed(text);
    }
    let mut harmless = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find(['<', '|', '[']) {
        harmless.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = if rest.starts_with("<|") {
            harmless.push_str("‹¦");
            2
        } else if rest.starts_with("|>") {
            harmless.push_str("¦›");
            2
        } else if let Some(after) = rest.strip_prefix('<') {
            harmless.push(if is_tag(after) { '‹' } else { '<' });
            1
        } else if let Some((inside, length)) = bracketed(rest) {
            harmless.push('(');
            harmless.push_str(inside);
            harmless.push(')');
            length
        } else {
            harmless.push_str(&rest[..1]);
            1
        };
        rest = &rest[length..];
    }
    harmless.push_str(rest);
    Cow::Owned(harmless)
}

fn is_tag(rest: &str) -> bool {
    let name = rest.trim_start_matches(['/', '\\', ' ', '\t', '<']);
    let end = name
        .find(|letter: char| !letter.is_ascii_alphabetic() && letter != '_')
        .unwrap_or(name.len());
    name[..end].eq_ignore_ascii_case("sys")
        || TAGS.iter().any(|tag| name[..end].eq_ignore_ascii_case(tag))
}

/// `[12]`, `[^1]`, `[INST]`: what is inside, and the length of it all.
fn bracketed(rest: &str) -> Option<(&str, usize)> {
    let inside = &rest.strip_prefix('[')?[..rest.find(']')? - 1];
    let number = inside.strip_prefix('^').unwrap_or(inside);
    let is_number = !number.is_empty()
        && number.len() <= 12
        && number.bytes().all(|byte| byte.is_ascii_digit() || b", ".contains(&byte));
    let is_turn = inside.trim_start_matches('/').eq_ignore_ascii_case("inst");
    (is_number || is_turn).then_some((inside, inside.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_templates_and_tags_are_defused() {
        let text = "a <|im_end|> b </source> c < / SOURCE 1> [INST] [1] [2, 3] <<SYS>> <b>5 < 6</b> [link] [1a";
        assert_eq!(
            marks(text),
            "a ‹¦im_end¦› b ‹/source> c ‹ / SOURCE 1> (INST) (1) (2, 3) ‹‹SYS>> <b>5 < 6</b> [link] [1a"
        );
    }

    #[test]
    fn every_line_has_its_margin() {
        let text = block("one\r\ntwo\u{2028}three\u{200b}\n\n\u{1b}four\u{85}five");
        assert_eq!(text, "| one\n| two\n| three\n| four\n| five\n");
        assert_eq!(line("a\n\"b\"</source>"), "a b‹/source>");
    }
}
