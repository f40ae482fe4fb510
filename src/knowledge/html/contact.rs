//! What a site says of itself around its pages, in the footer and for search engines (JSON-LD): where it is, how to
//! reach it and when it is open. It is on every page, so it is read once, from the site's first page.

use std::collections::HashSet;

use scraper::Html;
use serde_json::Value;
use url::Url;

use super::{data::list, edges, nodes::bare, squeeze};

/// Lines that are held against the page's text; that are kept, and bytes of one.
const HELD: usize = 100;
const LINES: usize = 20;
const LONGEST: usize = 200;
/// Objects in JSON-LD that are looked at.
const OBJECTS: usize = 200;
/// Kinds of things that have an address and are not who runs the site.
const OTHERS: &[&str] =
    &["Person", "Event", "JobPosting", "Review", "Product", "Article", "BlogPosting"];
/// What stands above it, for each language; English else.
const HEADINGS: &[(&str, &str)] = &[
    ("de", "Kontakt und Öffnungszeiten"),
    ("fr", "Contact et horaires"),
    ("es", "Contacto y horarios"),
    ("it", "Contatti e orari"),
    ("pt", "Contacto e horários"),
    ("nl", "Contact en openingstijden"),
    ("en", "Contact and opening hours"),
];

/// Whether a URL is a site's first page, also one for each language.
pub(super) fn is_first(url: &Url) -> bool {
    let mut parts = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty());
    let is_plain = |part: &str| {
        part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_lowercase())
            || part.split_once('.').is_some_and(|(name, _)| name == "index")
    };
    url.query().is_none() && parts.by_ref().take(2).all(is_plain) && parts.next().is_none()
}

/// What is said around the page, line by line.
pub(super) fn lines(document: &Html, data: &[Value]) -> Vec<String> {
    let mut lines = edges::of_footer(document);
    lines.extend(of_data(data));
    lines.extend(edges::beside(document));
    lines.truncate(HELD);
    lines
}

/// A section in Markdown with the lines that the page's own text does not say; empty where there are none.
pub(super) fn section(mut lines: Vec<String>, language: Option<&str>, markdown: &str) -> String {
    let known = bare(markdown);
    let mut seen = HashSet::new();
    lines.retain(|line| {
        let plain = bare(line);
        !plain.is_empty() && !known.contains(&plain) && seen.insert(plain)
    });
    if lines.is_empty() {
        return String::new();
    }
    let language = language.and_then(|language| language.get(..2)).unwrap_or("en").to_lowercase();
    let heading = HEADINGS.iter().find(|(code, _)| *code == language);
    let heading = heading.map_or("Contact and opening hours", |(_, heading)| heading);
    let items: Vec<String> =
        lines.iter().take(LINES).map(|line| format!("- {}", escaped(line))).collect();
    format!("\n\n## {heading}\n\n{}\n", items.join("\n"))
}

fn escaped(line: &str) -> String {
    line.replace(['\\', '`', '*', '_', '[', ']', '<', '>', '|'], " ")
}

/// What search engines are told of who runs the site.
fn of_data(data: &[Value]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut left = OBJECTS;
    for value in data {
        of_value(value, &mut left, &mut lines);
    }
    lines
}

fn of_value(value: &Value, left: &mut usize, lines: &mut Vec<String>) {
    if *left == 0 {
        return;
    }
    *left -= 1;
    match value {
        Value::Array(values) => values.iter().for_each(|value| of_value(value, left, lines)),
        Value::Object(object) => {
            if let Some(graph) = object.get("@graph") {
                of_value(graph, left, lines);
            }
            let kinds = texts(object.get("@type"));
            if kinds.is_empty() || kinds.iter().any(|kind| OTHERS.contains(&kind.as_str())) {
                return;
            }
            let mut say = |name: &str, values: Vec<String>| {
                let values: Vec<String> =
                    values.iter().map(|value| squeeze(value)).filter(|it| !it.is_empty()).collect();
                let line = format!("{name}: {}", values.join(", "));
                if !values.is_empty() && line.len() <= LONGEST {
                    lines.push(line);
                }
            };
            say("Phone", texts(object.get("telephone")));
            say("E-mail", texts(object.get("email")));
            say("Address", address(object.get("address")));
            say("Opening hours", texts(object.get("openingHours")));
            for hours in list(object.get("openingHoursSpecification")).iter().take(LINES) {
                let days = texts(hours.get("dayOfWeek"));
                let days: Vec<&str> =
                    days.iter().map(|day| day.rsplit('/').next().unwrap_or(day)).collect();
                let [opens, closes] = ["opens", "closes"].map(|at| texts(hours.get(at)).concat());
                if !days.is_empty() && !opens.is_empty() {
                    say(&days.join(", "), vec![format!("{opens}–{closes}")]);
                }
            }
        }
        _ => {}
    }
}

fn address(value: Option<&Value>) -> Vec<String> {
    let parts =
        ["streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry"];
    match value {
        Some(Value::Object(address)) => {
            parts.iter().flat_map(|part| texts(address.get(*part))).collect()
        }
        Some(Value::Array(values)) => address(values.first()),
        other => texts(other),
    }
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    list(value).iter().filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::html::data;

    fn section_of(html: &str) -> String {
        let document = Html::parse_document(html);
        let lines = lines(&document, &data::of(&document.tree));
        section(lines, Some("en"), "We are at 1 Elm Road.")
    }

    #[test]
    fn the_footer_says_where_when_and_how() {
        let html = "<main>Hi</main><footer><nav><ul><li><a href=/>Home</a><li><a href=/p>Prices 2026</a></ul></nav>\
            <address>Heron Cycles<br>14 Heron Lane<br>Leeds LS1 4AB</address>\
            <div><p>Call us: <a href='tel:+441132'>0113 496 0000</a></p><p>Mon–Fri 9:00–17:30</p></div>\
            <p>Werkstatt: Lindenallee 3a, 87629 Füssen</p><p>Since 1998, with 3 shops</p><p>desk@heron.example</p><p>1 Elm Road</p><p>© 2026 Heron, Monday is a day</p></footer>";
        assert_eq!(
            section_of(html),
            "\n\n## Contact and opening hours\n\n- Heron Cycles, 14 Heron Lane, Leeds LS1 4AB\n- Call us: 0113 496 0000\n\
             - Mon–Fri 9:00–17:30\n- Werkstatt: Lindenallee 3a, 87629 Füssen\n- desk@heron.example\n"
        );
        assert_eq!(section_of("<footer><p>Made with love</p></footer>"), "");
    }

    #[test]
    fn what_search_engines_are_told_is_known_too() {
        let html = r#"<script type="application/ld+json">{"@graph": [{"@type": ["Dentist"], "telephone": "+41 71 000",
            "address": {"streetAddress": "Hafenstrasse 14", "addressLocality": "Arbon"},
            "openingHoursSpecification": [{"dayOfWeek": ["https://schema.org/Monday", "Tuesday"], "opens": "08:00",
            "closes": "17:00"}]}, {"@type": "Person", "telephone": "1"}]}</script>
            <script type="application/ld+json">{broken</script>"#;
        assert_eq!(
            section_of(html),
            "\n\n## Contact and opening hours\n\n- Phone: +41 71 000\n- Address: Hafenstrasse 14, Arbon\n\
             - Monday, Tuesday: 08:00–17:00\n"
        );
    }

    #[test]
    fn a_first_page_has_no_path_but_a_language() {
        let is_first = |url: &str| super::is_first(&Url::parse(url).expect("a URL"));
        for url in ["https://a.example", "https://a.example/de/", "https://a.example/index.html"] {
            assert!(is_first(url), "{url}");
        }
        for url in ["https://a.example/about", "https://a.example/de/x", "https://a.example/?p=1"] {
            assert!(!is_first(url), "{url}");
        }
    }
}
