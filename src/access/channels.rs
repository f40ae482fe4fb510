//! Who may listen on a private channel of the realtime socket: a signature, as Pusher clients fetch it from
//! `/broadcasting/auth` and show it to the socket (Pusher protocol 7, "Private channels").

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The name of this server's application, which clients bring along.
pub const APP_KEY: &str = "frontdesk";

/// Bytes that SHA-256 works on at a time.
const BLOCK: usize = 64;

/// The application's secret; never on the wire.
pub struct Secret([u8; 32]);

impl Secret {
    /// Made from the key of the tokens, so that there is one key to keep, and neither tells the other.
    pub fn from_key(key: &[u8]) -> Self {
        Self(hmac(key, b"frontdesk: channels of the realtime socket"))
    }

    /// What lets a connection into a channel: the key, a colon, and the HMAC of both names as hexadecimal digits.
    pub fn admission(&self, socket_id: &str, channel: &str) -> String {
        let mut text = format!("{APP_KEY}:");
        for byte in hmac(&self.0, format!("{socket_id}:{channel}").as_bytes()) {
            // Memory can be written.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

/// HMAC with SHA-256 (RFC 2104).
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let padded = |pad: u8| block.map(|byte| byte ^ pad);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mac_is_that_of_rfc_4231() {
        let hex =
            |bytes: [u8; 32]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        // Test cases 2 and 6.
        assert_eq!(
            hex(hmac(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let message = b"Test Using Larger Than Block-Size Key - Hash Key First";
        assert_eq!(
            hex(hmac(&[0xaa; 131], message)),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn an_admission_is_as_pusher_documents_it() {
        // https://pusher.com/docs/channels/library_auth_reference/auth-signatures/
        let mut secret = Secret([0; 32]);
        secret.0[..20].copy_from_slice(b"7ad3773142a6692b25b8");
        // A key shorter than a block is padded with zeros, so the 32 bytes stand for the 20.
        assert_eq!(
            secret.admission("1234.1234", "private-foobar"),
            format!("{APP_KEY}:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4")
        );
    }
}
