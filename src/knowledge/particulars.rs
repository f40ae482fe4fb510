//! Where a desk is, how to reach it and when: its telephone number, its e-mail address, the place, its hours. Pages hold
//! these as a number below "Shop" or as a line of its own, so that neither words nor meaning find what everybody asks for
//! first; the index knows each passage that holds one by a word of its own.

mod asked;

use std::sync::LazyLock;

use regex::Regex;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Particular {
    Telephone,
    Email,
    Address,
    Hours,
}

const ALL: [Particular; 4] =
    [Particular::Telephone, Particular::Email, Particular::Address, Particular::Hours];

impl Particular {
    /// The word by which the index knows what holds one; no text has such a word.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Telephone => ".telephone",
            Self::Email => ".email",
            Self::Address => ".address",
            Self::Hours => ".hours",
        }
    }

    /// The part of a text that is one, 0 to 1; none where it holds none.
    pub fn part_of(self, text: &str) -> Option<f32> {
        let found = match self {
            Self::Telephone => {
                let mut runs = TELEPHONES.iter().flat_map(|runs| runs.find_iter(text));
                runs.find(|run| is_telephone(text, run.start(), run.as_str()))
            }
            Self::Email => EMAILS.as_ref()?.find(text),
            Self::Address if text.bytes().any(|byte| byte.is_ascii_digit()) => {
                let mut places = ADDRESSES.iter().flat_map(|places| places.find_iter(text));
                places.find(|place| !UNITS.iter().any(|unit| place.as_str().ends_with(unit)))
            }
            Self::Address => None,
            Self::Hours => return hours(text),
        };
        Some(found?.len() as f32 / text.len() as f32)
    }

    pub fn is_in(self, text: &str) -> bool {
        self.part_of(text).is_some()
    }
}

/// The words of all that a text holds.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    ALL.into_iter()
        .filter(move |particular| particular.is_in(text))
        .map(|particular| particular.word().to_owned())
}

/// Whether a word of the index is one of these.
pub(super) fn is_word(word: &str) -> bool {
    word.starts_with('.')
}

/// Digits of a number to call.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// Bytes before it in which something says that it is one.
const BEFORE: usize = 30;

type Pattern = LazyLock<Option<Regex>>;

/// Runs that may be one.
static TELEPHONES: Pattern = LazyLock::new(|| pattern(r"\+?\(?[0-9][0-9 \u{a0}().\-/]{5,22}[0-9]"));
/// Such as are none: decimals, dates, years, times.
static NO_TELEPHONES: Pattern = LazyLock::new(|| {
    pattern(concat!(
        r"^(?:[0-9]+\.[0-9]+|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9][0-9]|[0-9]{4} ?[-/] ?[0-9]{4}|[0-9]{1,2}\.[0-9][0-9] ?- ?[0-9]{1,2}\.[0-9][0-9])$",
        r"|^(?:[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}\b|[12][0-9]{3}[./-][0-9]{1,2}[./-][0-9]{1,2}\b|[0-9]{1,2}\.[0-9]{1,2}\. ?-)",
    ))
});
static THOUSANDS: Pattern = LazyLock::new(|| pattern(r"^[+(][0-9]{1,3}(?: 000)+$"));
/// As North America writes them.
static AMERICAN: Pattern = LazyLock::new(|| {
    pattern(r"(?:^|[ \n|])(?:\+?1[ .-]?)?(?:\([0-9]{3}\) ?|[0-9]{3}[ .-])[0-9]{3}[ .-][0-9]{4}\b")
});
static CALLS: Pattern = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:tel|phone|telephone|mobile|call|ring|text|fax|whatsapp|t[eé]l[eé]?[a-zà-ÿ]*|mobil|m[oó]vil|cell|handy|ruf[a-zà-ÿ]*|appel[a-zà-ÿ]*|ll[aá]m[a-zà-ÿ]*|bel)\b|☎|☏|電話|电话|전화",
    )
});
/// Numbers that nobody calls.
static COUNTED: Pattern = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(?:iban|bic|sort code|vat|ust|siret|siren|nif|cif|isbn|kvk|reference|tracking|guarantee|policy)\b",
        r"|\b(?:account|company|registration|charity|order|donation)\b[0-9A-Za-z ]{0,8}\b(?:no|number|nr)\b",
    ))
});
static EMAILS: Pattern = LazyLock::new(|| {
    pattern(
        r"(?i)[0-9A-Za-z_.+-]+ ?(?:@|\[at\]|\(at\)) ?[0-9A-Za-zÀ-ž-]+(?:\.[0-9A-Za-zÀ-ž-]+)*(?:\.| ?(?:\[dot\]|\(dot\)) ?)[a-z]{2,}",
    )
});
/// A street with its number, or a town with its code.
static ADDRESSES: Pattern = LazyLock::new(|| {
    pattern(concat!(
        // Britain's postcodes, America's, Canada's.
        r"\b[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}\b|\b[A-Z]{2} [0-9]{5}(?:-[0-9]{4})?\b|\b[A-Z][0-9][A-Z] [0-9][A-Z][0-9]\b",
        // Streets: "14 Heron Lane", "Hauptstraße 3", "12, rue de la Paix", "Calle Mayor, 5", "Via Roma 2", "Kerkstraat 1".
        r"|\b[0-9]+[a-zA-Z]?,? (?:[A-Z][0-9A-Za-zÀ-ž'’]+ ){1,3}(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Square|Drive|Way|Quay|Row|Terrace|Boulevard|Blvd|Close|Court|Place|Hill|Parade|Wharf)\b",
        r"|\b[A-ZÀ-ÞĀ-Ž][A-Za-zÀ-ž.-]*(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|damm|ufer|straat|laan|plein|gracht|kade) ?[0-9]",
        r"|\b[0-9]+(?: ?bis| ?ter)?,? (?i:rue|avenue|av\.|boulevard|bd|place|chemin|quai|all[ée]e|impasse|route) (?:de|du|des|d['’]|l['’]|la|le|[A-ZÀ-ÞĀ-Ž])",
        r"|\b(?i:calle|c/|avenida|avda\.?|plaza|paseo|via|viale|piazza|corso|strada|rua|travessa|largo|ul\.|ulica) (?:d[a-zß-ÿ]{1,4} )?[A-ZÀ-ÞĀ-Ž][A-Za-zÀ-ž'’-]+(?: (?:d[a-zß-ÿ]{1,4} )?[A-ZÀ-ÞĀ-Ž][A-Za-zÀ-ž'’-]+){0,3},? ?(?:n\.? ?[ºo°]? ?|n[uú]m\.? ?)?[0-9]",
        // Towns: "24103 Kiel", "1012 AB Amsterdam", "〒100-0001".
        r"|\b[0-9]{5} [A-ZÀ-ÞĀ-Ž][A-Za-zÀ-ž]{2,}\b|\b[0-9]{4} [A-Z]{2} [A-ZÀ-ÞĀ-Ž][a-zß-ÿ]|〒 ?[0-9]{3}-?[0-9]{4}|[都道府県][一-鿿]{1,4}[市区町村]|[路街][一-鿿]{0,3}[0-9]+号",
    ))
});

/// After five digits, no town.
const UNITS: &[&str] = &[
    "Euro",
    "Euros",
    "Kilometer",
    "Meter",
    "Stück",
    "Liter",
    "Users",
    "Zeichen",
    "Personen",
    "Jahre",
    "Mal",
    "Watt",
];

fn is_telephone(text: &str, at: usize, run: &str) -> bool {
    // Two numbers: "01632 960148 / 01632 960149".
    let run = run.split(" / ").next().unwrap_or(run);
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    if !DIGITS.contains(&digits) || is_match(&NO_TELEPHONES, run.trim_start_matches(['(', '+'])) {
        return false;
    }
    let line = &text[..at];
    let line = &line[line.rfind('\n').map_or(0, |end| end + 1)..];
    let before = &line[line.ceil_char_boundary(line.len().saturating_sub(BEFORE))..];
    if before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '£' | '$' | '€' | '#'))
        || is_match(&COUNTED, before)
    {
        return false;
    }
    let is_amount = run.starts_with(['+', '(']) && is_match(&THOUSANDS, run);
    run.starts_with(['0', '+', '(']) && !is_amount
        || is_match(&AMERICAN, run)
        || is_match(&CALLS, before)
}

/// From a time of day to another, as clocks tell it.
static SPANS: Pattern = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b24/7\b|around the clock|rund um die uhr|\b(?:[01]?[0-9]|2[0-4])(?::[0-9][0-9]|h[0-9][0-9]|\.[0-5][0-9])? ?(?:am|pm|[ap]\.m\.|h|uhr|uur|時|点)? ?",
        r"(?:-|–|—|〜|～|to|until|till|bis|à|a|al|alle|às|tot|e le|en|から) ?",
        r"(?:[01]?[0-9]|2[0-4])(?::[0-9][0-9]|h[0-9][0-9]|\.[0-5][0-9]| ?(?:am|pm|[ap]\.m\.|h\b|uhr|uur|時|点))",
    ))
});
/// A time of day, or whether there is one.
static TIMES: Pattern = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b[0-9]{1,2}(?:[:.][0-5][0-9]| ?(?:am|pm|[ap]\.m\.|h|uhr|uur)\b| ?[-–] ?[0-9]{1,2}\b)|[0-9]時|",
        r"\b(?:open|geöffnet|ouverte?s?|abiertos?|apert[oia]|geopend|abertos?|noon|midday|nine|ten|five|six|seven|eight)\b|",
        r"\b(?:closed|geschlossen|ferm[ée]s?|cerrado|chiuso|gesloten|fechado|nieczynne)\b|定休|休業|休馆",
    ))
});
/// A day of the week, in full or for short.
static DAYS: Pattern = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:days?)?\b|\bdaily\b|\bweekdays?\b|\bevery day\b|",
        r"\b(?:(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|täglich)\b|",
        // "Mo–Fr", "Sa. 9 bis 12", and not "Do not".
        r"(?-i:\b(?:Mo|Di|Mi|Do|Fr|Sa|So)(?:\.|:| ?[-–] ?(?:Mo|Di|Mi|Do|Fr|Sa|So)\b| [0-9]| bis | und (?:Mo|Di|Mi|Do|Fr|Sa|So)\b))|",
        r"\b(?:lun|mar|mercre|jeu|vendre|same)dis?\b|\bdimanches?\b|\btous les jours\b|",
        r"\b(?:lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bados?|domingos?|todos los días)\b|",
        r"\b(?:lune|marte|mercole|giove|vener)d[iì]\b|\b(?:sabato|domenica|ogni giorno)\b|",
        r"\b(?:maan|dins|woens|donder|vrij|zater|zon)dag\b|\b(?:segunda|ter[çc]a|quarta|quinta|sexta)(?:-feira)?\b|[月火水木金土日]曜|毎日|周[一二三四五六日]|星期",
    ))
});

/// Hours of one day say less of when a desk is open than those of several, and these less than a whole week.
const ONE_DAY: f32 = 0.25;
const SEVERAL_DAYS: f32 = 0.5;

fn hours(text: &str) -> Option<f32> {
    let days = DAYS.iter().flat_map(|days| days.find_iter(text)).count();
    let is_price = text.contains(['€', '$', '£']);
    let are_there = is_match(&SPANS, text) && !is_price || days > 0 && is_match(&TIMES, text);
    are_there.then_some(if days > 1 { SEVERAL_DAYS } else { ONE_DAY })
}

/// Whether a word is a day's name.
fn is_day(word: &str) -> bool {
    is_match(&DAYS, word)
}

/// All of them are constants, and the tests try each. Of letters they know Europe's Latin ones: all that Unicode has
/// take ten times as long to compile, before a first answer, and as much memory.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

fn is_match(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::Particular::{Address, Email, Hours, Telephone};

    #[test]
    fn texts_hold_them() {
        for (text, particular) in [
            ("| Shop | 01632 960148 |", Telephone),
            ("Ring us on +44 (0)20 7946 0018.", Telephone),
            ("(555) 010-0199", Telephone),
            ("555-010-0199", Telephone),
            ("Tel. 912 345 678", Telephone),
            ("Téléphone : 02.98.00.11.22", Telephone),
            ("0475/12.34.56", Telephone),
            ("01632 960148 / 01632 960149", Telephone),
            ("Springfield, IL 62701 (555) 010-0199", Telephone),
            ("To order, call 01632 960148", Telephone),
            ("Mon-Fri 9-5", Hours),
            ("Mo-Fr 9-18 Uhr", Hours),
            ("We are there 24/7", Hours),
            ("hello@heronlane.example", Email),
            ("info [at] example [dot] com", Email),
            ("14 Heron Lane, Alderwick AW3 7HL", Address),
            ("Hauptstraße 12, 24103 Kiel", Address),
            ("12, rue de la Paix, 75002 Paris", Address),
            ("Calle Mayor, 5", Address),
            ("Via Roma 2, Torino", Address),
            ("ul. Łąkowa 5, Łódź", Address),
            ("Kerkstraat 1, 1012 AB Amsterdam", Address),
            ("〒100-0001 東京都千代田区", Address),
            ("Monday: 9:00–17:00", Hours),
            ("Sommer: 9 bis 18 Uhr", Hours),
            ("Dimanche : fermé", Hours),
            ("Tue to Sat 9am-5pm", Hours),
            ("On Saturday we are open from nine to one", Hours),
            ("1 Main St, Springfield, IL 62701", Address),
        ] {
            assert!(particular.is_in(text), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_none() {
        for text in [
            "",
            "Order before 14:00, 01.02.2026",
            "From 2026-11-28 to 2026-12-01",
            "It costs £1 200 000",
            "0.00000001",
            "VAT no. 0123456789",
            "Sort code 04-00-04, account 01234567",
            "Donation reference 0770 112 2334",
            "Your order number 0012-345-678",
            "(2010-2014)",
            "(01.02.2026)",
            "+10 000 000 in 2030",
            "via HTTP on port 8080",
            "Im Januar 2026",
            "50000 Kilometer",
            "2 place settings",
            "Do you open a ticket? So do we.",
            "10.50 - 12.50 €",
            "On 3 March we move",
            "Version 10.2 has 12000 users",
            "Write to us at any time",
        ] {
            for particular in super::ALL {
                assert!(!particular.is_in(text), "{text}: {particular:?}");
            }
        }
    }
}
