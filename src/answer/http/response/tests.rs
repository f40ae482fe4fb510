//! Responses byte for byte: whole, in pieces, cut and without end.

use futures_util::FutureExt as _;
use tokio::io::AsyncWriteExt as _;

use crate::answer::http::{
    Error,
    tests::{Peer, all, asks, hears},
};

/// What comes of a connection on which just this is said, after which the server closes it.
async fn hearing(said: &[u8]) -> Result<String, Error> {
    let mut peer = Peer::start().await;
    let endpoint = peer.endpoint();
    let server = async {
        let mut stream = peer.accepts().await;
        hears(&mut stream).await;
        // Whoever has heard enough may have gone.
        let _ = stream.write_all(said).await;
    };
    let (response, ()) = tokio::join!(asks(&endpoint), server);
    all(response?).await
}

fn failure(heard: Result<String, Error>) -> String {
    heard.expect_err("a failure").to_string()
}

#[tokio::test]
async fn a_body_ends_where_its_framing_says_so() {
    for said in [
        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
        "HTTP/1.1 200 OK\r\n\r\nhello world",
        "HTTP/1.0 200 OK\r\n\r\nhello world",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nB;x=y\r\nhello world\r\n0\r\nT: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5 ;signature=\"0123456789abcdef0123456789abcdef\"\r\nhello\r\n\
         0000000000000000000000006;x\r\n world\r\n00000000000000000000000000;signature=0123456789abcdef\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\ngarbage",
        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello worldgarbage",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello world",
    ] {
        assert_eq!(hearing(said.as_bytes()).await.unwrap(), "hello world", "{said}");
    }
    let empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(hearing(empty.as_bytes()).await.unwrap(), "");
    let redirect = "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 2\r\n\r\nno";
    assert_eq!(hearing(redirect.as_bytes()).await.unwrap(), "no");
}

#[tokio::test]
async fn what_breaks_off_is_a_failure_that_says_so() {
    for said in [
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ] {
        let failure = failure(hearing(said.as_bytes()).await);
        let closed = "the connection broke: closed before the end of the response";
        assert_eq!(failure, closed, "{said}");
    }
    for said in [
        "SSH-2.0-x\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n;x\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\nx",
    ] {
        let failure = failure(hearing(said.as_bytes()).await);
        assert!(failure.starts_with("the connection broke: "), "{failure}");
    }
}

#[tokio::test]
async fn what_was_said_before_a_broken_chunk_is_heard() {
    let mut peer = Peer::start().await;
    let endpoint = peer.endpoint();
    let server = async {
        let mut stream = peer.accepts().await;
        hears(&mut stream).await;
        let said = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n";
        stream.write_all(said).await.unwrap();
        stream
    };
    let (response, _stream) = tokio::join!(asks(&endpoint), server);
    let mut body = response.unwrap().body;
    assert_eq!(body.chunk().await.unwrap().unwrap(), b"hello");
    assert!(body.chunk().await.is_err());
    assert!(body.chunk().await.unwrap().is_none(), "it is over");
}

#[tokio::test]
async fn a_head_or_a_line_without_end_is_refused() {
    let head = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(1 << 20));
    assert!(failure(hearing(head.as_bytes()).await).contains("a head without end"));
    let headers =
        |n| format!("HTTP/1.1 200 OK\r\n{}Content-Length: 2\r\n\r\nok", "X: y\r\n".repeat(n));
    assert_eq!(hearing(headers(127).as_bytes()).await.unwrap(), "ok");
    for more in [128, 1 << 16] {
        let failure = failure(hearing(headers(more).as_bytes()).await);
        assert!(failure.contains("too many headers"), "{failure}");
    }
    let hints = "HTTP/1.1 102 Processing\r\n\r\n".repeat(1 << 14);
    assert!(failure(hearing(hints.as_bytes()).await).contains("a head without end"));
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let size = format!("{chunked}{}", "0".repeat(1 << 20));
    assert!(failure(hearing(size.as_bytes()).await).contains("a chunk without a size"));
    let trailer = format!("{chunked}0\r\nT: {}", "x".repeat(1 << 20));
    assert!(failure(hearing(trailer.as_bytes()).await).contains("a chunk without a size"));
}

#[tokio::test]
async fn pieces_come_as_they_are_said_and_nothing_is_lost_when_nobody_waits() {
    let mut peer = Peer::start().await;
    let endpoint = peer.endpoint();
    let server = async {
        let mut stream = peer.accepts().await;
        hears(&mut stream).await;
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        stream.write_all(head).await.unwrap();
        stream
    };
    let (response, mut stream) = tokio::join!(asks(&endpoint), server);
    let mut body = response.unwrap().body;
    assert!(body.chunk().now_or_never().is_none());
    for piece in ["3\r", "\no", "ne\r\n3\r\ntwo\r\n5\r\nth"] {
        assert!(body.chunk().now_or_never().is_none_or(|piece| piece.unwrap().is_some()));
        stream.write_all(piece.as_bytes()).await.unwrap();
    }
    let mut said = Vec::new();
    while !said.ends_with(b"th") {
        said.extend(body.chunk().await.unwrap().unwrap());
    }
    assert!(b"onetwoth".ends_with(&said), "{said:?}");
    stream.write_all(b"ree\r\n0\r\n\r\n").await.unwrap();
    assert_eq!(body.chunk().await.unwrap().unwrap(), b"ree");
    assert!(body.chunk().await.unwrap().is_none());
}

#[tokio::test]
async fn many_chunks_that_are_there_are_one_piece() {
    let mut peer = Peer::start().await;
    let endpoint = peer.endpoint();
    let server = async {
        let mut stream = peer.accepts().await;
        hears(&mut stream).await;
        let chunks = "4\r\nword\r\n".repeat(100);
        let said = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
        stream.write_all(said.as_bytes()).await.unwrap();
        stream
    };
    let (response, _stream) = tokio::join!(asks(&endpoint), server);
    let piece = response.unwrap().body.chunk().await.unwrap().unwrap();
    assert_eq!(piece, "word".repeat(100).as_bytes());
}
