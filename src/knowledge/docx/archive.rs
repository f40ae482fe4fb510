//! A zip archive as far as documents need it: parts by their names, unpacked to a bounded size. The bound holds while a
//! part is unpacked, whatever size the archive claims, and nothing is built for the entries that nobody asks for.

use std::io::Read;

use flate2::read::DeflateDecoder;

/// Entries that are looked through.
const ENTRIES: usize = 50_000;
/// The end of the directory lies before a comment of at most this many bytes.
const COMMENT: usize = 65_535 + 22;

pub(super) struct Archive<'a> {
    bytes: &'a [u8],
    /// Where its directory begins.
    directory: usize,
}

impl<'a> Archive<'a> {
    /// None when it is no archive.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let from = bytes.len().saturating_sub(COMMENT);
        let end = bytes.get(from..)?.windows(4).rposition(|sign| sign == b"PK\x05\x06")? + from;
        Some(Self { bytes, directory: number(bytes, end + 16, 4)? })
    }

    /// A part; none when there is no such one.
    ///
    /// # Errors
    /// A reason for people: it is encrypted, broken, or larger than `most`.
    pub(super) fn part(&self, name: &str, most: usize) -> Result<Option<Vec<u8>>, String> {
        let mut at = self.directory;
        for _ in 0..ENTRIES {
            let Some(entry) = self.bytes.get(at..).filter(|rest| rest.starts_with(b"PK\x01\x02"))
            else {
                break;
            };
            let field = |at, length| number(entry, at, length).unwrap_or(0);
            let length = field(28, 2);
            let own = entry.get(46..46 + length).unwrap_or_default();
            if own.eq_ignore_ascii_case(name.as_bytes()) {
                return self
                    .unpack(field(8, 2), field(10, 2), field(20, 4), field(42, 4), most)
                    .map(Some);
            }
            at += 46 + length + field(30, 2) + field(32, 2);
        }
        Ok(None)
    }

    fn unpack(
        &self,
        flags: usize,
        method: usize,
        size: usize,
        at: usize,
        most: usize,
    ) -> Result<Vec<u8>, String> {
        let broken = || "is broken: its archive names parts that are not there".to_owned();
        if flags & 1 > 0 {
            return Err("is encrypted: it cannot be read without its password".into());
        }
        let head = self.bytes.get(at..).ok_or_else(broken)?;
        let field = |at| number(head, at, 2).ok_or_else(broken);
        let start = 30 + field(26)? + field(28)?;
        let packed = head.get(start..).ok_or_else(broken)?;
        let packed = packed.get(..size.min(packed.len())).unwrap_or_default();
        let mut data = Vec::new();
        let limit = most as u64 + 1;
        let read = match method {
            0 => packed.take(limit).read_to_end(&mut data),
            8 => DeflateDecoder::new(packed).take(limit).read_to_end(&mut data),
            _ => return Err("is packed in a way that no Word document is".into()),
        };
        if data.len() > most {
            return Err(format!("unpacks to more than {} MB", most / 1024 / 1024));
        }
        read.map(|_| data).map_err(|_| "is broken: it cannot be unpacked".into())
    }
}

/// The low byte first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}
