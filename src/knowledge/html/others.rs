//! The words of strangers below a page, and what it has of other pages: with comments open to all, anybody could write what
//! the desk answers.

use super::{
    measures::Measure,
    nodes::{At, attr, bare, classes, is_heading, text},
};

const STRANGERS: &[&str] = &[
    "comments",
    "comments-area",
    "comments-section",
    "comment-section",
    "comments-wrapper",
    "comments-container",
    "comment-list",
    "commentlist",
    "comment-respond",
    "respond",
    "comment-form",
    "commentform",
    "disqus",
    "disqus_thread",
    "fb-comments",
    "utterances",
    "giscus",
    "review_form",
    "review_form_wrapper",
    "comment-reply-title",
    "post-comments",
    "wp-block-comments",
    "wp-block-post-comments",
];
const ALSO: &[&str] = &[
    "relatedposts",
    "jp-relatedposts",
    "related-posts",
    "related_posts",
    "related-articles",
    "related-products",
    "related-content",
    "related-entries",
    "recommendations",
    "product-recommendations",
    "recommended-products",
    "recommended-posts",
    "upsells",
    "up-sells",
    "cross-sells",
    "crosssells",
    "you-may-also-like",
    "also-like",
    "recently-viewed",
    "yarpp",
    "yarpp-related",
];

/// What strangers wrote, and what the page has of other pages.
pub(super) fn is_of_others(node: At<'_>, measure: Measure) -> bool {
    let classes = classes(node);
    let is_strange = |token: &str| {
        STRANGERS.contains(&token) || token.ends_with("__comments") || token.starts_with("disqus")
    };
    let is_also = |token: &str| ALSO.contains(&token);
    let has = |class: &str| classes.iter().any(|token| token == class);
    if classes.iter().any(|token| is_strange(token)) {
        return true;
    }
    let of_shop = has("related") && (has("products") || has("posts") || has("articles"));
    // What is recommended to patients leads nowhere.
    let leads = measure.linked > 0 && !measure.speaks();
    if (of_shop || classes.iter().any(|token| is_also(token))) && leads {
        return true;
    }
    let id = attr(node, "id").unwrap_or_default().to_ascii_lowercase();
    (is_strange(&id) || is_also(&id) && leads) && (measure.fields > 0 || !is_of_its_heading(node))
}

/// Whether its id was made of the first heading in it: then it is the name of a subject, and of no furniture.
pub(super) fn is_of_its_heading(node: At<'_>) -> bool {
    let Some(id) = attr(node, "id") else { return false };
    let id = bare(id);
    let heading = node.descendants().find(|below| is_heading(*below));
    let heading = heading.and_then(|heading| text(heading, 200));
    heading.is_some_and(|heading| {
        let heading = bare(&heading);
        !heading.is_empty()
            && (id == heading || id.trim_end_matches(|c: char| c.is_ascii_digit()) == heading)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{below as of, markdown};

    #[test]
    fn what_strangers_write_is_no_source() {
        assert_eq!(
            of(
                "<p>No softener.</p><div id=comments class=comments-area><h2>2 thoughts</h2><ol class=comment-list><li>Softener works great, I do it always.</ol>\
                <div id=respond class=comment-respond><h3>Leave a Comment</h3><p>Your email address will not be published.</div></div>\
                <div class=article-template__comments><p>Another stranger says so, too.</p></div><div id=disqus_thread>More.</div>"
            ),
            "No softener."
        );
        let yaml = of(
            "<section id=comments><h2>Comments</h2><p>A comment begins with a hash.</p></section>",
        );
        assert!(yaml.contains("begins with a hash"), "{yaml}");
    }

    #[test]
    fn an_article_is_the_content_whatever_is_written_below_it() {
        let out = markdown(
            "<body><header><h2>Site</h2></header><article><header><h1>Oven</h1></header><p>It bakes forty loaves.</article>\
             <div id=comments class=comments-area><article><p>I love this oven so much, free bread for all!</article></div>",
        );
        assert_eq!(out, "# Oven\n\nIt bakes forty loaves.");
    }

    #[test]
    fn what_else_could_be_bought_is_left_out() {
        assert_eq!(
            of(
                "<p>No softener.</p><section class=product-recommendations><h2>You may also like</h2><ul><li><h3><a href=/b>Boots</a></h3><p>€109</ul></section>\
                <section class='related products'><h2>Related</h2><a href=/c>Cap</a> €9</section><div id=jp-relatedposts class=jp-relatedposts><h3>Related</h3><a href=/d>Dogs</a></div>"
            ),
            "No softener."
        );
        let care = of(
            "<div class=recommendations><h2>After it</h2><p>Do not smoke for two days.</p></div>",
        );
        assert!(care.contains("Do not smoke"), "{care}");
    }
}
