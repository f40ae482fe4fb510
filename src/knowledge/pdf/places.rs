//! Where the objects of a PDF lie: as its cross references say, or as a look through all its bytes shows.

use super::{
    file::{File, MOST, Place, find},
    object::{Dict, Lexer, Object, is_space},
};

/// Cross reference tables, each of which names the one before.
const TABLES: usize = 300;

impl File<'_> {
    fn place(&mut self, id: usize, place: Place) {
        if id >= MOST {
            return;
        }
        if self.places.len() <= id {
            self.places.resize(id + 1, Place::Nowhere);
        }
        if let Some(known @ Place::Nowhere) = self.places.get_mut(id) {
            *known = place;
        }
    }

    /// From the last table back to the first; what a later one says holds.
    pub(super) fn read_tables(&mut self) {
        let tail = self.bytes.len().saturating_sub(2048);
        let end = self.bytes.get(tail..).unwrap_or_default();
        let Some(at) = end.windows(9).rposition(|word| word == b"startxref") else { return };
        let mut waiting: Vec<usize> =
            Lexer::new(end, at + 9).next().and_then(|at| at.count()).into_iter().collect();
        let mut seen = Vec::new();
        while let Some(at) = waiting.pop() {
            if seen.contains(&at) || seen.len() >= TABLES || at >= self.bytes.len() {
                continue;
            }
            seen.push(at);
            let mut lexer = Lexer::new(self.bytes, at);
            let dict = if lexer.next().is_some_and(|word| word.is_word("xref")) {
                self.read_table(lexer)
            } else {
                self.read_table_stream(at)
            };
            let Some(dict) = dict else { continue };
            // The stream beside a table is newer than the table before it.
            for key in ["Prev", "XRefStm"] {
                waiting.extend(dict.get(key).and_then(Object::count));
            }
            for (key, value) in dict {
                self.trailer.entry(key).or_insert(value);
            }
        }
    }

    fn read_table(&mut self, mut lexer: Lexer<'_>) -> Option<Dict> {
        loop {
            let first = match lexer.next()? {
                Object::Word(word) if word == "trailer" => break,
                first => first.count()?,
            };
            let count = lexer.next()?.count()?;
            for id in (first..).take(count.min(MOST)) {
                let at = lexer.next()?.count()?;
                lexer.next()?;
                let used = lexer.next()?.is_word("n");
                if !self.may_go_on(1) {
                    return None;
                }
                if used && at > 0 {
                    self.place(id, Place::At(at));
                }
            }
        }
        match lexer.next()? {
            Object::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    fn read_table_stream(&mut self, at: usize) -> Option<Dict> {
        let (_, stream) = self.object_at(at)?;
        let dict = stream.dict()?.clone();
        if dict.get("Type").and_then(Object::name) != Some("XRef") {
            return None;
        }
        let data = self.data(&stream)?;
        let counts = |key: &str| -> Option<Vec<usize>> {
            dict.get(key)?.array()?.iter().map(Object::count).collect()
        };
        let widths = counts("W")
            .filter(|widths| widths.len() == 3 && widths.iter().all(|width| *width <= 8))?;
        let size = dict.get("Size").and_then(Object::count).unwrap_or(0);
        let index = counts("Index").unwrap_or_else(|| vec![0, size]);
        let ids = index.chunks_exact(2).flat_map(|part| {
            let (first, count) =
                (part.first().copied().unwrap_or(0), part.last().copied().unwrap_or(0));
            (first..).take(count.min(MOST))
        });
        let length = widths.iter().sum::<usize>().max(1);
        for (id, entry) in ids.zip(data.chunks_exact(length)).take(MOST) {
            let mut rest = entry;
            let mut fields = widths.iter().map(|width| {
                let (field, after) = rest.split_at_checked(*width)?;
                rest = after;
                (*width > 0)
                    .then(|| field.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte)))
            });
            let kind = fields.next().flatten().unwrap_or(1);
            let value = fields.next().flatten().unwrap_or(0);
            match kind {
                1 => self.place(id, Place::At(value as usize)),
                2 => self.place(id, Place::In(u32::try_from(value).ok()?)),
                _ => {}
            }
            if !self.may_go_on(1) {
                return None;
            }
        }
        Some(dict)
    }

    /// Finds the objects without any table: the last of each number holds.
    ///
    /// # Errors
    /// When it takes a password to read.
    pub(super) fn search(&mut self) -> Result<(), String> {
        self.places.clear();
        self.packed.take();
        // What tells how the file is encrypted is not encrypted itself.
        self.lock();
        self.may_go_on(self.bytes.len() as u64 / 64);
        let mut at = 0;
        let mut streams = Vec::new();
        while let Some(found) = self.bytes.get(at..).and_then(|rest| find(rest, b"obj")) {
            let word = at + found;
            at = word + 3;
            if let Some(start) = start_of_object(self.bytes, word)
                && let Some(id) = Lexer::new(self.bytes, start).next().and_then(|id| id.count())
                && id < MOST
            {
                if let Some(known) = self.places.get_mut(id) {
                    *known = Place::Nowhere;
                }
                self.place(id, Place::At(start));
                let head = self.bytes.get(at..self.bytes.len().min(at + 512)).unwrap_or_default();
                let head =
                    head.get(..find(head, b"stream").unwrap_or(head.len())).unwrap_or_default();
                if find(head, b"ObjStm").is_some() {
                    streams.push(id as u32);
                }
                if find(head, b"/Catalog").is_some() {
                    self.trailer.insert("Root".into(), Object::Ref(id as u32));
                }
                // A table of the newer kind has what else a trailer has.
                if find(head, b"/Encrypt").is_some()
                    && let Some((_, table)) = self.object_at(start)
                    && let Some(dict) = table.dict()
                {
                    let of = |key: &str| Some((key.to_owned(), dict.get(key)?.clone()));
                    self.trailer.extend(["Encrypt", "ID"].into_iter().filter_map(of));
                }
            }
            if !self.may_go_on(8) {
                return Ok(());
            }
        }
        let mut trailer = Dict::new();
        let mut at = 0;
        while let Some(found) = self.bytes.get(at..).and_then(|rest| find(rest, b"trailer")) {
            at += found + 7;
            if let Some(Object::Dict(dict)) = Lexer::new(self.bytes, at).next() {
                trailer.extend(dict);
            }
            if !self.may_go_on(64) {
                break;
            }
        }
        let entry = |key: &str| Some((key.to_owned(), trailer.get(key)?.clone()));
        self.trailer.extend(["Encrypt", "ID"].into_iter().filter_map(entry));
        self.unlock()?;
        for id in streams {
            let Some(packed) = self.packed(id) else { continue };
            for (inner, start) in &packed.starts {
                self.place(*inner as usize, Place::In(id));
                let head = Lexer::new(&packed.data, *start).next();
                let kind = head.as_ref().and_then(Object::dict).and_then(|dict| dict.get("Type"));
                if kind.and_then(Object::name) == Some("Catalog") {
                    self.trailer.insert("Root".into(), Object::Ref(*inner));
                }
            }
        }
        self.trailer.extend(trailer);
        Ok(())
    }
}

/// Where "12 0 obj" begins whose `obj` is at this byte.
fn start_of_object(bytes: &[u8], word: usize) -> Option<usize> {
    let mut at = word;
    for _ in 0..2 {
        let before = |at: usize| at.checked_sub(1).and_then(|before| bytes.get(before)).copied();
        while before(at).is_some_and(is_space) {
            at -= 1;
        }
        let end = at;
        while before(at).is_some_and(|byte| byte.is_ascii_digit()) && end - at < 10 {
            at -= 1;
        }
        if at == end {
            return None;
        }
    }
    Some(at)
}
