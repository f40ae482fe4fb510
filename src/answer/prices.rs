//! Prices in a text: numbers with the currency that stands beside them. "£30" is not supported by "30 €".

use std::collections::{HashMap, HashSet};

use super::{numbers, words};

/// Each currency's names, folded.
const CURRENCIES: &[&[&str]] = &[
    &["€", "eur", "euro", "euros"],
    &["£", "gbp", "pound", "pounds", "quid"],
    &["$", "usd", "dollar", "dollars", "dolar", "dolares"],
    &["chf", "franken", "francs", "franchi"],
    &["¥", "jpy", "yen", "円"],
    &["cny", "rmb", "yuan", "元"],
    &["₹", "inr", "rupees"],
    &["pln", "zł", "zl", "zloty"],
    &["sek"],
    &["nok"],
    &["dkk"],
];

/// A currency, as its place among those known.
type Currency = usize;

/// The numbers of a text, each with the currencies beside it; none where it stands alone.
#[derive(Default)]
pub struct Prices(HashMap<String, HashSet<Option<Currency>>>);

impl Prices {
    pub fn read(&mut self, text: &str) {
        let folded = words::fold(text);
        let mut rest = folded.as_str();
        let mut before = "";
        while let Some(at) = rest.find(|letter: char| letter.is_ascii_digit()) {
            let end = rest[at..]
                .find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, '.' | ','))
                .map_or(rest.len(), |length| at + length);
            let (left, number, right) = (&rest[..at], &rest[at..end], &rest[end..]);
            // What follows a number belongs to that one: "4 € 5 pieces".
            let is_taken = !before.is_empty() && left.split_whitespace().count() < 2;
            let left = if is_taken { "" } else { left.trim_end() };
            let currency = beside(right.trim_start(), true).or_else(|| beside(left, false));
            self.0.entry(numbers::one(number)).or_default().insert(currency);
            (before, rest) = (number, right);
        }
    }

    /// Whether one of these prices is not known, or known in another currency alone. Of a number that has none anywhere it
    /// is not known which it is.
    pub fn contradict(&self, said: &Self) -> bool {
        let lacks = |number: &String, said: Currency| match self.0.get(number) {
            Some(known) => known.iter().any(Option::is_some) && !known.contains(&Some(said)),
            None => true,
        };
        said.0
            .iter()
            .any(|(number, said)| said.iter().flatten().any(|currency| lacks(number, *currency)))
    }
}

/// The currency that a text begins with, or ends with.
fn beside(text: &str, begins: bool) -> Option<Currency> {
    let is_letter = |letter: char| letter.is_alphabetic() && !words::is_dense(letter);
    CURRENCIES.iter().position(|names| {
        names.iter().any(|name| {
            let apart = if begins { text.strip_prefix(name) } else { text.strip_suffix(name) };
            apart.is_some_and(|other| {
                let next = if begins { other.chars().next() } else { other.chars().next_back() };
                !(name.chars().all(is_letter) && next.is_some_and(is_letter))
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::Prices;

    fn contradict(known: &str, said: &str) -> bool {
        let read = |text| {
            let mut prices = Prices::default();
            prices.read(text);
            prices
        };
        read(known).contradict(&read(said))
    }

    #[test]
    fn a_price_that_nobody_gave_or_in_another_currency_is_contradicted() {
        let known = "Shipping: 4,90 €, abroad EUR 9.90. A lamp is £39; 30 days.";
        for fine in ["4.90 euros", "€9.90 or 4.90 €", "£39.00", "39 pounds", "30 days", "$30"]
        {
            assert!(!contradict(known, fine), "{fine}");
        }
        for other in ["$4.90", "£9.90", "39 €", "CHF 39", "It costs 39.00 dollars.", "7 francs"]
        {
            assert!(contradict(known, other), "{other}");
        }
        assert!(contradict("A kayak costs $15. We close at 15:00.", "It costs £15."));
        assert!(!contradict("Price (GBP): 30", "£30"), "a table may name it elsewhere");
        assert!(!contradict("eurovision 30 €", "30 €uro"));
    }
}
