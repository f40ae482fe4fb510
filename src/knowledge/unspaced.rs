//! Text in scripts that put no blanks between words: what stands for words there.

/// What a pair counts that is written in hiragana alone, and that is so in part: endings, particles, "can I", "it is".
const GRAMMAR: f64 = 0.2;
const IN_PART: f64 = 0.6;

/// Every two neighbours of a run that is written without spaces.
pub(super) fn pairs(run: &str, found: &mut impl FnMut(String)) {
    let letters: Vec<char> = run.chars().filter(|c| *c != '\u{30fb}').collect();
    match letters.as_slice() {
        [] => {}
        [one] => found(one.to_string()),
        many => {
            many.windows(2).for_each(|pair| found(pair.iter().collect()));
            // One between kana is a word of its own.
            for (at, letter) in many.iter().enumerate() {
                let is_beside =
                    |at: Option<usize>| at.and_then(|at| many.get(at)).is_some_and(|c| is_han(*c));
                if is_han(*letter) && !is_beside(at.checked_sub(1)) && !is_beside(Some(at + 1)) {
                    found(letter.to_string());
                }
            }
        }
    }
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// Scripts that put no spaces between words, or glue particles to them.
pub fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// How much a pair of a question says of what is asked for, 0 to 1.
pub(super) fn says(pair: &str) -> f64 {
    let hiragana = pair.chars().filter(|sign| matches!(sign, '\u{3040}'..='\u{309f}')).count();
    match hiragana {
        0 => 1.0,
        some if some == pair.chars().count() => GRAMMAR,
        _ => IN_PART,
    }
}
