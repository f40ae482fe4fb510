//! What a shop lets one choose, sizes and colours: its options are a text, and what a theme only shows in one state of
//! several is left out in the others.

use ego_tree::NodeId;

use super::nodes::{
    At, Nodes, attr, detach, has_class, has_word, name, new_element, previous, rename, text,
    text_node, tokens,
};

/// Options of a list that is read, bytes of one, and lists of a page.
const MOST: usize = 60;
const LONGEST: usize = 80;
const LISTS: usize = 40;
/// Elements around a list in which its label and its shop are looked for.
const AROUND: usize = 6;
/// Names of lists that choose a thing,
const THINGS: &[&str] = &[
    "attribute",
    "option",
    "options",
    "variant",
    "variants",
    "variation",
    "variations",
    "product",
    "size",
    "colour",
    "color",
];
/// and of those that choose something else.
const ELSE: &[&str] = &[
    "orderby", "sort", "sortby", "qty", "quantity", "country", "state", "region", "language",
    "lang", "locale", "currency", "page", "filter", "year", "month", "day", "time", "search",
    "category", "contact",
];

pub(super) fn mend(tree: &mut Nodes) {
    states(tree);
    let lists = tree.root().descendants().filter(|node| name(*node) == "select").take(LISTS);
    let lists: Vec<List> = lists.filter_map(List::of).collect();
    for List { select, label, options } in lists {
        if let Some(label) = label {
            rename(tree, label, "span");
        }
        if let Some(mut select) = tree.get_mut(select) {
            select.insert_before(new_element("span")).append(text_node(&options));
        }
        detach(tree, select);
    }
    // Between the labels of choices stands only a button that is not read.
    let between = tree.root().descendants().filter(|node| {
        name(*node) == "input"
            && attr(*node, "type") == Some("radio")
            && previous(*node).is_some_and(|before| name(before) == "label")
    });
    let between: Vec<NodeId> = between.map(|node| node.id()).collect();
    for id in between {
        if let Some(mut node) = tree.get_mut(id) {
            node.insert_before(text_node(", "));
        }
    }
}

struct List {
    select: NodeId,
    label: Option<NodeId>,
    /// Said one after the other.
    options: String,
}

impl List {
    fn of(select: At<'_>) -> Option<Self> {
        let named = |node: At<'_>, words: &[&str]| {
            let own =
                tokens(node).into_iter().chain(attr(node, "name").map(str::to_ascii_lowercase));
            own.into_iter().any(|token| {
                let parts = token.replace('_', "-");
                has_word(&parts, words)
            })
        };
        if named(select, ELSE)
            || !select.ancestors().take(AROUND).chain([select]).any(|it| named(it, THINGS))
        {
            return None;
        }
        let options = select.descendants().filter(|node| name(*node) == "option");
        let options =
            options.filter(|node| attr(*node, "value").is_none_or(|value| !value.is_empty()));
        let said: Vec<String> =
            options.take(MOST + 1).filter_map(|option| text(option, LONGEST)).collect();
        let said: Vec<String> = said.into_iter().filter(|said| !said.is_empty()).collect();
        if said.is_empty() || said.len() > MOST {
            return None;
        }
        let id = attr(select, "id");
        let is_its = |node: &At<'_>| {
            name(*node) == "label" && (attr(*node, "for").is_some() && attr(*node, "for") == id)
        };
        let around = select.ancestors().take(AROUND).last()?;
        let label = around.descendants().find(is_its);
        let label =
            label.filter(|label| text(*label, LONGEST).is_some_and(|said| !said.is_empty()));
        let name = match label {
            Some(label)
                if label.parent().is_some_and(|above| matches!(self::name(above), "td" | "th")) =>
            {
                String::new()
            }
            Some(label) if text(label, LONGEST).is_some_and(|said| said.ends_with(':')) => {
                " ".to_owned()
            }
            Some(_) => ": ".to_owned(),
            None => attr(select, "aria-label").map(|name| format!("{name}: ")).unwrap_or_default(),
        };
        Some(Self {
            select: select.id(),
            label: label.map(|label| label.id()),
            options: format!("{name}{}", said.join(", ")),
        })
    }
}

/// Shopify's themes hold a price for each state of a product, and a badge; their style shows one. WooCommerce has a link
/// that forgets what was chosen.
fn states(tree: &mut Nodes) {
    let is_in = |node: At<'_>, class: &str| {
        node.ancestors().take(AROUND).any(|above| has_class(above, class))
    };
    let is_one = |node: &At<'_>| {
        attr(*node, "class")
            .is_some_and(|class| class.contains("price__") || class.contains("reset_variations"))
    };
    let hidden = tree.root().descendants().filter(is_one).filter(|node| {
        let node = *node;
        let shows = |state: &str, class: &str| {
            has_class(node, class) && is_in(node, "price__container") && is_in(node, state)
        };
        has_class(node, "reset_variations")
            || has_class(node, "price__badge-sold-out") && !is_in(node, "price--sold-out")
            || has_class(node, "price__badge-sale") && !is_in(node, "price--on-sale")
            || shows("price--on-sale", "price__regular")
            || has_class(node, "price__sale")
                && is_in(node, "price__container")
                && !is_in(node, "price--on-sale")
    });
    let hidden: Vec<NodeId> = hidden.map(|node| node.id()).collect();
    for id in hidden {
        detach(tree, id);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    fn of(html: &str) -> String {
        markdown(&format!("<main><h1>Tee</h1>{html}</main>"))
    }

    #[test]
    fn what_one_can_choose_is_read() {
        let sizes = "<option value=''>Choose<option>S<option>M<option value=x>XXL";
        let table = format!(
            "<form class='variations_form cart'><table class=variations><tr><th class=label><label for=s>Size</label></th>\
             <td><select id=s name=attribute_pa_size>{sizes}</select><a class=reset_variations href=#>Clear</a></td></tr></table></form>"
        );
        assert!(of(&table).contains("Size") && of(&table).contains("S, M, XXL"), "{}", of(&table));
        assert!(!of(&table).contains("Clear"));
        let line = format!(
            "<form class=product-form><label for=s>Size</label><select id=s>{sizes}</select></form>"
        );
        assert_eq!(of(&line), "# Tee\n\nSize: S, M, XXL");
        assert_eq!(of(&line.replace(">Size<", ">Size:<")), "# Tee\n\nSize: S, M, XXL");
        for other in ["<select name=orderby class=product>", "<select name=country>", "<select>"] {
            assert_eq!(
                of(&format!("<p>Wool.</p><form>{other}{sizes}</select></form>")),
                "# Tee\n\nWool."
            );
        }
    }

    #[test]
    fn radio_buttons_stand_apart() {
        let radios = "<fieldset><legend>Grind</legend><input type=radio id=a><label for=a>Whole bean</label>\
            <input type=radio id=b><label for=b>Espresso</label></fieldset>";
        assert!(of(radios).contains("Whole bean, Espresso"), "{}", of(radios));
    }

    #[test]
    fn of_the_states_of_a_price_the_one_that_is_shown_is_read() {
        let price = |state: &str| {
            format!(
                "<div class='price {state}'><div class=price__container><div class=price__regular>$22</div>\
                 <div class=price__sale>$19</div></div></div>\
                 <div class='price {state}'><span class='badge price__badge-sale'>Sale</span>\
                 <span class='badge price__badge-sold-out'>Sold out</span></div>"
            )
        };
        let said = |state: &str| {
            of(&price(state)).split_whitespace().skip(2).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(said("price--on-sale"), "$19 Sale");
        assert_eq!(said(""), "$22");
        assert_eq!(said("price--sold-out"), "$22 Sold out");
        let other = "<div class='price price--sale'><p class=price__regular>$30</p><p class=price__sale>$19</p></div>";
        assert!(of(other).contains("$30") && of(other).contains("$19"));
    }
}
