//! The page's colours: the agent's own, made readable as the widget's `contrast.js` makes them (WCAG 2.2: 4.5 to 1 for
//! text), for whichever scheme its owner chose.

use crate::store::agents::Theme;

const WHITE: Colour = Colour([255.0; 3]);
const BLACK: Colour = Colour([0.0; 3]);
/// The widget's, where a theme has none.
const PRIMARY: Colour = Colour([17.0, 24.0, 39.0]);

#[derive(Clone, Copy, PartialEq)]
struct Colour([f64; 3]);

impl Colour {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let digits: Vec<u32> = digits.chars().map(|it| it.to_digit(16)).collect::<Option<_>>()?;
        let of = |at: usize| match digits.len() {
            3 => Some(f64::from(digits[at] * 17)),
            6 => Some(f64::from(digits[2 * at] * 16 + digits[2 * at + 1])),
            _ => None,
        };
        Some(Self([of(0)?, of(1)?, of(2)?]))
    }

    fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|channel| {
            let share = channel / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// 1 to 21.
    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// `share` of the other, in whole steps, as it will be written.
    fn mixed(self, other: Self, share: f64) -> Self {
        let channel = |at: usize| (self.0[at] + (other.0[at] - self.0[at]) * share).round();
        Self([channel(0), channel(1), channel(2)])
    }

    /// Itself where it reads on the ground, else the nearest shade or tint that does.
    fn readable(self, ground: Self, ratio: f64) -> Self {
        let toward = if ground.luminance() > 0.18 { BLACK } else { WHITE };
        let shades = (0..20_u8).map(|step| self.mixed(toward, f64::from(step) * 0.05));
        shades.into_iter().find(|shade| shade.contrast(ground) >= ratio).unwrap_or(toward)
    }

    fn ink(self) -> Self {
        if self.contrast(WHITE) >= 4.5 { WHITE } else { BLACK }
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}", r = r as u8, g = g as u8, b = b as u8)
    }
}

/// The rules that colour the page, for a `style` element.
pub fn style(theme: &Theme) -> String {
    match theme.scheme.as_str() {
        "light" => rules(theme, false),
        "dark" => rules(theme, true),
        _ => format!(
            "{}@media (prefers-color-scheme: dark) {{ {} }}",
            rules(theme, false),
            rules(theme, true)
        ),
    }
}

/// For whom the dark style sheet is: a media query; none where the page stays light.
pub fn dark_media(theme: &Theme) -> Option<&'static str> {
    match theme.scheme.as_str() {
        "light" => None,
        "dark" => Some("all"),
        _ => Some("(prefers-color-scheme: dark)"),
    }
}

/// What the browser draws by itself: scroll bars, fields.
pub fn color_scheme(theme: &Theme) -> &'static str {
    match theme.scheme.as_str() {
        "light" => "light",
        "dark" => "dark",
        _ => "light dark",
    }
}

fn rules(theme: &Theme, is_dark: bool) -> String {
    let primary = Colour::parse(&theme.primary).unwrap_or(PRIMARY);
    let accent = Colour::parse(&theme.accent).unwrap_or(primary);
    let (ground, text) = if is_dark {
        (Colour([22.0, 24.0, 29.0]), Colour([236.0, 238.0, 242.0]))
    } else {
        (WHITE, Colour([27.0, 33.0, 48.0]))
    };
    let soft = ground.mixed(text, if is_dark { 0.08 } else { 0.045 });
    // A bubble must stand out from the ground: a black brand colour disappears on dark.
    let bubble = primary.readable(ground, if is_dark { 2.2 } else { 1.25 });
    let strong = accent.readable(soft, 4.6);
    let tint = ground.mixed(strong, if is_dark { 0.16 } else { 0.08 });
    let (link, ink) = (strong.readable(tint, 4.6), bubble.ink());
    format!(
        "a {{ color: {link}; }} \
         :focus-visible {{ outline-color: {link}; }} \
         .composer:focus-within {{ border-color: {link}; }} \
         .cite {{ background: {tint}; }} \
         .mine p, .primary {{ background: {bubble}; color: {ink}; }} \
         input {{ accent-color: {bubble}; }} \
         header circle {{ fill: {bubble}; }} header text {{ fill: {ink}; }} "
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(primary: &str, scheme: &str) -> Theme {
        let (primary, scheme) = (primary.to_owned(), scheme.to_owned());
        Theme { accent: primary.clone(), primary, scheme, ..Theme::default() }
    }

    #[test]
    fn whatever_colour_was_chosen_links_and_bubbles_can_be_read() {
        for primary in ["#fde047", "#fff", "#000000", "#777777", "#0f766e", "nonsense", "#é1"] {
            for (is_dark, ground) in [(false, WHITE), (true, Colour([22.0, 24.0, 29.0]))] {
                let rules = rules(&theme(primary, "auto"), is_dark);
                let all: Vec<Colour> = rules
                    .match_indices('#')
                    .filter_map(|(at, _)| Colour::parse(&rules[at..at + 7]))
                    .collect();
                let (link, bubble, ink) = (all[0], all[4], all[5]);
                assert!(link.contrast(ground) >= 4.5, "{primary}: {link} on {ground}");
                assert!(bubble.contrast(ink) >= 4.5, "{primary}: {ink} on {bubble}");
            }
        }
    }

    #[test]
    fn the_owners_scheme_is_the_pages() {
        let dark_link = |scheme| style(&theme("#0f766e", scheme)).contains("prefers-color-scheme");
        assert!(dark_link("auto") && !dark_link("light") && !dark_link("dark"));
        assert_ne!(style(&theme("#0f766e", "light")), style(&theme("#0f766e", "dark")));
    }
}
