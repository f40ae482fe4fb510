//! The framing of `text/event-stream`, from bytes as they come: one event's data at a time, borrowed from the buffer.
//! Promise: never more than [`LONGEST_EVENT`] is held, whatever the other side sends.

use std::ops::Range;

/// An event of a model is some hundred bytes; whoever sends this much without an end is not one. In bytes.
const LONGEST_EVENT: usize = 256 * 1024;

#[derive(Debug, PartialEq, Eq)]
pub enum Broken {
    TooLong,
    NotUtf8,
}

/// Collects bytes and hands out events. Names, ids and comments are passed over: the models' events say in their data
/// what they are.
#[derive(Default)]
pub struct Events {
    buffer: Vec<u8>,
    /// Where the first line not yet read begins.
    line: usize,
    /// Up to where no end of line was found.
    scanned: usize,
    /// The data of the event that is being read, within `buffer`.
    data: Option<Range<usize>>,
    /// Where data of several lines is put together.
    joined: Option<Vec<u8>>,
}

impl Events {
    pub fn feed(&mut self, bytes: &[u8]) {
        let done = self.data.as_ref().map_or(self.line, |data| data.start);
        if done > 0 {
            self.buffer.drain(..done);
            self.line -= done;
            self.scanned -= done;
            if let Some(data) = &mut self.data {
                *data = data.start - done..data.end - done;
            }
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole event's data; none when more bytes are needed.
    pub fn next(&mut self) -> Result<Option<&str>, Broken> {
        while let Some(length) = self.buffer[self.scanned..].iter().position(|&byte| byte == b'\n')
        {
            let end = self.scanned + length;
            let line =
                self.line..end - usize::from(end > self.line && self.buffer[end - 1] == b'\r');
            self.line = end + 1;
            self.scanned = end + 1;
            if line.is_empty() {
                if self.data.is_some() {
                    return self.dispatch();
                }
            } else {
                self.read(line)?;
            }
        }
        self.scanned = self.buffer.len();
        let held = self.scanned - self.data.as_ref().map_or(self.line, |data| data.start);
        if held > LONGEST_EVENT { Err(Broken::TooLong) } else { Ok(None) }
    }

    /// The event that the end of the stream cut short of its empty line. Some servers close like that.
    pub fn last(&mut self) -> Result<Option<&str>, Broken> {
        if self.line < self.buffer.len() {
            let rest = self.line..self.buffer.len();
            self.line = rest.end;
            self.scanned = rest.end;
            self.read(rest)?;
        }
        if self.data.is_some() { self.dispatch() } else { Ok(None) }
    }

    fn read(&mut self, line: Range<usize>) -> Result<(), Broken> {
        let Some(rest) = self.buffer[line.clone()].strip_prefix(b"data:") else {
            return Ok(());
        };
        let start = line.end - rest.len() + usize::from(rest.first() == Some(&b' '));
        let Some(first) = self.data.clone() else {
            self.data = Some(start..line.end);
            return Ok(());
        };
        let joined = self.joined.get_or_insert_with(|| self.buffer[first].to_vec());
        joined.push(b'\n');
        joined.extend_from_slice(&self.buffer[start..line.end]);
        self.data = Some(start..line.end);
        if joined.len() > LONGEST_EVENT { Err(Broken::TooLong) } else { Ok(()) }
    }

    fn dispatch(&mut self) -> Result<Option<&str>, Broken> {
        let data = self.data.take().unwrap_or_default();
        if let Some(joined) = self.joined.take() {
            // Lives in the buffer's dead part from now on, so that both ways borrow from one place.
            let end = joined.len();
            self.buffer.splice(..self.line, joined);
            self.line = end;
            self.scanned = end;
            return text(&self.buffer[..end]);
        }
        text(&self.buffer[data])
    }
}

fn text(bytes: &[u8]) -> Result<Option<&str>, Broken> {
    std::str::from_utf8(bytes).map(Some).map_err(|_| Broken::NotUtf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(events: &mut Events) -> Vec<String> {
        let mut found = Vec::new();
        while let Some(data) = events.next().unwrap() {
            found.push(data.to_owned());
        }
        found
    }

    #[test]
    fn events_come_out_however_the_bytes_are_cut() {
        let wire = "\u{feff}: hello\r\n\r\nevent: x\r\ndata: {\"a\":1}\r\n\r\ndata:two\n\ndata: three\ndata: lines\n\ndata: é\n\nid: 4\n\n";
        for size in 1..wire.len() {
            let mut events = Events::default();
            let mut found = Vec::new();
            for part in wire.as_bytes().chunks(size) {
                events.feed(part);
                found.extend(all(&mut events));
            }
            assert_eq!(found, ["{\"a\":1}", "two", "three\nlines", "é"], "in parts of {size}");
        }
    }

    #[test]
    fn an_endless_line_is_refused() {
        let mut events = Events::default();
        for _ in 0..LONGEST_EVENT / 1024 {
            events.feed(&[b'x'; 1024]);
            assert_eq!(events.next(), Ok(None));
        }
        events.feed(b"x");
        assert_eq!(events.next(), Err(Broken::TooLong));
    }

    #[test]
    fn an_endless_event_of_many_lines_is_refused() {
        let mut events = Events::default();
        let refused = (0..1_000).any(|_| {
            events.feed(format!("data: {}\n", "x".repeat(1_000)).as_bytes());
            events.next() == Err(Broken::TooLong)
        });
        assert!(refused);
    }

    #[test]
    fn comments_do_not_pile_up() {
        let mut events = Events::default();
        for _ in 0..10_000 {
            events.feed(b": still here, and here, and here, and here, and here\n");
            assert_eq!(events.next(), Ok(None));
        }
        assert!(events.buffer.len() < 100);
    }

    #[test]
    fn the_last_event_may_lack_its_empty_line() {
        let mut events = Events::default();
        events.feed(b"data: [DONE]");
        assert_eq!(events.next(), Ok(None));
        assert_eq!(events.last(), Ok(Some("[DONE]")));
        assert_eq!(events.last(), Ok(None));
    }
}
