//! What counts as a citation in the text of a model, in all the ways that models write it.

/// What begins like a marker is held back up to this many bytes; longer than that it is text.
pub const LONGEST_MARKER: usize = 40;

pub enum Marker {
    /// Its numbers, and its length in bytes.
    Whole(Vec<u32>, usize),
    /// It may become one.
    Begun,
    No,
}

/// Reads what begins with `[` or `【`.
pub fn marker(text: &str) -> Marker {
    let wide = text.starts_with('【');
    let close = if wide { '】' } else { ']' };
    let open = if wide { '【'.len_utf8() } else { 1 };
    let body = &text[open..];
    let (inside, whole) = match body.find(close) {
        Some(end) if end <= LONGEST_MARKER => (&body[..end], true),
        Some(_) => return Marker::No,
        None if text.len() > LONGEST_MARKER => return Marker::No,
        None => (body, false),
    };
    // "【1†source】": what follows the dagger only repeats.
    let list = inside.split('†').next().unwrap_or_default().trim_start_matches('^');
    let list = ["sources", "source", "Sources", "Source"]
        .iter()
        .find_map(|word| list.strip_prefix(word))
        .unwrap_or(list);
    if !whole
        && !list.is_empty()
        && ["sources", "Sources"].iter().any(|word| word.starts_with(list))
    {
        return Marker::Begun;
    }
    if !list.chars().all(|letter| {
        letter.is_ascii_digit() || matches!(letter, ' ' | ',' | ';' | '-' | '–' | '^')
    }) {
        return Marker::No;
    }
    if !whole {
        return Marker::Begun;
    }
    let mut numbers: Vec<u32> = Vec::new();
    for part in list
        .split([',', ';', ' '])
        .map(|part| part.trim_matches('^'))
        .filter(|part| !part.is_empty())
    {
        let (from, to) = part.split_once(['-', '–']).unwrap_or((part, part));
        // Four digits are a year, not a source.
        match (from.parse::<u32>(), to.parse::<u32>()) {
            (Ok(from), Ok(to)) if from.max(to) < 1_000 => numbers.extend(from..=to.min(from + 9)),
            _ => return Marker::No,
        }
    }
    if numbers.is_empty() {
        Marker::No
    } else {
        Marker::Whole(numbers, open + inside.len() + close.len_utf8())
    }
}
