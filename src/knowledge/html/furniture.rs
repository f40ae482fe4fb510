//! What themes put between the sentences of a page and nobody came for: labels for machines that read aloud, links to the
//! place itself, forms, the words of strangers, what else could be bought. It is taken out of the tree; what a page says
//! stays, also under a name that sounds like furniture.

use std::collections::HashSet;

use scraper::Node;

use super::{
    labels::is_field_label,
    measures::{Measure, Measures},
    nodes::{
        At, Nodes, attr, classes, detach, empty, has_word, is_heading, name, next, previous, text,
        tokens,
    },
    others::is_of_others,
};

/// Letters up to which what is hidden from sight is a label; more is text that a page unfolds.
const LABEL: usize = 160;
/// The same of other small things.
const SMALL: usize = 300;

/// Children of one element that are looked at.
const SIBLINGS: usize = 64;
/// Siblings that are looked at to either side.
const NEAR: usize = 4;

const READ_ALOUD: &[&str] = &[
    "sr-only",
    "sr-text",
    "a11y-hidden",
    "offscreen",
    "off-screen",
    "a-offscreen",
    "element-invisible",
    "hidden-visually",
    "u-hidden-visually",
    "is-visually-hidden",
    "u-visually-hidden",
    "show-for-sr",
    "assistive-text",
    "elementor-screen-only",
];
const READ_ALOUD_BEGINNINGS: &[&str] =
    &["visually-hidden", "visuallyhidden", "screen-reader", "screenreader"];
const PERMALINKS: &[&str] = &[
    "headerlink",
    "hash-link",
    "header-anchor",
    "anchor",
    "anchorjs-link",
    "heading-anchor",
    "anchor-link",
    "heading-link",
    "td-heading-self-link",
    "permalink",
];
const VERSIONS: &[&str] =
    &["theme-doc-version-badge", "theme-doc-version-banner", "version-badge", "rst-versions"];
const ASKED_ABOUT_IT: &[&str] = &["feedback", "helpful", "votes", "vote"];
/// Links that say only that there is more, in small letters.
const MORE: &[&str] = &[
    "read more",
    "continue reading",
    "learn more",
    "find out more",
    "more info",
    "see more",
    "weiterlesen",
    "mehr lesen",
    "mehr erfahren",
    "lire la suite",
    "en savoir plus",
    "lire plus",
    "leer más",
    "seguir leyendo",
    "saber más",
    "leggi tutto",
    "continua a leggere",
    "scopri di più",
    "lees meer",
    "verder lezen",
    "ler mais",
    "saiba mais",
    "czytaj więcej",
    "läs mer",
    "læs mere",
];
/// What leads from the words of a manual to its program, or to its editor.
const SOURCES: &[&str] = &["[source]", "[docs]", "[src]", "[edit]", "[view source]"];

pub(super) fn remove(tree: &mut Nodes) {
    let room = Room { measures: Measures::of(tree), named: naming(tree) };
    let (mut gone, mut emptied) = (Vec::new(), Vec::new());
    for node in tree.root().descendants().filter(|node| node.value().is_element()) {
        if is_permalink(node) {
            // Its id is where the heading is found.
            emptied.push(node.id());
        } else if room.is_furniture(node) {
            gone.push(node.id());
        }
    }
    for id in emptied {
        empty(tree, id);
    }
    for id in gone {
        detach(tree, id);
    }
}

/// The ids of texts that name a part of the page.
fn naming(tree: &Nodes) -> HashSet<String> {
    let parts = tree.root().descendants().filter(|node| {
        matches!(name(*node), "section" | "article" | "div" | "table" | "ul" | "ol" | "dl" | "main")
    });
    let ids = parts.filter_map(|node| attr(node, "aria-labelledby"));
    ids.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

struct Room {
    measures: Measures,
    named: HashSet<String>,
}

impl Room {
    fn is_furniture(&self, node: At<'_>) -> bool {
        let name = name(node);
        if is_heading(node) || matches!(name, "html" | "body" | "main" | "head") {
            return false;
        }
        let has_names =
            ["class", "id", "aria-hidden"].iter().any(|says| attr(node, says).is_some());
        if !has_names && !matches!(name, "a" | "label" | "legend" | "product-recommendations") {
            return false;
        }
        let measure = self.measures.get(node.id());
        let classes = classes(node);
        let is_named = match name {
            "a" => self.is_idle(node, measure) || is_source(node, &classes),
            "label" | "legend" => is_field_label(node),
            "product-recommendations" => true,
            _ => false,
        };
        is_named
            || self.is_read_aloud(node, measure, &classes)
            || self.is_unread(node, measure)
            || measure.h1 == 0 && is_of_others(node, measure)
            || is_small(node, measure, &classes)
    }

    fn is_read_aloud(&self, node: At<'_>, measure: Measure, classes: &[String]) -> bool {
        is_for_ears(classes)
            && measure.headings == 0
            && measure.letters <= LABEL
            && !matches!(name(node), "caption" | "th" | "summary")
            && attr(node, "id").is_none_or(|id| !self.named.contains(id))
            && !self.is_all_of_its_cell(node)
            && !self.is_shown_beside(node)
    }

    /// A sign that only eyes are meant to see, or a text that stands beside it once more for ears.
    fn is_unread(&self, node: At<'_>, measure: Measure) -> bool {
        let is_inline = super::nodes::is_inline(name(node));
        if !is_inline || attr(node, "aria-hidden") != Some("true") || measure.letters == 0 {
            return false;
        }
        let is_hidden = |other: &At<'_>| attr(*other, "aria-hidden") == Some("true");
        let near = node.parent().into_iter().flat_map(|above| above.children().take(SIBLINGS));
        let shown = near.filter(|other| !is_hidden(other)).any(|other| match other.value() {
            Node::Text(text) => !text.trim().is_empty(),
            _ => self.measures.get(other.id()).letters > 0,
        });
        let is_sign = measure.letters <= 2
            && text(node, SMALL).is_some_and(|text| !text.contains(|c: char| c.is_ascii_digit()));
        name(node) == "i"
            || shown && (is_sign || self.is_said_beside(node))
            || classes(node).iter().any(|class| has_word(class, &["icon", "icons"]))
    }

    /// A price in pieces, with its whole, here, hidden beside it.
    fn is_shown_beside(&self, node: At<'_>) -> bool {
        let near = node.next_siblings().take(NEAR).chain(node.prev_siblings().take(NEAR));
        near.filter(|other| attr(*other, "aria-hidden") == Some("true"))
            .any(|other| self.measures.get(other.id()).letters > 2)
    }

    /// Whether the same is there once more for ears.
    fn is_said_beside(&self, node: At<'_>) -> bool {
        let near = node.next_siblings().take(NEAR).chain(node.prev_siblings().take(NEAR));
        near.into_iter().any(|other| is_for_ears(&classes(other)))
    }

    fn is_all_of_its_cell(&self, node: At<'_>) -> bool {
        let letters = self.measures.get(node.id()).letters;
        let cell = node.ancestors().take(4).find(|above| {
            matches!(name(*above), "td" | "th" | "dt" | "summary") || is_heading(*above)
        });
        cell.is_some_and(|cell| self.measures.get(cell.id()).letters == letters)
    }

    /// A link that says nothing, or only that there is more, and not in a sentence.
    fn is_idle(&self, link: At<'_>, measure: Measure) -> bool {
        if measure.letters == 0 {
            return attr(link, "id").is_none() && attr(link, "name").is_none();
        }
        if measure.letters > 120 || next(link).is_some() {
            return false;
        }
        let says_more = text(link, 200).is_some_and(|said| {
            let said = said.to_lowercase();
            let said = said.trim_matches(|c: char| !c.is_alphanumeric());
            MORE.iter().any(|more| {
                said.strip_prefix(more).is_some_and(|rest| {
                    rest.is_empty()
                        || rest.starts_with([':', '"', '“'])
                        || *more == "continue reading"
                })
            })
        });
        let ends = |text: &str| text.trim_end().ends_with(['.', '!', '?', '…', ']', ':']);
        says_more
            && previous(link).is_none_or(|before| {
                before.value().as_text().is_none_or(|text| ends(text)) && name(before) != "a"
            })
    }
}

fn is_for_ears(classes: &[String]) -> bool {
    classes.iter().any(|class| {
        READ_ALOUD.contains(&class.as_str())
            || READ_ALOUD_BEGINNINGS.iter().any(|beginning| class.starts_with(beginning))
    })
}

/// A link to the very place, by its name or by its sign.
fn is_permalink(node: At<'_>) -> bool {
    if name(node) != "a" {
        return false;
    }
    let Some(said) = text(node, 120) else { return false };
    if matches!(said.as_str(), "#" | "¶" | "§" | "🔗") {
        return true;
    }
    let said = said.to_lowercase();
    let is_named = classes(node).iter().any(|class| PERMALINKS.contains(&class.as_str()));
    is_named
        && (!said.contains(char::is_alphanumeric)
            || ["permalink", "link to this", "direct link", "anchor"]
                .iter()
                .any(|beginning| said.starts_with(beginning)))
}

fn is_source(link: At<'_>, classes: &[String]) -> bool {
    classes.iter().any(|class| class == "viewcode-link")
        || text(link, 20).is_some_and(|text| SOURCES.contains(&text.to_lowercase().as_str()))
}

/// "Was this page helpful?", which version of the manual it is, and the name of a language above its code.
fn is_small(node: At<'_>, measure: Measure, classes: &[String]) -> bool {
    if measure.letters > SMALL || classes.is_empty() {
        return false;
    }
    let has = |wanted: &[&str]| classes.iter().any(|class| wanted.contains(&class.as_str()));
    has(&["md-feedback", "slider-counter"])
        || has(VERSIONS)
        || has(&["lang"])
            && name(node) == "span"
            && next(node).is_some_and(|next| name(next) == "pre")
        || measure.acts > 0
            && measure.solid == 0
            && tokens(node).iter().any(|token| has_word(token, ASKED_ABOUT_IT))
            && text(node, SMALL * 2).is_some_and(|text| {
                let text = text.to_lowercase();
                ["helpful", "useful", "hilfreich", "utile", "útil", "nuttig"]
                    .iter()
                    .any(|word| text.contains(word))
            })
}

#[cfg(test)]
mod tests {
    use super::super::tests::below as of;

    #[test]
    fn what_only_machines_read_aloud_is_left_out() {
        assert_eq!(
            of(
                "<p>Size <label>S<span class='visually-hidden label-unavailable'>Variant sold out</span></label></p>\
                <h2 class=sr-only>Price</h2><p><span class='visually-hidden visually-hidden--inline'>Regular price</span>\
                <span>€89</span><span aria-hidden=true> / </span></p>"
            ),
            "Size S\n\n## Price\n\n€89"
        );
        assert_eq!(
            of(
                "<p>Now <del>€119</del> <span class=screen-reader-text>Original price was: €119.</span><ins>€59</ins> a year</p>"
            ),
            "Now €59 a year"
        );
        // The one that eyes see, in pieces, is left out instead.
        assert_eq!(
            of(
                "<p><span class=a-offscreen>$19.99</span><span aria-hidden=true><span>$</span><span>19</span><span>99</span></span></p>"
            ),
            "$19.99"
        );
        assert!(of("<table><tr><th>SSO<td><i class=tick></i><span class=sr-only>Yes</span><tr><th>A<td>b</table>").contains("Yes"));
    }

    #[test]
    fn links_to_the_place_itself_are_left_out_and_lead_to_it() {
        assert_eq!(
            of("<h2>Restore<a class=headerlink href=#restore id=restore>¶</a></h2><p>Run it."),
            "## Restore {#restore}\n\nRun it."
        );
        assert_eq!(
            of("<h2 id=u>Usage <a class=header-anchor href=#u>\u{200b}</a></h2><p>Run it."),
            "## Usage {#u}\n\nRun it."
        );
        assert_eq!(
            of("<h2 id=u><a class=anchor href=#u>Usage</a></h2><p>Run\u{200b} it."),
            "## Usage {#u}\n\nRun it."
        );
        assert_eq!(
            of(
                "<dl><dt>publish(topic)<a class='reference internal' href=_modules/x.html><span class=viewcode-link>[source]</span></a>\
                <a class=headerlink href=#p>¶</a></dt><dd><p>Sends it.</p><p>At once.</p></dd></dl>"
            ),
            "**publish(topic)**\n\nSends it.\n\nAt once."
        );
    }

    #[test]
    fn forms_and_badges_are_left_out_and_text_around_them_stays() {
        assert_eq!(
            of(
                "<span class='theme-doc-version-badge badge'>Version: 2.x</span><form><p>Write to us on workdays.</p>\
                <label>Name <input></label><label for=m>E-mail</label><input id=m type=email><label><input type=radio>Morning</label>\
                </form><form class=md-feedback><fieldset><legend>Was this page helpful?</legend><p>Thanks for your feedback!</p></fieldset></form>\
                <div class=article-votes>Was this helpful? <button>Yes</button> 3 of 5 found this helpful</div>"
            ),
            "Write to us on workdays.\n\nMorning"
        );
    }

    #[test]
    fn links_that_only_say_more_are_left_out() {
        assert_eq!(
            of(
                "<p>It is warm… <a href=/x>Read More »</a></p><div><a href=/y>Weiterlesen</a></div>"
            ),
            "It is warm…"
        );
        assert_eq!(
            of("<p><a href=/x>Read more</a> about wool.</p>"),
            "[Read more](https://a.example/x) about wool."
        );
    }
}
