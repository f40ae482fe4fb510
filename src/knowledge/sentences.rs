//! Where sentences end: not after "e.g.", "9." or "J.", but after "。" without a space.

/// What ends in a full stop without ending a sentence, lower case, without that stop.
const ABBREVIATIONS: &[&str] = &[
    "e.g", "i.e", "eg", "ie", "cf", "vs", "approx", "incl", "excl", "mr", "mrs", "ms", "dr",
    "prof", "st", "no", "nr", "nos", "fig", "p", "pp", "tel", "ext", "dept", "jr", "sr", "sra",
    "dra", "z.b", "d.h", "u.a", "bzw", "ca", "inkl", "exkl", "zzgl", "ggf", "evtl", "str", "abs",
    "art", "mind", "max", "min", "m", "mme", "mlle", "av", "núm", "pág", "ej", "p.ej", "p. ej",
    "jan", "feb", "mar", "apr", "aug", "sept", "sep", "oct", "okt", "nov", "dec", "dez", "mio",
    "mrd", "lt", "zi", "fr", "tsd", "std", "tgl", "vgl", "bspw", "sog", "geb", "tél", "env",
    "aprox", "máx", "mín", "avda", "sres", "dhr", "mevr", "mw", "drs", "dott", "dott.ssa", "sig",
    "sig.ra", "sigg", "n", "s.r.l", "s.p.a", "s.a.s", "izq", "dcha", "dr.ssa", "prof.ssa", "depto",
    "apdo", "uds", "o.l.v", "i.v.m",
];

/// What a German ordinal number is of, beside a month, as words begin: "im 2. Stock", "ab dem 3. Tag".
const COUNTED: &[&str] = &[
    "Januar",
    "Jänner",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
    "Jan.",
    "Feb.",
    "Apr.",
    "Aug.",
    "Sept.",
    "Okt.",
    "Nov.",
    "Dez.",
    "Stock",
    "OG",
    "UG",
    "Obergeschoss",
    "Untergeschoss",
    "Etage",
    "Klasse",
    "Quartal",
    "Halbjahr",
    "Lebensjahr",
    "Geburtstag",
    "Woche",
    "Monat",
    "Tag",
    "Schultag",
    "Werktag",
    "Kind",
    "Person",
    "Mahnung",
    "Advent",
    "Weihnachtstag",
    "Auflage",
    "Platz",
    "Rate",
];

/// The sentences of a running text, in order, trimmed, none empty.
pub fn split(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let ends = match letter {
            '。' | '！' | '？' | '｡' | '\n' => true,
            '.' | '!' | '?' | '…' => {
                let rest = text[at + letter.len_utf8()..].trim_start_matches(is_closing);
                let after_dense = text[..at].chars().next_back().is_some_and(is_dense);
                (rest.is_empty() || rest.starts_with(char::is_whitespace) || after_dense)
                    && begins_sentence(rest.trim_start())
                    && (letter != '.' || !is_abbreviated(&text[start..at], rest.trim_start()))
            }
            _ => false,
        };
        if ends {
            while letters
                .next_if(|&(_, next)| is_closing(next) || matches!(next, '.' | '!' | '?'))
                .is_some()
            {}
            let end = letters.peek().map_or(text.len(), |&(next, _)| next);
            push(&mut sentences, &text[start..end]);
            start = end;
        }
    }
    push(&mut sentences, &text[start..]);
    sentences
}

/// Where a page breaks a line on purpose, as addresses and cards do.
pub(super) const LINE_BREAK: &str = "\u{2028}\n";
/// After these a line goes on in the next one.
const GOES_ON: &str = "a an the and or & in at on of to for by from with our your der die das und in im am la le les de et y e il \
    het en";

/// One line, single spaces. Where the page began a new line for another thing, a comma: "Mill Lane, Ferncliffe".
pub(super) fn tidy(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for part in text.split('\u{2028}') {
        let mut words = part.split_whitespace().peekable();
        let begins = words.peek().is_some_and(|word| begins_anew(word));
        if begins && line.ends_with(char::is_alphanumeric) {
            let last = line.rsplit(' ').next().unwrap_or_default();
            if !GOES_ON.split_ascii_whitespace().any(|word| word == last) {
                line.push(',');
            }
        }
        for word in words {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    line
}

/// A name, a number or an address.
fn begins_anew(word: &str) -> bool {
    word.contains('@')
        || word.starts_with(|letter: char| {
            letter.is_uppercase() || letter.is_numeric() || letter == '+'
        })
}

/// Letters of scripts that put no space between words.
pub fn is_dense(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{0e00}'..='\u{0e7f}' | '\u{20000}'..='\u{3ffff}')
}

fn push<'a>(sentences: &mut Vec<&'a str>, sentence: &'a str) {
    let sentence = sentence.trim();
    if !sentence.is_empty() {
        sentences.push(sentence);
    }
}

fn is_closing(letter: char) -> bool {
    matches!(letter, '"' | '\'' | '”' | '’' | ')' | ']' | '»' | '」' | '』' | '）' | '*' | '_')
}

fn begins_sentence(rest: &str) -> bool {
    rest.trim_start_matches(['"', '\'', '“', '‘', '(', '[', '«', '¿', '¡', '„', '*', '_', '-', '–'])
        .chars()
        .next()
        .is_none_or(|letter| !letter.is_lowercase())
}

fn is_abbreviated(before: &str, rest: &str) -> bool {
    if rest.is_empty() {
        return false;
    }
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let word = word.trim_start_matches(['(', '[', '"', '“', '„', '*']);
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        // "z. B.", "d. h.", "u. a."
        (Some(letter), None)
            if letter.is_lowercase()
                && (begins_with_initial(rest) || ends_with_initial(before, word)) =>
        {
            return true;
        }
        // An initial; but "plan B." and "vitamin C." end sentences too: then a new word with a lower case follows, or none.
        (Some(initial), None) if initial.is_uppercase() && initial != 'I' => return true,
        // A date or a number of a list: "3. Mai", "1. Open the box".
        (Some(digit), second) if digit.is_ascii_digit() => {
            let short =
                second.is_none_or(|second| second.is_ascii_digit()) && letters.next().is_none();
            return short && (before.trim() == word || is_dated(word, before) || is_counted(rest));
        }
        _ => {}
    }
    let word = word.to_lowercase();
    // French: "l'art. 3".
    let word = word.rsplit(['\'', '’']).next().unwrap_or_default().to_owned();
    let is_time = word.ends_with("a.m") || word.ends_with("p.m");
    is_time && goes_on_with_time(rest)
        || ABBREVIATIONS.contains(&word.as_str())
        // German streets: "Habsburgerstr. 112".
        || word.ends_with("str") && rest.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether one letter and a full stop stand before the word that a text ends with.
fn ends_with_initial(text: &str, word: &str) -> bool {
    let mut letters = text[..text.len() - word.len()].trim_end().chars().rev();
    letters.next() == Some('.')
        && letters.next().is_some_and(char::is_alphabetic)
        && letters.next().is_none_or(|before| !before.is_alphanumeric())
}

fn begins_with_initial(rest: &str) -> bool {
    let mut letters = rest.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next() == Some('.')
}

/// Whether what follows a number and a full stop is what the number counts.
fn is_counted(rest: &str) -> bool {
    COUNTED.iter().any(|of| {
        let after = rest.strip_prefix(of).map(|after| after.trim_start_matches(['e', 'n', 's']));
        after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
    })
}

const DAYS: &[&str] = &[
    "Mon",
    "Monday",
    "Tue",
    "Tuesday",
    "Wed",
    "Wednesday",
    "Thu",
    "Thur",
    "Thursday",
    "Fri",
    "Friday",
    "Sat",
    "Saturday",
    "Sun",
    "Sunday",
];

/// "6 p.m. CET", "9 a.m. Eastern time", "8 a.m. Monday to Friday".
fn goes_on_with_time(rest: &str) -> bool {
    let word = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_zone =
        (2..=5).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let of_zones = ["Eastern", "Central", "Mountain", "Pacific"];
    is_zone || DAYS.contains(&word.trim_end_matches('s')) || of_zones.contains(&word)
}

/// "am 3. Mai", "den 24. Dezember": a day between an article and a month.
fn is_dated(day: &str, before: &str) -> bool {
    let article = before[..before.len() - day.len()]
        .trim_end()
        .rsplit(char::is_whitespace)
        .next()
        .unwrap_or_default();
    matches!(
        article.to_lowercase().as_str(),
        "am" | "den" | "dem" | "der" | "vom" | "zum" | "bis" | "ab" | "des" | "die"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_a_page_breaks_for_another_thing_get_a_comma() {
        let lines = |text: &str| tidy(&text.replace('|', LINE_BREAK));
        assert_eq!(lines("Mill Lane|Ferncliffe|LS29 8QT."), "Mill Lane, Ferncliffe, LS29 8QT.");
        assert_eq!(
            lines("Colin Marsh|colin@a.example|+44 1 2"),
            "Colin Marsh, colin@a.example, +44 1 2"
        );
        assert_eq!(
            lines("Come and see us at|The Mill.|Bring|a friend."),
            "Come and see us at The Mill. Bring a friend."
        );
        assert_eq!(lines(" a \n b || c"), "a b c");
    }

    #[test]
    fn sentences_end_where_people_end_them() {
        assert_eq!(
            split(
                "Parts, e.g. Chains, cost £4.90. Ask Dr. J. Heron (ext. 12)! Really? \"Yes.\" We open at 9 a.m. on Sunday. Ring us from 8 a.m. to 6 p.m. CET. We close at 5 p.m. Then we go."
            ),
            [
                "Parts, e.g. Chains, cost £4.90.",
                "Ask Dr. J. Heron (ext. 12)!",
                "Really?",
                "\"Yes.\"",
                "We open at 9 a.m. on Sunday.",
                "Ring us from 8 a.m. to 6 p.m. CET.",
                "We close at 5 p.m.",
                "Then we go."
            ]
        );
        assert_eq!(
            split("Wir schließen am 3. Mai. Danach ist z.B. Urlaub."),
            ["Wir schließen am 3. Mai.", "Danach ist z.B. Urlaub."]
        );
        assert_eq!(
            split("It takes 30 days. In 2024. Then 5. Then six."),
            ["It takes 30 days.", "In 2024.", "Then 5.", "Then six."]
        );
        assert_eq!(
            split("送料は無料です。返品は30日以内!お問い合わせください"),
            ["送料は無料です。", "返品は30日以内!", "お問い合わせください"]
        );
        assert_eq!(split("  "), Vec::<&str>::new());
    }

    #[test]
    fn german_numbers_and_abbreviations_end_none() {
        for whole in [
            "Fälligkeit: 15. Februar und 15. August.",
            "Seit 1. Januar 2024 gilt: Zwischen 1. November und 31. März gilt Winterdienst.",
            "Bringen Sie z. B. Futter oder d. h. Kost mit.",
            "Das Amt ist im 2. Stock und kostet 300 Mio. Euro.",
            "Selon l'art. 3 du règlement, c'est interdit.",
        ] {
            assert_eq!(split(whole), [whole]);
        }
        assert_eq!(split("Es sind 5. Maier kommt."), ["Es sind 5.", "Maier kommt."]);
    }
}
