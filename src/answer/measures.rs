//! Units by their names, and what they measure, so that 2 weeks are compared with 10 days.

use super::quantities::is_in;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Mass,
    /// Of mass, or of money.
    Pounds,
    Length,
    Time,
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
/// Each unit's names, folded, and how many of the measure's smallest it is: grams, millimetres, seconds.
const UNITS: &[(Measure, f64, &str)] = &[
    (Measure::Mass, 1.0, "g gram grams gramme grammes gramm"),
    (Measure::Mass, 1000.0, "kg kgs kilo kilos kilogram kilograms kilogramm"),
    (Measure::Mass, POUND, "lb lbs"),
    (Measure::Pounds, 1.0, "pound pounds"),
    (Measure::Mass, POUND / 16.0, "oz ounce ounces"),
    (Measure::Mass, POUND * 14.0, "stone stones"),
    (Measure::Mass, 1_000_000.0, "tonne tonnes"),
    (Measure::Length, 1.0, "mm millimetre millimetres millimeter millimeters"),
    (Measure::Length, 10.0, "cm centimetre centimetres centimeter centimeters zentimeter"),
    (Measure::Length, 25.4, "inch inches"),
    (Measure::Length, 304.8, "ft foot feet"),
    (Measure::Length, 1000.0, "metre metres meter meters"),
    (Measure::Length, 1_000_000.0, "km kilometre kilometres kilometer kilometers"),
    (Measure::Length, 1_609_344.0, "mile miles"),
    (Measure::Time, 60.0, "minute minutes min mins minuten"),
    (Measure::Time, 3600.0, "hour hours hr hrs stunde stunden heure heures hora horas"),
    (
        Measure::Time,
        DAY,
        "day days night nights tag tage tagen nacht nachte jour jours nuit nuits dia dias noche noches",
    ),
    (Measure::Time, WEEK, "week weeks woche wochen semaine semaines semana semanas"),
    (Measure::Time, 2.0 * WEEK, "fortnight fortnights"),
    (Measure::Time, YEAR / 12.0, "month months monat monate monaten mois mes meses"),
    (Measure::Time, YEAR, "year years yr yrs yo jahr jahre jahren jahrige ans an ano anos"),
    (
        Measure::People,
        1.0,
        "people person persons guest guests user users seat seats visitor visitors player players participant participants \
         employee employees attendee attendees member members pupil pupils student students diners personen gaste nutzer \
         teilnehmer personnes invites utilisateurs personas usuarios invitados pax",
    ),
    (Measure::Temperature, 1.0, "degrees degree c grad"),
];

/// What is measured, and in how many of its smallest unit.
pub type Unit = (Measure, f64);

/// None for a word that is no unit.
pub fn unit(word: &str) -> Option<Unit> {
    let (measure, factor, _) = UNITS.iter().find(|(_, _, names)| is_in(word, names))?;
    Some((*measure, *factor))
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
        assert_eq!(Measure::Mass.compared(Measure::Time, 1.0), None);
        assert_eq!(Measure::Other.compared(Measure::Other, 1.0), None);
    }
}
