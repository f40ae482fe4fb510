//! Connections as they are accepted: words leave at once (`TCP_NODELAY`), and whoever sends a request's head drop by
//! drop, or nothing at all, is cut off, so that idle peers hold no connection for ever.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use super::{bare::Retold, patience::Patience};
use poem::web::{LocalAddr, RemoteAddr};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::{Instant, Sleep},
};

/// How long accepting pauses when the process has no file descriptors left.
const BREATHER: Duration = Duration::from_millis(50);
/// How often it is said that connections cannot be accepted.
const COMPLAIN_EVERY: Duration = Duration::from_mins(1);

/// A bound socket that makes guarded connections.
pub struct Listener {
    inner: TcpListener,
    local: LocalAddr,
    complained: Option<Instant>,
}

impl Listener {
    /// # Errors
    /// When the socket has no address.
    pub fn new(inner: TcpListener) -> io::Result<Self> {
        let local = LocalAddr(inner.local_addr()?.into());
        Ok(Self { inner, local, complained: None })
    }

    pub fn local(&self) -> LocalAddr {
        self.local.clone()
    }

    /// The next connection, and whose it is.
    pub async fn accept(&mut self) -> (Connection, RemoteAddr) {
        loop {
            match self.inner.accept().await {
                Ok((stream, peer)) => {
                    // Fails only on a connection that is gone already.
                    let _ = stream.set_nodelay(true);
                    return (Connection::new(stream), RemoteAddr(peer.into()));
                }
                Err(error) => {
                    let now = Instant::now();
                    if self.complained.is_none_or(|last| last + COMPLAIN_EVERY <= now) {
                        self.complained = Some(now);
                        tracing::warn!(error = %error, "connections could not be accepted");
                    }
                    tokio::time::sleep(BREATHER).await;
                }
            }
        }
    }
}

pub struct Connection {
    stream: TcpStream,
    patience: Patience,
    alarm: Pin<Box<Sleep>>,
    /// In the place of a bare refusal that is being written.
    retold: Option<Retold>,
}

/// How HTTP/2 begins without TLS (RFC 9113, section 3.4). Nobody needs it here, and its frames would pass the guard.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2";

impl Connection {
    fn new(stream: TcpStream) -> Self {
        let now = Instant::now();
        let patience = Patience::new(now);
        let alarm = Box::pin(tokio::time::sleep_until(patience.deadline(now)));
        Self { stream, patience, alarm, retold: None }
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

    fn received(&mut self, bytes: &[u8]) {
        let now = Instant::now();
        self.patience.received(bytes, now);
        // The alarm may be set for a later time, as between two requests.
        let deadline = self.patience.deadline(now);
        if deadline < self.alarm.deadline() {
            self.alarm.as_mut().reset(deadline);
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
            if this.patience.awaits_request() && bytes.starts_with(b"PRI") {
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
            let now = Instant::now();
            let deadline = this.patience.deadline(now);
            if deadline <= now {
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
        self.patience.sent(bytes, Instant::now());
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
        self.patience.sent(slices.first().map_or(&[], |slice| &**slice), Instant::now());
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
