//! What every request passes first and every response last: its id, its size, the browser's questions about origins,
//! errors in one form, and one line in the log.

#[cfg(test)]
mod tests;

use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

use futures_util::FutureExt;
use poem::{
    Endpoint, IntoResponse, Request, Response,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Version, header, uri::Authority},
};
use tracing::Instrument;
use ulid::Ulid;

use super::{
    document::Document,
    error::{Refusal, show_window, understand, wrong_host},
    intake::{heard_out, read_body},
    limits::{self, Left},
    timing,
};
use crate::{desk::Desk, error::Error, store::agents::Agent};

const REQUEST_ID: &str = "x-request-id";
const REQUEST_ID_LONGEST: usize = 128;
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id",
);
const EXPOSED_TIMED: HeaderValue = HeaderValue::from_static(
    "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, Server-Timing",
);
/// The paths that any website's pages may call, from its visitors' browsers.
const CROSS_ORIGIN: [&str; 2] = ["/v1/widget/", "/api/v1/widget/"];

pub struct Gate<E> {
    inner: E,
    document: Arc<Document>,
}

impl<E: Endpoint> Gate<E> {
    pub fn new(inner: E, document: Arc<Document>) -> Self {
        Self { inner, document }
    }

    async fn answer(&self, mut request: Request) -> Response {
        let path = request.uri().path().to_owned();
        let query = request.uri().query().unwrap_or_default().to_owned();
        let read = read_body(&mut request).await;
        if let Some((unfit, _)) = &read {
            // Where requests are counted, whoever asks for the body says what is wrong with it, once this one was.
            if !is_cross_origin(&path) || request.method().is_safe() {
                return heard_out(unfit.0().into_response(), read);
            }
            request.extensions_mut().insert(*unfit);
        }
        let response = match AssertUnwindSafe(self.inner.call(request)).catch_unwind().await {
            Ok(Ok(response)) => response.into_response(),
            Ok(Err(error)) if error.is_from_response() => error.into_response(),
            Ok(Err(error)) => {
                let refusal = understand(error, &query);
                let wrong_method =
                    matches!(refusal, Refusal::Wire(StatusCode::METHOD_NOT_ALLOWED, ..));
                let mut response = refusal.into_response();
                if wrong_method && let Ok(allow) = self.document.methods(&path).parse() {
                    response.headers_mut().insert(header::ALLOW, allow);
                }
                response
            }
            Err(_) => Refusal::Ours(Error::panicked()).into_response(),
        };
        heard_out(response, read)
    }
}

impl<E: Endpoint> Endpoint for Gate<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let begun = Instant::now();
        let id = request_id(request.headers());
        let span = tracing::error_span!("request", request_id = id.to_str().unwrap_or_default());
        let method = request.method().clone();
        let path = request.uri().path().to_owned();
        let cross_origin = is_cross_origin(&path);
        let origin =
            cross_origin.then(|| request.header(header::ORIGIN).map(str::to_owned)).flatten();

        let left = Left::default();
        let mut request = request;
        request.extensions_mut().insert(left.clone());
        let mut response = if !names_one_host(&request) {
            wrong_host().into_response()
        } else if cross_origin && method == Method::OPTIONS {
            preflight()
        } else {
            self.answer(request).instrument(span.clone()).await
        };
        if cross_origin {
            share(response.headers_mut(), origin.as_deref());
        }
        if let Some(window) = left.window() {
            show_window(&mut response, window);
        }
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, id);
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        span.in_scope(|| {
            tracing::debug!(
                method = %method,
                path,
                status = response.status().as_u16(),
                duration_ms = begun.elapsed().as_millis() as u64,
                "answered"
            );
        });
        Ok(response)
    }
}

/// Where browsers reach this server.
#[derive(Clone)]
pub struct PublicAddress {
    pub secure: bool,
    pub host: String,
    pub port: u16,
}

impl PublicAddress {
    /// As configured.
    pub fn of(url: &url::Url) -> Option<Self> {
        let (host, port) = (url.host_str()?.to_owned(), url.port_or_known_default()?);
        Some(Self { secure: url.scheme() == "https", host, port })
    }

    /// As configured, or as seen.
    pub fn of_request(request: &Request) -> Self {
        request.data::<Self>().cloned().unwrap_or_else(|| Self::seen(request))
    }

    /// Such as `https://desk.example`.
    pub fn origin(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        match (self.secure, self.port) {
            (true, 443) | (false, 80) => format!("{scheme}://{}", self.host),
            (_, port) => format!("{scheme}://{}:{port}", self.host),
        }
    }

    /// As the browser wrote it, or a trusted proxy says that it did: it alone knows of TLS.
    pub fn seen(request: &Request) -> Self {
        let told =
            |name| limits::is_by_trusted_proxy(request).then(|| request.header(name)).flatten();
        let secure = told("x-forwarded-proto").is_some_and(|it| it.eq_ignore_ascii_case("https"));
        let scheme = if secure { "https" } else { "http" };
        let mut hosts = told("x-forwarded-host").into_iter().chain(request.header(header::HOST));
        let seen = hosts.find_map(|host| {
            let url = url::Url::parse(&format!("{scheme}://{host}")).ok()?;
            Self::of(&url)
        });
        seen.unwrap_or_else(|| Self { secure: false, host: "localhost".into(), port: 80 })
    }
}

/// The request's `Origin`, if it has one that can be read.
pub fn origin(request: &Request) -> Option<String> {
    let mut origins = request.headers().get_all(header::ORIGIN).iter();
    let origin = origins.next()?;
    if origins.next().is_some() {
        return Some("more than one origin".to_owned());
    }
    Some(origin.to_str().map_or_else(|_| "an origin that is not ASCII".to_owned(), str::to_owned))
}

/// Lets a request of no token reach an agent: from an allowed origin, or from a page of this very server (the full-page
/// chat, the documentation), which only the browser itself can say.
///
/// # Errors
/// `origin_forbidden`.
pub fn admit(desk: &Desk, agent: &Agent, request: &Request) -> Result<(), Error> {
    if is_own_page(request) { Ok(()) } else { desk.allow(agent, origin(request).as_deref()) }
}

/// `Sec-Fetch-Site` cannot be set by a page's script (Fetch Standard, forbidden request-headers), and an `Origin` beside
/// it must be this server's: whatever else writes both headers gets no further than the origin that it names.
pub fn is_own_page(request: &Request) -> bool {
    request.header("sec-fetch-site") == Some("same-origin")
        && origin(request).is_none_or(|origin| is_own(&origin, request))
}

/// A form of ours is sent from our own page. Browsers that do not say so themselves name where it comes from; one that
/// names nothing sends no cookie either that another site's form could make use of.
pub fn is_sent_from_own_page(request: &Request) -> bool {
    if request.header("sec-fetch-site").is_some() {
        return is_own_page(request);
    }
    let from = origin(request).or_else(|| request.header(header::REFERER).map(str::to_owned));
    from.is_none_or(|from| is_own(&from, request))
}

/// A proxy may end TLS without saying so: then only the browser knows the scheme, so the hosts are compared under its.
fn is_own(origin: &str, request: &Request) -> bool {
    let Ok(origin) = url::Url::parse(origin) else { return false };
    let same = |host: &str, port: u16| {
        origin.host_str() == Some(host) && origin.port_or_known_default() == Some(port)
    };
    if request.data::<PublicAddress>().is_some_and(|own| same(&own.host, own.port)) {
        return true;
    }
    let forwarded =
        limits::is_by_trusted_proxy(request).then(|| request.header("x-forwarded-host"));
    let hosts = forwarded.flatten().into_iter().chain(request.header(header::HOST));
    hosts.into_iter().any(|host| {
        let own = url::Url::parse(&format!("{}://{host}", origin.scheme()));
        own.ok().as_ref().and_then(PublicAddress::of).is_some_and(|own| same(&own.host, own.port))
    })
}

/// RFC 9112, section 3.2: a request of HTTP/1.1 without a `Host`, with two, or with one that is no host and port, is
/// refused.
fn names_one_host(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => {
            let authority = Authority::try_from(host.as_bytes());
            authority.is_ok_and(|it| !it.host().is_empty() && !it.as_str().contains('@'))
        }
        (None, _) => request.version() != Version::HTTP_11,
        _ => false,
    }
}

/// A well-formed incoming id is kept, so that a proxy's log and ours agree.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let well_formed = |id: &&HeaderValue| {
        let bytes = id.as_bytes();
        (1..=REQUEST_ID_LONGEST).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    };
    headers.get(REQUEST_ID).filter(well_formed).cloned().unwrap_or_else(|| {
        HeaderValue::from_str(&Ulid::generate().to_string())
            .unwrap_or_else(|_| HeaderValue::from_static("none"))
    })
}

fn is_cross_origin(path: &str) -> bool {
    CROSS_ORIGIN.iter().any(|prefix| path.starts_with(prefix))
}

fn preflight() -> Response {
    Response::builder()
        .status(StatusCode::NO_CONTENT)
        .header(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE")
        .header(header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, X-Request-Id")
        .header(header::ACCESS_CONTROL_MAX_AGE, "600")
        .finish()
}

/// Any page may read any answer, errors too: what it may do is decided by the agent's origins and the token, and no
/// answer depends on a cookie.
fn share(headers: &mut HeaderMap, origin: Option<&str>) {
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    let timed = headers.contains_key(timing::NAME);
    headers
        .insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, if timed { EXPOSED_TIMED } else { EXPOSED });
    if let Some(origin) = origin.and_then(|origin| HeaderValue::from_str(origin).ok()) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
}
