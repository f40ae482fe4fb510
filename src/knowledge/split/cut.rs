//! What is too long for one passage, in parts that are not.

use unicode_segmentation::UnicodeSegmentation;

use super::MOST;

/// Cut at sentences, words, or at last anywhere.
pub(super) fn fit<'a>(text: &str, between: &'a str) -> Vec<(String, &'a str)> {
    if text.len() <= MOST {
        return vec![(text.to_owned(), between)];
    }
    let mut parts = Vec::new();
    let mut part = String::new();
    for word in text.split_word_bounds() {
        let ended = part.len() > MOST / 2 && part.trim_end().ends_with(['.', '!', '?', '\u{3002}']);
        if part.len() + word.len() > MOST || (ended && word.trim().is_empty()) {
            parts.push((std::mem::take(&mut part), if parts.is_empty() { between } else { " " }));
        }
        if word.len() <= MOST {
            part.push_str(word);
        } else {
            for c in word.chars() {
                if part.len() + c.len_utf8() > MOST {
                    parts.push((
                        std::mem::take(&mut part),
                        if parts.is_empty() { between } else { "" },
                    ));
                }
                part.push(c);
            }
        }
    }
    parts.push((part, if parts.is_empty() { between } else { " " }));
    parts
        .into_iter()
        .map(|(text, between)| (text.trim().to_owned(), between))
        .filter(|(text, _)| !text.is_empty())
        .collect()
}

/// With its fence around every part.
pub(super) fn code(text: &str) -> Vec<String> {
    let (opening, rest) = text.split_once('\n').unwrap_or((text, ""));
    let fence = &opening[..opening.len() - opening.trim_start_matches('`').len()];
    let rest = rest.trim_end();
    let rest = rest.strip_suffix(fence).unwrap_or(rest);
    let room = MOST.saturating_sub(opening.len() + fence.len() + 2);
    if room < MOST / 2 {
        return fit(text, "\n").into_iter().map(|(text, _)| text).collect();
    }
    let mut parts: Vec<String> = Vec::new();
    let mut part = String::new();
    let mut end = |part: &mut String| {
        let whole = std::mem::take(part);
        if !whole.trim().is_empty() {
            parts.push(format!("{opening}\n{whole}{fence}"));
        }
    };
    for line in rest.split_inclusive('\n') {
        if part.len() + line.len() > room {
            end(&mut part);
        }
        let mut line = line;
        while line.len() > room {
            let (piece, left) = line.split_at(line.floor_char_boundary(room - 1));
            part = format!("{piece}\n");
            end(&mut part);
            line = left;
        }
        part.push_str(line);
    }
    if !part.is_empty() && !part.ends_with('\n') {
        part.push('\n');
    }
    end(&mut part);
    parts
}

/// With its header on every part.
pub(super) fn table(text: &str) -> Vec<String> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.by_ref().take(2).collect();
    let header = header.join("\n");
    if header.len() > MOST / 2 {
        return text.lines().flat_map(|line| fit(line, "\n")).map(|(text, _)| text).collect();
    }
    let mut parts = Vec::new();
    let mut part = header.clone();
    for row in lines {
        let mut rows = fit(row, "\n");
        if part.len() + row.len() >= MOST && part.len() > header.len() {
            parts.push(std::mem::replace(&mut part, header.clone()));
        }
        if rows.len() > 1 {
            // A row longer than a passage is text in the shape of a table.
            parts.extend(rows.drain(..).map(|(text, _)| text));
            continue;
        }
        part.push('\n');
        part.push_str(row);
    }
    if part.len() > header.len() {
        parts.push(part);
    }
    parts
}
