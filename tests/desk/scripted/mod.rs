//! Real HTTP servers on loopback that say exactly what a test wrote down: the adapters under test are the real ones.
//! They run on threads of their own, so that they go on while a test's thread waits for a process.

mod embeddings;
mod gate;
mod gzip;
mod model;
mod site;
mod tls;

use std::{future::Future, net::SocketAddr, sync::LazyLock};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub use embeddings::{Embeddings, Mood};
pub use gate::Gate;
pub use gzip::gzip;
pub use model::{Api, Model, Reply};
pub use site::{Page, Site};
pub use tls::Tls;

static THREADS: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
});

/// A request as it came in.
#[derive(Debug, Clone)]
pub struct Received {
    pub method: String,
    /// With the query.
    pub path: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The caller's end of the connection that it came by.
    pub from: Option<SocketAddr>,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// What becomes of a connection after a reply.
pub enum After {
    Next,
    Close,
}

/// Serves each connection's requests one after the other, for as long as the process lives.
fn serve<S, H, F>(state: S, handle: H) -> SocketAddr
where
    S: Clone + Send + 'static,
    H: Fn(S, Received, TcpStream) -> F + Copy + Send + 'static,
    F: Future<Output = (TcpStream, After)> + Send,
{
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a listener");
    let address = listener.local_addr().expect("its address");
    THREADS.spawn(async move {
        let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
        while let Ok((mut stream, _)) = listener.accept().await {
            let state = state.clone();
            tokio::spawn(async move {
                while let Some(request) = receive(&mut stream).await {
                    let (back, after) = handle(state.clone(), request, stream).await;
                    stream = back;
                    if matches!(after, After::Close) {
                        break;
                    }
                }
            });
        }
    });
    address
}

async fn receive(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect();
    let (body, from) = (bytes.split_off(head_end + 4), stream.peer_addr().ok());
    let mut request = Received { method, path, headers, body, from };
    let length: usize =
        request.header("Content-Length").and_then(|text| text.parse().ok()).unwrap_or(0);
    while request.body.len() < length {
        if stream.read_buf(&mut request.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(request)
}

/// A whole response; the connection stays open.
async fn respond(
    stream: &mut TcpStream,
    status: u16,
    headers: &[(String, String)],
    body: &[u8],
) -> After {
    let mut response =
        format!("HTTP/1.1 {status} Scripted\r\nContent-Length: {}\r\n", body.len()).into_bytes();
    for (name, value) in headers {
        response.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    response.extend_from_slice(b"\r\n");
    response.extend_from_slice(body);
    if stream.write_all(&response).await.is_ok() { After::Next } else { After::Close }
}
