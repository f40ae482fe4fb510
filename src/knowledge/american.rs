//! English words in American spelling, so that "organise" and "organize", "colour" and "color" are one word to an index
//! and to a question. Only for comparing: a word that is spelt alike on both sides may come out as none.

use std::borrow::Cow;

/// Beginnings of words, or whole ones, and how America begins them.
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
/// Whole words and what stands before them: "kilometres".
const ENDINGS: &[(&str, &str)] =
    &[("metre", "meter"), ("metres", "meters"), ("litre", "liter"), ("litres", "liters")];
/// Endings of verbs in -ise, and of what is made of them.
const ISE: &[&str] =
    &["ise", "ised", "ises", "iser", "isers", "ising", "isation", "isations", "isable"];
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
    for (british, american) in BEGINNINGS {
        // "enroll" begins with "enrol" and is American already.
        let is_longer = american.len() > british.len();
        if let Some(rest) = word.strip_prefix(british)
            && !(is_longer && word.starts_with(american))
        {
            return format!("{american}{rest}").into();
        }
    }
    for (british, american) in ENDINGS {
        if let Some(before) = word.strip_suffix(british) {
            return format!("{before}{american}").into();
        }
    }
    let ise = ISE.iter().find_map(|ending| Some((word.strip_suffix(ending)?, &ending[2..])));
    match ise {
        Some((before, rest)) if before.len() > 1 && !NOT_ISE.contains(&before) => {
            format!("{before}iz{rest}").into()
        }
        _ => word.into(),
    }
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
