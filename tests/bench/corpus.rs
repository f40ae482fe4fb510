//! Pages and questions without end, the same in every run. Word frequencies fall as in real text, so that a question's
//! words are in few or in many passages, as real ones are.

use std::{fmt::Write as _, fs, path::Path};

use crate::report::Result;

/// Two of these make a word: 16,384 words.
const PARTS: [&str; 128] = [
    "air", "arm", "arc", "ash", "axe", "bag", "ball", "band", "bank", "bark", "barn", "base",
    "bath", "bay", "bead", "beam", "bean", "bear", "beat", "bed", "bee", "bell", "belt", "bench",
    "bird", "blade", "block", "blue", "board", "boat", "body", "bolt", "bone", "book", "boot",
    "bow", "bowl", "box", "brass", "bread", "brick", "bridge", "brook", "broom", "brush", "buck",
    "bud", "bulb", "bush", "cab", "cake", "camp", "cap", "card", "cart", "case", "cat", "chain",
    "chalk", "chart", "clay", "cliff", "clip", "cloak", "clock", "cloth", "cloud", "coal", "coat",
    "coin", "cone", "cook", "copper", "cord", "cork", "corn", "cow", "crab", "craft", "crane",
    "cream", "crew", "crop", "cross", "crow", "crown", "cup", "curl", "dairy", "dam", "dawn",
    "day", "deck", "deer", "desk", "dish", "dock", "dog", "door", "dove", "down", "drain", "draw",
    "dream", "drift", "drill", "drum", "duck", "dust", "eagle", "earth", "east", "edge", "elm",
    "end", "eye", "face", "fair", "fan", "farm", "feather", "fern", "field", "fig", "file", "film",
    "fin", "fire",
];
/// Octaves of rank that words are drawn from, equally often: the frequency falls with the rank. The first 32 words, which
/// would be in nearly every passage, are left out.
const OCTAVES: std::ops::Range<u32> = 5..14;

const GLUE: &[&str] = &[
    "the", "of", "and", "to", "a", "in", "for", "is", "on", "with", "you", "your", "can", "be",
    "it", "this", "are", "or", "we", "not",
];

/// The same in German.
const GERMAN_GLUE: &[&str] = &[
    "der", "von", "und", "zu", "ein", "in", "für", "ist", "auf", "mit", "Sie", "Ihr", "kann",
    "werden", "es", "dieser", "sind", "oder", "wir", "nicht",
];

const SECTIONS: usize = 5;
/// About a passage.
const SECTION_CHARS: usize = 1100;
/// About 190 short words and their full stops.
const PLAIN_CHARS: usize = 810;
/// Every section has more sentences than these.
const FIRST_SENTENCES: usize = 7;

/// How many pages yield so many passages.
pub const fn pages_for(passages: usize) -> usize {
    passages / SECTIONS
}

/// Writes `pages` Markdown files into `folder`, 500 to a subfolder.
pub fn write(folder: &Path, pages: usize) -> Result<()> {
    for number in 0..pages {
        let folder = folder.join(format!("part-{}", number / 500));
        if number % 500 == 0 {
            fs::create_dir_all(&folder)?;
        }
        fs::write(folder.join(format!("page-{number}.md")), page(number))?;
    }
    Ok(())
}

/// Writes `pages` files like [`write`], in German.
pub fn write_german(folder: &Path, pages: usize) -> Result<()> {
    fs::create_dir_all(folder)?;
    for number in 0..pages {
        let page = page(number);
        let words = page.split(' ');
        let page: Vec<&str> = words
            .map(|word| {
                GLUE.iter().position(|&glue| glue == word).map_or(word, |at| GERMAN_GLUE[at])
            })
            .collect();
        fs::write(folder.join(format!("page-{number}.md")), page.join(" "))?;
    }
    Ok(())
}

/// The `number`th question that the first `pages` pages answer: words of one sentence, as a visitor would put them.
pub fn question(number: usize, pages: usize) -> String {
    let mut dice = Dice::new(&[number]);
    let sentence = sentence(dice.below(pages), dice.below(SECTIONS), dice.below(FIRST_SENTENCES));
    let words: Vec<&str> = sentence.split(' ').filter(|word| word.len() > 4).take(5).collect();
    let (most, last) = words.split_at(words.len().saturating_sub(1));
    format!("How do I {} with my {}?", most.join(" "), last.join(" "))
}

/// The `number`th page, in Markdown.
pub fn page(number: usize) -> String {
    let mut dice = Dice::new(&[number, SECTIONS]);
    let mut text = format!("# {} {} {number}\n", title(&dice.word()), dice.word());
    for section in 0..SECTIONS {
        let _ = write!(text, "\n## {} {} {}\n\n", title(&dice.word()), dice.word(), dice.word());
        let end = text.len() + SECTION_CHARS;
        for place in 0.. {
            let _ = write!(text, "{}. ", title(&sentence(number, section, place)));
            if text.len() >= end {
                break;
            }
        }
        text.push('\n');
    }
    text
}

/// Writes `pages` files like [`write`], in plainer words: each of them is one token, and a passage about 200.
pub fn write_plain(folder: &Path, first: usize, pages: usize) -> Result<()> {
    fs::create_dir_all(folder)?;
    for number in first..first + pages {
        fs::write(folder.join(format!("page-{number}.md")), plain_page(number))?;
    }
    Ok(())
}

/// The `number`th question that the first `pages` plain pages answer.
pub fn plain_question(number: usize, pages: usize) -> String {
    let mut dice = Dice::new(&[number, 1]);
    let sentence =
        plain_sentence(dice.below(pages), dice.below(SECTIONS), dice.below(FIRST_SENTENCES));
    let words: Vec<&str> = sentence.split(' ').filter(|word| word.len() > 3).take(6).collect();
    format!("How do I {} for number {number}?", words.join(" "))
}

fn plain_page(number: usize) -> String {
    let mut dice = Dice::new(&[number, 2]);
    let mut text = format!("# {} {} {number}\n", title(dice.part()), dice.part());
    for section in 0..SECTIONS {
        let _ = write!(text, "\n## {} {}\n\n", title(dice.part()), dice.part());
        let end = text.len() + PLAIN_CHARS;
        for place in 0.. {
            let _ = write!(text, "{}. ", title(&plain_sentence(number, section, place)));
            if text.len() >= end {
                break;
            }
        }
        text.push('\n');
    }
    text
}

fn plain_sentence(page: usize, section: usize, place: usize) -> String {
    let mut dice = Dice::new(&[page, section, place, 1]);
    let words = (0..9 + dice.below(8)).map(|_| match dice.below(2) {
        0 => GLUE[dice.below(GLUE.len())],
        _ => dice.part(),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn sentence(page: usize, section: usize, place: usize) -> String {
    let mut dice = Dice::new(&[page, section, place]);
    let mut words = Vec::new();
    for _ in 0..9 + dice.below(8) {
        words.push(match dice.below(20) {
            0..9 => GLUE[dice.below(GLUE.len())].to_owned(),
            9 => (2 + dice.below(98)).to_string(),
            _ => dice.word(),
        });
    }
    words.join(" ")
}

fn title(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Numbers that look random and are not (splitmix64).
struct Dice(u64);

impl Dice {
    fn new(seeds: &[usize]) -> Self {
        let mut dice = Self(seeds.len() as u64);
        for &seed in seeds {
            dice.0 ^= seed as u64;
            dice.below(1);
            dice.0 = dice.0.wrapping_mul(0x2545_f491_4f6c_dd1d);
        }
        dice
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % (limit as u64)).unwrap_or_default()
    }

    fn part(&mut self) -> &'static str {
        PARTS[self.below(PARTS.len())]
    }

    fn word(&mut self) -> String {
        let octaves = usize::try_from(OCTAVES.end - OCTAVES.start).unwrap_or(1);
        let start = 1_usize << (OCTAVES.start as usize + self.below(octaves));
        let rank = start + self.below(start);
        // The low digit first, so that neighbours in rank are no neighbours in the alphabet.
        format!("{}{}", PARTS[rank % 128], PARTS[rank / 128])
    }
}
