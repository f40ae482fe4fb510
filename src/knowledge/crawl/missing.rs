//! Pages that are answered with "200 OK" and say that there is no such page.

use crate::knowledge::extract::Document;

/// Bytes of such a page's text at most: a page about this says more.
const LONGEST: usize = 1500;
/// What its title, or its first heading, is or begins with, in lower case.
const TITLES: &[&str] = &[
    "404",
    "error 404",
    "page not found",
    "not found",
    "page cannot be found",
    "page can't be found",
    "oops! page not found",
    "seite nicht gefunden",
    "seite existiert nicht",
    "page introuvable",
    "page non trouvée",
    "página no encontrada",
    "página não encontrada",
    "pagina non trovata",
    "pagina niet gevonden",
    "strona nie znaleziona",
    "nie znaleziono strony",
    "sidan hittades inte",
    "siden blev ikke fundet",
    "sayfa bulunamadı",
    "страница не найдена",
    "ページが見つかりません",
    "页面不存在",
    "页面未找到",
];

pub(super) fn is_said_by(document: &Document) -> bool {
    let heading = document.markdown.lines().find(|line| line.starts_with("# "));
    let says = |text: &str| {
        let text = text.trim_start_matches(['#', ' ', '\u{2013}', '-', ':']).to_lowercase();
        let text = text.replace('\u{2019}', "'");
        TITLES.iter().any(|title| {
            let rest = text.strip_prefix(title);
            // "404 Dinge, die …" begins otherwise.
            rest.is_some_and(|rest| {
                rest.trim_start().chars().next().is_none_or(|next| !next.is_alphanumeric())
                    || *title == "404" && is_said_in(rest)
            })
        })
    };
    // A site may give all its pages one title; what has both says it with both, or is about it.
    let is_said = heading.map_or_else(|| says(&document.title), says);
    document.markdown.len() <= LONGEST && is_said
}

/// "404 page not found", "404 – not found".
fn is_said_in(rest: &str) -> bool {
    let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
    TITLES.iter().any(|title| rest.starts_with(title))
}

#[cfg(test)]
mod tests {
    use crate::knowledge::extract::Document;

    fn is_missing(title: &str, markdown: &str) -> bool {
        let (title, markdown) = (title.to_owned(), markdown.to_owned());
        super::is_said_by(&Document { title, markdown, ..Document::default() })
    }

    #[test]
    fn a_page_says_that_it_is_not_there() {
        for title in
            ["Page not found – Acme", "404", "404 Not Found", "Not found", "Seite nicht gefunden"]
        {
            assert!(is_missing(title, "Sorry."), "{title}");
        }
        assert!(is_missing("Acme", "# Page not found\n\nTry the search."));
    }

    #[test]
    fn others_are_what_they_are() {
        for title in
            ["Lost and found", "404 ideas for gifts", "Not found in shops: our teas", "Delivery"]
        {
            let long = "What to do when a page is not found. ".repeat(200);
            assert!(!is_missing(title, "Text."), "{title}");
            assert!(!is_missing("Page not found", &long));
            assert!(!is_missing("404", "# The 404, a bar in Leeds\n\nCome in."));
        }
    }
}
