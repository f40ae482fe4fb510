//! Code as code, whatever a theme makes of it: what stands in a `pre` is one text with the name of its language, and
//! numbers of lines are no part of it.

use std::collections::HashSet;

use ego_tree::{NodeId, iter::Edge};
use scraper::Node;

use super::nodes::{
    At, Nodes, attr, classes, detach, empty, is_heading, name, new_element, new_with, rename,
    text_node,
};

/// Names of what holds numbers of lines.
const NUMBERS: &[&str] = &[
    "linenos",
    "lineno",
    "lnt",
    "lntd",
    "ln",
    "linenodiv",
    "gutter",
    "rouge-gutter",
    "blob-num",
    "line-number",
    "line-numbers",
    "line-numbers-wrapper",
    "line-numbers-rows",
    "hljs-ln-numbers",
    "linenumber",
    "linenumbers",
    "react-syntax-highlighter-line-number",
];
/// Names of languages that are none.
const NO_LANGUAGE: &[&str] =
    &["none", "default", "auto", "wrapper", "box", "block", "container", "notranslate"];
/// How far around a `pre` the name of its language may stand.
const AROUND: usize = 7;

pub(super) fn mend(tree: &mut Nodes) {
    let mut tables = HashSet::new();
    let mut gone = Vec::new();
    for node in tree.root().descendants() {
        if is_numbers(node) {
            gone.push(node.id());
            if name(node) == "td" {
                let table = node.ancestors().find(|above| name(*above) == "table");
                tables.extend(table.map(|table| table.id()));
            }
        }
    }
    for id in gone {
        detach(tree, id);
    }
    for id in tables {
        unfold(tree, id);
    }
    let blocks: Vec<NodeId> = outermost(tree);
    for id in blocks {
        let Some(node) = tree.get(id) else { continue };
        let (code, language) = (code(node), language(node));
        empty(tree, id);
        rename(tree, id, "pre");
        let element = match language {
            Some(language) => new_with("code", "class", &format!("language-{language}")),
            None => new_element("code"),
        };
        if let Some(mut node) = tree.get_mut(id).filter(|_| !code.trim().is_empty()) {
            node.append(element).append(text_node(&code));
        }
    }
}

/// Nothing but digits, in what is named so or is not read out.
fn is_numbers(node: At<'_>) -> bool {
    if !node.value().is_element() {
        return false;
    }
    // What is only not read out may be half of a price, or a day: of lines there are several.
    let fewest = if classes(node).iter().any(|class| NUMBERS.contains(&class.as_str())) {
        1
    } else if attr(node, "aria-hidden") == Some("true") && name(node) != "td" {
        2
    } else {
        return false;
    };
    let mut numbers = 0;
    node.descendants().filter_map(|below| below.value().as_text()).all(|text| {
        numbers += text.split_ascii_whitespace().count();
        text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_whitespace())
    }) && numbers >= fewest
}

/// A table that stood only for the numbers beside its code.
fn unfold(tree: &mut Nodes, table: NodeId) {
    let Some(node) = tree.get(table) else { return };
    let parts: Vec<(NodeId, &str)> =
        node.descendants().map(|below| (below.id(), name(below))).collect();
    if !parts.iter().any(|(_, name)| *name == "pre") {
        rename(tree, table, "pre");
        return;
    }
    let is_part =
        |name: &str| matches!(name, "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th");
    let parts: Vec<NodeId> =
        parts.into_iter().filter(|(_, name)| is_part(name)).map(|(id, _)| id).collect();
    for id in parts {
        rename(tree, id, "div");
    }
}

/// Each `pre` that is in no other, and code of several lines that is in none.
fn outermost(tree: &Nodes) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut inside: Option<NodeId> = None;
    for edge in tree.root().traverse() {
        match edge {
            Edge::Open(node) if inside.is_none() => {
                let is_block = name(node) == "pre" && !node.descendants().any(is_heading)
                    || name(node) == "code" && node.children().any(|child| name(child) == "br");
                if is_block {
                    inside = Some(node.id());
                    found.push(node.id());
                }
            }
            Edge::Close(node) if inside == Some(node.id()) => inside = None,
            _ => {}
        }
    }
    found
}

/// The text with its lines, without blanks at their ends.
fn code(pre: At<'_>) -> String {
    let mut code = String::new();
    let mut skipped: Option<NodeId> = None;
    for edge in pre.traverse() {
        match edge {
            Edge::Open(node) if skipped.is_none() => match node.value() {
                Node::Text(text) => code.push_str(text),
                Node::Element(element) => match element.name() {
                    "br" => code.push('\n'),
                    "button" | "script" | "style" | "svg" => skipped = Some(node.id()),
                    // The same in another language.
                    "code" if node.prev_sibling().is_some_and(|before| name(before) == "code") => {
                        code.push('\n');
                    }
                    name => end_line(name, &mut code),
                },
                _ => {}
            },
            Edge::Open(_) => {}
            Edge::Close(node) if skipped.is_some() => {
                skipped = skipped.filter(|id| *id != node.id());
            }
            Edge::Close(node) => end_line(name(node), &mut code),
        }
    }
    let lines: Vec<&str> = code.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

fn end_line(name: &str, code: &mut String) {
    let is_line = matches!(name, "div" | "p" | "li" | "tr");
    if is_line && !code.is_empty() && !code.ends_with('\n') {
        code.push('\n');
    }
}

fn language(pre: At<'_>) -> Option<String> {
    let inner = pre.descendants().skip(1).find(|node| name(*node) == "code");
    // Not of the page's own parts: "lang-en" is the language of their text.
    let is_wrapper = |node: &At<'_>| matches!(name(*node), "div" | "figure" | "span" | "td" | "p");
    let around = pre.ancestors().take(AROUND).filter(is_wrapper);
    let mut named = inner.into_iter().chain([pre]).chain(around);
    named.find_map(|node| {
        let said = attr(node, "data-lang").or_else(|| attr(node, "data-language"));
        let name = said.map(str::to_ascii_lowercase).or_else(|| of_class(&classes(node)))?;
        let is_name = name.len() <= 20
            && !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "+#-_.".contains(c));
        (is_name && !NO_LANGUAGE.contains(&name.as_str())).then_some(name)
    })
}

fn of_class(classes: &[String]) -> Option<String> {
    let mut before = "";
    for class in classes {
        if before == "brush:" {
            return Some(class.trim_end_matches(';').to_owned());
        }
        let rest = ["language-", "lang-", "highlight-source-", "highlight-", "brush:"]
            .iter()
            .find_map(|prefix| class.strip_prefix(prefix))
            .filter(|rest| !rest.is_empty());
        if let Some(rest) = rest {
            return Some(rest.trim_end_matches(';').to_owned());
        }
        before = class;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    fn fenced(html: &str) -> String {
        let out =
            markdown(&format!("<main><h1>Setup</h1><p>Do this:</p>{html}<p>Done.</p></main>"));
        let code = out.split_once("Do this:").and_then(|(_, rest)| rest.split_once("Done."));
        code.expect(&out).0.trim().to_owned()
    }

    #[test]
    fn what_is_preformatted_is_code() {
        assert_eq!(
            fenced("<pre>cd app\n  make\n\nmake install</pre>"),
            "```\ncd app\n  make\n\nmake install\n```"
        );
        let sphinx = "<div class='highlight-python notranslate'><div class=highlight><pre><span></span>\
             <span class=kn>import</span> x\n</pre></div></div>";
        assert_eq!(fenced(sphinx), "```python\nimport x\n```");
        let docusaurus = "<div class='language-bash codeBlock'><pre class='prism-code language-bash'><code>\
             <span class=token-line>curl a  <br></span><span class=token-line>sh b<br></span></code></pre>\
             <button>Copy</button></div>";
        assert_eq!(fenced(docusaurus), "```bash\ncurl a\nsh b\n```");
        assert_eq!(fenced("<pre class='brush: php'>echo 1;</pre>"), "```php\necho 1;\n```");
        assert_eq!(fenced("<p><code>one<br>two</code></p>"), "```\none\ntwo\n```");
    }

    #[test]
    fn numbers_of_lines_are_no_code() {
        let rouge = "<div class='language-ruby highlighter-rouge'><pre class=highlight><code><table class=rouge-table>\
             <tr><td class='rouge-gutter gl'><pre class=lineno>1\n2\n</pre></td><td class=rouge-code><pre>puts 1\nputs 2\n</pre>\
             </td></tr></table></code></pre></div>";
        assert_eq!(fenced(rouge), "```ruby\nputs 1\nputs 2\n```");
        let chroma = "<div class=highlight><table class=lntable><tr><td class=lntd><pre><code><span class=lnt>1\n</span>\
             <span class=lnt>2\n</span></code></pre></td><td class=lntd><pre><code data-lang=bash>make a\nmake b\n</code></pre>\
             </td></tr></table></div>";
        assert_eq!(fenced(chroma), "```bash\nmake a\nmake b\n```");
        let material = "<div class='language-yaml highlight'><table class=highlighttable><tr><td class=linenos><div class=linenodiv>\
             <pre><span></span><span class=normal>1</span>\n</pre></div></td><td class=code><div><pre><code>a: 1\n</code></pre></div></td></tr></table></div>";
        assert_eq!(fenced(material), "```yaml\na: 1\n```");
        let vitepress = "<div class='language-sh line-numbers-mode'><button class=copy></button><span class=lang>sh</span>\
             <pre><code><span class=line>npm i</span>\n<span class=line>npm t</span></code></pre>\
             <div class=line-numbers-wrapper aria-hidden=true><span class=line-number>1</span><br><span class=line-number>2</span></div></div>";
        assert_eq!(fenced(vitepress), "```sh\nnpm i\nnpm t\n```");
        let old = "<div class=syntaxhighlighter><table><tr><td class=gutter><div>1</div><div>2</div></td><td class=code>\
             <div class=line>one</div><div class=line>two</div></td></tr></table></div>";
        assert_eq!(fenced(old), "```\none\ntwo\n```");
    }
}
