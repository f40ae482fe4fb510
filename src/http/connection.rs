//! Connections as they are accepted: words leave at once (`TCP_NODELAY`), and whoever sends a request's head drop by
//! drop, or nothing at all, is cut off, so that idle peers hold no connection for ever.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use super::bare::Retold;
use poem::{
    http::uri::Scheme,
    listener::Acceptor,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::{Instant, Sleep},
};

/// From the first byte of a request to the end of its head.
const HEAD_WITHIN: Duration = Duration::from_secs(15);
/// Without a byte in either direction; the streams' comments come every fifteen seconds.
const IDLE_FOR: Duration = Duration::from_secs(90);
/// How long accepting pauses when the process has no file descriptors left.
const BREATHER: Duration = Duration::from_millis(50);

/// A bound socket that makes guarded connections.
pub struct Listener {
    inner: TcpListener,
    local: LocalAddr,
}

impl Listener {
    /// # Errors
    /// When the socket has no address.
    pub fn new(inner: TcpListener) -> io::Result<Self> {
        let local = LocalAddr(inner.local_addr()?.into());
        Ok(Self { inner, local })
    }
}

impl Acceptor for Listener {
    type Io = Connection;

    fn local_addr(&self) -> Vec<LocalAddr> {
        vec![self.local.clone()]
    }

    async fn accept(&mut self) -> io::Result<(Connection, LocalAddr, RemoteAddr, Scheme)> {
        loop {
            match self.inner.accept().await {
                Ok((stream, peer)) => {
                    // Fails only on a connection that is gone already.
                    let _ = stream.set_nodelay(true);
                    let connection = Connection::new(stream);
                    return Ok((
                        connection,
                        self.local.clone(),
                        RemoteAddr(peer.into()),
                        Scheme::HTTP,
                    ));
                }
                Err(error) => {
                    tracing::warn!(error = %error, "a connection could not be accepted");
                    tokio::time::sleep(BREATHER).await;
                }
            }
        }
    }
}

pub struct Connection {
    stream: TcpStream,
    head: Head,
    last_byte: Instant,
    alarm: Pin<Box<Sleep>>,
    /// In the place of a bare refusal that is being written.
    retold: Option<Retold>,
}

/// Where in a request the peer is.
enum Head {
    /// Between requests.
    Awaited,
    /// Begun, and so far in its line.
    Coming { since: Instant, line: Line },
    /// Over: the body comes, or we answer.
    Read,
}

#[derive(Clone, Copy, PartialEq)]
enum Line {
    /// Nothing of the head was there yet.
    Before,
    Begun,
    /// The line before ended; one more end and the head is over.
    Empty,
}

/// How HTTP/2 begins without TLS (RFC 9113, section 3.4). Nobody needs it here, and its frames would pass the guard.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2";

impl Connection {
    fn new(stream: TcpStream) -> Self {
        let now = Instant::now();
        Self {
            stream,
            head: Head::Awaited,
            last_byte: now,
            alarm: Box::pin(tokio::time::sleep_until(now + HEAD_WITHIN)),
            retold: None,
        }
    }

    /// Writes what stands for `bytes`, if something does; ready once all of it is written.
    fn poll_retell(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<Option<usize>>> {
        if self.retold.is_none() {
            self.retold = Retold::of(bytes);
        }
        let Some(retold) = &mut self.retold else { return Poll::Ready(Ok(None)) };
        while !retold.rest().is_empty() {
            match ready!(Pin::new(&mut self.stream).poll_write(context, retold.rest()))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => retold.advance(written),
            }
        }
        self.retold = None;
        Poll::Ready(Ok(Some(bytes.len())))
    }

    fn deadline(&self) -> Instant {
        match self.head {
            Head::Coming { since, .. } => since + HEAD_WITHIN,
            Head::Awaited | Head::Read => self.last_byte + IDLE_FOR,
        }
    }

    fn received(&mut self, bytes: &[u8]) {
        self.last_byte = Instant::now();
        let (since, mut line) = match self.head {
            Head::Awaited => (self.last_byte, Line::Before),
            Head::Coming { since, line } => (since, line),
            Head::Read => return,
        };
        for byte in bytes {
            line = match (byte, line) {
                // Empty lines before a request are skipped (RFC 9112, section 2.2), and end no head.
                (b'\r' | b'\n', Line::Before) => Line::Before,
                (b'\n', Line::Empty) => {
                    self.head = Head::Read;
                    return;
                }
                // A line may end in a bare line feed, and then a carriage return may stand alone too.
                (b'\n', _) => Line::Empty,
                (b'\r', Line::Empty) => Line::Empty,
                _ => Line::Begun,
            };
        }
        self.head = Head::Coming { since, line };
        // The alarm may be set for the idle time, which is later.
        self.alarm.as_mut().reset(since + HEAD_WITHIN);
    }

    /// A response ends the request before it; "100 Continue" does not: the body still comes.
    fn sent(&mut self, bytes: &[u8]) {
        self.last_byte = Instant::now();
        if !bytes.starts_with(b"HTTP/1.1 1") {
            self.head = Head::Awaited;
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        if let Poll::Ready(result) = Pin::new(&mut this.stream).poll_read(context, buffer) {
            let bytes = buffer.filled().get(before..).unwrap_or_default();
            if matches!(this.head, Head::Awaited) && bytes.starts_with(b"PRI") {
                let refused = HTTP2_PREFACE.starts_with(bytes) || bytes.starts_with(HTTP2_PREFACE);
                if refused {
                    return Poll::Ready(Err(io::ErrorKind::Unsupported.into()));
                }
            }
            if !bytes.is_empty() {
                this.received(bytes);
            }
            return Poll::Ready(result);
        }
        loop {
            ready!(this.alarm.as_mut().poll(context));
            let deadline = this.deadline();
            if deadline <= Instant::now() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            this.alarm.as_mut().reset(deadline);
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Some(written) = ready!(self.poll_retell(context, bytes))? {
            return Poll::Ready(Ok(written));
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        self.sent(bytes);
        Poll::Ready(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let [bytes] = slices
            && let Some(written) = ready!(self.poll_retell(context, bytes))?
        {
            return Poll::Ready(Ok(written));
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, slices));
        self.sent(slices.first().map_or(&[], |slice| &**slice));
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
