//! Bytes as text: in the character set that they begin with, that was said with them, or that they say themselves; and
//! where nothing says it, in UTF-8 or in what the Western web was written with before.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// Bytes that are looked at for what they say of themselves.
const HEAD: usize = 2048;
/// Bytes that are looked at for whether they are text at all.
const SAMPLE: usize = 8192;
/// One character in so many may be one that no text is made of: text that lost a few bytes has some, other things have
/// many (one in nine of random bytes).
const STRANGE: usize = 20;

/// The text of a document; `charset` is what a response declares. An error is the reason for people.
pub(super) fn text(bytes: &[u8], charset: Option<&str>) -> Result<String, String> {
    let text = decoded(bytes, charset)?;
    if is_text(&text) { Ok(tidy(&text)) } else { Err("is binary".to_owned()) }
}

fn decoded<'a>(bytes: &'a [u8], charset: Option<&str>) -> Result<Cow<'a, str>, String> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let said = charset.and_then(|charset| Encoding::for_label(charset.trim().as_bytes()));
    let wide = marked.or(said).filter(|it| is_wide(it)).or_else(|| looks_wide(bytes));
    if let Some(wide) = wide {
        return Ok(wide.decode(bytes).0);
    }
    if sample(bytes).contains(&0) {
        return Err("is binary".to_owned());
    }
    let declared = said.or_else(|| declared(bytes));
    // What declares another one and is UTF-8 is UTF-8: templates declare what they were made with.
    if let Ok(text) = std::str::from_utf8(bytes)
        && declared != Some(encoding_rs::ISO_2022_JP)
    {
        return Ok(text.into());
    }
    match declared.or(marked) {
        Some(encoding) => Ok(encoding.decode(bytes).0),
        None if is_western(bytes) => Ok(WINDOWS_1252.decode(bytes).0),
        None => Err("is not UTF-8, and does not say what else".to_owned()),
    }
}

/// The same of an XML document, of which whatever can be read is.
pub(super) fn text_of_xml(bytes: &[u8], charset: Option<&str>) -> String {
    text(bytes, charset).unwrap_or_else(|_| tidy(&String::from_utf8_lossy(bytes)))
}

fn tidy(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}');
    let mut tidied = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\0' && !(c == '\r' && rest.peek() == Some(&'\n')) {
            tidied.push(c);
        }
    }
    tidied
}

/// Whether it is made of what text is made of, for the most part: control characters and the code points that nobody gave
/// a meaning are not.
fn is_text(text: &str) -> bool {
    let is_strange = |c: &char| match c {
        // Terminals' logs are coloured with escapes.
        '\t'..='\r' | '\u{1b}' => false,
        c => c.is_ascii_control() || matches!(c, '\u{e000}'..='\u{f8ff}'),
    };
    let strange = text.chars().filter(is_strange).count();
    strange == 0 || strange * STRANGE <= text.chars().count()
}

fn sample(bytes: &[u8]) -> &[u8] {
    bytes.get(..SAMPLE).unwrap_or(bytes)
}

fn is_wide(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// UTF-16 without a mark: text whose letters are those of Latin for the most part has a zero in every other place.
fn looks_wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let (mut zeros, mut pairs) = ([0_usize; 2], 0);
    for pair in sample(bytes).chunks_exact(2) {
        pairs += 1;
        for (zeros, byte) in zeros.iter_mut().zip(pair) {
            *zeros += usize::from(*byte == 0);
        }
    }
    let most = |zeros: usize, others: usize| zeros * 10 > pairs * 7 && others * 20 <= pairs;
    match zeros {
        [even, odd] if most(odd, even) => Some(UTF_16LE),
        [even, odd] if most(even, odd) => Some(UTF_16BE),
        _ => None,
    }
}

/// What the head of a page, or the first line of an XML document, says.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(bytes.get(..HEAD).unwrap_or(bytes)).to_ascii_lowercase();
    let xml = head.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    let (_, after) = xml
        .and_then(|(said, _)| said.split_once("encoding"))
        .or_else(|| head.split_once("charset"))?;
    let after = after.trim_start().strip_prefix('=')?;
    let label = after.trim_start_matches(['"', '\'', ' ']);
    let label = label
        .split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':' | '.'))
        .next()?;
    match Encoding::for_label(label.as_bytes())? {
        // Whoever can read this line is not reading UTF-16 (HTML, section 13.2.3.2).
        encoding if is_wide(encoding) => Some(UTF_8),
        encoding if encoding == X_USER_DEFINED => Some(WINDOWS_1252),
        encoding => Some(encoding),
    }
}

/// Text of Latin letters, a few of them with accents, in Windows-1252: no other guess is safe.
fn is_western(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|byte| **byte >= 0x80).count();
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let is_unused = |byte: &u8| matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d);
    high * 5 <= letters && !bytes.iter().any(is_unused)
}

#[cfg(test)]
mod tests {
    use super::{text, text_of_xml};

    fn read(bytes: &[u8]) -> String {
        text(bytes, None).unwrap_or_else(|reason| format!("({reason})"))
    }

    #[test]
    fn reads_what_says_what_it_is() {
        assert_eq!(text(b"caf\xe9", Some("ISO-8859-1")).as_deref(), Ok("caf\u{e9}"));
        assert_eq!(text(b"\xcf\xf0\xe8", Some("windows-1251")).as_deref(), Ok("При"));
        assert!(read(b"<meta charset='windows-1251'>\xcf\xf0\xe8").ends_with("При"));
        assert!(
            read(b"<meta content=\"text/html; charset = latin1\">caf\xe9").ends_with("caf\u{e9}")
        );
        assert_eq!(read(b"\xef\xbb\xbfa\r\nb"), "a\nb");
        // Declared wrongly.
        assert!(read("<meta charset=latin1>caf\u{e9}".as_bytes()).ends_with("caf\u{e9}"));
        assert!(read("<meta charset=utf-16>caf\u{e9}".as_bytes()).ends_with("caf\u{e9}"));
        assert!(read(b"<meta charset=utf-8>caf\xe9").ends_with("caf\u{fffd}"));
    }

    #[test]
    fn reads_utf_16_whoever_says_it() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let german = "Wir \u{f6}ffnen um neun.";
        assert_eq!(text(&wide(german), Some("utf-16le")).as_deref(), Ok(german));
        assert_eq!(read(&wide(german)), german);
        assert_eq!(read(&[b"\xff\xfe".to_vec(), wide("Привет")].concat()), "Привет");
        let big: Vec<u8> = german.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read(&big), german);
        assert_eq!(read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"), "(is binary)");
    }

    #[test]
    fn what_is_no_text_is_said_to_be_none_whatever_it_begins_with() {
        let bytes: Vec<u8> =
            (1..=4000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let ascii: Vec<u8> = bytes.iter().map(|byte| (byte & 0x7f).max(1)).collect();
        let long = [&b"Opening hours. ".repeat(1000)[..], &[0; 4000]].concat();
        let numbers: Vec<u8> = (0..4000_u16).flat_map(|n| (n % 32).to_le_bytes()).collect();
        for binary in [&ascii, &[b"\xff\xfe", &bytes[..]].concat(), &numbers, &long] {
            assert_eq!(read(binary), "(is binary)");
        }
        assert_eq!(text(&bytes, Some("koi8-r")), Err("is binary".to_owned()));
        // A page number in a form feed, a coloured log, a stray NUL far below.
        assert_eq!(read(b"1\x0c2"), "1\x0c2");
        assert_eq!(read(b"\x1b[31mred\x1b[0m"), "\x1b[31mred\x1b[0m");
        assert!(read(&[&b"Open. ".repeat(2000)[..], b"\0!"].concat()).ends_with("Open. !"));
    }

    #[test]
    fn guesses_what_the_western_web_was_written_with_and_nothing_else() {
        assert_eq!(read(b"Der Preis betr\xe4gt 5 \x80"), "Der Preis betr\u{e4}gt 5 \u{20ac}");
        assert!(read(b"\xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0").starts_with("(is not UTF-8"));
    }

    #[test]
    fn reads_the_first_line_of_xml() {
        let xml = b"<?xml version='1.0' encoding='ISO-8859-1'?><rss>caf\xe9</rss>";
        assert!(text_of_xml(xml, None).contains("caf\u{e9}"));
    }
}
