//! The crate's one error: a kind that says who can do something about it, a stable code and a sentence for that
//! person. It knows neither HTTP nor SQL; `http/error.rs` alone turns it into a status, `cli.rs` into an exit code.
//!
//! Which kind to make:
//! - the caller sent something wrong: [`Error::invalid`] with the field's name, all wrong fields at once;
//! - something named does not exist: [`Error::not_found`]; it exists but not now: [`Error::conflict`];
//! - too often, or too much: [`Error::limited`]; the disk is full, a queue is full, we are stopping: [`Error::busy`];
//! - anything that nobody outside can mend: [`Error::internal`] (or `?` on a foreign error), logged once at the edge.

use std::{collections::BTreeMap, fmt, time::Duration};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure this is, and so who can act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Well-formed, but with wrong values.
    Invalid,
    /// Not known who is asking.
    Unauthorized,
    /// Known, and not allowed.
    Forbidden,
    NotFound,
    /// Possible, but not in the present state.
    Conflict,
    /// Too often or too much.
    Limited,
    /// Cannot be done just now; nothing was half done.
    Busy,
    /// The question was stored, but no answer could be made.
    Unanswered,
    /// Our fault. The cause goes to the log, never to the caller.
    Internal,
}

/// Messages for each wrong field.
pub type Fields = BTreeMap<String, Vec<String>>;

pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    code: &'static str,
    message: String,
    fields: Fields,
    retry_after: Option<Duration>,
    limit: Option<Window>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The state of a rate-limit window, for the headers of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Hits allowed in the window.
    pub limit: u32,
    /// Hits left in it.
    pub remaining: u32,
    /// When it ends, in Unix seconds.
    pub reset_at: i64,
}

impl Error {
    fn new(kind: Kind, code: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            code,
            message: message.into(),
            fields: Fields::new(),
            retry_after: None,
            limit: None,
            cause: None,
        }))
    }

    /// One wrong field.
    pub fn invalid(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::invalid_fields(Fields::from([(field.into(), vec![problem.into()])]))
    }

    /// All wrong fields at once; `fields` must not be empty.
    pub fn invalid_fields(fields: Fields) -> Self {
        let summary: Vec<String> = fields
            .iter()
            .map(|(field, problems)| format!("{field} {}", problems.join(", ")))
            .collect();
        let mut error = Self::new(Kind::Invalid, "validation_failed", summary.join("; "));
        error.0.fields = fields;
        error
    }

    /// One text for every reason, so that nobody learns which check failed.
    pub fn unauthorized() -> Self {
        Self::new(
            Kind::Unauthorized,
            "invalid_token",
            "The token is missing, wrong or expired. Ask /init for a new one.",
        )
    }

    pub fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, code, message)
    }

    pub fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, code, message)
    }

    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, code, message)
    }

    /// `retry_after` is rounded up to whole seconds, at least one, on the wire.
    pub fn limited(code: &'static str, message: impl Into<String>, retry_after: Duration) -> Self {
        let mut error = Self::new(Kind::Limited, code, message);
        error.0.retry_after = Some(retry_after);
        error
    }

    pub fn busy(message: impl Into<String>) -> Self {
        let mut error = Self::new(Kind::Busy, "unavailable", message);
        error.0.retry_after = Some(Duration::from_secs(1));
        error
    }

    pub fn unanswered(message: impl Into<String>) -> Self {
        Self::new(Kind::Unanswered, "answer_failed", message)
    }

    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::panicked().caused_by(cause)
    }

    /// Something panicked, which is in the log already ([`log_panics`]).
    pub fn panicked() -> Self {
        Self::new(
            Kind::Internal,
            "internal",
            "Something went wrong on our side. It has been logged.",
        )
    }

    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    #[must_use]
    pub fn with_window(mut self, window: Window) -> Self {
        self.0.limit = Some(window);
        self
    }

    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// A sentence for whoever can act on it; without internals.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    pub fn fields(&self) -> &Fields {
        &self.0.fields
    }

    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    pub fn window(&self) -> Option<Window> {
        self.0.limit
    }

    /// The whole chain of causes, for the log only.
    pub fn cause(&self) -> Option<String> {
        let mut next: Option<&dyn std::error::Error> = Some(self.0.cause.as_deref()?);
        let mut causes = Vec::new();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        Some(causes.join(": "))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}: {}", self.0.kind, self.0.code, self.0.message)?;
        if let Some(cause) = self.cause() {
            write!(f, " ({cause})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as _)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::internal(error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

impl From<tokio::task::JoinError> for Error {
    fn from(error: tokio::task::JoinError) -> Self {
        if error.is_panic() { Self::panicked() } else { Self::internal(error) }
    }
}

/// From now on each panic is one line in the log, in the span of the request that it happened for. Where it happened is
/// said, and not what it said of it: of a text that was cut wrongly that is the text itself, which may be a visitor's.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}
