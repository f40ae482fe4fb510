//! Small blocks of one kind beside each other, a dish with its price, a day with its hours, a product in a shop's list: each
//! is one item of a list, so that what is said of a thing is never told without it.

use std::collections::HashSet;

use ego_tree::{NodeId, iter::Edge};
use scraper::Node;

use super::{
    lines::is_price,
    measures::Measures,
    nodes::{
        At, Nodes, asks, attr, classes, detach, empty, has_word, is_heading, is_inline, is_unseen,
        name, new_element, new_with, text, text_node,
    },
};

/// Blocks from which on they are a list; those with prices; and items of a list that have headings and prices.
const FEWEST: usize = 3;
const FEWEST_PRICED: usize = 2;
const FEWEST_PRODUCTS: usize = 1;
/// Letters, and elements, of a block.
const LONGEST: usize = 200;
const LARGEST: usize = 200;
/// Bytes of what a block is the block of.
const TITLE: usize = 80;
const NAMED: &[&str] = &[
    "price",
    "title",
    "name",
    "amount",
    "desc",
    "description",
    "value",
    "label",
    "time",
    "date",
    "hours",
    "cost",
    "badge",
];
const INSIDE: &[&str] = &["li", "td", "th", "pre", "summary", "dl", "nav", "form", "figure"];

pub(super) fn list(tree: &mut Nodes, panels: &HashSet<NodeId>) {
    let measures = Measures::of(tree);
    let parents: Vec<NodeId> = tree
        .root()
        .descendants()
        .filter(|node| node.value().is_element() && node.children().any(is_card))
        .map(|node| node.id())
        .collect();
    // The inner ones first: what holds a list is no block of one.
    for id in parents.into_iter().rev() {
        let Some(parent) = tree.get(id) else { continue };
        if parent
            .ancestors()
            .chain([parent])
            .any(|above| INSIDE.contains(&name(above)) || panels.contains(&above.id()))
        {
            continue;
        }
        let group = group(parent);
        // Columns of a page below headings of their own, in blocks of one kind.
        if group.iter().any(|node| is_only_a_heading(*node)) {
            continue;
        }
        let cards: Vec<(NodeId, Card)> = group
            .into_iter()
            .filter_map(|card| Some((card.id(), Card::of(card, &measures)?)))
            .collect();
        let all = |is: fn(&Card) -> bool| cards.iter().all(|(_, card)| is(card));
        let fewest = match () {
            () if all(|card| card.is_product) => FEWEST_PRODUCTS,
            () if all(|card| card.has_price) => FEWEST_PRICED,
            () => FEWEST,
        };
        if cards.len() >= fewest {
            write(tree, cards);
        }
    }
}

fn is_only_a_heading(node: At<'_>) -> bool {
    let mut below = node.children().filter(|child| match child.value() {
        Node::Text(text) => !text.trim().is_empty(),
        value => value.is_element(),
    });
    name(node) == "div" && below.next().is_some_and(is_heading) && below.next().is_none()
}

fn is_card(node: At<'_>) -> bool {
    matches!(name(node), "div" | "article" | "section" | "a") && attr(node, "class").is_some()
        || name(node) == "li"
}

/// The children of the kind that most are of, if there are enough of them.
fn group(parent: At<'_>) -> Vec<At<'_>> {
    let kind = |node: At<'_>| {
        (name(node).to_owned(), classes(node).into_iter().next().unwrap_or_default())
    };
    let cards: Vec<At<'_>> = parent.children().filter(|child| is_card(*child)).collect();
    let Some(middle) = cards.get(cards.len() / 2).map(|card| kind(*card)) else {
        return Vec::new();
    };
    let others = cards.iter().filter(|card| kind(**card) != middle).count();
    if others * 2 > cards.len() {
        return Vec::new();
    }
    cards.into_iter().filter(|card| kind(*card) == middle).collect()
}

/// What is said of one thing, and where it leads.
struct Card {
    parts: Vec<String>,
    link: Option<String>,
    has_price: bool,
    /// An item with a heading and a price.
    is_product: bool,
}

impl Card {
    /// None of what is no small block of several parts.
    fn of(node: At<'_>, measures: &Measures) -> Option<Self> {
        let measure = measures.get(node.id());
        if measure.letters == 0
            || measure.letters > LONGEST
            || measure.elements > LARGEST
            || measure.solid + measure.fields > 0
        {
            return None;
        }
        let is_more = |below: At<'_>| {
            matches!(name(below), "ul" | "ol" | "blockquote" | "summary" | "details")
        };
        if node.descendants().skip(1).any(is_more) {
            return None;
        }
        let mut parts = parts(node);
        // A badge may stand above the name.
        let heading = node.descendants().find(|below| is_heading(*below));
        let heading =
            heading.and_then(|heading| text(heading, TITLE)).filter(|heading| !heading.is_empty());
        if let Some(heading) = &heading {
            parts.retain(|part| part != heading);
            parts.insert(0, heading.clone());
        }
        let (title, rest) = parts.split_first()?;
        let has_price = rest.iter().any(|part| is_price(part));
        // A heading with its sentences is a section.
        let is_section = heading.is_some() && (!has_price || measure.prose > 0);
        let is_sentence =
            (heading.is_none() || asks(title)) && title.ends_with(['.', '!', '?', '？', '؟']);
        if rest.is_empty() || title.len() > TITLE || is_section || is_sentence {
            return None;
        }
        let link =
            node.descendants().find_map(|below| attr(below, "href").filter(|_| name(below) == "a"));
        let is_product = heading.is_some() && has_price && name(node) == "li";
        Some(Self { link: link.map(str::to_owned), parts, has_price, is_product })
    }

    fn after_title(&self) -> String {
        let (title, rest) =
            self.parts.split_first().map_or(("", &[][..]), |(title, rest)| (title.as_str(), rest));
        let between = match rest {
            _ if title.ends_with([':', '：']) => " ",
            [_] => ": ",
            _ => " – ",
        };
        format!("{between}{}", rest.join(" – "))
    }
}

/// The texts of its blocks, each once, without what is struck out or only acts.
fn parts(card: At<'_>) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut skipped: Option<NodeId> = None;
    for edge in card.traverse() {
        match edge {
            Edge::Open(node) if skipped.is_none() => match node.value() {
                Node::Text(text) => {
                    if let Some(part) = parts.last_mut() {
                        part.push_str(text);
                    }
                }
                _ if is_left_out(node) => skipped = Some(node.id()),
                _ if divides(node) => parts.push(String::new()),
                _ => {}
            },
            Edge::Close(node) if skipped == Some(node.id()) => skipped = None,
            Edge::Close(node) if skipped.is_none() && divides(node) => parts.push(String::new()),
            _ => {}
        }
    }
    let mut said: Vec<String> = Vec::new();
    for part in parts {
        let part = super::squeeze(&part);
        if part.contains(char::is_alphanumeric) && !said.contains(&part) {
            said.push(part);
        }
    }
    said
}

fn is_left_out(node: At<'_>) -> bool {
    let name = name(node);
    is_unseen(name)
        || matches!(name, "button" | "img" | "del" | "s" | "strike")
        || name == "a" && classes(node).iter().any(|class| has_word(class, &["button", "btn"]))
}

fn divides(node: At<'_>) -> bool {
    let Some(element) = node.value().as_element() else { return false };
    !is_inline(element.name()) && element.name() != "wbr"
        || is_heading(node)
        || classes(node).iter().any(|class| has_word(class, NAMED))
}

fn write(tree: &mut Nodes, cards: Vec<(NodeId, Card)>) {
    let mut list: Option<NodeId> = None;
    for (id, card) in cards {
        let is_item = tree.get(id).is_some_and(|node| name(node) == "li");
        let item = if is_item {
            empty(tree, id);
            Some(id)
        } else {
            if list.is_none() {
                list =
                    tree.get_mut(id).map(|mut first| first.insert_before(new_element("ul")).id());
            }
            detach(tree, id);
            list.and_then(|list| tree.get_mut(list))
                .map(|mut list| list.append(new_element("li")).id())
        };
        let Some(mut item) = item.and_then(|item| tree.get_mut(item)) else { continue };
        let title = card.parts.first().cloned().unwrap_or_default();
        match &card.link {
            Some(link) => {
                item.append(new_with("a", "href", link)).append(text_node(&title));
            }
            None => {
                item.append(text_node(&title));
            }
        }
        item.append(text_node(&card.after_title()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    fn of(html: &str) -> String {
        markdown(&format!("<main><h1>Menu</h1>{html}</main>"))
    }

    #[test]
    fn dishes_keep_their_prices() {
        let dish = |name: &str, of: &str, price: &str| {
            format!(
                "<div class=menu-item><div class=menu-item-title>{name}</div><div class=menu-item-description>{of}</div>\
                     <div class='menu-item-price-top menu-item-price-bottom'><span class=currency>€</span>{price}</div></div>"
            )
        };
        let out = of(&format!(
            "<div class=items>{}{}{}</div>",
            dish("Tatar", "capers, rye bread", "16"),
            dish("Schnitzel", "", "27"),
            dish("Soup", "hot", "9")
        ));
        assert_eq!(
            out,
            "# Menu\n\n- Tatar – capers, rye bread – €16\n- Schnitzel: €27\n- Soup – hot – €9"
        );
    }

    #[test]
    fn products_of_a_list_keep_their_prices_and_lead_to_their_pages() {
        let card = |name: &str, price: &str| {
            format!(
                "<li class=grid__item><div><h3><a href=/p>{name}</a></h3></div><div><h3><a href=/p>{name}</a></h3>\
                     <div class=price><span>{price}</span><s>€99</s></div><a class='button add' href=/cart>Add to cart</a></div></li>"
            )
        };
        let out = of(&format!(
            "<ul>{}{}{}</ul>",
            card("Boots", "€9"),
            card("Cap", "€8"),
            card("Lamp", "€7")
        ));
        assert_eq!(
            out,
            "# Menu\n\n- [Boots](https://a.example/p): €9\n- [Cap](https://a.example/p): €8\n- [Lamp](https://a.example/p): €7"
        );
    }

    #[test]
    fn columns_below_headings_are_no_cards() {
        let block = |html: &str| format!("<div class=text>{html}</div>");
        let blocks = [
            "<h2>Contact</h2>",
            "<p>0117 496 0999</p><p>12 Elm Road</p>",
            "<h2>Hours</h2>",
            "<p>Mon - Fri</p><p>8:30am - 5pm</p>",
        ];
        let out = of(&format!("<section>{}</section>", blocks.map(block).concat()));
        assert!(out.contains("## Hours\n\nMon - Fri\n\n8:30am - 5pm"), "{out}");
    }

    #[test]
    fn sections_are_no_cards() {
        let box_of =
            |name: &str| format!("<div class=box><h3>{name}</h3><p>We do it well.</p></div>");
        let out = of(&format!("<div>{}{}{}</div>", box_of("A"), box_of("B"), box_of("C")));
        assert!(out.contains("### A\n\nWe do it well."), "{out}");
        let offer = "<a class=box href=/x><h3>Classes</h3></a>";
        let priced = "<div class=box><h3>Class</h3><p>It is two hours long.</p><p>£35, on a Thursday.</p></div>";
        let out = of(&format!("<div>{priced}{priced}</div>{offer}"));
        assert!(out.contains("### Class\n\nIt is two hours long."), "{out}");
        let text = "<div class=text><p>We do it well.</p><p>And fast.</p></div>".repeat(3);
        assert!(!of(&text).contains("- "), "{}", of(&text));
    }
}
