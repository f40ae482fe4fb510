//! One server, and the connections to it that wait for the next question.
//! Promise: a connection is handed out again only if it is silent and younger than [`KEPT`].

#[cfg(test)]
mod tests;

use std::{
    future::poll_fn,
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use futures_util::{FutureExt as _, StreamExt as _, stream::FuturesUnordered};
use rustls::{ClientConfig, crypto::ring, pki_types::ServerName};
use rustls_platform_verifier::BuilderVerifierExt as _;
use socket2::{SockRef, TcpKeepalive};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, lookup_host},
    task::unconstrained,
    time::{Instant, sleep, timeout},
};
use tokio_rustls::TlsConnector;
use url::Url;

/// How long a server may take to accept a connection, its name's look-up and TLS included: one that is gone says
/// nothing at all, and the next model waits.
const CONNECT: Duration = Duration::from_secs(5);
/// How long one address is tried before the next is tried beside it (RFC 8305, section 5, has 250 ms).
const STAGGER: Duration = Duration::from_millis(250);
/// After so much silence it is asked whether the other side is still there, and again each so often.
const KEEPALIVE: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(15));
/// How long a connection waits for the next question.
const KEPT: Duration = Duration::from_mins(1);
/// Connections to one server that wait at most.
const MOST_KEPT: usize = 256;

pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A TCP connection, bare or with TLS.
pub type Connection = Box<dyn Duplex>;

pub type Tls = TlsConnector;

/// By the certificates that this machine trusts.
pub fn tls() -> Result<Tls, rustls::Error> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config).into())
}

pub struct Server {
    /// None where it is spoken to without.
    tls: Option<Tls>,
    /// A name, or an address without brackets.
    host: String,
    port: u16,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// The one that came last is last.
    connections: Vec<(Instant, Connection)>,
    is_swept: bool,
}

impl Server {
    pub fn new(url: &Url, tls: &Tls) -> Self {
        Self {
            tls: (url.scheme() == "https").then(|| tls.clone()),
            host: host(url),
            port: url.port_or_known_default().unwrap_or_default(),
            kept: Mutex::default(),
        }
    }

    pub fn serves(&self, url: &Url) -> bool {
        self.tls.is_some() == (url.scheme() == "https")
            && Some(self.port) == url.port_or_known_default()
            && self.host == host(url)
    }

    /// A connection that waits, the one that came last: the others may grow old.
    pub fn kept(&self) -> Option<Connection> {
        loop {
            let (since, mut connection) = self.lock().connections.pop()?;
            if since.elapsed() < KEPT && is_silent(&mut connection) {
                return Some(connection);
            }
        }
    }

    /// Keeps it for the next question, if it is still good for one.
    pub fn keep(self: &Arc<Self>, mut connection: Connection) {
        if !is_silent(&mut connection) {
            return;
        }
        let mut kept = self.lock();
        if kept.connections.len() < MOST_KEPT {
            kept.connections.push((Instant::now(), connection));
        }
        if !std::mem::replace(&mut kept.is_swept, true) {
            tokio::spawn(sweep(Arc::downgrade(self)));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub async fn connect(&self) -> io::Result<Connection> {
        let connected = timeout(CONNECT, async {
            let stream = self.reach().await?;
            stream.set_nodelay(true)?;
            let (time, interval) = KEEPALIVE;
            let keepalive = TcpKeepalive::new().with_time(time).with_interval(interval);
            SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
            let Some(tls) = &self.tls else {
                return Ok(Box::new(stream) as Connection);
            };
            let name = ServerName::try_from(self.host.clone()).map_err(io::Error::other)?;
            Ok(Box::new(tls.connect(name, stream).await?) as Connection)
        });
        connected.await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    /// The first of its addresses that accepts. Each is tried when the one before failed, or is slow.
    async fn reach(&self) -> io::Result<TcpStream> {
        let mut addresses = lookup_host((self.host.as_str(), self.port)).await?.peekable();
        let mut trying = FuturesUnordered::new();
        let mut failure = io::Error::new(io::ErrorKind::NotFound, "its name has no address");
        loop {
            trying.extend(addresses.next().map(TcpStream::connect));
            tokio::select! {
                Some(tried) = trying.next() => match tried {
                    Ok(stream) => return Ok(stream),
                    Err(error) => failure = error,
                },
                () = sleep(STAGGER), if addresses.peek().is_some() => {}
                else => return Err(failure),
            }
        }
    }
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned()
}

/// The other side has neither closed it nor said what nobody asked.
fn is_silent(connection: &mut Connection) -> bool {
    let mut byte = [0];
    let mut space = ReadBuf::new(&mut byte);
    let read = poll_fn(|context| Pin::new(&mut *connection).poll_read(context, &mut space));
    // Asked of the socket also when this task has had its share of reads.
    unconstrained(read).now_or_never().is_none()
}

/// Closes what nobody came back for, until nothing waits.
async fn sweep(server: Weak<Server>) {
    loop {
        sleep(KEPT / 2).await;
        let Some(server) = server.upgrade() else { return };
        let mut kept = server.lock();
        kept.connections.retain(|(since, _)| since.elapsed() < KEPT);
        if kept.connections.is_empty() {
            kept.is_swept = false;
            return;
        }
    }
}
