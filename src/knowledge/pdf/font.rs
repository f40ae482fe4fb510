//! A font of a PDF, as far as its text needs it: which letters its codes mean, and how wide they are.

use std::collections::HashMap;

use super::{
    cmap::{CMap, code},
    encoding::{self, Base},
    file::File,
    object::{Dict, Object},
};

/// Widths of one font.
const MOST: usize = 70_000;
/// Of letters of which nothing is known, in thousandths of the size.
const USUAL: f32 = 500.0;
/// Advance widths of ' ' to '~' in Helvetica and Times, by Adobe's metrics of the 14 standard fonts, in units of 1/1000.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500,
    500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611,
    556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722,
    722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500,
    278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
];

pub(super) struct Font {
    map: CMap,
    /// Bytes of a code where the map does not say.
    bytes: usize,
    /// Of fonts with codes of one byte.
    letters: Vec<Option<String>>,
    /// Codes are UTF-16.
    is_unicode: bool,
    widths: HashMap<u32, f32>,
    usual: f32,
    /// From units of the font to units of the text.
    pub scale: f32,
    pub is_bold: bool,
}

/// A letter of a text that is shown.
pub(super) struct Glyph {
    /// None when the font does not say.
    pub text: Option<String>,
    pub width: f32,
    /// The space of codes of one byte, which word spacing makes wider.
    pub is_space: bool,
}

impl Font {
    pub(super) fn read(file: &File<'_>, dict: &Dict) -> Self {
        let name = |dict: &Dict, key| {
            file.value(dict, key)
                .and_then(|name| name.name().map(str::to_owned))
                .unwrap_or_default()
        };
        let kind = name(dict, "Subtype");
        let family = name(dict, "BaseFont");
        let map = file.value(dict, "ToUnicode").and_then(|stream| file.data(&stream));
        let mut font = Self {
            map: map.map(|data| CMap::read(&data)).unwrap_or_default(),
            bytes: 1,
            letters: Vec::new(),
            is_unicode: false,
            widths: HashMap::new(),
            usual: USUAL,
            scale: 0.001,
            is_bold: ["Bold", "Black", "Heavy", "Semibold", "CMBX", "SFBX", "-Bd"]
                .iter()
                .any(|word| family.contains(word))
                || family.ends_with("-Medi"),
        };
        if kind == "Type0" {
            font.read_composite(file, dict);
        } else {
            font.read_simple(file, dict, &kind, &family);
        }
        font
    }

    fn read_composite(&mut self, file: &File<'_>, dict: &Dict) {
        self.bytes = 2;
        let encoding = file.value(dict, "Encoding");
        self.is_unicode = encoding
            .as_ref()
            .and_then(Object::name)
            .is_some_and(|name| name.contains("UCS2") || name.contains("UTF16"));
        let below = file.value(dict, "DescendantFonts").and_then(|fonts| {
            let first = fonts.array()?.first()?.clone();
            file.resolve(&first).dict().cloned()
        });
        let Some(below) = below else { return };
        self.usual =
            file.value(&below, "DW").and_then(|width| width.number()).unwrap_or(1000.0) as f32;
        let Some(Object::Array(items)) = file.value(&below, "W") else { return };
        let mut items = items.iter().map(|item| file.resolve(item));
        while let (Some(first), Some(next)) = (items.next().and_then(|id| id.count()), items.next())
        {
            if self.widths.len() > MOST {
                break;
            }
            let first = first as u32;
            if let Object::Array(widths) = next {
                let widths = widths.iter().map(|width| width.number().unwrap_or(0.0) as f32);
                self.widths.extend((first..).zip(widths.take(MOST)));
            } else if let Some(last) = next.count()
                && let Some(width) = items.next().and_then(|width| width.number())
            {
                let codes = (first..=last as u32).take(MOST);
                self.widths.extend(codes.map(|code| (code, width as f32)));
            }
        }
    }

    fn read_simple(&mut self, file: &File<'_>, dict: &Dict, kind: &str, family: &str) {
        let descriptor = file.value(dict, "FontDescriptor");
        let descriptor = descriptor.as_ref().and_then(Object::dict);
        let first =
            file.value(dict, "FirstChar").and_then(|first| first.count()).unwrap_or(0) as u32;
        if let Some(Object::Array(widths)) = file.value(dict, "Widths") {
            let widths =
                widths.iter().map(|width| file.resolve(width).number().unwrap_or(0.0) as f32);
            self.widths.extend((first..).zip(widths).take(256));
            self.usual = descriptor
                .and_then(|descriptor| file.value(descriptor, "MissingWidth")?.number())
                .unwrap_or(0.0) as f32;
        } else {
            let serif = family.contains("Times") || family.contains("Serif");
            let known = if serif { &TIMES } else { &HELVETICA };
            let fixed = family.contains("Courier") || family.contains("Mono");
            let width = |width: &u16| if fixed { 600.0 } else { f32::from(*width) };
            self.widths.extend((32..).zip(known.iter().map(width)));
        }
        if kind == "Type3" {
            let matrix = file.value(dict, "FontMatrix");
            let scale =
                matrix.as_ref().and_then(Object::array).and_then(|matrix| matrix.first()?.number());
            self.scale = scale.unwrap_or(0.001).abs() as f32;
        }
        self.read_encoding(file, dict, descriptor, kind, family);
    }

    fn read_encoding(
        &mut self,
        file: &File<'_>,
        dict: &Dict,
        descriptor: Option<&Dict>,
        kind: &str,
        family: &str,
    ) {
        let encoding = file.value(dict, "Encoding");
        let named = |object: &Object| object.name().and_then(Base::of);
        let base = encoding.as_ref().and_then(|encoding| match encoding {
            Object::Dict(dict) => file.value(dict, "BaseEncoding").as_ref().and_then(named),
            other => named(other),
        });
        // A symbol's own codes mean nothing to others.
        let is_symbolic =
            ["Symbol", "Dingbats", "Wingdings"].iter().any(|word| family.contains(word));
        let own = descriptor.and_then(|descriptor| file.value(descriptor, "FontFile"));
        let own = own.filter(|_| base.is_none()).and_then(|stream| file.data(&stream));
        let own = own.map(|data| own_names(&data)).unwrap_or_default();
        let base = match base {
            Some(base) => Some(base),
            None if is_symbolic || kind == "Type3" => None,
            None if kind == "TrueType" => Some(Base::Windows),
            None => Some(Base::Standard),
        };
        self.letters = (0..=255_u8)
            .map(|code| {
                if let Some(name) = own.get(&code) {
                    return encoding::letters(name);
                }
                if is_symbolic && is_bullet(code, family) {
                    return Some("•".to_owned());
                }
                base?.letter(code).map(String::from)
            })
            .collect();
        let Some(Object::Array(differences)) = encoding
            .as_ref()
            .and_then(Object::dict)
            .and_then(|dict| file.value(dict, "Differences"))
        else {
            return;
        };
        let mut code = 0;
        for item in differences {
            match item {
                Object::Name(name) => {
                    if let Some(place) = self.letters.get_mut(code) {
                        *place = encoding::letters(&name);
                    }
                    code += 1;
                }
                other => code = other.count().unwrap_or(code),
            }
        }
    }

    pub(super) fn glyphs(&self, text: &[u8]) -> Vec<Glyph> {
        let mut glyphs = Vec::with_capacity(text.len() / self.bytes);
        let mut rest = text;
        while !rest.is_empty() {
            // A font with codes of one byte has no longer ones, whatever its map says.
            let length = if self.bytes == 1 { 1 } else { self.map.length(rest, self.bytes) };
            let (bytes, after) = rest.split_at(length.clamp(1, rest.len()));
            rest = after;
            let code = code(bytes);
            let text = self.map.meaning(code).or_else(|| self.own_meaning(code));
            let width = self.widths.get(&code).copied().unwrap_or(self.usual);
            glyphs.push(Glyph {
                text: text.map(clean),
                width: width * self.scale,
                is_space: bytes == b" ",
            });
        }
        glyphs
    }

    fn own_meaning(&self, code: u32) -> Option<String> {
        if self.is_unicode {
            return char::from_u32(code).map(String::from);
        }
        self.letters.get(code as usize)?.clone()
    }
}

/// The signs of lists in the usual fonts of symbols; all else there is no text.
fn is_bullet(code: u8, family: &str) -> bool {
    let is_sign = matches!(code, b'l' | b'n' | b'u' | b'v' | 0xa7 | 0xd8 | 0xfc);
    code == 0xb7 || is_sign && !family.contains("Symbol")
}

/// Without what people do not see, and with ligatures as the letters that they are.
fn clean(text: String) -> String {
    if text.is_ascii() && !text.bytes().any(|byte| byte < b' ') {
        return text;
    }
    let mut clean = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'ﬀ' => clean.push_str("ff"),
            'ﬁ' => clean.push_str("fi"),
            'ﬂ' => clean.push_str("fl"),
            'ﬃ' => clean.push_str("ffi"),
            'ﬄ' => clean.push_str("ffl"),
            'ﬅ' | 'ﬆ' => clean.push_str("st"),
            '\u{ad}' => clean.push('-'),
            '\u{a0}' | '\u{2002}'..='\u{200a}' | '\t' => clean.push(' '),
            // Private letters of a font: bullets, as good as always.
            '\u{f0a7}' | '\u{f0b7}' | '\u{f0d8}' | '\u{f0fc}' => clean.push('•'),
            '\u{e000}'..='\u{f8ff}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{feff}'
            | '\u{fffd}' => {}
            letter if letter.is_control() => {}
            letter => clean.push(letter),
        }
    }
    clean
}

/// The names of its glyphs in the readable part of a Type 1 font: "dup 65 /A put".
fn own_names(data: &[u8]) -> HashMap<u8, String> {
    let head = data.get(..data.len().min(16 * 1024)).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let head = head.split("eexec").next().unwrap_or_default();
    let entries = head.split("dup ").filter_map(|entry| {
        let (number, rest) = entry.trim_start().split_once([' ', '/'])?;
        let name = rest.trim_start_matches([' ', '/']).split_whitespace().next()?;
        rest.contains("put").then_some((number.parse().ok()?, name.to_owned()))
    });
    entries.collect()
}
