//! Tabs: the label of each becomes the heading of its panel, for on paper all of them lie below each other.

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;

use super::{
    accordions::{ids, opened},
    nodes::{
        At, Nodes, attr, bare, classes, detach, has_class, is_heading, is_inline, name,
        new_element, text, text_node,
    },
};

/// Bytes of a label.
const LABEL: usize = 80;
/// Elements around a list of labels in which its panels are looked for.
const AROUND: usize = 2;
/// Labels, and panels, of one list; and lists.
const MOST: usize = 40;
const LISTS: usize = 100;

/// The panels that have got a heading.
pub(super) fn name_panels(tree: &mut Nodes) -> HashSet<NodeId> {
    let ids = ids(tree);
    let is_list = |node: &At<'_>| {
        attr(*node, "role") == Some("tablist")
            || has_labels_alone(*node)
            || classes(*node)
                .iter()
                .any(|class| matches!(class.as_str(), "tabbed-labels" | "tabs" | "ui-tabs"))
    };
    let lists: Vec<NodeId> =
        tree.root().descendants().filter(is_list).map(|list| list.id()).take(LISTS).collect();
    let mut named = HashSet::new();
    for list in lists {
        let Some(node) = tree.get(list) else { continue };
        let labels = labels(node, &ids);
        let pairs = pairs(node, &labels, &ids);
        if pairs.is_empty() {
            continue;
        }
        let item = |label: At<'_>| match label.parent() {
            Some(above) if name(above) == "li" => above.id(),
            _ => label.id(),
        };
        let labels: Vec<NodeId> = labels.iter().map(|&label| item(label)).collect();
        let is_around = |panel: NodeId| {
            tree.get(panel).is_some_and(|panel| panel.ancestors().any(|above| above.id() == list))
        };
        // The same class may stand around labels and panels.
        let holds_panels = pairs.iter().any(|(_, panel)| is_around(*panel));
        for (label, panel) in pairs {
            if named.insert(panel) {
                head(tree, panel, &label);
            }
        }
        for shown in if holds_panels { labels } else { vec![list] } {
            detach(tree, shown);
        }
    }
    named
}

/// A list of labels by its class: Divi's, Webflow's.
fn has_labels_alone(node: At<'_>) -> bool {
    classes(node).iter().any(|class| matches!(class.as_str(), "et_pb_tabs_controls" | "w-tab-menu"))
}

fn labels<'a>(list: At<'a>, ids: &HashMap<String, NodeId>) -> Vec<At<'a>> {
    let is_label = |node: &At<'_>| attr(*node, "role") == Some("tab");
    let labels: Vec<At<'_>> = list.descendants().filter(is_label).take(MOST).collect();
    if !labels.is_empty() {
        return labels;
    }
    let is_one = |child: &At<'_>| {
        name(*child) == "label" || has_labels_alone(list) && child.value().is_element()
    };
    let labels: Vec<At<'_>> = list.children().filter(is_one).take(MOST).collect();
    if !labels.is_empty() {
        return labels;
    }
    // A list of links to the panels, which is the first thing in it.
    let links = list.descendants().find(|below| name(*below) == "ul");
    let opens =
        |link: &At<'_>| name(*link) == "a" && opened(*link).is_some_and(|id| ids.contains_key(id));
    links.map(|links| links.descendants().filter(opens).take(MOST).collect()).unwrap_or_default()
}

/// Labels with their panels.
fn pairs(list: At<'_>, labels: &[At<'_>], ids: &HashMap<String, NodeId>) -> Vec<(String, NodeId)> {
    if labels.is_empty() {
        return Vec::new();
    }
    let said = |label: &At<'_>| text(*label, LABEL).filter(|said| !said.is_empty());
    let by_id = labels.iter().filter_map(|label| {
        let panel = ids.get(opened(*label)?)?;
        let is_whole = list.ancestors().all(|above| above.id() != *panel);
        // What links of a list lead to may be a heading, or a mere place.
        let holds =
            list.tree().get(*panel).is_some_and(|it| !is_heading(it) && !is_inline(name(it)));
        Some((said(label)?, *panel)).filter(|_| is_whole && holds)
    });
    let by_id: Vec<(String, NodeId)> = by_id.collect();
    if !by_id.is_empty() {
        return by_id;
    }
    // In order, where there are as many of both.
    for around in list.ancestors().take(AROUND) {
        let panels = panels(around);
        if panels.len() == labels.len() {
            let labels = labels.iter().map(|label| said(label).unwrap_or_default());
            return labels.zip(panels).filter(|(label, _)| !label.is_empty()).collect();
        }
        if !panels.is_empty() {
            break;
        }
    }
    Vec::new()
}

/// In this element, none of them in another.
fn panels(around: At<'_>) -> Vec<NodeId> {
    let mut panels = Vec::new();
    let mut inside: Option<NodeId> = None;
    for edge in around.traverse().take(MOST * 1000) {
        match edge {
            ego_tree::iter::Edge::Open(node) if inside.is_none() && is_panel(node) => {
                inside = Some(node.id());
                panels.push(node.id());
            }
            ego_tree::iter::Edge::Close(node) if inside == Some(node.id()) => inside = None,
            _ => {}
        }
        if panels.len() > MOST {
            break;
        }
    }
    panels
}

fn is_panel(node: At<'_>) -> bool {
    let is_block = || node.parent().is_some_and(|above| has_class(above, "blocks"));
    attr(node, "role") == Some("tabpanel")
        || node.value().is_element() && is_block()
        || classes(node).iter().any(|class| {
            matches!(class.as_str(), "tabbed-block" | "tab-pane" | "et_pb_tab" | "w-tab-pane")
        })
}

/// Puts the label above what the panel holds, unless that says it already.
fn head(tree: &mut Nodes, panel: NodeId, label: &str) {
    let Some(node) = tree.get(panel) else { return };
    let heading = node.descendants().find(|below| is_heading(*below));
    let heading = heading.and_then(|heading| text(heading, LABEL * 2));
    let is_said = heading.is_some_and(|heading| bare(&heading) == bare(label));
    let is_held = node.ancestors().any(|above| matches!(name(above), "li" | "td" | "th"));
    if is_said {
        return;
    }
    if let Some(mut node) = tree.get_mut(panel) {
        if is_held {
            node.prepend(new_element("p")).append(new_element("strong")).append(text_node(label));
        } else {
            node.prepend(new_element("summary")).append(text_node(label));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    #[test]
    fn labels_of_tabs_are_headings_of_their_panels() {
        for html in [
            "<div><ul role=tablist><li role=tab>Linux<li role=tab>Windows</ul><div><div role=tabpanel><p>Run it.</div>\
             <div role=tabpanel hidden><p>Click it.</div></div></div>",
            "<ul role=tablist><li><button role=tab data-bs-target=#l>Linux</button><li><button role=tab data-bs-target=#w>Windows</button></ul>\
             <div class=tab-content id=nav-tabContent><div class=tab-pane id=l role=tabpanel><p>Run it.</div><div class=tab-pane id=w><p>Click it.</div></div>",
            "<div class=tabbed-set><input type=radio><div class=tabbed-labels><label>Linux</label><label>Windows</label></div>\
             <div class=tabbed-content><div class=tabbed-block><p>Run it.</div><div class=tabbed-block><h3>Windows</h3><p>Click it.</div></div></div>",
            "<div class=tabs><ul role=tablist><li role=tab>Linux<li role=tab>Windows</ul><div role=tabpanel><p>Run it.</div>\
             <div role=tabpanel><p>Click it.</div></div>",
            "<div class=tabs><div role=tablist><button role=tab aria-controls=l>Linux</button><button role=tab aria-controls=w>Windows</button></div>\
             <div id=l><p>Run it.</div><div id=w><p>Click it.</div></div>",
            "<div class=ui-tabs><ul><li><a href=#l>Linux</a><li><a href=#w>Windows</a></ul><div id=l><p>Run it.</div><div id=w><p>Click it.</div></div>",
        ] {
            let out =
                markdown(&format!("<main><h1>Help</h1><h2>Install</h2>{html}<p>Done.</main>"));
            let wanted = "## Install\n\n### Linux\n\nRun it.\n\n### Windows\n\nClick it.\n\n## Install\n\nDone.";
            assert!(out.ends_with(wanted), "{html}: {out}");
        }
    }

    #[test]
    fn links_to_headings_are_no_labels_of_panels() {
        let out = markdown(
            "<main><h1>Help</h1><ul class=tabs><li><a href=#i>To install</a><li><a href=#r>To run</a></ul>\
             <h2 id=i>Install</h2><p>Unpack it.<h2 id=r>Run</h2><p>Start it.</main>",
        );
        assert!(out.contains("## Install {#i}\n\nUnpack it.\n\n## Run {#r}\n\nStart it."), "{out}");
    }
}
