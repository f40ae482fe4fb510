//! Which requests count in which bucket, whose address they count for, and how what is left gets into the response.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, PoisonError},
};

use ipnet::IpNet;
use poem::{FromRequest, Request, RequestBody, http::Method};

use crate::{
    access::{
        limits::{Bucket, Key, Limits, Overrides, Preset},
        proxies,
    },
    clock::Moment,
    config::{self, Config},
    error::{Result, Window},
    id::AgentId,
};

/// What a token endpoint counts as, once for each request, before its body is looked at. `/init` and `/config` count by
/// address: they do so themselves.
pub fn bucket(method: &Method, path: &str) -> Option<Bucket> {
    let (_, path) = path.split_once("/widget/")?;
    match (method, path) {
        (&Method::POST, "messages" | "messages/stream") => Some(Bucket::Messages),
        (&Method::POST, "leads") => Some(Bucket::Leads),
        (&Method::POST, "typing") => Some(Bucket::Typing),
        (&Method::POST, "events") => Some(Bucket::Events),
        (_, "init" | "config") => None,
        _ => Some(Bucket::Conversation),
    }
}

/// The counts, and who is a proxy.
pub struct Turnstile {
    limits: Limits,
    trusted_proxies: Vec<IpNet>,
}

impl Turnstile {
    pub fn new(config: &Config) -> Self {
        let config::Limits {
            preset,
            init,
            config: looks,
            messages,
            conversation,
            typing,
            events,
            leads,
        } = &config.limits;
        let preset = match preset.as_str() {
            "glozr" => Preset::Glozr,
            "diagent" => Preset::Diagent,
            _ => Preset::Default,
        };
        let overrides = Overrides {
            init: *init,
            config: *looks,
            messages: *messages,
            conversation: *conversation,
            typing: *typing,
            events: *events,
            leads: *leads,
        };
        Self {
            limits: Limits::new(preset, overrides),
            trusted_proxies: config.trusted_proxies.clone(),
        }
    }

    fn client(&self, request: &Request) -> IpAddr {
        // What a visitor wrote to the left, in whatever bytes, must not hide what a proxy of ours wrote to the right.
        let forwarded: Vec<_> = request
            .headers()
            .get_all("x-forwarded-for")
            .iter()
            .map(|header| String::from_utf8_lossy(header.as_bytes()))
            .collect();
        proxies::client(peer(request), &forwarded, &self.trusted_proxies)
    }
}

fn peer(request: &Request) -> IpAddr {
    let peer = request.remote_addr().as_socket_addr().map(std::net::SocketAddr::ip);
    peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

/// Whether what the request says of its own way here is to be believed.
pub fn is_by_trusted_proxy(request: &Request) -> bool {
    let turnstile = request.data::<Arc<Turnstile>>();
    turnstile.is_some_and(|it| proxies::is_trusted(peer(request), &it.trusted_proxies))
}

/// What is left for this request's sender; the gate writes it into the response, whatever that is.
#[derive(Clone, Default)]
pub struct Left(Arc<Mutex<Option<Window>>>);

impl Left {
    pub fn window(&self) -> Option<Window> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, window: Option<Window>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = window;
    }
}

/// Counts a visit: to a published agent, or to none.
///
/// # Errors
/// `rate_limited`.
pub fn visit(request: &Request, agent: Option<AgentId>) -> Result<()> {
    let Some(turnstile) = request.data::<Arc<Turnstile>>() else { return Ok(()) };
    count(request, Bucket::Init, Key::Visit(turnstile.client(request), agent), 1)
}

/// A look at an agent's settings, counted before anything else of the request is judged.
pub struct Look;

impl<'a> FromRequest<'a> for Look {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        if let Some(turnstile) = request.data::<Arc<Turnstile>>() {
            count(request, Bucket::Config, Key::Visit(turnstile.client(request), None), 1)?;
        }
        Ok(Self)
    }
}

/// Counts the events of a batch, whose request is counted already.
///
/// # Errors
/// `rate_limited`.
pub fn batch(request: &Request, key: Key, events: u32) -> Result<()> {
    let Some(turnstile) = request.data::<Arc<Turnstile>>() else { return Ok(()) };
    match turnstile.limits.hits_of_batch(events) {
        0 | 1 => Ok(()),
        hits => count(request, Bucket::Events, key, hits - 1),
    }
}

/// Counts hits of a bucket.
///
/// # Errors
/// `rate_limited`.
pub fn count(request: &Request, bucket: Bucket, key: Key, hits: u32) -> Result<()> {
    let Some(turnstile) = request.data::<Arc<Turnstile>>() else { return Ok(()) };
    let counted = turnstile.limits.hit(bucket, key, hits, Moment::now());
    if let Some(left) = request.extensions().get::<Left>() {
        left.set(counted.as_ref().map_or_else(crate::error::Error::window, |window| *window));
    }
    counted.map(drop)
}
