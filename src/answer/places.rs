//! Where in a page a quote stands, as a link: the page's own anchor where there is one, else a text fragment that takes
//! the browser to the words themselves. A browser that knows no text fragments opens the page.

/// Words at either end that name a long quote; a shorter one is named whole.
const ENDS: usize = 5;
/// Words of a quote up to which it is named whole.
const WHOLE: usize = 12;

/// The link to the place. `quote` are the page's own words, and all of them.
pub fn link(url: &str, quote: &str) -> String {
    if url.contains('#') || !(url.starts_with("https://") || url.starts_with("http://")) {
        return url.to_owned();
    }
    let words: Vec<&str> = quote.split_whitespace().collect();
    let named = if words.len() <= WHOLE {
        encoded(&words)
    } else {
        format!("{},{}", encoded(&words[..ENDS]), encoded(&words[words.len() - ENDS..]))
    };
    if named.is_empty() { url.to_owned() } else { format!("{url}#:~:text={named}") }
}

/// Percent-encoded, with what has a meaning in a text directive: comma, hyphen, ampersand
/// (<https://wicg.github.io/scroll-to-text-fragment/#syntax>).
fn encoded(words: &[&str]) -> String {
    let mut text = String::new();
    for byte in words.join(" ").bytes() {
        if byte.is_ascii_alphanumeric() || b"._~!*'()".contains(&byte) {
            text.push(byte as char);
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::link;

    const PAGE: &str = "https://shop.example/returns";

    #[test]
    fn a_page_without_an_anchor_is_linked_by_the_words_of_the_quote() {
        assert_eq!(
            link(PAGE, "Open 9-5, daily & free: 100 % (really)."),
            format!(
                "{PAGE}#:~:text=Open%209%2D5%2C%20daily%20%26%20free%3A%20100%20%25%20(really)."
            )
        );
        assert_eq!(
            link(PAGE, "Größe 日本"),
            format!("{PAGE}#:~:text=Gr%C3%B6%C3%9Fe%20%E6%97%A5%E6%9C%AC")
        );
        let long = "one two three four five six seven eight nine ten eleven twelve thirteen";
        assert_eq!(
            link(PAGE, long),
            format!(
                "{PAGE}#:~:text=one%20two%20three%20four%20five,nine%20ten%20eleven%20twelve%20thirteen"
            )
        );
    }

    #[test]
    fn an_anchor_is_kept_and_what_is_no_page_stays_as_it_is() {
        let anchored = format!("{PAGE}#how-long");
        assert_eq!(link(&anchored, "Thirty days."), anchored);
        assert_eq!(link("returns.md", "Thirty days."), "returns.md");
        assert_eq!(link(PAGE, "  "), PAGE);
    }
}
