//! Labels of a form's fields: they ask the visitor, and tell nothing. Those of choices tell what there is.

use super::nodes::{At, asks, attr, name, text};

/// Elements around a label within which its field is looked for.
const AROUND: usize = 2;
/// And elements that are looked at.
const LOOKED_AT: usize = 40;

/// Of a field, in a form, that is no choice.
pub(super) fn is_field_label(label: At<'_>) -> bool {
    if !label.ancestors().any(|above| name(above) == "form") {
        return false;
    }
    let field = |node: At<'_>| matches!(name(node), "input" | "select" | "textarea");
    let is_box = |node: At<'_>| name(node) == "input" && attr(node, "type") == Some("checkbox");
    let inside = || label.descendants().take(LOOKED_AT);
    let beside = || label.next_siblings().chain(label.prev_siblings()).take(LOOKED_AT);
    let near = || {
        let around =
            label.ancestors().take(AROUND).flat_map(|above| above.children().take(LOOKED_AT));
        around.flat_map(|near| near.descendants().take(LOOKED_AT))
    };
    let boxes = near().filter(|node| is_box(*node)).count();
    let choice = |node: At<'_>| {
        name(node) == "input" && attr(node, "type") == Some("radio") || boxes > 1 && is_box(node)
    };
    // On some pages the form is all of the page, and a label any text.
    if attr(label, "for").is_none() && !inside().any(field) && !near().any(field) {
        return false;
    }
    let offers = inside().any(choice)
        || beside().any(choice)
        || name(label) == "legend" && near().any(choice);
    // A box to tick unfolds an answer on pages without scripts.
    let unfolds = attr(label, "for").is_some() && text(label, 200).is_some_and(|text| asks(&text));
    !(offers || unfolds && follows_prose(label))
}

fn follows_prose(label: At<'_>) -> bool {
    label.next_siblings().take(LOOKED_AT).filter(|next| next.value().is_element()).any(|next| {
        !matches!(name(next), "input" | "select" | "textarea" | "label")
            && next.descendants().take(LOOKED_AT).any(|below| {
                below.value().as_text().is_some_and(|text| text.trim_end().ends_with(['.', '!']))
            })
    })
}
