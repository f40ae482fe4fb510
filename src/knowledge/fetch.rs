//! One document over HTTP, from an address that was checked: the connection goes to no other than the one that the
//! guard has seen, on each redirect again. Size and time are bounded, and what may pass is tried again a few times.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{
    Client, RequestBuilder, StatusCode,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{
        ACCEPT, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH,
        LAST_MODIFIED, LOCATION, RETRY_AFTER,
    },
    redirect,
};
use tokio::{sync::Mutex, time::Instant};
use url::Url;

use super::addresses::Guard;
use crate::{
    clock::Moment,
    error::{Error, Result},
};

/// Bytes of a response, after decompression.
const LARGEST: usize = super::extract::LARGEST;
const CONNECT: Duration = Duration::from_secs(10);
/// From the request to the last byte.
const WHOLE: Duration = Duration::from_secs(30);
const REDIRECTS: usize = 5;
const TRIES: u32 = 3;
/// Before the second try; doubled before each further one.
const BACKOFF: Duration = Duration::from_millis(500);
/// What a server may ask us to wait.
const WAIT_MOST: Duration = Duration::from_secs(20);
/// Bytes of a validator that are kept.
const VALIDATOR: usize = 500;

const USER_AGENT: &str = concat!("Frontdesk/", env!("CARGO_PKG_VERSION"));

pub(super) struct Fetcher {
    client: Client,
    guard: Arc<Guard>,
    /// The server asked to be left alone until then.
    rests_until: Mutex<Instant>,
}

pub(super) struct Response {
    /// After redirects.
    pub url: Url,
    /// Without parameters, lower case; empty if none was sent.
    pub media_type: String,
    pub charset: Option<String>,
    pub validators: Validators,
    pub body: Vec<u8>,
}

/// What a server gave along with a document, to be asked later whether that is still the one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Validators {
    pub etag: Option<String>,
    /// As the server wrote it.
    pub last_modified: Option<String>,
}

pub(super) enum Answer {
    New(Response),
    /// Still the document of these validators, at this address.
    Same(Url),
}

/// Why there is no document. The text is a sentence without its subject.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is none: it would be the same tomorrow.
    Lasting(String),
    /// There may be one, but not for us.
    Refused(String),
    /// It may pass: the server is overloaded, or away.
    Passing(String),
}

/// What a caller takes: where a redirect may lead, and which media types.
pub(super) struct Terms<'a> {
    pub follow: &'a (dyn Fn(&Url) -> bool + Send + Sync),
    pub takes: fn(&str) -> bool,
}

impl Fetcher {
    pub(super) fn new(guard: Guard, at_once: usize) -> Result<Self> {
        let guard = Arc::new(guard);
        let client = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Checked(Arc::clone(&guard)))
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .pool_max_idle_per_host(at_once)
            .build()
            .map_err(Error::internal)?;
        Ok(Self { client, guard, rests_until: Mutex::new(Instant::now()) })
    }

    pub(super) async fn get(&self, url: &Url, terms: &Terms<'_>) -> Result<Response, Failure> {
        match self.ask(url, terms, &Validators::default()).await? {
            Answer::New(response) => Ok(response),
            Answer::Same(_) => Err(Failure::Lasting("was answered with 304".into())),
        }
    }

    /// Gets the document, unless it is still the one of the validators.
    pub(super) async fn ask(
        &self,
        url: &Url,
        terms: &Terms<'_>,
        validators: &Validators,
    ) -> Result<Answer, Failure> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            match self.try_often(&url, terms.takes, validators).await? {
                Step::Done(response) => return Ok(Answer::New(*response)),
                Step::Same => return Ok(Answer::Same(url)),
                Step::Redirect(next) => {
                    if !(terms.follow)(&next) {
                        return Err(Failure::Lasting(format!("leads away, to {next}")));
                    }
                    url = next;
                }
            }
        }
        Err(Failure::Lasting(format!("redirects more than {REDIRECTS} times")))
    }

    async fn try_often(
        &self,
        url: &Url,
        takes: fn(&str) -> bool,
        validators: &Validators,
    ) -> Result<Step, Failure> {
        let mut pause = BACKOFF;
        let mut tries = 0;
        loop {
            tries += 1;
            let rests_until = *self.rests_until.lock().await;
            tokio::time::sleep_until(rests_until).await;
            match self.once(url, takes, validators).await {
                Err((Failure::Passing(reason), asked)) => {
                    let wait = asked.unwrap_or(pause);
                    if tries >= TRIES || wait > WAIT_MOST {
                        return Err(Failure::Passing(reason));
                    }
                    if asked.is_some() {
                        // What it asks of one request, it asks of all.
                        let mut rests_until = self.rests_until.lock().await;
                        *rests_until = (*rests_until).max(Instant::now() + wait);
                    } else {
                        tokio::time::sleep(wait).await;
                    }
                    pause *= 2;
                }
                Err((lasting, _)) => return Err(lasting),
                Ok(step) => return Ok(step),
            }
        }
    }

    async fn once(
        &self,
        url: &Url,
        takes: fn(&str) -> bool,
        validators: &Validators,
    ) -> Result<Step, (Failure, Option<Duration>)> {
        let lasting = |reason: String| (Failure::Lasting(reason), None);
        if !self.guard.admits_url(url) {
            return Err(lasting("is at an address that is not public".into()));
        }
        let request = self
            .client
            .get(url.clone())
            .header(ACCEPT, "text/html, text/markdown, text/plain;q=0.9, */*;q=0.1");
        let request = validators.put_on(request);
        let mut response = request.send().await.map_err(|error| (failure(&error), None))?;
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED && *validators != Validators::default() {
            return Ok(Step::Same);
        }
        if status.is_redirection() {
            let next = response
                .headers()
                .get(LOCATION)
                .and_then(|to| to.to_str().ok())
                .and_then(|to| url.join(to).ok());
            return next.map(Step::Redirect).ok_or_else(|| lasting("redirects to nowhere".into()));
        }
        if !status.is_success() {
            let reason = format!("was answered with {}", status.as_u16());
            return Err(match status {
                StatusCode::NOT_FOUND | StatusCode::GONE => lasting(reason),
                StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                    (Failure::Passing(reason), retry_after(response.headers()))
                }
                _ if status.is_server_error() => {
                    (Failure::Passing(reason), retry_after(response.headers()))
                }
                _ => (Failure::Refused(reason), None),
            });
        }
        let (media_type, charset) = content_type(response.headers());
        if !takes(&media_type) {
            return Err(lasting(format!("is {media_type:?}, not HTML, Markdown or text")));
        }
        let validators = Validators::of(response.headers());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| (failure(&error), None))? {
            if body.len() + chunk.len() > LARGEST {
                return Err(lasting(format!("is larger than {} MB", LARGEST / 1024 / 1024)));
            }
            body.extend_from_slice(&chunk);
        }
        let url = url.clone();
        Ok(Step::Done(Box::new(Response { url, media_type, charset, validators, body })))
    }
}

impl Validators {
    fn of(headers: &HeaderMap) -> Self {
        let text = |name: HeaderName| {
            let value = headers.get(name)?.to_str().ok()?;
            (value.len() <= VALIDATOR).then(|| value.to_owned())
        };
        Self { etag: text(ETAG), last_modified: text(LAST_MODIFIED) }
    }

    fn put_on(&self, mut request: RequestBuilder) -> RequestBuilder {
        if let Some(etag) = &self.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(last_modified) = &self.last_modified {
            request = request.header(IF_MODIFIED_SINCE, last_modified);
        }
        request
    }
}

enum Step {
    Done(Box<Response>),
    Same,
    Redirect(Url),
}

fn failure(error: &reqwest::Error) -> Failure {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    let mut last = String::new();
    while let Some(error) = cause {
        if error.downcast_ref::<NotPublic>().is_some() {
            return Failure::Lasting("is at an address that is not public".into());
        }
        last = error.to_string();
        cause = error.source();
    }
    if error.is_timeout() {
        Failure::Passing("took too long to answer".into())
    } else if error.is_decode() {
        Failure::Lasting(format!("cannot be decoded: {last}"))
    } else {
        Failure::Passing(format!("could not be reached: {last}"))
    }
}

/// Seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = text.parse().ok().map(Duration::from_secs);
    seconds.or_else(|| Some(Moment::of_http_date(text)?.since(Moment::now())))
}

fn content_type(headers: &HeaderMap) -> (String, Option<String>) {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = value.split(';');
    let media_type = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"').to_owned())
    });
    (media_type, charset)
}

/// Looks names up and passes on only addresses that the guard admits.
struct Checked(Arc<Guard>);

#[derive(Debug)]
struct NotPublic;

impl std::fmt::Display for NotPublic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the address is not public")
    }
}

impl std::error::Error for NotPublic {}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.0);
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            let admitted: Vec<SocketAddr> =
                found.filter(|address| guard.admits(&host, address.ip())).collect();
            if admitted.is_empty() {
                return Err(io::Error::other(NotPublic).into());
            }
            Ok(Box::new(admitted.into_iter()) as Addrs)
        })
    }
}
