//! Boxes in Markdown, each program's in its own way, as a paragraph that says what it is: `> [!WARNING]` (GitHub),
//! `:::tip` (Docusaurus, VitePress), `!!! note "Title"` (MkDocs) are `**Warning:**` and the like.

use std::borrow::Cow;

/// What boxes are called.
const KINDS: &[&str] = &[
    "note",
    "tip",
    "hint",
    "info",
    "important",
    "warning",
    "caution",
    "danger",
    "attention",
    "error",
    "success",
    "question",
    "example",
    "abstract",
    "seealso",
];
/// Whether this is what a box is called: "Warning".
pub(super) fn is_kind(name: &str) -> bool {
    KINDS.iter().any(|kind| name.eq_ignore_ascii_case(kind))
}

/// Bytes of a title.
const TITLE: usize = 80;

/// The text with its boxes as paragraphs; code stays as it is.
pub(super) fn as_paragraphs(text: &str) -> Cow<'_, str> {
    if !["[!", ":::", "!!! ", "???"].iter().any(|sign| text.contains(sign)) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let (mut in_code, mut is_indented, mut is_named) = (false, false, false);
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if bare.is_empty() {
            // The text follows its name at once.
            if !is_named {
                out.push_str(line);
            }
            continue;
        }
        let indented = line.strip_prefix("    ").filter(|_| is_indented);
        is_indented = indented.is_some();
        let line = indented.unwrap_or(line);
        is_named = false;
        in_code ^= bare.starts_with("```") || bare.starts_with("~~~");
        let label = if in_code { None } else { label(bare) };
        match label {
            Some(Label::Quoted(name)) => out.push_str(&format!("> **{name}:**\n")),
            Some(Label::Fence) => out.push('\n'),
            Some(Label::Named { name, indents }) => {
                out.push_str(&format!("\n**{name}:**\n"));
                (is_named, is_indented) = (true, indents);
            }
            None => out.push_str(line),
        }
    }
    out.into()
}

enum Label {
    Quoted(String),
    /// The end of a box, or a box of another purpose.
    Fence,
    Named {
        name: String,
        /// What it holds is indented.
        indents: bool,
    },
}

fn label(line: &str) -> Option<Label> {
    if let Some(quoted) = line.strip_prefix('>') {
        let name = quoted.trim_start().strip_prefix("[!")?.split_once(']')?.0;
        return kind(name).map(Label::Quoted);
    }
    if line.starts_with(":::") {
        return Some(named(line.trim_start_matches(':'), false).unwrap_or(Label::Fence));
    }
    let sign = ["!!! ", "???+ ", "??? "].iter().find_map(|sign| line.strip_prefix(sign))?;
    named(sign, true)
}

/// "warning", "tip A title", `note "A title"`, "danger[A title]{#id}".
fn named(said: &str, indents: bool) -> Option<Label> {
    let said = said.trim();
    let end = said.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(said.len());
    let (name, title) = said.split_at(end);
    let usual = kind(name)?;
    let title = title.split('{').next().unwrap_or_default();
    let title = title.trim_matches(|letter: char| " \t\"'[]:".contains(letter));
    let is_title = !title.is_empty() && title.len() <= TITLE;
    Some(Label::Named { name: if is_title { title.to_owned() } else { usual }, indents })
}

/// With a capital letter.
fn kind(name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let first = name.chars().next().filter(|_| KINDS.contains(&name.as_str()))?;
    Some(format!("{}{}", first.to_uppercase(), &name[first.len_utf8()..]))
}

#[cfg(test)]
mod tests {
    use super::as_paragraphs;

    #[test]
    fn boxes_say_what_they_are() {
        for (text, wanted) in [
            ("> [!WARNING]\n> Stop it first.\n", "> **Warning:**\n> Stop it first.\n"),
            (":::tip\n\nUse both.\n\n:::\n\nEnd\n", "\n**Tip:**\nUse both.\n\n\n\nEnd\n"),
            (":::danger[Hot oil]{#oil}\nBurns.\n:::\n", "\n**Hot oil:**\nBurns.\n\n"),
            (
                "!!! note \"At night\"\n    Ring.\n\n    Wait.\n\nEnd\n",
                "\n**At night:**\nRing.\n\nWait.\n\nEnd\n",
            ),
            ("::: code-group\ntext\n:::\n", "\ntext\n\n"),
            ("```\n:::tip\n> [!NOTE]\n```\n", "```\n:::tip\n> [!NOTE]\n```\n"),
            ("Wow!!! Really???\n[!x]\n", "Wow!!! Really???\n[!x]\n"),
            ("!!! nonsense\n    code\n", "!!! nonsense\n    code\n"),
        ] {
            assert_eq!(as_paragraphs(text), wanted, "{text}");
        }
    }
}
