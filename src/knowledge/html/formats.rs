//! Bold and the like while it is written: a parser opens each again in every block that follows, so one kind is open once
//! and few at a time, and what goes on is one.

/// Elements that HTML's parser opens again (<https://html.spec.whatwg.org/#the-list-of-active-formatting-elements>).
const FORMATS: &[&str] = &["b", "strong", "i", "em", "s", "strike", "code"];
/// In each other.
const MOST: usize = 3;

/// Those that are open in the page, each with whether it was written.
#[derive(Default)]
pub(super) struct Formats(Vec<(&'static str, bool)>);

impl Formats {
    /// Whether an element's tag is to be written; of others than these always.
    pub(super) fn opens(&mut self, name: &str) -> bool {
        let Some(format) = FORMATS.iter().find(|format| **format == name) else { return true };
        let mut written = self.0.iter().filter(|(_, is_written)| *is_written);
        let is_new = written.clone().count() < MOST && written.all(|(open, _)| open != format);
        self.0.push((format, is_new));
        is_new
    }

    /// The same of its end.
    pub(super) fn closes(&mut self, name: &str) -> bool {
        let last = self.0.iter().rposition(|(format, _)| *format == name);
        last.is_none_or(|last| self.0.remove(last).1)
    }
}

/// Takes the end of such an element back where the same goes on; else there is nothing to take.
pub(super) fn goes_on(name: &str, html: &mut String) -> bool {
    let goes_on = FORMATS.contains(&name)
        && html
            .strip_suffix('>')
            .and_then(|html| html.strip_suffix(name))
            .is_some_and(|html| html.ends_with("</"));
    if goes_on {
        html.truncate(html.len() - name.len() - "</>".len());
    }
    goes_on
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    #[test]
    fn bold_is_bold_once_and_goes_on() {
        let out = markdown(
            "<main><p>a <b>b</b><b>c <b>d</b></b> <i><code>e</code><code>f</code></i></main>",
        );
        assert_eq!(out, "a **bc d** *`ef`*");
        let many: String = (0..150).map(|n| format!("<code class=language-{n}>")).collect();
        let blocks = "<x>a</x>".repeat(20_000);
        assert!(markdown(&format!("<main><p>{many}{blocks}</main>")).len() < 10_000_000);
    }
}
