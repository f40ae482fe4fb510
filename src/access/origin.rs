//! Which websites may show an agent's widget. An entry is an exact origin, `https://*.shop.example` for any depth of
//! subdomain, or `*`; anything else is refused when the agent is saved, with the value that was probably meant.

use url::{Host, Url};

/// Anything, also no Origin at all.
pub const ANY: &str = "*";

/// Whether a request with this `Origin` header may speak to an agent with these entries. Without a header, or with
/// the opaque origin `null`, only [`ANY`] lets it pass. Entries are as [`normalise`] returns them.
pub fn allows(entries: &[String], origin: Option<&str>) -> bool {
    if entries.iter().any(|entry| entry == ANY) {
        return true;
    }
    let Some(origin) = origin.and_then(canonical) else { return false };
    entries.iter().any(|entry| *entry == origin || is_subdomain(entry, &origin))
}

/// The form in which an entry is stored.
///
/// # Errors
/// A sentence with the corrected value, where one can be guessed.
pub fn normalise(entry: &str) -> Result<String, String> {
    let entry = entry.trim();
    if entry == ANY {
        return Ok(ANY.to_owned());
    }
    if let Some(origin) = wildcard(entry).or_else(|| canonical(entry)) {
        return Ok(origin);
    }
    let kind = if entry.contains('*') { "a wildcard origin" } else { "an origin" };
    Err(match guess(entry) {
        Some(guess) => format!("{entry:?} is not {kind}; did you mean {guess}?"),
        None if entry.contains('*') => format!(
            "{entry:?} is not {kind}: a star stands for all subdomains of a name with a dot in it, right after the \
             scheme, as in https://*.shop.example, or alone for any website"
        ),
        None => format!(
            "{entry:?} is not {kind}: scheme and host are needed, and nothing else, as in https://shop.example"
        ),
    })
}

/// An entry for all subdomains of a name.
fn wildcard(entry: &str) -> Option<String> {
    // Parsed without its star, then given it back.
    let origin = canonical(&wildcard_base(entry)?)?;
    is_name(&origin).then(|| origin.replacen("://", "://*.", 1))
}

/// Scheme, host and port of an exact origin: default port folded, host in lower case and punycode.
fn canonical(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let bare = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && url.path() == "/"
        && !text.ends_with('/')
        && !text.contains(['?', '#', '*', '\\'])
        && text.trim() == text;
    bare.then(|| url.origin().ascii_serialization()).filter(|_| is_plain(text))
}

/// No more than names, addresses and ports are made of: the parser would mend much else, and what is shown to an owner
/// to be pasted must be harmless in a shell.
fn is_plain(text: &str) -> bool {
    let host = text.split_once("://").map(|(_, host)| host);
    host.is_some_and(|host| {
        !host.contains("..")
            && host
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']'))
    })
}

fn is_subdomain(entry: &str, origin: &str) -> bool {
    let (Some((scheme, pattern)), Some((origin_scheme, host))) =
        (entry.split_once("://*."), origin.split_once("://"))
    else {
        return false;
    };
    scheme == origin_scheme
        && host.strip_suffix(pattern).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

/// `https://shop.example` of `https://*.shop.example`.
fn wildcard_base(entry: &str) -> Option<String> {
    let (scheme, rest) = entry.split_once("://*.")?;
    Some(format!("{scheme}://{rest}"))
}

/// Whether the host is a domain name of at least two labels: a wildcard over a top-level domain or an address is none.
fn is_name(origin: &str) -> bool {
    let host = Url::parse(origin).ok();
    match host.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name.contains('.'),
        _ => false,
    }
}

/// What was probably meant: the scheme that is missing, without what is too much.
fn guess(entry: &str) -> Option<String> {
    let (scheme, rest) = match entry.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest),
        Some((_, rest)) => ("https", rest),
        None if entry.starts_with("localhost") || entry.starts_with("127.") => ("http", entry),
        None => ("https", entry.trim_start_matches('/')),
    };
    let (host, _) = rest.split_at(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host).trim_end_matches(':');
    match host.rsplit_once('*') {
        // Of a pattern within a name nobody can tell what was meant.
        Some((before, name)) if name.starts_with('.') || before.is_empty() => {
            wildcard(&format!("{scheme}://*.{}", name.trim_start_matches('.')))
        }
        Some(_) => None,
        None => canonical(&format!("{scheme}://{host}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| normalise(text).expect("an origin")).collect()
    }

    #[test]
    fn scheme_host_and_port_all_count() {
        let shop = entries(&["https://Shop.example:443", "http://localhost:3000"]);
        assert!(allows(&shop, Some("https://shop.example")));
        assert!(allows(&shop, Some("http://localhost:3000")));
        for other in [
            "http://shop.example",
            "https://shop.example:8443",
            "https://shop.example.evil.example",
            "https://evil.example/https://shop.example",
            "https://shop.example@evil.example",
            "http://localhost",
            "null",
            "",
        ] {
            assert!(!allows(&shop, Some(other)), "{other}");
        }
        assert!(!allows(&shop, None));
    }

    #[test]
    fn a_wildcard_covers_any_depth_of_subdomain_but_not_the_apex() {
        let shop = entries(&["https://*.shop.example"]);
        assert!(allows(&shop, Some("https://www.shop.example")));
        assert!(allows(&shop, Some("https://a.b.shop.example")));
        for other in ["https://shop.example", "https://eshop.example", "http://www.shop.example"] {
            assert!(!allows(&shop, Some(other)), "{other}");
        }
    }

    #[test]
    fn only_the_star_lets_a_missing_or_opaque_origin_pass() {
        assert!(allows(&entries(&["*"]), None));
        assert!(allows(&entries(&["*"]), Some("null")));
        assert!(!allows(&[], Some("https://shop.example")));
    }

    #[test]
    fn an_international_name_is_compared_as_punycode() {
        let shop = entries(&["https://bücher.example"]);
        assert!(allows(&shop, Some("https://xn--bcher-kva.example")));
    }

    #[test]
    fn what_is_no_origin_is_refused_with_what_was_meant() {
        for (wrong, meant) in [
            ("shop.example", "https://shop.example"),
            ("https://shop.example/", "https://shop.example"),
            ("https://shop.example/path?q", "https://shop.example"),
            ("localhost:3000", "http://localhost:3000"),
            ("HTTP://Shop.example:80/", "http://shop.example"),
            ("ftp://shop.example", "https://shop.example"),
            ("//shop.example/", "https://shop.example"),
            ("https://ann:secret@shop.example", "https://shop.example"),
            ("shop.example/*", "https://shop.example"),
            ("bücher.example", "https://xn--bcher-kva.example"),
            ("*.shop.example", "https://*.shop.example"),
            ("https://*.shop.example/", "https://*.shop.example"),
            ("http://*.shop.example:8080/path?q", "http://*.shop.example:8080"),
            ("https://www.*.shop.example", "https://*.shop.example"),
            ("https://*shop.example", "https://*.shop.example"),
        ] {
            let problem = normalise(wrong).expect_err(wrong);
            assert!(problem.contains(&format!("did you mean {meant}?")), "{problem}");
            assert_eq!(normalise(meant).as_deref(), Ok(meant));
        }
        for wrong in [
            "",
            "https://*",
            "https://*.com",
            "ftp://x.example",
            "https://sh*p.example",
            "https:shop.example",
            "https:///shop.example",
            "https://sh\top.example",
            "https://shop%2eexample",
            "https://$(id).example",
            "https://`id`.example",
            "https://a..b.example",
        ] {
            assert!(normalise(wrong).is_err(), "{wrong}");
        }
    }
}
