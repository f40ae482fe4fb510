//! Words that only a browser shows as they are meant: kept apart by style alone, or hidden from collectors of addresses.

use ego_tree::NodeId;

use super::nodes::{At, Nodes, attr, classes, detach, name, rename, set_text, text, text_node};

/// Bytes of what is looked at beside each other.
const NEAR: usize = 400;
/// Elements of a page that strike something out.
const STRUCK: usize = 1000;
/// Links of a page that are looked at; bytes of an address, and digits of a number, at least.
const LINKS: usize = 5000;
const ADDRESS: usize = 80;
/// Bytes of a price alone.
const PRICE: usize = 14;
const DIGITS: usize = 5;
/// Bytes of raised digits.
const RAISED: usize = 4;
/// Elements of a line that a style may set apart.
const APART: &[&str] = &["span", "label", "a", "strong", "b", "small", "time", "ins", "del", "s"];

pub(super) fn mend(tree: &mut Nodes) {
    addresses(tree);
    counters(tree);
    raise(tree);
    hundredths_in_blocks(tree);
    unsay(tree);
    let pairs = tree.root().descendants().filter_map(|node| {
        let next = node.next_sibling()?;
        if let Some(text) = node.value().as_text() {
            return (name(next) == "span" && sets_apart(text, next)).then(|| node.id());
        }
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

/// Where a link leads that writes a mail or calls somebody, if it does not say so: nobody presses it in an answer.
pub(super) fn reach(tree: &mut Nodes) {
    let links = tree.root().descendants().filter(|node| name(*node) == "a").take(LINKS);
    let unsaid = links.filter_map(|link| {
        let (kind, to) = attr(link, "href")?.trim().split_once(':')?;
        let kind = kind.to_ascii_lowercase();
        if !matches!(kind.as_str(), "mailto" | "tel") {
            return None;
        }
        let to = to.split('?').next()?.trim_start_matches('/').trim();
        let said = text(link, NEAR)?;
        let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
        let is_plain = !to.is_empty() && to.len() <= ADDRESS && !to.contains(['%', '<', '&']);
        let is_unsaid = match kind.as_str() {
            "mailto" => to.contains('@') && !said.contains('@'),
            _ => digits(to) >= DIGITS && digits(&said) < DIGITS,
        };
        let shown = if said.is_empty() { to.to_owned() } else { format!(" ({to})") };
        (is_plain && is_unsaid).then(|| (link.id(), shown))
    });
    let unsaid: Vec<(NodeId, String)> = unsaid.collect();
    for (id, shown) in unsaid {
        if let Some(mut link) = tree.get_mut(id) {
            link.append(text_node(&shown));
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
        let item = tree.get(id).and_then(|node| node.parent()).filter(|above| name(*above) == "li");
        let is_all =
            |item: &At<'_>| text(*item, NEAR) == tree.get(id).and_then(|it| text(it, NEAR));
        let gone = item.filter(is_all).map_or(id, |item| item.id());
        detach(tree, gone);
    }
}

/// Raised digits: an exponent, or the number of a note, which would make another number of the one before.
fn raise(tree: &mut Nodes) {
    let raised = tree.root().descendants().filter(|node| name(*node) == "sup").filter_map(|node| {
        let said = text(node, RAISED)?;
        if let Some(part) = hundredths(node, &said) {
            return Some((node.id(), part));
        }
        said.chars().map(superscript).collect::<Option<String>>().map(|raised| (node.id(), raised))
    });
    let raised: Vec<(NodeId, String)> = raised.collect();
    for (id, text) in raised {
        set_text(tree, id, &text);
    }
}

/// Two raised digits after a number, beside a sign of money, are its hundredths: "€29⁹⁰".
fn hundredths(raised: At<'_>, said: &str) -> Option<String> {
    if said.len() != 2 || !said.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let around = text(raised.parent()?, PRICE)?;
    let sign = around.chars().find(|letter| matches!(letter, '€' | '$' | '£'))?;
    let number = around.split(sign).find_map(|part| part.trim().strip_suffix(said))?;
    let is_whole =
        number.trim().bytes().all(|byte| byte.is_ascii_digit()) && !number.trim().is_empty();
    is_whole.then(|| format!("{}{said}", if sign == '€' { ',' } else { '.' }))
}

/// Elementor's pound and pence stand in blocks of their own.
fn hundredths_in_blocks(tree: &mut Nodes) {
    let is_part = |node: &At<'_>| {
        classes(*node).iter().any(|class| class == "elementor-price-table__fractional-part")
    };
    let parts = tree.root().descendants().filter(is_part).filter_map(|node| {
        let said =
            text(node, RAISED).filter(|said| said.bytes().all(|byte| byte.is_ascii_digit()))?;
        Some((node.id(), node.parent()?.id(), said)).filter(|(_, _, said)| !said.is_empty())
    });
    let parts: Vec<(NodeId, NodeId, String)> = parts.collect();
    for (id, around, said) in parts {
        set_text(tree, id, &format!(".{said} "));
        rename(tree, around, "span");
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

/// "Monday<span>9–5</span>": a word, and what a style puts elsewhere in its line.
fn sets_apart(before: &str, right: At<'_>) -> bool {
    let mut last = before.chars().rev().take(3);
    if !last.all(char::is_alphabetic) || before.chars().nth(2).is_none() || !begins_open(right) {
        return false;
    }
    let first = text(right, NEAR).and_then(|after| after.chars().next());
    first.is_some_and(|first| first.is_ascii_digit() || matches!(first, '€' | '$' | '£' | '¥'))
        && !right.ancestors().any(|above| matches!(name(above), "pre" | "code"))
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
        let item =
            markdown("<main><p>All of this is there:<ul><li><s>Tea</s><li>Coffee and cake</ul>");
        assert_eq!(item, "All of this is there:\n\n- Coffee and cake");
        let open = markdown("<main><p>Hello <s>you.<p>We are open.<p>Come in.</main>");
        assert!(open.contains("We are open."), "{open}");
    }

    #[test]
    fn where_a_link_reaches_somebody_is_said() {
        let out = markdown(
            "<main><p><a href='mailto:p@a.example?subject=x'>Email Priya</a><p><a href=tel:+44113496>Call</a>\
             <p><a href=mailto:i@a.example><i class=icon></i></a><p><a href='tel:+44 113 49'>+44 (113) 49</a>\
             <p><a href='mailto:?body=x'>Share</a></main>",
        );
        assert_eq!(
            out,
            "Email Priya (p@a.example)\n\nCall (+44113496)\n\ni@a.example\n\n+44 (113) 49\n\nShare"
        );
    }

    #[test]
    fn raised_hundredths_and_what_stands_at_the_end_of_a_line_are_read_right() {
        let out = markdown(
            "<main><p><span>€</span><span>29</span><sup>90</sup><ul><li>Monday<span class=r>9–5</span><li>H<span>2</span>O</ul></main>",
        );
        assert_eq!(out, "€29,90\n\n- Monday 9–5\n- H2O");
        let table = "<main><div><span>£</span><span>52</span><div class=elementor-price-table__after-price>\
            <span class=elementor-price-table__fractional-part>50</span></div><span>per visit</span></div></main>";
        assert_eq!(markdown(table), "£52.50 per visit");
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
