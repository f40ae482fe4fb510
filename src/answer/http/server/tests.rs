//! What becomes of a connection once its response is there.

use std::sync::{Arc, atomic::Ordering::SeqCst};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::sleep,
};

use crate::answer::http::{
    CROSSED, Client, Error, StatusCode,
    tests::{Peer, all, asks, endpoint, hears},
};

/// Two questions, the first answered by `said`; after which `then` happens to its connection. How many connections the
/// two took.
async fn connections<F>(said: &str, then: impl FnOnce(TcpStream) -> F) -> usize
where
    F: Future<Output = Option<TcpStream>>,
{
    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let mut peer = Peer::start().await;
    let endpoint = peer.endpoint();
    let first = async {
        let mut stream = peer.accepts().await;
        hears(&mut stream).await;
        stream.write_all(said.as_bytes()).await.unwrap();
        stream
    };
    let (response, stream) = tokio::join!(asks(&endpoint), first);
    assert_eq!(all(response.unwrap()).await.unwrap(), "ok");
    let kept = then(stream).await;
    let second = async {
        let mut stream = match kept {
            Some(kept) => kept,
            None => peer.accepts().await,
        };
        hears(&mut stream).await;
        stream.write_all(ANSWER).await.unwrap();
    };
    let (response, ()) = tokio::join!(asks(&endpoint), second);
    assert_eq!(all(response.unwrap()).await.unwrap(), "ok");
    peer.connections.load(SeqCst)
}

#[tokio::test]
async fn a_connection_serves_the_next_question_after_a_clean_end() {
    for said in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
    ] {
        let count = connections(said, async |stream| Some(stream)).await;
        assert_eq!(count, 1, "{said}");
    }
}

#[tokio::test]
async fn a_connection_that_is_not_clean_serves_no_other_question() {
    for said in [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nx",
    ] {
        let mut held = None;
        let count = connections(said, async |stream| {
            held = Some(stream);
            None
        })
        .await;
        assert_eq!(count, 2, "{said}");
    }
}

#[tokio::test]
async fn a_server_that_closes_what_waits_is_reached_anew() {
    let said = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let count = connections(said, async |stream| {
        drop(stream);
        None
    })
    .await;
    assert_eq!(count, 2);
}

#[tokio::test]
async fn a_kept_connection_that_closes_without_an_answer_is_asked_once_more() {
    let mut peer = Peer::start().await;
    let endpoint = peer.endpoint();
    let server = async {
        let said = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        let mut stream = peer.accepts().await;
        hears(&mut stream).await;
        stream.write_all(said).await.unwrap();
        hears(&mut stream).await;
        drop(stream);
        let mut stream = peer.accepts().await;
        hears(&mut stream).await;
        drop(stream);
    };
    let questions = async {
        assert_eq!(all(asks(&endpoint).await.unwrap()).await.unwrap(), "ok");
        asks(&endpoint).await.err().expect("a new connection is no reason to ask again")
    };
    let (failure, ()) = tokio::join!(questions, server);
    assert!(matches!(failure, Error::Unanswered(_)), "{failure}");
}

#[tokio::test]
async fn who_closes_a_kept_connection_after_a_while_has_heard_the_question_and_is_not_asked_again()
{
    let mut peer = Peer::start().await;
    let endpoint = peer.endpoint();
    let server = async {
        let said = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        let mut stream = peer.accepts().await;
        hears(&mut stream).await;
        stream.write_all(said).await.unwrap();
        hears(&mut stream).await;
        sleep(CROSSED).await;
    };
    let questions = async {
        assert_eq!(all(asks(&endpoint).await.unwrap()).await.unwrap(), "ok");
        asks(&endpoint).await.err().expect("no answer")
    };
    let (failure, ()) = tokio::join!(questions, server);
    assert!(matches!(failure, Error::Unanswered(_)), "{failure}");
    assert_eq!(peer.connections.load(SeqCst), 1);
}

#[tokio::test]
async fn a_body_that_is_dropped_closes_its_connection() {
    let mut peer = Peer::start().await;
    let endpoint = peer.endpoint();
    let server = async {
        let mut stream = peer.accepts().await;
        hears(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok").await.unwrap();
        stream
    };
    let (response, mut stream) = tokio::join!(asks(&endpoint), server);
    drop(response);
    assert_eq!(stream.read(&mut [0; 8]).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_apart() {
    let failure = asks(&endpoint("http://[::1]:9/")).await.err().unwrap().to_string();
    assert!(failure.starts_with("cannot connect: "), "{failure}");
    let failure = asks(&endpoint("http://nowhere.invalid/")).await.err().unwrap().to_string();
    assert!(failure.starts_with("cannot connect: "), "{failure}");
}

#[tokio::test]
async fn a_name_is_tried_by_each_of_its_addresses() {
    let mut peer = Peer::start().await;
    let endpoint = endpoint(&format!("http://localhost:{}/", peer.address.port()));
    let server = async {
        let mut stream = peer.accepts().await;
        let request = hears(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        request
    };
    let (response, request) = tokio::join!(asks(&endpoint), server);
    assert_eq!(response.unwrap().status, StatusCode::OK);
    assert!(request.contains("host: localhost:"), "{request}");
}

#[tokio::test]
async fn models_of_one_server_share_its_connections() {
    let client = Client::new().unwrap();
    let server = |url: &str| client.server(&url.parse().unwrap());
    let one = server("https://a.example/v1");
    assert!(Arc::ptr_eq(&one, &server("https://a.example:443/v2")));
    for other in ["http://a.example/v1", "https://a.example:8443/v1", "https://b.example/v1"] {
        assert!(!Arc::ptr_eq(&one, &server(other)), "{other}");
    }
}
