//! The tree of a page, made by a browser's rules in bounded time and memory: parsers walk their stack of open elements
//! at every tag, compare each attribute of a tag with all others, and what reads a tree does so by recursion.

use std::cell::Cell;

use ego_tree::NodeId;
use html5ever::{
    TokenizerResult,
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
    },
    tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink},
};
use scraper::{Html, HtmlTreeSink};

/// Elements in each other below which tags are left out, and their text is kept; real pages have some thirty.
const DEEPEST: usize = 200;
/// The same for tags whose text is no text of the page.
const DEEPEST_CODE: usize = DEEPEST + 50;
/// Elements in each other that there are at all: a parser opens formatting elements again by itself.
const DEEPEST_OF_ALL: usize = 1000;
/// Nodes of one page; each takes some 200 bytes.
const NODES: usize = 250_000;
/// Bytes that the parser is given at once.
const PIECE: usize = 16 * 1024;
/// What may be attributes of one tag.
const ATTRIBUTES: usize = 40_000;
/// Attributes that are compared with each other, in a page.
const COMPARISONS: usize = 1_000_000_000;
/// `<html>` and `<body>` tags: their attributes are gathered on one element.
const ROOTS: usize = 20;

pub(super) struct Tree {
    pub html: Html,
    /// The page was larger than what is read of one.
    pub is_cut: bool,
}

/// The error is a sentence without its subject.
pub(super) fn parse(text: &str) -> Result<Tree, String> {
    let builder =
        TreeBuilder::new(HtmlTreeSink::new(Html::new_document()), TreeBuilderOpts::default());
    let bounds = Bounds {
        builder,
        tokens: Cell::new(0),
        comparisons: Cell::new(0),
        roots: Cell::new(0),
        is_cut: Cell::new(false),
    };
    let tokenizer = Tokenizer::new(bounds, TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut rest = text;
    let mut stretch = 0;
    while !rest.is_empty() && !tokenizer.sink.is_cut.get() {
        let (piece, further) = rest.split_at(rest.floor_char_boundary(PIECE));
        rest = further;
        let before = tokenizer.sink.tokens.get();
        input.push_back(StrTendril::from_slice(piece));
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        let parts = piece.bytes().filter(|byte| is_between_attributes(*byte)).count();
        stretch = if tokenizer.sink.tokens.get() == before { stretch + parts } else { parts };
        if stretch > ATTRIBUTES || tokenizer.sink.comparisons.get() > COMPARISONS {
            return Err("has a tag with too many attributes".to_owned());
        }
    }
    tokenizer.end();
    let Bounds { builder, is_cut, .. } = tokenizer.sink;
    let html = builder.sink.finish();
    if depth(&html) > DEEPEST_OF_ALL {
        return Err("has elements that lie too deep in each other".to_owned());
    }
    Ok(Tree { html, is_cut: is_cut.get() })
}

fn is_between_attributes(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'/' | b'"' | b'\'')
}

fn depth(html: &Html) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for edge in html.tree.root().traverse() {
        match edge {
            ego_tree::iter::Edge::Open(_) => depth += 1,
            ego_tree::iter::Edge::Close(_) => depth -= 1,
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Stands between what reads tags and what builds the tree.
struct Bounds {
    builder: TreeBuilder<NodeId, HtmlTreeSink>,
    tokens: Cell<usize>,
    comparisons: Cell<usize>,
    roots: Cell<usize>,
    is_cut: Cell<bool>,
}

impl Bounds {
    fn admits(&self, tag: &Tag) -> bool {
        let attributes = tag.attrs.len();
        self.comparisons.set(self.comparisons.get() + attributes * attributes / 2);
        let name = &*tag.name;
        if tag.kind == TagKind::EndTag {
            return true;
        }
        if matches!(name, "html" | "body") {
            self.roots.set(self.roots.get() + 1);
            return self.roots.get() <= ROOTS;
        }
        let is_code = matches!(name, "script" | "style");
        self.depth() < if is_code { DEEPEST_CODE } else { DEEPEST }
    }

    /// Of the latest node. What a page goes on with after the end of what is deep becomes the latest one.
    fn depth(&self) -> usize {
        let html = self.builder.sink.0.borrow();
        let latest = html.tree.nodes().next_back();
        latest.map_or(0, |node| node.ancestors().count())
    }
}

impl TokenSink for Bounds {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        self.tokens.set(self.tokens.get() + 1);
        let is_admitted = match &token {
            Token::TagToken(tag) => !self.is_cut.get() && self.admits(tag),
            Token::EOFToken => true,
            _ => !self.is_cut.get(),
        };
        if !is_admitted {
            return TokenSinkResult::Continue;
        }
        let result = self.builder.process_token(token, line);
        if self.builder.sink.0.borrow().tree.values().len() > NODES {
            self.is_cut.set(true);
        }
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

#[cfg(test)]
mod tests {
    use super::{DEEPEST, DEEPEST_OF_ALL, NODES, depth, parse};

    #[test]
    fn leaves_a_usual_page_as_it_is() {
        let page =
            "<html><body><p>a<p>b<div><b>c</b></div><table><tr><td>1<tr><td>2</table></body>"
                .repeat(300);
        let tree = parse(&page).expect("a tree");
        assert!(tree.html == scraper::Html::parse_document(&page));
        assert!(!tree.is_cut);
    }

    #[test]
    fn keeps_the_text_of_what_is_too_deep_and_the_elements_after_it() {
        let (open, close) = ("<div>".repeat(100_000), "</div>".repeat(100_000));
        let tree = parse(&format!("{open}deep{close} after<h2>Next</h2>")).expect("a tree");
        let text: String = tree.html.root_element().text().collect();
        assert_eq!(text, "deep afterNext");
        assert!(tree.html.root_element().html().contains("<h2>Next</h2>"));
        assert!(depth(&tree.html) <= DEEPEST + 3);
    }

    #[test]
    fn no_nesting_is_too_deep() {
        for open in [
            "<div></x>",
            "<div></p>",
            "<b><p>",
            "<math><td>",
            "<svg><g>",
            "<svg><title>",
            "<svg><style>",
            "<svg><foreignObject><div>",
            "<table>",
            "<table><td>",
            "<table><div>",
            "<table><tr><td><a>",
            "<template>",
            "<select><div>",
            "<select><option><select>",
            "<a href=x>",
            "<a><div>",
            "<nobr><p>",
            "<button><p>",
            "<p><object>",
            "<ruby><rt>",
            "<form><fieldset>",
            "<ul><li>",
            "<dl><dd>",
            "<frameset>",
            "<h1><h2>",
        ] {
            for close in ["", "</x>", "</p>", "</div>", "</table>", "</a></b>"] {
                let page = format!("<p>before{}in{}", open.repeat(5000), close.repeat(5000));
                match parse(&page) {
                    Ok(tree) => assert!(depth(&tree.html) <= DEEPEST_OF_ALL),
                    Err(reason) => assert!(reason.contains("too deep"), "{open}: {reason}"),
                }
            }
        }
    }

    #[test]
    fn ends_where_a_page_makes_the_parser_open_what_it_closed() {
        let bold: String = (0..100_000).map(|n| format!("<p><b a={n}></p>")).collect();
        let bold = parse(&bold);
        assert!(bold.is_err() || bold.is_ok_and(|tree| depth(&tree.html) <= DEEPEST_OF_ALL));
        let flat = parse(&"<i></i>".repeat(NODES)).expect("a tree");
        assert!(flat.is_cut);
    }

    #[test]
    fn a_tag_has_so_many_attributes_and_no_more() {
        let attributes: String = (0..300_000).map(|n| format!(" a{n}")).collect();
        assert!(parse(&format!("<p{attributes}>")).is_err());
        let attributes: String = (0..5000).map(|n| format!(" a{n}")).collect();
        assert!(parse(&format!("<p{attributes}>").repeat(200)).is_err());
        let words = "A long comment, as some pages have them. ".repeat(2000);
        assert!(parse(&format!("<!-- {words} --><p class=x>")).is_ok());
    }
}
