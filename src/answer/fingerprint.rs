//! The hash of a prompt: equal hashes mean that a model was told the very same, rules, sources, history and question.

use sha2::{Digest, Sha256};

use super::{
    Prompt, Speaker,
    prompt::{Written, write},
};

/// Of the prompt as it was written for a model. The built-in answerer is told no prompt; its hash is the one that a
/// model would have got.
pub fn fingerprint(prompt: &Prompt) -> [u8; 32] {
    *prompt.fingerprint.get_or_init(|| of(&write(prompt)))
}

/// SHA-256 of the system text and the messages, each behind its length and its role.
pub fn of(Written { system, messages }: &Written) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |role: &[u8], text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(role);
        hash.update(text.as_bytes());
    };
    add(b"s", system);
    for message in messages {
        let role = match message.role {
            Speaker::Visitor => b"v",
            Speaker::Desk => b"d",
        };
        add(role, &message.content);
    }
    hash.finalize().into()
}
