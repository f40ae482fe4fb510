//! Visitors' tokens: JSON Web Tokens, HS256 and nothing else, good for one conversation and one hour.

use std::{
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::{channels, hs256};
use crate::{
    clock::Moment,
    config,
    error::{Error, Result},
    id::{AgentId, ConversationId, VisitorId},
};

/// From the moment of issue.
pub const LIFETIME: Duration = Duration::from_hours(1);
/// How far in the future a token's `iat` may lie: clocks differ.
const CLOCK_SKEW_SECONDS: i64 = 60;
/// Longer than any token that we make.
const LONGEST: usize = 2048;
const KEY_BYTES: usize = 48;

/// Whom a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearer {
    pub agent_id: AgentId,
    pub visitor_id: VisitorId,
    pub conversation_id: ConversationId,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    iat: i64,
    exp: i64,
    agent_id: AgentId,
    visitor_id: VisitorId,
    conversation_id: ConversationId,
}

/// Signs with one key, verifies with it and with those before.
pub struct Tokens {
    header: Header,
    signing: EncodingKey,
    verifying: Vec<DecodingKey>,
    validation: Validation,
    issuer: String,
    channels: channels::Secret,
}

impl Tokens {
    /// Without a configured key, the one in the data folder is used, made on the first start with mode 0600.
    ///
    /// # Errors
    /// When the key's file cannot be read or written.
    pub fn open(config: &config::Token, data: &Path) -> Result<Self> {
        hs256::install();
        let key = match &config.secret {
            Some(secret) => secret.expose().as_bytes().to_vec(),
            None => kept_key(&key_file(data))?,
        };
        let mut verifying = vec![DecodingKey::from_secret(&key)];
        if let Some(previous) = &config.secret_previous {
            verifying.push(DecodingKey::from_secret(previous.expose().as_bytes()));
        }
        // A key that was made here is no text for a setting, so it becomes the previous one by its file's new name.
        if let Some(previous) = read_key(&data.join("widget_jwt_secret_previous"))? {
            verifying.push(DecodingKey::from_secret(&previous));
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.set_issuer(&[&config.issuer]);
        validation.set_required_spec_claims(&["iss", "exp"]);
        validation.validate_aud = false;
        validation.validate_nbf = true;
        Ok(Self {
            header: Header::new(Algorithm::HS256),
            signing: EncodingKey::from_secret(&key),
            verifying,
            validation,
            issuer: config.issuer.clone(),
            channels: channels::Secret::from_key(&key),
        })
    }

    /// The token, and when it ends.
    ///
    /// # Errors
    /// Only if signing itself fails.
    pub fn issue(&self, bearer: &Bearer, now: Moment) -> Result<(String, Moment)> {
        let expires = now + LIFETIME;
        let claims = Claims {
            iss: self.issuer.clone(),
            iat: now.unix_seconds(),
            exp: expires.unix_seconds(),
            agent_id: bearer.agent_id,
            visitor_id: bearer.visitor_id,
            conversation_id: bearer.conversation_id,
        };
        let token =
            jsonwebtoken::encode(&self.header, &claims, &self.signing).map_err(Error::internal)?;
        Ok((token, expires))
    }

    /// What lets a connection of the realtime socket into a channel.
    pub fn admission(&self, socket_id: &str, channel: &str) -> String {
        self.channels.admission(socket_id, channel)
    }

    /// # Errors
    /// `invalid_token`, with one text whatever is wrong.
    pub fn verify(&self, token: &str, now: Moment) -> Result<Bearer> {
        if token.len() > LONGEST {
            return Err(Error::unauthorized());
        }
        let claims = self
            .verifying
            .iter()
            .find_map(|key| jsonwebtoken::decode::<Claims>(token, key, &self.validation).ok())
            // An extension that must be understood and is not (RFC 7515, section 4.1.11).
            .filter(|token| token.header.crit.is_none())
            .map(|token| token.claims)
            .filter(|claims| claims.exp > now.unix_seconds())
            .filter(|claims| claims.iat <= now.unix_seconds() + CLOCK_SKEW_SECONDS)
            .filter(|claims| claims.exp - claims.iat <= LIFETIME.as_secs() as i64)
            .ok_or_else(Error::unauthorized)?;
        Ok(Bearer {
            agent_id: claims.agent_id,
            visitor_id: claims.visitor_id,
            conversation_id: claims.conversation_id,
        })
    }
}

fn key_file(data: &Path) -> PathBuf {
    data.join("widget_jwt_secret")
}

/// The key in the file, if there is one.
fn read_key(file: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(file) {
        Ok(key) if key.len() >= 32 => Ok(Some(key)),
        Ok(_) => {
            let problem = format!("{} is too short to be a key; remove it", file.display());
            Err(Error::conflict("key_unusable", problem))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The key in the file; made if there is none. Two processes that start at once agree: the file is linked into place
/// whole, and only the first link holds.
fn kept_key(file: &Path) -> Result<Vec<u8>> {
    if let Some(key) = read_key(file)? {
        return Ok(key);
    }
    let mut key = [0_u8; KEY_BYTES];
    getrandom::fill(&mut key).map_err(Error::internal)?;
    let draft = file.with_extension(format!("{}", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(&draft)?;
    out.write_all(&key)?;
    out.sync_all()?;
    let linked = std::fs::hard_link(&draft, file);
    std::fs::remove_file(&draft)?;
    match linked {
        Ok(()) => Ok(key.to_vec()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(std::fs::read(file)?),
        Err(error) => Err(error.into()),
    }
}
