//! Who may listen on a private channel of the realtime socket: a signature, as Pusher clients fetch it from
//! `/broadcasting/auth` and show it to the socket (Pusher protocol 7, "Private channels").

use std::fmt::Write;

use ring::hmac::{HMAC_SHA256, Key, sign};

/// The name of this server's application, which clients bring along.
pub const APP_KEY: &str = "frontdesk";

/// The application's secret; never on the wire.
pub struct Secret(Key);

impl Secret {
    /// Made from the key of the tokens, so that there is one key to keep, and neither tells the other.
    pub fn from_key(key: &[u8]) -> Self {
        let key = Key::new(HMAC_SHA256, key);
        let made = sign(&key, b"frontdesk: channels of the realtime socket");
        Self(Key::new(HMAC_SHA256, made.as_ref()))
    }

    /// What lets a connection into a channel: the key, a colon, and the HMAC of both names as hexadecimal digits.
    pub fn admission(&self, socket_id: &str, channel: &str) -> String {
        let mut text = format!("{APP_KEY}:");
        for byte in sign(&self.0, format!("{socket_id}:{channel}").as_bytes()).as_ref() {
            // Memory can be written.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admission_is_as_pusher_documents_it() {
        // https://pusher.com/docs/channels/library_auth_reference/auth-signatures/
        let secret = Secret(Key::new(HMAC_SHA256, b"7ad3773142a6692b25b8"));
        assert_eq!(
            secret.admission("1234.1234", "private-foobar"),
            format!("{APP_KEY}:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4")
        );
    }
}
