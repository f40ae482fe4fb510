//! Which language a text is in: what its page declares, unless the text itself says otherwise without doubt, since
//! templates declare what they were made with.

use whatlang::Lang;

/// Of a text that nobody could tell.
pub(super) const UNKNOWN: &str = "und";
/// Characters looked at: enough to be sure.
const SAMPLE: usize = 4000;
/// Characters below which a guess is worth less than a declaration.
const ENOUGH: usize = 200;

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
    use super::of;

    const GERMAN: &str = "Wir liefern innerhalb von drei Werktagen an jede Adresse in Deutschland und \u{d6}sterreich. \
        Die Versandkosten betragen vier Euro, ab einem Bestellwert von f\u{fc}nfzig Euro liefern wir kostenlos. \
        Bei Fragen zu Ihrer Bestellung erreichen Sie uns werktags.";

    #[test]
    fn believes_the_text_before_the_template() {
        assert_eq!(of(GERMAN, Some("en-US")), "de");
        assert_eq!(of(GERMAN, None), "de");
    }

    #[test]
    fn believes_the_page_where_the_text_is_short() {
        assert_eq!(of("Kontakt", Some("de_AT")), "de");
        assert_eq!(of("+49 30 1234", None), "und");
        assert_eq!(of("", Some("english")), "und");
    }
}
