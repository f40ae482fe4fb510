//! Opens files that are encrypted with an empty password: whoever made them forbids to change or to print them, not to
//! read them. Names and steps are those of ISO 32000-2, 7.6: the standard security handler, revisions 2 to 6.

use aes::{Aes128, Aes256};
use cbc::cipher::{
    BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit, StreamCipher, block_padding::NoPadding,
};
use md5::{Digest, Md5};
use rc4::Rc4;
use sha2::{Sha256, Sha384, Sha512};

use super::object::{Dict, Object};

/// What is appended to a password, here the empty one, to make 32 bytes of it.
const PADDING: [u8; 32] = [
    0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08,
    0x2e, 0x2e, 0x00, 0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
];
/// Bytes of a block of AES.
const BLOCK: usize = 16;

/// The number and the generation of the object that bytes belong to.
pub(super) type Owner = (u32, u16);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Method {
    Identity,
    Rc4,
    Aes,
    Aes256,
}

/// What opens a file.
pub(super) struct Key {
    key: Vec<u8>,
    streams: Method,
    strings: Method,
}

impl Key {
    /// Of the encryption dictionary and the first part of the file's identifier; none where a password is needed, or for
    /// other handlers.
    pub(super) fn of(encrypt: &Dict, id: &[u8]) -> Option<Self> {
        let number = |key: &str| encrypt.get(key).and_then(Object::number);
        let text = |key: &str| encrypt.get(key).and_then(Object::text);
        if encrypt.get("Filter").and_then(Object::name) != Some("Standard") {
            return None;
        }
        let version = number("V")? as u32;
        let revision = number("R")? as u32;
        let (streams, strings) = match version {
            1 | 2 => (Method::Rc4, Method::Rc4),
            4 | 5 => (method(encrypt, "StmF")?, method(encrypt, "StrF")?),
            _ => return None,
        };
        let (owner, user) = (text("O")?, text("U")?);
        let key = if version == 5 {
            long_key(user, text("UE")?, revision)?
        } else {
            let bits = if version == 1 { 40 } else { number("Length").unwrap_or(40.0) as usize };
            // Version 4 keys have 128 bits, whatever is written.
            let bytes = if version == 4 { 16 } else { (bits / 8).clamp(5, 16) };
            let permissions = number("P")? as i64 as u32;
            let is_bare = encrypt.get("EncryptMetadata").is_some_and(|it| it.is_word("false"));
            let mut hash = Md5::new();
            hash.update(PADDING);
            hash.update(owner.get(..32)?);
            hash.update(permissions.to_le_bytes());
            hash.update(id);
            if revision >= 4 && is_bare {
                hash.update([0xff; 4]);
            }
            let mut key = hash.finalize().to_vec();
            for _ in 0..if revision >= 3 { 50 } else { 0 } {
                key = Md5::digest(key.get(..bytes)?).to_vec();
            }
            key.truncate(bytes);
            if !is_users(&key, user, id, revision)? {
                return None;
            }
            key
        };
        Some(Self { key, streams, strings })
    }

    pub(super) fn stream(&self, bytes: &[u8], owner: Owner) -> Vec<u8> {
        self.open(self.streams, bytes, owner)
    }

    /// Opens all strings within an object.
    pub(super) fn strings(&self, object: &mut Object, owner: Owner) {
        match object {
            Object::Text(text) => *text = self.open(self.strings, text, owner),
            Object::Array(items) => {
                for item in items {
                    self.strings(item, owner);
                }
            }
            Object::Dict(dict) | Object::Stream(dict, ..) => {
                for value in dict.values_mut() {
                    self.strings(value, owner);
                }
            }
            _ => {}
        }
    }

    fn open(&self, method: Method, bytes: &[u8], (number, generation): Owner) -> Vec<u8> {
        // Algorithm 1: each object has its own key.
        let own = || {
            let mut hash = Md5::new();
            hash.update(&self.key);
            hash.update(&number.to_le_bytes()[..3]);
            hash.update(generation.to_le_bytes());
            if method == Method::Aes {
                hash.update(b"sAlT");
            }
            let mut key = hash.finalize().to_vec();
            key.truncate((self.key.len() + 5).min(16));
            key
        };
        match method {
            Method::Identity => bytes.to_vec(),
            Method::Rc4 => rc4(&own(), bytes),
            Method::Aes => padded::<cbc::Decryptor<Aes128>>(&own(), bytes),
            Method::Aes256 => padded::<cbc::Decryptor<Aes256>>(&self.key, bytes),
        }
    }
}

/// What the named crypt filter does.
fn method(encrypt: &Dict, which: &str) -> Option<Method> {
    let name = encrypt.get(which).and_then(Object::name).unwrap_or("Identity");
    if name == "Identity" {
        return Some(Method::Identity);
    }
    let filter = encrypt.get("CF").and_then(Object::dict)?.get(name).and_then(Object::dict)?;
    match filter.get("CFM").and_then(Object::name).unwrap_or("None") {
        "None" => Some(Method::Identity),
        "V2" => Some(Method::Rc4),
        "AESV2" => Some(Method::Aes),
        "AESV3" => Some(Method::Aes256),
        _ => None,
    }
}

/// Algorithms 4 to 6: whether the key is that of the user's password.
fn is_users(key: &[u8], user: &[u8], id: &[u8], revision: u32) -> Option<bool> {
    if revision == 2 {
        return Some(rc4(key, &PADDING) == user);
    }
    let mut hash = Md5::new();
    hash.update(PADDING);
    hash.update(id);
    let mut wanted = hash.finalize().to_vec();
    for round in 0..20 {
        let key: Vec<u8> = key.iter().map(|byte| byte ^ round).collect();
        wanted = rc4(&key, &wanted);
    }
    Some(user.get(..16)? == wanted)
}

/// Algorithm 2.A: the key of 256 bits that the user's entries hold.
fn long_key(user: &[u8], packed: &[u8], revision: u32) -> Option<Vec<u8>> {
    let hash = |salt: &[u8]| match revision {
        5 => Some(Sha256::digest(salt).to_vec()),
        6 => hardened(salt),
        _ => None,
    };
    if hash(user.get(32..40)?)? != user.get(..32)? {
        return None;
    }
    let key = hash(user.get(40..48)?)?;
    blocks::<cbc::Decryptor<Aes256>>(&key, &[0; BLOCK], packed.get(..32)?)
}

/// Algorithm 2.B, for an empty password.
fn hardened(salt: &[u8]) -> Option<Vec<u8>> {
    let mut key = Sha256::digest(salt).to_vec();
    let mut round = 0;
    loop {
        let mut text = key.repeat(64);
        let length = text.len();
        let cipher = cbc::Encryptor::<Aes128>::new_from_slices(key.get(..16)?, key.get(16..32)?);
        cipher.ok()?.encrypt_padded::<NoPadding>(&mut text, length).ok()?;
        // The first 16 bytes as one number, modulo 3: 256 is 1 there.
        let rest = text.get(..BLOCK)?.iter().map(|byte| u32::from(*byte)).sum::<u32>() % 3;
        key = match rest {
            0 => Sha256::digest(&text).to_vec(),
            1 => Sha384::digest(&text).to_vec(),
            _ => Sha512::digest(&text).to_vec(),
        };
        round += 1;
        if round >= 64 && u32::from(*text.last()?) + 32 <= round {
            key.truncate(32);
            return Some(key);
        }
    }
}

fn rc4(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut text = bytes.to_vec();
    if let Ok(mut cipher) = Rc4::new_from_slice(key) {
        cipher.apply_keystream(&mut text);
    }
    text
}

/// The first block says how the next is begun, and the last one ends with as many bytes as its last byte says. What is
/// broken gives what can be had of it.
fn padded<C: BlockModeDecrypt + KeyIvInit>(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let Some((start, rest)) = bytes.split_at_checked(BLOCK) else { return Vec::new() };
    let whole = rest.len() / BLOCK * BLOCK;
    let mut text = blocks::<C>(key, start, &rest[..whole]).unwrap_or_default();
    if let Some(&filled) = text.last()
        && (1..=BLOCK).contains(&usize::from(filled))
    {
        text.truncate(text.len() - usize::from(filled));
    }
    text
}

fn blocks<C: BlockModeDecrypt + KeyIvInit>(
    key: &[u8],
    start: &[u8],
    bytes: &[u8],
) -> Option<Vec<u8>> {
    let mut text = bytes.to_vec();
    C::new_from_slices(key, start).ok()?.decrypt_padded::<NoPadding>(&mut text).ok()?;
    Some(text)
}
