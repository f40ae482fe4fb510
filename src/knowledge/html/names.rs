//! Names that say that something stands around the content: words of a class or an id. A name alone is no proof; what has
//! content of its own stays, but for what nobody could mean otherwise.

use super::{
    is_price,
    measures::{Measure, Measures},
    nodes::{At, Nodes, attr, classes, has_word, name, text},
    others::is_of_its_heading,
};

/// Programs that ask about cookies.
const ASKERS: &[&str] = &[
    "cookiebar",
    "cookiebot",
    "cookieconsent",
    "cookielaw",
    "cookienotice",
    "cookieyes",
    "cybotcookiebotdialog",
    "cmplz",
    "complianz",
    "didomi",
    "iubenda",
    "klaro",
    "onetrust",
    "osano",
    "tarteaucitron",
    "termly",
    "usercentrics",
];
/// What asks about them itself, with something to press, or what a policy says of them.
const ASKING: &[&str] = &["cookie", "cookies", "consent", "gdpr"];
/// Bytes of a menu.
const MENU: usize = 20_000;
/// The part of a page's letters that an article without its first heading has at least: one of so many.
const CONTENT: usize = 5;
/// Around the content, if it has not both a heading and sentences.
const AROUND: &[&str] = &[
    "breadcrumb",
    "breadcrumbs",
    "navbar",
    "navigation",
    "sidebar",
    "skiplink",
    "newsletter",
    "pagination",
    "footer",
    "masthead",
    "toolbar",
    "pager",
    "toc",
    "tableofcontents",
    "navheader",
    "navfooter",
];
/// Of what leads elsewhere, if it is made of links without a price: a restaurant has a menu, too.
const LEADING: &[&str] =
    &["menu", "sidemenu", "submenu", "lang", "language", "languages", "switcher"];
/// Parts of the content with a foot of their own: "card-footer".
const OF_PARTS: &[&str] = &["card", "panel", "box", "price", "pricing", "product", "plan", "tile"];
/// Words that mean much else, too: "share-classes", "popup-store", the "nav-home" of a tab.
const PERHAPS: &[&str] = &["nav", "skip", "social", "share", "sharing", "popup", "related"];
/// Of an `aside` that stands beside the page, and not in its text.
const BESIDE: &[&str] = &["sidebar", "widget", "secondary", "complementary"];

pub(super) struct Names(Measures);

impl Names {
    pub(super) fn of(tree: &Nodes) -> Self {
        Self(Measures::of(tree))
    }

    /// Whether a page's only article is its content, and no teaser beside it.
    pub(super) fn is_content(&self, article: At<'_>, all: usize) -> bool {
        let measure = self.0.get(article.id());
        measure.h1 > 0 || !measure.is_of_teasers() && measure.letters * CONTENT >= all
    }

    /// Whether a `nav` or an `aside` is part of the text: it has sentences, and few links.
    pub(super) fn admits_beside(&self, node: At<'_>, has_landmark: bool) -> bool {
        let measure = self.0.get(node.id());
        let stands_beside = name(node) == "aside"
            && (!has_landmark
                && node.ancestors().all(|above| !matches!(name(above), "section" | "article"))
                || attr(node, "role").is_some()
                || tokens_have(node, BESIDE));
        measure.speaks()
            && measure.fields == 0
            && !stands_beside
            && !(self.name_what_is_around(node, has_landmark) && name(node) == "aside")
    }

    /// A page's head that only leads to its parts, beside a name at most, whatever part of the text it is.
    pub(super) fn only_leads(&self, node: At<'_>) -> bool {
        // "Open 24 hours" is no name.
        let has_number = || {
            let said = text(node, MENU).unwrap_or_default();
            said.contains(|letter: char| letter.is_ascii_digit())
        };
        self.0.get(node.id()).only_leads() && !has_number()
    }

    pub(super) fn name_what_is_around(&self, node: At<'_>, has_landmark: bool) -> bool {
        let measure = self.0.get(node.id());
        let is_panel = attr(node, "role") == Some("tabpanel")
            || classes(node)
                .iter()
                .any(|class| matches!(class.as_str(), "tab-pane" | "tab-content"));
        let classes = classes(node);
        let mut names: Vec<&str> = classes.iter().map(String::as_str).collect();
        let id = attr(node, "id").map(str::to_ascii_lowercase).unwrap_or_default();
        let has_named_id =
            [ASKERS, ASKING, AROUND, PERHAPS].iter().any(|words| has_word(&id, words));
        if has_named_id
            && !is_panel
            && !(is_of_its_heading(node) && measure.is_section(has_landmark))
        {
            names.push(&id);
        }
        let is_priced = || text(node, MENU).is_none_or(|text| is_price(&text));
        let leads = !has_landmark
            && measure.only_leads()
            && names.iter().any(|name| has_word(name, LEADING))
            && !is_priced();
        names.iter().any(|name| {
            leads
                || has_word(name, ASKERS)
                || has_word(name, ASKING) && !(measure.says_something() && measure.acts == 0)
                || !is_panel
                    && (has_word(name, AROUND)
                        && !has_word(name, OF_PARTS)
                        && !(has_landmark && measure.is_titled())
                        || has_word(name, PERHAPS) && !measure.has_content())
        })
    }
}

impl Measure {
    fn only_leads(&self) -> bool {
        self.headings + self.prose + self.solid == 0 && self.linked * 5 >= self.letters * 4
    }

    /// A heading with what it is about; asking about cookies outside of the content is none.
    fn is_section(&self, has_landmark: bool) -> bool {
        has_landmark || self.acts == 0
    }

    fn says_something(&self) -> bool {
        self.headings > 0 && self.prose > 0
    }

    fn is_titled(&self) -> bool {
        let is_table = self.headings > 0 && self.solid > 0 && self.linked * 3 < self.letters;
        (is_table || self.says_something() && self.speaks()) && self.fields == 0
    }

    fn has_content(&self) -> bool {
        (self.speaks() || self.solid > 0 && !self.is_of_teasers()) && self.fields == 0
    }
}

fn tokens_have(node: At<'_>, words: &[&str]) -> bool {
    super::nodes::tokens(node).iter().any(|token| has_word(token, words))
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    fn beside(html: &str) -> String {
        let long =
            "The harbour was built in 1820 by sailors from the north, who had lost their ship. "
                .repeat(6);
        let out = markdown(&format!("<main><h1>Title</h1><p>{long}</p>{html}</main>"));
        out.split_once(long.trim()).expect(&out).1.trim().to_owned()
    }

    #[test]
    fn a_section_may_be_named_after_its_subject() {
        for (html, kept) in [
            (
                "<section id=pagination><h2>Pagination<a class=headerlink href=#pagination>¶</a></h2><p>Pass the token.</section>",
                "Pass the token",
            ),
            (
                "<section id=navigation><h2>Navigation</h2><p>Use arrow keys.</section>",
                "Use arrow keys",
            ),
            (
                "<section id=cookies><h2>Cookies</h2><p>The cookie fd lives for 14 days.</section>",
                "14 days",
            ),
            (
                "<section id=newsletter class=wp-block-group><h2>Newsletter</h2><p>You can unsubscribe at any time.</section>",
                "unsubscribe",
            ),
            (
                "<div id=consent><h3>Withdrawal</h3><p>You can withdraw it by e-mail.</div>",
                "withdraw it",
            ),
            (
                "<section id=social-security><h2>Social security</h2><p>It is 9.3 percent.</section>",
                "9.3",
            ),
            (
                "<div class=share-classes><h2>Share classes</h2><p>Class A has ten votes.</div>",
                "ten votes",
            ),
            (
                "<div class=popup-store><p>It opens in May at Bahnhofstrasse 3, and not before.</div>",
                "in May",
            ),
            (
                "<div class=tab-content id=nav-tabContent><div class=tab-pane id=nav-home role=tabpanel><ul><li>Three years</ul></div></div>",
                "Three years",
            ),
            (
                "<aside class=starlight-aside><div><p>Deleting cannot be undone after 30 minutes.</div></aside>",
                "undone",
            ),
            ("<nav class=w-dropdown-list><p>The minimum order is 40 pounds.</nav>", "40 pounds"),
        ] {
            assert!(beside(html).contains(kept), "{kept}: {}", beside(html));
        }
    }

    #[test]
    fn what_stands_around_is_left_out_whatever_it_says() {
        let link = "<a href=/x>Another page of ours</a>";
        for html in [
            "<div class=breadcrumbs>Home / Help</div>".to_owned(),
            format!("<nav><p>Go on with:</p>{link}{link}</nav>"),
            format!("<div class='social-links'><h3>Follow us</h3>{link}</div>"),
            format!("<div class=related><h2>Related</h2><h3>{link}</h3><p>A teaser of some words.</p><h3>{link}</h3><p>And another one.</p></div>"),
            "<div class=newsletter><h3>Newsletter</h3><p>Never miss a sale again.</p><input type=email></div>".to_owned(),
            "<div id=cookie-banner><h2>We use cookies</h2><p>They are good for you.</p><button>Yes</button></div>".to_owned(),
            "<div id=onetrust-banner-sdk><h2>Cookies</h2><p>They are good for you.</p></div>".to_owned(),
            "<aside class=sidebar><h3>About</h3><p>Jane writes about food.</p></aside>".to_owned(),
            format!("<div class=post-navigation>{link}{link}</div>"),
        ] {
            assert_eq!(beside(&html), "", "{html}");
        }
        let asked = markdown(
            "<p>Text of the page, and more of it than of what is asked about cookies, as on all pages.</p><div class=cookie-consent id=cookie-consent><h2>Cookie consent</h2><p>We use cookies for you.</p><button>OK</button></div>",
        );
        assert!(!asked.contains("ookie c"), "{asked}");
    }
}
