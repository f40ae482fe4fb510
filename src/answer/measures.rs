//! Units by their names, and what they measure: "how many kilos" is answered by grams, and 2 weeks are compared with 10
//! days.

use std::{collections::HashMap, sync::LazyLock};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Mass,
    /// Of mass, or of money.
    Pounds,
    Length,
    Time,
    Data,
    Loudness,
    Power,
    Energy,
    Voltage,
    People,
    Money,
    Temperature,
    /// Of something else: it is compared with nothing.
    Other,
}

const DAY: f64 = 86_400.0;
pub const WEEK: f64 = 7.0 * DAY;
pub const YEAR: f64 = 365.25 * DAY;
/// In grams.
const POUND: f64 = 453.592_37;
/// For each unit how many of the measure's smallest it is, here grams, millimetres, seconds, bytes, watts; its names in
/// English, and in German, French and Spanish where they are others, folded.
const UNITS: &[(Measure, f64, &str, &str)] = &[
    (Measure::Mass, 1.0, "g gram grams gramme grammes", "gramm"),
    (Measure::Mass, 1000.0, "kg kgs kilo kilos kilogram kilograms", "kilogramm"),
    (Measure::Mass, POUND, "lb lbs", ""),
    (Measure::Pounds, 1.0, "pound pounds", ""),
    (Measure::Mass, POUND / 16.0, "oz ounce ounces", ""),
    (Measure::Mass, POUND * 14.0, "stone stones", ""),
    (Measure::Mass, 1_000_000.0, "ton tons tonne tonnes", ""),
    (Measure::Length, 1.0, "mm millimetre millimetres millimeter millimeters", ""),
    (Measure::Length, 10.0, "cm centimetre centimetres centimeter centimeters", "zentimeter"),
    (Measure::Length, 25.4, "inch inches", ""),
    (Measure::Length, 304.8, "ft foot feet", ""),
    (Measure::Length, 914.4, "yard yards", ""),
    (Measure::Length, 1000.0, "m metre metres meter meters", ""),
    (Measure::Length, 1_000_000.0, "km kilometre kilometres kilometer kilometers", ""),
    (Measure::Length, 1_609_344.0, "mile miles", ""),
    (Measure::Time, 1.0, "second seconds sec secs", ""),
    (Measure::Time, 60.0, "minute minutes min mins", "minuten"),
    (Measure::Time, 3600.0, "hour hours hr hrs h", "stunde stunden heure heures hora horas"),
    (
        Measure::Time,
        DAY,
        "day days night nights",
        "tag tage tagen nacht nachte jour jours nuit nuits dia dias noche noches",
    ),
    (Measure::Time, 2.0 * DAY, "weekend weekends", ""),
    (Measure::Time, WEEK, "week weeks", "woche wochen semaine semaines semana semanas"),
    (Measure::Time, 2.0 * WEEK, "fortnight", ""),
    (Measure::Time, YEAR / 12.0, "month months", "monat monate monaten mois mes meses"),
    (Measure::Time, YEAR / 4.0, "quarter quarters", ""),
    (Measure::Time, YEAR, "year years yr yrs", "yo jahr jahre jahren jahrige ans ano anos"),
    (Measure::Time, 10.0 * YEAR, "decade decades", ""),
    (Measure::Time, 100.0 * YEAR, "century centuries", ""),
    (Measure::Data, 0.125, "bit bits", ""),
    (Measure::Data, 125.0, "kbit kbps", ""),
    (Measure::Data, 125e3, "mbit mbps", ""),
    (Measure::Data, 125e6, "gbit gbps", ""),
    (Measure::Data, 1.0, "byte bytes", ""),
    (Measure::Data, 1e3, "kb kib kilobyte kilobytes", ""),
    (Measure::Data, 1e6, "mb mib megabyte megabytes", ""),
    (Measure::Data, 1e9, "gb gib gigabyte gigabytes", ""),
    (Measure::Data, 1e12, "tb tib terabyte terabytes", ""),
    (Measure::Loudness, 1.0, "decibel decibels db dba", ""),
    (Measure::Power, 1.0, "watt watts w", ""),
    (Measure::Power, 1000.0, "kilowatt kilowatts kw", ""),
    (Measure::Energy, 1.0, "kwh wh", ""),
    (Measure::Voltage, 1.0, "volt volts v", ""),
    (
        Measure::People,
        1.0,
        "people person persons guest guests user users seat seats visitor visitors player players participant participants \
         employee employees attendee attendees member members pupil pupils student students diners pax",
        "personen gaste nutzer teilnehmer personnes invites utilisateurs personas usuarios invitados",
    ),
    (Measure::Temperature, 1.0, "degrees degree c", "grad"),
];

/// What is measured, and in how many of its smallest unit.
pub type Unit = (Measure, f64);

/// By their names, with whether the name is English: each word of what may be told is looked up.
static NAMED: LazyLock<HashMap<&str, (Unit, bool)>> = LazyLock::new(|| {
    let mut named = HashMap::new();
    for (measure, factor, english, others) in UNITS {
        for (names, is_english) in [(english, true), (others, false)] {
            for name in names.split_ascii_whitespace() {
                named.entry(name).or_insert(((*measure, *factor), is_english));
            }
        }
    }
    named
});

/// None for a word that is no unit.
pub fn unit(word: &str) -> Option<Unit> {
    NAMED.get(word).map(|(unit, _)| *unit)
}

/// What an English unit measures that "how many" may ask to be told in. None for other words: people are counted.
pub fn measured(word: &str) -> Option<Measure> {
    match NAMED.get(word).filter(|(_, is_english)| *is_english)?.0.0 {
        Measure::Pounds => Some(Measure::Mass),
        Measure::People | Measure::Temperature => None,
        measure => Some(measure),
    }
}

impl Measure {
    /// A value of another measure as one of this. None where they cannot be compared.
    pub fn compared(self, other: Self, value: f64) -> Option<f64> {
        match (self, other) {
            (Self::Other, _) => None,
            (Self::Mass, Self::Pounds) => Some(value * POUND),
            (Self::Pounds, Self::Mass) => Some(value / POUND),
            (Self::Pounds, Self::Money) | (Self::Money, Self::Pounds) => Some(value),
            (one, other) => (one == other).then_some(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_a_measure_are_compared() {
        let in_smallest = |word| unit(word).map(|(_, factor)| factor);
        assert_eq!(in_smallest("kilo"), in_smallest("g").map(|gram| gram * 1000.0));
        assert_eq!(in_smallest("week"), in_smallest("nights").map(|night| night * 7.0));
        assert_eq!(unit("week").unwrap().0, Measure::Time);
        assert_eq!(unit("dog"), None);
        assert_eq!(measured("pounds"), Some(Measure::Mass));
        assert_eq!((measured("guests"), measured("stunden")), (None, None));
        assert_eq!(Measure::Mass.compared(Measure::Time, 1.0), None);
        assert_eq!(Measure::Other.compared(Measure::Other, 1.0), None);
    }
}
