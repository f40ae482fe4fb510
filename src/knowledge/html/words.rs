//! Words that only a browser shows as they are meant: kept apart by style alone, or hidden from collectors of addresses.

use ego_tree::NodeId;

use super::nodes::{At, Nodes, attr, detach, name, rename, set_text, text, text_node};

/// Bytes of what is looked at beside each other.
const NEAR: usize = 400;
/// Elements of a page that strike something out.
const STRUCK: usize = 1000;
/// Bytes of raised digits.
const RAISED: usize = 4;
/// Elements of a line that a style may set apart.
const APART: &[&str] = &["span", "label", "a", "strong", "b", "small", "time", "ins", "del", "s"];

pub(super) fn mend(tree: &mut Nodes) {
    addresses(tree);
    counters(tree);
    raise(tree);
    unsay(tree);
    let pairs = tree.root().descendants().filter_map(|node| {
        let next = node.next_sibling()?;
        (APART.contains(&name(node)) && APART.contains(&name(next)) && is_apart(node, next))
            .then(|| node.id())
    });
    let pairs: Vec<NodeId> = pairs.collect();
    for id in pairs {
        if let Some(mut node) = tree.get_mut(id) {
            node.insert_after(text_node(" "));
        }
    }
}

/// What Cloudflare makes of an e-mail address: in hexadecimal a key, and each byte with it.
fn addresses(tree: &mut Nodes) {
    let hidden = tree.root().descendants().filter_map(|node| {
        let address = attr(node, "data-cfemail").or_else(|| {
            attr(node, "href")?.split_once("/cdn-cgi/l/email-protection#").map(|(_, hidden)| hidden)
        });
        // A link with a name of its own keeps it.
        let is_shown =
            text(node, NEAR).is_some_and(|said| said.is_empty() || said.contains("email"));
        Some((node.id(), decoded(address?).filter(|_| is_shown)?))
    });
    let shown: Vec<(NodeId, String)> = hidden.collect();
    for (id, address) in shown {
        set_text(tree, id, &address);
        // It leads to a page that tells only browsers.
        rename(tree, id, "span");
    }
}

/// What is struck out holds no more: "149 €" before "119 €". If it were much of the page, an end tag would be missing.
fn unsay(tree: &mut Nodes) {
    let is_struck = |node: &At<'_>| matches!(name(*node), "del" | "s" | "strike");
    let struck = tree.root().descendants().filter(is_struck).take(STRUCK);
    let struck = struck.filter_map(|node| Some((node.id(), text(node, NEAR)?.len())));
    let struck: Vec<(NodeId, usize)> = struck.collect();
    let all: usize = tree.values().filter_map(|node| Some(node.as_text()?.trim().len())).sum();
    if struck.iter().map(|(_, bytes)| bytes).sum::<usize>() * 3 > all {
        return;
    }
    for (id, _) in struck {
        detach(tree, id);
    }
}

/// Raised digits: an exponent, or the number of a note, which would make another number of the one before.
fn raise(tree: &mut Nodes) {
    let raised = tree.root().descendants().filter(|node| name(*node) == "sup").filter_map(|node| {
        let said = text(node, RAISED)?;
        said.chars().map(superscript).collect::<Option<String>>().map(|raised| (node.id(), raised))
    });
    let raised: Vec<(NodeId, String)> = raised.collect();
    for (id, text) in raised {
        set_text(tree, id, &text);
    }
}

fn superscript(letter: char) -> Option<char> {
    let digits = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    match letter {
        '-' | '−' => Some('⁻'),
        digit => digits.get(digit.to_digit(10)? as usize).copied(),
    }
}

/// Numbers that a script counts up to.
fn counters(tree: &mut Nodes) {
    let counted = tree.root().descendants().filter_map(|node| {
        let to = attr(node, "data-to-value").filter(|to| !to.is_empty() && to.len() < 20)?;
        let is_number = to.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
        (is_number && text(node, 20).is_some_and(|said| said.starts_with('0')))
            .then(|| (node.id(), to.to_owned()))
    });
    let counted: Vec<(NodeId, String)> = counted.collect();
    for (id, number) in counted {
        set_text(tree, id, &number);
    }
}

fn decoded(hidden: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = (0..hidden.len().min(NEAR) / 2)
        .map(|at| u8::from_str_radix(hidden.get(at * 2..at * 2 + 2)?, 16).ok())
        .collect();
    let bytes = bytes?;
    let (key, rest) = bytes.split_first()?;
    let text = String::from_utf8(rest.iter().map(|byte| byte ^ key).collect()).ok()?;
    (text.contains('@') && !text.contains(char::is_control)).then_some(text)
}

/// Nothing stands between them in the text, and something does on the screen.
fn is_apart(left: At<'_>, right: At<'_>) -> bool {
    let (Some(before), Some(after)) = (text(left, NEAR), text(right, NEAR)) else { return false };
    let (Some(last), Some(first)) = (before.chars().next_back(), after.chars().next()) else {
        return false;
    };
    let touches = ends_open(left) && begins_open(right);
    if !touches || left.ancestors().any(|above| matches!(name(above), "pre" | "code")) {
        return false;
    }
    if name(left) == "label" && name(right) == "label" {
        return true;
    }
    let (one, other) =
        (attr(left, "class").unwrap_or_default(), attr(right, "class").unwrap_or_default());
    let are_parts = !one.is_empty() && !other.is_empty() && one != other;
    let is_money = |c: char| matches!(c, '€' | '$' | '£' | '¥');
    are_parts && last.is_alphanumeric() && first.is_alphanumeric()
        || last.is_lowercase() && first.is_uppercase()
        || matches!(last, '.' | ':' | ';' | '!' | '?' | ')')
            && first.is_uppercase()
            && before.contains(' ')
        || last.is_alphabetic() && (first.is_ascii_digit() || is_money(first)) && before.len() > 1
}

/// Without a blank at its end.
fn ends_open(node: At<'_>) -> bool {
    let last = node.descendants().filter_map(|below| below.value().as_text()).last();
    last.is_some_and(|text| !text.ends_with(char::is_whitespace))
}

fn begins_open(node: At<'_>) -> bool {
    let first = node.descendants().find_map(|below| below.value().as_text());
    first.is_some_and(|text| !text.starts_with(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    #[test]
    fn words_that_stand_apart_are_apart() {
        let out = markdown(
            "<main><p><label>S</label><label>M</label><p><span class=sku>SKU: A-1</span><span class=in>Category: Caps</span>\
             <p><span>$</span><span>19</span><span>/mo</span><p><span>Regular price</span><span>€219</span>\
             <p><b>Q</b><span>uick</span><p><span>Price was: €9.</span><span>Now it is €5.</span></main>",
        );
        assert_eq!(
            out,
            "S M\n\nSKU: A-1 Category: Caps\n\n$19/mo\n\nRegular price €219\n\n**Q**uick\n\nPrice was: €9. Now it is €5."
        );
    }

    #[test]
    fn struck_out_is_not_said_and_raised_digits_stay_raised() {
        let out = markdown(
            "<main><p>A year costs <del>149 €</del> <ins>119 €</ins>, in all halls and at all hours.\
             <p>The hall has 45 m<sup>2</sup>, the pass costs 69 €<sup>1</sup>, the 2<sup>nd</sup> 50 €.</main>",
        );
        assert_eq!(
            out,
            "A year costs 119 €, in all halls and at all hours.\n\nThe hall has 45 m², the pass costs 69 €¹, the 2nd 50 €."
        );
        let open = markdown("<main><p>Hello <s>you.<p>We are open.<p>Come in.</main>");
        assert!(open.contains("We are open."), "{open}");
    }

    #[test]
    fn a_hidden_address_is_read() {
        let out = markdown(
            "<main><p>Write to <a href=/cdn-cgi/l/email-protection class=__cf_email__ \
             data-cfemail=543d3a323b14242631317a312c353924383178>[email&#160;protected]</a>.</main>",
        );
        assert!(out.contains("info@pree.example"), "{out}");
        assert!(markdown("<p><span data-to-value=28>0</span>+ years").contains("28+ years"));
        assert!(markdown("<p data-cfemail=zz>Text</p>").contains("Text"));
    }
}
