//! The units of a source as an answer may say them.

use std::borrow::Cow;

use super::inert;
use crate::knowledge::units;
pub use crate::knowledge::units::{BELOW, EMBEDDED, Kind, Unit};

/// Between a link's label and its target.
const LINK: &str = "](";

/// Those of a passage in Markdown, in reading order; no number in brackets among them would read as a citation.
pub fn units(markdown: &str) -> Vec<Unit> {
    let mut units = units::units(markdown);
    // In code nothing is a citation or a link.
    for unit in units.iter_mut().filter(|unit| unit.kind != Kind::Code) {
        for text in [&mut unit.text, &mut unit.heading, &mut unit.subject] {
            if let Cow::Owned(harmless) = inert::marks(text) {
                *text = harmless;
            }
            // What a page shows as text leads nowhere.
            if text.contains(LINK) {
                *text = text.replace(LINK, "] (");
            }
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reads_as_a_citation() {
        assert_eq!(units("See [1].")[0].text, "See (1).");
        assert_eq!(
            units(r"See \[it\](https://a.example).")[0].text,
            "See [it] (https://a.example)."
        );
    }
}
