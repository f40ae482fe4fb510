//! HTTP/1.1 messages as bytes: where a head ends and how a body is framed. No sockets here, so that the client and the
//! scripted model share it.

use std::io::{Error, ErrorKind, Result};

use bytes::{Buf as _, BytesMut};

/// Longer than any head that we send or expect.
const HEAD_LIMIT_BYTES: usize = 32 * 1024;

/// The start line and the headers, without the empty line.
pub struct Head(BytesMut);

impl Head {
    /// Takes the head from the front of `buffer`; none while it is incomplete.
    pub fn take(buffer: &mut BytesMut) -> Result<Option<Self>> {
        let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
            return if buffer.len() > HEAD_LIMIT_BYTES {
                Err(wrong("a head without an end"))
            } else {
                Ok(None)
            };
        };
        let head = buffer.split_to(end);
        buffer.advance(4);
        Ok(Some(Self(head)))
    }

    /// The second word of the start line: a response's status, a request's path.
    pub fn second_word(&self) -> &str {
        let line = self.0[..].split(|&byte| byte == b'\r').next().unwrap_or_default();
        let word = line.split(|&byte| byte == b' ').nth(1).unwrap_or_default();
        std::str::from_utf8(word).unwrap_or_default()
    }

    /// The value of the first header of this name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = std::str::from_utf8(&self.0).ok()?;
        let mut lines = head.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// How the body that follows is framed; a message that says nothing has none.
    pub fn body(&self) -> Result<Body> {
        for line in self.0[..].split(|&byte| byte == b'\n').skip(1) {
            let Some(colon) = line.iter().position(|&byte| byte == b':') else { continue };
            let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
            if name.eq_ignore_ascii_case(b"content-length") {
                let left = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
                let left = left.ok_or_else(|| wrong("a Content-Length that is no number"))?;
                return Ok(Body { part: Part::Content { left, chunked: false } });
            }
            if name.eq_ignore_ascii_case(b"transfer-encoding")
                && value.eq_ignore_ascii_case(b"chunked")
            {
                return Ok(Body { part: Part::Size });
            }
        }
        Ok(Body { part: Part::End })
    }
}

/// What of a body comes next.
pub struct Body {
    part: Part,
}

#[derive(Clone, Copy)]
enum Part {
    Content { left: usize, chunked: bool },
    AfterChunk,
    Size,
    Trailers,
    End,
}

impl Body {
    pub fn is_whole(&self) -> bool {
        matches!(self.part, Part::Content { left: 0, chunked: false } | Part::End)
    }

    /// Moves what there is of the body from `received` to the end of `content`.
    pub fn take(&mut self, received: &mut BytesMut, content: &mut BytesMut) -> Result<()> {
        while !self.is_whole() {
            self.part = match self.part {
                Part::Content { left: 0, .. } => Part::AfterChunk,
                Part::Content { left, chunked } => {
                    if received.is_empty() {
                        return Ok(());
                    }
                    let some = received.split_to(left.min(received.len()));
                    content.extend_from_slice(&some);
                    Part::Content { left: left - some.len(), chunked }
                }
                Part::AfterChunk => match line(received) {
                    Some(_) => Part::Size,
                    None => return Ok(()),
                },
                Part::Size => match line(received) {
                    Some(size) => match chunk_size(&size)? {
                        0 => Part::Trailers,
                        left => Part::Content { left, chunked: true },
                    },
                    None => return Ok(()),
                },
                Part::Trailers => match line(received) {
                    Some(line) if line.trim_ascii().is_empty() => Part::End,
                    Some(_) => Part::Trailers,
                    None => return Ok(()),
                },
                Part::End => Part::End,
            };
        }
        Ok(())
    }
}

/// Takes the first line from the front of `buffer`, if it is there to its end.
pub fn line(buffer: &mut BytesMut) -> Option<BytesMut> {
    let end = buffer.iter().position(|&byte| byte == b'\n')?;
    Some(buffer.split_to(end + 1))
}

pub fn wrong(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what.to_owned())
}

fn chunk_size(line: &[u8]) -> Result<usize> {
    let digits = line.split(|&byte| byte == b';').next().unwrap_or_default();
    let digits = std::str::from_utf8(digits.trim_ascii()).unwrap_or_default();
    usize::from_str_radix(digits, 16).map_err(|_| wrong("a chunk without its size"))
}
