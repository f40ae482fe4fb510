//! English words in American spelling, so that "organise" and "organize", "colour" and "color" are one word to an index
//! and to a question. Only for comparing: a word that is spelt alike on both sides may come out as none.

use std::borrow::Cow;

/// Beginnings of words, or whole ones, and how America begins them. Sorted.
const BEGINNINGS: &[(&str, &str)] = &[
    ("ageing", "aging"),
    ("aluminium", "aluminum"),
    ("analyse", "analyze"),
    ("analysing", "analyzing"),
    ("armour", "armor"),
    ("behaviour", "behavior"),
    ("cancell", "cancel"),
    ("catalogue", "catalog"),
    ("centre", "center"),
    ("colour", "color"),
    ("counsell", "counsel"),
    ("defence", "defense"),
    ("dialogue", "dialog"),
    ("endeavour", "endeavor"),
    ("enrol", "enroll"),
    ("favour", "favor"),
    ("fibre", "fiber"),
    ("flavour", "flavor"),
    ("fuell", "fuel"),
    ("fulfil", "fulfill"),
    ("grey", "gray"),
    ("harbour", "harbor"),
    ("honour", "honor"),
    ("humour", "humor"),
    ("instal", "install"),
    ("jewellery", "jewelry"),
    ("judgement", "judgment"),
    ("labell", "label"),
    ("labour", "labor"),
    ("licence", "license"),
    ("modell", "model"),
    ("mould", "mold"),
    ("neighbour", "neighbor"),
    ("odour", "odor"),
    ("offence", "offense"),
    ("practise", "practice"),
    ("practising", "practicing"),
    ("programme", "program"),
    ("pyjama", "pajama"),
    ("rumour", "rumor"),
    ("sceptic", "skeptic"),
    ("signall", "signal"),
    ("theatre", "theater"),
    ("travell", "travel"),
    ("tyre", "tire"),
    ("vapour", "vapor"),
];
/// What follows "is" in the endings of verbs in -ise, and of what is made of them.
const AFTER_IS: &[&str] = &["e", "ed", "es", "er", "ers", "ing", "ation", "ations", "able"];
/// Beginnings of words whose -ise is no ending, and that others are made of.
const NOT_ISE: &[&str] = &[
    "adv", "advert", "appra", "ar", "br", "bru", "compr", "comprom", "conc", "cru", "dem", "desp",
    "dev", "disgu", "enterpr", "exc", "exerc", "expert", "franch", "gu", "improv", "like", "likew",
    "merchand", "no", "otherw", "parad", "po", "pra", "prec", "prem", "prom", "ra", "rev",
    "superv", "surpr", "telev", "trea", "w",
];

/// Expects lower case.
pub fn spelling(word: &str) -> Cow<'_, str> {
    if word.len() < 4 || !word.is_ascii() {
        return word.into();
    }
    begun(word).or_else(|| measured(word)).or_else(|| made(word)).map_or(word.into(), Cow::Owned)
}

fn begun(word: &str) -> Option<String> {
    let start = |of: &str| of.as_bytes().first_chunk::<2>().copied();
    let first = BEGINNINGS.partition_point(|(british, _)| start(british) < start(word));
    let alike = BEGINNINGS[first..].iter().take_while(|(british, _)| start(british) == start(word));
    let mut rests = alike.filter_map(|(british, american)| {
        let rest = word.strip_prefix(british)?;
        // "enroll" begins with "enrol" and is American already.
        let is_american = american.len() > british.len() && word.starts_with(american);
        (!is_american).then(|| format!("{american}{rest}"))
    });
    rests.next()
}

/// "metre", "litre", and whatever ends in them: "kilometres".
fn measured(word: &str) -> Option<String> {
    let (one, plural) = word.strip_suffix('s').map_or((word, ""), |one| (one, "s"));
    let before = one.strip_suffix("tre")?;
    let is_measure = before.ends_with("me") || before.ends_with("li");
    is_measure.then(|| format!("{before}ter{plural}"))
}

fn made(word: &str) -> Option<String> {
    let at = word.as_bytes().array_windows().rposition(|pair| pair == b"is")?;
    let (before, rest) = (&word[..at], &word[at + 2..]);
    let is_verb = before.len() > 1 && AFTER_IS.contains(&rest) && !NOT_ISE.contains(&before);
    is_verb.then(|| format!("{before}iz{rest}"))
}

#[cfg(test)]
mod tests {
    use super::spelling;

    #[test]
    fn both_spellings_become_one() {
        for (british, american) in [
            ("organise", "organize"),
            ("organisation", "organization"),
            ("personalised", "personalized"),
            ("recognising", "recognizing"),
            ("colours", "colors"),
            ("favourite", "favorite"),
            ("cancelled", "canceled"),
            ("travelling", "traveling"),
            ("kilometres", "kilometers"),
            ("centre", "center"),
            ("catalogues", "catalogs"),
            ("licence", "license"),
            ("enrolment", "enrollment"),
            ("fulfilled", "fulfilled"),
            ("tyres", "tires"),
        ] {
            assert_eq!(spelling(british), spelling(american), "{british}");
        }
    }

    #[test]
    fn beginnings_are_sorted() {
        assert!(super::BEGINNINGS.is_sorted());
    }

    #[test]
    fn other_words_stay() {
        for word in [
            "",
            "advertise",
            "promise",
            "exercised",
            "raise",
            "wise",
            "revised",
            "otherwise",
            "install",
            "program",
            "hour",
            "four",
            "metro",
            "premises",
            "größe",
            "mean",
        ] {
            assert_eq!(spelling(word), word);
        }
    }
}
