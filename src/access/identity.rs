//! Who a visitor is, by the word of the site they are on: a JSON Web Token that the site signed with the agent's
//! identity secret (HS256 and nothing else) at most ten minutes ago. What it says is verified; nothing else is.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, errors::ErrorKind};
use serde_json::{Map, Value};

use super::hs256;
use crate::{
    clock::Moment,
    error::{Error, Result},
};

/// From the moment in `iat`.
const LIFETIME: Duration = Duration::from_mins(10);
/// How far in the future a token's times may lie: clocks differ.
const CLOCK_SKEW_SECONDS: i64 = 60;
/// Bytes of a token.
pub const LONGEST: usize = 4096;
const SUBJECT_CHARACTERS: usize = 200;

/// Of what is said of a visitor, signed or not.
const TRAITS: usize = 20;
const NAME_CHARACTERS: usize = 64;
const TEXT_CHARACTERS: usize = 500;
/// What people are called and reached by stays, whatever else there is too much of.
const FIRST: [&str; 2] = ["email", "name"];
/// Of the token itself, not of the person (RFC 7519, section 4.1), and what is kept apart.
const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// Texts, numbers and truths about a visitor, by name.
pub type Traits = Map<String, Value>;

/// A person whom a site vouches for.
#[derive(Clone)]
pub struct Person {
    /// The site's own id of them.
    pub subject: String,
    pub claims: Traits,
}

/// The person in a token that was signed for this agent. Times that the token does not have are not missed, but `iat`.
///
/// # Errors
/// `identity_expired` when the site must sign a new one, `identity_invalid` for all else, each saying why.
pub fn verify(token: &str, secret: &str, agent: &str, now: Moment) -> Result<Person> {
    if token.len() > LONGEST {
        return Err(invalid(format!("has more than {LONGEST} bytes")));
    }
    hs256::install();
    let mut rules = Validation::new(Algorithm::HS256);
    rules.set_required_spec_claims::<&str>(&[]);
    // The times are looked at below, by the clock that was handed in.
    (rules.validate_exp, rules.validate_nbf, rules.validate_aud) = (false, false, false);
    let key = DecodingKey::from_secret(secret.as_bytes());
    let token = jsonwebtoken::decode::<Traits>(token, &key, &rules).map_err(|error| {
        invalid(match error.kind() {
            ErrorKind::InvalidSignature => {
                "was not signed with this agent's identity secret".into()
            }
            ErrorKind::InvalidAlgorithm => "must be signed with HS256".into(),
            _ => "is no JSON Web Token that was signed with HS256".into(),
        })
    })?;
    // An extension that must be understood and is not (RFC 7515, section 4.1.11).
    if token.header.crit.is_some() {
        return Err(invalid("has a `crit` header, and no extension is understood here".into()));
    }
    let mut claims = token.claims;
    check_times(&claims, now.unix_seconds())?;
    if !is_for(claims.get("aud"), agent) {
        return Err(invalid("is for another agent, by its `aud`".into()));
    }
    let subject = match claims.get("sub") {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    if !(1..=SUBJECT_CHARACTERS).contains(&subject.chars().count()) {
        let problem = format!("must have a `sub` of 1 to {SUBJECT_CHARACTERS} characters");
        return Err(invalid(problem));
    }
    for name in REGISTERED {
        claims.remove(name);
    }
    Ok(Person { subject, claims: bounded(claims) })
}

/// The first twenty texts, numbers and truths, long texts cut: a help for whoever reads it, and never an error.
pub fn bounded(traits: Traits) -> Traits {
    let (first, rest): (Vec<_>, Vec<_>) =
        traits.into_iter().partition(|(name, _)| FIRST.contains(&name.as_str()));
    let kept = first.into_iter().chain(rest).filter_map(|(name, value)| {
        let value = match value {
            Value::String(text) => {
                Value::from(text.chars().take(TEXT_CHARACTERS).collect::<String>())
            }
            Value::Number(_) | Value::Bool(_) => value,
            _ => return None,
        };
        (name.chars().count() <= NAME_CHARACTERS).then_some((name, value))
    });
    kept.take(TRAITS).collect()
}

fn check_times(claims: &Traits, now: i64) -> Result<()> {
    // A time that cannot be read is not passed over: whoever signed it meant something by it.
    let time = |name: &str| match claims.get(name).map(Value::as_f64) {
        None => Ok(None),
        Some(Some(seconds)) => Ok(Some(seconds as i64)),
        Some(None) => Err(invalid(format!("must have `{name}` as a number: Unix seconds"))),
    };
    let (issued, begins, ends) = (time("iat")?, time("nbf")?, time("exp")?);
    let Some(issued) = issued else {
        return Err(invalid("must have an `iat`: when it was signed, in Unix seconds".into()));
    };
    let latest = now + CLOCK_SKEW_SECONDS;
    if issued > latest || begins.is_some_and(|begins| begins > latest) {
        return Err(invalid("is from the future; look at the clock of whoever signs".into()));
    }
    let oldest = now - LIFETIME.as_secs() as i64;
    if issued < oldest || ends.is_some_and(|ends| ends <= now) {
        return Err(Error::forbidden(
            "identity_expired",
            "identity_token is over: it is good for ten minutes after `iat`, and not past `exp`. Sign a new one.",
        ));
    }
    Ok(())
}

/// Nobody named is everybody.
fn is_for(audience: Option<&Value>, agent: &str) -> bool {
    match audience {
        None => true,
        Some(Value::Array(several)) => several.iter().any(|one| one == agent),
        Some(one) => one == agent,
    }
}

fn invalid(problem: String) -> Error {
    Error::forbidden("identity_invalid", format!("identity_token {problem}."))
}
