//! The letters of fonts that number them in one byte: the standard encodings, and glyphs by their names (Adobe Glyph
//! List, as far as texts need it).

use unicode_normalization::UnicodeNormalization;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Base {
    Standard,
    Windows,
    Mac,
}

impl Base {
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "WinAnsiEncoding" => Some(Self::Windows),
            "MacRomanEncoding" => Some(Self::Mac),
            "StandardEncoding" => Some(Self::Standard),
            _ => None,
        }
    }

    pub(super) fn letter(self, code: u8) -> Option<char> {
        let encoding = match self {
            Self::Standard => return standard(code),
            Self::Windows => encoding_rs::WINDOWS_1252,
            Self::Mac => encoding_rs::MACINTOSH,
        };
        let letter = encoding.decode_without_bom_handling(&[code]).0.chars().next()?;
        match letter {
            '\u{a0}' => Some(' '),
            letter if letter.is_control() => None,
            letter => Some(letter),
        }
    }
}

/// The upper half of Adobe's standard encoding, from 0xa1.
const UPPER: &str = "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ\0–†‡·\0¶•‚„”»…‰\0¿\0`´ˆ˜¯˘˙¨\0˚¸\0˝˛ˇ—\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0Æ\0ª\0\0\0\0ŁØŒº\0\0\0\0\0æ\0\0\0ı\0\0łøœß";

fn standard(code: u8) -> Option<char> {
    match code {
        b'\'' => Some('’'),
        b'`' => Some('‘'),
        b' '..=b'~' => Some(char::from(code)),
        _ => {
            UPPER.chars().nth(usize::from(code.checked_sub(0xa1)?)).filter(|letter| *letter != '\0')
        }
    }
}

/// What the name of a glyph means: "eacute", "uni20AC", "f_f_i", "one.oldstyle".
pub(super) fn letters(name: &str) -> Option<String> {
    let name = name.split('.').next().filter(|name| !name.is_empty())?;
    if name.contains('_') {
        return name.split('_').take(8).map(letters).collect();
    }
    let hexadecimal = |digits: &str, length: std::ops::RangeInclusive<usize>| {
        let whole = length.contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte));
        whole.then(|| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)).flatten()
    };
    let letter = name
        .strip_prefix("uni")
        .and_then(|digits| hexadecimal(digits.get(..4)?, 4..=4))
        .or_else(|| hexadecimal(name.strip_prefix('u')?, 4..=6))
        .or_else(|| named(name));
    if let Some(letter) = letter {
        return Some(letter.to_string());
    }
    let ligature = match name {
        "ff" | "fi" | "fl" | "ffi" | "ffl" => name,
        "IJ" | "ij" => name,
        "TM" | "trademark" => "™",
        _ => return accented(name),
    };
    Some(ligature.to_owned())
}

/// "Eacute" is an E with an acute accent.
fn accented(name: &str) -> Option<String> {
    let first = name.chars().next().filter(char::is_ascii_alphabetic)?;
    let accent = match name.get(1..)? {
        "grave" => '\u{300}',
        "acute" => '\u{301}',
        "circumflex" => '\u{302}',
        "tilde" => '\u{303}',
        "macron" => '\u{304}',
        "breve" => '\u{306}',
        "dotaccent" | "dot" => '\u{307}',
        "dieresis" => '\u{308}',
        "ring" => '\u{30a}',
        "hungarumlaut" => '\u{30b}',
        "caron" => '\u{30c}',
        "cedilla" | "commaaccent" => '\u{327}',
        "ogonek" => '\u{328}',
        _ => return None,
    };
    Some([first, accent].into_iter().nfc().collect())
}

fn named(name: &str) -> Option<char> {
    let mut letters = name.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return letter.is_ascii_alphabetic().then_some(letter);
    }
    NAMES.split_ascii_whitespace().find_map(|pair| {
        let (known, letter) = pair.split_once('=')?;
        (known == name)
            .then(|| if letter.is_empty() { Some(' ') } else { letter.chars().next() })?
    })
}

const NAMES: &str = "space= nbspace= exclam=! quotedbl=\" numbersign=# dollar=$ percent=% ampersand=& quotesingle=' \
    parenleft=( parenright=) asterisk=* plus=+ comma=, hyphen=- minus=− period=. slash=/ zero=0 one=1 two=2 three=3 \
    four=4 five=5 six=6 seven=7 eight=8 nine=9 colon=: semicolon=; less=< equal== greater=> question=? at=@ \
    bracketleft=[ backslash=\\ bracketright=] asciicircum=^ underscore=_ grave=` braceleft={ bar=| braceright=} \
    asciitilde=~ quoteleft=‘ quoteright=’ quotedblleft=“ quotedblright=” quotesinglbase=‚ quotedblbase=„ \
    guillemotleft=« guillemotright=» guilsinglleft=‹ guilsinglright=› endash=– emdash=— bullet=• ellipsis=… \
    periodcentered=· middot=· dagger=† daggerdbl=‡ section=§ paragraph=¶ copyright=© registered=® degree=° cent=¢ \
    sterling=£ yen=¥ Euro=€ euro=€ currency=¤ florin=ƒ fraction=⁄ perthousand=‰ exclamdown=¡ questiondown=¿ onehalf=½ \
    onequarter=¼ threequarters=¾ onesuperior=¹ twosuperior=² threesuperior=³ ordfeminine=ª ordmasculine=º \
    plusminus=± multiply=× divide=÷ notequal=≠ lessequal=≤ greaterequal=≥ approxequal=≈ infinity=∞ summation=∑ \
    product=∏ radical=√ integral=∫ partialdiff=∂ logicalnot=¬ mu=µ germandbls=ß ae=æ AE=Æ oe=œ OE=Œ oslash=ø Oslash=Ø \
    lslash=ł Lslash=Ł eth=ð Eth=Ð thorn=þ Thorn=Þ dotlessi=ı dcroat=đ Dcroat=Đ arrowleft=← arrowup=↑ arrowright=→ \
    arrowdown=↓ arrowboth=↔ check=✓ checkmark=✓ sfthyphen=- softhyphen=- hyphenminus=- acute=´ circumflex=ˆ tilde=˜ \
    dieresis=¨ cedilla=¸ alpha=α beta=β gamma=γ delta=δ epsilon=ε zeta=ζ eta=η theta=θ iota=ι kappa=κ lambda=λ nu=ν \
    xi=ξ omicron=ο pi=π rho=ρ sigma=σ sigma1=ς tau=τ upsilon=υ phi=φ chi=χ psi=ψ omega=ω Gamma=Γ Delta=Δ Theta=Θ \
    Lambda=Λ Xi=Ξ Pi=Π Sigma=Σ Upsilon=Υ Phi=Φ Psi=Ψ Omega=Ω nonbreakingspace= visiblespace= asteriskmath=* \
    universal=∀ existential=∃ element=∈ similar=∼ proportional=∝ angbracketleft=⟨ angbracketright=⟩ angleleft=⟨ \
    angleright=⟩ dotmath=⋅ brokenbar=¦ macron=¯ breve=˘ caron=ˇ ring=˚ ogonek=˛ circle=○ square=□ openbullet=◦ \
    triangleright=▷ lozenge=◊ star=★";

#[cfg(test)]
mod tests {
    use super::{Base, letters};

    #[test]
    fn reads_codes() {
        assert_eq!(Base::Windows.letter(0x80), Some('€'));
        assert_eq!(Base::Mac.letter(0x8a), Some('ä'));
        let standard = [0x27, 0xa1, 0xae, 0xd0, 0xe1, 0xf1, 0xf5, 0xf8, 0xfb];
        let letters: String =
            standard.into_iter().filter_map(|code| Base::Standard.letter(code)).collect();
        assert_eq!(letters, "’¡ﬁ—Ææıłß");
        assert_eq!(Base::Standard.letter(0xff), None);
    }

    #[test]
    fn reads_names() {
        let read = |name| letters(name).unwrap_or_default();
        for (name, expected) in [
            ("A", "A"),
            ("eacute", "é"),
            ("Scaron", "Š"),
            ("uni20AC", "€"),
            ("u1F600", "😀"),
            ("f_f_i", "ffi"),
            ("one.oldstyle", "1"),
            ("space", " "),
            ("equal", "="),
            ("fi", "fi"),
            ("g23", ""),
            (".notdef", ""),
        ] {
            assert_eq!(read(name), expected, "{name}");
        }
    }
}
