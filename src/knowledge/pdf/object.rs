//! What a PDF is written in: numbers, names, strings, arrays, dictionaries, as ISO 32000-1, 7.2 and 7.3 have them. Whatever
//! the bytes are, reading moves on and ends, and builds no more than a bounded number of objects.

use std::{collections::HashMap, ops::Range};

use super::crypt::Owner;

/// Arrays and dictionaries in each other.
const DEEPEST: usize = 40;
/// Objects that one object may hold, all in all.
const MOST: usize = 150_000;
/// Bytes of a number, a name or an operator.
const LONGEST: usize = 256;

pub(super) type Dict = HashMap<String, Object>;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    Null,
    Number(f64),
    Name(String),
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    /// With where its bytes lie in the file, as they are, and the number and generation that they are encrypted with.
    Stream(Dict, Range<usize>, Owner),
    Ref(u32),
    /// `true`, `endobj`, an operator of a page.
    Word(String),
}

impl Object {
    pub(super) fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// A number that counts something.
    pub(super) fn count(&self) -> Option<usize> {
        self.number().filter(|number| (0.0..9e15).contains(number)).map(|number| number as usize)
    }

    pub(super) fn name(&self) -> Option<&str> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub(super) fn text(&self) -> Option<&[u8]> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn array(&self) -> Option<&[Object]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// A stream has one too.
    pub(super) fn dict(&self) -> Option<&Dict> {
        match self {
            Self::Dict(dict) | Self::Stream(dict, ..) => Some(dict),
            _ => None,
        }
    }

    pub(super) fn is_word(&self, wanted: &str) -> bool {
        matches!(self, Self::Word(word) if word == wanted)
    }
}

/// Reads one object after the other.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    pub at: usize,
    /// Objects in the last one that was read.
    pub built: usize,
}

enum Item {
    Object(Object),
    ArrayEnds,
    DictEnds,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, built: 0 }
    }

    /// None at the end of the bytes.
    pub(super) fn next(&mut self) -> Option<Object> {
        self.built = 0;
        loop {
            // What closes nothing is passed over.
            if let Item::Object(object) = self.item(0)? {
                return Some(object);
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn item(&mut self, depth: usize) -> Option<Item> {
        self.skip_space();
        self.built += 1;
        if self.built > MOST || depth > DEEPEST {
            self.at = self.bytes.len();
            return None;
        }
        let first = self.peek()?;
        let next = self.bytes.get(self.at + 1).copied();
        self.at += 1;
        Some(Item::Object(match first {
            b'/' => Object::Name(self.name()),
            b'(' => Object::Text(self.literal()),
            b'<' if next == Some(b'<') => {
                self.at += 1;
                Object::Dict(self.dict(depth)?)
            }
            b'<' => Object::Text(self.hexadecimal()),
            b'>' if next == Some(b'>') => {
                self.at += 1;
                return Some(Item::DictEnds);
            }
            b'[' => Object::Array(self.items(depth)?),
            b']' => return Some(Item::ArrayEnds),
            b'>' | b')' | b'{' | b'}' => Object::Null,
            _ => {
                self.at -= 1;
                self.number_or_word()
            }
        }))
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| !matches!(byte, b'\r' | b'\n')) {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// Up to what closes them, or to the end of the bytes.
    fn items(&mut self, depth: usize) -> Option<Vec<Object>> {
        let mut items = Vec::new();
        while let Some(item) = self.item(depth + 1) {
            match item {
                Item::Object(Object::Word(word)) if word == "R" => refer(&mut items),
                // Broken: the array was never closed.
                Item::Object(Object::Word(word)) if word == "endobj" => break,
                Item::Object(object) => items.push(object),
                Item::ArrayEnds | Item::DictEnds => break,
            }
        }
        (self.built <= MOST).then_some(items)
    }

    fn dict(&mut self, depth: usize) -> Option<Dict> {
        let mut items = self.items(depth)?.into_iter();
        let mut dict = Dict::new();
        while let Some(key) = items.next() {
            if let Object::Name(key) = key
                && let Some(value) = items.next()
            {
                dict.insert(key, value);
            }
        }
        Some(dict)
    }

    fn name(&mut self) -> String {
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| !is_space(*byte) && !is_delimiter(*byte)) {
            self.at += 1;
            let escaped = (byte == b'#')
                .then(|| {
                    let digits = self.bytes.get(self.at..self.at + 2)?;
                    Some(digit(*digits.first()?)? << 4 | digit(*digits.get(1)?)?)
                })
                .flatten();
            if escaped.is_some() {
                self.at += 2;
            }
            if name.len() < LONGEST {
                name.push(escaped.unwrap_or(byte));
            }
        }
        String::from_utf8_lossy(&name).into_owned()
    }

    fn literal(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut open = 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                b'\\' => {
                    if let Some(escaped) = self.escaped() {
                        text.push(escaped);
                    }
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        text
    }

    /// After a backslash; none where a line goes on.
    fn escaped(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'\n' => return None,
            b'\r' => {
                self.at += usize::from(self.peek() == Some(b'\n'));
                return None;
            }
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(next @ b'0'..=b'7') = self.peek() else { break };
                    code = code * 8 + u32::from(next - b'0');
                    self.at += 1;
                }
                code as u8
            }
            other => other,
        })
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut half = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            match (digit(byte), half.take()) {
                (Some(low), Some(high)) => text.push(high | low),
                (Some(high), None) => half = Some(high << 4),
                (None, waiting) => half = waiting,
            }
        }
        text.extend(half);
        text
    }

    fn number_or_word(&mut self) -> Object {
        let start = self.at;
        while self.peek().is_some_and(|byte| !is_space(byte) && !is_delimiter(byte)) {
            self.at += 1;
        }
        let bytes = self.bytes.get(start..self.at.min(start + LONGEST)).unwrap_or_default();
        let word = String::from_utf8_lossy(bytes);
        if !bytes.iter().any(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'\'' | b'"')) {
            // Some writers make "--5" or "1.-2" of small numbers.
            let clean = word.trim_start_matches('-');
            let clean = clean.split_once('-').map_or(clean, |(before, _)| before);
            if let Ok(number) = clean.parse::<f64>() {
                return Object::Number(if word.starts_with('-') { -number } else { number });
            }
        }
        if word == "null" { Object::Null } else { Object::Word(word.into_owned()) }
    }
}

/// "12 0 R": two numbers before an `R` are a reference.
fn refer(items: &mut Vec<Object>) {
    let ends_in_two =
        items.len() >= 2 && items.iter().rev().take(2).all(|item| item.count().is_some());
    if ends_in_two {
        items.pop();
        let id = items.pop().and_then(|id| id.count()).and_then(|id| u32::try_from(id).ok());
        items.push(id.map_or(Object::Null, Object::Ref));
    }
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

pub(super) fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<Object> {
        let mut lexer = Lexer::new(text, 0);
        std::iter::from_fn(|| lexer.next()).take(100).collect()
    }

    #[test]
    fn reads_each_kind() {
        assert_eq!(
            read(b"-1.5 /A#20b (a\\(b(c)\\101\\\n) <4a4B5> [1 0 R null] % c\nTj"),
            [
                Object::Number(-1.5),
                Object::Name("A b".into()),
                Object::Text(b"a(b(c)A".to_vec()),
                Object::Text(b"JKP".to_vec()),
                Object::Array(vec![Object::Ref(1), Object::Null]),
                Object::Word("Tj".into()),
            ]
        );
        let dict = read(b"<</Kids[3 0 R]/N<</X 1>>/Y/Z>>");
        let dict = dict.first().and_then(Object::dict).expect("a dictionary");
        assert_eq!(dict.len(), 3);
        assert_eq!(dict.get("Y"), Some(&Object::Name("Z".into())));
    }

    #[test]
    fn ends_whatever_the_bytes_are() {
        assert_eq!(read(&b"[".repeat(1_000_000)).len(), 1);
        assert_eq!(read(&b"<<".repeat(1_000_000)).len(), 1);
        assert!(read(b")>>]}(((").len() < 8);
        assert!(read(&[b"[", b"1 ".repeat(600_000).as_slice()].concat()).is_empty());
    }
}
