//! May they, and how often: origins, tokens, limits. Knows no wire and no database.

pub mod channels;
mod hs256;
pub mod identity;
pub mod limits;
pub mod origin;
pub mod proxies;
pub mod tokens;
