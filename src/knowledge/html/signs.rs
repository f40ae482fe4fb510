//! What pictures say: a tick is a yes and a cross is a no, in the cell of a table or before an item of a list.

use ego_tree::NodeId;
use rustc_hash::FxHashSet;

use super::{
    measures::Measures,
    nodes::{At, Nodes, attr, classes, has_word, is_unseen, name, text_node},
};

/// Bytes of what a sign is called.
const SIGN: usize = 60;
/// Elements of an item in which its sign is looked for.
const LOOKED_AT: usize = 12;

const YES: &[&str] = &["check", "checkmark", "tick", "yes", "ok", "included"];
const NO: &[&str] = &["times", "cross", "xmark", "no", "x", "ban", "excluded", "remove", "close"];
/// In the cell of a table they say no; before an item they are a bullet.
const DASHES: &[&str] = &["minus", "dash"];
/// First words of the classes of pictures.
const PICTURES: &[&str] = &[
    "fa",
    "fas",
    "far",
    "fal",
    "bi",
    "icon",
    "icons",
    "glyphicon",
    "mdi",
    "ti",
    "ri",
    "dashicons",
    "la",
    "las",
    "ion",
    "lucide",
    "feather",
];
/// What a label says of a thing that is there, and what turns it round.
const AFFIRMED: &[&str] = &[
    "included",
    "available",
    "enthalten",
    "inklusive",
    "inclus",
    "incluido",
    "incluso",
    "incluído",
    "inbegrepen",
];
const TURNED: &[&str] = &[
    "not",
    "no",
    "non",
    "pas",
    "nicht",
    "kein",
    "keine",
    "não",
    "niet",
    "excluded",
    "unavailable",
];
/// Parts of the classes of items that are not there.
const DENIED: &[&str] = &["not_available", "not-available", "not-included", "unavailable"];
/// For each language "yes" and "no"; English else.
const WORDS: &[(&str, [&str; 2])] = &[
    ("de", ["ja", "nein"]),
    ("fr", ["oui", "non"]),
    ("es", ["sí", "no"]),
    ("it", ["sì", "no"]),
    ("pt", ["sim", "não"]),
    ("nl", ["ja", "nee"]),
];

/// Writes what cells without text show; gives those cells.
pub(super) fn in_cells(tree: &mut Nodes, measures: &Measures) -> FxHashSet<NodeId> {
    let root = tree.root().children().find_map(|node| attr(node, "lang"));
    let language = root.and_then(|language| language.get(..2)).unwrap_or("en").to_lowercase();
    let words = WORDS.iter().find(|(code, _)| *code == language);
    let [yes, no] = words.map_or(["yes", "no"], |(_, words)| *words);
    let cells = tree.root().descendants().filter(|node| matches!(name(*node), "td" | "th"));
    let said: Vec<(NodeId, String)> = cells
        .filter(|cell| measures.get(cell.id()).letters == 0)
        .filter_map(|cell| {
            let said = cell.descendants().skip(1).find_map(|node| {
                let is_dash = || classes(node).iter().any(|class| has_word(class, DASHES));
                let shown = says(node).or_else(|| is_dash().then_some(false));
                let shown = || shown.map(|is_there| if is_there { yes } else { no }.to_owned());
                label(node).or_else(shown)
            });
            Some((cell.id(), said?))
        })
        .collect();
    let mut shown = FxHashSet::default();
    for (cell, said) in said {
        if let Some(mut node) = tree.get_mut(cell) {
            node.append(text_node(&said));
            shown.insert(cell);
        }
    }
    shown
}

/// Marks the items of lists of which some are crossed out by a picture alone.
pub(super) fn in_lists(tree: &mut Nodes) {
    let mut marked: Vec<(NodeId, bool)> = Vec::new();
    for list in tree.root().descendants().filter(|node| matches!(name(*node), "ul" | "ol")) {
        let items = list.children().filter(|item| name(*item) == "li");
        let signs: Vec<(NodeId, bool)> =
            items.filter_map(|item| Some((item.id(), item_sign(item)?))).collect();
        if signs.iter().any(|(_, is_there)| !is_there) {
            marked.extend(signs);
        }
    }
    for (item, is_there) in marked {
        if let Some(mut item) = tree.get_mut(item) {
            item.prepend(text_node(if is_there { "✓ " } else { "✗ " }));
        }
    }
}

fn item_sign(item: At<'_>) -> Option<bool> {
    let says_no = |class: &String| DENIED.iter().any(|denied| class.contains(denied));
    if classes(item).iter().any(says_no) {
        return Some(false);
    }
    let first = item.descendants().skip(1).take(LOOKED_AT);
    // After the first words it belongs to those.
    let mut first = first.take_while(|node| {
        let is_unread = node.parent().is_some_and(|above| is_unseen(name(above)));
        is_unread || node.value().as_text().is_none_or(|text| text.trim().is_empty())
    });
    first.find_map(|node| match label(node) {
        Some(label) => {
            let label = label.to_lowercase();
            let mut words = label.split(|letter: char| !letter.is_alphanumeric());
            // "Not included"; after it the same word means another thing: "incluído no preço".
            let mut is_turned = false;
            let affirms = words.any(|word| {
                is_turned |= TURNED.contains(&word);
                AFFIRMED.contains(&word)
            });
            let alone = |words: &[&str]| words.contains(&label.as_str());
            match () {
                () if affirms && is_turned || alone(NO) || alone(TURNED) => Some(false),
                () if affirms || alone(YES) => Some(true),
                () => None,
            }
        }
        None => says(node).filter(|_| is_picture(node)),
    })
}

/// What it is called.
fn label(node: At<'_>) -> Option<String> {
    let named = match name(node) {
        "img" => attr(node, "alt"),
        "svg" | "i" | "span" | "b" | "em" => {
            attr(node, "aria-label").or_else(|| attr(node, "title"))
        }
        // Of a drawing.
        "title" => node.first_child()?.value().as_text().map(|text| &**text),
        _ => None,
    };
    named.map(super::squeeze).filter(|named| !named.is_empty() && named.len() <= SIGN)
}

/// Nothing but a picture, by its class.
fn is_picture(node: At<'_>) -> bool {
    let is_named = || {
        classes(node).iter().any(|class| {
            let mut words = class.split(['-', '_']);
            let first = words.next().unwrap_or_default();
            let has = |word: &str| YES.contains(&word) || NO.contains(&word);
            PICTURES.contains(&first) && words.any(has) || has(class)
        })
    };
    let is_empty = node
        .descendants()
        .take(LOOKED_AT)
        .all(|below| below.value().as_text().is_none_or(|text| text.trim().is_empty()));
    name(node) == "use" || is_empty && is_named()
}

/// Yes or no by its class, or by the drawing that it uses.
fn says(node: At<'_>) -> Option<bool> {
    let mut names = match name(node) {
        "img" | "svg" | "i" | "span" | "b" | "em" => classes(node),
        "use" => Vec::new(),
        _ => return None,
    };
    if name(node) == "use" {
        // Its name has a prefix or none.
        let (_, used) = node.value().as_element()?.attrs().find(|(name, _)| *name == "href")?;
        names.push(used.rsplit('#').next()?.to_ascii_lowercase());
    }
    let has = |words: &[&str]| names.iter().any(|name| has_word(name, words));
    match () {
        () if has(NO) => Some(false),
        () if has(YES) => Some(true),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    #[test]
    fn a_cross_before_an_item_is_read() {
        let items = "<li><i class='fas fa-check'></i> Tea<li><i class='bi bi-x-lg'></i> Sauna\
            <li><svg><use xlink:href='#icon-cross'></use></svg> Towels<li><img src=c.svg alt='Not included'> Robe\
            <li class=et_pb_not_available><span>Massage</span><li>A <i class='fa fa-times'></i> here";
        assert_eq!(
            markdown(&format!("<main><h1>Spa</h1><ul>{items}</ul></main>")),
            "# Spa\n\n- ✓ Tea\n- ✗ Sauna\n- ✗ Towels\n- ✗ Robe\n- ✗ Massage\n- A here"
        );
        let styled = "<ul><li><i class='fa fa-times'></i> Tea<li><span class='flex space-x-2 no-wrap'>Free parking</span>\
            <li><i class='bi bi-dash'></i> Soup<li><img src=a.svg alt='Pas inclus'> Cake<li><img src=a.svg alt='inclus'> Jam\
            <li><img src=a.svg alt='Incluído no preço'> Milk</ul>";
        assert_eq!(
            markdown(&format!("<main><h1>Spa</h1>{styled}</main>")),
            "# Spa\n\n- ✗ Tea\n- Free parking\n- Soup\n- ✗ Cake\n- ✓ Jam\n- ✓ Milk"
        );
        let ticks = "<main><h1>Spa</h1><ul><li><i class='fa fa-check'></i> Tea<li><i class='fa fa-check'></i> Cake</ul></main>";
        assert_eq!(markdown(ticks), "# Spa\n\n- Tea\n- Cake");
    }

    #[test]
    fn a_tick_is_a_yes_in_the_language_of_the_page() {
        let page = "<html lang=fr><main><table><tr><th>Chambre<th>Lac<th>Jardin<tr><td>Clim\
            <td><i class='fa fa-check'></i><td><i class='fa fa-times'></i></table></main>";
        assert!(markdown(page).contains("Clim | oui | non"), "{}", markdown(page));
    }
}
