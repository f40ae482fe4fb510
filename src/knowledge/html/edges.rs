//! The lines that stand around the content of a page, in its footer, its header and beside it, and say where, how or when.

use ego_tree::NodeId;
use scraper::{ElementRef, Html, Selector, node::Node};

use super::{nodes::attr, squeeze};

/// Lines beside the blocks of one element, bytes of one, and elements that are looked at for them.
const LINES: usize = 20;
const LONGEST: usize = 200;
const ELEMENTS: usize = 2000;
/// Digits of a telephone number, at least.
const DIGITS: usize = 7;

/// What stands around the content. The last of the first kind is the page's.
const FOOTERS: &str = "footer, [role=contentinfo], #footer, .footer, .site-footer, #colophon";
const AROUND: &str = "header, [role=banner], aside, [role=complementary], #secondary, .sidebar, .widget-area, .top-bar, \
    .topbar, .announcement-bar, [class*=footer]";
/// Of these everything is a notice.
const NOTICES: &str = ".announcement-bar, .announcement-bar *";
/// And such parts of it that are read.
const PARTS: usize = 8;
/// Elements that are lines of their own.
const BLOCKS: &str = "p, li, address, dd, tr, div";
/// Bytes of a line of days whose hours stand on the next one, and of those.
const DAYS_ALONE: usize = 40;
const CLOSED: &[&str] = &[
    "closed",
    "geschlossen",
    "fermé",
    "fermée",
    "cerrado",
    "chiuso",
    "encerrado",
    "fechado",
    "gesloten",
];
/// Words that name days.
const DAYS: &str = "mon monday tue tuesday wed wednesday thu thursday fri friday sat saturday sun sunday daily weekdays mo \
    montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag so sonntag täglich lundi mardi mercredi jeudi \
    vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo lunedì martedì mercoledì giovedì venerdì \
    sabato domenica segunda terça quarta quinta sexta maandag dinsdag woensdag donderdag vrijdag zaterdag zondag";
/// The same in several words.
const DAILY: &[&str] = &[
    "every day",
    "alle tage",
    "tous les jours",
    "todos los días",
    "todos os dias",
    "tutti i giorni",
    "alle dagen",
];

/// The lines of the page's footer that say where, how or when.
pub(super) fn of_footer(document: &Html) -> Vec<String> {
    footer(document).map(of_part).unwrap_or_default()
}

/// The same of its head and of what stands beside its content.
pub(super) fn beside(document: &Html) -> Vec<String> {
    let Ok(around) = Selector::parse(AROUND) else { return Vec::new() };
    let in_content = |part: &ElementRef<'_>| {
        let above = part.ancestors().filter_map(ElementRef::wrap);
        let mut names = above.map(|above| above.value().name());
        names.any(|name| matches!(name, "main" | "article" | "section"))
    };
    let mut parts: Vec<ElementRef<'_>> = footer(document).into_iter().collect();
    let known = parts.len();
    for part in document.select(&around).filter(|part| !in_content(part)) {
        let is_known = |above: NodeId| parts.iter().any(|known| known.id() == above);
        // The footer may stand in one whose name only says so.
        let holds_one = || part.descendants().any(|below| is_known(below.id()));
        if !is_known(part.id())
            && !part.ancestors().any(|above| is_known(above.id()))
            && !holds_one()
        {
            parts.push(part);
        }
        if parts.len() == PARTS {
            break;
        }
    }
    let mut lines: Vec<String> = parts.into_iter().skip(known).flat_map(of_part).collect();
    lines.truncate(LINES);
    lines
}

fn footer(document: &Html) -> Option<ElementRef<'_>> {
    document.select(&Selector::parse(FOOTERS).ok()?).next_back()
}

fn of_part(part: ElementRef<'_>) -> Vec<String> {
    let (Ok(blocks), Ok(notices)) = (Selector::parse(BLOCKS), Selector::parse(NOTICES)) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    let mut days: Option<String> = None;
    let own = blocks_of(part, &blocks).into_iter().take(ELEMENTS);
    for (block, text) in own {
        let is_address = block.value().name() == "address";
        if let Some(before) = days.take().filter(|_| is_hours(&text)) {
            lines.push(format!("{before}: {text}"));
        } else if is_days(&text) {
            days = Some(text);
        } else if (4..=LONGEST).contains(&text.len())
            && (is_address
                || says_where_or_when(&text)
                || is_postal(&text)
                || notices.matches(&block))
        {
            lines.push(text);
        }
    }
    lines
}

/// Each block that holds no other with its text; of the others what stands in them beside those.
fn blocks_of<'a>(part: ElementRef<'a>, blocks: &Selector) -> Vec<(ElementRef<'a>, String)> {
    let mut found = Vec::new();
    for block in std::iter::once(part).chain(part.select(blocks)).take(ELEMENTS) {
        if is_by_others(block, part) {
            continue;
        }
        let name = block.value().name();
        if matches!(name, "address" | "tr") || block.select(blocks).next().is_none() {
            // What a row or an address holds is told by it.
            let is_told = block.ancestors().filter_map(ElementRef::wrap);
            let mut above = is_told.map(|above| above.value().name());
            if matches!(name, "address" | "tr")
                || !above.any(|above| matches!(above, "address" | "tr"))
            {
                let between = if name == "tr" { ": " } else { ", " };
                found.push((block, lines_of(block).join(between)));
            }
            continue;
        }
        let beside = block
            .children()
            .filter_map(ElementRef::wrap)
            .filter(|child| matches!(child.value().name(), "a" | "span" | "strong" | "b" | "time"));
        found.extend(beside.take(LINES).map(|child| (child, lines_of(child).join(", "))));
    }
    found
}

/// Among comments, which anybody may write.
fn is_by_others(block: ElementRef<'_>, part: ElementRef<'_>) -> bool {
    let inside = block.ancestors().take_while(|above| above.id() != part.id());
    inside.chain([*block]).any(|above| {
        ["class", "id"].iter().any(|says| {
            let said = attr(above, says).unwrap_or_default();
            said.len() <= LONGEST && said.to_ascii_lowercase().contains("comment")
        })
    })
}

/// "9:00", "5 pm", "18 Uhr", "9–17".
fn names_a_time(lower: &str) -> bool {
    let letters: Vec<char> = lower.chars().filter(|letter| *letter != ' ').collect();
    letters.windows(2).enumerate().any(|(at, pair)| {
        let after = letters.get(at + 2).copied();
        pair[0].is_ascii_digit()
            && match pair[1] {
                ':' | '–' | '-' | '—' => after.is_some_and(|after| after.is_ascii_digit()),
                'a' | 'p' => matches!(after, Some('m' | '.')),
                'h' => {
                    after.is_none_or(|after| !after.is_alphabetic() || after == 'à' || after == 'a')
                }
                'u' => after == Some('h') || after == Some('u'),
                '.' => after.is_some_and(|after| after.is_ascii_digit()),
                _ => false,
            }
    })
}

/// "Monday - Friday", without a word or a number more.
fn is_days(text: &str) -> bool {
    let mut days = 0;
    text.len() <= DAYS_ALONE
        && text.to_lowercase().split(|letter: char| !letter.is_alphanumeric()).all(|word| {
            let is_day = DAYS.split_whitespace().any(|day| day == word);
            days += usize::from(is_day);
            is_day
                || matches!(
                    word,
                    "" | "to"
                        | "and"
                        | "bis"
                        | "und"
                        | "au"
                        | "et"
                        | "a"
                        | "y"
                        | "e"
                        | "al"
                        | "tot"
                        | "en"
                )
        })
        && days > 0
}

fn is_hours(text: &str) -> bool {
    text.len() <= DAYS_ALONE
        && (text.contains(|letter: char| letter.is_ascii_digit())
            || CLOSED.iter().any(|closed| text.to_lowercase().contains(closed)))
}

/// The text of a block, cut where it breaks its lines.
fn lines_of(block: ElementRef<'_>) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut left = LONGEST * 2;
    for node in block.descendants() {
        if left == 0 {
            break;
        }
        left = left.saturating_sub(node.value().as_text().map_or(0, |text| text.len()));
        match node.value() {
            Node::Text(text) => {
                if let Some(line) = lines.last_mut() {
                    line.push_str(text);
                }
            }
            Node::Element(element)
                if matches!(element.name(), "br" | "p" | "div" | "li" | "td" | "th") =>
            {
                lines.push(String::new());
            }
            Node::Element(_) => {
                if let Some(line) = lines.last_mut() {
                    line.push(' ');
                }
            }
            _ => {}
        }
    }
    lines.iter().map(|line| squeeze(line)).filter(|line| !line.is_empty()).collect()
}

fn says_where_or_when(text: &str) -> bool {
    let lower = text.to_lowercase();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b" +()-/.".contains(&byte));
    let words = ["phone", "tel", "tél", "call", "fon", "whatsapp", "fax", "mobil", "@"];
    let is_reached = lower.contains('@') && lower.contains('.')
        || digits >= DIGITS && (is_number || words.iter().any(|word| lower.contains(word)));
    let is_copyright = lower.contains('©') || lower.contains("copyright");
    let names =
        |is: &dyn Fn(&str) -> bool| lower.split(|letter: char| !letter.is_alphanumeric()).any(is);
    let is_day = |word: &str| DAYS.split_whitespace().any(|day| day == word);
    let is_daily = || DAILY.iter().any(|daily| lower.contains(daily));
    let is_closed = || names(&|word| CLOSED.contains(&word));
    let is_open =
        digits > 0 && (names_a_time(&lower) && (names(&is_day) || is_daily()) || is_closed());
    (is_reached || is_open) && !is_copyright
}

/// "Heron Lane 14, 04103 Leipzig": a number beside a name, and in another part a postcode.
fn is_postal(text: &str) -> bool {
    let is_postcode = |word: &str| {
        (4..=6).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_house = |word: &str| {
        word.len() <= 4
            && word.starts_with(|first: char| first.is_ascii_digit())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let parts: Vec<&str> = text.split(',').collect();
    let has = |part: &str, is_one: &dyn Fn(&str) -> bool| {
        let mut words = part.split_whitespace();
        part.contains(char::is_alphabetic) && words.any(is_one)
    };
    // "LS1 2AB"
    let is_british = |part: &str| {
        let words: Vec<&str> = part.split_whitespace().collect();
        words.windows(2).any(|pair| {
            let (area, place) = (pair[0].as_bytes(), pair[1].as_bytes());
            matches!(area, [b'A'..=b'Z', rest @ ..] if (1..=3).contains(&rest.len()) && rest.iter().any(u8::is_ascii_digit))
                && matches!(place, [b'0'..=b'9', b'A'..=b'Z', b'A'..=b'Z'])
        })
    };
    let coded = parts.iter().position(|part| has(part, &is_postcode) || is_british(part));
    let housed = parts.iter().position(|part| has(part, &is_house));
    !text.contains(['©', '€', '$', '£', '%'])
        && coded.zip(housed).is_some_and(|(code, house)| code != house)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(html: &str) -> Vec<String> {
        let document = Html::parse_document(html);
        [of_footer(&document), beside(&document)].concat()
    }

    #[test]
    fn strangers_and_titles_are_no_contact() {
        let html = "<aside><ol class=wp-block-latest-comments><li>Eve: Call 0900 666 6666</ol><p>10 things to do in Paris\
            <p>So far 300 readers<p>Fees disclosed 2024</aside><section><header><h2>Jazz</h2><p>Saturday 5 June, 20:00</header></section>";
        assert_eq!(all(html), Vec::<String>::new());
    }

    #[test]
    fn what_stands_at_the_edges_is_read_however_it_is_marked_up() {
        let html = "<header><div class=announcement-bar><p>Free shipping over $45.</p></div><div class=top-bar>\
            <a href=tel:+33>+33 4 50 00 12 34</a><span>Mon–Fri 9–17</span></div><nav><a href=/>Home</a></nav></header>\
            <main>Hi <aside>Call 0123 456 7890</aside></main><aside><p>Phone: 0113 496 0120</p><p>Our blog</p></aside><section class=footer-dark><div class=footer-wrapper>\
            <table><tr><td>Tue – Fri<td>10:00 – 17:30</table><p>Monday - Friday<p>9am - 5pm<p>Sunday<p>Closed</p>\
            <div><p>Bookings</p><a href=tel:+44>01947 555 010</a></div><p>3 Market Place<br>Ambleside LA22 9BU<p>Tél. 04 50 00 12 34\
            <p>Tous les jours de 7 h à 22 h<p>Holidays: closed December 25</div></section>";
        let lines: Vec<String> = all(html).iter().map(|line| format!("- {line}\n")).collect();
        assert_eq!(
            lines.concat(),
            "- Free shipping over $45.\n- +33 4 50 00 12 34 Mon–Fri 9–17\n- Phone: 0113 496 0120\n- Tue – Fri: 10:00 – 17:30\n- Monday - Friday: 9am - 5pm\n\
             - Sunday: Closed\n- 01947 555 010\n- 3 Market Place, Ambleside LA22 9BU\n- Tél. 04 50 00 12 34\n\
             - Tous les jours de 7 h à 22 h\n- Holidays: closed December 25\n"
        );
    }
}
