//! A page's drawing instructions as pieces of text with their places, in the order in which they are drawn (ISO 32000-1,
//! 9.4). Pictures and lines are passed over; forms within forms are followed to a bounded depth.

use std::{collections::HashMap, rc::Rc};

use super::{
    file::File,
    font::Font,
    object::{Dict, Lexer, Object, is_space},
};

/// Forms in forms, and saved states in each other.
const DEEPEST: usize = 8;
const SAVED: usize = 256;
/// Forms and pictures that one page draws: one that draws ten that draw ten would never end.
const DRAWN: usize = 5000;
/// Operands of one operator.
const OPERANDS: usize = 4096;
/// Fonts that are kept ready.
const FONTS: usize = 400;
/// Bytes of instructions of one page.
const CONTENT: usize = 48 * 1024 * 1024;
/// Pieces of text on one page.
const SPANS: usize = 200_000;
/// Space between letters, in parts of their size, from which on it is one between words.
const WORD_GAP: f32 = 0.12;

/// Text that was shown at once.
#[derive(Debug)]
pub(super) struct Span {
    pub text: String,
    /// Where it begins and ends, along its own direction; `y` grows upwards.
    pub x: f32,
    pub end: f32,
    pub y: f32,
    /// The height of its letters.
    pub size: f32,
    pub is_bold: bool,
    /// In quarter turns.
    pub turned: u8,
}

/// What a page shows.
#[derive(Default)]
pub(super) struct Shown {
    pub spans: Vec<Span>,
    pub pictures: usize,
    drawn: usize,
    /// Letters of which the font does not say what they mean.
    pub unknown: usize,
}

type Matrix = [f32; 6];
const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn times(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

#[derive(Clone)]
struct State {
    place: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    between_letters: f32,
    between_words: f32,
    stretch: f32,
    leading: f32,
    rise: f32,
}

pub(super) struct Reader<'f, 'b> {
    file: &'f File<'b>,
    fonts: HashMap<u32, Rc<Font>>,
    shown: Shown,
    state: State,
    saved: Vec<State>,
    /// Of the letters, and of the line.
    text: Matrix,
    line: Matrix,
}

impl<'f, 'b> Reader<'f, 'b> {
    pub(super) fn new(file: &'f File<'b>) -> Self {
        Self {
            file,
            fonts: HashMap::new(),
            shown: Shown::default(),
            state: fresh(),
            saved: Vec::new(),
            text: IDENTITY,
            line: IDENTITY,
        }
    }

    pub(super) fn page(&mut self, page: &Dict, resources: &Dict) -> Shown {
        self.state = fresh();
        let parts = match self.file.value(page, "Contents") {
            Some(Object::Array(parts)) => parts,
            Some(one) => vec![one],
            None => Vec::new(),
        };
        let mut content = Vec::new();
        for part in &parts {
            if content.len() > CONTENT {
                break;
            }
            if let Some(data) = self.file.data(&self.file.resolve(part)) {
                content.extend_from_slice(&data);
                content.push(b'\n');
            }
        }
        self.run(&content, resources, 0);
        self.saved.clear();
        std::mem::take(&mut self.shown)
    }

    fn run(&mut self, content: &[u8], resources: &Dict, depth: usize) {
        let fonts = self.part(resources, "Font");
        let forms = self.part(resources, "XObject");
        let mut lexer = Lexer::new(content, 0);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(object) = lexer.next() {
            if !self.file.may_go_on(lexer.built as u64) || self.shown.spans.len() >= SPANS {
                return;
            }
            let Object::Word(word) = object else {
                if operands.len() < OPERANDS {
                    operands.push(object);
                }
                continue;
            };
            match word.as_str() {
                "Tf" => self.choose_font(&fonts, &operands),
                "Do" => self.draw(&forms, resources, &operands, depth),
                "BI" => skip_picture(&mut lexer, content),
                _ => self.operator(&word, &operands),
            }
            operands.clear();
        }
    }

    fn part(&self, resources: &Dict, name: &str) -> Dict {
        self.file.value(resources, name).and_then(|part| part.dict().cloned()).unwrap_or_default()
    }

    fn operator(&mut self, word: &str, operands: &[Object]) {
        let number = |at: usize| operands.get(at).and_then(Object::number).unwrap_or(0.0) as f32;
        let matrix = || [number(0), number(1), number(2), number(3), number(4), number(5)];
        match word {
            "q" if self.saved.len() < SAVED => self.saved.push(self.state.clone()),
            "Q" => {
                if let Some(state) = self.saved.pop() {
                    self.state = state;
                }
            }
            "cm" => self.state.place = times(matrix(), self.state.place),
            "BT" => (self.text, self.line) = (IDENTITY, IDENTITY),
            "Tm" => (self.text, self.line) = (matrix(), matrix()),
            "Td" => self.move_by(number(0), number(1)),
            "TD" => {
                self.state.leading = -number(1);
                self.move_by(number(0), number(1));
            }
            "T*" => self.move_by(0.0, -self.state.leading),
            "Tc" => self.state.between_letters = number(0),
            "Tw" => self.state.between_words = number(0),
            "Tz" => self.state.stretch = number(0) / 100.0,
            "TL" => self.state.leading = number(0),
            "Ts" => self.state.rise = number(0),
            "Tj" => self.show(operands),
            "TJ" => {
                if let Some(Object::Array(items)) = operands.first() {
                    self.show(items);
                }
            }
            "'" => {
                self.move_by(0.0, -self.state.leading);
                self.show(operands);
            }
            "\"" => {
                (self.state.between_words, self.state.between_letters) = (number(0), number(1));
                self.move_by(0.0, -self.state.leading);
                self.show(operands.get(2..).unwrap_or_default());
            }
            _ => {}
        }
    }

    fn move_by(&mut self, x: f32, y: f32) {
        self.line = times([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.text = self.line;
    }

    fn choose_font(&mut self, fonts: &Dict, operands: &[Object]) {
        let [Object::Name(name), Object::Number(size)] = operands else { return };
        self.state.size = *size as f32;
        let Some(object) = fonts.get(name) else { return };
        let known = if let Object::Ref(id) = object { self.fonts.get(id).cloned() } else { None };
        if known.is_some() {
            self.state.font = known;
            return;
        }
        let resolved = self.file.resolve(object);
        let Some(dict) = resolved.dict() else { return };
        let font = Rc::new(Font::read(self.file, dict));
        if let Object::Ref(id) = object {
            if self.fonts.len() >= FONTS {
                self.fonts.clear();
            }
            self.fonts.insert(*id, Rc::clone(&font));
        }
        self.state.font = Some(font);
    }

    fn draw(&mut self, forms: &Dict, resources: &Dict, operands: &[Object], depth: usize) {
        let Some(Object::Name(name)) = operands.first() else { return };
        if self.shown.drawn >= DRAWN {
            return;
        }
        self.shown.drawn += 1;
        let Some(form) = forms.get(name).map(|form| self.file.resolve(form)) else { return };
        let Some(dict) = form.dict() else { return };
        match self.file.value(dict, "Subtype").as_ref().and_then(Object::name) {
            Some("Image") => self.shown.pictures += 1,
            Some("Form") if depth < DEEPEST => {
                let Some(content) = self.file.data(&form) else { return };
                let own = self.file.value(dict, "Resources");
                let resources = own.as_ref().and_then(Object::dict).unwrap_or(resources);
                let state = self.state.clone();
                let saved = std::mem::take(&mut self.saved);
                if let Some(Object::Array(numbers)) = self.file.value(dict, "Matrix") {
                    let number =
                        |at: usize| numbers.get(at).and_then(Object::number).unwrap_or(0.0) as f32;
                    let matrix = [number(0), number(1), number(2), number(3), number(4), number(5)];
                    self.state.place = times(matrix, self.state.place);
                }
                self.run(&content, resources, depth + 1);
                (self.state, self.saved) = (state, saved);
            }
            _ => {}
        }
    }

    /// Strings, and between them how far to move back, in thousandths of the size.
    fn show(&mut self, items: &[Object]) {
        let Some(font) = self.state.font.clone() else { return };
        let state = self.state.clone();
        let begin = self.start();
        let mut text = String::new();
        // How far the letters moved on without showing anything.
        let mut gap = 0.0;
        for item in items {
            match item {
                Object::Text(bytes) => {
                    for glyph in font.glyphs(bytes) {
                        let on = glyph.width * state.size
                            + state.between_letters
                            + if glyph.is_space { state.between_words } else { 0.0 };
                        match &glyph.text {
                            Some(shown) if !shown.trim().is_empty() => {
                                if gap > WORD_GAP * state.size.abs()
                                    && !text.ends_with(' ')
                                    && !text.is_empty()
                                {
                                    text.push(' ');
                                }
                                text.push_str(shown);
                                gap = state.between_letters;
                            }
                            Some(space) => {
                                if !space.is_empty() && !text.ends_with(' ') {
                                    text.push(' ');
                                }
                                gap = 0.0;
                            }
                            None => self.shown.unknown += 1,
                        }
                        self.advance(on * state.stretch);
                    }
                }
                Object::Number(back) => {
                    let on = -*back as f32 / 1000.0 * state.size;
                    gap += on;
                    self.advance(on * state.stretch);
                }
                _ => {}
            }
        }
        self.add(text, begin);
    }

    fn advance(&mut self, x: f32) {
        self.text = times([1.0, 0.0, 0.0, 1.0, x, 0.0], self.text);
    }

    /// Where the next letter stands on the page, turned and sized as it is.
    fn start(&self) -> Matrix {
        let letters =
            [self.state.size * self.state.stretch, 0.0, 0.0, self.state.size, 0.0, self.state.rise];
        times(times(letters, self.text), self.state.place)
    }

    fn add(&mut self, text: String, begin: Matrix) {
        let end = self.start();
        let size = begin[2].hypot(begin[3]);
        let places = [begin[4], begin[5], end[4], end[5], size];
        if text.is_empty() || places.iter().any(|place| !place.is_finite()) || size <= 0.0 {
            return;
        }
        let (a, b) = (begin[0], begin[1]);
        let turned = match (a.abs() >= b.abs(), a >= 0.0, b >= 0.0) {
            (true, true, _) => 0,
            (false, _, true) => 1,
            (true, false, _) => 2,
            (false, _, false) => 3,
        };
        let turn = |x: f32, y: f32| match turned {
            0 => (x, y),
            1 => (y, -x),
            2 => (-x, -y),
            _ => (-y, x),
        };
        let (x, y) = turn(begin[4], begin[5]);
        let (end, _) = turn(end[4], end[5]);
        let is_bold = self.state.font.as_ref().is_some_and(|font| font.is_bold);
        self.shown.spans.push(Span { text, x, end, y, size, is_bold, turned });
    }
}

fn fresh() -> State {
    State {
        place: IDENTITY,
        font: None,
        size: 0.0,
        between_letters: 0.0,
        between_words: 0.0,
        stretch: 1.0,
        leading: 0.0,
        rise: 0.0,
    }
}

/// A picture among the instructions: its bytes are none.
fn skip_picture(lexer: &mut Lexer<'_>, content: &[u8]) {
    let rest = content.get(lexer.at..).unwrap_or_default();
    let end = rest.windows(4).position(|window| {
        matches!(window, [before, b'E', b'I', after] if is_space(*before) && is_space(*after))
    });
    lexer.at += end.map_or(rest.len(), |end| end + 3);
}
