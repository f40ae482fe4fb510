//! HTML that no parser can be made to dig in: parsers and converters of HTML work by recursion, or walk the whole stack
//! of open elements at every tag, so a page of a million `<div>` would cost all memory or hours.

use std::borrow::Cow;

/// Open elements; real pages have some thirty.
const DEEPEST: usize = 200;

/// The same HTML with the tags below [`DEEPEST`] left out, and their text kept.
pub(super) fn shallow(html: &str) -> Cow<'_, str> {
    let mut out: Option<String> = None;
    let mut kept = 0;
    let mut depth = 0_usize;
    let mut from = 0;
    while let Some(start) = html.get(from..).and_then(|rest| rest.find('<')).map(|at| at + from) {
        let rest = html.get(start + 1..).unwrap_or_default();
        if rest.starts_with("!--") {
            from = rest.find("-->").map_or(html.len(), |at| start + 1 + at + 3);
            continue;
        }
        let closing = rest.starts_with('/');
        let name_at = usize::from(closing);
        let name: String = rest
            .get(name_at..)
            .unwrap_or_default()
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(12)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        if name.is_empty() {
            from = start + 1;
            continue;
        }
        let end = rest.find('>').map_or(html.len(), |at| start + 1 + at + 1);
        from = end;
        if closing {
            if nests(&name) {
                if depth > DEEPEST {
                    drop_tag(html, &mut out, &mut kept, start, end);
                }
                depth = depth.saturating_sub(1);
            }
        } else if matches!(name.as_str(), "script" | "style" | "textarea" | "title") {
            let close = format!("</{name}");
            from = find_ignoring_case(html, end, &close).unwrap_or(html.len());
        } else if nests(&name) {
            depth += 1;
            if depth > DEEPEST {
                drop_tag(html, &mut out, &mut kept, start, end);
            }
        }
    }
    match out {
        None => Cow::Borrowed(html),
        Some(mut out) => {
            out.push_str(html.get(kept..).unwrap_or_default());
            Cow::Owned(out)
        }
    }
}

fn drop_tag(html: &str, out: &mut Option<String>, kept: &mut usize, start: usize, end: usize) {
    let out = out.get_or_insert_default();
    out.push_str(html.get(*kept..start).unwrap_or_default());
    out.push(' ');
    *kept = end;
}

/// Whether elements of this name lie in each other. Not those that need no end tag: a page that leaves it out a thousand
/// times is not deep.
fn nests(name: &str) -> bool {
    !matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "dd"
            | "dt"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "li"
            | "link"
            | "meta"
            | "option"
            | "p"
            | "param"
            | "source"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "track"
            | "wbr"
            | "body"
            | "html"
            | "head"
            | "rp"
            | "rt"
    )
}

fn find_ignoring_case(html: &str, from: usize, wanted: &str) -> Option<usize> {
    let bytes = html.as_bytes().get(from..)?;
    bytes
        .windows(wanted.len())
        .position(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
        .map(|at| at + from)
}

#[cfg(test)]
mod tests {
    use super::{DEEPEST, shallow};

    #[test]
    fn leaves_a_usual_page_as_it_is() {
        let html = "<html><body><p>a<p>b<div><b>c</b></div></body>".repeat(500);
        assert!(matches!(shallow(&html), std::borrow::Cow::Borrowed(_)));
    }

    #[test]
    fn keeps_the_text_of_what_is_too_deep() {
        let html = format!("{}deep{} after", "<div>".repeat(100_000), "</div>".repeat(100_000));
        let out = shallow(&html);
        assert_eq!(out.matches("<div>").count(), DEEPEST);
        assert_eq!(out.matches("</div>").count(), DEEPEST);
        assert!(out.contains("deep") && out.ends_with(" after"));
    }

    #[test]
    fn is_not_confused_by_scripts_and_comments() {
        let html = format!(
            "<script>{}</script><!-- {} --><p>x</p>",
            "<div>".repeat(999),
            "<div>".repeat(999)
        );
        assert_eq!(shallow(&html), html);
    }
}
