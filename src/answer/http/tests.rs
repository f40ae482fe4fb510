//! Servers that say their part byte for byte, and whatever else they do to a connection.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};

use super::{Client, Endpoint, Error, HeaderMap, Response, StatusCode, header};

/// Counts its connections, and gives each to whoever wrote the test.
pub struct Peer {
    pub address: SocketAddr,
    pub connections: Arc<AtomicUsize>,
    accepted: mpsc::Receiver<TcpStream>,
}

impl Peer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let (sender, accepted) = mpsc::channel(16);
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, SeqCst);
                sender.send(stream).await.unwrap();
            }
        });
        Self { address, connections, accepted }
    }

    pub fn endpoint(&self) -> Endpoint {
        endpoint(&format!("http://{}/v1/chat?x=1", self.address))
    }

    pub async fn accepts(&mut self) -> TcpStream {
        self.accepted.recv().await.unwrap()
    }
}

pub fn endpoint(url: &str) -> Endpoint {
    Client::new().unwrap().endpoint(&url.parse().unwrap(), &HeaderMap::new())
}

/// Reads one request whose body is `{}`.
pub async fn hears(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n{}") {
        assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0, "closed before a request");
    }
    String::from_utf8(request).unwrap()
}

pub async fn asks(endpoint: &Endpoint) -> Result<Response, Error> {
    timeout(Duration::from_secs(10), endpoint.post(b"{}".to_vec())).await.expect("an end")
}

pub async fn all(mut response: Response) -> Result<String, Error> {
    let mut said = Vec::new();
    let body = async {
        while let Some(piece) = response.body.chunk().await? {
            said.extend(piece);
        }
        Ok(String::from_utf8(said).unwrap())
    };
    timeout(Duration::from_secs(10), body).await.expect("an end")
}

#[tokio::test]
async fn a_request_says_where_it_goes_and_how_long_it_is() {
    let mut peer = Peer::start().await;
    let url = format!("http://us%20er:pa%3Ass@{}/a/b?c=d#e", peer.address);
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, "text/event-stream".parse().unwrap());
    let endpoint = Client::new().unwrap().endpoint(&url.parse().unwrap(), &headers);
    let server = async {
        let mut stream = peer.accepts().await;
        let request = hears(&mut stream).await;
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        request
    };
    let (response, request) = tokio::join!(asks(&endpoint), server);
    assert_eq!(response.unwrap().status, StatusCode::NO_CONTENT);
    let address = peer.address;
    assert_eq!(
        request,
        format!(
            "POST /a/b?c=d HTTP/1.1\r\nhost: {address}\r\nauthorization: Basic dXMgZXI6cGE6c3M=\r\n\
             accept: text/event-stream\r\ncontent-length: 2\r\n\r\n{{}}"
        )
    );
}

#[tokio::test]
async fn a_refusal_before_all_was_heard_is_heard() {
    let mut peer = Peer::start().await;
    let endpoint = peer.endpoint();
    let server = async {
        let mut stream = peer.accepts().await;
        let mut begun = [0; 1024];
        stream.read_exact(&mut begun).await.unwrap();
        stream.write_all(b"HTTP/1.1 413 Too Large\r\n\r\n").await.unwrap();
        stream.shutdown().await.unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    };
    let question = async {
        let response = endpoint.post(vec![b' '; 8 << 20]).await.unwrap();
        assert_eq!(response.status, StatusCode::PAYLOAD_TOO_LARGE);
    };
    tokio::join!(question, server);
}

#[tokio::test]
async fn https_is_spoken_in_tls_and_nothing_else() {
    let mut peer = Peer::start().await;
    let endpoint = endpoint(&format!("https://localhost:{}/", peer.address.port()));
    let server = async {
        let mut stream = peer.accepts().await;
        let mut hello = [0; 6];
        stream.read_exact(&mut hello).await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        hello
    };
    let (response, hello) = tokio::join!(asks(&endpoint), server);
    // A record of a handshake, and in it the client's first word (RFC 8446, section 5.1).
    assert_eq!((hello[0], hello[1], hello[5]), (22, 3, 1));
    let failure = response.err().expect("no answer without TLS").to_string();
    assert!(failure.starts_with("cannot connect: "), "{failure}");
}
