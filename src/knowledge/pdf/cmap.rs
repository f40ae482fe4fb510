//! What the codes of a font mean, as its `ToUnicode` table says (Adobe Technical Note 5411).

use std::collections::HashMap;

use super::object::{Lexer, Object};

/// Entries of one table.
const MOST: usize = 100_000;
/// Characters that one code may mean.
const LONGEST: usize = 16;

#[derive(Default)]
pub(super) struct CMap {
    /// How long codes are: from, to, bytes.
    spaces: Vec<(u32, u32, usize)>,
    single: HashMap<u32, String>,
    /// First and last code, and what the first means; the next one means the next character.
    ranges: Vec<(u32, u32, String)>,
}

impl CMap {
    pub(super) fn read(data: &[u8]) -> Self {
        let mut map = Self::default();
        let mut lexer = Lexer::new(data, 0);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(object) = lexer.next() {
            let Object::Word(word) = &object else {
                if operands.len() < MOST {
                    operands.push(object);
                }
                continue;
            };
            match word.as_str() {
                "endcodespacerange" => map.add_spaces(&operands),
                "endbfchar" => map.add_single(&operands),
                "endbfrange" => map.add_ranges(&operands),
                _ => {}
            }
            operands.clear();
        }
        map.ranges.sort_by_key(|(first, _, _)| *first);
        map
    }

    pub(super) fn meaning(&self, code: u32) -> Option<String> {
        if let Some(text) = self.single.get(&code) {
            return Some(text.clone());
        }
        let at = self.ranges.partition_point(|(first, _, _)| *first <= code);
        let (first, last, text) = self.ranges.get(at.checked_sub(1)?)?;
        if code > *last {
            return None;
        }
        let mut letters: Vec<char> = text.chars().collect();
        let letter = letters.pop()?;
        letters.push(char::from_u32(u32::from(letter).checked_add(code - first)?)?);
        Some(letters.into_iter().collect())
    }

    /// Of the code with which these bytes begin; `usual` where the table does not say.
    pub(super) fn length(&self, bytes: &[u8], usual: usize) -> usize {
        let fits = self.spaces.iter().find(|(from, to, length)| {
            bytes.get(..*length).is_some_and(|bytes| (*from..=*to).contains(&code(bytes)))
        });
        fits.map_or(usual, |(_, _, length)| *length)
    }

    fn add_spaces(&mut self, operands: &[Object]) {
        for pair in operands.chunks_exact(2).take(64) {
            if let [Object::Text(from), Object::Text(to)] = pair
                && (1..=4).contains(&from.len())
            {
                self.spaces.push((code(from), code(to), from.len()));
            }
        }
        self.spaces.sort_by_key(|(_, _, length)| *length);
    }

    fn add_single(&mut self, operands: &[Object]) {
        for pair in operands.chunks_exact(2) {
            if let [Object::Text(from), Object::Text(to)] = pair
                && self.single.len() < MOST
            {
                self.single.insert(code(from), unicode(to));
            }
        }
    }

    fn add_ranges(&mut self, operands: &[Object]) {
        for range in operands.chunks_exact(3) {
            let [Object::Text(from), Object::Text(to), meaning] = range else { continue };
            let (from, to) = (code(from), code(to));
            match meaning {
                Object::Text(text) if self.ranges.len() < MOST => {
                    self.ranges.push((from, to, unicode(text)));
                }
                Object::Array(texts) => {
                    let texts = texts.iter().filter_map(Object::text);
                    for (code, text) in (from..=to).zip(texts) {
                        if self.single.len() < MOST {
                            self.single.insert(code, unicode(text));
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

pub(super) fn code(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |code, byte| code << 8 | u32::from(*byte))
}

/// UTF-16, the high byte first.
fn unicode(bytes: &[u8]) -> String {
    let units = bytes.chunks(2).map(|pair| code(pair) as u16).take(LONGEST);
    char::decode_utf16(units).filter_map(Result::ok).filter(|letter| *letter != '\0').collect()
}

#[cfg(test)]
mod tests {
    use super::CMap;

    #[test]
    fn says_what_codes_mean() {
        let map = CMap::read(
            b"/CIDInit /ProcSet findresource begin 1 begincodespacerange <0000> <FFFF> endcodespacerange \
              2 beginbfchar <0003> <0020> <0005> <00660069> endbfchar \
              2 beginbfrange <0010> <0012> <0041> <0020> <0021> [<0061> <0062>] endbfrange end",
        );
        let read = |code| map.meaning(code).unwrap_or_default();
        assert_eq!(
            [read(3), read(5), read(0x12), read(0x21), read(0x22)],
            [" ", "fi", "C", "b", ""]
        );
        assert_eq!(map.length(&[0, 3, 0], 1), 2);
    }

    #[test]
    fn a_range_over_everything_costs_nothing() {
        let map = CMap::read(b"<00000000> <FFFFFFFF> <0041> endbfrange");
        assert_eq!(map.meaning(1).as_deref(), Some("B"));
        assert_eq!(map.meaning(0xffff_ffff), None);
    }
}
