//! What kind of thing a question asks for, and which texts hold such a thing: a price, a time, an address.

use super::{days::Days, joints, relevance::Candidate, words::fold};
use crate::knowledge::{Hit, Particular};

/// A unit that holds the kind of thing that is asked for counts this much more, if all do, or if hardly any does.
const FITTING: f32 = 0.4;
const RARE: f32 = 1.2;
/// What a unit gains that is nothing but the telephone number that is asked for, or the like.
const PLAIN: f32 = 2.0;
/// And where what stands above says that it is the desk's own, folded.
const OWN: f32 = 1.0;
const ABOUT_CONTACT: &[&str] = &[
    "contact",
    "kontakt",
    "contatt",
    "impressum",
    "find us",
    "visit",
    "where we are",
    "getting here",
    "anfahrt",
    "acces",
    "como llegar",
    "donde estamos",
    "dove siamo",
    "come arrivare",
    "adres",
    "address",
];
const ABOUT_HOURS: &[&str] = &[
    "opening",
    "hours",
    "offnungszeit",
    "horaire",
    "horario",
    "orari",
    "openingstijd",
    "openingsur",
    "visit",
    "contact",
];
/// Rows, or items, that make a week.
const DAYS: usize = 3;
/// And what any other unit loses: it joins no answer. Less, where whose number it is is asked for, too.
const ANOTHER: f32 = 10.0;
const OF_ANOTHER: f32 = 0.8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    Price,
    /// How long, within which time.
    Duration,
    /// At what time, on which day.
    Moment,
    Count,
    Address,
    Contact,
    Person,
    Reason,
}

/// Phrases that ask, folded; the first that fits decides, so that "how many days" comes before "how many".
const CUES: &[(&str, Asks)] = &[
    ("how much time", Asks::Duration),
    ("how much", Asks::Price),
    ("price", Asks::Price),
    ("cost", Asks::Price),
    ("how expensive", Asks::Price),
    (" fee", Asks::Price),
    ("charge for", Asks::Price),
    ("was kostet", Asks::Price),
    ("kosten", Asks::Price),
    ("preis", Asks::Price),
    ("wie teuer", Asks::Price),
    ("combien coute", Asks::Price),
    ("prix", Asks::Price),
    ("cuanto cuesta", Asks::Price),
    ("precio", Asks::Price),
    ("quanto costa", Asks::Price),
    ("quanto custa", Asks::Price),
    ("prezzo", Asks::Price),
    ("preco", Asks::Price),
    ("hoeveel kost", Asks::Price),
    ("how long", Asks::Duration),
    ("how many day", Asks::Duration),
    ("how many week", Asks::Duration),
    ("how many month", Asks::Duration),
    ("how many hour", Asks::Duration),
    ("how many minute", Asks::Duration),
    ("how soon", Asks::Duration),
    ("how fast", Asks::Duration),
    ("how quick", Asks::Duration),
    ("how often", Asks::Duration),
    ("until when", Asks::Duration),
    ("deadline", Asks::Duration),
    ("how late", Asks::Moment),
    ("how old", Asks::Duration),
    ("wie lange", Asks::Duration),
    ("wie viele tage", Asks::Duration),
    ("wie schnell", Asks::Duration),
    ("bis wann", Asks::Duration),
    ("frist", Asks::Duration),
    ("combien de temps", Asks::Duration),
    ("delai", Asks::Duration),
    ("cuanto tiempo", Asks::Duration),
    ("plazo", Asks::Duration),
    ("quanto tempo", Asks::Duration),
    ("hoe lang", Asks::Duration),
    ("opening hours", Asks::Moment),
    ("what time", Asks::Moment),
    ("which day", Asks::Moment),
    ("when ", Asks::Moment),
    ("open on", Asks::Moment),
    ("are you open", Asks::Moment),
    ("wann", Asks::Moment),
    ("offnungszeit", Asks::Moment),
    ("geoffnet", Asks::Moment),
    ("quand", Asks::Moment),
    ("horaire", Asks::Moment),
    ("cuando", Asks::Moment),
    ("horario", Asks::Moment),
    ("quando", Asks::Moment),
    ("orari", Asks::Moment),
    ("wanneer", Asks::Moment),
    ("e-mail", Asks::Contact),
    ("email", Asks::Contact),
    ("phone", Asks::Contact),
    ("telefon", Asks::Contact),
    ("telephone", Asks::Contact),
    ("contact", Asks::Contact),
    ("kontakt", Asks::Contact),
    ("reach you", Asks::Contact),
    ("how many", Asks::Count),
    ("wie viel", Asks::Count),
    ("combien", Asks::Count),
    ("cuant", Asks::Count),
    ("quanti", Asks::Count),
    ("quantos", Asks::Count),
    ("hoeveel", Asks::Count),
    ("how big", Asks::Count),
    ("how heavy", Asks::Count),
    ("how tall", Asks::Count),
    ("percent", Asks::Count),
    ("address", Asks::Address),
    ("adresse", Asks::Address),
    ("where is", Asks::Address),
    ("where are you", Asks::Address),
    ("where to", Asks::Address),
    ("where do i send", Asks::Address),
    ("letter", Asks::Address),
    ("wo ist", Asks::Address),
    ("wo seid", Asks::Address),
    ("wo sind", Asks::Address),
    ("who ", Asks::Person),
    ("wer ", Asks::Person),
    ("why ", Asks::Reason),
    ("warum", Asks::Reason),
    ("pourquoi", Asks::Reason),
];

const SPANS: &[&str] = &[
    "second", "minute", "hour", "day", "week", "month", "year", "tag", "stunde", "woche", "monat",
    "jahr", "jour", "heure", "semaine", "mois", "annee", " ans", "dia", "hora", "semana", "mes",
    "ano", "giorn", "ore", "settiman", "anni", "dag", "uur", "weken", "maand", "daily", "weekly",
    "monthly", "annual", "日", "天", "時間", "小时", "週", "周", "か月", "个月", "年",
];
const MOMENTS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "lunes",
    "martes",
    "miercoles",
    "jueves",
    "viernes",
    "sabado",
    "domingo",
    "noon",
    "midnight",
    " uhr",
    "weekend",
    "holiday",
];
const AMOUNTS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve",
    "fourteen", "fifteen", "twenty", "thirty", "sixty", "ninety", "hundred", "ein", "zwei", "drei",
    "vier", "sechs", "deux", "trois", "dos", "tres", "due",
];
const STREETS: &[&str] = &[
    " street", " road", " lane", " avenue", " square", " st ", " rd", " ave", "strasse", "str.",
    "platz", " rue ", "calle", "via ", "suite", " quay", " p.o.", "po box", "postcode", "zip",
];

impl Asks {
    /// None when the question asks for nothing special.
    pub fn of(question: &str) -> Option<Self> {
        let question = format!(" {} ", fold(question));
        CUES.iter().find(|(cue, _)| question.contains(cue)).map(|&(_, asks)| asks)
    }

    /// The rarer the kind of thing that is asked for, the more it says that a unit holds one.
    pub fn prefer_what_holds_such(self, candidates: &mut [Candidate]) {
        for candidate in candidates.iter_mut() {
            candidate.fits = self.is_in(&candidate.unit.text);
        }
        let fitting = candidates.iter().filter(|candidate| candidate.fits).count() as f32;
        let part = fitting / candidates.len().max(1) as f32;
        for candidate in candidates.iter_mut().filter(|candidate| candidate.fits) {
            candidate.factor *= 1.0 + FITTING + (RARE - FITTING) * (1.0 - part);
        }
    }

    /// Whether a text holds such a thing.
    pub fn is_in(self, text: &str) -> bool {
        let folded = fold(text);
        let digits = folded.bytes().any(|byte| byte.is_ascii_digit());
        let word = |words: &[&str]| words.iter().any(|word| folded.contains(word));
        let amount = || {
            digits
                || folded
                    .split(|letter: char| !letter.is_alphanumeric())
                    .any(|word| AMOUNTS.contains(&word))
        };
        match self {
            Self::Price => {
                let currency = text.contains(['€', '$', '£', '¥', '₹', '₺', '%'])
                    || word(&["eur", "usd", "gbp", "chf", "dollar", "pound", "franc"]);
                (digits && currency) || word(&["free", "kostenlos", "gratis", "gratuit"])
            }
            Self::Duration => amount() && word(SPANS),
            Self::Moment => {
                word(MOMENTS)
                    || digits
                        && (folded.contains(':')
                            || word(SPANS)
                            || word(&["am", "pm", "a.m", "p.m"]))
            }
            Self::Count => amount(),
            Self::Address => {
                digits && (word(STREETS) || folded.matches(',').count() >= 2)
                    || folded.contains('@')
            }
            Self::Contact => {
                folded.contains('@') || folded.bytes().filter(u8::is_ascii_digit).count() >= 7
            }
            Self::Person => {
                text.split_whitespace().skip(1).any(|word| word.starts_with(char::is_uppercase))
            }
            Self::Reason => {
                word(&["because", "reason", "so that", "weil", "damit", "parce que", "car "])
            }
        }
    }
}

/// Where a unit holds the telephone number that is asked for, or the like, the others are no answer. The less else it
/// says, the better: "Shop: 01632 960148" is whose number it is, "ring 01632 960148 for …" is what it is for.
/// Gives whether any does.
pub fn prefer_particulars(candidates: &mut [Candidate], sources: &[Hit], question: &str) -> bool {
    let asked = Particular::asked(question);
    if asked.is_empty() {
        return false;
    }
    let is_beside = |one: &Candidate, other: &Candidate| {
        one.source == other.source && one.unit.block == other.unit.block
    };
    let part_of = |text: &str| asked.iter().filter_map(|it| it.part_of(text)).reduce(f32::max);
    let mut parts: Vec<Option<f32>> = Vec::with_capacity(candidates.len());
    for group in candidates.chunk_by(is_beside) {
        let of: Vec<Option<f32>> = group.iter().map(|it| part_of(&it.unit.text)).collect();
        // The rows of a week are its hours, each of which names a day.
        let days = group.iter().filter(|it| Days::of(&it.unit.text).is_some()).count();
        let is_week = asked.contains(&Particular::Hours) && days >= DAYS;
        parts.extend(of.into_iter().map(|part| part.map(|part| if is_week { 1.0 } else { part })));
    }
    if parts.iter().all(Option::is_none) {
        return false;
    }
    let is_all = Particular::is_all_of(question);
    for (candidate, part) in candidates.iter_mut().zip(parts) {
        let Candidate { source, unit, .. } = &*candidate;
        let source = &sources[*source];
        let above = fold(
            &[&source.path, &source.title, &source.heading, &unit.heading]
                .map(String::as_str)
                .join(" "),
        );
        let about = if asked.contains(&Particular::Hours) { ABOUT_HOURS } else { ABOUT_CONTACT };
        let own = if about.iter().any(|word| above.contains(word)) { OWN } else { 0.0 };
        let denies = joints::denies(&unit.text);
        candidate.applies = Some(part.is_some());
        candidate.score += match part {
            Some(part) => part * PLAIN + own,
            // "We have no telephone" is an answer.
            None if denies => 0.0,
            None if is_all => -ANOTHER,
            None => -OF_ANOTHER,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_asks_for_a_kind_of_thing() {
        assert_eq!(Asks::of("How many days do I have?"), Some(Asks::Duration));
        assert_eq!(Asks::of("Was kostet der Versand?"), Some(Asks::Price));
        assert_eq!(Asks::of("Do you sell lamps?"), None);
        assert!(
            Asks::Price.is_in("Delivery is £4.90.") && !Asks::Price.is_in("Delivery takes 3 days.")
        );
        assert!(
            Asks::Duration.is_in("Within thirty days.")
                && Asks::Moment.is_in("Tuesday: 9:00–17:00")
        );
    }
}
