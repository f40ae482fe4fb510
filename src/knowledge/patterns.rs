//! Which paths of a site are wanted: patterns such as `/help/**`, written as in a shell.

use regex::Regex;
use url::Url;

use crate::error::{Error, Result};

/// Patterns of one kind, and characters of one.
const MOST: usize = 100;
const LONGEST: usize = 500;

#[derive(Debug)]
pub(super) struct Patterns {
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    whole: Regex,
    /// It speaks of the query too.
    query: bool,
}

impl Patterns {
    /// # Errors
    /// Names the pattern that is too long, and a list that is.
    pub(super) fn new(include: &[String], exclude: &[String]) -> Result<Self> {
        Ok(Self { include: all("include", include)?, exclude: all("exclude", exclude)? })
    }

    /// Included, if anything is, and not excluded.
    pub(super) fn admit(&self, url: &Url) -> bool {
        let matches = |pattern: &Pattern| pattern.matches(url);
        (self.include.is_empty() || self.include.iter().any(matches))
            && !self.exclude.iter().any(matches)
    }
}

impl Pattern {
    fn matches(&self, url: &Url) -> bool {
        match url.query().filter(|_| self.query) {
            Some(query) => self.whole.is_match(&format!("{}?{query}", url.path())),
            None => self.whole.is_match(url.path()),
        }
    }
}

fn all(name: &str, patterns: &[String]) -> Result<Vec<Pattern>> {
    if patterns.len() > MOST {
        return Err(Error::invalid(name, format!("has more than {MOST} patterns")));
    }
    patterns.iter().map(|pattern| one(name, pattern.trim())).collect()
}

fn one(name: &str, pattern: &str) -> Result<Pattern> {
    if pattern.is_empty() || pattern.chars().count() > LONGEST {
        let length = format!("must be a pattern of 1 to {LONGEST} characters, such as /help/**");
        return Err(Error::invalid(name, length));
    }
    if pattern.contains("://") {
        let right = "is held against the path alone: write /help/** for https://site.example/help/";
        return Err(Error::invalid(name, format!("is {pattern:?}; it {right}")));
    }
    // Without a slash in front it may begin in any folder.
    let mut text = String::from(if pattern.starts_with('/') { "^" } else { "^.*/" });
    let mut rest = pattern.chars().peekable();
    while let Some(sign) = rest.next() {
        match sign {
            '*' if rest.next_if_eq(&'*').is_some() => text.push_str(".*"),
            '*' => text.push_str("[^/]*"),
            sign if sign.is_ascii() && sign != ' ' => {
                text.push_str(&regex::escape(sign.encode_utf8(&mut [0; 4])));
            }
            // As URLs write it.
            sign => {
                let mut bytes = [0; 4];
                let bytes = sign.encode_utf8(&mut bytes).bytes();
                text.extend(bytes.map(|byte| format!("%{byte:02X}")));
            }
        }
    }
    if pattern.ends_with('/') {
        text.push_str(".*");
    }
    text.push('$');
    let whole = Regex::new(&text)
        .map_err(|_| Error::invalid(name, format!("is {pattern:?}, which is too complicated")))?;
    Ok(Pattern { whole, query: pattern.contains('?') })
}

#[cfg(test)]
mod tests {
    use super::Patterns;
    use url::Url;

    fn admits(include: &[&str], exclude: &[&str], path: &str) -> bool {
        let own = |some: &[&str]| some.iter().map(|&one| one.to_owned()).collect::<Vec<_>>();
        let patterns = Patterns::new(&own(include), &own(exclude)).expect("patterns");
        patterns
            .admit(&Url::parse("https://a.example").and_then(|url| url.join(path)).expect("a URL"))
    }

    #[test]
    fn a_pattern_means_a_path() {
        for (pattern, path, expected) in [
            ("/help/*", "/help/returns", true),
            ("/help/*", "/help/a/b", false),
            ("/help/**", "/help/a/b", true),
            ("/help/", "/help/a/b", true),
            ("/help", "/help/a", false),
            ("/help", "/help?page=2", true),
            ("*.html", "/a/b.html", true),
            ("*.html", "/a/b.htm", false),
            ("/a.b", "/axb", false),
            ("/?page=*", "/?page=2", true),
            ("/?page=*", "/", false),
            ("/über/*", "/%C3%BCber/uns", true),
            ("**", "/", true),
        ] {
            assert_eq!(admits(&[pattern], &[], path), expected, "{pattern} {path}");
            assert_eq!(admits(&[], &[pattern], path), !expected, "without {pattern} {path}");
        }
        assert!(!admits(&["/help/**"], &["/help/old/**"], "/help/old/x"));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for wrong in ["", " ", "https://a.example/help/", &"*".repeat(501)] {
            assert!(Patterns::new(&[wrong.to_owned()], &[]).is_err(), "{wrong}");
        }
    }
}
