//! Packed bytes of a PDF unpacked, never to more than a bounded size: the bound holds while they are unpacked. Bytes
//! that are broken in the middle give what came before.

use std::io::Read;

use flate2::read::{DeflateDecoder, ZlibDecoder};

use super::object::{digit, is_space};

/// What one filter of a stream needs to know.
pub(super) struct Filter<'a> {
    pub name: &'a str,
    /// Of lines, for the prediction of each byte from those around it; 1 is none.
    pub predictor: usize,
    /// Bytes of one line.
    pub row: usize,
    /// Bytes of one pixel.
    pub pixel: usize,
    /// LZW: whether codes grow one early.
    pub early: bool,
}

/// None when it would be more than `most` bytes, or is packed in a way that text never is.
pub(super) fn unpack(bytes: &[u8], filters: &[Filter<'_>], most: usize) -> Option<Vec<u8>> {
    let mut data = bytes.to_vec();
    for filter in filters {
        data = match filter.name {
            "FlateDecode" | "Fl" => predicted(inflate(&data, most)?, filter),
            "LZWDecode" | "LZW" => predicted(lzw(&data, filter.early, most)?, filter),
            "ASCIIHexDecode" | "AHx" => hexadecimal(&data),
            "ASCII85Decode" | "A85" => base85(&data),
            "RunLengthDecode" | "RL" => runs(&data, most)?,
            _ => return None,
        };
    }
    Some(data)
}

fn inflate(bytes: &[u8], most: usize) -> Option<Vec<u8>> {
    let data = bounded(ZlibDecoder::new(bytes), most)?;
    if data.is_empty() {
        // A broken header before bytes that are well.
        return bounded(DeflateDecoder::new(bytes.get(2..).unwrap_or_default()), most);
    }
    Some(data)
}

/// What a decoder gives up to its end or its first error; none when that is too much.
fn bounded(decoder: impl Read, most: usize) -> Option<Vec<u8>> {
    let mut data = Vec::new();
    let _ = decoder.take(most as u64 + 1).read_to_end(&mut data);
    (data.len() <= most).then_some(data)
}

fn lzw(bytes: &[u8], early: bool, most: usize) -> Option<Vec<u8>> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    const CODES: usize = 4096;
    // Each code: where in the output its bytes stand.
    let mut table: Vec<(usize, usize)> = Vec::with_capacity(CODES);
    let mut data: Vec<u8> = Vec::new();
    let mut before: Option<(usize, usize)> = None;
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        let width = match END + 1 + table.len() + usize::from(early) {
            0..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
        if bits < width {
            continue;
        }
        bits -= width;
        let code = (held >> bits) as usize & ((1 << width) - 1);
        held &= (1 << bits) - 1;
        if code == END {
            break;
        }
        if code == CLEAR {
            table.clear();
            before = None;
            continue;
        }
        let start = data.len();
        if let Ok(byte) = u8::try_from(code) {
            data.push(byte);
        } else if let Some(&(at, length)) = table.get(code - END - 1) {
            data.extend_from_within(at..at + length);
        } else {
            let Some((at, length)) = before else { break };
            data.extend_from_within(at..at + length);
            data.extend_from_within(at..=at);
        }
        if data.len() > most {
            return None;
        }
        if let Some((at, length)) = before
            && END + 1 + table.len() < CODES
        {
            // The earlier bytes and the first of these stand in the output one behind the other.
            table.push((at, length + 1));
        }
        before = Some((start, data.len() - start));
    }
    Some(data)
}

fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> =
        bytes.iter().take_while(|byte| **byte != b'>').filter_map(|byte| digit(*byte)).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

fn base85(bytes: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(bytes.len());
    let mut group: Vec<u8> = Vec::with_capacity(5);
    let flush = |group: &mut Vec<u8>, data: &mut Vec<u8>| {
        let count = group.len();
        if count > 1 {
            group.resize(5, 84);
            let word = group
                .iter()
                .fold(0_u32, |word, digit| word.wrapping_mul(85).wrapping_add(u32::from(*digit)));
            data.extend_from_slice(word.to_be_bytes().get(..count - 1).unwrap_or_default());
        }
        group.clear();
    };
    for byte in bytes.iter().copied().filter(|byte| !is_space(*byte)) {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => data.extend([0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            _ => {}
        }
        if group.len() == 5 {
            flush(&mut group, &mut data);
        }
    }
    flush(&mut group, &mut data);
    data
}

fn runs(bytes: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut data = Vec::new();
    let mut at = 0;
    while let Some(length) = bytes.get(at).copied().filter(|length| *length != 128) {
        let length = usize::from(length);
        if length < 128 {
            data.extend_from_slice(bytes.get(at + 1..at + 2 + length).unwrap_or_default());
            at += length + 2;
        } else {
            data.extend(std::iter::repeat_n(bytes.get(at + 1).copied()?, 257 - length));
            at += 2;
        }
        if data.len() > most {
            return None;
        }
    }
    Some(data)
}

/// Takes back what PNG's filters did (RFC 2083, 6): each line begins with the number of its own.
fn predicted(data: Vec<u8>, filter: &Filter<'_>) -> Vec<u8> {
    if filter.predictor < 10 || filter.row == 0 {
        return data;
    }
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0_u8; filter.row];
    for line in data.chunks(filter.row + 1) {
        let Some((kind, packed)) = line.split_first() else { break };
        let mut row = vec![0_u8; filter.row];
        for (at, byte) in packed.iter().copied().enumerate() {
            let before = at.checked_sub(filter.pixel);
            let left = before.and_then(|at| row.get(at)).copied().unwrap_or(0);
            let up = above.get(at).copied().unwrap_or(0);
            let corner = before.and_then(|at| above.get(at)).copied().unwrap_or(0);
            let guess = match kind {
                1 => left,
                2 => up,
                3 => left.midpoint(up),
                4 => nearest(left, up, corner),
                _ => 0,
            };
            if let Some(place) = row.get_mut(at) {
                *place = byte.wrapping_add(guess);
            }
        }
        row.truncate(packed.len());
        out.extend_from_slice(&row);
        row.resize(filter.row, 0);
        above = row;
    }
    out
}

/// Paeth's predictor.
fn nearest(left: u8, up: u8, corner: u8) -> u8 {
    let sum = i32::from(left) + i32::from(up) - i32::from(corner);
    let far = |byte: u8| (sum - i32::from(byte)).abs();
    if far(left) <= far(up) && far(left) <= far(corner) {
        left
    } else if far(up) <= far(corner) {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(name: &str) -> Filter<'_> {
        Filter { name, predictor: 1, row: 0, pixel: 1, early: true }
    }

    fn unpacked(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
        unpack(bytes, &[filter(name)], 100)
    }

    #[test]
    fn unpacks_what_the_standard_shows() {
        assert_eq!(unpacked("ASCIIHexDecode", b"48 65 6C6c6F>"), Some(b"Hello".to_vec()));
        assert_eq!(unpacked("A85", b"87cURD]i,\"Ebo80~>"), Some(b"Hello World!".to_vec()));
        assert_eq!(
            unpacked("RunLengthDecode", &[1, b'a', b'b', 254, b'c', 128]),
            Some(b"abccc".to_vec())
        );
        // ISO 32000-1, 7.4.4.2.
        let packed = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
        let plain = [45, 45, 45, 45, 45, 65, 45, 45, 45, 66];
        assert_eq!(unpacked("LZWDecode", &packed), Some(plain.to_vec()));
    }

    #[test]
    fn stops_at_the_bound_and_keeps_what_is_whole() {
        use flate2::{Compression, write::ZlibEncoder};
        use std::io::Write;
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
        packer.write_all(&[b'x'; 90]).expect("memory");
        let packed = packer.finish().expect("memory");
        assert_eq!(unpacked("FlateDecode", &packed).map(|data| data.len()), Some(90));
        assert_eq!(unpack(&packed, &[filter("FlateDecode")], 89), None);
        assert_eq!(unpack(&[129_u8, b'x'].repeat(9), &[filter("RL")], 1000), None);
        assert_eq!(unpacked("DCTDecode", b"x"), None);
    }

    #[test]
    fn takes_predictions_back() {
        let filter = Filter { predictor: 12, row: 3, pixel: 1, ..filter("") };
        assert_eq!(
            predicted(vec![2, 1, 2, 3, 2, 1, 1, 1, 1, 5, 1, 1], &filter),
            [1, 2, 3, 2, 3, 4, 5, 6, 7]
        );
    }
}
