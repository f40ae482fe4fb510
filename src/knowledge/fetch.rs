//! One document over HTTP, from an address that was checked: the connection goes to no other than the one that the
//! guard has seen, on each redirect again. Size and time are bounded, and what may pass is tried again a few times.

mod headers;

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use headers::{Wishes, content_type, retry_after};
use reqwest::{
    Client, StatusCode,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{ACCEPT, LOCATION},
    redirect,
};
use tokio::{sync::Mutex, time::Instant};
use url::Url;

use super::{addresses::Guard, urls};
use crate::error::{Error, Result};

pub(super) use headers::Validators;

const CONNECT: Duration = Duration::from_secs(10);
/// From the request to the last byte.
const WHOLE: Duration = Duration::from_secs(30);
const REDIRECTS: usize = 5;
const TRIES: u32 = 3;
/// Before the second try; doubled before each further one.
const BACKOFF: Duration = Duration::from_millis(500);
/// What a server may ask us to wait; if it is more, it is left alone for now.
const WAIT_MOST: Duration = Duration::from_secs(20);
/// So many pages in a row that are to be asked for much later: then the server means all.
const TURNED_AWAY: u64 = 2;
/// For how long that is believed: one day.
const REST_MOST: Duration = Duration::from_hours(24);

const USER_AGENT: &str = concat!("Frontdesk/", env!("CARGO_PKG_VERSION"));

pub(super) struct Fetcher {
    client: Client,
    guard: Arc<Guard>,
    /// The server asked to be left alone until then.
    rests_until: Mutex<Instant>,
    /// Requests in a row that it asked to come much later.
    turned_away: AtomicU64,
    /// Between two requests, in milliseconds.
    pause_ms: AtomicU64,
    next_at: Mutex<Instant>,
}

pub(super) struct Response {
    /// After redirects.
    pub url: Url,
    /// Without parameters, lower case; empty if none was sent.
    pub media_type: String,
    pub charset: Option<String>,
    pub validators: Validators,
    pub wishes: Wishes,
    pub body: Vec<u8>,
}

pub(super) enum Answer {
    New(Response),
    /// Still the document of these validators, at this address.
    Same(Url),
}

/// Why there is no document. The text is a sentence without its subject.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server says that there is none (404, 410).
    Gone(String),
    /// There is none for us: it would be the same tomorrow.
    Lasting(String),
    /// There may be one, but not for us.
    Refused(String),
    /// It may pass: the server is overloaded, or away.
    Passing(String),
}

impl Failure {
    /// Of an address to which the first one led, if it did.
    fn there(self, first: &Url, url: &Url) -> Self {
        if url == first {
            return self;
        }
        let there = |reason: String| format!("redirects to {url}, which {reason}");
        match self {
            Self::Gone(reason) => Self::Gone(there(reason)),
            Self::Lasting(reason) => Self::Lasting(there(reason)),
            Self::Refused(reason) => Self::Refused(there(reason)),
            Self::Passing(reason) => Self::Passing(there(reason)),
        }
    }
}

/// What a server asks us to wait, and whether with all of our requests.
type Asked = Option<(Duration, bool)>;

/// What a caller takes: where a redirect may lead, which media types, and of each how many bytes after decompression.
pub(super) struct Terms<'a> {
    pub follow: &'a (dyn Fn(&Url) -> bool + Send + Sync),
    pub takes: fn(&str) -> bool,
    pub largest: fn(&str) -> usize,
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
        Ok(Self {
            client,
            guard,
            rests_until: Mutex::new(Instant::now()),
            turned_away: AtomicU64::new(0),
            pause_ms: AtomicU64::new(0),
            next_at: Mutex::new(Instant::now()),
        })
    }

    /// Lets so much time go by between two requests, whatever they are for.
    pub(super) fn pause(&self, between: Duration) {
        self.pause_ms.store(between.as_millis() as u64, Ordering::Relaxed);
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
        let first = url;
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            let step = self.try_often(&url, terms, validators).await;
            match step.map_err(|failure| failure.there(first, &url))? {
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
        terms: &Terms<'_>,
        validators: &Validators,
    ) -> Result<Step, Failure> {
        let mut pause = BACKOFF;
        let mut tries = 0;
        loop {
            tries += 1;
            self.come().await?;
            match self.once(url, terms, validators).await {
                Err((Failure::Passing(reason), asked)) => {
                    let wait = asked.map_or(pause, |(wait, _)| wait.min(REST_MOST));
                    let is_long = wait > WAIT_MOST;
                    let is_of_all = is_long && asked.is_some_and(|(_, of_all)| of_all);
                    // One page may be busy alone.
                    if is_of_all
                        && self.turned_away.fetch_add(1, Ordering::Relaxed) + 1 >= TURNED_AWAY
                    {
                        *self.rests_until.lock().await = Instant::now() + wait;
                    }
                    if is_long {
                        let seconds = wait.as_secs();
                        return Err(Failure::Passing(format!(
                            "{reason}, and to be asked for again in {seconds} s"
                        )));
                    }
                    if tries >= TRIES {
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
                Err((lasting, _)) => {
                    self.turned_away.store(0, Ordering::Relaxed);
                    return Err(lasting);
                }
                Ok(step) => {
                    // Who redirects has not said yet whether the page may be had.
                    if !matches!(step, Step::Redirect(_)) {
                        self.turned_away.store(0, Ordering::Relaxed);
                    }
                    return Ok(step);
                }
            }
        }
    }

    /// Waits for the next request's turn. What the server wants to wait for longer is not asked for.
    async fn come(&self) -> Result<(), Failure> {
        let rests_until = *self.rests_until.lock().await;
        let rest = rests_until.saturating_duration_since(Instant::now());
        if rest > WAIT_MOST {
            let reason = "was not asked for: the server wants to be left alone for";
            return Err(Failure::Passing(format!("{reason} {} s", rest.as_secs())));
        }
        tokio::time::sleep_until(rests_until).await;
        let pause = Duration::from_millis(self.pause_ms.load(Ordering::Relaxed));
        if pause > Duration::ZERO {
            let mut next_at = self.next_at.lock().await;
            tokio::time::sleep_until(*next_at).await;
            *next_at = Instant::now() + pause;
        }
        Ok(())
    }

    async fn once(
        &self,
        url: &Url,
        terms: &Terms<'_>,
        validators: &Validators,
    ) -> Result<Step, (Failure, Asked)> {
        let lasting = |reason: String| (Failure::Lasting(reason), None);
        if !self.guard.admits_url(url) {
            return Err(lasting(not_public(url)));
        }
        let request = self
            .client
            .get(url.clone())
            .header(ACCEPT, "text/html, text/markdown, text/plain;q=0.9, */*;q=0.1");
        let request = validators.put_on(request);
        let failed = |error: reqwest::Error| (failure(&error, url), None);
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED && *validators != Validators::default() {
            return Ok(Step::Same);
        }
        if status.is_redirection() {
            let next = response
                .headers()
                .get(LOCATION)
                .and_then(|to| to.to_str().ok())
                .and_then(|to| urls::join(Some(url), to));
            return next.map(Step::Redirect).ok_or_else(|| lasting("redirects to nowhere".into()));
        }
        if !status.is_success() {
            let reason = format!("was answered with {}", status.as_u16());
            return Err(match status {
                StatusCode::NOT_FOUND | StatusCode::GONE => (Failure::Gone(reason), None),
                StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                    let asked = retry_after(response.headers());
                    let of_all = status == StatusCode::TOO_MANY_REQUESTS;
                    (Failure::Passing(reason), asked.map(|wait| (wait, of_all)))
                }
                _ if status.is_server_error() => {
                    let asked = retry_after(response.headers());
                    (Failure::Passing(reason), asked.map(|wait| (wait, false)))
                }
                _ => (Failure::Refused(reason), None),
            });
        }
        let (media_type, charset) = content_type(response.headers());
        if !(terms.takes)(&media_type) {
            return Err(lasting(format!("is {media_type:?}, not HTML, Markdown or text")));
        }
        let validators = Validators::of(response.headers());
        let wishes = Wishes::of(response.headers());
        let largest = (terms.largest)(&media_type);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > largest {
                return Err(lasting(format!("is larger than {} MB", largest / 1024 / 1024)));
            }
            body.extend_from_slice(&chunk);
        }
        let url = url.clone();
        Ok(Step::Done(Box::new(Response { url, media_type, charset, validators, wishes, body })))
    }
}

fn not_public(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    format!("is at an address that is not public (`--allow-host {host}` would allow it)")
}

enum Step {
    Done(Box<Response>),
    Same,
    Redirect(Url),
}

fn failure(error: &reqwest::Error, url: &Url) -> Failure {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    let mut last = String::new();
    while let Some(error) = cause {
        if error.downcast_ref::<NotPublic>().is_some() {
            return Failure::Lasting(not_public(url));
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
