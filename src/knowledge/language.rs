//! Which language a text is in: what its page declares, unless the text itself says otherwise without doubt, since
//! templates declare what they were made with.

use whatlang::Lang;

use super::stopwords;

/// Of a text that nobody could tell.
pub(super) const UNKNOWN: &str = "und";
/// Characters looked at: enough to be sure.
const SAMPLE: usize = 4000;
/// Characters below which a guess is worth less than a declaration.
const ENOUGH: usize = 200;
/// Signs of a question from which on one that has no kana is no Japanese.
const KANJI: usize = 12;

/// ISO 639-1, or `und`. `declared` is BCP 47 or anything that a page may hold in its place.
pub(super) fn of(text: &str, declared: Option<&str>) -> String {
    let sample: String = text.chars().take(SAMPLE).collect();
    let declared = declared.and_then(primary);
    let guess =
        whatlang::detect(&sample).and_then(|info| Some((code(info.lang())?, info.is_reliable())));
    match (guess, declared) {
        (Some((guess, true)), None) => guess.to_owned(),
        (Some((guess, true)), Some(_)) if sample.chars().count() >= ENOUGH => guess.to_owned(),
        (_, Some(declared)) => declared,
        _ => UNKNOWN.to_owned(),
    }
}

/// What is not known is in the language that the owner named, as BCP 47.
pub(super) fn or(found: String, default: &str) -> String {
    if found == UNKNOWN { primary(default).unwrap_or(found) } else { found }
}

/// The language of a question, where it shows it beyond doubt and is one of these; questions are short, and guesses
/// about short texts are often wrong.
pub(super) fn of_question(question: &str, among: impl Iterator<Item = String>) -> Option<String> {
    let guess = whatlang::detect(question).filter(whatlang::Info::is_reliable)?;
    let guess = code(guess.lang())?;
    among.into_iter().find(|one| one == guess)
}

/// The language that a question is in, where it shows it: by its letters, or by little words, of which it has two at
/// least and more than of the usual language. Guesses by all letters are seldom sure of a question.
pub fn shown(question: &str, usual: &str) -> Option<&'static str> {
    if let Some(guess) = whatlang::detect(question)
        && guess.script() != whatlang::Script::Latin
    {
        // A few signs without kana may be either's.
        let is_short = question.chars().count() < KANJI;
        if guess.script() == whatlang::Script::Mandarin && is_of("ja", usual) && is_short {
            return Some("ja");
        }
        return code(guess.lang()).filter(|_| guess.is_reliable());
    }
    if question.contains(['¿', '¡']) {
        return Some("es");
    }
    let text = question.to_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '\u{2019}')).collect();
    let little = |language: &str| {
        let of = stopwords::of(language);
        words.iter().filter(|word| of.binary_search(word).is_ok()).count()
    };
    let least = primary(usual).map_or(0, |usual| little(&usual)).max(1);
    // Of several the first: their names are in the order of how many speak them.
    let languages = ["en", "es", "fr", "pt", "de", "it", "nl", "sv", "da", "nb"].into_iter().rev();
    let most = languages.max_by_key(|language| little(language))?;
    (little(most) > least).then_some(most)
}

/// Whether a language, as ISO 639-1, is that of a tag.
pub(super) fn is_of(language: &str, tag: &str) -> bool {
    primary(tag).is_some_and(|primary| primary == language)
}

/// "de-AT" is "de".
fn primary(tag: &str) -> Option<String> {
    let primary = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
    (primary.len() == 2 && primary.chars().all(|c| c.is_ascii_lowercase())).then_some(primary)
}

fn code(language: Lang) -> Option<&'static str> {
    Some(match language {
        Lang::Ara => "ar",
        Lang::Ben => "bn",
        Lang::Bul => "bg",
        Lang::Cat => "ca",
        Lang::Ces => "cs",
        Lang::Cmn => "zh",
        Lang::Dan => "da",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Eng => "en",
        Lang::Est => "et",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Hrv => "hr",
        Lang::Hun => "hu",
        Lang::Ind => "id",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Nld => "nl",
        Lang::Nob => "nb",
        Lang::Pes => "fa",
        Lang::Pol => "pl",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Rus => "ru",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Spa => "es",
        Lang::Srp => "sr",
        Lang::Swe => "sv",
        Lang::Tam => "ta",
        Lang::Tha => "th",
        Lang::Tur => "tr",
        Lang::Ukr => "uk",
        Lang::Vie => "vi",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{of, shown};

    const GERMAN: &str = "Wir liefern innerhalb von drei Werktagen an jede Adresse in Deutschland und \u{d6}sterreich. \
        Die Versandkosten betragen vier Euro, ab einem Bestellwert von f\u{fc}nfzig Euro liefern wir kostenlos. \
        Bei Fragen zu Ihrer Bestellung erreichen Sie uns werktags.";

    #[test]
    fn believes_the_text_before_the_template() {
        assert_eq!(of(GERMAN, Some("en-US")), "de");
        assert_eq!(of(GERMAN, None), "de");
    }

    #[test]
    fn a_question_shows_its_language_or_does_not() {
        for (question, language) in [
            ("\u{8fd4}\u{54c1}\u{306f}\u{3067}\u{304d}\u{307e}\u{3059}\u{304b}?", "ja"),
            ("\u{53ef}\u{4ee5}\u{9000}\u{8d27}\u{5417}?", "zh"),
            ("Kann ich die Lampe zur\u{fc}ckgeben, wenn sie mir nicht gef\u{e4}llt?", "de"),
            ("Est-ce que je peux rendre la lampe si elle ne me pla\u{ee}t pas ?", "fr"),
        ] {
            assert_eq!(shown(question, "en-GB"), Some(language), "{question}");
        }
        for question in ["Do you sell submarines?", "ok", "", "refund", "Tandem hire", "42"] {
            assert_eq!(shown(question, "en"), None, "{question}");
        }
        assert_eq!(shown("Can I return the lamp if I do not like it at all?", "de"), Some("en"));
    }

    #[test]
    fn believes_the_page_where_the_text_is_short() {
        assert_eq!(of("Kontakt", Some("de_AT")), "de");
        assert_eq!(of("+49 30 1234", None), "und");
        assert_eq!(of("", Some("english")), "und");
    }
}
