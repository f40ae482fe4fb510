//! A response: its head at once, its body as it comes.
//! Promise: between two pieces of the body nothing is held but what the framing left over, and neither that nor a head
//! grows without bound. A body that was read to its clean end gives its connection back; dropped before, it closes it.

#[cfg(test)]
mod tests;

use std::{
    future::poll_fn,
    io,
    mem::MaybeUninit,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead as _, ReadBuf};
use ureq_proto::{
    BodyMode,
    client::{
        Call, RecvBodyResult, RecvResponseResult, SendRequestResult,
        state::{RecvBody, RecvResponse},
    },
    http::Request,
};

use super::{
    Error, HeaderMap, StatusCode,
    server::{Connection, Server},
};

/// Of one read. In bytes.
const READ: usize = 8 * 1024;
/// Of a head, with what is announced before it. In bytes. The parser takes 128 headers of it, and no setting changes that.
const LONGEST_HEAD: usize = 64 * 1024;
/// Of a line between two chunks of a body. In bytes.
const LONGEST_LINE: usize = 8 * 1024;

pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Body,
}

pub struct Body {
    /// None once it ended or broke.
    open: Option<Open>,
    server: Arc<Server>,
}

struct Open {
    connection: Connection,
    call: Call<RecvBody>,
    /// What was read and is not yet understood.
    raw: Vec<u8>,
}

impl Response {
    pub async fn read(mut connection: Connection, server: &Arc<Server>) -> Result<Self, Error> {
        let mut call = expecting().map_err(wrong)?;
        let (mut raw, mut read) = (Vec::new(), 0);
        let head = loop {
            let (used, head) = call.try_response(&raw, false).map_err(wrong)?;
            raw.drain(..used);
            if let Some(head) = head {
                break head;
            }
            // Used without a head: something was announced, such as `100 Continue`.
            if used == 0 {
                more_lines(&mut connection, &mut raw, &mut read).await?;
            }
        };
        let mut body = Body { open: None, server: Arc::clone(server) };
        match call.proceed() {
            Some(RecvResponseResult::RecvBody(mut call)) => {
                // So that what came before a broken chunk is not lost.
                call.stop_on_chunk_boundary(true);
                body.open = Some(Open { connection, call, raw });
            }
            Some(RecvResponseResult::Cleanup(call))
                if raw.is_empty() && !call.must_close_connection() =>
            {
                server.keep(connection);
            }
            _ => {}
        }
        let (head, ()) = head.into_parts();
        Ok(Self { status: head.status, headers: head.headers, body })
    }
}

impl Body {
    /// The next piece, as it came; none at the end. Nothing is lost when it is not waited for any longer.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Error> {
        poll_fn(|context| self.poll_chunk(context)).await
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Vec<u8>>, Error>> {
        let Some(open) = &mut self.open else { return Poll::Ready(Ok(None)) };
        let piece = ready!(open.poll_piece(context));
        let is_whole = open.is_whole();
        if (is_whole || !matches!(piece, Ok(Some(_))))
            && let Some(open) = self.open.take()
            && is_whole
        {
            open.finish(&self.server);
        }
        Poll::Ready(piece)
    }
}

impl Open {
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Vec<u8>>, Error>> {
        loop {
            let piece = self.unpack()?;
            if !piece.is_empty() {
                return Poll::Ready(Ok(Some(piece)));
            }
            if self.is_whole() {
                return Poll::Ready(Ok(None));
            }
            let read = ready!(more(&mut self.connection, context, &mut self.raw));
            if read.map_err(Error::Broke)? == 0 {
                // The end of the last chunk's trailer may be missing.
                let may_end = self.call.can_proceed() || self.call.is_ended_chunked();
                let end = if may_end { Ok(None) } else { Err(Error::Broke(closed())) };
                return Poll::Ready(end);
            }
        }
    }

    /// What was read, without the framing.
    fn unpack(&mut self) -> Result<Vec<u8>, Error> {
        let mut piece = vec![0; self.raw.len()];
        let (mut used, mut length) = (0, 0);
        loop {
            if self.call.is_on_chunk_boundary() {
                bare_size(&mut self.raw, used);
            }
            match self.call.read(&self.raw[used..], &mut piece[length..]) {
                Ok((0, _)) => break,
                Ok((more, longer)) => {
                    used += more;
                    length += longer;
                }
                Err(error) if length == 0 => return Err(wrong(error)),
                // It comes again, once what came before it was heard.
                Err(_) => break,
            }
        }
        piece.truncate(length);
        self.raw = self.raw.split_off(used);
        if self.raw.len() > LONGEST_LINE && !self.is_whole() {
            return Err(Error::Broke(io::Error::other("a chunk without a size")));
        }
        Ok(piece)
    }

    /// The end is known from the framing, not only from the connection's end.
    fn is_whole(&self) -> bool {
        self.call.can_proceed() && self.call.body_mode() != BodyMode::CloseDelimited
    }

    fn finish(self, server: &Arc<Server>) {
        if let Some(RecvBodyResult::Cleanup(call)) = self.call.proceed()
            && self.raw.is_empty()
            && !call.must_close_connection()
        {
            server.keep(self.connection);
        }
    }
}

/// Leaves of the line that begins at `at` no more than the size of a chunk: its extensions (RFC 9112, section 7.1.1) and
/// leading zeros are for nobody here, and the parser takes no line of more than twenty bytes.
fn bare_size(raw: &mut Vec<u8>, at: usize) {
    let line = &raw[at..];
    let Some(end) = line.windows(2).position(|pair| pair == b"\r\n") else { return };
    let digits = line[..end].iter().position(|byte| *byte == b';').unwrap_or(end);
    let zeros = line[..digits].iter().take_while(|byte| **byte == b'0').count();
    // One digit stays, of a chunk of no bytes.
    let zeros = zeros.min(line[..digits].trim_ascii_end().len().saturating_sub(1));
    raw.drain(at + digits..at + end);
    raw.drain(at..at + zeros);
}

/// Awaits a response to a bare request, because the call would hold all of the one that was posted until the body ends:
/// the responses to both are framed alike.
fn expecting() -> Result<Call<RecvResponse>, ureq_proto::Error> {
    let mut call = Call::new(Request::new(()))?.proceed();
    call.write(&mut [0; 32])?;
    match call.proceed()? {
        Some(SendRequestResult::RecvResponse(call)) => Ok(call),
        _ => Err(ureq_proto::Error::OutputOverflow),
    }
}

/// Reads until a line has ended, because a head is looked at from its beginning each time.
async fn more_lines(
    connection: &mut Connection,
    raw: &mut Vec<u8>,
    read: &mut usize,
) -> Result<(), Error> {
    loop {
        let bytes = match poll_fn(|context| more(connection, context, raw)).await {
            Ok(0) => Err(closed()),
            bytes => bytes,
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) if *read == 0 => return Err(Error::Unanswered(error)),
            Err(error) => return Err(Error::Broke(error)),
        };
        *read += bytes;
        if *read > LONGEST_HEAD {
            return Err(Error::Broke(io::Error::other("a head without end")));
        }
        if raw[raw.len() - bytes..].contains(&b'\n') {
            return Ok(());
        }
    }
}

/// Reads what there is, into space that is needed only now. 0 bytes at the end.
fn more(
    connection: &mut Connection,
    context: &mut Context<'_>,
    raw: &mut Vec<u8>,
) -> Poll<io::Result<usize>> {
    let mut space = [MaybeUninit::uninit(); READ];
    let mut read = ReadBuf::uninit(&mut space);
    ready!(Pin::new(connection).poll_read(context, &mut read))?;
    raw.extend_from_slice(read.filled());
    Poll::Ready(Ok(read.filled().len()))
}

fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "closed before the end of the response")
}

fn wrong(error: ureq_proto::Error) -> Error {
    Error::Broke(io::Error::other(error))
}
