//! Tokens as an attacker would make them, and a look into ours.

use jsonwebtoken::Algorithm;
use ring::hmac;
use serde_json::{Value, json};

/// The claims of a token, unverified.
pub fn claims_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&from_base64url(payload)).expect("claims as JSON")
}

pub fn signed(claims: &Value, algorithm: Algorithm, secret: &str) -> String {
    with_header(&json!({ "typ": "JWT", "alg": algorithm }), algorithm, claims, secret)
}

/// With an extension that must be understood by whoever takes the token (RFC 7515, section 4.1.11).
pub fn critical(claims: &Value, secret: &str) -> String {
    let header = json!({ "typ": "JWT", "alg": "HS256", "crit": ["exp"] });
    with_header(&header, Algorithm::HS256, claims, secret)
}

fn with_header(header: &Value, algorithm: Algorithm, claims: &Value, secret: &str) -> String {
    let hash = match algorithm {
        Algorithm::HS256 => hmac::HMAC_SHA256,
        Algorithm::HS384 => hmac::HMAC_SHA384,
        Algorithm::HS512 => hmac::HMAC_SHA512,
        other => panic!("{other:?} is not signed here"),
    };
    let part = |json: &Value| to_base64url(json.to_string().as_bytes());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = hmac::sign(&hmac::Key::new(hash, secret.as_bytes()), message.as_bytes());
    format!("{message}.{}", to_base64url(signature.as_ref()))
}

/// The same claims under `{"alg":"none","typ":"JWT"}`.
pub fn unsigned(token: &str) -> String {
    let payload = token.split('.').nth(1).expect("three parts");
    format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.")
}

/// RFC 4648, section 5, without padding.
const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn to_base64url(bytes: &[u8]) -> String {
    let digits = bytes.chunks(3).flat_map(|three| {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        (0..=three.len()).map(move |at| char::from(DIGITS[(bits >> (18 - 6 * at) & 63) as usize]))
    });
    digits.collect()
}

fn from_base64url(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for digit in text.bytes() {
        let value = DIGITS.iter().position(|&it| it == digit).expect("a digit of base64url");
        bits = bits << 6 | u32::try_from(value).expect("six bits");
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).expect("a byte"));
        }
    }
    bytes
}
