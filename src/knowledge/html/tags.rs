//! The tags and names by which content is told from what stands around it.

use scraper::node::Element;

pub(super) const DROPPED: &[&str] = &[
    "script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "embed",
    "video", "audio", "footer", "input", "select", "textarea", "dialog", "menu", "head",
    "datalist", "map", "picture", "img",
];
pub(super) const DROPPED_ROLES: &[&str] = &[
    "navigation",
    "banner",
    "contentinfo",
    "search",
    "complementary",
    "dialog",
    "alertdialog",
    "menu",
    "menubar",
    "toolbar",
];
/// Lists whose items may all lead to places of their own page: a table of its contents.
pub(super) const LISTS: &[&str] = &["ul", "ol", "dl"];
pub(super) const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6"];
/// Kept with their tags; of the rest the text is kept.
pub(super) const KEPT: &[&str] = &[
    "p",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "td",
    "th",
    "caption",
    "dl",
    "dt",
    "dd",
    "pre",
    "code",
    "blockquote",
    "strong",
    "b",
    "em",
    "i",
    "br",
    "hr",
    "a",
    "kbd",
    "samp",
    "del",
    "s",
];
pub(super) const INLINE: &[&str] = &[
    "span", "abbr", "cite", "dfn", "q", "small", "sub", "sup", "time", "u", "var", "mark", "label",
    "font", "data", "bdi", "bdo", "ins", "big", "tt", "button", "wbr", "acronym", "center",
];

/// The attributes of a cell that goes over several columns or rows.
pub(super) fn spans(cell: &Element) -> String {
    let several = |name: &str| cell.attr(name)?.trim().parse::<u16>().ok().filter(|span| *span > 1);
    let both = ["colspan", "rowspan"].map(|name| Some(format!(" {name}=\"{}\"", several(name)?)));
    both.into_iter().flatten().collect()
}
