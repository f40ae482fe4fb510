//! The connection to a model server: HTTP/1.1 as `ureq-proto` reads it, over sockets and TLS of our own keeping, because
//! thousands of answers trickle at a time and each may cost little: a connection that waits for words holds no buffer.
//! No proxy, no redirects, no compression that would hold tokens back. Errors never tell the URL, the key or the prompt.

mod response;
mod server;
#[cfg(test)]
mod tests;

use std::{
    error, fmt, io,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::{Buf, Bytes};
use percent_encoding::percent_decode_str;
use tokio::io::AsyncWriteExt as _;
pub use ureq_proto::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use url::{Position, Url};

pub use self::response::{Body, Response};
use self::server::{Connection, Server, Tls};

/// A connection's end that was on its way when it was taken is known by then: a long way there and back.
const CROSSED: Duration = Duration::from_secs(1);

/// Why there is no answer, or no more of it.
#[derive(Debug)]
pub enum Error {
    Connect(io::Error),
    /// Not a byte of a response came.
    Unanswered(io::Error),
    Broke(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, error) = match self {
            Self::Connect(error) => ("cannot connect", error),
            Self::Unanswered(error) | Self::Broke(error) => ("the connection broke", error),
        };
        let mut cause: &dyn error::Error = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        write!(f, "{kind}: {cause}")
    }
}

/// Knows the servers of all models, so that those of one server share its connections.
pub struct Client {
    tls: Tls,
    servers: Mutex<Vec<Arc<Server>>>,
}

impl Client {
    /// # Errors
    /// There is no TLS, or there are no certificates.
    pub fn new() -> Result<Self, rustls::Error> {
        Ok(Self { tls: server::tls()?, servers: Mutex::default() })
    }

    /// Where questions are posted, with these headers. A name and password in the URL are what Basic means by them,
    /// where no header says otherwise.
    pub fn endpoint(&self, url: &Url, headers: &HeaderMap) -> Endpoint {
        let mut head = Vec::new();
        let mut line = |parts: [&[u8]; 3]| {
            head.extend_from_slice(&parts.concat());
            head.extend_from_slice(b"\r\n");
        };
        let target = &url[Position::BeforePath..Position::AfterQuery];
        line([b"POST ", target.as_bytes(), b" HTTP/1.1"]);
        let host = &url[Position::BeforeHost..Position::AfterPort];
        line([b"host", b": ", host.as_bytes()]);
        if let Some(basic) = basic(url).filter(|_| !headers.contains_key(header::AUTHORIZATION)) {
            line([b"authorization", b": ", basic.as_bytes()]);
        }
        for (name, value) in headers {
            line([name.as_str().as_bytes(), b": ", value.as_bytes()]);
        }
        Endpoint { server: self.server(url), head }
    }

    fn server(&self, url: &Url) -> Arc<Server> {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = servers.iter().find(|server| server.serves(url)) {
            return Arc::clone(known);
        }
        let server = Arc::new(Server::new(url, &self.tls));
        servers.push(Arc::clone(&server));
        server
    }
}

fn basic(url: &Url) -> Option<String> {
    let part = |text| percent_decode_str(text).decode_utf8().ok();
    let (name, password) = (part(url.username())?, part(url.password().unwrap_or_default())?);
    let said = !name.is_empty() || url.password().is_some();
    said.then(|| format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{password}"))))
}

/// One address of a server, and the head of what is posted there but for the length of the body.
pub struct Endpoint {
    server: Arc<Server>,
    head: Vec<u8>,
}

impl Endpoint {
    /// Posts, and waits for the head of the response. A connection that was kept may have been closed by the server at
    /// the very moment that it was taken: who does not answer on such a one is asked once more, on a new one. Whether the
    /// question was heard cannot be known then; one who took longer to close has most likely heard it, and is not asked
    /// again.
    pub async fn post(&self, body: Vec<u8>) -> Result<Response, Error> {
        let body = Bytes::from(body);
        if let Some(kept) = self.server.kept() {
            let asked = Instant::now();
            match self.exchange(kept, body.clone()).await {
                Err(Error::Unanswered(_)) if asked.elapsed() < CROSSED => {}
                answered => return answered,
            }
        }
        let connection = self.server.connect().await.map_err(Error::Connect)?;
        self.exchange(connection, body).await
    }

    async fn exchange(&self, mut connection: Connection, body: Bytes) -> Result<Response, Error> {
        let length = format!("content-length: {}\r\n\r\n", body.len());
        let mut request = self.head.chain(length.as_bytes()).chain(body);
        let sent = async {
            connection.write_all_buf(&mut request).await?;
            connection.flush().await
        };
        let sent = sent.await;
        drop(request);
        // Who refuses may do so before all was sent, and what is said then counts more than that nobody listened.
        match (Response::read(connection, &self.server).await, sent) {
            (Err(Error::Unanswered(_)), Err(error)) => Err(Error::Unanswered(error)),
            (response, _) => response,
        }
    }
}
