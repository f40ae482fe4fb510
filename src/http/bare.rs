//! What the HTTP library refuses by itself, as nothing can be made of it as a request: it sends a status and no body.
//! Here it gets the form of every other refusal, on its way to the socket, as the library asks nobody.

use serde_json::json;
use ulid::Ulid;

/// How such a refusal begins, and what is said instead.
const KINDS: [(&[u8], &str); 3] = [
    (b"HTTP/1.1 400 ", "This cannot be read as an HTTP request."),
    (b"HTTP/1.1 414 ", "The address of the request is too long."),
    (b"HTTP/1.1 431 ", "The headers of the request are too large, or too many."),
];
/// Every answer of ours has it; the library's have not.
const OURS: &str = "x-request-id:";
const EMPTY: &str = "content-length: 0\r\n";
/// Bytes; a head with a body behind it is longer, or no such refusal.
const LONGEST: usize = 512;

/// A refusal that takes the place of a bare one.
pub struct Retold {
    text: Vec<u8>,
    sent: usize,
}

impl Retold {
    /// None for all else that is written.
    pub fn of(written: &[u8]) -> Option<Self> {
        let (_, message) = KINDS.iter().find(|(begin, _)| written.starts_with(begin))?;
        let head = std::str::from_utf8(written).ok().filter(|head| head.len() <= LONGEST)?;
        if head.contains(OURS) || !head.contains(EMPTY) || !head.ends_with("\r\n\r\n") {
            return None;
        }
        let body = json!({"error": {"code": "invalid_request", "message": message}}).to_string();
        let headers = format!(
            "content-type: application/json\r\ncontent-length: {}\r\n{OURS} {}\r\nx-content-type-options: nosniff\r\n",
            body.len(),
            Ulid::generate()
        );
        let text = head.replacen(EMPTY, &headers, 1) + &body;
        Some(Self { text: text.into_bytes(), sent: 0 })
    }

    pub fn rest(&self) -> &[u8] {
        self.text.get(self.sent..).unwrap_or_default()
    }

    pub fn advance(&mut self, bytes: usize) {
        self.sent += bytes;
    }
}
