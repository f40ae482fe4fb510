//! A PDF as a table of objects, read where they are asked for: by its cross references, or, where those are broken, by
//! looking for objects in all its bytes. All reading of one file together is bounded in time and memory.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    time::{Duration, Instant},
};

use super::{
    crypt::Key,
    filters::{self, Filter},
    object::{Dict, Lexer, Object, is_space},
};

/// Objects of one file.
pub(super) const MOST: usize = 1_000_000;
/// Bytes of one stream, and of all together, unpacked.
const STREAM: usize = 48 * 1024 * 1024;
const STREAMS: usize = 512 * 1024 * 1024;
/// Bytes that unpacked streams of objects are kept in.
const KEPT: usize = 64 * 1024 * 1024;
/// Units of work: a token, an object, a kilobyte looked through, so many bytes decrypted.
const WORK: u64 = 60_000_000;
const DECRYPTED: u64 = 64;
/// The work is some seconds on an idle machine; a busy one gets time for it.
const TIME: Duration = Duration::from_secs(100);
/// References that lead to references.
const HOPS: usize = 16;
/// Reading of an object that needs another one to be read.
const NESTED: usize = 8;

#[derive(Clone, Copy)]
pub(super) enum Place {
    Nowhere,
    /// At this byte.
    At(usize),
    /// In the stream of objects of this number.
    In(u32),
}

/// The objects of one stream of objects: where each begins.
pub(super) struct Packed {
    pub data: Vec<u8>,
    pub starts: HashMap<u32, usize>,
}

pub(super) struct File<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) places: Vec<Place>,
    pub trailer: Dict,
    /// Where it is encrypted, and open to all.
    key: Option<Key>,
    pub(super) packed: RefCell<HashMap<u32, Option<Rc<Packed>>>>,
    kept: Cell<usize>,
    unpacked: Cell<usize>,
    work: Cell<u64>,
    began: Instant,
    nested: Cell<usize>,
}

impl<'a> File<'a> {
    /// # Errors
    /// A reason for people: it is no PDF, or is encrypted.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, String> {
        let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
        let start = find(head, b"%PDF-").ok_or("is no PDF, whatever its name says")?;
        let mut file = Self {
            bytes: bytes.get(start..).unwrap_or_default(),
            places: Vec::new(),
            trailer: Dict::new(),
            key: None,
            packed: RefCell::default(),
            kept: Cell::new(0),
            unpacked: Cell::new(0),
            work: Cell::new(0),
            began: Instant::now(),
            nested: Cell::new(0),
        };
        file.read_tables();
        file.unlock()?;
        if !file.has_pages() {
            file.search()?;
        }
        if !file.has_pages() {
            file.check()?;
            return Err("is a broken PDF: it names no pages".into());
        }
        Ok(file)
    }

    /// # Errors
    /// When it takes a password to read.
    pub(super) fn unlock(&mut self) -> Result<(), String> {
        self.lock();
        let Some(encrypt) = self.trailer.get("Encrypt") else { return Ok(()) };
        let first = self.trailer.get("ID").map(|id| self.resolve(id));
        let first = first.as_ref().and_then(Object::array).and_then(<[Object]>::first);
        let first = first.and_then(Object::text).unwrap_or_default();
        // Its own strings are as they are; other parts of it may lie elsewhere in the file.
        let mut encrypt = self.resolve(encrypt);
        if let Object::Dict(dict) = &mut encrypt {
            for value in dict.values_mut() {
                *value = self.resolve(value);
            }
        }
        self.key = encrypt.dict().and_then(|encrypt| Key::of(encrypt, first));
        match self.key {
            Some(_) => Ok(()),
            None => Err("is encrypted: save a copy of it without a password".into()),
        }
    }

    /// Reads on as if nothing were encrypted.
    pub(super) fn lock(&mut self) {
        self.key = None;
    }

    /// Counts work; false when it was enough.
    pub(super) fn may_go_on(&self, units: u64) -> bool {
        let before = self.work.get();
        self.work.set(before.saturating_add(units));
        // The clock is asked now and then only.
        if before >> 14 != self.work.get() >> 14 && self.began.elapsed() > TIME {
            self.work.set(WORK);
        }
        self.work.get() < WORK
    }

    pub(super) fn worked(&self) -> u64 {
        self.work.get()
    }

    /// # Errors
    /// When the file has cost all that one file may.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.unpacked.get() > STREAMS {
            return Err("unpacks to far more than a document holds".into());
        }
        if self.work.get() >= WORK {
            return Err("takes more work to read than any document should".into());
        }
        Ok(())
    }

    fn has_pages(&self) -> bool {
        let root = self.trailer.get("Root").map(|root| self.resolve(root));
        root.as_ref()
            .and_then(Object::dict)
            .and_then(|root| self.value(root, "Pages"))
            .is_some_and(|pages| pages.dict().is_some())
    }

    /// What the key of a dictionary means, behind references.
    pub(super) fn value(&self, dict: &Dict, key: &str) -> Option<Object> {
        dict.get(key).map(|value| self.resolve(value)).filter(|value| *value != Object::Null)
    }

    pub(super) fn resolve(&self, object: &Object) -> Object {
        let mut object = object.clone();
        for _ in 0..HOPS {
            let Object::Ref(id) = object else { return object };
            object = self.object(id).unwrap_or(Object::Null);
        }
        Object::Null
    }

    fn object(&self, id: u32) -> Option<Object> {
        if !self.may_go_on(4) || self.nested.get() >= NESTED {
            return None;
        }
        self.nested.set(self.nested.get() + 1);
        let object = match self.places.get(id as usize) {
            Some(Place::At(at)) => self.object_at(*at).filter(|(found, _)| *found == id),
            Some(Place::In(stream)) => self.packed(*stream).and_then(|packed| {
                let start = packed.starts.get(&id)?;
                Some((id, Lexer::new(&packed.data, *start).next()?))
            }),
            _ => None,
        };
        self.nested.set(self.nested.get() - 1);
        object.map(|(_, object)| object)
    }

    /// "12 0 obj …", with the number.
    pub(super) fn object_at(&self, at: usize) -> Option<(u32, Object)> {
        let mut lexer = Lexer::new(self.bytes, at);
        let id = u32::try_from(lexer.next()?.count()?).ok()?;
        let generation = lexer.next()?.count()? as u16;
        if !lexer.next()?.is_word("obj") {
            return None;
        }
        let mut object = lexer.next()?;
        if let Some(key) = &self.key {
            key.strings(&mut object, (id, generation));
        }
        self.may_go_on(lexer.built as u64);
        let after = lexer.at;
        match (object, lexer.next()) {
            (Object::Dict(dict), Some(word)) if word.is_word("stream") => {
                let end_of_word = after + find(self.bytes.get(after..)?, b"stream")? + 6;
                let start = match self.bytes.get(end_of_word..end_of_word + 2) {
                    Some(b"\r\n") => end_of_word + 2,
                    Some([b'\r' | b'\n', _]) => end_of_word + 1,
                    _ => end_of_word,
                };
                let end = self.end_of_stream(&dict, start);
                Some((id, Object::Stream(dict, start..end, (id, generation))))
            }
            (object, _) => Some((id, object)),
        }
    }

    fn end_of_stream(&self, dict: &Dict, start: usize) -> usize {
        if let Some(length) = self.value(dict, "Length").and_then(|length| length.count())
            && let Some(end) = start.checked_add(length)
            && let Some(after) = self.bytes.get(end..)
        {
            let spaces = after.iter().take(4).take_while(|byte| is_space(**byte)).count();
            if after.get(spaces..).is_some_and(|after| after.starts_with(b"endstream")) {
                return end;
            }
        }
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = find(rest, b"endstream").unwrap_or(rest.len());
        self.may_go_on(length as u64 / 1024);
        start + length
    }

    /// The bytes of a stream, unpacked; none when they are no text, or too many.
    pub(super) fn data(&self, stream: &Object) -> Option<Vec<u8>> {
        let Object::Stream(dict, range, owner) = stream else { return None };
        if !self.may_go_on(16) || self.unpacked.get() > STREAMS {
            return None;
        }
        let many = |value: Option<Object>| match value {
            Some(Object::Array(items)) => items.iter().map(|item| self.resolve(item)).collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        let either = |long: &str, short: &str| {
            many(self.value(dict, long).or_else(|| self.value(dict, short)))
        };
        let (names, parms) = (either("Filter", "F"), either("DecodeParms", "DP"));
        let none = Dict::new();
        let filters: Vec<Filter<'_>> = names
            .iter()
            .enumerate()
            .take(8)
            .map(|(at, name)| {
                let parms = parms.get(at).and_then(Object::dict).unwrap_or(&none);
                let of = |key: &str, usual: usize| {
                    self.value(parms, key)
                        .and_then(|value| value.count())
                        .unwrap_or(usual)
                        .min(1 << 20)
                };
                let bits = of("Colors", 1).min(32) * of("BitsPerComponent", 8).min(16);
                Filter {
                    name: name.name().unwrap_or_default(),
                    predictor: of("Predictor", 1),
                    row: (bits * of("Columns", 1)).div_ceil(8),
                    pixel: bits.div_ceil(8),
                    early: of("EarlyChange", 1) > 0,
                }
            })
            .collect();
        let packed = self.bytes.get(range.clone())?;
        // Cross references are never encrypted.
        let is_table = dict.get("Type").and_then(Object::name) == Some("XRef");
        let key = self.key.as_ref().filter(|_| !is_table);
        if key.is_some() && !self.may_go_on(packed.len() as u64 / DECRYPTED) {
            return None;
        }
        let opened = key.map(|key| key.stream(packed, *owner));
        let data = filters::unpack(opened.as_deref().unwrap_or(packed), &filters, STREAM);
        let size = data.as_ref().map_or(STREAM, Vec::len);
        self.unpacked.set(self.unpacked.get() + size);
        self.may_go_on(size as u64 / 1024);
        data
    }

    pub(super) fn packed(&self, id: u32) -> Option<Rc<Packed>> {
        if let Some(known) = self.packed.borrow().get(&id) {
            return known.clone();
        }
        let packed = self.unpack(id).map(Rc::new);
        let size = packed.as_ref().map_or(0, |packed| packed.data.len() + packed.starts.len() * 32);
        let mut all = self.packed.borrow_mut();
        if self.kept.get() + size > KEPT {
            all.clear();
            self.kept.set(0);
        }
        self.kept.set(self.kept.get() + size);
        all.insert(id, packed.clone());
        packed
    }

    fn unpack(&self, id: u32) -> Option<Packed> {
        // A stream of objects lies in the file itself, never in another one.
        let Some(Place::At(at)) = self.places.get(id as usize) else { return None };
        let (_, stream) = self.object_at(*at)?;
        let dict = stream.dict()?;
        let first = self.value(dict, "First")?.count()?;
        let count = self.value(dict, "N")?.count()?.min(MOST);
        let data = self.data(&stream)?;
        let mut lexer = Lexer::new(&data, 0);
        let mut starts = HashMap::new();
        for _ in 0..count {
            let (Some(id), Some(start)) = (lexer.next(), lexer.next()) else { break };
            let (Some(id), Some(start)) = (id.count(), start.count()) else { break };
            if lexer.at > first || !self.may_go_on(1) {
                break;
            }
            starts.insert(u32::try_from(id).ok()?, first.checked_add(start)?);
        }
        Some(Packed { data, starts })
    }
}

pub(super) fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut at = 0;
    loop {
        let rest = bytes.get(at..)?;
        let found = at + rest.iter().position(|byte| *byte == first)?;
        if bytes.get(found..)?.starts_with(wanted) {
            return Some(found);
        }
        at = found + 1;
    }
}
