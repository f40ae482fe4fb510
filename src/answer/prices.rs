//! Prices in a text: numbers with the currency that stands beside them. "£30" is not supported by "30 €".

use std::collections::{HashMap, HashSet};

use super::{numbers, words};

/// Each currency's names, folded.
const CURRENCIES: &[&[&str]] = &[
    &["€", "eur", "euro", "euros"],
    &["£", "gbp", "pound", "pounds", "quid"],
    &["$", "usd", "dollar", "dollars", "dolar", "dolares"],
    &["chf", "franken", "franc", "francs", "franchi"],
    &["¥", "jpy", "yen", "円"],
    &["cny", "rmb", "yuan", "元"],
    &["₹", "inr", "rupees"],
    &["₺", "lira", "liras"],
    &["pln", "zł", "zl", "zloty"],
    &["sek"],
    &["nok"],
    &["dkk"],
];

/// Whether a folded word, or a sign, is a currency.
pub fn is_currency(word: &str) -> bool {
    CURRENCIES.iter().any(|names| names.contains(&word))
}

/// A currency, as its place among those known.
type Currency = usize;

/// The prices of some texts.
#[derive(Default)]
pub struct Prices {
    /// Their numbers, each with the currencies beside it; none where it stands alone.
    numbers: HashMap<String, HashSet<Option<Currency>>>,
    /// Currencies that are named apart from a number, as a table does in the names of its columns.
    named: HashSet<Currency>,
}

impl Prices {
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut prices = Self::default();
        texts.into_iter().for_each(|text| prices.read(text));
        prices
    }

    /// Whether some number stands beside a currency.
    pub fn has_any(&self) -> bool {
        self.numbers.values().any(|beside| beside.iter().any(Option::is_some))
    }

    fn read(&mut self, text: &str) {
        let folded = words::fold(text);
        let mut rest = folded.as_str();
        let mut before = "";
        self.named.extend(named(rest));
        while let Some(at) = rest.find(|letter: char| letter.is_ascii_digit()) {
            let end = rest[at..]
                .find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, '.' | ','))
                .map_or(rest.len(), |length| at + length);
            let (left, number, right) = (&rest[..at], &rest[at..end], &rest[end..]);
            // What follows a number belongs to that one: "4 € 5 pieces".
            let is_taken = !before.is_empty() && left.split_whitespace().count() < 2;
            let left = if is_taken { "" } else { left.trim_end() };
            let currency = beside(right.trim_start(), true).or_else(|| beside(left, false));
            self.numbers.entry(numbers::one(number)).or_default().insert(currency);
            (before, rest) = (number, right);
        }
    }

    /// Whether one of these prices is not known: its number, or not in its currency. A number that stands alone may be in
    /// any that is named elsewhere.
    pub fn contradict(&self, said: &Self) -> bool {
        let lacks = |number: &String, said: Currency| {
            self.numbers.get(number).is_none_or(|known| {
                let is_alone = known.contains(&None) && self.named.contains(&said);
                !is_alone && !known.contains(&Some(said))
            })
        };
        said.numbers
            .iter()
            .any(|(number, said)| said.iter().flatten().any(|currency| lacks(number, *currency)))
    }
}

/// The currencies whose names stand in a folded text with no number beside them.
fn named(folded: &str) -> impl Iterator<Item = Currency> {
    CURRENCIES
        .iter()
        .enumerate()
        .filter(|(_, names)| names.iter().any(|name| is_named(folded, name)))
        .map(|(at, _)| at)
}

fn is_named(folded: &str, name: &str) -> bool {
    let is_word = |letter: char| letter.is_alphanumeric() && !words::is_dense(letter);
    folded.match_indices(name).any(|(at, _)| {
        let (before, after) = (&folded[..at], &folded[at + name.len()..]);
        let joins = |next: Option<char>| next.is_some_and(is_word) && name.chars().all(is_word);
        let is_part = joins(before.chars().next_back()) || joins(after.chars().next());
        let counts = |next: Option<char>| next.is_some_and(|next| next.is_ascii_digit());
        let is_price = counts(before.trim_end().chars().next_back())
            || counts(after.trim_start().chars().next());
        !is_part && !is_price
    })
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
        Prices::of([known]).contradict(&Prices::of([said]))
    }

    #[test]
    fn a_price_that_nobody_gave_or_in_another_currency_is_contradicted() {
        let known = "Shipping: 4,90 €, abroad EUR 9.90. A lamp is £39; 30 days.";
        for fine in ["4.90 euros", "€9.90 or 4.90 €", "£39.00", "39 pounds", "30 days"] {
            assert!(!contradict(known, fine), "{fine}");
        }
        for other in
            ["$4.90", "£9.90", "39 €", "CHF 39", "It costs 39.00 dollars.", "7 francs", "$30"]
        {
            assert!(contradict(known, other), "{other}");
        }
        assert!(contradict("A kayak costs $15. We close at 15:00.", "It costs £15."));
        assert!(!contradict("Price (GBP): 30", "£30"), "a table may name it elsewhere");
        assert!(!contradict("All prices in euros. A lamp: 30. A fan: £9", "30 €"));
        assert!(contradict("Price (GBP): 30", "30 €"));
        assert!(contradict("The eurovision lamp: 30", "30 €"), "no currency");
        assert!(!contradict("eurovision 30 €", "30 €uro"));
    }
}
